"""Instants a fixed number of elapsed hours apart, by counting seconds."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, datetime


def instants(start: datetime, hours: int, count: int) -> list[datetime]:
    """List `count` instants in UTC, the first at `start`, each `hours` elapsed hours after the one before.

    Raises ValueError for a start without an offset.
    """
    if start.utcoffset() is None:
        raise ValueError("the start has no offset from UTC")
    first = timegm(start.utctimetuple())
    return [
        datetime.fromtimestamp(first + n * hours * 3600, tz=UTC).replace(microsecond=start.microsecond)
        for n in range(count)
    ]
