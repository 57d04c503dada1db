"""How far a ledger had gone when it was last written on this machine: an older copy of it gives itself away.

The mark lies in the user's data folder, outside the file, so that a file which is put back does not bring its mark along.
It holds nothing but the number and the hash of an entry.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from immunosep_tui.record.chain import Head
from immunosep_tui.store import troubles
from immunosep_tui.store.engine import Engine
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.place import data_folder
from immunosep_tui.store.store import Store

FOLDER: Final = "last-seen"
_AT: Final = "SELECT hash FROM ledger WHERE seq = :seq"


def watch(store: Store) -> None:
    """Make a store read-only that lacks what was written into its ledger before, and mark what is written from now on.

    A store that cannot be read is left as it is.
    """
    try:
        lacking = missing(store)
    except StoreError:
        return
    if lacking:
        store.why_read_only = store.why_read_only or troubles.old_copy(lacking)
    store.appended = lambda: note(store)


def missing(store: Store) -> int:
    """How many entries, or more, a ledger lacks that were written into it on this machine; StoreError."""
    mark = _mark_of(_hash_at(store, 1))
    if mark is None or _hash_at(store, mark.seq) == mark.hash:
        return 0
    return max(1, mark.seq - store.head().seq)


def is_marked(engine: Engine, end: Head) -> bool:
    """Whether a ledger was marked on this machine when it ended so; Broken, Violated."""
    return _mark_of(_at(engine, 1)) == end


def note(store: Store) -> None:
    """Mark how far a ledger has gone, by its present end: a deed that is asked again takes no mark back.

    What cannot be marked is not: the mark is one guard beside others, and no reason to refuse an entry.
    """
    with suppress(OSError, StoreError):
        name, head = _hash_at(store, 1), store.head()
        if name:
            path = _path(name)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.{os.getpid()}")
            part.write_text(f"{head.seq} {head.hash}", "ascii")
            part.replace(path)


def _mark_of(name: str) -> Head | None:
    with suppress(OSError, ValueError):
        seq, hashed = _path(name).read_text("ascii").split()
        return Head(int(seq), hashed)
    return None


def _path(name: str) -> Path:
    return data_folder() / FOLDER / (name or "empty")


def _hash_at(store: Store, seq: int) -> str:
    """The hash of an entry, empty where the ledger has no such one."""
    return store.reading(lambda: _at(store.engine, seq))


def _at(engine: Engine, seq: int) -> str:
    rows = engine.run(_AT, {"seq": seq})
    return str(rows[0][0]) if rows else ""
