"""Instants and days: typed instants, calendar days of a study in the site's zone, and hours that happen twice."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_, Sentence, say

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years that a typed instant may lie in; anything else is a slip of the fingers."""

WEST, EAST = timedelta(hours=-12), timedelta(hours=14)
"""The farthest offsets from UTC that any place on Earth keeps."""

_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(Z|([+-])([0-9]{2}):([0-9]{2}))?"
)

_LOCAL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2})")


def utc(instant: datetime) -> datetime:
    """The same instant in UTC; ValueError for a time without an offset, which could mean any of many instants."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no offset from UTC: it could mean any of many instants")
    return instant.astimezone(UTC)


def study_day(instant: datetime, day1: datetime, zone: ZoneInfo) -> int:
    """The study day of an instant: calendar days at the site, day 1 being the date of ``day1``.

    Days before day 1 are 0 and below. ValueError for an instant without an offset.
    """
    return (_date(instant, zone) - _date(day1, zone)).days + 1


def day_span(day: int, day1: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants in UTC at which a study day begins and the next one begins: 23 or 25 hours where clocks change.

    ValueError for an instant without an offset.
    """
    begins = _date(day1, zone) + timedelta(days=day - 1)
    return _midnight(begins, zone), _midnight(begins + timedelta(days=1), zone)


def is_repeated_hour(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether the local time of an instant happens twice, so that only its offset tells the two apart."""
    local = utc(instant).astimezone(zone)
    return local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()


def parse_start(text: str) -> datetime | Refusal:
    """Read an instant in ISO 8601 with its offset from UTC, such as 2026-03-14T08:00+02:00 or 2026-03-14T06:00:00Z.

    Args:
        text: as typed; date, ``T``, hours and minutes, seconds if wanted, then ``Z`` or a signed offset.

    Returns:
        The instant, with the offset that was typed, or a refusal.
    """
    parts = _INSTANT.fullmatch(text)
    if parts is None:
        code, why = _why_not_iso(text)
        return _refuse(code, text, say(why))
    if parts[7] is None:
        return _refuse("no_offset", text, say(N_("It has no offset from UTC: it could mean any of many instants.")))
    offset = _offset(parts)
    if offset is None:
        return _refuse("offset", text, say(N_("{offset} is not the offset of any place."), offset=parts[7]))
    year, month, day, hour, minute = (int(parts[i]) for i in range(1, 6))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        words = N_("The year {year} is outside {first} to {last}.")
        return _refuse("out_of_range", text, say(words, year=parts[1], first=FIRST_YEAR, last=LAST_YEAR))
    try:
        return datetime(year, month, day, hour, minute, int(parts[6] or "0"), tzinfo=timezone(offset))
    except ValueError:
        return _refuse("no_such_time", text, say(N_("There is no such date or time.")))


def parse_local(text: str, zone: ZoneInfo) -> datetime | Refusal:
    """Read a date and time of the site's clock, such as 2026-03-14 08:00, or an instant as ``parse_start`` takes it.

    A local time that happens twice or never, because clocks change, is refused: only its offset would tell.
    """
    parts = _LOCAL.fullmatch(text)
    if parts is None:
        instant = parse_start(text)
        return _refuse_local(instant.code, text, instant.why) if isinstance(instant, Refusal) else instant
    instant = parse_start(f"{parts[1]}T{parts[2]}Z")
    if isinstance(instant, Refusal):
        return _refuse_local(instant.code, text, instant.why)
    local = instant.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        return _refuse_local("skipped_hour", text, say(N_("Clocks skip this time: it does not exist on that day.")))
    if is_repeated_hour(local, zone):
        return _refuse_local("repeated_hour", text, say(N_("This time happens twice on that day: add the offset.")))
    return local


def _refuse_local(code: str, text: str, why: Sentence) -> Refusal:
    words = N_("Accepted: date and time, such as 2026-03-14 08:00, or with an offset, 2026-03-14T08:00+02:00.")
    return Refusal(code, text, why, say(words))


def _date(instant: datetime, zone: ZoneInfo) -> date:
    return utc(instant).astimezone(zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local date. Where clocks skip midnight, the offset before the skip gives that instant."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _offset(parts: re.Match[str]) -> timedelta | None:
    """The offset, or None for one that no place keeps; -00:00 says in ISO 8601 and its kin that it is unknown."""
    if parts[7] == "Z":
        return timedelta()
    minutes = int(parts[10])
    size = timedelta(hours=int(parts[9]), minutes=minutes)
    offset = size if parts[8] == "+" else -size
    known = minutes < 60 and WEST <= offset <= EAST and (offset or parts[8] == "+")
    return offset if known else None


def _why_not_iso(text: str) -> tuple[str, str]:
    """The first fault in a text that is not of the form of an instant."""
    begins = _INSTANT.match(text)
    faults = (
        (text == "", "empty", N_("Nothing was typed.")),
        (
            any(c.isnumeric() and not c.isascii() for c in text),
            "foreign_digits",
            N_("It holds digits that are not the plain digits 0 to 9, such as full-width ones."),
        ),
        ("," in text, "comma", N_("It holds a comma.")),
        (begins is not None and begins[7] is not None, "trailing", N_("Something follows the offset.")),
        (
            re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None,
            "no_time",
            N_("It has a date and no time."),
        ),
    )
    for fault, code, why in faults:
        if fault:
            return code, why
    return "not_iso_8601", N_("This is not a date and time in the form that is taken here.")


def _refuse(code: str, text: str, why: Sentence) -> Refusal:
    words = N_("Accepted: date, time and offset, such as 2026-03-14T08:00+02:00 or 2026-03-14T06:00Z.")
    return Refusal(code, text, why, say(words))
