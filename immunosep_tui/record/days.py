"""Days of a chart: treatment days of 24 hours from the first given dose, calendar days of the site from its date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.clock import SECOND, moment, ms
from immunosep_tui.record.course import Course
from immunosep_tui.record.courses import taken_back
from immunosep_tui.record.kinds import CourseStarted, Dose, Voided
from immunosep_tui.rules.instant import day_span, study_day

DAY: Final = 24 * 3600 * SECOND
"""24 elapsed hours in milliseconds."""


@dataclass(frozen=True, slots=True)
class Days:
    """Day numbers of one patient; all instants are milliseconds of UTC.

    Day 1 by the calendar is the day of the first given dose; before there is one that of the planned first dose, and
    without a plan that of the admission (local convention).

    Args:
        zone: of the site, in which calendar days begin and end.
        first: the instant on day 1 that the days are counted from.
        is_given: whether ``first`` is a given dose, so that treatment days run.
        is_counted: whether ``first`` is a dose, given or planned; else no day number can be told to lie ahead.
    """

    zone: ZoneInfo
    first: int
    is_given: bool = False
    is_counted: bool = True

    def treatment_day(self, at: int) -> int:
        """Treatment day of an instant: periods of 24 elapsed hours from the first dose, 0 or less before it."""
        return (at - self.first) // DAY + 1

    def calendar_day(self, at: int) -> int:
        """Calendar day of an instant at the site, 1 for the day of the first dose, 0 or less before it."""
        return study_day(moment(at), moment(self.first), self.zone)

    def span(self, day: int) -> tuple[int, int]:
        """The instants at which a calendar day begins and the next one begins."""
        begins, ends = day_span(day, moment(self.first), self.zone)
        return ms(begins), ms(ends)

    def has_come(self, day: int, now: int) -> bool:
        """Whether a calendar day has begun; without any dose, given or planned, none is known to lie ahead."""
        return not self.is_counted or self.calendar_day(now) >= day


def days_of(chart: Chart, zone: ZoneInfo, planned: int | None = None, now: int = 0) -> Days:
    """The days of a patient; SOFA days and checks count from the first course.

    Args:
        chart: of the patient.
        zone: of the site.
        planned: first dose of a plan that is typed and not signed.
        now: the present instant, from which the days of a patient without any entry are counted.
    """
    if chart.courses:
        return course_days(chart.courses[0], zone)
    if planned is not None:
        return Days(zone, planned)
    return Days(zone, chart.entries[0].at if chart.entries else now, is_counted=False)


def sofa_day(chart: Chart, zone: ZoneInfo, at: int) -> int:
    """The SOFA day of an instant: the calendar day from that of the first dose, at least 1."""
    return max(1, days_of(chart, zone, now=at).calendar_day(at))


def earliest_known(chart: Chart) -> int | None:
    """The instant of the first thing that a record says, milliseconds of UTC; None for an empty record."""
    return min((entry.at for entry in chart.entries), default=None)


def course_days(course: Course, zone: ZoneInfo) -> Days:
    """The days of one course, from its first given dose, before that from the planned one."""
    given = course.first_given
    return Days(zone, course.begins if given is None else given, given is not None)


def days_when_signed(chart: Chart, zone: ZoneInfo) -> list[Days]:
    """The days of a patient as they were counted when each entry was signed, in the order of the entries.

    A reading stays on the date on which it was taken when a course starts or its first dose is given on another day.
    """
    found: list[Days] = []
    told = list(chart.entries[:1])
    days = days_of(fold(chart.key, told), zone)
    for entry in chart.entries:
        found.append(days)
        body, taken = entry.body, taken_back(entry)
        there = None if taken is None else chart.entries[taken - 1].body
        if not isinstance(body, CourseStarted | Dose) and not isinstance(there, CourseStarted | Dose | Voided):
            continue
        told.append(entry)
        is_later_dose = isinstance(body, Dose) and taken is None and days.is_given and entry.at >= days.first
        days = days if is_later_dose else days_of(fold(chart.key, told), zone)
    return found
