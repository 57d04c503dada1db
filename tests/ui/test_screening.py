"""The screening room: nothing is preselected, the first open point is named, what is not public is marked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from tests.support.followed import IDENTITY, LABS, Followed, sofa
from tests.ui.test_recording import NARROW_FIRST, Bedside, keys_of


@pytest.fixture(params=NARROW_FIRST, ids=["80x24", "120x40"])
async def bedside(request: pytest.FixtureRequest, protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    ward = Followed(tmp_path, protocol)
    ward.sign("p", IDENTITY | LABS | sofa(1, "80", "60"))
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=request.param) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter", "f2")
        await bed.sees("[2Screening]" if request.param[0] == 80 else "[F2 Screening]", "OPEN: Age is not known")
        yield bed
    ward.desk.close()


def form(bedside: Bedside) -> Form:
    return next(each for each in bedside.app.screen.query(Form) if "consent" in each.texts)


async def test_nothing_is_preselected(bedside: Bedside) -> None:
    assert set(form(bedside).texts.values()) == {""}
    assert bedside.desk.ward.drafts.get("p") is None


async def test_the_first_open_point_moves_on_and_a_criterion_that_is_not_met_goes_before(bedside: Bedside) -> None:
    await bedside.press(*"67", "enter")
    await bedside.sees("OPEN: Written consent")
    await bedside.press("y", "enter", "y", "enter")
    await bedside.sees("OPEN: The infection is not known")
    await bedside.press("1", "enter")
    await bedside.sees("community-acquired")
    form(bedside).activate("dnr")
    await bedside.press("y", "enter")
    await bedside.sees("NOT TAKEN by the trial: Any")
    form(bedside).activate("dnr")
    await bedside.press("n", "enter")
    await bedside.sees("OPEN: Where sepsis began")


async def test_the_clock_says_how_much_is_left_and_that_it_has_passed(bedside: Bedside) -> None:
    await bedside.sees("72-hour clock: the time of sepsis")
    form(bedside).activate("sepsis_at")
    await bedside.press(*keys_of("2026-05-11 06:00"), "enter")
    await bedside.sees("72-hour clock: 1 d 0 h gone, 2 d 0 h")
    form(bedside).activate("sepsis_at")
    await bedside.press(*keys_of("2026-05-08 06:00"), "enter")
    await bedside.sees("72-hour clock: PASSED")
    await bedside.sees("NOT TAKEN by the trial: The first")


async def test_all_of_it_is_signed_and_never_called_eligible(bedside: Bedside) -> None:
    answers = {
        "age": "67",
        "consent": "y",
        "no-pregnancy": "y",
        "infection": "2",
        "in_hospital": "n",
        "sepsis_at": "2026-05-11 20:00",
        "malignancy": "n",
        "dnr": "n",
        "neutrophils": "6.1",
    }
    for name, text in answers.items():
        form(bedside).activate(name)
        await bedside.press(*keys_of(text), "up")
    await bedside.sees("OPEN: The time from the")
    await bedside.press("f5")
    await bedside.sees("> First dose at")
    await bedside.press(*keys_of("2026-05-12 08:00"), "f2")
    await bedside.sees("No published criterion speaks")
    await bedside.press("ctrl+down", "ctrl+down", "ctrl+down", "ctrl+down", "ctrl+down", "ctrl+down", "ctrl+down")
    shown = await bedside.sees("[CONFIRM AGAINST THE PROTOCOL]")
    assert "ligible" not in shown
    await bedside.press("ctrl+s")
    await bedside.sees("Screening", "community-acquired" if answers["infection"] == "1" else "hospital-acquired")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Saved at")
    recorded = bedside.desk.ward.store.chart("p").sheet.within("screening")
    assert recorded["infection"] == "hospital-acquired pneumonia"
    assert set(recorded) == set(answers)
