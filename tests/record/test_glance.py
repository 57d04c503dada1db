"""The row of the board: where the patient is, what comes next and what stands, from the record alone."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from immunosep_tui.record.attention import CALL, DO, LEVELS, NOTHING, STOP, Item, Standing
from immunosep_tui.record.chart import DIED, IN_WARD, LEFT, fold
from immunosep_tui.record.entry import Proposal
from immunosep_tui.record.glance import GONE, NOT_JUDGED, Glance, glance
from immunosep_tui.record.kinds import (
    CourseStopped,
    Decision,
    Died,
    Dose,
    Kind,
    Labs,
    Left,
    SofaDay,
    SofaTotal,
    Voided,
)
from tests.record.histories import ADMITTED, DECISION, HOUR, START, book, next_deed, plan, written


def row(*bodies: Kind | tuple[Kind, int], standing: Standing | None = None) -> Glance:
    """The row after an admission and these entries."""
    return glance(fold("p", book(ADMITTED, *bodies)), standing, "the rules" if standing else "")


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
        next_due=START + 8 * HOUR,
        urgency=NOT_JUDGED,
    )


def test_what_comes_next_is_the_first_dose_of_which_nothing_is_recorded() -> None:
    started = (DECISION, plan())
    assert row(*started).next_due == START
    assert row(*started, Dose(3, 2, "omitted")).next_due == START
    assert row(*started, *(Dose(3, slot, "held") for slot in (1, 2, 3))).next_due is None
    assert row(*started, Dose(3, 1, "given"), Voided(4)).next_due == START
    assert row(*started, CourseStopped(3, "10:00")).next_due is None


@pytest.mark.parametrize("levels", [(), (STOP,), (DO, CALL), (DO,)])
def test_a_row_keeps_what_stands_and_how_urgent_the_worst_of_it_is(levels: tuple[str, ...]) -> None:
    standing = Standing(items=tuple(Item(level, "limit", "Hemoglobin", START) for level in levels))
    found = row(standing=standing)
    assert found.urgency == min((LEVELS.index(level) for level in levels), default=NOTHING)
    assert Standing.read(found.standing) == standing
    assert found.judged_by == "the rules"


def test_where_nobody_judged_a_patient_goes_before_all_others() -> None:
    assert (row().urgency, row().standing, row().judged_by) == (NOT_JUDGED, "", "")
    assert LEVELS.index(STOP) > NOT_JUDGED


@pytest.mark.parametrize(("end", "state"), [(Died(2), DIED), (Left("home"), LEFT)])
def test_who_died_or_left_goes_behind_all_others(end: Kind, state: str) -> None:
    """A fact that was signed after leaving alive brings the patient back."""
    stop = (Item(STOP, "limit", "Bleeding", START),)
    found = row(DECISION, plan(), end, standing=Standing(items=stop, place=state, gone_at=START))
    assert (found.state, found.urgency, found.next_due) == (state, GONE, None)
    late = row(DECISION, plan(), end, standing=Standing(items=stop, place=state, gone_at=START, late_facts=True))
    assert late.urgency == LEVELS.index(STOP)


def test_a_later_decision_does_not_switch_what_the_board_says_of_a_course() -> None:
    other = replace(DECISION, phenotype="low", regimen=None)
    assert row(DECISION, plan(), other).phenotype == "high"


def test_before_a_course_the_sample_that_was_taken_last_decides() -> None:
    """Whatever the order of typing; one without a time never outranks one with a time."""
    first = (Labs({"sampled": "18:00"}), Decision("high", "first", {}, (), ()))
    second = (Labs({"sampled": "06:00"}, sample=2), Decision("low", None, {}, (), ()))

    def phenotype(*bodies: Kind, at: tuple[int, ...]) -> str:
        return glance(fold("p", book(ADMITTED, *bodies, at=(START, *at)))).phenotype

    evening, morning = START + 18 * HOUR, START + 6 * HOUR
    assert phenotype(*first, *second, at=(evening, evening, morning, morning)) == "high"
    assert phenotype(*first, *second, at=(morning, morning, evening, evening)) == "low"
    untimed = (Labs({}, sample=2), second[1])
    assert phenotype(*first, *untimed, at=(morning, morning, evening, evening)) == "high"


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
