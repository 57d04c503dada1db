"""Who may sign: people of the ward with initials, a role and a PIN, as entries of the ward's own record."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from typing import Final

from immunosep_tui.record.entry import WARD, Author, Proposal
from immunosep_tui.record.kinds import Person
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store.sign_ins import Tries, note_right, note_wrong, tries_of
from immunosep_tui.store.store import Store

SHORTEST_PIN, LONGEST_PIN = 4, 12
"""Digits of a PIN. Local convention: a PIN keeps colleagues apart, it does not encrypt anything."""

_INITIALS: Final = re.compile(r"[A-Z]{2,4}")
_IN_A_ROW: Final = "01234567890 09876543210"


@dataclass(frozen=True, slots=True)
class Wrong:
    """The PIN was not right, or is not looked at before ``wait_until`` (milliseconds of UTC)."""

    text: Sentence
    wait_until: int = 0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in; ``before`` is how their sign-ins went until now."""

    author: Author
    before: Tries


def people(store: Store) -> dict[str, Person]:
    """Everybody who may sign, by initials. StoreError."""
    found: dict[str, Person] = {}
    for entry in store.entries(WARD):
        if isinstance(entry.body, Person):
            found[entry.body.initials] = entry.body
    return {initials: person for initials, person in found.items() if person.active}


def read_initials(text: str) -> str | None:
    """Initials in capitals; None unless there are two to four letters from A to Z."""
    capitals = text.strip().upper()
    return capitals if _INITIALS.fullmatch(capitals) else None


def pin_fault(pin: str) -> Sentence | None:
    """Why a PIN is not taken; None where it is."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        return say(N_("A PIN has {least} to {most} digits."), least=SHORTEST_PIN, most=LONGEST_PIN)
    if len(set(pin)) == 1 or pin in _IN_A_ROW:
        return say(N_("Digits that are all the same or in a row are guessed first."))
    return None


def enroll(store: Store, initials: str, role: str, pin: str, by: Author | None, now: int, place: str = "") -> Author:
    """Somebody new may sign; without ``by`` they enroll themselves. StoreError, ValueError for initials in use."""
    if initials in people(store):
        raise ValueError(initials)
    author = Author(initials, role)
    _write(store, Person(initials, role, _hash(pin)), by or author, now, place, "")
    return author


def change_pin(store: Store, initials: str, pin: str, by: Author, now: int, reason: str, place: str = "") -> None:
    """Another PIN for somebody. StoreError, KeyError where nobody has these initials."""
    _write(store, replace(people(store)[initials], pin=_hash(pin)), by, now, place, reason)


def retire(store: Store, initials: str, by: Author, now: int, reason: str, place: str = "") -> None:
    """Somebody does not sign any more. StoreError, KeyError where nobody has these initials."""
    _write(store, replace(people(store)[initials], active=False), by, now, place, reason)


def sign_in(store: Store, person: Person, pin: str, now: int, place: str = "") -> SignedIn | Wrong:
    """Look at a PIN, unless there were too many wrong ones a moment ago. StoreError."""
    before = tries_of(store, person.initials)
    if now < before.wait_until:
        return Wrong(_wait(before.wait_until - now), before.wait_until)
    if _is_right(person.pin, pin):
        note_right(store, person.initials, now, place)
        return SignedIn(Author(person.initials, person.role), before)
    after = note_wrong(store, person.initials, now)
    if after.wait_until > now:
        return Wrong(_wait(after.wait_until - now), after.wait_until)
    return Wrong(say(N_("This is not the PIN of these initials.")))


def _wait(milliseconds: int) -> Sentence:
    seconds = -(-milliseconds // 1000)
    return say(N_("Too many wrong PINs: wait {seconds} s."), seconds=seconds)


def _hash(pin: str) -> str:
    from argon2 import PasswordHasher

    return PasswordHasher().hash(pin)


def _is_right(hashed: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(hashed, pin)
    except (VerificationError, InvalidHashError):
        return False


def _write(store: Store, person: Person, by: Author, now: int, place: str, reason: str) -> None:
    count = len(store.entries(WARD))
    proposal = Proposal(WARD, person, by, now, uuid.uuid4().hex, reason, place=place)
    store.append([proposal], count, despite_clock=True)  # nothing is due or overdue by this time
