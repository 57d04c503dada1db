"""Attention: what of a patient asks for a person at an instant, by six levels."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from immunosep_tui.record.attention import (
    BACKLOG,
    CALL,
    CALL_FIRST,
    CHECK,
    CLOSE,
    DECIDE,
    DO,
    DOSE,
    DUE,
    ENDED,
    HELD,
    HOLD,
    LEVELS,
    LOOK,
    NOT_CHARTED,
    NOTHING,
    RUNNING,
    SOFA,
    STOP,
    STOPPED,
    Attention,
    CourseState,
    Item,
    OpenDose,
    Standing,
)
from immunosep_tui.record.kinds import CourseStopped, RedCells
from immunosep_tui.rules.protocol import Protocol
from tests.support.story import HOUR, Story, codes, hour, told, wall


def running(protocol: Protocol, drug: str = "anakinra", settings: dict[str, str] | None = None) -> Story:
    """A patient half an hour after the first dose of a course."""
    story = Story(protocol, settings).at(-4)
    story.course(drug)
    story.at(0.5).dose()
    return story


def stop(story: Story) -> int:
    """Stop the course now."""
    course = story.chart.course
    assert course is not None
    return story.record(CourseStopped(course.n, "now"), reason="rash")


def of_code(found: Attention, code: str) -> list[Item]:
    return [item for item in found.items if item.code == code]


# ---- DUE --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hours", "due", "late"),
    [(6.999, False, 0), (7, True, 0), (9, True, 0), (9.5, True, 0.5), (14.999, True, 5.999), (15, False, 0)],
)
def test_a_dose_is_due_from_its_window_until_the_next_enters_its_own(
    hours: float, due: bool, late: float, protocol: Protocol
) -> None:
    """Dose 2 of anakinra is due at hour 8, with a window of one hour; overdue is an hour after it."""
    found = [item for item in of_code(running(protocol).attention(hours), DOSE) if item.n == 2]
    assert bool(found) is due
    assert [item.late / HOUR for item in found] == ([pytest.approx(late)] if due else [])
    assert all(item.is_red is (late > 0) for item in found)


def test_a_dose_that_is_charted_is_not_due(protocol: Protocol) -> None:
    story = running(protocol).at(8)
    for outcome in ("given", "refused", "omitted"):
        n = story.dose(2, outcome)
        assert of_code(story.attention(), DOSE) == []
        story.void(n)
    assert of_code(story.attention(), DOSE) != []


@pytest.mark.parametrize(
    ("grade", "against"), [(4, HOLD), (3, HOLD), (2, CALL_FIRST), (1, "")], ids=["4", "3", "2", "1"]
)
@pytest.mark.parametrize("acknowledged", [False, True])
def test_under_a_stop_or_a_call_a_dose_says_what_stands_against_it_and_is_never_red(
    grade: int, against: str, acknowledged: bool, protocol: Protocol
) -> None:
    story = running(protocol).at(9.5)
    n = story.bleed(grade)
    if acknowledged:
        story.acknowledge(n)
    (due,) = story.attention().of(DUE)
    assert (due.value, due.is_red) == (against, not against)
    assert story.attention().against_dose == against


def test_a_look_stands_against_no_dose(protocol: Protocol) -> None:
    story = running(protocol).at(9.5)
    story.check("hemoglobin", "7.5")
    assert [(item.value, item.is_red) for item in story.attention().of(DUE)] == [("", True)]


def test_while_the_clock_is_in_doubt_nothing_is_late_and_no_acknowledgement_holds(protocol: Protocol) -> None:
    story = running(protocol).at(9.5)
    story.acknowledge(story.bleed(2))
    doubted = story.attention(doubt=True)
    assert [item.late for item in doubted.items] == [0] * len(doubted.items)
    assert [item.is_calm for item in doubted.alarms] == [False]
    assert [item.is_calm for item in story.attention().alarms] == [True]


# ---- not charted, held ------------------------------------------------------------------------------------------------
def test_a_dose_of_which_nothing_was_recorded_becomes_not_charted_and_is_counted(protocol: Protocol) -> None:
    story = running(protocol)
    assert of_code(story.attention(14.999), NOT_CHARTED) == []
    (one,) = of_code(story.attention(15), NOT_CHARTED)
    assert (one.level, one.n, one.of, one.since) == (DECIDE, 1, 45, hour(8))
    (three,) = of_code(story.attention(31), NOT_CHARTED)
    assert three.n == 3
    story.at(31).dose(2, at=8)
    (two,) = of_code(story.attention(), NOT_CHARTED)
    assert (two.n, two.since) == (2, hour(16))


def test_the_last_dose_stays_due_until_the_course_ends_and_is_then_not_charted(protocol: Protocol) -> None:
    story = running(protocol)
    last, end = 44 * 8, 15 * 24 + 0.5  # the first dose was given half an hour late
    assert 45 in [item.n for item in of_code(story.attention(last + 2), DOSE)]
    assert 45 in [item.n for item in of_code(story.attention(end - 0.001), DOSE)]
    after = story.attention(end)
    assert of_code(after, DOSE) == []
    (left,) = of_code(after, NOT_CHARTED)
    assert left.n == 44


@pytest.mark.parametrize(("hours", "counted"), [(10, 1), (17, 2)])
def test_a_stop_leaves_the_doses_before_it_to_be_charted_and_asks_for_none_after_it(
    hours: float, counted: int, protocol: Protocol
) -> None:
    story = running(protocol).at(hours)
    assert len(of_code(story.attention(), DOSE)) == 1
    stop(story)
    for later in (hours, hours + 1, hours + 100):
        found = story.attention(later)
        assert of_code(found, DOSE) == []
        assert [item.n for item in of_code(found, NOT_CHARTED)] == [counted]


def test_held_waits_for_the_next_given_dose_of_its_product_or_a_stop(protocol: Protocol) -> None:
    story = running(protocol).at(8)
    story.dose(2, "held")
    (item,) = of_code(story.attention(), HELD)
    assert (item.level, item.n, item.since) == (DECIDE, 1, hour(8))
    story.at(16).dose(3, "held")
    assert [item.n for item in of_code(story.attention(), HELD)] == [2]
    n = story.at(24).dose(4)
    assert of_code(story.attention(), HELD) == []
    story.void(n)
    assert [item.n for item in of_code(story.attention(), HELD)] == [2]
    stop(story)
    assert of_code(story.attention(), HELD) == []


# ---- DO ---------------------------------------------------------------------------------------------------------------
def test_checks_of_a_day_are_due_from_06_00_and_are_late_after_an_hour(protocol: Protocol) -> None:
    story = running(protocol)
    for hours, late in ((21.999, None), (22, 0), (23, 0), (23.5, 0.5)):
        found = [item for item in of_code(story.attention(hours), CHECK) if item.about == "Hemoglobin" and item.n == 2]
        assert [item.late / HOUR for item in found] == ([] if late is None else [late])
        assert not any(item.is_red for item in found)


def test_the_ward_sets_the_hours(protocol: Protocol) -> None:
    story = running(protocol, settings={"due_from": "07:30", "overdue": "90"})
    assert [
        bool([item for item in of_code(story.attention(hours), CHECK) if item.n == 2]) for hours in (23.4, 23.5)
    ] == [False, True]


def test_checks_before_a_dose_are_due_4_hours_ahead_of_it(protocol: Protocol) -> None:
    story = running(protocol, "interferon-gamma")
    story.at(1).check("platelets", "90 08:10")
    for hours, due in ((43.999, []), (44, [3])):  # the second dose is at hour 48, on day 3
        found = [item for item in of_code(story.attention(hours), CHECK) if item.about == "Platelets"]
        assert [item.n for item in found] == due


def test_a_check_is_done_by_a_reading_of_its_day_whatever_room_it_was_typed_in(protocol: Protocol) -> None:
    story = running(protocol)
    asked = {item.about for item in of_code(story.attention(23), CHECK) if item.n == 2}
    story.at(23).sign({"sofa.2.platelets": "90", "sofa.2.creatinine": "1.1"})
    story.check("hemoglobin", "9", day=2)
    done = asked - {item.about for item in of_code(story.attention(), CHECK) if item.n == 2}
    assert done == {"Platelets", "Creatinine", "Hemoglobin"}


def test_a_check_of_each_shift_is_asked_for_as_often(protocol: Protocol) -> None:
    story = running(protocol, "interferon-gamma").at(39)  # 23:00 of day 2: three shifts have begun

    def open_looks() -> int:
        return len([i for i in of_code(story.attention(), CHECK) if i.about == "WHO bleeding grade" and i.n == 2])

    assert open_looks() == 3
    story.check("bleeding", "0", day=2)
    assert open_looks() == 2
    story.check("bleeding", "0; 1; 0", day=2)
    assert open_looks() == 0


def test_checks_of_days_that_are_over_are_counted_and_not_listed(protocol: Protocol) -> None:
    story = running(protocol)
    today = len(of_code(story.attention(15.9), CHECK))
    assert of_code(story.attention(15.9), BACKLOG) == []
    (item,) = of_code(story.attention(16), BACKLOG)
    assert (item.level, item.n, item.since, item.late) == (DO, today, hour(-4), 0)  # the first was due before dose 1
    assert of_code(story.attention(16), CHECK) == []


def test_a_sofa_is_asked_for_on_the_day_after_and_then_no_more(protocol: Protocol) -> None:
    story = running(protocol)
    assert [item.n for item in of_code(story.attention(), SOFA)] == [1]  # the baseline at once
    story.sign({"response.1": "9"})
    for hours, day in ((39.9, []), (40, [2]), (63.9, [2]), (64, [3])):
        assert [item.n for item in of_code(story.attention(hours), SOFA)] == day
    story.at(41).sign({"response.2": "8"})
    assert of_code(story.attention(), SOFA) == []


@pytest.mark.parametrize("how", ["stopped", "ended"])
def test_a_course_that_is_over_has_no_check_and_no_dose(how: str, protocol: Protocol) -> None:
    story = running(protocol)
    story.sign({"response.1": "9"})
    story.at(20)
    if how == "stopped":
        stop(story)
    found = story.attention(20 if how == "stopped" else 15 * 24 + 0.5)
    assert not {CHECK, BACKLOG, SOFA, DOSE} & {item.code for item in found.items}
    alarmed = story.bleed(3)
    assert [item.entries for item in story.attention(15 * 24 + 1).of(STOP)] == [(alarmed,)]


# ---- died and left ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["died", "left"])
def test_of_who_is_gone_what_is_open_is_counted_to_be_closed(how: str, protocol: Protocol) -> None:
    story = running(protocol).at(2)
    n = story.bleed(3)
    story.at(18)
    story.die() if how == "died" else story.leave()
    standing = story.standing()
    assert (standing.place, standing.gone_at, standing.is_gone) == (how, hour(18), True)
    (close,) = of_code(story.attention(30), CLOSE)
    assert (close.level, close.n, close.of) == (DO, 1, 2)  # one STOP; the doses of hours 8 and 16
    assert not {CHECK, BACKLOG, SOFA, DOSE, HELD} & {item.code for item in story.attention(30).items}
    story.end(n)
    assert [(item.n, item.of) for item in of_code(story.attention(30), CLOSE)] == [(0, 2)]


def test_doses_after_a_stop_are_not_to_be_closed_of_who_died_later(protocol: Protocol) -> None:
    story = running(protocol).at(9)
    stop(story)
    story.at(60).die()
    assert [(item.n, item.of) for item in of_code(story.attention(), CLOSE)] == [(0, 1)]


def test_nothing_is_to_be_closed_of_who_left_with_everything_recorded(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    story.leave()
    assert story.attention().items == ()
    assert story.standing().is_gone


def test_a_fact_that_is_signed_after_leaving_alive_counts_until_it_is_closed(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    story.bleed(3)
    story.at(3).leave()
    story.at(4).record(RedCells(1), at=2.5)
    assert story.standing().is_gone  # the STOP is older, and one unit of red cells is no alarm
    n = story.at(5).bleed(3, at=2.9)
    assert not story.standing().is_gone
    story.end(n)
    assert story.standing().is_gone


def test_who_died_is_gone_whatever_is_signed_after(protocol: Protocol) -> None:
    story = running(protocol).at(3)
    story.die()
    story.at(5).bleed(3, at=2)
    assert story.standing().is_gone
    assert told(story.attention(), STOP) == [(STOP, "Bleeding", "WHO 3")]


def test_after_a_return_the_same_course_goes_on_and_doses_between_are_not_charted(protocol: Protocol) -> None:
    story = running(protocol).at(4)
    left = story.leave()
    story.at(33).void(left)
    found = story.attention()
    assert [item.n for item in of_code(found, NOT_CHARTED)] == [3]
    assert [item.n for item in of_code(found, DOSE)] == [5]  # of hour 32
    assert story.standing().course == replace_course(story, RUNNING)


def replace_course(story: Story, state: str) -> CourseState:
    course = story.standing().course
    assert course is not None
    return course._replace(state=state)


# ---- the course ---------------------------------------------------------------------------------------------------------
def test_the_state_of_a_course_and_its_day_of_n(protocol: Protocol) -> None:
    story = running(protocol)
    course = story.standing().course
    assert course is not None
    assert (course.days, course.doses, course.is_given, course.first) == (15, 45, True, hour(0.5))
    end = 15 * 24 + 0.5
    for hours, state, day in ((0.4, RUNNING, None), (0.5, RUNNING, 1), (24.5, RUNNING, 2), (end - 0.01, RUNNING, 15)):
        assert (course.state_at(hour(hours)), course.day_at(hour(hours))) == (state, day)
    assert (course.state_at(hour(end)), course.day_at(hour(end))) == (ENDED, None)
    story.at(30)
    stop(story)
    stopped = story.standing().course
    assert stopped is not None
    assert (stopped.state_at(hour(31)), stopped.day_at(hour(31)), stopped.stopped) == (STOPPED, None, hour(30))
    assert stopped.state_at(hour(999)) == STOPPED


def test_what_comes_next(protocol: Protocol) -> None:
    story = running(protocol)
    standing = story.standing()
    for hours, number in ((1, 2), (8, 2), (14.9, 2), (15, 3)):
        dose = standing.next_dose(hour(hours))
        assert dose is not None
        assert dose.n == number
    look = standing.next_look(hour(1))
    assert look is not None
    assert look.due == hour(22)  # 06:00 of day 2
    assert standing.next_dose(hour(15 * 24 + 1)) is None
    assert standing.next_look(hour(15 * 24 + 1)) is None
    story.at(3).leave()
    assert story.standing().next_dose(hour(3)) is None


# ---- order, interruption --------------------------------------------------------------------------------------------------
def test_items_stand_by_level_and_in_it_by_what_is_open_and_how_bad_it_is(protocol: Protocol) -> None:
    story = running(protocol).at(9.5)
    story.check("hemoglobin", "6.8")
    story.check("mental-state", "problem")
    story.bleed(2)
    story.bleed(3)
    story.acknowledge(story.bleed(4))
    found = story.attention()
    levels = [item.level for item in found.items]
    assert levels == sorted(levels, key=LEVELS.index)
    assert told(found, STOP, CALL) == [
        (STOP, "Bleeding", "WHO 3"),
        (STOP, "Bleeding", "WHO 4"),  # acknowledged
        (CALL, "Hemoglobin", "6.8 g/dL"),
        (CALL, "Bleeding", "WHO 2"),  # not worse than what was acknowledged
    ]
    assert set(levels) == {STOP, CALL, DUE, LOOK, DO}


def items(*listed: Item) -> Attention:
    return Standing(items=tuple(listed)).at(0)


def limit(level: str, **more: object) -> Item:
    return replace_item(Item(level, "limit", "Hemoglobin", 0), **more)


def replace_item(item: Item, **more: object) -> Item:
    return item._replace(**more)  # type: ignore[arg-type]


ORDER: Sequence[tuple[str, Attention]] = (
    ("the worst stop", items(limit(STOP, severity=14))),
    ("a stop", items(limit(STOP))),
    ("two calls", items(limit(CALL), limit(CALL, about="Platelets"))),
    ("a call", items(limit(CALL), limit(DO))),
    ("a dose, later", items(Item(DUE, DOSE, "anakinra", 0, late=9))),
    ("a dose, late", items(Item(DUE, DOSE, "anakinra", 0, late=1))),
    ("a dose", items(Item(DUE, DOSE, "anakinra", 0))),
    ("to decide", items(limit(DECIDE))),
    ("to look at", items(limit(LOOK))),
    ("to do", items(limit(DO))),
    ("nothing", items()),
)


def test_patients_go_by_level_severity_how_late_and_how_many() -> None:
    assert [name for name, _found in sorted(ORDER, key=lambda each: each[1].rank)] == [name for name, _found in ORDER]
    assert items().rank[0] == NOTHING


def test_a_new_stop_or_call_interrupts_once_and_nothing_else_does(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    before = story.attention()
    story.check("mental-state", "problem")
    assert story.attention(9.5).new_since(before) == ()  # a dose is late, something is to be looked at
    n = story.bleed(3)
    new = story.attention().new_since(before)
    assert [item.entries for item in new] == [(n,)]
    assert story.attention(30).new_since(story.attention()) == ()
    assert before.new_since(story.attention()) == ()
    drafted = story.attention(draft={"monitoring.1.anakinra-bleeding": "4"})
    assert drafted.new_since(story.attention()) == ()


def test_what_has_ended_is_said(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    n = story.bleed(3)
    story.check("hemoglobin", "6.8 09:00")
    before = story.attention()
    story.at(3).check("hemoglobin", "6.8 09:00; 8.1 10:30")
    assert [item.about for item in story.attention().ended_since(before)] == ["Hemoglobin"]
    story.end(n)
    assert [item.about for item in story.attention().ended_since(before)] == ["Bleeding", "Hemoglobin"]
    assert before.ended_since(story.attention()) == ()


def test_a_red_line_is_a_stop_a_call_or_an_overdue_dose_that_may_be_given() -> None:
    red = {
        name: item.is_red
        for name, item in {
            "stop": limit(STOP),
            "call": limit(CALL),
            "due": Item(DUE, DOSE, "anakinra", 0),
            "late": Item(DUE, DOSE, "anakinra", 0, late=1),
            "late and held up": Item(DUE, DOSE, "anakinra", 0, CALL_FIRST, late=1),
            "late check": Item(DO, CHECK, "ALT", 0, late=1),
            "look": limit(LOOK),
        }.items()
    }
    assert {name for name, is_red in red.items() if is_red} == {"stop", "call", "late"}


def test_no_dose_of_a_standing_without_a_course_is_asked_for() -> None:
    standing = Standing(doses=(OpenDose(1, "anakinra", 0, 9),))
    assert standing.at(1).items == ()
    assert wall(0) == "2026-05-12 08:00"
    assert codes(standing.at(1)) == {}
