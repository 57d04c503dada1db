"""Courses where a second model and the program once differed, each told in a few entries."""

from __future__ import annotations

from collections.abc import Sequence

from immunosep_tui.record.attention import DUE
from immunosep_tui.record.chart import IN_WARD, Chart, fold
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import (
    CourseStopped,
    Died,
    Dose,
    ExtraDose,
    HoldEnded,
    Kind,
    Left,
    PlanMoved,
    Returned,
    Voided,
)
from immunosep_tui.record.objections import objection
from immunosep_tui.record.settings import effective
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import Protocol
from tests.record.histories import ADMITTED, DECISION, HOUR, START, book, plan
from tests.support.attended import ZONE

Told = tuple[Kind | tuple[Kind, int], float]
"""A body, with the number of the entry that it corrects if any, and the hour at which it happened."""


def chart(*told: Told, slots: int = 6) -> Chart:
    """A course with a dose every 8 hours from hour 0, its entry no. 3, and what follows."""
    bodies = [ADMITTED, DECISION, plan(slots=slots), *(body for body, _hour in told)]
    return fold("p", book(*bodies, at=[START] * 3 + [START + round(hour * HOUR) for _body, hour in told]))


def against(found: Chart, body: Kind, hour: float = 30, corrects: int | None = None, reason: str = "why") -> str:
    """The rule that stands against a body that happened at an hour."""
    at = START + round(hour * HOUR)
    return objection(found, Proposal("p", body, Author("AB", "nurse"), at, "key", reason, corrects))[0]


def dues(found: Chart) -> Sequence[float]:
    """The hours at which the doses of the latest course are due."""
    assert found.course is not None
    return [(slot.due - START) / HOUR for slot in found.course.plan.slots]


def waiting(*told: Told) -> tuple[int, ...]:
    """The held doses that wait."""
    found = chart(*told).course
    assert found is not None
    return found.waiting


def test_a_hold_is_over_with_the_next_given_dose_by_time() -> None:
    held = (Dose(3, 2, "held"), 8.0)
    assert waiting(held) == (2,)
    assert waiting((Dose(3, 1, "given"), 7), held) == (2,)
    assert waiting(held, (Dose(3, 1, "given"), 9)) == ()  # the first dose, late, after the second was held
    assert waiting((Dose(3, 3, "given"), 16), (Dose(3, 2, "held"), 20)) == ()  # the hold was recorded later


def test_a_stop_ends_a_hold() -> None:
    told: list[Told] = [(Dose(3, 1, "held"), 0), (CourseStopped(3, "x"), 5)]
    assert waiting(*told) == ()
    assert against(chart(*told), HoldEnded(3, (4,))) == "hold_waits"


def test_a_dose_at_the_time_of_an_open_one_is_that_one() -> None:
    assert against(chart(), Dose(3, 2, "given"), hour=0) == "dose_is_next"
    assert against(chart(), Dose(3, 2, "given"), hour=0.1) == ""
    charted = chart((Dose(3, 1, "given"), 0))
    assert against(charted, Dose(3, 2, "given"), hour=0) == ""
    assert against(charted, Dose(3, 2, "given"), hour=0, corrects=4) == "dose_is_next"


def test_a_plan_moves_from_the_first_given_dose_on() -> None:
    moved: list[Told] = [(Dose(3, 2, "given"), 11), (PlanMoved(3, 2), 11)]
    assert dues(chart(*moved)) == [0, 11, 19, 27, 35, 43]
    course = chart(*moved).course
    assert course is not None
    assert course.length == 48 * HOUR
    earlier = chart(*moved, (Dose(3, 1, "given"), -1)).course
    assert earlier is not None
    assert earlier.ends == START + 51 * HOUR  # the last dose lies within the course
    stopped: list[Told] = [(Dose(3, 1, "given"), 2), (CourseStopped(3, "x"), 5)]
    assert against(chart(*stopped), PlanMoved(3, 1)) == "moved_once"


def test_who_came_back_is_on_the_ward_and_the_doses_go_on(protocol: Protocol) -> None:
    found = chart((Left("yes"), 5), (Returned("another ward"), 12))
    kept = standing(found, protocol, effective({}, protocol, ZONE))
    assert (found.state, kept.place, kept.gone_at) == (IN_WARD, IN_WARD, None)
    due = kept.at(START + 16 * HOUR).of(DUE)
    assert [item.n for item in due] == [3]
    assert [dose.n for dose in kept.not_charted(START + 16 * HOUR)] == [1, 2]
    assert against(found, Dose(3, 2, "given"), hour=8, reason="") == "dose_reason"
    assert against(found, Returned("another ward"), hour=10, corrects=5) == ""


def test_between_a_leaving_and_a_death_nothing_is_to_be_charted_or_stopped(protocol: Protocol) -> None:
    found = chart((Left("yes"), 5), (Died(2), 20))
    kept = standing(found, protocol, effective({}, protocol, ZONE))
    assert [dose.n for dose in kept.not_charted(START + 30 * HOUR)] == [1]
    assert against(found, CourseStopped(3, "x"), hour=12) == "stop_before_gone"
    assert against(found, CourseStopped(3, "x"), hour=4) == ""


def test_what_would_contradict_the_record_is_not_taken_back() -> None:
    told: list[Told] = [(CourseStopped(3, "x"), 4), ((CourseStopped(3, "y"), 4), 20), (Dose(3, 2, "given"), 8)]
    assert against(chart(*told), Voided(5)) == "stop_after_dose"  # the stop of hour 4 would stand again
    held: list[Told] = [(Dose(3, 1, "held"), 0), ((Dose(3, 1, "given"), 4), 1)]
    assert against(chart(*held), Voided(5)) == "dose_is_voided_once"
    assert against(chart((ExtraDose(3, 1, "half"), 1)), Voided(3)) == "course_has_doses"


def test_a_dose_far_before_a_course_without_windows_asks_a_reason() -> None:
    assert against(chart(), Dose(3, 1, "given"), hour=-1, reason="") == "dose_reason"
    assert against(chart(), Dose(3, 1, "given"), hour=0, reason="") == ""
