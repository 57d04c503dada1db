"""Charting: the dose that is meant, as it happened, once, and never more certain than it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.course import Course
from immunosep_tui.record.kinds import GIVEN, NOT_CHARTED, Dose
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.errors import Refused
from immunosep_tui.ui.calendar import SIGNS, state_of
from immunosep_tui.ui.screens.dose import DoseScreen
from immunosep_tui.ward.charting import backlog, dose_at, offered_dose, unsure_since
from immunosep_tui.ward.deeds import close_backlog, record_dose
from immunosep_tui.ward.instants import ms
from tests.hazards.control import Many, cut, hazard, swap
from tests.support.followed import IDENTITY, LABS, START, Followed

EIGHT_HOURS = timedelta(hours=8)


@pytest.fixture
def ward(tmp_path: Path, protocol: Protocol) -> Iterator[Followed]:
    """A course of anakinra whose first dose was given, on a desk whose clock stands still."""
    followed = Followed(tmp_path, protocol)
    followed.sign("p", IDENTITY | LABS)
    followed.start("p")
    followed.now = START
    yield followed
    followed.desk.close()


def chart_dose(ward: Followed, slot: int, late: timedelta = timedelta(), reason: str = "") -> None:
    """A dose is given so long after its time."""
    ward.now = max(ward.now, at := START + EIGHT_HOURS * (slot - 1) + late)
    chart = ward.desk.ward.store.chart("p")
    try:
        ward.desk.ward.store.append([record_dose(chart, slot, GIVEN, at, ward.signature(reason))], chart.n)
    except Refused as error:
        raise AssertionError(f"dose {slot} is refused: {error.rule}") from error


@hazard(
    "HZ-81",
    without=cut(offered_dose, "missed[::-1] if row.next_dose is None else [row.next_dose.n, *missed]", "missed"),
)
def test_the_dose_of_tonight_is_offered_whatever_is_uncharted(ward: Followed, many: Many) -> None:
    chart_dose(ward, 1)
    for slots in many(9, 43):
        ward.now = START + EIGHT_HOURS * (slots + 1) + timedelta(minutes=6)
        chart = ward.desk.ward.read_again("p")
        row = ward.desk.ward.row(ward.desk.ward.get("p"))
        offered = offered_dose(chart, row)
        assert offered is not None
        assert offered.slot.number == slots + 2
        assert [slot.number for slot in backlog(chart.courses[0], row)] == list(range(2, slots + 2))
    sheet = DoseScreen(ward.desk, ward.desk.author, chart, "deed")  # type: ignore[arg-type]
    assert sheet.about() == f"{chart.courses[0].n}.{slots + 2}"


@hazard(
    "HZ-82",
    without=cut(Course.open_between, "if at <= each.due < slot.due", "if True"),
)
def test_a_late_dose_blocks_no_later_one(ward: Followed, many: Many) -> None:
    for slot in many(6, 40):
        late = timedelta(hours=2, minutes=30) if slot % 2 == 0 else timedelta()
        chart_dose(ward, slot + 1, late, "as it happened")
    course = ward.desk.ward.store.chart("p").course
    assert course is not None
    assert list(course.with_outcome(GIVEN)) == list(range(1, slot + 2))


@hazard("HZ-83", without=cut(DoseScreen._is_overtaken.fget, "self._dose.entry != self._opened_on", "False"))  # type: ignore[attr-defined]
def test_a_dose_that_a_colleague_has_charted_is_not_charted_a_second_time(ward: Followed) -> None:
    chart = ward.desk.ward.read_again("p")
    course = chart.courses[0].n
    sheet = DoseScreen(ward.desk, ward.desk.author, chart, "deed", (course, 1))  # type: ignore[arg-type]
    assert not sheet.has_nothing()
    chart_dose(ward, 1)
    sheet.chart = ward.desk.ward.read_again("p")
    sheet.compare()
    assert sheet.has_nothing()


@hazard(
    "HZ-84",
    without=(
        swap("immunosep_tui.ward.deeds.NOT_CHARTED", "omitted"),
        cut(Course.uncertain_before, "slot.number in unknown or slot.number not in self.doses", "False"),
    ),
)
def test_what_is_not_charted_is_not_omitted_and_leaves_the_gap_uncertain(ward: Followed) -> None:
    chart_dose(ward, 1)
    ward.now = START + EIGHT_HOURS * 4
    chart = ward.desk.ward.read_again("p")
    course = chart.courses[0].n
    slots = backlog(chart.courses[0], ward.desk.ward.row(ward.desk.ward.get("p")))
    ward.desk.ward.store.append(close_backlog(chart, course, slots, ward.signature("paper chart lost")), chart.n)
    chart = ward.desk.ward.read_again("p")
    row = ward.desk.ward.row(ward.desk.ward.get("p"))
    bodies = [entry.body for entry in chart.courses[0].doses.values()]
    assert bodies == [Dose(course, 1, GIVEN), *(Dose(course, n, NOT_CHARTED) for n in (2, 3, 4))]
    slot = chart.courses[0].slot(2)
    assert slot is not None
    assert SIGNS[state_of(slot, chart.courses[0], row)] not in (SIGNS["omitted"], SIGNS[GIVEN])
    due = dose_at(chart, course, 5)
    assert due is not None
    assert [each.number for each in unsure_since(due, ms(ward.now))] == [2, 3, 4]
    assert row.not_charted == ()
