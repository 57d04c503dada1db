"""Damaged copies of a store: every damage is noticed or changes nothing that is stored, and none surprises a reader.

Usage: ``python -m tests.harness.damage --copies 10000 --seed 1``. The exit status is 1 where a changed store passes as
sound, or where anything but a StoreError is raised by opening, verifying or reading it.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.harness.bases import JOURNAL, NAME, Files, cut_off, lay
from tests.harness.deeds import admission, deed
from tests.harness.power_cut import memory
from tests.record.histories import HOUR, START, HandClock

PAGE, SECTOR = 4096, 512
CLINICAL = ("ledger", "head", "course", "dose", "board")
"""Every table but that of sign-ins, which nothing in the ledger vouches for."""

Damage = Callable[[random.Random, bytearray], None]


def flip(rng: random.Random, content: bytearray) -> None:
    """One bit."""
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def zero(rng: random.Random, content: bytearray) -> None:
    """A sector or a page of nothing."""
    size = rng.choice((SECTOR, PAGE))
    start = rng.randrange(len(content) // size) * size
    content[start : start + size] = bytes(size)


def scribble(rng: random.Random, content: bytearray) -> None:
    """Some bytes of noise."""
    start = rng.randrange(len(content))
    noise = rng.randbytes(rng.choice((2, 16, SECTOR)))
    content[start : start + len(noise)] = noise[: len(content) - start]


def truncate(rng: random.Random, content: bytearray) -> None:
    """The end is missing; not the whole, for an empty file is a new store."""
    length = rng.choice((rng.randrange(1, len(content)), rng.randrange(1, len(content) // PAGE) * PAGE))
    del content[length:]


def swap(rng: random.Random, content: bytearray) -> None:
    """Two pages in each other's place."""
    one, other = (page * PAGE for page in rng.sample(range(len(content) // PAGE), 2))
    content[one : one + PAGE], content[other : other + PAGE] = (
        content[other : other + PAGE],
        content[one : one + PAGE],
    )


def repeat(rng: random.Random, content: bytearray) -> None:
    """A page once more in place of another."""
    one, other = (page * PAGE for page in rng.sample(range(len(content) // PAGE), 2))
    content[one : one + PAGE] = content[other : other + PAGE]


def append(rng: random.Random, content: bytearray) -> None:
    """Something behind the end."""
    content += rng.choice((rng.randbytes(rng.randrange(1, 3 * PAGE)), bytes(PAGE), content[:PAGE]))


def edit(rng: random.Random, content: bytearray) -> None:
    """Another digit or letter in a text, as an editor of files would leave it."""
    places = [place for place in range(len(content)) if chr(content[place]).isalnum() and content[place] < 128]
    place = rng.choice(places)
    content[place] = ord(rng.choice([sign for sign in "0123456789abcxyz" if ord(sign) != content[place]]))


DAMAGES: tuple[Damage, ...] = (flip, flip, zero, scribble, truncate, swap, repeat, append, edit)


@dataclass
class Tally:
    """What was counted; everything in ``wrong`` is a fault."""

    copies: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    unseen_by_sqlite: int = 0
    wrong: list[str] = field(default_factory=list)


def content_of(path: Path) -> object:
    """Every row of the clinical tables, and the schema, by SQLite alone."""
    with closing(sqlite3.connect(path)) as connection:
        rows = [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in CLINICAL]
        return rows, connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 2").fetchall()


def sqlite_is_satisfied(path: Path) -> bool:
    """Whether SQLite's own check finds nothing."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def read_all(store: Store, records: Sequence[str]) -> None:
    """Everything that a screen would ask for, each question on its own."""
    questions: list[Callable[[], object]] = [
        store.head,
        store.last_recorded,
        store.records,
        store.changes,
        store.doubt,
        store.board,
        lambda: store.board("case"),
        lambda: store.record_of_case(records[0]),
        *(lambda record=record: store.chart(record) for record in records),
        *(lambda record=record: store.glance(record) for record in records),
        *(lambda record=record: store.find(f"{record}:0") for record in records),
    ]
    for question in questions:
        with suppress(StoreError):
            question()


def look(path: Path, records: Sequence[str]) -> str:
    """What the program says of a copy: ``closed``, ``noticed`` or ``sound``; raises what it must not raise."""
    try:
        store = open_file(path, clock=HandClock(START + HOUR))
    except StoreError:
        return "closed"
    with closing(store):
        noticed = store.why_read_only is not None or not verify(store).sound
        read_all(store, records)
        if noticed:
            with suppress(StoreError):
                store.append(deed("another", "another", admission("another"), START), 0)
    return "noticed" if noticed else "sound"


def damage_many(copies: int, seed: int, folder: Path) -> Tally:
    """Damage so many copies, one in eight in the journal of a writer that was cut off."""
    tally, rng = Tally(), random.Random(seed)
    whole, torn = cut_off(folder)
    path = lay(whole, folder)
    with closing(open_file(path)) as store:
        records = [*store.records(), "nobody"]
    good = content_of(path)
    for number in range(copies):
        files: Files = torn if rng.random() < 0.125 else whole
        target = JOURNAL if files is torn else NAME
        damage, content = rng.choice(DAMAGES), bytearray(files[target])
        damage(rng, content)
        lay({**files, target: bytes(content)}, folder)
        name = f"{target.removeprefix(NAME)} {damage.__name__}".strip()
        try:
            outcome = look(path, records)
        except Exception as error:
            tally.wrong.append(f"seed {seed}, copy {number}, {name}: {error!r} {error.__traceback__}")
            continue
        if outcome == "sound":
            outcome = "identical" if content_of(path) == good else "NOT NOTICED"
            if outcome != "identical":
                tally.wrong.append(f"seed {seed}, copy {number}, {name}: not noticed")
        elif files is whole:
            tally.unseen_by_sqlite += sqlite_is_satisfied(lay({NAME: bytes(content)}, folder))
        tally.copies += 1
        tally.outcomes[f"{name}: {outcome}"] += 1
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        tally = damage_many(given.copies, given.seed, Path(folder))
    print("\n".join(tally.wrong[:20]))
    for outcome, count in sorted(tally.outcomes.items()):
        print(f"  {outcome}: {count}")
    rate = given.copies / (time.monotonic() - begun)
    print(
        f"seed {given.seed}: {given.copies} damaged copies ({rate:.0f}/s), "
        f"unseen by SQLite alone {tally.unseen_by_sqlite}, wrong {len(tally.wrong)}"
    )
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
