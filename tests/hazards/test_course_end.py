"""The end of a course and its way back: no stop before a dose, none undone without proof, none of the time away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.agenda import Agenda
from immunosep_tui.record.attention import DUE
from immunosep_tui.record.courses import course_rows
from immunosep_tui.record.entry import Proposal
from immunosep_tui.record.kinds import CourseStopped, Left, Returned
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.errors import Refused
from immunosep_tui.ui.screens.take_back import TakeBackScreen
from immunosep_tui.ward.deeds import stop_course, take_back
from immunosep_tui.ward.instants import moment, ms
from tests.hazards.control import Many, cut, every, hazard
from tests.support.followed import IDENTITY, LABS, SCREENING, START, Followed

HOUR = timedelta(hours=1)
ANY_LATER = cut(course_rows, "each.at > plan.ends", "True")
"""Every course that another one follows is closed for the database, whether or not its last day was over then."""


@pytest.fixture
def ward(tmp_path: Path, protocol: Protocol) -> Iterator[Followed]:
    """Two doses of anakinra are given, at 08:10 and 16:10; it is midnight."""
    found = Followed(tmp_path, protocol)
    found.sign("p", IDENTITY | SCREENING | LABS)
    found.start("p")
    found.give_until("p", START + 9 * HOUR)
    found.now = START + 16 * HOUR
    yield found
    found.desk.close()


def refused(ward: Followed, proposal: Proposal) -> str:
    """The rule that refuses an entry, empty where it is recorded."""
    store = ward.desk.ward.store
    try:
        store.append([proposal], store.chart("p").n)
    except Refused as error:
        return error.rule
    return ""


@hazard("HZ-85", without=cut(CourseStopped.guard_in, "last is not None and proposal.at < last.at", "False"))
def test_no_stop_lies_before_a_given_dose(ward: Followed, many: Many) -> None:
    chart = ward.desk.ward.store.chart("p")
    assert chart.course is not None
    last = chart.course.last_given
    assert last is not None
    for minutes in many(20, 490):
        early = stop_course(chart, "x", moment(last.at) - timedelta(minutes=minutes + 1), ward.signature("why"))
        assert refused(ward, early) == ("stop_after_dose" if early.at >= ms(START - 2 * HOUR) else "stop_after_start")
    assert refused(ward, stop_course(chart, "x", moment(last.at), ward.signature("why"))) == ""


@hazard(
    "HZ-86",
    without=cut(vars(TakeBackScreen)["asks_pin"].fget, "self._entry.body.proves", "False"),
)
def test_what_was_done_with_a_pin_is_taken_back_with_one(ward: Followed) -> None:
    author, store = ward.desk.author, ward.desk.ward.store
    assert author is not None
    ward.leave("p", START + 10 * HOUR)
    ward.come_back("p", START + 12 * HOUR)
    ward.stop("p", START + 14 * HOUR)
    ward.die("p", START + 15 * HOUR)
    asked = {}
    for entry in store.chart("p").entries:
        screen = TakeBackScreen(ward.desk, author, store.chart("p"), "key", entry=entry.n, go=lambda _place: None)
        if not screen.has_nothing():
            asked[entry.kind] = screen.asks_pin
    assert {kind for kind, asks in asked.items() if asks} == {"dose", "returned", "stop", "died"}


@hazard(
    "HZ-86",
    without=(
        every(cut(CourseStopped.guard_taken, "course is None or proposal.corrects is not None", "True"), ANY_LATER),
        cut(Left.guard_taken, "after is not None and isinstance(after.body, Returned)", "False"),
    ),
)
def test_nothing_is_taken_back_from_under_what_stands_on_it(ward: Followed) -> None:
    store = ward.desk.ward.store
    ward.leave("p", START + 10 * HOUR)
    ward.come_back("p", START + 12 * HOUR)
    ward.stop("p", START + 14 * HOUR)
    ward.start("p", START + 17 * HOUR)
    chart = store.chart("p")
    numbers = {type(entry.body): entry.n for entry in chart.entries}
    assert refused(ward, take_back(chart, numbers[CourseStopped], ward.signature("error"))) == "one_active_course"
    assert refused(ward, take_back(chart, numbers[Left], ward.signature("error"))) == "stands_on"


@hazard("HZ-86", without=ANY_LATER)
def test_the_database_has_one_running_course_whatever_the_program_takes(
    ward: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.stop("p", START + 14 * HOUR)
    ward.start("p", START + 17 * HOUR)
    chart = ward.desk.ward.store.chart("p")
    stop = next(entry for entry in chart.entries if isinstance(entry.body, CourseStopped))
    monkeypatch.setattr("immunosep_tui.store.store.objection", lambda *_given: ("", None))
    assert refused(ward, take_back(chart, stop.n, ward.signature("error"))) == "one_active_course"


@hazard("HZ-87", without=cut(Agenda.doses, "if left <= slot.due < back", "if False"))
def test_no_dose_of_the_time_away_is_ever_due(ward: Followed, many: Many) -> None:
    ward.leave("p", START + 9 * HOUR)
    ward.now = START + 45 * HOUR
    back = START + 44 * HOUR
    ward.come_back("p", back)
    away = {slot.number for slot in ward.desk.ward.store.chart("p").courses[0].open_slots if slot.due < ms(back)}
    assert away == {3, 4, 5, 6}
    for quarter in many(200, 1500):
        ward.now = back + timedelta(minutes=15 * quarter)
        (row,) = ward.desk.ward.listing().rows
        assert not {item.n for item in row.attention.of(DUE)} & away
        assert away <= {dose.n for dose in row.not_charted}
    assert isinstance(ward.desk.ward.store.chart("p").entries[-1].body, Returned)
