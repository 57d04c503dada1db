"""What tests of a store do, in one line each; times are the machine's own, because a server's clock cannot be set."""

from __future__ import annotations

import itertools
import time
from typing import Any

from immunosep_tui.record.entry import Author, Entry, Proposal
from immunosep_tui.record.kinds import Admitted, CourseStarted, Decision, Kind
from immunosep_tui.store.store import Store
from tests.record.histories import HOUR, MINUTE, plan

NURSE = Author("AB", "nurse")
DECISION = Decision("high", "first", {"ferritin": "900 ng/mL"}, (), ())

_numbers = itertools.count(1)


def now() -> int:
    """The present instant, milliseconds of UTC."""
    return time.time_ns() // 1_000_000


def admitted(record: str, place: str = "bed 1") -> Admitted:
    """An admission whose case number is that of its record."""
    return Admitted(place, f"case {record}", "MRN 1")


def proposal(record: str, body: Kind, *, at: int | None = None, key: str = "", **more: Any) -> Proposal:
    """A deed that nobody did before, unless a key is given."""
    instant = now() - MINUTE if at is None else at
    return Proposal(record, body, NURSE, instant, key or f"deed {next(_numbers)}", **more)


def record(store: Store, key: str, *bodies: Kind, **more: Any) -> list[Entry]:
    """Record bodies one after the other, whatever is there, and give the new entries."""
    entries: list[Entry] = []
    for body in bodies:
        entries += store.append([proposal(key, body, **more)], len(store.entries(key)))
    return entries


def running_course(store: Store, key: str, *, gap: int = 0) -> CourseStarted:
    """A patient with a course of three doses that began eight hours ago; it is entry 3 of the record."""
    course = plan(now() - 8 * HOUR, gap=gap)
    record(store, key, admitted(key), DECISION, course)
    return course
