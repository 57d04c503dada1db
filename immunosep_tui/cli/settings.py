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
    from zoneinfo import ZoneInfo

    from immunosep_tui.cli.output import Json
    from immunosep_tui.rules.protocol import Protocol
    from immunosep_tui.store.store import Store
    from immunosep_tui.ward.protocols import Protocols
    from immunosep_tui.ward.signature import Signature

DEEDS = ("list", "set", "unset")

PROTOCOL = "protocol"
"""The name under which the protocol of the ward is listed and set."""


def run(options: argparse.Namespace) -> int:
    """List the settings of the ward, set one, or make one the default again."""
    from immunosep_tui.cli.people import Stop
    from immunosep_tui.cli.store_option import existing_store, ward_protocols

    if options.deed not in DEEDS:
        complain(_('"{deed}" is not known. Accepted: list, set, unset.').format(deed=show(options.deed)))
        return REFUSED
    with closing(existing_store(options)) as store:
        protocols = ward_protocols(options, store)
        try:
            if options.deed == "list":
                return _list(store, protocols, options)
            change = _name_protocol if options.name == PROTOCOL else _change
            return change(store, protocols, options)
        except Stop:
            return REFUSED


def _list(store: Store, protocols: Protocols, options: argparse.Namespace) -> int:
    from immunosep_tui.cli.store_option import ward_zone
    from immunosep_tui.cli.table import aligned

    rows, unread = _rows(store, protocols.ward)
    rows.insert(0, _protocol_row(protocols, ward_zone(store)))
    if options.json:
        print_json({"settings": rows, "unread": unread, "protocol": stamp(protocols.ward)})
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


def _change(store: Store, protocols: Protocols, options: argparse.Namespace) -> int:
    from immunosep_tui.record.settings import SETTINGS
    from immunosep_tui.rules.number import Refusal
    from immunosep_tui.ward.settings import set_setting, setting_refusal

    protocol = protocols.ward
    name, text = options.name or "", " ".join(options.value)
    refusal = setting_refusal(name, "" if options.deed == "unset" else text, protocol)
    if refusal is not None:
        return refused([(f"settings {name}" if name in SETTINGS else "settings", refusal)])
    if bool(text) is (options.deed == "unset"):
        accepted = words(SETTINGS[name].accepted)
        told = _("settings unset {name}: a value is not wanted.") if text else _("settings set {name}: no value.")
        complain(f"{told.format(name=name)} {accepted}")
        return REFUSED
    signature = _signature(store, protocol, options)
    if signature is None:
        return REFUSED
    done = set_setting(store, protocol, name, text, signature)
    if isinstance(done, Refusal):
        return refused([(f"settings {name}", done)])
    row = next(row for row in _rows(store, protocol)[0] if row["name"] == name)
    if options.json:
        print_json({"setting": row, "entry": done.n, "protocol": stamp(protocol)})
    else:
        print(f"{name}: {show(row['value'] or '-')}, {row['origin']}.")
    return DONE


def _signature(store: Store, protocol: Protocol, options: argparse.Namespace) -> Signature | None:
    """Who sets it, by initials and PIN; None, which is said, where nobody is enrolled."""
    from immunosep_tui.cli.people import who_does_it
    from immunosep_tui.ward.people import people
    from immunosep_tui.ward.signature import Signature

    if not people(store):
        complain(_("Settings are signed, and nobody is enrolled. Accepted: first immunosep-tui people add."))
        return None
    author = who_does_it(store)
    now, key = datetime.now(UTC), uuid.uuid4().hex
    return Signature(author, now, key, protocol.sha256, platform.node(), options.reason)


def _protocol_row(protocols: Protocols, zone: ZoneInfo) -> Json:
    """The protocol of the ward as a row of the list."""
    from immunosep_tui.profile.files import available
    from immunosep_tui.ward.protocols import named_text

    named = protocols.kept.named
    return {
        "name": PROTOCOL,
        "label": _("Protocol of the ward"),
        "value": protocols.ward_name,
        "accepted": _("Accepted: {names}, or a file.").format(names=", ".join(available())),
        "typed": None if named is None else protocols.ward.id,
        "assumed": named is None,
        "origin": words(named_text(protocols, zone)),
    }


def _name_protocol(store: Store, protocols: Protocols, options: argparse.Namespace) -> int:
    """Let the ward plan by another protocol."""
    from immunosep_tui.cli.store_option import ward_protocols, ward_zone
    from immunosep_tui.profile.files import load_unblinded
    from immunosep_tui.rules.number import Refusal
    from immunosep_tui.ward.protocols import name_protocol

    text = " ".join(options.value)
    if options.deed != "set" or not text:
        accepted = _protocol_row(protocols, ward_zone(store))["accepted"]
        told = _("settings set protocol NAME names another one; it is never unset.")
        complain(f"{told} {accepted}")
        return REFUSED
    chosen = load_unblinded(text)
    signature = _signature(store, chosen, options)
    if signature is None:
        return REFUSED
    done = name_protocol(store, chosen, signature)
    if isinstance(done, Refusal):
        return refused([(f"settings {PROTOCOL}", done)])
    row = _protocol_row(ward_protocols(options, store), ward_zone(store))
    if options.json:
        print_json({"setting": row, "entry": done.n, "protocol": stamp(chosen)})
    else:
        print(f"{PROTOCOL}: {show(row['value'])}, {row['origin']}.")
    return DONE
