"""The chain of hashes: every way of touching a ledger is seen, and where."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from immunosep_tui.record.chain import Break, Head, follow
from immunosep_tui.record.entry import COLUMNS, GENESIS, Author, Entry, Proposal
from immunosep_tui.record.kinds import Note
from tests.record.histories import START, written

TOUCHES = {"quick": 500, "deep": 20_000}


def ledger(length: int) -> list[Entry]:
    """Three records that were written in turns."""
    author = Author("AB", "nurse")
    return written(Proposal("pqr"[i % 3], Note(f"note {i}"), author, START + i, f"key {i}") for i in range(length))


def test_a_whole_ledger_ends_at_its_last_entry() -> None:
    assert follow([]) == Head(0, GENESIS)
    entries = ledger(10)
    assert follow(entries) == Head(10, entries[-1].hash)
    assert follow(iter(entries)) == Head(10, entries[-1].hash)


def delete(rng: random.Random, entries: list[Entry]) -> int:
    """Take out any entry but the last; a ledger without its last is whole, and only its head tells."""
    place = rng.randrange(len(entries) - 1)
    del entries[place]
    return place + 1


def alter(rng: random.Random, entries: list[Entry]) -> int:
    """Change one column, and the hash with it or not."""
    place, column = rng.randrange(len(entries)), rng.choice([name for name in COLUMNS if name != "hash"])
    value: Any = getattr(entries[place], column)
    other: Any = value + rng.choice((1, -1)) if isinstance(value, int) else "1" if value is None else value[:-1] + "~"
    entries[place] = replace(entries[place], **{column: other})
    return place + 1


def alter_and_seal(rng: random.Random, entries: list[Entry]) -> int:
    """Change the text of any entry but the last and give it the hash that fits: the next one does not follow."""
    place = rng.randrange(len(entries) - 1)
    changed = replace(entries[place], text='{"text":"other"}')
    entries[place] = replace(changed, hash=changed.digest())
    return place + 2


def swap(rng: random.Random, entries: list[Entry]) -> int:
    """Exchange two entries."""
    one, other = sorted(rng.sample(range(len(entries)), 2))
    entries[one], entries[other] = entries[other], entries[one]
    return one + 1


def insert(rng: random.Random, entries: list[Entry]) -> int:
    """Put in an entry that fits what goes before it."""
    place = rng.randrange(len(entries))
    new = replace(entries[place], text='{"text":"new"}', key="new")
    entries.insert(place, replace(new, hash=new.digest()))
    return place + 2


def replay(rng: random.Random, entries: list[Entry]) -> int:
    """Write an entry once more."""
    place, source = rng.randrange(len(entries) + 1), rng.choice(entries)
    entries.insert(place, source)
    return place + 2 if place + 1 == source.seq else place + 1


def replay_at_the_end(rng: random.Random, entries: list[Entry]) -> int:
    """Write an entry once more after the last, numbered and hashed as the next one."""
    last, source = entries[-1], rng.choice(entries)
    again = replace(source, seq=last.seq + 1, prev=last.hash)
    entries.append(replace(again, hash=again.digest()))
    return last.seq + 1


TOUCH: list[Callable[[random.Random, list[Entry]], int]] = [
    delete,
    alter,
    alter_and_seal,
    swap,
    insert,
    replay,
    replay_at_the_end,
]


@pytest.mark.parametrize("touch", TOUCH)
@pytest.mark.parametrize("tier", ["quick", pytest.param("deep", marks=pytest.mark.deep)])
def test_every_touch_is_noticed_at_its_place(touch: Callable[[random.Random, list[Entry]], int], tier: str) -> None:
    whole = ledger(12)
    for seed in range(TOUCHES[tier]):
        rng, entries = random.Random(f"{touch.__name__}/{seed}"), list(whole)
        place = touch(rng, entries)
        found = follow(entries)
        assert isinstance(found, Break), f"seed {seed}"
        assert found.seq == place, f"seed {seed}: {found}"
        assert found.why


def test_a_ledger_without_its_end_is_told_by_its_head() -> None:
    entries = ledger(6)
    found = follow(entries[:-2])
    assert found == Head(4, entries[3].hash)
    assert found != Head(6, entries[5].hash)
