"""``immunosep-tui restore FILE``: a backup becomes the store again."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from immunosep_tui.cli.output import DONE, print_json
from immunosep_tui.cli.passphrase import asker
from immunosep_tui.cli.store_option import protocol_stamp
from immunosep_tui.i18n import _
from immunosep_tui.rules.text import show
from immunosep_tui.store.anchor import anchor_of
from immunosep_tui.store.opening import connect_to
from immunosep_tui.store.place import key_file, place_of
from immunosep_tui.store.restore import restore


def run(options: argparse.Namespace) -> int:
    """Verify FILE and make it the store; StoreError where that is refused or cannot be done."""
    place = place_of(options.store)
    file = Path(options.file)
    is_there = place.path is not None and (place.path.exists() or key_file(place.path).exists())
    connect = connect_to(place.path if place.path and is_there else file, asker())
    done = restore(file, place, datetime.now(UTC), replace=options.replace, connect=connect)
    head = done.report.head
    if options.json:
        answer = {"store": place.shown, "aside": str(done.aside) if done.aside else None, "entries": head.seq}
        stamped = {"head": head.hash, "anchor": str(anchor_of(head)), "protocol": protocol_stamp(options)}
        print_json({**answer, **stamped})
        return DONE
    print(show(_("Restored: {where}").format(where=place.shown), 1000))
    if done.aside:
        print(show(_("The store that was there before: {path}").format(path=done.aside), 1000))
        if options.replace:
            print(
                _(
                    "Doses that only it has may have been given: look into it before the next one (patient list --store)."
                )
            )
    print(_("Entries: {count}. Anchor to note: {anchor}").format(count=head.seq, anchor=anchor_of(head)))
    return DONE
