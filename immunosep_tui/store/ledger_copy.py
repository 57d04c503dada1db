"""A ledger entry by entry into an empty database of either kind: every line as it is, and the rows that follow from it."""

from __future__ import annotations

from typing import Final

from immunosep_tui.record.chart import fold
from immunosep_tui.record.entry import GENESIS, Entry, NotReadable
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store import index
from immunosep_tui.store.engine import Broken, Engine, Violated
from immunosep_tui.store.errors import Declined
from immunosep_tui.store.store import Store, insert_line, move_head, put_line

_LINE_BY_LINE: Final = (("ledger", "ledger_follows"), ("head", "head_goes_on"))
"""Tables and guards that hold the head to every single line."""


def copy_ledger(source: Store, target: Store) -> None:
    """Put every entry of one ledger, those about people too, into another one that has none; all of them or nothing.

    Failed attempts to sign in stay behind.

    Raises:
        Declined: the other one has entries.
        Broken: one of the two could not do it; on a server only the owner of the tables can.
        Violated: the source is not what the rules of the ledger allow.
    """
    engine = target.engine
    with source.engine.reading(), engine.transaction(slow=True):
        count = target.head().seq
        if count:
            text = say(N_("{where} has {count} entries already."), where=engine.where, count=count)
            raise Declined(text, say(N_("Name a place without entries.")))
        if engine.dialect == "postgresql":
            _put_unguarded(engine, source)
        else:
            for entry in source.all_entries():
                put_line(engine, entry)
        try:
            for record in source.records():
                index.bring_up_to_date(engine, fold(record, source.entries(record)))
        except NotReadable as error:
            raise Broken("damaged", str(error)) from error


def _put_unguarded(engine: Engine, source: Store) -> None:
    """Put all lines and then the head.

    PostgreSQL keeps every version of the head until the transaction ends, and would look through all of them at each
    line: a hundred thousand lines would take hours. What the two guards hold is held here instead.
    """
    engine.script([f"ALTER TABLE {table} DISABLE TRIGGER {guard}" for table, guard in _LINE_BY_LINE])
    last: Entry | None = None
    for entry in source.all_entries():
        before = (last.seq, last.hash) if last else (0, GENESIS)
        if (entry.seq - 1, entry.prev) != before:
            raise Violated("ledger_follows")
        insert_line(engine, entry)
        last = entry
    if last:
        move_head(engine, last)
    engine.script([f"ALTER TABLE {table} ENABLE TRIGGER {guard}" for table, guard in _LINE_BY_LINE])
