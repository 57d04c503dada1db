"""When it is: a reading of two clocks, and whether the one on the wall can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from immunosep_tui.rules.instant import utc

SECOND: Final = 1000
"""Milliseconds; every stored instant counts them, in UTC."""

BEHIND: Final = 120 * SECOND
"""How far the clock may lie behind the last entry. Local convention."""

AHEAD: Final = 30 * 86_400 * SECOND
"""How far it may lie ahead of it: a ward that writes nothing for so long is less likely than a wrong clock. Local."""

APART: Final = 60 * SECOND
"""How far the clock on the wall and the one that never runs backwards may come apart. Local convention."""


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def ms(moment: datetime) -> int:
    """Milliseconds of UTC, exact; ValueError for an instant without an offset."""
    return (utc(moment) - _EPOCH) // timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """The instant in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


@dataclass(frozen=True, slots=True)
class Reading:
    """Two clocks at one moment.

    Args:
        utc: the clock on the wall, milliseconds.
        mono: a clock that never runs backwards, nanoseconds; counts from a moment of its own within each ``boot``.
        boot: names the machine, and the time since it was started.
    """

    utc: int
    mono: int
    boot: str


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> Reading:
        """The present moment."""
        ...


def doubt(now: Reading, start: Reading, last: int | None) -> str:
    """Why the clock on the wall cannot be believed: ``behind``, ``ahead`` or ``jumped``; empty where it can.

    Args:
        now: the present reading.
        start: a reading when the program was started.
        last: instant of the last entry of the ledger, None for an empty one.
    """
    if last is not None and now.utc < last - BEHIND:
        return "behind"
    if last is not None and now.utc > last + AHEAD:
        return "ahead"
    if now.boot == start.boot and abs((now.utc - start.utc) - (now.mono - start.mono) // 1_000_000) > APART:
        return "jumped"
    return ""
