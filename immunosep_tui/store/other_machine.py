"""One machine writes a file, until a person decides that it is another one: each entry says on which it was recorded.

SQLite's locks hold between the programs of one machine. In a folder that machines share, or that a program copies from one
to the other, two that write would damage the file or lose each other's entries (sqlite.org/howtocorrupt.html, section 2).
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from immunosep_tui.record.chain import Head
from immunosep_tui.store import machine, troubles
from immunosep_tui.store.clock import machine_of
from immunosep_tui.store.engine import Broken, Engine, Violated
from immunosep_tui.store.errors import OtherMachine
from immunosep_tui.store.last_seen import is_marked
from immunosep_tui.store.rows import only
from immunosep_tui.store.sqlite import Connect, SqliteEngine
from immunosep_tui.store.store import Store

_LAST: Final = "SELECT seq, hash, boot, place, recorded FROM ledger ORDER BY seq DESC LIMIT 1"


def stranger(engine: Engine) -> OtherMachine | None:
    """Why a ledger must not be written here: another machine recorded its last entry, and nobody has accepted that one here.

    Raises:
        Broken: it cannot be read.
        Violated: it is not such a ledger.
    """
    rows = engine.run(_LAST)
    if not rows:
        return None
    seq, hashed, boot, place, recorded = only(rows, (int, str, str, str, int))
    writer = machine_of(str(boot))
    if writer in ("", machine.machine_id()) or is_marked(engine, Head(int(seq or 0), str(hashed))):
        return None
    return troubles.other_machine(str(place), int(recorded or 0))


def stranger_in(path: Path, connect: Connect) -> OtherMachine | None:
    """The same of a file, which is only read: what another machine may be writing there is not touched."""
    if path.exists():
        with suppress(Broken, Violated), closing(SqliteEngine(path, writable=False, connect=connect)) as engine:
            return stranger(engine)
    return None


def watch(store: Store) -> None:
    """Make a store read-only as soon as another machine has written its last entry; each append looks."""
    with suppress(Broken, Violated):
        why = stranger(store.engine)
        if why is not None:
            store.only_read(why)
    store.barred = lambda: stranger(store.engine)
