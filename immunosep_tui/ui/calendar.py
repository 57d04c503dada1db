"""The calendar of a course: one line a date, each dose with its time and a sign for what became of it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _
from immunosep_tui.record.bodies import Dose as RecordedDose
from immunosep_tui.record.bodies import Slot
from immunosep_tui.record.chart import Course
from immunosep_tui.record.entry import Entry
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.schedule import Dose
from immunosep_tui.rules.text import show
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.times import clock_text, date_text, moment_text
from immunosep_tui.ward.instants import moment

SIGNS = {
    "given": ("G", N_("given")),
    "late": ("L", N_("given, not on time")),
    "held": ("H", N_("held")),
    "refused": ("R", N_("refused")),
    "omitted": ("O", N_("omitted")),
    "cancelled": ("x", N_("cancelled")),
    "overdue": ("!", N_("OVERDUE")),
    "next": (">", N_("next")),
    "open": ("-", N_("open")),
}
"""What can become of a dose: its sign in the calendar and its word."""


def state_of(slot: Slot, course: Course, is_running: bool, now: int, overdue: int) -> str:
    """What became of a dose, one of ``SIGNS``; ``now`` in milliseconds of UTC, ``overdue`` after its time likewise."""
    entry = course.doses.get(slot.number)
    if entry is not None and isinstance(entry.body, RecordedDose):
        outcome = entry.body.outcome
        is_late = course.plan.window and abs(entry.at - slot.due) > course.plan.window
        return "late" if outcome == "given" and is_late else outcome
    if not is_running:
        return "cancelled"
    if slot.due + overdue < now:
        return "overdue"
    first = min(other.number for other in course.plan.slots if other.number not in course.doses)
    return "next" if slot.number == first else "open"


def recorded_calendar(course: Course, is_running: bool, zone: ZoneInfo, now: datetime, overdue: int) -> list[Line]:
    """The calendar of a course that was started, then the words of the signs in it, then each dose that was recorded."""
    at = int(now.timestamp() * 1000)
    states = {slot.number: state_of(slot, course, is_running, at, overdue) for slot in course.plan.slots}
    by_date: dict[date, list[Slot]] = {}
    for slot in course.plan.slots:
        by_date.setdefault(moment(slot.due).astimezone(zone).date(), []).append(slot)
    lines: list[Line] = []
    for slots in by_date.values():
        cells = "  ".join(_cell(slot, states[slot.number], zone) for slot in slots)
        is_late = any(states[slot.number] == "overdue" for slot in slots)
        head = f"{date_text(moment(slots[0].due), zone)} {_('d')}{slots[0].day:<2}"
        lines.append(("bad" if is_late else "plain", f"{head} {cells}"))
    used = [sign for sign in SIGNS if sign in states.values()]
    lines.append(("dim", ", ".join(f"{SIGNS[sign][0]} {_(SIGNS[sign][1])}" for sign in used) + _route_words(course)))
    return [*lines, *_recorded(course, states, zone)]


def _cell(slot: Slot, state: str, zone: ZoneInfo) -> str:
    route = "" if slot.route == "IV" else "s"
    return f"{clock_text(moment(slot.due), zone)}{route} {SIGNS[state][0]}"


def _route_words(course: Course) -> str:
    routes = {slot.route for slot in course.plan.slots}
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
    """The calendar of a course that is only planned: the clock times of each date; a cancelled dose stays, with an x."""
    by_date: dict[date, list[Dose]] = {}
    for dose in doses:
        by_date.setdefault(dose.due.astimezone(zone).date(), []).append(dose)
    lines: list[Line] = []
    for group in by_date.values():
        cells = " ".join(_planned_cells(group, zone))
        lines.append(("plain", f"{date_text(group[0].due, zone)} {_('d')}{group[0].day:<2} {cells}"))
    last = moment_text(doses[-1].due, zone)
    legend = _("d = treatment day of the first time, in periods of 24 hours; last dose {last}.").format(last=last)
    if any(dose.route != doses[0].route for dose in doses):
        legend += " " + _("s = subcutaneous, +s = IV and subcutaneous, others IV.")
    if any(dose.cancelled for dose in doses):
        legend += " " + _("x = cancelled.")
    return [*lines, ("dim", legend)]


def _planned_cells(group: list[Dose], zone: ZoneInfo) -> list[str]:
    """The times of one date; a subcutaneous dose has an s, two routes at the same time are one entry."""
    by_time: dict[str, list[Dose]] = {}
    for dose in group:
        by_time.setdefault(clock_text(dose.due, zone), []).append(dose)
    cells = []
    for clock, doses in by_time.items():
        text = clock + "+".join("" if dose.route == "IV" else "s" for dose in doses)
        cells.append(f"{text}x" if doses[0].cancelled else text)
    return cells
