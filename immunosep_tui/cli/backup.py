"""``immunosep-tui backup [FILE]``: a verified copy of the records."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from immunosep_tui.cli.output import DONE, complain, print_json
from immunosep_tui.cli.store_option import existing_store, protocol_stamp
from immunosep_tui.i18n import _
from immunosep_tui.record.chain import Head
from immunosep_tui.rules.text import show
from immunosep_tui.store.anchor import anchor_of
from immunosep_tui.store.backup import write_backup
from immunosep_tui.store.place import place_of
from immunosep_tui.store.rotation import automatic_backup, backup_folder


def run(options: argparse.Namespace) -> int:
    """Copy the store into FILE, or into the folder of backups when something is new; StoreError where it cannot."""
    path: Path | None
    with closing(existing_store(options)) as store:
        if options.file is not None:
            path, is_new = Path(options.file), True
            head = write_backup(store, path, replace=options.replace).head
        else:
            made = automatic_backup(store, backup_folder(place_of(options.store)), datetime.now(UTC))
            if made is None:
                complain(_("The store has no entries yet; there is nothing to back up."))
                path, is_new, head = None, False, Head()
            else:
                path, is_new, head = made.backup.path, made.is_new, made.head
    where = None if path is None else str(path.absolute())
    if options.json:
        answer = {"file": where, "made": is_new, "entries": head.seq, "head": head.hash}
        print_json({**answer, "anchor": str(anchor_of(head)), "protocol": protocol_stamp(options)})
    elif where is not None:
        told = _("Backup: {path}") if is_new else _("Nothing is new since the last backup: {path}")
        print(show(told.format(path=where), 1000))
        print(_("Entries: {count}. Anchor to note: {anchor}").format(count=head.seq, anchor=anchor_of(head)))
    return DONE
