"""The calendar of a course: one line a treatment day, each dose with its time and a sign for what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import DUE
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import Course
from immunosep_tui.record.kinds import GIVEN, HELD, NOT_CHARTED, ExtraDose, Slot
from immunosep_tui.record.kinds import Dose as RecordedDose
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.schedule import Dose
from immunosep_tui.ui.cells import pad
from immunosep_tui.ui.panel import Line, Part
from immunosep_tui.ui.times import clock_text, date_text, moment_text
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.instants import moment, ms

SIGNS: Final[Mapping[str, tuple[str, str]]] = {
    GIVEN: ("G", N_("given")),
    "late": ("L", N_("given late")),
    "early": ("E", N_("given early")),
    HELD: ("H", N_("held")),
    "refused": ("R", N_("refused")),
    "omitted": ("O", N_("omitted")),
    NOT_CHARTED: ("N", N_("signed as not charted")),
    "cancelled": ("x", N_("cancelled")),
    "overdue": ("!", N_("OVERDUE")),
    "due": ("D", N_("due")),
    "uncharted": ("?", N_("not charted")),
    "next": (">", N_("next")),
    "open": ("-", N_("open")),
}
"""What can become of a dose: its sign in the calendar and its word."""

PART_SIGN: Final = "+"
"""Stands behind the sign of a dose beside which a part or a further syringe was given."""

_HEAD: Final = 7
"""Cells of the name of a day."""


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """One dose in the calendar; ``key`` is the number of the entry of its course and its own, None where it is planned."""

    text: str
    key: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One treatment day of the calendar."""

    part: Part
    head: str
    cells: tuple[CalendarCell, ...]

    @property
    def line(self) -> Line:
        """The day in one line."""
        return self.part, f"{self.head} {'  '.join(cell.text for cell in self.cells)}"

    def rows(self, width: int) -> list[tuple[str, list[tuple[int, CalendarCell]]]]:
        """The day as lines of at most ``width`` cells, each as its text and the doses on it with their columns."""
        rows: list[tuple[str, list[tuple[int, CalendarCell]]]] = [(self.head, [])]
        for cell in self.cells:
            text, placed = rows[-1]
            gap = 2 if placed else 1
            if placed and cell_len(text) + gap + cell_len(cell.text) > width:
                text, placed, gap = " " * _HEAD, [], 1
                rows.append((text, placed))
            placed.append((cell_len(text) + gap, cell))
            rows[-1] = (text + " " * gap + cell.text, placed)
        return rows


Page = Sequence[Line | CalendarDay]
"""Lines of a room, with the days of a calendar among them."""


def page_lines(page: Page) -> list[Line]:
    """The lines of a page, each day in one."""
    return [each.line if isinstance(each, CalendarDay) else each for each in page]


def state_of(slot: Slot, course: Course, row: Row) -> str:
    """What became of a dose, one of ``SIGNS``, as the row of its patient has it; of an earlier course by that alone."""
    entry = course.doses.get(slot.number)
    if entry is not None and isinstance(entry.body, RecordedDose):
        outcome, off = entry.body.outcome, entry.at - slot.due
        is_off = outcome == GIVEN and 0 < course.plan.window < abs(off)
        return ("late" if off > 0 else "early") if is_off else outcome
    if row.course is None or course.n != row.course.n:  # one that was over before the latest
        return "uncharted" if slot in course.left_open else "cancelled"
    if any(dose.n == slot.number for dose in row.not_charted):
        return "uncharted"
    next_dose = row.next_dose
    if next_dose is None:
        return "cancelled"
    due = next((item for item in row.attention.of(DUE) if item.n == slot.number), None)
    if due is not None:
        return "overdue" if due.is_red else "due"
    return "next" if slot.number == next_dose.n else "open"


def recorded_calendar(chart: Chart, row: Row, zone: ZoneInfo, heads: Mapping[int, Sequence[Line]]) -> Page:
    """The calendars of all courses that were started, the latest first, then the words of the signs in them.

    Args:
        chart: of the patient.
        row: of the patient.
        zone: of the ward.
        heads: what stands above the calendar of each earlier course, by the number of its entry.
    """
    used: set[str] = set()
    routes: set[str] = set()
    page: list[Line | CalendarDay] = []
    has_parts = False
    for course in reversed(chart.courses):
        states = {slot.number: state_of(slot, course, row) for slot in course.plan.slots}
        parts = {entry.body.slot for entry in course.further if isinstance(entry.body, ExtraDose)}
        if course is not chart.course:
            first = moment_text(moment(course.begins), zone)
            page.append(("title", _("Earlier course, planned from {first}").format(first=first)))
            page += heads[course.n]
        page += _recorded_days(course, states, parts, zone)
        used |= set(states.values())
        routes |= {slot.route for slot in course.plan.slots}
        has_parts = has_parts or bool(parts)
    words = [f"{SIGNS[sign][0]} {_(SIGNS[sign][1])}" for sign in SIGNS if sign in used]
    if has_parts:
        words.append(f"{PART_SIGN} {_('with a part or a further syringe')}")
    return [*page, ("dim", ", ".join(words) + _route_words(routes))]


def _recorded_days(
    course: Course, states: Mapping[int, str], parts: Collection[int], zone: ZoneInfo
) -> list[CalendarDay]:
    late = {slot.day for slot in course.plan.slots if states[slot.number] == "overdue"}
    doses = []
    for slot in course.plan.slots:
        sign = SIGNS[states[slot.number]][0] + (PART_SIGN if slot.number in parts else "")
        doses.append((slot.day, slot.due, f"{_route_sign(slot.route)} {sign}", (course.n, slot.number)))
    return _days(doses, zone, late)


def _days(
    doses: Sequence[tuple[int, int, str, tuple[int, int] | None]], zone: ZoneInfo, late: Collection[int] = ()
) -> list[CalendarDay]:
    """One line a treatment day: each dose with its time, with its date where that is another one.

    Args:
        doses: of each its treatment day, its time in milliseconds of UTC, what stands behind the time, and its key.
        zone: of the ward.
        late: treatment days with a dose that is overdue.
    """
    by_day: dict[int, list[CalendarCell]] = {}
    dates: dict[int, str] = {}
    for day, at, tail, key in doses:
        due = moment(at)
        before, date = dates.get(day, ""), date_text(due, zone)
        dates[day] = date
        clock = f"{clock_text(due, zone)}{tail}"
        text = clock if date == before else f"{date if not before else date.split()[0]} {clock}"
        by_day.setdefault(day, []).append(CalendarCell(text, key))
    return [
        CalendarDay("bad" if day in late else "plain", pad(_("Day {day}").format(day=day), _HEAD), tuple(cells))
        for day, cells in by_day.items()
    ]


def _route_sign(route: str) -> str:
    return "" if route == "IV" else "s"


def _route_words(routes: Collection[str]) -> str:
    return "; " + _("s = subcutaneous, others IV") if len(routes) > 1 else ""


def planned_calendar(doses: tuple[Dose, ...], zone: ZoneInfo) -> list[Line]:
    """The calendar of a course that is only planned; a cancelled dose stays, with an x."""
    listed = [
        (dose.day, ms(dose.due), _route_sign(dose.route) + (" x" if dose.cancelled else ""), None) for dose in doses
    ]
    last = moment_text(doses[-1].due, zone)
    legend = _("A treatment day has 24 hours from the time of the first dose; last dose {last}").format(last=last)
    if any(dose.cancelled for dose in doses):
        legend += "; " + _("x = cancelled")
    return [*page_lines(_days(listed, zone)), ("dim", legend + _route_words({dose.route for dose in doses}) + ".")]
