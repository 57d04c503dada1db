"""The calendar of a course: one line a treatment day, each dose with its time and a sign for what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import DUE
from immunosep_tui.record.course import Course
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import Dose as RecordedDose
from immunosep_tui.record.kinds import Slot
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.schedule import Dose
from immunosep_tui.rules.text import show
from immunosep_tui.ui.cells import pad
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.times import clock_text, date_text, moment_text
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.instants import moment

SIGNS = {
    "given": ("G", N_("given")),
    "late": ("L", N_("given, not on time")),
    "held": ("H", N_("held")),
    "refused": ("R", N_("refused")),
    "omitted": ("O", N_("omitted")),
    "cancelled": ("x", N_("cancelled")),
    "overdue": ("!", N_("OVERDUE")),
    "due": ("D", N_("due")),
    "uncharted": ("?", N_("not charted")),
    "next": (">", N_("next")),
    "open": ("-", N_("open")),
}
"""What can become of a dose: its sign in the calendar and its word."""


def state_of(slot: Slot, course: Course, row: Row) -> str:
    """What became of a dose, one of ``SIGNS``, as the row of its patient has it."""
    entry = course.doses.get(slot.number)
    if entry is not None and isinstance(entry.body, RecordedDose):
        outcome = entry.body.outcome
        is_late = course.plan.window and abs(entry.at - slot.due) > course.plan.window
        return "late" if outcome == "given" and is_late else outcome
    if row.course is not None and row.course.n != course.n:  # one that was over before the latest
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


def recorded_calendar(course: Course, row: Row, zone: ZoneInfo) -> list[Line]:
    """The calendar of a course that was started, then the words of the signs in it, then each dose that was recorded."""
    states = {slot.number: state_of(slot, course, row) for slot in course.plan.slots}
    cells = [
        Cell(slot.day, moment(slot.due), f"{_route_sign(slot.route)} {SIGNS[states[slot.number]][0]}")
        for slot in course.plan.slots
    ]
    late = {slot.day for slot in course.plan.slots if states[slot.number] == "overdue"}
    used = [sign for sign in SIGNS if sign in states.values()]
    legend = ", ".join(f"{SIGNS[sign][0]} {_(SIGNS[sign][1])}" for sign in used)
    routes = {slot.route for slot in course.plan.slots}
    return [*_days(cells, zone, late), ("dim", legend + _route_words(routes)), *_recorded(course, states, zone)]


class Cell(NamedTuple):
    """One dose in the calendar: its treatment day, its time, and what stands behind the time."""

    day: int
    due: datetime
    tail: str


def _days(cells: Sequence[Cell], zone: ZoneInfo, late: Collection[int]) -> list[Line]:
    """One line a treatment day: each dose with its time, with its date where that is another one."""
    by_day: dict[int, list[Cell]] = {}
    for cell in cells:
        by_day.setdefault(cell.day, []).append(cell)
    lines: list[Line] = []
    for day, of_day in by_day.items():
        texts, date = [], ""
        for cell in of_day:
            before, date = date, date_text(cell.due, zone)
            clock = f"{clock_text(cell.due, zone)}{cell.tail}"
            texts.append(clock if date == before else f"{date if not before else date.split()[0]} {clock}")
        head = _("Day {day}").format(day=day)
        lines.append(("bad" if day in late else "plain", f"{pad(head, 7)} {'  '.join(texts)}"))
    return lines


def _route_sign(route: str) -> str:
    return "" if route == "IV" else "s"


def _route_words(routes: Collection[str]) -> str:
    return "; " + _("s = subcutaneous, others IV") if len(routes) > 1 else ""


def _recorded(course: Course, states: dict[int, str], zone: ZoneInfo) -> list[Line]:
    """Each dose of which something was recorded, the latest first: when, by whom and why."""
    done = [(slot, course.doses[slot.number]) for slot in reversed(course.plan.slots) if slot.number in course.doses]
    lines: list[Line] = [("title", _("Recorded"))] if done else []
    return lines + [("plain", _recorded_line(slot, entry, states[slot.number], zone)) for slot, entry in done]


def _recorded_line(slot: Slot, entry: Entry, state: str, zone: ZoneInfo) -> str:
    text = _("Dose {n} {product}: {outcome} {when}, {author}").format(
        n=slot.number,
        product=show(slot.product),
        outcome=_(SIGNS[state][1]),
        when=moment_text(moment(entry.at), zone),
        author=show(entry.author),
    )
    return text + (f": {show(entry.reason)}" if entry.reason else "")


def planned_calendar(doses: tuple[Dose, ...], zone: ZoneInfo) -> list[Line]:
    """The calendar of a course that is only planned; a cancelled dose stays, with an x."""
    cells = [Cell(dose.day, dose.due, _route_sign(dose.route) + (" x" if dose.cancelled else "")) for dose in doses]
    last = moment_text(doses[-1].due, zone)
    legend = _("A treatment day has 24 hours from the time of the first dose; last dose {last}").format(last=last)
    if any(dose.cancelled for dose in doses):
        legend += "; " + _("x = cancelled")
    return [*_days(cells, zone, ()), ("dim", legend + _route_words({dose.route for dose in doses}) + ".")]
