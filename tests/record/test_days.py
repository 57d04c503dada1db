"""Days: treatment days of 24 hours from the first given dose, calendar days of the site from its date."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.chart import fold
from immunosep_tui.record.clock import ms
from immunosep_tui.record.days import Days, course_days, days_of, days_when_signed, earliest_known, sofa_day
from immunosep_tui.record.kinds import CourseStopped, Dose
from immunosep_tui.rules.protocol import Protocol
from tests.record.histories import ADMITTED, book, plan
from tests.support.story import ZONE, Story, hour, wall

ATHENS = ZoneInfo("Europe/Athens")


@pytest.mark.parametrize(
    ("hours", "treatment", "calendar"),
    [
        (-0.001, 0, 1),
        (0, 1, 1),
        (15.999, 1, 1),  # midnight is 16 hours after 08:00
        (16, 1, 2),
        (23.999, 1, 2),
        (24, 2, 2),
        (14 * 24 - 0.001, 14, 15),
        (14 * 24 + 23.999, 15, 16),
        (-8, 0, 1),
        (-8.001, 0, 0),
    ],
)
def test_a_treatment_day_is_24_hours_and_a_calendar_day_a_date(hours: float, treatment: int, calendar: int) -> None:
    days = Days(ZONE, hour(0), is_given=True)
    assert (days.treatment_day(hour(hours)), days.calendar_day(hour(hours))) == (treatment, calendar)


def test_a_day_on_which_clocks_change_has_23_or_25_hours_and_treatment_days_keep_24() -> None:
    days = Days(ATHENS, ms(datetime(2026, 3, 28, 6, tzinfo=UTC)), is_given=True)  # 08:00, the day before summer time
    begins, ends = days.span(2)
    assert (ends - begins) / 3_600_000 == 23
    assert days.calendar_day(begins) == 2 == days.calendar_day(ends - 1)
    assert days.calendar_day(ends) == 3
    assert days.treatment_day(days.first + 24 * 3_600_000) == 2
    begins, ends = Days(ATHENS, ms(datetime(2026, 10, 25, 6, tzinfo=UTC))).span(1)
    assert (ends - begins) / 3_600_000 == 25


def test_days_count_from_the_first_given_dose_before_it_from_the_planned_one(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    admission = days_of(story.chart, ZONE)
    assert (admission.first, admission.is_given, admission.is_counted) == (hour(-6), False, False)
    story.at(-3).bleed(0)  # the days are counted from the admission all the same
    assert days_of(story.chart, ZONE) == admission
    nobody = days_of(fold("q", []), ZONE, now=hour(5))
    assert (nobody.first, nobody.is_given, nobody.is_counted) == (hour(5), False, False)
    assert sofa_day(fold("q", []), ZONE, hour(5)) == 1
    typed = days_of(story.chart, ZONE, planned=hour(2))
    assert (typed.first, typed.is_given, typed.is_counted) == (hour(2), False, True)
    story.course()
    planned = days_of(story.chart, ZONE)
    assert (planned.first, planned.is_given) == (hour(0), False)
    story.at(1).dose(1, "held")
    assert days_of(story.chart, ZONE).first == hour(0)
    story.at(17).dose(2, at=16.5)  # past midnight: day 1 is the next date
    given = days_of(story.chart, ZONE)
    assert (given.first, given.is_given) == (hour(16.5), True)
    assert given.calendar_day(hour(15)) == 0
    assert sofa_day(story.chart, ZONE, hour(15)) == 1  # no SOFA day lies before day 1


def test_sofa_days_belong_to_the_first_course_and_a_second_has_treatment_days_of_its_own(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    first = story.course()
    story.at(0.5).dose()
    story.at(50).record(CourseStopped(first, wall(50)), reason="rash")
    story.at(51).sample("anakinra", 50, number=2)
    story.start(first=54)
    story.at(54.5).dose()
    assert days_of(story.chart, ZONE).first == hour(0.5)
    assert course_days(story.chart.courses[1], ZONE).first == hour(54.5)


def test_a_day_that_has_not_come_is_known_where_a_dose_counts_the_days() -> None:
    counted = Days(ZONE, hour(0))
    assert counted.has_come(1, hour(-8))
    assert not counted.has_come(1, hour(-8) - 1)
    assert not counted.has_come(2, hour(16) - 1)
    assert counted.has_come(2, hour(16))
    assert Days(ZONE, hour(0), is_counted=False).has_come(9, hour(0))


def test_a_record_begins_with_the_first_thing_that_happened(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.bleed(1, at=-7)
    assert earliest_known(story.chart) == hour(-7)


def test_the_days_of_an_entry_are_those_of_the_record_before_it(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    course = story.course()
    story.at(17).dose(2, at=16.5)
    story.bleed(0)
    late = story.at(18).dose(1, at=0.5)  # given before the one that is recorded already
    story.bleed(0)
    moved = story.record(Dose(course, 1, "given"), at=8, reason="typed wrongly", corrects=late)
    story.bleed(0)
    story.record(Dose(course, 1, "held"), at=9, reason="it was not given", corrects=moved)
    story.bleed(0)
    story.at(24.5).dose(3)
    story.at(50).record(CourseStopped(course, wall(50)), reason="rash")
    entries = story.entries
    told = [days_of(fold("p", entries[: max(1, n)]), ZONE) for n in range(len(entries))]
    assert days_when_signed(story.chart, ZONE) == told
    assert [each.first for each in dict.fromkeys(told)] == [hour(-6), hour(0), hour(16.5), hour(0.5), hour(8)]
    second = days_when_signed(fold("p", book(ADMITTED, plan(decision=1))), ZONE)
    assert [each.is_counted for each in second] == [False, False]  # a start is no part of the record before it
