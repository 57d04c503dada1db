"""Which versions of SQLite no store is written with, and where sqlite.org says why.

Every release note from 3.37.0 to 3.53.4 (sqlite.org/changes.html) was read for what can damage a file that has a rollback
journal, or answer wrongly to what the statements and guards of this program ask. Left out, because the feature is not used:
the reset of the write-ahead log (3.7.0 to 3.51.2, sqlite.org/wal.html#walresetbug), several ON CONFLICT clauses in one
statement (3.35.0 to 3.45.1), IN with a query (3.47.0), and what needs an application's own page cache (before 3.39.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from immunosep_tui.rules.reason import N_

Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the versions from one on and before another; ``source`` is where sqlite.org says so."""

    since: Version
    fixed: Version
    text: str
    source: str


FAULTS: Final = (
    Fault((0,), (3, 37, 0), N_("it has no STRICT tables"), "sqlite.org/stricttables.html"),
    Fault(
        (3, 35, 0),
        (3, 37, 2),
        N_("it can damage a file when part of a transaction is rolled back from memory"),
        "sqlite.org/howtocorrupt.html#svptbug",
    ),
    Fault((3, 38, 0), (3, 38, 3), N_("it can miss rows of a join"), "sqlite.org/releaselog/3_38_3.html"),
    Fault((3, 51, 0), (3, 51, 2), N_("it can answer EXISTS wrongly"), "sqlite.org/releaselog/3_51_2.html"),
    Fault((3, 52, 0), (3, 52, 1), N_("it was withdrawn"), "sqlite.org/changes.html#version_3_52_0"),
)


def fault_of(version: str) -> Fault | None:
    """The first fault of a version such as ``3.37.1``, None where nothing is known against it."""
    numbers = tuple(int(part) for part in version.split("."))
    return next((fault for fault in FAULTS if fault.since <= numbers < fault.fixed), None)
