"""People and their PINs: who may sign, wrong tries and the wait that they bring, and the author of each entry."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import argon2
import pytest

from immunosep_tui.record.chain import Head, follow
from immunosep_tui.record.entry import WARD, Author, Proposal
from immunosep_tui.record.kinds import Admitted
from immunosep_tui.store.files import open_file
from immunosep_tui.store.sign_ins import FREE_TRIES, LONGEST_WAIT, Tries, tries_of
from immunosep_tui.store.store import Store
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import (
    SignedIn,
    Wrong,
    change_pin,
    enroll,
    people,
    pin_fault,
    read_initials,
    retire,
    sign_in,
)
from tests.ward.test_signing import NOW, Clock

PIN, OTHER = "4718", "90210"
START = ms(NOW)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parameters of argon2 decide how long a test takes, and nothing that is tested here."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(argon2, "PasswordHasher", lambda: cheap)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_file(tmp_path / "ward.db", clock=Clock(NOW))
    yield opened
    opened.close()


def test_the_first_person_enrolls_alone_and_the_next_is_enrolled_by_name(store: Store) -> None:
    ab = enroll(store, "AB", "doctor", PIN, None, START, "WS-1")
    enroll(store, "CD", "nurse", OTHER, ab, START)
    assert {initials: person.role for initials, person in people(store).items()} == {"AB": "doctor", "CD": "nurse"}
    assert [(entry.author, entry.kind) for entry in store.entries(WARD)] == [("AB", "person"), ("AB", "person")]
    with pytest.raises(ValueError, match="AB"):
        enroll(store, "AB", "nurse", OTHER, ab, START)


def test_a_pin_is_never_stored(store: Store, tmp_path: Path) -> None:
    enroll(store, "AB", "doctor", "4718290133", None, START)
    store.close()
    assert b"4718290133" not in (tmp_path / "ward.db").read_bytes()
    assert people(store)["AB"].pin.startswith("$argon2id$")


def test_the_right_pin_signs_in_and_says_how_it_went_before(store: Store) -> None:
    enroll(store, "AB", "doctor", PIN, None, START)
    person = people(store)["AB"]
    assert sign_in(store, person, PIN, START, "WS-1") == SignedIn(Author("AB", "doctor"), Tries())
    assert isinstance(sign_in(store, person, OTHER, START + 1), Wrong)
    found = sign_in(store, person, PIN, START + 2, "WS-2")
    assert isinstance(found, SignedIn)
    assert (found.before.failures, found.before.last_at, found.before.last_place) == (1, START, "WS-1")


def test_wrong_pins_bring_a_wait_that_grows_and_outlives_a_restart(store: Store, tmp_path: Path) -> None:
    enroll(store, "AB", "doctor", PIN, None, START)
    person, now, waits = people(store)["AB"], START, []
    for _ in range(FREE_TRIES + 12):
        found = sign_in(store, person, OTHER, now)
        assert isinstance(found, Wrong)
        waits.append(max(0, found.wait_until - now))
        now = max(now, found.wait_until)
    assert waits[: FREE_TRIES - 1] == [0] * (FREE_TRIES - 1)
    assert all(short <= long for short, long in pairwise(waits))
    assert waits[FREE_TRIES - 1] == 5_000
    assert waits[-1] == LONGEST_WAIT
    store.close()
    again = open_file(tmp_path / "ward.db", clock=Clock(NOW))
    assert isinstance(sign_in(again, person, PIN, now - 1), Wrong), "the right PIN waits too"
    assert isinstance(sign_in(again, person, PIN, now), SignedIn)
    assert tries_of(again, "AB").failures == 0
    again.close()


def test_a_new_pin_takes_the_place_of_the_old_one_and_the_retired_sign_no_more(store: Store) -> None:
    ab = enroll(store, "AB", "doctor", PIN, None, START)
    cd = enroll(store, "CD", "nurse", PIN, ab, START)
    change_pin(store, "CD", OTHER, ab, START, "forgotten")
    assert isinstance(sign_in(store, people(store)["CD"], PIN, START), Wrong)
    assert isinstance(sign_in(store, people(store)["CD"], OTHER, START), SignedIn)
    retire(store, "AB", cd, START, "left the ward")
    assert set(people(store)) == {"CD"}
    assert [entry.reason for entry in store.entries(WARD)] == ["", "", "forgotten", "left the ward"]
    assert isinstance(follow(store.all_entries()), Head)


@pytest.mark.parametrize(
    "pin", ["", "123", "1234", "4321", "0000", "12a4", "1" * 13, "\u0661\u0662\u0663\u0665", " 4718"]
)
def test_a_pin_that_is_guessed_first_is_refused(pin: str) -> None:
    assert pin_fault(pin) is not None


def test_a_pin_of_other_digits_is_taken() -> None:
    assert pin_fault(PIN) is None
    assert pin_fault("471829013377") is None


@pytest.mark.parametrize(
    ("text", "initials"),
    [("ab", "AB"), (" abcd ", "ABCD"), ("a", None), ("abcde", None), ("\u00c4B", None), ("a1", None)],
)
def test_initials(text: str, initials: str | None) -> None:
    assert read_initials(text) == initials


@pytest.mark.parametrize("changes", [200, pytest.param(10_000, marks=pytest.mark.deep)])
def test_the_author_of_each_entry_is_who_knew_the_pin(store: Store, changes: int) -> None:
    chance = random.Random(changes)
    pins = {"AB": "4718", "CD": "9021", "EFG": "55104"}
    first: Author | None = None
    for initials, pin in pins.items():
        first = first or enroll(store, initials, "nurse", pin, None, START)
        if initials != first.initials:
            enroll(store, initials, "nurse", pin, first, START)
    expected: list[str] = []
    seat = first
    everybody = people(store)
    for number in range(changes):
        wanted, pin = chance.choice(list(pins)), chance.choice(list(pins.values()))
        found = sign_in(store, everybody[wanted], pin, START + number * 10**6)
        assert isinstance(found, SignedIn) is (pins[wanted] == pin)
        if isinstance(found, SignedIn):
            seat = found.author
        assert seat is not None
        if number % 10 == 0:
            record = f"p{number}"
            store.append([Proposal(record, Admitted("1", record, record), seat, START, record)], 0)
            expected.append(seat.initials)
    written = [entry.author for entry in store.all_entries() if entry.record]
    assert written == expected
