"""Changes of UTC offset from 2024 to 2037, found from the zone data itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

SAMPLE = (
    "Europe/Athens",
    "Europe/Amsterdam",
    "America/New_York",
    "America/Havana",
    "America/Santiago",
    "America/Nuuk",
    "Atlantic/Azores",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Chatham",
    "UTC",
)
"""Zones with ordinary, midnight, half-hour, two-hour, irregular and no changes of clocks."""

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
STEP = timedelta(days=5)
"""Shorter than any time between two changes: Morocco's around Ramadan are more than four weeks apart."""


@cache
def transitions(name: str) -> tuple[datetime, ...]:
    """The first instants at which each new offset holds, to the second."""
    zone = ZoneInfo(name)
    found = []
    before = FIRST
    while before < LAST:
        after = before + STEP
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            found.append(_change(zone, before, after))
        before = after
    return tuple(found)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset():
            before = middle
        else:
            after = middle
    return after
