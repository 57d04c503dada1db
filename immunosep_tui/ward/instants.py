"""Instants as the record keeps them: whole milliseconds of UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from immunosep_tui.rules.instant import utc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms(moment: datetime) -> int:
    """Milliseconds of UTC, exact; ValueError for an instant without an offset."""
    return (utc(moment) - _EPOCH) // timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """The instant in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
