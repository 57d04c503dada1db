"""The lock and the sign-in on screen: nothing of a patient is readable, and no key reaches what lies behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import argon2
import pytest

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.idle import DEFAULT_SECONDS, LONGEST, Idle, lock_seconds
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import enroll
from tests.support.wards import desk_of
from tests.ui.screen import screen_text
from tests.ui.test_recording import SHEET, SIZES, Bedside

PIN = "4718"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(argon2, "PasswordHasher", lambda: cheap)


@pytest.fixture(params=SIZES, ids=["80x24", "120x40"])
async def locked(request: pytest.FixtureRequest, protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    """A ward with a person, as it is opened."""
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    enroll(desk.ward.store, "AB", "doctor", PIN, None, ms(desk.now()))
    app = ImmunoSepApp(desk)
    async with app.run_test(size=request.param) as pilot:
        yield Bedside(desk, app, pilot)
    desk.close()


def shows_a_patient(text: str) -> bool:
    return any(value in text for value in ("A-12", "884213", "900", "4000", "IMMUNOPARALYSIS"))


async def test_a_ward_with_people_opens_locked_and_shows_counts_only(locked: Bedside) -> None:
    shown = await locked.sees("LOCKED", "Unsigned drafts:", "Patients on the ward: 1")
    assert not shows_a_patient(shown)
    await locked.press("escape", "enter", "n", "f1", "f3", "ctrl+s", "ctrl+b", "ctrl+b", "slash", "down")
    shown = await locked.sees("LOCKED")
    assert not shows_a_patient(shown)
    assert locked.desk.ward.drafts.all()[0].texts == SHEET
    assert locked.desk.ward.store.records() == []


async def test_the_palette_cannot_go_back_behind_the_lock(locked: Bedside) -> None:
    await locked.sees("LOCKED")
    await locked.press("ctrl+p")
    await locked.press(*"back", "enter")
    await locked.pilot.pause(0.1)
    assert not shows_a_patient(screen_text(locked.app))


async def test_the_right_pin_opens_it_and_a_wrong_one_does_not(locked: Bedside) -> None:
    await locked.sees("LOCKED")
    await locked.press(*"ab", "enter")
    await locked.sees("> PIN")
    await locked.press(*"9999")
    shown = await locked.sees("****")
    assert "9999" not in shown
    await locked.press("enter")
    await locked.sees("This is not the PIN")
    await locked.press(*PIN, "enter")
    await locked.sees("A-12", "AB doctor")
    assert not locked.desk.is_locked


async def test_a_stranger_cannot_enroll_at_the_lock(locked: Bedside) -> None:
    await locked.sees("LOCKED")
    await locked.press(*"zz", "enter")
    await locked.sees("Nobody with these initials", "> Initials")


async def test_the_privacy_key_hides_everything_and_keeps_the_draft_where_it_was(locked: Bedside) -> None:
    await locked.press(*"ab", "enter")
    await locked.press(*PIN, "enter")
    await locked.sees("A-12")
    await locked.press("enter")
    await locked.sees("Case A-12")
    await locked.press("f3")
    await locked.sees("> Ferritin")
    await locked.press(*"77", "ctrl+l")
    shown = await locked.sees("LOCKED")
    assert not shows_a_patient(shown)
    assert locked.desk.author is None
    assert locked.desk.ward.drafts.all()[0].texts["labs.ferritin"] == "77"
    await locked.press(*"ab", "enter")
    await locked.press(*PIN, "enter")
    await locked.sees("Case A-12", "77", "Last signed in")
    assert locked.desk.initials == "AB"


async def test_a_colleague_is_enrolled_by_whoever_is_signed_in(locked: Bedside) -> None:
    await locked.press(*"ab", "enter")
    await locked.press(*PIN, "enter")
    await locked.sees("A-12")
    await locked.press("ctrl+f")
    await locked.sees("Who signs?")
    await locked.press(*"cd", "enter")
    await locked.sees("New here: CD")
    await locked.press("n", "enter", *"90210", "enter", *"90210", "enter")
    await locked.sees("CD nurse")
    entries = locked.desk.ward.store.entries("")
    assert [entry.author for entry in entries] == ["AB", "AB"]


async def test_a_demo_is_never_locked_by_a_pause(protocol: Protocol, tmp_path: Path) -> None:
    desk = desk_of(protocol, folder=tmp_path)
    desk.is_demo = True
    assert ImmunoSepApp(desk)._idle.left is None
    desk.close()


def test_a_pause_counts_on_a_clock_that_never_runs_backwards() -> None:
    now = 1000.0
    idle = Idle(180.0, lambda: now)
    now += 179.0
    assert idle.left == 1.0
    now += 1.0
    assert idle.left == 0.0
    now += 500.0
    assert idle.left == 0.0
    idle.touch()
    assert idle.left == 180.0
    assert Idle(0.0, lambda: now).left is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", DEFAULT_SECONDS),
        ("60", 60.0),
        ("0", 0.0),
        ("999999", LONGEST),
        ("-5", DEFAULT_SECONDS),
        ("soon", DEFAULT_SECONDS),
    ],
)
def test_the_pause_that_a_site_asks_for(text: str, seconds: float) -> None:
    assert lock_seconds(text) == seconds


async def test_the_screen_locks_after_the_pause(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMMUNOSEP_LOCK_SECONDS", "1")
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        shown = await bed.sees("LOCKED", "any initials open it")
        assert not shows_a_patient(shown)
        await bed.press(*"ab", "enter")
        await bed.sees("A-12")
    desk.close()
