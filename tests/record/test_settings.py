"""Settings of the ward: what is taken, what stands, and what is in force where nothing was set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.kinds import Kind, Person, Setting, Voided
from immunosep_tui.record.settings import (
    SETTINGS,
    UPPER_NORMAL,
    Settings,
    check_names,
    effective,
    facts_of,
    settings_of,
)
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Fact, Protocol
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
    assert facts["lock"] == Fact(Decimal(180), "s", "local convention", "L")


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


EDGES = [
    ("alt", "10", "9.9", "10 to 160 units/L"),
    ("alt", "160", "160.1", "10 to 160 units/L"),
    ("bilirubin", "0.3", "0.2", "0.3 to 4.8 mg/dL"),
    ("bilirubin", "4.8", "4.9", "0.3 to 4.8 mg/dL"),
    ("acknowledged", "1", "0", "1 to 8"),
    ("acknowledged", "8", "9", "1 to 8"),
    ("before_dose", "0", "x", "0 to 24"),
    ("before_dose", "24", "25", "0 to 24"),
    ("overdue", "0", "x", "0 to 240"),
    ("overdue", "240", "241", "0 to 240"),
    ("shift", "4", "3", "4 to 12"),
    ("shift", "12", "13", "4 to 12"),
    ("lock", "0", "x", "0 to 3600"),
    ("lock", "3600", "3601", "0 to 3600"),
]


@pytest.mark.parametrize(("name", "last", "beyond", "words"), EDGES)
def test_a_number_is_taken_up_to_its_edge_and_the_edges_are_told(
    name: str, last: str, beyond: str, words: str, protocol: Protocol
) -> None:
    assert not isinstance(SETTINGS[name].read(last, protocol), Refusal)
    refusal = SETTINGS[name].read(beyond, protocol)
    assert isinstance(refusal, Refusal)
    assert words in str(refusal.why if name in UPPER_NORMAL else refusal.accepted)
    if beyond != "x":
        assert refusal.code == "out_of_range"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("zone", "Athens", "no_such_zone"),
        ("due_from", "6:00", "no_such_time"),
        ("unavailable", "HLA-DR", "no_such_check"),
    ],
)
def test_a_refusal_has_a_code_that_scripts_may_ask_for(name: str, text: str, code: str, protocol: Protocol) -> None:
    refusal = SETTINGS[name].read(text, protocol)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_a_check_is_named_by_its_marker_its_analyte_or_its_own_name(protocol: Protocol) -> None:
    blinded = replace(protocol, checklist=tuple(i for i in protocol.checklist if i.analyte in ("anc", "")))
    known = check_names(blinded)
    assert {"ferritin", "hla_dr", "anc", "neutrophils", "bleeding"} <= known
    assert not {"", "anakinra-neutrophils", "hemoglobin"} & known
    refusal = SETTINGS["unavailable"].read("x" * 41, blinded)
    assert isinstance(refusal, Refusal)
    assert str(refusal.why) == f'"{"x" * 40}..." is no check.'
    assert ", ".join(sorted(known)) in str(refusal.accepted)


@pytest.mark.parametrize(("hours", "due"), [("0", time(0)), ("6.5", time(6, 30)), ("23", time(23))])
def test_the_hour_of_a_profile_is_a_time_of_the_day(hours: str, due: time, protocol: Protocol) -> None:
    site = replace(protocol.site, check_after=replace(protocol.site.check_after, value=Decimal(hours)))
    assert in_force(replace(protocol, site=site)).due_from == due


def test_a_time_zone_that_this_machine_does_not_know_leaves_its_own_in_force_and_is_named(protocol: Protocol) -> None:
    found = in_force(protocol, Setting("zone", "Mars/Base"))
    assert (found.zone, found.unread, "zone" in found.assumed) == (UTC, ("zone",), True)
    assert in_force(protocol, Setting("zone", "")).unread == ()


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
