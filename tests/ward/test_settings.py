"""Settings of the ward in a store: who signs them, that they are recorded once, and that they survive on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.entry import WARD, Author, Entry, Proposal
from immunosep_tui.record.kinds import Note, Person, Setting, Voided
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.place import place_of
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.settings import found_settings, origin, read_settings, read_zone, set_setting
from immunosep_tui.ward.signature import Signature

ZONE = ZoneInfo("UTC")
DOCTOR = Author("AB", "doctor")


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """A store in a file and on a server."""
    with closing(open_store(place_of(place))) as opened:
        yield opened


def signed(key: str = "one", author: Author = DOCTOR, reason: str = "") -> Signature:
    return Signature(author, datetime.now(UTC), key, "hash", "WS-1", reason)


def record(store: Store, body: Setting | Voided | Person | Note, key: str, corrects: int | None = None) -> None:
    count = len(store.entries(WARD))
    store.append([Proposal(WARD, body, DOCTOR, ms(datetime.now(UTC)), key, "why", corrects)], count)


def test_a_setting_is_recorded_once_read_back_and_survives(store: Store, place: str, protocol: Protocol) -> None:
    done = set_setting(store, protocol, "alt", "45", signed(reason="our laboratory"))
    assert isinstance(done, Entry)
    assert (done.body, done.author, done.reason, done.place) == (Setting("alt", "45"), "AB", "our laboratory", "WS-1")
    assert set_setting(store, protocol, "alt", "45", signed()) == done
    assert len(store.entries(WARD)) == 1
    with closing(open_store(place_of(place))) as other:
        assert read_settings(other, protocol, ZONE).text("alt") == "45 units/L"
        assert verify(other).sound


def test_a_correction_and_a_void_change_what_is_in_force(store: Store, protocol: Protocol) -> None:
    record(store, Setting("zone", "Europe/Athens"), "one")
    record(store, Setting("zone", "Europe/Berlin"), "two", corrects=1)
    assert read_zone(store, ZONE) == ZoneInfo("Europe/Berlin")
    record(store, Voided(2), "three")
    assert read_zone(store, ZONE) == ZoneInfo("Europe/Athens")  # the correction was taken back, not what it corrected
    record(store, Setting("zone", "Europe/Paris"), "four")
    assert read_zone(store, ZONE) == ZoneInfo("Europe/Paris")
    assert verify(store).sound


@pytest.mark.parametrize("role", ["nurse", "researcher", "import", ""])
def test_only_a_doctor_and_a_pharmacist_sign_settings(role: str, store: Store, protocol: Protocol) -> None:
    refusal = set_setting(store, protocol, "alt", "45", signed(author=Author("CD", role)))
    assert isinstance(refusal, Refusal)
    assert str(refusal.accepted) == "Accepted: doctor, pharmacist."
    assert store.entries(WARD) == []
    assert isinstance(set_setting(store, protocol, "alt", "45", signed(author=Author("EF", "pharmacist"))), Entry)


@pytest.mark.parametrize(("name", "text"), [("alt", "0.7"), ("moon", "full"), ("", "45"), ("zone", "\x1b[2J")])
def test_what_is_not_accepted_is_not_recorded(name: str, text: str, store: Store, protocol: Protocol) -> None:
    refusal = set_setting(store, protocol, name, text, signed())
    assert isinstance(refusal, Refusal)
    assert str(refusal.accepted).startswith("Accepted")
    assert store.entries(WARD) == []


def test_what_a_newer_program_set_is_read_around(store: Store, protocol: Protocol) -> None:
    record(store, Setting("moon", "full"), "one")
    record(store, Setting("alt", "45"), "two")
    found = read_settings(store, protocol, ZONE)
    assert (found.text("alt"), found.unread) == ("45 units/L", ("moon",))
    assert verify(store).sound


def test_where_a_value_comes_from_is_said(store: Store, protocol: Protocol) -> None:
    when = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    entry = set_setting(store, protocol, "zone", "Europe/Athens", replace(signed(), now=min(when, datetime.now(UTC))))
    assert isinstance(entry, Entry)
    found = {"zone": ("Europe/Athens", replace(entry, at=ms(when)))}
    settings = read_settings(store, protocol, ZONE)
    said = {name: str(origin(name, settings, found, protocol)) for name in ("zone", "alt", "shift", "unavailable")}
    assert said == {
        "zone": "entered by AB on 1 Dec 2026",  # of the ward's own zone
        "alt": "assumed (general knowledge)",
        "shift": "local convention",
        "unavailable": "default",
    }
    assert found_settings(store)["zone"][1] == entry


def test_a_ward_with_settings_and_nobody_who_signs_does_not_open_locked(store: Store) -> None:
    record(store, Setting("alt", "45"), "one")
    assert not store.has_people()
    record(store, Person("AB", "doctor", "hash"), "two")
    assert store.has_people()


def test_a_desk_takes_the_zone_of_the_ward_before_that_of_the_machine(
    store: Store, tmp_path: Path, protocol: Protocol
) -> None:
    desk = Desk(lambda: protocol, store, Drafts(tmp_path / FILE_NAME, "ws-1"), ZONE)
    desk.read_zone()
    assert desk.zone == desk.ward.zone == ZONE
    record(store, Setting("zone", "Europe/Athens"), "one")
    desk.read_zone()
    assert desk.zone == ZoneInfo("Europe/Athens")
    record(store, Setting("zone", ""), "two")
    assert desk.ward.read_settings().zone == desk.zone == ZONE
    desk.ward.drafts.close()
