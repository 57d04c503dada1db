"""The chain of hashes through the ledger: a change, a gap or a loss inside it is seen, whoever made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from immunosep_tui.record.entry import GENESIS, Entry


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry at which a ledger is not as it was written: its place in the ledger, and what is wrong."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a ledger: how many entries it has and the hash of the last."""

    seq: int = 0
    hash: str = GENESIS


def follow(entries: Iterable[Entry]) -> Head | Break:
    """The head after all entries of a ledger, in order, or the first place where the chain is broken."""
    head = Head()
    counts: Counter[str] = Counter()
    for entry in entries:
        counts[entry.record] += 1
        if entry.seq != head.seq + 1:
            return Break(head.seq + 1, f"the entry is missing: {entry.seq} comes next")
        if entry.prev != head.hash:
            return Break(entry.seq, "it does not follow from the entry before")
        if entry.digest() != entry.hash:
            return Break(entry.seq, "its content is not what was written")
        if entry.n != counts[entry.record]:
            return Break(entry.seq, f"it is not entry {counts[entry.record]} of its record")
        head = Head(entry.seq, entry.hash)
    return head
