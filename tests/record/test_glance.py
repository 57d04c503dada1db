"""The row of the board: where the patient is, what comes next and what waits, from the record alone."""

from __future__ import annotations

import random

import pytest

from immunosep_tui.record.bodies import (
    Body,
    Check,
    CourseStopped,
    Decision,
    Died,
    Dose,
    Left,
    SofaDay,
    SofaTotal,
    Voided,
)
from immunosep_tui.record.chart import fold
from immunosep_tui.record.entry import Proposal
from immunosep_tui.record.glance import (
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
    SOFA,
    URGENCY,
    Glance,
    glance,
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
        wanted="",
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
        ((Decision("x", None, {}, (), ("hook-suspected",)), MET), HOOK),
        ((MET,), f"{LIMIT}:Hemoglobin"),
        ((Check(2, "hemoglobin", "Hemoglobin", "12"),), LABS),
        ((MET, Check(1, "hemoglobin", "Hemoglobin", "12")), f"{LIMIT}:Hemoglobin"),
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
    assert found.wanted == wanted
    assert found.urgency == URGENCY[wanted.partition(":")[0]]


@pytest.mark.parametrize(("end", "state"), [(Died(2), DIED), (Left("home"), LEFT)])
def test_nothing_waits_for_who_died_or_left(end: Body, state: str) -> None:
    found = row(DECISION, plan(), MET, end)
    assert (found.state, found.wanted, found.urgency, found.next_due) == (state, "", GONE, None)


def test_the_limit_of_the_latest_day_goes_first() -> None:
    later = Check(5, "neutrophils", "Neutrophils", "0.4", "urgent")
    assert row(MET, later).wanted == "limit:Neutrophils"
    assert row(later, MET).wanted == "limit:Neutrophils"


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
