"""Corrections of courses and doses through a real store: what the rows beside the ledger allow, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from immunosep_tui.record.entry import WARD, Author, Proposal
from immunosep_tui.record.kinds import CodeBroken, CourseStopped, Dose, Kind, Person, Voided
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.record.histories import ADMITTED, DAY, DECISION, HOUR, MINUTE, START, HandClock, plan

GIVEN = Dose(3, 1, "given")


class Desk:
    """Somebody who records on one patient, hour by hour."""

    def __init__(self, store: Store, clock: HandClock) -> None:
        self.store, self.clock = store, clock

    def record(self, body: Kind, corrects: int | None = None, reason: str = "why") -> int:
        """Record an entry; its number."""
        self.clock.wait(MINUTE)
        n = self.store.chart("p").n
        proposal = Proposal("p", body, Author("AB", "nurse"), self.clock.utc, f"k{n}", reason, corrects)
        (entry,) = self.store.append([proposal], n)
        return entry.n

    def refused(self, body: Kind, corrects: int | None = None, reason: str = "why") -> str:
        """The rule that stands against an entry; its text is one of its own."""
        with pytest.raises(Refused) as error:
            self.record(body, corrects, reason)
        assert error.value.text.template != "A rule of the store forbids this entry."
        return error.value.rule


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A patient with a running course as third entry."""
    clock = HandClock()
    store = open_file(tmp_path / "ward.db", clock=clock)
    desk = Desk(store, clock)
    for body in (ADMITTED, DECISION, plan(START, gap=6 * HOUR)):
        desk.record(body)
    yield desk
    assert verify(store).sound
    store.close()


def test_a_dose_is_corrected_as_often_as_it_takes(desk: Desk) -> None:
    n = desk.record(GIVEN)
    for outcome in ("held", "refused", "given", "omitted"):
        n = desk.record(Dose(3, 1, outcome), n)
    assert desk.refused(GIVEN) == "one_dose"


def test_a_course_is_corrected_as_often_as_it_takes_and_the_correction_can_be_voided(desk: Desk) -> None:
    n = 3
    for hour in range(1, 4):
        n = desk.record(plan(START + hour * HOUR), n)
    desk.record(Voided(n))
    running = desk.store.chart("p").running
    assert running is not None
    assert running.plan == plan(START + 2 * HOUR)
    assert desk.refused(plan()) == "one_active_course"


def test_a_course_with_doses_is_stopped_and_not_corrected(desk: Desk) -> None:
    n = desk.record(GIVEN)
    assert desk.refused(plan(START + HOUR), 3) == "course_has_doses"
    assert desk.refused(Voided(3)) == "course_has_doses"
    desk.record(Voided(n))
    desk.record(plan(START + HOUR), 3)


def test_a_dose_that_was_taken_back_is_recorded_again_and_not_restored(desk: Desk) -> None:
    n = desk.record(GIVEN)
    void = desk.record(Voided(n))
    assert desk.refused(Voided(void)) == "dose_is_voided_once"
    desk.record(GIVEN)


def test_the_same_drug_is_not_given_too_soon_in_the_next_course_either(desk: Desk) -> None:
    desk.record(GIVEN)
    desk.record(CourseStopped(3, "x"))
    course = desk.record(plan(desk.clock.utc, gap=6 * HOUR))
    assert desk.refused(Dose(course, 1, "given"), reason="") == "dose_reason"
    desk.record(Dose(course, 1, "given"), reason="ordered so by the physician")
    desk.clock.wait(6 * HOUR)
    desk.record(Dose(course, 2, "given"), reason="")


def test_the_next_course_begins_after_the_end_of_the_one_before_without_a_stop(desk: Desk) -> None:
    assert desk.refused(plan()) == "one_active_course"
    desk.clock.wait(DAY)
    course = desk.record(plan(desk.clock.utc))
    assert desk.refused(GIVEN, reason="") == "dose_reason"
    desk.record(Dose(course, 1, "given"))


def test_the_breaking_of_a_code_is_never_taken_back_or_corrected(desk: Desk) -> None:
    n = desk.record(CodeBroken(3, "drug one"))
    assert desk.refused(Voided(n)) == "stays"
    assert desk.refused(CodeBroken(3, "placebo"), n) == "stays"
    assert desk.store.chart("p").code_break is not None


def test_who_may_sign_is_never_taken_back(desk: Desk) -> None:
    author = Author("AB", "nurse")
    enrolled = Proposal(WARD, Person("AB", "nurse", "hash"), author, desk.clock.utc, "person")
    desk.store.append([enrolled], 0)
    tries: list[tuple[Kind, int | None]] = [(Voided(1), None), (Person("AB", "doctor", "other"), 1)]
    for number, (body, corrects) in enumerate(tries):
        proposal = Proposal(WARD, body, author, desk.clock.utc, f"again{number}", "why", corrects)
        with pytest.raises(Refused) as error:
            desk.store.append([proposal], 1)
        assert error.value.rule == "stays"
