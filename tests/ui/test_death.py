"""A death in its box of its own: what it asks, what it closes, and how a mistaken one is taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.kinds import Died
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import enroll
from tests.support.followed import START, Followed, typical
from tests.ui.hands import Hands
from tests.ui.screen import screen_text
from tests.ui.test_recording import Bedside, keys_of

PIN = "4718"


@pytest.fixture
async def bedside(protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    """A patient three weeks after the first dose, whose clinician is enrolled."""
    ward = Followed(tmp_path, protocol)
    typical(ward)
    ward.now = START + timedelta(days=20, hours=2)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter")
        await bed.sees("Case A-12")
        enroll(ward.desk.ward.store, "AB", "doctor", PIN, None, ms(ward.now))
        yield bed
    ward.desk.close()


async def dies(bed: Hands, at: str) -> None:
    await bed.press("ctrl+f7")
    await bed.sees("WHERE THE PATIENT IS", "> The patient")
    await bed.press("d", "enter", *keys_of(at), "enter", "enter", *"213", "enter", *PIN)
    assert isinstance(bed, Bedside)
    await bed.may_sign()


async def test_a_death_has_day_and_time_and_closes_the_record(bedside: Bedside) -> None:
    await dies(bedside, "2026-05-31 23:40")
    await bedside.sees("Died Sun 31 May 2026 23:40, day 20.", "cancelled")
    await bedside.press("enter")
    await bedside.sees("Saved at", "DIED")
    chart = bedside.desk.ward.store.chart("p")
    assert chart.entries[-1].body == Died(20)
    assert chart.entries[-1].at == 1_780_270_800_000
    assert chart.running is None
    await bedside.press("f7")
    await bedside.sees("Died Sun 31 May 2026 23:40, day 20.")
    await bedside.press("ctrl+f7")
    await bedside.sees("A death is recorded already.")
    await bedside.press("escape", "escape")
    await bedside.sees("Ward board", "DIED")


@pytest.mark.parametrize(
    ("at", "why"), [("2026-06-02 08:00", "This time has not come yet."), ("2026-05-01 08:00", "begins Tue 12 May")]
)
async def test_a_death_is_neither_ahead_nor_before_the_record(bedside: Bedside, at: str, why: str) -> None:
    await dies(bedside, at)
    await bedside.press("enter")
    shown = " ".join((await bedside.sees("Correct first: At.")).split())
    assert why in shown
    assert not bedside.desk.ward.store.chart("p").died


async def test_a_letter_in_the_cell_of_a_day_is_no_death(bedside: Bedside) -> None:
    await bedside.press("f7", "down", *"D")
    await bedside.sees("!! A death has a box of its own, with day", "and time: Ctrl+F7.", "[DRAFT")
    assert "DIED" not in screen_text(bedside.app)
    await bedside.press("ctrl+s")
    await bedside.sees("D  NOT SIGNED: a death is recorded with Ctrl+F7")
    await bedside.press("escape", "f1")
    assert "DIED" not in screen_text(bedside.app)
    await bedside.press("f7")
    await bedside.sees("!! D")


async def test_a_mistaken_death_is_taken_back_with_a_pin_and_never_typed_over(bedside: Bedside) -> None:
    await dies(bedside, "2026-05-14 09:00")
    await bedside.press("enter")
    await bedside.sees("Saved at")
    await bedside.press("f7")
    form = bedside.app.screen.query_one("#response-room").query_one(Form)
    form.activate("3")
    await bedside.press(*"8")
    await bedside.sees("!! A recorded death is taken back in the", "record: F8.")
    await bedside.press("ctrl+s")
    await bedside.sees("NOT SIGNED: a recorded death is taken back in the record")
    await bedside.press("escape")
    form.activate("3")
    await bedside.press("backspace", "f8")
    await bedside.sees("Death: day 3")
    await bedside.press("enter")
    await bedside.sees("TAKE IT BACK", "PIN")
    await bedside.may_sign()
    await bedside.press(*keys_of("mistaken"), "enter", "enter")
    await bedside.sees("Type your PIN.")
    assert bedside.desk.ward.store.chart("p").died
    await bedside.press(*PIN, "enter")
    await bedside.sees("Saved at")
    assert not bedside.desk.ward.store.chart("p").died
