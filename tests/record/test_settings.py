"""Settings of the ward: what is taken, what stands, and what is in force where nothing was set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.kinds import Kind, Person, Setting, Voided
from immunosep_tui.record.settings import SETTINGS, UPPER_NORMAL, Settings, effective, facts_of, settings_of
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.units import Quantity
from tests.record.histories import book

UTC = ZoneInfo("UTC")
HOUR = timedelta(hours=1)


def in_force(protocol: Protocol, *bodies: Kind | tuple[Kind, int]) -> Settings:
    """The settings after these entries of the ward's record."""
    return effective(settings_of(book(*bodies)), protocol, UTC)


def test_an_empty_record_gives_the_defaults_and_says_so(protocol: Protocol) -> None:
    found = in_force(protocol)
    assert {name: str(limit) for name, limit in found.upper_normal.items()} == {
        "alt": "40 units/L",
        "ast": "40 units/L",
        "ggt": "60 units/L",
        "bilirubin": "1.2 mg/dL",
    }
    assert found.assumed == set(SETTINGS)
    assert (found.zone, found.n, found.unread, found.unavailable) == (UTC, 0, (), frozenset())
    assert (found.acknowledged, found.before_dose, found.shift) == (8 * HOUR, 4 * HOUR, 8 * HOUR)
    assert (found.due_from, found.overdue, found.on_time, found.lock) == (time(6), HOUR, HOUR, 180)


def test_every_default_is_sourced_and_every_assumed_limit_is_general_knowledge(protocol: Protocol) -> None:
    facts = facts_of(protocol)
    assert set(SETTINGS) - set(facts) == {"zone", "unavailable"}
    assert {name for name, fact in facts.items() if fact.confidence == "G"} == set(UPPER_NORMAL)
    assert {fact.confidence for name, fact in facts.items() if name not in UPPER_NORMAL} == {"L"}


TAKEN = {
    "alt": ("0.75 ukat/L", Quantity("alt", Decimal("0.75"), "ukat/L"), "0.75 ukat/L"),
    "ast": ("45", Quantity("ast", Decimal(45), "units/L"), "45 units/L"),
    "ggt": ("55 U/L", Quantity("ggt", Decimal(55), "units/L"), "55 units/L"),
    "bilirubin": ("20 umol/L", Quantity("bilirubin", Decimal(20), "umol/L"), "20 umol/L"),
    "zone": ("Europe/Athens", ZoneInfo("Europe/Athens"), "Europe/Athens"),
    "acknowledged": ("6", 6 * HOUR, "6 h"),
    "before_dose": ("2", 2 * HOUR, "2 h"),
    "due_from": ("07:30", time(7, 30), "07:30"),
    "overdue": ("30", HOUR / 2, "30 min"),
    "shift": ("12", 12 * HOUR, "12 h"),
    "lock": ("0", 0, "0 s"),
    "unavailable": ("hla_dr,ggt", frozenset({"hla_dr", "ggt"}), "ggt, hla_dr"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_set_value_is_in_force_and_no_longer_assumed(name: str, protocol: Protocol) -> None:
    text, value, shown = TAKEN[name]
    found = in_force(protocol, Person("AB", "doctor", "hash"), Setting(name, text))
    there = found.upper_normal[name] if name in UPPER_NORMAL else getattr(found, name)
    assert (there, found.text(name), found.n) == (value, shown, 2)
    assert found.assumed == set(SETTINGS) - {name}


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("alt", ("", "9.9", "160.1", "0.75", "-4", "4,5", "45 mg/dL", "x" * 100)),
        ("bilirubin", ("20", "1.1 umol/L", "4.9")),
        ("zone", ("Athens", "/etc/passwd", "../UTC", "Europe", "x" * 5000, "a\0b")),
        ("acknowledged", ("0", "9", "8 h", "1.5", "\u0668")),
        ("before_dose", ("25", "-1")),
        ("due_from", ("6:00", "24:00", "06:60", "0600", "06:00 ", "\u0660\u0666:00")),
        ("overdue", ("241", "1e2")),
        ("shift", ("3", "13")),
        ("lock", ("3601", "never")),
        ("unavailable", ("hla_dr,", "hla_dr ggt", "norepinephrine", "HLA-DR")),
    ],
)
def test_what_is_not_accepted_is_refused_with_what_is(name: str, texts: Sequence[str], protocol: Protocol) -> None:
    for text in texts:
        refusal = SETTINGS[name].read(text, protocol)
        assert isinstance(refusal, Refusal), text
        assert str(refusal.accepted).startswith("Accepted"), text


def test_the_latest_standing_text_counts_and_an_empty_one_is_the_default_again(protocol: Protocol) -> None:
    first, second = Setting("alt", "45"), Setting("alt", "50")
    assert in_force(protocol, first, second).text("alt") == "50 units/L"
    assert in_force(protocol, first, second, Voided(2)).text("alt") == "45 units/L"
    assert in_force(protocol, first, (Setting("alt", "48"), 1)).text("alt") == "48 units/L"
    assert in_force(protocol, first, (Setting("ast", "48"), 1)).text("alt") == "40 units/L"
    cleared = in_force(protocol, first, Setting("alt", ""))
    assert (cleared.text("alt"), "alt" in cleared.assumed, cleared.n) == ("40 units/L", True, 2)


def test_what_a_newer_program_wrote_is_left_aside_and_named(protocol: Protocol) -> None:
    found = in_force(protocol, Setting("moon", "full"), Setting("shift", "36"), Setting("gone", ""))
    assert found.unread == ("moon", "shift")
    assert (found.shift, "shift" in found.assumed, found.n) == (8 * HOUR, True, 3)


@pytest.mark.parametrize("hours", ["12", "5"])
def test_no_profile_makes_an_acknowledgement_calm_for_longer_than_eight_hours(hours: str, protocol: Protocol) -> None:
    site = replace(protocol.site, acknowledged=replace(protocol.site.acknowledged, value=Decimal(hours)))
    assert in_force(replace(protocol, site=site)).acknowledged == min(int(hours), 8) * HOUR
