"""The row of the board: where the patient is, what comes next and what waits, from the record alone."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from immunosep_tui.record.bodies import (
    Acknowledged,
    Bleeding,
    Body,
    Check,
    CourseStopped,
    Decision,
    Died,
    Dose,
    Left,
    PlannedCheck,
    SofaDay,
    SofaTotal,
    Voided,
)
from immunosep_tui.record.chart import fold
from immunosep_tui.record.entry import Proposal
from immunosep_tui.record.glance import (
    CHECK,
    DIED,
    FERRITIN,
    FIRST_DOSE,
    GONE,
    HLA_DR,
    HOOK,
    IN_WARD,
    LABS,
    LEFT,
    LIMIT,
    NOTHING,
    REVIEW,
    SEEN,
    SOFA,
    URGENCY,
    Glance,
    Wanted,
    glance,
    wanted_of,
)
from tests.record.histories import ADMITTED, DECISION, HOUR, START, book, next_deed, plan, written

NO_REGIMEN = Decision("neither", None, {}, (), ())
MET = Check(2, "hemoglobin", "Hemoglobin", "6", "urgent")


def row(*bodies: Body | tuple[Body, int]) -> Glance:
    """The row after an admission and these entries."""
    return glance(fold("p", book(ADMITTED, *bodies)))


def test_the_row_of_a_patient_with_a_running_course() -> None:
    assert row(DECISION, plan(), Dose(3, 1, "given"), SofaDay(1, {}, 5, 5, 5), SofaTotal(2, 4)) == Glance(
        record="p",
        n=6,
        place="bed 1",
        case_number="case 1",
        identifier="MRN 1",
        state=IN_WARD,
        phenotype="high",
        regimen="first",
        totals='{"1":5,"2":4}',
        first_due=START,
        next_due=START + 8 * HOUR,
        wanted="[]",
        urgency=9,
    )


def test_what_comes_next_is_the_first_dose_of_which_nothing_is_recorded() -> None:
    started = (DECISION, plan())
    assert row(*started).next_due == START
    assert row(*started, Dose(3, 2, "omitted")).next_due == START
    assert row(*started, *(Dose(3, slot, "held") for slot in (1, 2, 3))).next_due is None
    assert row(*started, Dose(3, 1, "given"), Voided(4)).next_due == START
    stopped = row(*started, CourseStopped(3, "10:00"))
    assert (stopped.first_due, stopped.next_due) == (START, None)


@pytest.mark.parametrize(
    ("bodies", "wanted"),
    [
        ((), LABS),
        ((Decision("x", None, {}, (), ("hook-suspected",)),), HOOK),
        ((MET,), f"{LIMIT} Hemoglobin"),
        ((Check(2, "hemoglobin", "Hemoglobin", "12"),), LABS),
        ((MET, Check(1, "hemoglobin", "Hemoglobin", "12")), f"{LIMIT} Hemoglobin"),
        ((MET, Check(3, "hemoglobin", "Hemoglobin", "12")), LABS),
        ((MET, Voided(2)), LABS),
        ((Decision("x", "first", {}, (FERRITIN, HLA_DR), ()),), FERRITIN),
        ((Decision("x", "first", {}, (HLA_DR,), ()),), HLA_DR),
        ((Decision("x", "first", {}, ("covid19",), ("near-cut-off",)),), FIRST_DOSE),
        ((DECISION,), FIRST_DOSE),
        ((DECISION, plan()), SOFA),
        ((NO_REGIMEN,), SOFA),
        ((NO_REGIMEN, SofaDay(1, {}, 3, 8, None)), SOFA),
        ((NO_REGIMEN, SofaTotal(1, 3)), ""),
    ],
)
def test_the_most_urgent_of_what_waits_is_said(bodies: tuple[Body, ...], wanted: str) -> None:
    found = row(*bodies)
    kind, _space, label = wanted.partition(" ")
    first = [Wanted(kind, label)] if wanted else []
    assert list(wanted_of(found)[:1]) == first
    assert found.urgency == URGENCY.get(kind, NOTHING)


@pytest.mark.parametrize(("end", "state"), [(Died(2), DIED), (Left("home"), LEFT)])
def test_nothing_waits_for_who_died_or_left(end: Body, state: str) -> None:
    found = row(DECISION, plan(), MET, end)
    assert (found.state, found.wanted, found.urgency, found.next_due) == (state, "[]", GONE, None)


def test_the_limit_that_was_entered_last_goes_first() -> None:
    later = Check(5, "neutrophils", "Neutrophils", "0.4", "urgent")
    assert wanted_of(row(MET, later))[0] == Wanted(LIMIT, "Neutrophils")
    assert wanted_of(row(later, MET))[0] == Wanted(LIMIT, "Hemoglobin")


def test_a_limit_that_somebody_acknowledged_stays_in_sight_behind_the_others() -> None:
    later = Check(5, "neutrophils", "Neutrophils", "0.4", "urgent")
    seen = row(MET, later, Acknowledged((3,), START))
    assert wanted_of(seen)[:2] == (Wanted(LIMIT, "Hemoglobin"), Wanted(SEEN, "Neutrophils", START))
    assert row(MET, Acknowledged((2,), START)).urgency == URGENCY[LABS]
    assert wanted_of(row(MET, Acknowledged((2,), START), Check(3, "hemoglobin", "Hemoglobin", "5", "urgent")))[0] == (
        Wanted(LIMIT, "Hemoglobin")
    )


def test_a_bleeding_that_met_a_limit_waits_until_it_is_acknowledged() -> None:
    bleeding = Bleeding("other", "nose, packed", 2, (), "call")
    assert wanted_of(row(bleeding))[0] == Wanted(LIMIT, "Bleeding")
    assert wanted_of(row(bleeding, Acknowledged((2,), START)))[0] == Wanted(SEEN, "Bleeding", START)
    assert wanted_of(row(Bleeding("other", "gums", 1)))[0].kind == LABS


def test_a_later_decision_asks_for_review_and_does_not_switch_what_the_board_says() -> None:
    other = replace(DECISION, phenotype="low", regimen=None)
    found = row(DECISION, plan(), other)
    assert found.phenotype == "high"
    assert wanted_of(found)[0].kind == REVIEW
    assert REVIEW not in {each.kind for each in wanted_of(row(DECISION, plan(), DECISION))}
    assert wanted_of(row(DECISION, plan(), replace(other, phenotype="indeterminate")))[0].kind == SOFA


def test_the_next_look_of_each_line_of_the_checklist_waits_with_its_time() -> None:
    daily = PlannedCheck("hemoglobin", "Hemoglobin", (1, 2, 3), (START, START + 24 * HOUR, START + 48 * HOUR))
    shifts = PlannedCheck("bleeding", "Bleeding", (1, 1, 2), (START, START + 8 * HOUR, START + 24 * HOUR))
    course = replace(plan(), checks=(daily, shifts))

    def open_checks(*bodies: Body) -> set[Wanted]:
        return {each for each in wanted_of(row(DECISION, course, *bodies)) if each.kind == CHECK}

    assert open_checks() == {Wanted(CHECK, "Hemoglobin", START), Wanted(CHECK, "Bleeding", START)}
    once = Check(1, "bleeding", "Bleeding", "0")
    assert Wanted(CHECK, "Bleeding", START + 8 * HOUR) in open_checks(once)
    assert Wanted(CHECK, "Bleeding", START + 24 * HOUR) in open_checks(once, Check(1, "bleeding", "Bleeding", "0; 1"))
    assert Wanted(CHECK, "Hemoglobin", START + 48 * HOUR) in open_checks(Check(2, "hemoglobin", "Hemoglobin", "9"))
    assert open_checks(Check(3, "hemoglobin", "Hemoglobin", "9"), Check(2, "bleeding", "Bleeding", "0")) == set()
    assert open_checks(CourseStopped(3, "10:00")) == set()


def test_a_row_follows_from_the_record_alone() -> None:
    """The same entries give the same row, whatever was folded before."""
    for seed in range(50):
        rng = random.Random(seed)
        proposals: list[Proposal] = []
        for number in range(25):
            chart = fold("p", written(proposals))
            proposals.append(next_deed(rng, chart, START + number * HOUR, f"k{number}"))
        first = glance(fold("p", written(proposals)))
        assert glance(fold("p", written(proposals))) == first
        assert first.n == 25
