"""Settings of the ward: local conventions as signed entries of the ward's own record, each with a default."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import standing_of
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import Setting
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.blinding import MARKERS
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.protocol import Fact, Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.text import show
from immunosep_tui.rules.units import Quantity, accepted_quantity, plain, read_quantity

UPPER_NORMAL: Final = ("alt", "ast", "ggt", "bilirubin")
"""The settings that are upper limits of normal, each of the analyte of its name."""

LONGEST_ACKNOWLEDGED: Final = timedelta(hours=8)
"""Longest time for which an acknowledgement calms. Local convention; no setting and no profile goes beyond it."""

FARTHEST: Final = 4
"""How many times above or below its default an upper limit of normal is taken, so that a value in another unit, or a
slip, does not switch a limit off. Local convention."""

Found = Mapping[str, tuple[str, Entry]]
"""The latest standing text of each setting, by name, with its entry."""

SETTING: Final = Setting.kind

_LOCK: Final = Fact(Decimal(180), "s", "local convention", "L")


def facts_of(protocol: Protocol) -> dict[str, Fact]:
    """The default of each setting that is a number, by name, with unit, source and confidence."""
    site = protocol.site
    return {
        **protocol.upper_normal,
        "acknowledged": site.acknowledged,
        "before_dose": site.before_dose,
        "due_from": site.check_after,
        "overdue": site.overdue,
        "shift": site.shift,
        "lock": _LOCK,
    }


@dataclass(frozen=True, slots=True)
class SettingDefinition:
    """A setting that this program knows.

    ``read`` gives the value of a typed text, or a refusal; ``from_fact`` that of a default, and ``fallback`` is the
    value where no fact gives one. ``show`` writes a value for the eye.
    """

    name: str
    label: str
    accepted: Sentence
    read: Callable[[str, Protocol], Any]
    from_fact: Callable[[Fact], Any] = lambda fact: fact.value
    fallback: Any = None
    show: Callable[[Any], str] = str


def _number(
    low: int, high: int, value: Callable[[int], Any], accepted: Sentence
) -> Callable[[str, Protocol], Any | Refusal]:
    def read(text: str, _protocol: Protocol) -> Any | Refusal:
        number = parse_number(text, 0)
        if isinstance(number, Refusal):
            return Refusal(number.code, text, number.why, accepted)
        if not low <= number <= high:
            why = say(N_("It is outside {low} to {high}."), low=low, high=high)
            return Refusal("out_of_range", text, why, accepted)
        return value(int(number))

    return read


def _span(name: str, label: str, unit: str, low: int, high: int) -> SettingDefinition:
    """A setting that is a time in whole hours or minutes."""
    step = {"h": timedelta(hours=1), "min": timedelta(minutes=1)}[unit]
    template = {
        "h": N_("Accepted: whole hours from {low} to {high}."),
        "min": N_("Accepted: whole minutes from {low} to {high}."),
    }
    accepted = say(template[unit], low=low, high=high)
    return SettingDefinition(
        name,
        label,
        accepted,
        _number(low, high, lambda number: number * step, accepted),
        lambda fact: timedelta(seconds=int(fact.value * int(step.total_seconds()))),
        show=lambda value: f"{plain(Fraction(value / timedelta(seconds=1)) / int(step.total_seconds()))} {unit}",
    )


def _upper(name: str, label: str) -> SettingDefinition:
    """A setting that is the upper limit of normal of an analyte."""

    def read(text: str, protocol: Protocol) -> Quantity | Refusal:
        found = read_quantity(text, name, protocol.bands)
        if isinstance(found, Refusal):
            return found
        usual = _quantity(name, facts_of(protocol)[name])
        if usual.canonical / FARTHEST <= found.quantity.canonical <= usual.canonical * FARTHEST:
            return found.quantity
        unit = ANALYTES[name].canonical.name
        why = say(
            N_("As an upper limit of normal it is outside {low} to {high} {unit}."),
            low=plain(usual.canonical / FARTHEST),
            high=plain(usual.canonical * FARTHEST),
            unit=unit,
        )
        return Refusal("out_of_range", text, why, accepted_quantity(ANALYTES[name]))

    return SettingDefinition(name, label, accepted_quantity(ANALYTES[name]), read, lambda fact: _quantity(name, fact))


def _quantity(name: str, fact: Fact) -> Quantity:
    return Quantity(name, fact.value, fact.unit)


_ZONE = say(N_("Accepted: a time zone by its IANA name, such as Europe/Athens."))
_CLOCK = say(N_("Accepted: a time of day as HH:MM, such as 06:00."))
_SECONDS = say(N_("Accepted: whole seconds from {low} to {high}; 0 for no lock."), low=0, high=3600)
_CHECKS = say(N_("Accepted: names of checks with commas between them, such as hla_dr, ggt."))


def _zone(text: str, _protocol: Protocol | None = None) -> ZoneInfo | Refusal:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return Refusal("no_such_zone", text, say(N_("No time zone of this name is known here.")), _ZONE)


def _clock(text: str, _protocol: Protocol) -> time | Refusal:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text, re.ASCII):
        return Refusal("no_such_time", text, say(N_("This is not a time of day.")), _CLOCK)
    return time.fromisoformat(text)


def _time_of_hours(fact: Fact) -> time:
    return time(*divmod(int(fact.value * 60), 60))


def check_names(protocol: Protocol) -> frozenset[str]:
    """The names by which a check can be called not available: the markers, which a blinded checklist does not name,
    the checklist's analytes, and its ids without their drug."""
    items = {item.id.removeprefix(f"{item.regimen}-") for item in protocol.checklist}
    return frozenset(items | {item.analyte for item in protocol.checklist if item.analyte} | MARKERS)


def _checks(text: str, protocol: Protocol) -> frozenset[str] | Refusal:
    names = [name.strip() for name in text.split(",")]
    known = check_names(protocol)
    for name in names:
        if name not in known:
            why = say(N_('"{name}" is no check.'), name=show(name, 40))
            listed = ", ".join(sorted(known))
            accepted = say(N_("Accepted, with commas between them: {names}."), names=listed)
            return Refusal("no_such_check", text, why, accepted)
    return frozenset(names)


SETTINGS: Final[Mapping[str, SettingDefinition]] = {
    definition.name: definition
    for definition in (
        _upper("alt", N_("ALT, upper limit of normal")),
        _upper("ast", N_("AST, upper limit of normal")),
        _upper("ggt", N_("GGT, upper limit of normal")),
        _upper("bilirubin", N_("Bilirubin, upper limit of normal")),
        SettingDefinition("zone", N_("Time zone of the ward"), _ZONE, _zone),
        _span("acknowledged", N_("Acknowledgement calms for"), "h", 1, 8),
        _span("before_dose", N_("Checks due before a dose"), "h", 0, 24),
        SettingDefinition(
            "due_from",
            N_("Due on a day from"),
            _CLOCK,
            _clock,
            _time_of_hours,
            show=lambda value: value.strftime("%H:%M"),
        ),
        _span("overdue", N_("Overdue after"), "min", 0, 240),
        _span("shift", N_("Length of a shift"), "h", 4, 12),
        SettingDefinition(
            "lock",
            N_("The screen locks after"),
            _SECONDS,
            _number(0, 3600, int, _SECONDS),
            lambda fact: int(fact.value),
            show=lambda value: f"{value} s",
        ),
        SettingDefinition(
            "unavailable",
            N_("Checks not available here"),
            _CHECKS,
            _checks,
            fallback=frozenset(),
            show=lambda value: ", ".join(sorted(value)),
        ),
    )
}
"""Every setting that this program knows, by name, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The conventions in force on a ward.

    Args:
        zone: time zone of calendar days and of times as typed and shown.
        upper_normal: upper limit of normal, by analyte.
        assumed: names of the settings that stand on their default.
        acknowledged: how long an acknowledgement calms, at most ``LONGEST_ACKNOWLEDGED``.
        before_dose: how long before a dose its checks are due.
        due_from: time of the calendar day from which what is due on a day is due.
        overdue: how long after its time something is overdue.
        on_time: how far from its time a dose still counts as on time.
        shift: length of a shift.
        lock: seconds without a key after which the screen locks, 0 for never.
        unavailable: names of checks that are not available on this ward.
        n: number, within the ward's record, of the last entry that this rests on; 0 for none.
        unread: names that stand in the record and are not understood here, because a newer program wrote them.
    """

    zone: ZoneInfo
    upper_normal: Mapping[str, Quantity]
    assumed: frozenset[str]
    acknowledged: timedelta
    before_dose: timedelta
    due_from: time
    overdue: timedelta
    on_time: timedelta
    shift: timedelta
    lock: int
    unavailable: frozenset[str]
    n: int
    unread: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """The value in force of a setting, with its unit, for the eye; empty for an empty list of checks."""
        value = self.upper_normal[name] if name in self.upper_normal else getattr(self, name)
        return SETTINGS[name].show(value)


def settings_of(entries: Iterable[Entry]) -> dict[str, tuple[str, Entry]]:
    """The latest standing text of each setting with its entry, also of names not known here.

    An empty text is the default again.
    """
    listed = tuple(entries)
    found: dict[str, tuple[str, Entry]] = {}
    if all(entry.kind != SETTING for entry in listed):
        return found  # no body is read: that takes long the first time, and the first screen waits for it
    for entry in standing_of(listed):
        if isinstance(entry.body, Setting):
            found[entry.body.name] = (entry.body.text, entry)
    return found


def zone_of(found: Found, machine_zone: ZoneInfo) -> ZoneInfo:
    """The time zone in force, which needs no protocol."""
    zone = _zone(found["zone"][0]) if "zone" in found else machine_zone
    return machine_zone if isinstance(zone, Refusal) else zone


def effective(found: Found, protocol: Protocol, machine_zone: ZoneInfo) -> Settings:
    """The conventions in force: what was set, and the default wherever nothing that is understood here was.

    Args:
        found: as ``settings_of`` gives it.
        protocol: gives the defaults.
        machine_zone: zone where none is set.
    """
    facts = facts_of(protocol)
    values: dict[str, Any] = {}
    assumed: set[str] = set()
    unread = [name for name, (text, _entry) in found.items() if text and name not in SETTINGS]
    for name, definition in SETTINGS.items():
        text = found[name][0] if name in found else ""
        value = definition.read(text, protocol) if text else None
        if isinstance(value, Refusal):
            unread.append(name)
            value = None
        if value is None:
            assumed.add(name)
            value = definition.from_fact(facts[name]) if name in facts else definition.fallback
        values[name] = value
    return Settings(
        zone=zone_of(found, machine_zone),
        upper_normal={name: values[name] for name in UPPER_NORMAL},
        assumed=frozenset(assumed),
        acknowledged=min(values["acknowledged"], LONGEST_ACKNOWLEDGED),
        before_dose=values["before_dose"],
        due_from=values["due_from"],
        overdue=values["overdue"],
        on_time=timedelta(minutes=int(protocol.site.on_time.value)),
        shift=values["shift"],
        lock=values["lock"],
        unavailable=values["unavailable"],
        n=max((entry.n for _text, entry in found.values()), default=0),
        unread=tuple(unread),
    )
