"""Settings of the ward as they are read, explained and signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import WARD, Entry, Proposal
from immunosep_tui.record.kinds import Setting
from immunosep_tui.record.settings import SETTINGS, Found, Settings, effective, facts_of, settings_of, zone_of
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store.store import Store
from immunosep_tui.ward.instants import day_text, moment
from immunosep_tui.ward.signature import Signature, propose

SETTERS: Final = ("doctor", "pharmacist")
"""Roles that sign settings of the ward. Local convention."""


def found_settings(store: Store) -> dict[str, tuple[str, Entry]]:
    """What was set, as ``settings_of`` gives it. StoreError."""
    entries = store.entries(WARD)
    return store.reading(lambda: settings_of(entries))


def read_settings(store: Store, protocol: Protocol, machine_zone: ZoneInfo) -> Settings:
    """The conventions in force on the ward of a store. StoreError."""
    return effective(found_settings(store), protocol, machine_zone)


def read_zone(store: Store, machine_zone: ZoneInfo) -> ZoneInfo:
    """The time zone in force on the ward of a store, which needs no protocol. StoreError."""
    return zone_of(found_settings(store), machine_zone)


def origin(name: str, settings: Settings, found: Found, protocol: Protocol) -> Sentence:
    """Where the value in force of a setting comes from: who entered it and when, or what kind of default it is."""
    if name not in settings.assumed:
        entry = found[name][1]
        date = day_text(moment(entry.at), settings.zone)
        return say(N_("entered by {initials} on {date}"), initials=entry.author, date=date)
    fact = facts_of(protocol).get(name)
    if fact is not None and fact.confidence == "G":
        return say(N_("assumed (general knowledge)"))
    if fact is not None:
        return say(N_("local convention"))
    return say(N_("of this machine")) if name == "zone" else say(N_("default"))


def setting_refusal(name: str, text: str, protocol: Protocol) -> Refusal | None:
    """Why a setting is not taken, with what would be; None where it is. An empty text, for the default, always is."""
    if name not in SETTINGS:
        names = say(N_("Accepted: {names}."), names=", ".join(SETTINGS))
        return Refusal("no_such_setting", name, say(N_("There is no setting of this name.")), names)
    value = SETTINGS[name].read(text, protocol) if text else None
    return value if isinstance(value, Refusal) else None


def role_refusal(role: str) -> Refusal | None:
    """Why somebody of a role does not sign settings; None for a role that does."""
    if role in SETTERS:
        return None
    why = say(N_("Settings of the ward are not signed in this role."))
    return Refusal("role", role, why, say(N_("Accepted: {roles}."), roles=", ".join(SETTERS)))


def propose_settings(chart: Chart, texts: Mapping[str, str], signature: Signature) -> list[Proposal]:
    """One entry a setting, in the order given; ``chart`` is that of the ward's own record."""
    return [
        propose(chart, Setting(name, text), signature.now, signature, part=part)
        for part, (name, text) in enumerate(texts.items())
    ]


def set_setting(store: Store, protocol: Protocol, name: str, text: str, signature: Signature) -> Entry | Refusal:
    """Record a setting, or its default again for an empty text.

    Args:
        store: of the ward.
        protocol: says what is accepted.
        name: a key of ``SETTINGS``.
        text: as typed.
        signature: of a doctor or a pharmacist; the same key records it once.

    Returns:
        The entry as it was read back, or why it was not recorded. StoreError where the store refuses it.
    """
    refusal = role_refusal(signature.author.role) or setting_refusal(name, text, protocol)
    if refusal is not None:
        return refusal
    chart = store.chart(WARD)
    return store.append(propose_settings(chart, {name: text}, signature), chart.n)[0]
