"""Whether this machine can show what the program says: interpreter, terminal, letters, protocol, extras."""

from __future__ import annotations

import argparse
import locale
import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from zoneinfo import ZoneInfo

from immunosep_tui import __version__
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store.engine_versions import fault_of
from immunosep_tui.store.health import Check
from immunosep_tui.store.store import Store
from immunosep_tui.ward.protocols import PLANNED_ELSEWHERE, Protocols, named_text

EXTRAS = (
    ("psycopg", "postgres", N_("a ward's PostgreSQL server")),
    ("sqlcipher3", "encrypt", N_("an encrypted file")),
)
"""What is installed only where it is wanted: module, name of the extra, and what it is for."""


def machine_checks(options: argparse.Namespace) -> Iterator[Check]:
    """Everything about the machine."""
    facts = {"program": __version__, "python": platform.python_version(), "system": platform.platform(terse=True)}
    yield Check("python", True, say(N_("Program: {program} on Python {python}, {system}."), **facts))
    yield _sqlite(sqlite3.sqlite_version)
    yield _protocol(options)
    yield from _terminal()
    yield _letters()
    for module, extra, purpose in EXTRAS:
        there = find_spec(module) is not None
        text = N_("Extra {extra}: installed.") if there else N_("Extra {extra}: not installed; it is for {purpose}.")
        yield Check(f"extra-{extra}", True, say(text, extra=extra, purpose=say(purpose)))


def _sqlite(version: str) -> Check:
    """The engine of this Python; an encrypted file has another one, which the store's own checks look at."""
    fault = fault_of(version)
    if fault is None:
        text = N_("SQLite: {version}. Its write-ahead log, which can damage a store before 3.51.3, is not used.")
        return Check("sqlite", True, say(text, version=version))
    text = N_("SQLite: {version}, with which nothing is written: {fault} ({source}).")
    told = say(text, version=version, fault=say(fault.text), source=fault.source)
    return Check("sqlite", False, told, say(N_("Use a Python with a newer SQLite.")))


def _protocol(options: argparse.Namespace) -> Check:
    from immunosep_tui.profile.files import load

    try:
        protocol = load(options.protocol)
    except ProfileError as error:
        advice = N_("Nobody is classified with it: reinstall the program, or choose another one with --protocol.")
        return Check("protocol", False, say("{fault}", fault=str(error.faults[0])), say(advice))
    text = N_("Protocol: {id} {version}, {digest}.")
    return Check("protocol", True, say(text, id=protocol.id, version=protocol.version, digest=protocol.sha256[:12]))


def settings_checks(options: argparse.Namespace, store: Store) -> Iterator[Check]:
    """What the ward of a store has not set: the zone, and the upper limits of normal that are assumed. StoreError."""
    from immunosep_tui.cli.store_option import ward_protocols
    from immunosep_tui.record.settings import UPPER_NORMAL, effective
    from immunosep_tui.ui.desk import site_zone
    from immunosep_tui.ward.settings import found_settings, origin

    try:
        protocols = ward_protocols(options, store)
    except ProfileError:
        return  # it is said where the protocol is looked at
    found, protocol = found_settings(store), protocols.ward
    settings = effective(found, protocol, site_zone())
    where = origin("zone", settings, found, protocol)
    yield Check("zone", True, say(N_("Time zone: {zone}, {origin}."), zone=settings.text("zone"), origin=where))
    yield _protocol_of_ward(protocols, settings.zone)
    assumed = ", ".join(
        f"{ANALYTES[name].label} {settings.text(name)}" for name in UPPER_NORMAL if name in settings.assumed
    )
    if assumed:
        text = say(N_("Upper limits of normal: assumed (general knowledge) are {limits}."), limits=assumed)
        yield Check("upper-limits", True, text, say(N_("Enter the laboratory's: immunosep-tui settings set.")))
    else:
        yield Check("upper-limits", True, say(N_("Upper limits of normal: all are entered.")))
    if settings.unread:
        text = say(N_("Settings that are not understood here: {names}."), names=", ".join(settings.unread))
        yield Check("settings-unread", False, text, say(N_("A newer program set them: use it here, too.")))


def _protocol_of_ward(protocols: Protocols, zone: ZoneInfo) -> Check:
    """The protocol that the ward plans by, and whether this workstation has another one."""
    told = protocols.told()
    if told is not None:
        return Check("ward-protocol", False, told, say(PLANNED_ELSEWHERE))
    text = N_("Protocol of the ward: {name}, {origin}.")
    return Check("ward-protocol", True, say(text, name=protocols.ward_name, origin=named_text(protocols, zone)))


def _terminal() -> Iterator[Check]:
    size = _size()
    if size is None:
        yield Check("terminal", True, say(N_("Terminal: none here; run doctor in one to see what it can show.")))
        return
    from immunosep_tui.ui.screens.too_small import SMALLEST

    name = os.environ.get("TERM", "")
    text = say(N_("Terminal: {name}, {width} by {height}."), name=name or "?", width=size[0], height=size[1])
    if name in ("", "dumb"):
        yield Check("terminal", False, text, say(N_("It cannot place text: use another terminal, or set TERM.")))
    elif size[0] < SMALLEST.width or size[1] < SMALLEST.height:
        least = {"width": SMALLEST.width, "height": SMALLEST.height}
        yield Check("terminal", False, text, say(N_("Make the window at least {width} by {height}."), **least))
    else:
        yield Check("terminal", True, text)
    yield Check("colors", True, _colors(name))


def _size() -> tuple[int, int] | None:
    """Columns and lines of the terminal that any of our streams leads to."""
    for handle in range(3):
        try:
            return tuple(os.get_terminal_size(handle))  # type: ignore[return-value]
        except OSError:
            continue
    return None


def _colors(name: str) -> Sentence:
    if os.environ.get("NO_COLOR"):
        return say(N_("Colors: none (NO_COLOR is set); words and marks say the same."))
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return say(N_("Colors: 16 million."))
    return say(N_("Colors: 256.") if "256" in name else N_("Colors: 16; words and marks say the same."))


def _letters() -> Check:
    encoding = (sys.stdout.encoding or "ascii").lower()
    text = say(N_("Letters: {encoding}, locale {name}."), encoding=encoding, name=locale.setlocale(locale.LC_CTYPE))
    if encoding.replace("-", "") == "utf8":
        return Check("letters", True, text)
    return Check(
        "letters",
        False,
        text,
        say(N_("Letters that it lacks are shown as ?, also in names: set LANG to a UTF-8 locale.")),
    )
