"""Attention by itself: the names that are kept, the order of items, and what an instant makes of a standing."""

from __future__ import annotations

import pytest

from immunosep_tui.record import attention as kinds
from immunosep_tui.record.attention import (
    CALL,
    DECIDE,
    DO,
    DUE,
    LOOK,
    RUNNING,
    STOP,
    Attention,
    CourseState,
    Item,
    OpenDose,
    OpenLook,
    Seen,
    Standing,
)
from immunosep_tui.record.chart import DIED, LEFT

HOUR = 3_600_000
DAY = 24 * HOUR
NAMES = {
    "STOP": "stop",
    "CALL": "call",
    "DUE": "due",
    "DECIDE": "decide",
    "LOOK": "look",
    "DO": "do",
    "RUNNING": "running",
    "STOPPED": "stopped",
    "ENDED": "ended",
    "LIMIT": "limit",
    "RESTS_ON": "rests-on",
    "PHENOTYPE": "phenotype",
    "EQUAL_TIMES": "equal-times",
    "SAMPLE_TIME": "sample-time",
    "HOOK": "hook",
    "ISTH": "isth",
    "SOFA_DIFFERS": "sofa-differs",
    "DOSE": "dose",
    "HELD": "held",
    "NOT_CHARTED": "not-charted",
    "CHECK": "check",
    "BACKLOG": "backlog",
    "SOFA": "sofa",
    "MARKER": "marker",
    "PLAN": "plan",
    "IDENTITY": "identity",
    "CLOSE": "close",
    "HOLD": "hold",
    "CALL_FIRST": "call-first",
    "REVIEW_FIRST": "review-first",
}


def course(state: str = RUNNING, held: int = 0, stopped: int | None = None) -> CourseState:
    return CourseState(3, "anakinra", state, 0, True, 15, 15 * DAY, 45, stopped, held, 5)


def bleed(level: str = STOP, **facts: object) -> Item:
    return Item(level, kinds.LIMIT, "Bleeding", 7, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "text"), NAMES.items())
def test_the_names_that_boards_and_scripts_keep_do_not_change(name: str, text: str) -> None:
    assert getattr(kinds, name) == text


def test_an_item_has_nothing_that_was_not_said_of_it() -> None:
    item = bleed()
    assert item == Item(STOP, "limit", "Bleeding", 7, "", (), False, "", None, 0, 0, 0, 0, "")
    assert item.key == (STOP, "limit", "Bleeding", 0)
    assert bleed(entries=(4, 2)).key[-1] == 4


def test_a_patient_of_whom_nothing_is_asked_comes_behind_all_others() -> None:
    assert Attention(()).rank == (6, False, 0, 0, 0)
    assert Attention((Item(DO, kinds.PLAN, "", 0),)).rank < Attention(()).rank


def test_items_of_the_first_level_alone_are_counted_in_the_order_of_patients() -> None:
    items = (bleed(severity=13), bleed(severity=2), Item(DUE, kinds.DOSE, "a", 0, late=9))
    assert Attention(items).rank == (0, False, -13, 0, -2)


def test_the_latest_comes_first_where_severity_is_alike_and_a_draft_behind_what_is_signed() -> None:
    early, late = (Item(DUE, kinds.DOSE, "a", 0, late=late, n=late) for late in (1, 9))
    worse, draft = bleed(severity=2, entries=(1,)), bleed(severity=3, draft=True)
    assert Standing(items=(draft, early, worse, late)).at(0).items == (worse, draft, late, early)


def test_a_draft_was_not_known_and_interrupts_when_it_is_signed() -> None:
    assert Attention((bleed(),)).new_since(Attention((bleed(draft=True),))) == (bleed(),)


def test_an_alarm_goes_on_under_its_name_or_under_its_entry() -> None:
    before = Attention((bleed(CALL, entries=(4,)),))
    for after in (bleed(CALL, entries=(9,)), Item(STOP, kinds.LIMIT, "Grade", 7, entries=(4,))):
        assert Attention((after,)).ended_since(before) == ()
    for after in (Item(CALL, kinds.LIMIT, "Grade", 7, entries=(9,)), bleed(LOOK, entries=(4,))):
        assert Attention((after,)).ended_since(before) == before.items


def test_an_empty_standing_asks_for_nothing_and_has_no_course() -> None:
    empty = Standing()
    assert (empty.window, empty.overdue, empty.late_facts) == (0, 0, False)
    assert empty.at(5) == Attention(())
    assert empty.state_at(5) == empty.state_at(5, clock_in_doubt=True) == ""
    assert empty.next_dose(5) is None
    assert empty.next_look(5) is None


@pytest.mark.parametrize(
    ("level", "code", "against"),
    [
        (STOP, "limit", "hold"),
        (CALL, "rests-on", "review-first"),
        (CALL, "limit", "call-first"),
        (DECIDE, "rests-on", ""),
        (LOOK, "limit", ""),
    ],
)
def test_what_stands_against_a_dose(level: str, code: str, against: str) -> None:
    item = Item(level, code, "", 0, seen=Seen("AB", DAY))
    found = Standing(items=(item,), doses=(OpenDose(1, "a", HOUR, 9 * HOUR),), course=course()).at(HOUR)
    assert found.against_dose == against
    assert [each.value for each in found.of(DUE)] == [against]


def test_a_dose_is_due_until_the_next_one_enters_its_window() -> None:
    dose = OpenDose(1, "a", 2 * HOUR, 9 * HOUR)
    standing = Standing(doses=(dose,), course=course(), window=HOUR, overdue=HOUR)
    assert [len(standing.at(at).of(DUE)) for at in (HOUR - 1, HOUR, 9 * HOUR - 1, 9 * HOUR)] == [0, 1, 1, 0]
    assert [standing.next_dose(at) for at in (0, 9 * HOUR - 1, 9 * HOUR)] == [dose, dose, None]
    assert [[i.late for i in standing.at(at).of(DUE)] for at in (3 * HOUR, 3 * HOUR + 1)] == [[0], [1]]
    (missed,) = standing.at(9 * HOUR).of(DECIDE)
    assert missed == Item(DECIDE, "not-charted", "a", 2 * HOUR, n=1, of=45)


def test_several_doses_that_were_not_charted_are_told_by_the_first() -> None:
    doses = (OpenDose(1, "a", HOUR, 9 * HOUR), OpenDose(2, "b", 9 * HOUR, 17 * HOUR))
    standing = Standing(doses=doses, course=course())
    assert [standing.not_charted(at) for at in (9 * HOUR - 1, 9 * HOUR, DAY)] == [(), doses[:1], doses]
    assert standing.at(DAY).of(DECIDE) == (Item(DECIDE, "not-charted", "a", HOUR, n=2, of=45),)


@pytest.mark.parametrize(("ends", "count"), [(HOUR - 1, 0), (HOUR, 0), (HOUR + 1, 1)])
def test_a_dose_that_was_not_due_before_the_end_of_a_course_is_not_missed(ends: int, count: int) -> None:
    dose = OpenDose(1, "a", HOUR, 9 * HOUR)
    stopped = Standing(doses=(dose,), course=course(kinds.STOPPED, stopped=ends))
    left = Standing(doses=(dose,), course=course(kinds.ENDED), place=LEFT, gone_at=ends)
    assert [len(each.not_charted(DAY)) for each in (stopped, left)] == [count, count]


def test_a_course_ends_by_the_clock_unless_that_is_in_doubt() -> None:
    standing = Standing(course=course())
    assert [standing.state_at(at) for at in (15 * DAY - 1, 15 * DAY)] == [kinds.RUNNING, kinds.ENDED]
    assert standing.state_at(15 * DAY, clock_in_doubt=True) == kinds.RUNNING


def test_no_dose_comes_after_a_stop_or_of_a_patient_who_is_gone() -> None:
    running = Standing(doses=(OpenDose(1, "a", HOUR, 9 * HOUR),), course=course())
    assert running.next_dose(0) is not None
    assert running._replace(course=course(kinds.STOPPED, stopped=0)).next_dose(0) is None
    assert running._replace(place=LEFT, gone_at=0).next_dose(0) is None


def test_by_a_clock_in_doubt_nothing_is_late_or_over() -> None:
    dose = OpenDose(1, "a", 2 * HOUR, 9 * HOUR)
    look = OpenLook(kinds.CHECK, "Hb", 1, HOUR, 9 * HOUR)
    seen = bleed(seen=Seen("AB", 99 * DAY))
    standing = Standing((seen,), (dose,), (look,), course())
    assert [item.level for item in standing.at(20 * DAY).items] == [STOP, DECIDE]
    doubted = standing.at(20 * DAY, clock_in_doubt=True).items
    assert [(item.level, item.late, item.is_calm) for item in doubted] == [(STOP, 0, False), (DUE, 0, False)]
    assert standing.next_dose(20 * DAY, clock_in_doubt=True) == dose
    assert standing.not_charted(20 * DAY, clock_in_doubt=True) == ()


def test_held_doses_wait_and_are_counted() -> None:
    found = Standing(course=course(held=2)).at(HOUR).items
    assert found == (Item(DECIDE, "held", "", 5, n=2, of=45),)


def test_checks_of_today_are_told_one_by_one_and_earlier_ones_counted() -> None:
    looks = (
        OpenLook(kinds.CHECK, "Hb", 1, HOUR, DAY),
        OpenLook(kinds.SOFA, "SOFA", 1, 2 * HOUR, DAY),
        OpenLook(kinds.CHECK, "ANC", 2, DAY + HOUR, 2 * DAY),
        OpenLook(kinds.CHECK, "ALT", 2, DAY + 9 * HOUR, 2 * DAY),
    )
    standing = Standing(looks=looks, course=course())
    assert standing.at(DAY + HOUR).items == (
        Item(DO, "backlog", "", HOUR, n=1),
        Item(DO, "check", "ANC", DAY + HOUR, n=2),
    )
    assert standing.next_look(DAY + HOUR) == looks[3]
    assert [standing.next_look(at) for at in (DAY + 9 * HOUR, 15 * DAY)] == [None, None]
    assert standing._replace(place=LEFT, gone_at=DAY).next_look(HOUR) is None


@pytest.mark.parametrize("place", [DIED, LEFT])
def test_of_who_is_gone_stops_and_doses_are_to_be_closed(place: str) -> None:
    doses = (OpenDose(1, "a", HOUR, 9 * HOUR), OpenDose(2, "a", 9 * HOUR, 17 * HOUR))
    standing = Standing((bleed(),), doses, (), course(kinds.ENDED), place, 2 * HOUR)
    assert standing.at(DAY).of(DO) == (Item(DO, "close", "", 2 * HOUR, n=1, of=1),)
    assert Standing(place=place, gone_at=2 * HOUR).at(DAY).items == ()
    assert standing.is_gone
    assert not standing._replace(late_facts=True).is_gone


def test_a_standing_is_written_short_and_read_again() -> None:
    item = bleed(LOOK, entries=(3, 1), seen=Seen("\u00c5B", 9), value="\u00b5")
    standing = Standing((item,), (OpenDose(1, "a", 2, 3),), (OpenLook("check", "Hb", 1, 2, 3),), course())
    text = standing.written()
    assert Standing.read(text) == standing
    assert "\u00b5" in text
    assert ", " not in text
    assert ": " not in text
    with pytest.raises(ValueError, match="standing"):
        Standing.read("[[[1]],[],[],null]")
