"""Moments as people say them: by the clock, today, tomorrow, or so long from now."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

_DAYS: Final = {"": 0, "today ": 0, "tomorrow ": 1, "yesterday ": -1}
_FULL: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)")
_OF_A_DAY: Final = re.compile(r"(?P<day>today |tomorrow |yesterday |\+\d+d )?(?P<hour>\d\d?):(?P<minute>\d\d)")
_FROM_NOW: Final = re.compile(r"(?P<sign>[+-])(?P<number>\d+)(?P<unit>d|h|min)")
_UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1)}


def moment_of(words: str, now: datetime) -> datetime:
    """The moment that words mean, with the zone of ``now``; ``ValueError`` with the forms that are known.

    The hours of ``+9h`` have passed by any clock; ``tomorrow 08:00`` is what the clock on the wall shows then.
    """
    if words == "now":
        return now
    if found := _FULL.fullmatch(words):
        year, month, day, hour, minute = (int(part) for part in found.groups())
        return datetime(year, month, day, hour, minute, tzinfo=now.tzinfo)
    if found := _FROM_NOW.fullmatch(words):
        span = int(f"{found['sign']}{found['number']}") * _UNITS[found["unit"]]
        return datetime.fromtimestamp(now.timestamp() + span.total_seconds(), now.tzinfo)
    if found := _OF_A_DAY.fullmatch(words):
        named = found["day"] or ""
        later = _DAYS[named] if named in _DAYS else int(named.strip(" +d"))
        on_the_day = now.replace(hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0)
        return on_the_day + timedelta(days=later)
    raise ValueError(f"no moment: {words!r}; known are 2026-03-02 21:00, 21:00, tomorrow 21:00, +2d 21:00, +9h, now")
