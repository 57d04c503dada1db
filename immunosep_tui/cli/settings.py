"""``immunosep-tui settings``: the conventions of this ward, read by anybody and signed by a doctor or a pharmacist."""

from __future__ import annotations

import argparse
import platform
import uuid
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from immunosep_tui.cli.output import DONE, REFUSED, complain, print_json, refused, stamp
from immunosep_tui.i18n import _, words
from immunosep_tui.rules.text import show

if TYPE_CHECKING:
    from immunosep_tui.cli.output import Json
    from immunosep_tui.rules.protocol import Protocol
    from immunosep_tui.store.store import Store

DEEDS = ("list", "set", "unset")


def run(options: argparse.Namespace) -> int:
    """List the settings of the ward, set one, or make one the default again."""
    from immunosep_tui.cli.people import Stop
    from immunosep_tui.cli.store_option import existing_store
    from immunosep_tui.profile.files import load

    if options.deed not in DEEDS:
        complain(_('"{deed}" is not known. Accepted: list, set, unset.').format(deed=show(options.deed)))
        return REFUSED
    protocol = load(options.protocol)
    with closing(existing_store(options)) as store:
        try:
            return _list(store, protocol, options) if options.deed == "list" else _change(store, protocol, options)
        except Stop:
            return REFUSED


def _list(store: Store, protocol: Protocol, options: argparse.Namespace) -> int:
    from immunosep_tui.cli.table import aligned

    rows, unread = _rows(store, protocol)
    if options.json:
        print_json({"settings": rows, "unread": unread, "protocol": stamp(protocol)})
        return DONE
    lines = [(row["name"], row["value"] or "-", row["origin"], row["label"]) for row in rows]
    for line in aligned([[show(text) for text in line] for line in lines]):
        print(line)
    for name in unread:
        complain(_("{name}: set by a newer program and not understood here.").format(name=name))
    return DONE


def _rows(store: Store, protocol: Protocol) -> tuple[list[Json], list[str]]:
    """Each setting as it is in force, and the names that are not understood here."""
    from immunosep_tui.record.settings import SETTINGS, effective
    from immunosep_tui.ui.desk import site_zone
    from immunosep_tui.ward.settings import found_settings, origin

    found = found_settings(store)
    settings = effective(found, protocol, site_zone())
    rows: list[Json] = [
        {
            "name": name,
            "label": _(definition.label),
            "value": settings.text(name),
            "accepted": words(definition.accepted),
            "typed": found[name][0] if name not in settings.assumed else None,
            "assumed": name in settings.assumed,
            "origin": words(origin(name, settings, found, protocol)),
        }
        for name, definition in SETTINGS.items()
    ]
    return rows, list(settings.unread)


def _change(store: Store, protocol: Protocol, options: argparse.Namespace) -> int:
    from immunosep_tui.cli.people import who_does_it
    from immunosep_tui.record.settings import SETTINGS
    from immunosep_tui.rules.number import Refusal
    from immunosep_tui.ward.people import people
    from immunosep_tui.ward.settings import set_setting, setting_refusal
    from immunosep_tui.ward.signature import Signature

    name, text = options.name or "", " ".join(options.value)
    refusal = setting_refusal(name, "" if options.deed == "unset" else text, protocol)
    if refusal is not None:
        return refused([(f"settings {name}" if name in SETTINGS else "settings", refusal)])
    if bool(text) is (options.deed == "unset"):
        accepted = words(SETTINGS[name].accepted)
        told = _("settings unset {name}: a value is not wanted.") if text else _("settings set {name}: no value.")
        complain(f"{told.format(name=name)} {accepted}")
        return REFUSED
    if not people(store):
        complain(_("Settings are signed, and nobody is enrolled. Accepted: first immunosep-tui people add."))
        return REFUSED
    author = who_does_it(store)
    now, key = datetime.now(UTC), uuid.uuid4().hex
    signature = Signature(author, now, key, protocol.sha256, platform.node(), options.reason)
    done = set_setting(store, protocol, name, text, signature)
    if isinstance(done, Refusal):
        return refused([(f"settings {name}", done)])
    row = next(row for row in _rows(store, protocol)[0] if row["name"] == name)
    if options.json:
        print_json({"setting": row, "entry": done.n, "protocol": stamp(protocol)})
    else:
        print(f"{name}: {show(row['value'] or '-')}, {row['origin']}.")
    return DONE
