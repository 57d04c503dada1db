"""The ward on which the random users of the harness sit down: twenty patients in mixed states, two people with a PIN."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import argon2
import pytest

from immunosep_tui.profile.files import load
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.deeds import stop_course
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import enroll
from tests.support.followed import SCREENING, Followed, sofa

PEOPLE: Final = {"AB": "doctor", "CD": "nurse"}
PIN: Final = "4718"
"""Everybody's."""

DAYS: Final = 5
"""Since when the oldest courses run."""

STATES: Final = (
    ("course",) * 7
    + ("forgotten",) * 2
    + ("stopped", "died", "left")
    + ("labs",) * 4
    + ("admitted",) * 2
    + ("odd",) * 2
)
"""What became of each patient; of a forgotten course no dose is recorded since yesterday, and those of whom there are
only laboratory values came last: a course can be started on them."""

ODD: Final = (
    ("O[/]Neil", "[b]C-18[/b]", "[@click=app.quit]88x018"),
    ("\u05d0\u05d1", "C-\u4e00\u4e8c19", "\u0627\u0628019"),
)
"""Identifiers of the odd patients: markup, and letters from right to left."""


@contextmanager
def quick_pins() -> Iterator[None]:
    """PINs are hashed, and looked at, in no time."""
    quick = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(argon2, "PasswordHasher", lambda: quick)
        yield


def enroll_all(ward: Followed) -> None:
    """Everybody who may sign, now."""
    with quick_pins():
        for initials, role in PEOPLE.items():
            enroll(ward.desk.ward.store, initials, role, PIN, ward.desk.author, ms(ward.now))


def identity(number: int) -> tuple[str, str, str]:
    """Place, case and second identifier of a patient."""
    if STATES[number] == "odd":
        return ODD[number - STATES.index("odd")]
    return f"{number + 1}", f"C-{number:02}", f"88{(number * 137 + 211) % 1000:03}{number:02}"


def admit(ward: Followed, number: int) -> None:
    """A patient comes, now, and in most states with laboratory values of an hour ago."""
    place, case, identifier = identity(number)
    texts = {"identity.place": place, "identity.case": case, "identity.identifier": identifier}
    if STATES[number] != "admitted":
        ferritin, hla_dr = ("9800", "6100") if number % 3 else ("900", "3100")
        texts |= SCREENING | {"labs.ferritin": ferritin, "labs.hla_dr": hla_dr}
        texts |= {"labs.sampled": f"{ward.now - timedelta(hours=1):%Y-%m-%d %H:%M}", "labs.covid19": "no"}
        texts |= sofa(1, "80")
    ward.sign(f"p{number:02}", texts)


def fill(ward: Followed, end: datetime) -> None:
    """Everything that was recorded until an instant, in the order in which it happened."""
    store, begin = ward.desk.ward.store, end - timedelta(days=DAYS)
    ward.now = begin - timedelta(hours=4)
    enroll_all(ward)
    for number, state in enumerate(STATES):
        if state != "labs":
            admit(ward, number)
    treated = [number for number, state in enumerate(STATES) if state in ("course", "forgotten", "stopped", "died")]
    for number in treated:
        ward.start(f"p{number:02}", begin + timedelta(minutes=5 * number))
    for day in range(1, DAYS + 1):
        for number in treated:
            if STATES[number] == "course" or day < DAYS:
                ward.give_until(f"p{number:02}", min(begin + timedelta(days=day), end - timedelta(minutes=30)))
        ward.now = max(ward.now, min(begin + timedelta(days=day), end - timedelta(minutes=20)))
    for number, state in enumerate(STATES):
        key = f"p{number:02}"
        if state == "labs":
            admit(ward, number)
        elif state == "stopped":
            chart = store.chart(key)
            store.append([stop_course(chart, f"{ward.now:%Y-%m-%d %H:%M}", ward.now, ward.signature("rash"))], chart.n)
        elif state in ("died", "left"):
            ward.die(key) if state == "died" else ward.sign(key, {"response.final": "yes"})
    ward.now = end


def filled(folder: Path, end: datetime, protocol: Protocol | None = None) -> Followed:
    """Such a ward in a folder; who writes next is not signed in."""
    ward = Followed(folder, protocol or load())
    fill(ward, end)
    ward.desk.author = None
    return ward
