"""``immunosep-tui protocol list|show NAME|check FILE``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path

from immunosep_tui.cli.output import DONE, complain, print_json, refused, stamp
from immunosep_tui.i18n import _
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import available, check_unsealed, load
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Fact
from immunosep_tui.rules.sofa.reading import one_of
from immunosep_tui.rules.units import plain


def run(options: argparse.Namespace) -> int:
    """Do one of the three; 2 for an unknown deed or a profile that is refused."""
    deed = one_of(options.deed, ("list", "show", "check"))
    if isinstance(deed, Refusal):
        return refused([("protocol", deed)])
    if deed == "list":
        return _list(options.json)
    if options.name is None:
        complain(_("protocol {deed}: no profile is named. Accepted: a name or a file.").format(deed=deed))
        return 2
    protocol = load(options.name) if deed == "show" else check_unsealed(Path(options.name))
    if options.json:
        print_json({"protocol": stamp(protocol), "profile": as_plain(protocol)})
    elif deed == "show":
        for line in _lines("", protocol):
            print(line)
    else:
        print(
            _("{id} {version}: every number is sourced and plausible.").format(id=protocol.id, version=protocol.version)
        )
    return DONE


def _list(as_json: bool) -> int:
    rows = []
    for name, path in available().items():
        try:
            protocol = load(name)
            rows.append({**stamp(protocol), "title": protocol.title, "registry": protocol.registry, "fault": None})
        except ProfileError as error:
            rows.append(
                {"id": name, "version": None, "sha256": None, "title": str(path), "fault": str(error.faults[0])}
            )
    if as_json:
        print_json({"protocols": rows})
    for row in rows if not as_json else ():
        print(f"{row['id']:<20} {row['title']}" + (f"  [{_('REFUSED')}] {row['fault']}" if row["fault"] else ""))
    return DONE


def as_plain(value: object) -> object:
    """A protocol's values as JSON knows them; exact decimals become text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [as_plain(item) for item in (sorted(value) if isinstance(value, frozenset) else value)]
    return value


def _lines(path: str, value: object) -> list[str]:
    """Each leaf of a protocol on a line of its own; a fact with its unit, source and confidence."""
    if isinstance(value, Fact):
        note = f" ({value.note})" if value.note else ""
        return [f"{path} = {plain(value.value)} {value.unit} [{value.source}; {value.confidence}]{note}"]
    if is_dataclass(value) and not isinstance(value, type):
        named: Mapping[str, object] = {field.name: getattr(value, field.name) for field in fields(value)}
    elif isinstance(value, Mapping):
        named = {str(key): item for key, item in value.items()}
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        named = {str(index): item for index, item in enumerate(value, start=1)}
    else:
        shown = (
            ", ".join(map(str, sorted(value) if isinstance(value, frozenset) else value))
            if isinstance(value, tuple | frozenset)
            else str(value)
        )
        return [] if value is None or shown == "" else [f"{path} = {shown}"]
    return [line for key, item in named.items() for line in _lines(f"{path}.{key}".lstrip("."), item)]
