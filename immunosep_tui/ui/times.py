"""Instants as a ward reads them: weekday, date with the month in letters, 24-hour clock, offset where it matters."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _
from immunosep_tui.rules.instant import is_repeated_hour
from immunosep_tui.ward.instants import MONTHS

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def date_text(instant: datetime, zone: ZoneInfo) -> str:
    """``Sat 28 Mar``."""
    local = instant.astimezone(zone)
    return f"{_DAYS[local.weekday()]} {local.day:02} {MONTHS[local.month - 1]}"


def clock_text(instant: datetime, zone: ZoneInfo) -> str:
    """``22:00``, with the offset in the hour that happens twice."""
    local = instant.astimezone(zone)
    return local.strftime("%H:%M%z") if is_repeated_hour(instant, zone) else local.strftime("%H:%M")


def moment_text(instant: datetime, zone: ZoneInfo) -> str:
    """``Sat 28 Mar 2026 22:00``."""
    return f"{date_text(instant, zone)} {instant.astimezone(zone).year} {clock_text(instant, zone)}"


def typed_text(instant: datetime, zone: ZoneInfo) -> str:
    """``2026-03-28 22:00`` as a row takes it, with the offset in the hour that happens twice."""
    local = instant.astimezone(zone)
    return local.isoformat(timespec="minutes") if is_repeated_hour(instant, zone) else local.strftime("%Y-%m-%d %H:%M")


def stamp_text(instant: datetime, now: datetime, zone: ZoneInfo, *, dated: bool = False, weekday: bool = True) -> str:
    """``22:00`` on the calendar day of ``now``, else ``Sat 28 Mar 22:00``; with the year where that is another one.

    Args:
        dated: whether the day is said on the same day too.
        weekday: whether its name is said with it.
    """
    local, clock = instant.astimezone(zone), clock_text(instant, zone)
    present = now.astimezone(zone)
    if local.date() == present.date() and not dated:
        return clock
    day = date_text(instant, zone)
    year = "" if local.year == present.year else f" {local.year}"
    return f"{day if weekday else day.partition(' ')[2]}{year} {clock}"


def until(due: datetime, now: datetime) -> str:
    """How far an instant lies ahead or behind, to the minute: ``in 2 h 05 min``."""
    span = span_text(abs(due - now))
    return _("in {span}").format(span=span) if due >= now else _("{span} ago").format(span=span)


def span_text(span: timedelta) -> str:
    """A span of time to the minute, from a day on to the hour: ``2 h 05 min``, ``3 d 4 h``."""
    hours, rest = divmod(span // timedelta(minutes=1), 60)
    days, hours = divmod(hours, 24)
    return _("{d} d {h} h").format(d=days, h=hours) if days else _("{h} h {m:02} min").format(h=hours, m=rest)
