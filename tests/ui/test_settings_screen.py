"""Settings of the ward on screen: read by everybody, signed with a PIN by a doctor or a pharmacist, in force at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import argon2
import pytest

from immunosep_tui.record.entry import WARD, Author
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.verify import verify
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.idle import lock_seconds
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import enroll
from immunosep_tui.ward.settings import set_setting
from immunosep_tui.ward.signature import Signature
from tests.support.wards import desk_of
from tests.ui.test_recording import SHEET, SIZES, Bedside

PIN = "4718"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(argon2, "PasswordHasher", lambda: cheap)


@pytest.fixture(params=SIZES, ids=["80x24", "120x40"])
async def bedside(request: pytest.FixtureRequest, protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    """The board of a ward with a doctor and a nurse, the doctor signed in."""
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    author = enroll(desk.ward.store, "AB", "doctor", PIN, None, ms(desk.now()))
    enroll(desk.ward.store, "CD", "nurse", PIN, author, ms(desk.now()))
    app = ImmunoSepApp(desk)
    async with app.run_test(size=request.param) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("LOCKED")
        await bed.press(*"ab", "enter")
        await bed.sees("> PIN")
        await bed.press(*PIN, "enter")
        await bed.sees("A-12", "AB doctor")
        yield bed
    desk.close()


async def fill(bedside: Bedside, **texts: str) -> None:
    form = bedside.app.screen.query_one(Form)
    for name, text in texts.items():
        form.activate(name)
        await bedside.press(*(" " if key == " " else key for key in text))


async def test_a_setting_is_signed_with_a_pin_and_is_in_force_at_once(bedside: Bedside) -> None:
    await bedside.press("f12")
    await bedside.sees("Sign as AB, doctor", "40 units/L, assumed", "Nothing is changed yet")
    await fill(bedside, alt="45", zone="Europe/Athens", lock="600", pin="9999")
    await bedside.sees("ALT, upper limit of normal: 40 units/L -> 45 units/L")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("This is not the PIN")
    assert len(bedside.desk.ward.store.entries(WARD)) == 2
    await fill(bedside, pin=PIN)
    await bedside.press("enter")
    await bedside.sees("Saved at", "3 entries, read back")
    found = bedside.desk.ward.read_settings()
    assert (found.text("alt"), found.zone, found.lock, found.n) == ("45 units/L", ZoneInfo("Europe/Athens"), 600, 5)
    assert bedside.desk.zone == ZoneInfo("Europe/Athens")
    assert verify(bedside.desk.ward.store).sound
    await bedside.press("f12")
    await bedside.sees("45 units/L, entered by AB on")
    await fill(bedside, alt="default", pin=PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("one entry, read back")
    assert "alt" in bedside.desk.ward.read_settings().assumed


async def test_what_is_refused_is_said_and_nothing_is_recorded(bedside: Bedside) -> None:
    await bedside.press("f12")
    await bedside.sees("Sign as AB")
    await fill(bedside, pin=PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Nothing is changed yet: type into a row.")
    await fill(bedside, bilirubin="20", pin=PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Correct first: Bilirubin", "0.3 to 4.8 mg/dL")
    await bedside.press("escape")
    await bedside.sees("A-12")
    assert len(bedside.desk.ward.store.entries(WARD)) == 2


async def test_a_nurse_reads_them_and_signs_none(bedside: Bedside) -> None:
    bedside.desk.author = Author("CD", "nurse")
    await bedside.press("f12")
    await bedside.sees("Sign as CD, nurse", "not signed in this role", "Accepted: doctor", "ALT, upper limit of normal")
    assert not bedside.app.screen.query(Form)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("A-12")
    assert len(bedside.desk.ward.store.entries(WARD)) == 2


async def test_a_colleague_who_was_faster_keeps_what_he_set(bedside: Bedside) -> None:
    desk = bedside.desk
    await bedside.press("f12")
    await bedside.sees("Sign as AB")
    signature = Signature(Author("EF", "pharmacist"), desk.now(), "other", desk.protocol.sha256)
    set_setting(desk.ward.store, desk.protocol, "ast", "50", signature)
    await fill(bedside, alt="45", pin=PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("NOT SAVED")
    await fill(bedside, pin=PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("one entry, read back")
    found = desk.ward.read_settings()
    assert (found.text("alt"), found.text("ast")) == ("45 units/L", "50 units/L")


async def test_the_screen_locks_after_the_pause_that_the_ward_has_set(bedside: Bedside) -> None:
    desk = bedside.desk
    signature = Signature(Author("AB", "doctor"), desk.now(), "lock", desk.protocol.sha256)
    set_setting(desk.ward.store, desk.protocol, "lock", "1", signature)
    await bedside.app.read_settings()
    await bedside.sees("LOCKED")


def test_the_environment_goes_before_the_setting_of_the_ward() -> None:
    assert (lock_seconds("5", 600), lock_seconds("", 600), lock_seconds("soon", 600)) == (5, 600, 600)


async def test_the_command_is_found_by_its_name(bedside: Bedside) -> None:
    await bedside.press("ctrl+p", *"ward set")
    await bedside.sees("Ward settings")
    await bedside.press("enter")
    await bedside.sees("Sign as AB, doctor")
