"""The store that ``--store`` names, for commands that read records which are there."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from immunosep_tui.cli.output import Json, stamp
from immunosep_tui.cli.passphrase import asker
from immunosep_tui.profile.errors import ProfileError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from immunosep_tui.record.chart import Chart
    from immunosep_tui.store.place import Place
    from immunosep_tui.store.store import Store
    from immunosep_tui.ward.protocols import Protocols


def existing_store(options: argparse.Namespace) -> Store:
    """Open the store, but make none where there is none; StoreError where it cannot be used."""
    from immunosep_tui.store.opening import open_store
    from immunosep_tui.store.place import place_of

    place = place_of(options.store)
    refuse_nothing(place)
    return open_store(place, ask=asker())


def refuse_nothing(place: Place) -> None:
    """Raise Unusable where there is no file, or one that holds no store."""
    from immunosep_tui.rules.reason import N_, say
    from immunosep_tui.store.errors import Unusable

    if place.path is not None and not (place.path.exists() and place.path.stat().st_size):
        text = N_("{path} is empty: it holds no store.") if place.path.exists() else N_("There is no store at {path}.")
        advice = N_(
            "Check --store and IMMUNOSEP_STORE. The board begins a store; immunosep-tui restore brings one back."
        )
        raise Unusable(say(text, path=place.path), say(advice))


def ward_zone(store: Store) -> ZoneInfo:
    """The time zone of the ward: the one that it has set, else that of this machine. StoreError."""
    from immunosep_tui.ui.desk import site_zone
    from immunosep_tui.ward.settings import read_zone

    return read_zone(store, site_zone())


def ward_protocols(options: argparse.Namespace, store: Store) -> Protocols:
    """The protocols of the ward of a store, with the one that was asked for here; StoreError, ProfileError."""
    from immunosep_tui.profile.files import load
    from immunosep_tui.ward.protocols import read_protocols

    return read_protocols(store, load(options.protocol), follows=options.protocol is None)


def stamp_at_hand(protocols: Protocols | None, chart: Chart | None = None) -> Json | None:
    """The protocol by which a patient is read, else that of the ward; None where none can be read."""
    if protocols is None:
        return None
    return stamp(protocols.ward if chart is None else protocols.of(chart))


def protocol_stamp(options: argparse.Namespace) -> Json | None:
    """Which protocol was asked for here; None where it cannot be read, which makes records no less readable."""
    from immunosep_tui.profile.files import load

    try:
        return stamp(load(options.protocol))
    except ProfileError:
        return None
