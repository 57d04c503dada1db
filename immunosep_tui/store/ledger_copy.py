"""A ledger entry by entry into an empty database of either kind: every line as it is, and the rows that follow from it."""

from __future__ import annotations

from immunosep_tui.record.chart import fold
from immunosep_tui.record.entry import NotReadable
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store import index
from immunosep_tui.store.engine import Broken
from immunosep_tui.store.errors import Declined
from immunosep_tui.store.store import Store, put_line


def copy_ledger(source: Store, target: Store) -> None:
    """Put every entry of one ledger, those about people too, into another one that has none; all of them or nothing.

    Failed attempts to sign in stay behind.

    Raises:
        Declined: the other one has entries.
        Broken: one of the two could not do it.
        Violated: the source is not what the rules of the ledger allow.
    """
    with source.engine.reading(), target.engine.transaction(slow=True):
        count = target.head().seq
        if count:
            text = say(N_("{where} has {count} entries already."), where=target.engine.where, count=count)
            raise Declined(text, say(N_("Name a place without entries.")))
        for entry in source.all_entries():
            put_line(target.engine, entry)
        try:
            for record in source.records():
                index.bring_up_to_date(target.engine, fold(record, source.entries(record)))
        except NotReadable as error:
            raise Broken("damaged", str(error)) from error
