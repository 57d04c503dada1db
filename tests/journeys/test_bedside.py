"""One patient from an empty board to a verdict, by keys alone, in a real terminal at both design sizes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.typing import CTRL_N, CTRL_Q, ESCAPE, F1, F5, F6, F7, TOTALS, lines, to_full_sofa
from tests.terminal import Terminal

COMMAND = [sys.executable, "-m", "immunosep_tui"]
SIZES = [(80, 24), (120, 40)]


@pytest.fixture(params=SIZES, ids=["80x24", "120x40"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    columns, rows = request.param
    environment: dict[str, str | None] = {
        "TZ": "Europe/Athens",
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    with Terminal(COMMAND, columns=columns, rows=rows, env=environment) as opened:
        opened.wait_for("Type the bed")
        opened.wait_for("> Bed")
        yield opened


def test_a_patient_from_labs_to_verdict(terminal: Terminal) -> None:
    """Each answer is on the screen when its last value is typed."""
    terminal.send(lines("7", "A-12", "884213"))
    terminal.wait_for(r"Bed 7 \| Case A-12 \| 884213")
    terminal.wait_for("> Ferritin")
    terminal.send(lines("900"))
    terminal.wait_for("HLA-DR is missing and decides")
    terminal.send(lines("4999", "", "", "", ""))
    terminal.wait_for("IMMUNOPARALYSIS")
    terminal.wait_for("> PaO2")
    terminal.send(lines("68", "0.55", "4", "99", "33umol/L", "65", "0.05", "15", "n", "300umol/L"))
    # Creatinine alone is enough for the kidneys by the printed table; urine can only make it worse.
    terminal.wait_for("Total 13 of 24")
    terminal.send(lines("150"))
    terminal.wait_for("Total 14 of 24")
    terminal.send(F5 + CTRL_N)
    terminal.wait_for(r"interferon gamma-1b 100 mcg")
    assert terminal.wait_for(r"Day 15").count(":") >= 8
    terminal.send(F6)
    terminal.wait_for("Checklist, day 1 of")
    terminal.wait_for("> WHO bleeding")
    terminal.send(F7)
    terminal.wait_for(r"SOFA 14")
    terminal.send(lines("", *TOTALS))
    terminal.wait_for("Days 2 to 9: RESPONDER")
    terminal.send(F1)
    terminal.wait_for("PLANNED, not started")
    terminal.send(ESCAPE)
    terminal.wait_for("Ward board")
    terminal.send(CTRL_Q)
    assert terminal.exit_status() == 0
    assert terminal.left_behind == set()


def test_keys_typed_ahead_of_the_screen_land_in_their_fields(terminal: Terminal) -> None:
    """Everything in one burst, faster than any screen is drawn: no digit may slip into another field."""
    terminal.send(to_full_sofa())
    screen = terminal.wait_for("> SpO2")
    for row in (
        "PaO2 +ok 68 ",
        "FiO2 +ok 0.55 ",
        "Support +ok invasive",
        "Platelets +ok 99 ",
        "MAP +ok 65 ",
        "GCS +ok 15 ",
    ):
        terminal.wait_for(row)
    terminal.wait_for("Total 13 of 24")
    assert "IMMUNOPARALYSIS" in screen


def test_a_room_key_waits_for_the_digits_before_it(terminal: Terminal) -> None:
    """Digits, a room key and more digits in one burst: each digit is in the room that was open when it was typed."""
    terminal.send(lines("7", "A-12", "884213") + "4421" + F7 + "11\r12\r")
    terminal.wait_for("Day 2 +ok 12")
    terminal.wait_for("Day 1, baseline +ok 11")
    terminal.send("\x1bOR")
    terminal.wait_for("Ferritin +ok 4421 ")


def test_the_standard_case_needs_no_key_but_data_and_one_enter_a_field() -> None:
    """The keys of the standard case, counted: 3 identifiers, 6 laboratory fields, 11 SOFA fields."""
    keys = to_full_sofa()
    enters = keys.count("\r")
    data = len(keys) - enters
    assert enters == 3 + 6 + 11
    assert data == 56
