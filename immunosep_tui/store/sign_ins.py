"""Wrong PINs and the wait that they bring: kept in the store, so that a restart does not shorten it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from immunosep_tui.store.engine import Broken, Value, Violated
from immunosep_tui.store.store import Store

FREE_TRIES: Final = 5
"""Wrong PINs in a row before the first wait. Local convention."""

FIRST_WAIT: Final = 5_000
"""Milliseconds of the first wait; each further wrong PIN doubles it. Local convention."""

LONGEST_WAIT: Final = 300_000

_READ: Final = "SELECT failures, wait_until, last_at, last_place FROM sign_in WHERE initials = :initials"
_WRITE: Final = (
    "INSERT INTO sign_in (initials, failures, wait_until, last_at, last_place)"
    " VALUES (:initials, :failures, :wait_until, :last_at, :last_place)"
    " ON CONFLICT (initials) DO UPDATE SET failures = excluded.failures, wait_until = excluded.wait_until,"
    " last_at = excluded.last_at, last_place = excluded.last_place"
)


@dataclass(frozen=True, slots=True)
class Tries:
    """How somebody's sign-ins went.

    Args:
        failures: wrong PINs since the last right one.
        wait_until: before this instant no PIN is looked at, milliseconds of UTC.
        last_at: the last right one, None where there was none.
        last_place: the workstation of that.
    """

    failures: int = 0
    wait_until: int = 0
    last_at: int | None = None
    last_place: str = ""


def tries_of(store: Store, initials: str) -> Tries:
    """How the sign-ins of somebody went. StoreError."""
    rows = store.reading(lambda: store.engine.run(_READ, {"initials": initials}))
    if not rows:
        return Tries()
    failures, wait_until, last_at, last_place = rows[0]
    return Tries(int(failures or 0), int(wait_until or 0), None if last_at is None else int(last_at), str(last_place))


def note_right(store: Store, initials: str, now: int, place: str) -> None:
    """The PIN was right."""
    _note(store, initials, Tries(0, 0, now, place))


def note_wrong(store: Store, initials: str, now: int) -> Tries:
    """The PIN was wrong; how long the next one has to wait."""
    before = tries_of(store, initials)
    failures = before.failures + 1
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - FREE_TRIES, 10)) if failures >= FREE_TRIES else 0
    tries = Tries(failures, now + wait, before.last_at, before.last_place)
    _note(store, initials, tries)
    return tries


def _note(store: Store, initials: str, tries: Tries) -> None:
    """Write it down, where the store can be written; it can be read without."""
    values: dict[str, Value] = {
        "initials": initials,
        "failures": tries.failures,
        "wait_until": tries.wait_until,
        "last_at": tries.last_at,
        "last_place": tries.last_place,
    }
    try:
        with store.alone():
            store.engine.run(_WRITE, values)
    except (Broken, Violated):
        store.engine.close()
