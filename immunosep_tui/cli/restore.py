"""``immunosep-tui restore FILE|--accept``: a backup becomes the store again; a store that has moved is written here."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from immunosep_tui.cli.output import DONE, REFUSED, complain, print_json
from immunosep_tui.cli.passphrase import asker
from immunosep_tui.cli.store_option import protocol_stamp, refuse_nothing
from immunosep_tui.i18n import _
from immunosep_tui.rules.text import show
from immunosep_tui.store.anchor import anchor_of
from immunosep_tui.store.opening import connect_to
from immunosep_tui.store.place import Place, key_file, place_of
from immunosep_tui.store.restore import Restored, accept, restore
from immunosep_tui.store.sqlite import plain


def run(options: argparse.Namespace) -> int:
    """Verify FILE and make it the store, or accept the store; StoreError where that is refused or cannot be done."""
    if options.accept == (options.file is not None):
        complain(_("restore: accepted is a backup, or --accept for the store itself, and not both."))
        return REFUSED
    place = place_of(options.store)
    done = _accept(place, options.replace) if options.accept else _restore(Path(options.file), place, options.replace)
    head = done.report.head
    if options.json:
        answer = {"store": place.shown, "aside": str(done.aside) if done.aside else None, "entries": head.seq}
        stamped = {"head": head.hash, "anchor": str(anchor_of(head)), "protocol": protocol_stamp(options)}
        print_json({**answer, **stamped})
        return DONE
    told = _("Accepted: {where} is written here from now on.") if options.accept else _("Restored: {where}")
    print(show(told.format(where=place.shown), 1000))
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


def _accept(place: Place, replace: bool) -> Restored:
    refuse_nothing(place)
    connect = connect_to(place.path, asker()) if place.path else plain
    return Restored(accept(place, replace=replace, connect=connect), None)


def _restore(file: Path, place: Place, replace: bool) -> Restored:
    is_there = place.path is not None and (place.path.exists() or key_file(place.path).exists())
    connect = connect_to(place.path if place.path and is_there else file, asker())
    return restore(file, place, datetime.now(UTC), replace=replace, connect=connect)
