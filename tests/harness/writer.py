"""A program that writes deeds into a store and says what became of each: what the harnesses watch and interrupt.

Usage: ``python -m tests.harness.writer STORE --deeds 60 --seed 1``. Every line it prints is one write of one line:
``TRY`` key and number of entries before each deed, then ``ACK`` with number and hash of each entry, or ``NOT`` and why.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

from immunosep_tui.store import sqlite
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from tests.harness.deeds import Deed, deeds

TRIES = 3
LEVELS = {"OFF": 0, "NORMAL": 1, "FULL": 2, "EXTRA": 3}


def say(line: str) -> None:
    """One line, at once."""
    os.write(1, f"{line}\n".encode())


def key_of(proposals: Deed) -> str:
    """What the keys of the entries of a deed begin with."""
    return proposals[0].key.rpartition(":")[0]


def weaken(level: str) -> None:
    """Open stores with another ``synchronous`` setting, to prove that a harness can tell."""
    settings = [row for row in sqlite.SETTINGS if row[0] != "synchronous"]
    sqlite.SETTINGS = (*settings, ("synchronous", level, LEVELS[level]))  # type: ignore[misc, assignment]


def opened(path: Path) -> Store:
    """The store, ready to be written; a call that fails once is tried again."""
    for _attempt in range(TRIES):
        try:
            store = open_file(path)
        except StoreError as error:
            say(f"NOT {error!r}")
            continue
        if store.why_read_only is None:
            return store
        store.close()
    raise SystemExit("the store does not open")


def write(path: Path, count: int, seed: str) -> None:
    """Append so many deeds."""
    with closing(opened(path)) as store:
        for proposals, follows in islice(deeds(store, "w", seed), count):
            say(f"TRY {key_of(proposals)} {len(proposals)}")
            for _attempt in range(TRIES):
                try:
                    entries = store.append(proposals, follows)
                except StoreError as error:
                    say(f"NOT {error!r}")
                    continue
                say("ACK " + " ".join(f"{entry.seq}={entry.hash}" for entry in entries))
                break


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--deeds", type=int, default=10)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--synchronous", choices=LEVELS, default="EXTRA", help="anything else is a weakened store")
    given = parser.parse_args(arguments)
    if given.synchronous != "EXTRA":
        weaken(given.synchronous)
    write(given.store, given.deeds, given.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
