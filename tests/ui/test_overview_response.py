"""Overview and Response as a person reads them: what comes first, and what is never said of a patient who died."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.kinds import FollowUp
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ward.signature import propose
from tests.support.followed import IDENTITY, START, Followed, alarming, typical
from tests.ui.test_recording import SIZES, Bedside

State = Callable[[Followed], None]


def empty(ward: Followed) -> None:
    ward.sign("p", IDENTITY)


def died(ward: Followed) -> None:
    typical(ward)
    ward.now = START + timedelta(days=6)
    ward.die("p", ward.now - timedelta(days=1))


def died_by_day_28(ward: Followed) -> None:
    typical(ward)
    """As it was recorded before a death had a box of its own."""
    ward.now = START + timedelta(days=28)
    chart = ward.desk.ward.store.chart("p")
    ward.desk.ward.store.append([propose(chart, FollowUp(28, "died"), ward.now, ward.signature())], chart.n)


def died_after_day_15(ward: Followed) -> None:
    typical(ward)
    ward.now = START + timedelta(days=21)
    ward.die("p", START + timedelta(days=19, hours=3))


def late_dose(ward: Followed) -> None:
    typical(ward)
    ward.now = START + timedelta(days=4, hours=4)


async def seen(state: State, key: str, size: tuple[int, int], protocol: Protocol, folder: Path) -> tuple[str, str]:
    """The screen of a room and everything that its panel holds."""
    folder.mkdir(exist_ok=True)
    ward = Followed(folder, protocol)
    state(ward)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=size) as pilot:
        bedside = Bedside(ward.desk, app, pilot)
        await bedside.sees("A-12")
        await bedside.press("enter")
        await bedside.sees("Case A-12")
        await bedside.press(key)
        shown = await bedside.sees("[", "Case A-12")
        panel = next(each.text for each in app.screen.query(Panel) if each.region and each.is_on_screen)
    ward.desk.close()
    return shown, panel


def fallen_ferritin(ward: Followed) -> None:
    ward.sign("p", IDENTITY | {"labs.ferritin_before": "88000", "labs.ferritin": "1980", "labs.hla_dr": "3100"})


def first_line(panel: str) -> str:
    return panel.split("\n", 1)[0]


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize(
    ("state", "said"),
    [
        (empty, "Next: Ferritin, Monocyte HLA-DR (F3 Labs)"),
        (typical, "anakinra 200 mg IV every 8 hours"),
        (alarming, "[STOP] Bleeding WHO 3, 11:00"),
        (died, "DIED "),
        (died_by_day_28, "DIED "),
        (died_after_day_15, "DIED "),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
async def test_the_first_line_of_the_overview_says_what_to_do(
    state: State, said: str, size: tuple[int, int], protocol: Protocol, tmp_path: Path
) -> None:
    shown, panel = await seen(state, "f1", size, protocol, tmp_path)
    assert first_line(panel).startswith(said)
    assert said.rstrip() in shown
    if state in (died, died_by_day_28):
        assert "NOW" not in panel
        assert "OVERDUE" not in panel


async def test_the_dose_that_is_due_now_stands_with_those_that_were_not_charted(
    protocol: Protocol, tmp_path: Path
) -> None:
    """Above everything that is only to be known, at the smallest window."""
    shown, _panel = await seen(late_dose, "f1", (80, 24), protocol, tmp_path)
    assert shown.index("[DUE] Dose 13 OVERDUE 3 h 00 min, 08:00") < shown.index("[DECIDE] Doses not charted: 1")
    assert shown.index("[DECIDE] Doses not charted: 1") < shown.index("Checks to do")


async def test_a_limit_that_may_hold_the_drug_is_not_followed_by_a_call_for_the_dose(
    protocol: Protocol, tmp_path: Path
) -> None:
    shown, _panel = await seen(alarming, "f1", (120, 40), protocol, tmp_path)
    assert shown.index("[STOP] Bleeding WHO 3") < shown.index("[DUE] Dose 13 due, limits ask to hold")
    assert "OVERDUE" not in shown


async def test_trends_are_plots_where_there_is_room_and_rows_with_their_limits_where_not(
    protocol: Protocol, tmp_path: Path
) -> None:
    wide, _panel = await seen(alarming, "f1", (120, 40), protocol, tmp_path / "wide")
    assert all(f"{name} " in wide for name in ("SOFA falling:", "Hemoglobin falling:", "Ferritin falling:"))
    assert wide.count("day|") == 5
    lines = wide.splitlines()
    limit = next(number for number, line in enumerate(lines) if "7|. ." in line)
    assert "*" in lines[limit + 1].rpartition("|")[2]  # 6.8 g/dL lies below the limit of 7
    assert "*" not in lines[limit].rpartition("|")[2]
    narrow, _panel = await seen(alarming, "f1", (80, 24), protocol, tmp_path / "narrow")
    assert "day|" not in narrow
    assert "Hemoglobin falling: d1 10.2  d2 10  d3 9.8  d4 9.6  d5 6.8 g/dL (limit 7, 8)" in narrow


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_the_response_is_provisional_until_its_days_are_known_and_dates_day_28(
    size: tuple[int, int], protocol: Protocol, tmp_path: Path
) -> None:
    shown, panel = await seen(typical, "f7", size, protocol, tmp_path)
    assert "PROVISIONAL" in first_line(panel)
    assert "PROVISIONAL" in shown
    assert "On day 28: not known. Day 28 ends Tue 09 Jun 2026 08:00, 28 x 24 h after the first dose" in panel
    rows = {line.partition("|")[0].strip(): line for line in panel.splitlines() if "|" in line}
    assert rows["6"].rstrip().endswith("baseline")
    assert rows["4.6"].rstrip().endswith("needed mean")


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_a_death_stands_above_the_response_and_is_told_on_its_day(
    size: tuple[int, int], protocol: Protocol, tmp_path: Path
) -> None:
    shown, panel = await seen(died, "f7", size, protocol, tmp_path)
    assert first_line(panel).startswith("DIED")
    assert "DIED" in shown
    assert "SOFA died: d1 6, d6 DIED" in panel
    assert "o carried forward, D after death" in panel
    assert "On day 28: DIED" in panel
    assert "On day 28: not known" not in panel


async def test_an_empty_response_says_what_is_missing(protocol: Protocol, tmp_path: Path) -> None:
    _shown, panel = await seen(empty, "f7", (80, 24), protocol, tmp_path)
    assert "The baseline SOFA is missing" in panel
    assert "SOFA: nothing yet" in panel


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_a_value_that_may_be_false_stands_before_the_regimen_that_rests_on_it(
    size: tuple[int, int], protocol: Protocol, tmp_path: Path
) -> None:
    _shown, panel = await seen(fallen_ferritin, "f1", size, protocol, tmp_path)
    assert first_line(panel).startswith("!! Ferritin fell from 88000 ng/mL to 1980 ng/mL")
    assert panel.index("!! Ferritin fell") < panel.index("The trial's regimen")
