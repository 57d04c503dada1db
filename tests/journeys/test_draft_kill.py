"""What is typed survives every end of the program; the long runs are ``python -m tests.harness.draft_kill``."""

from __future__ import annotations

import re
import signal
import sys
import time

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from pathlib import Path

from tests.harness.draft_kill import ENDINGS, GRACE, SHEET, run
from tests.harness.pty_program import program
from tests.journeys.first_signature import DEAF_FOR, sign_first
from tests.journeys.typing import CTRL_N, ENTER, lines

SEED = 20261123
CTRL_K, CTRL_END = "\x0b", "\x1b[1;5F"


EVERY_RUN = "kill"
"""The end of which nothing is told; the program hears of the others, and they are gone in the long tier."""


@pytest.mark.parametrize(
    "ending", [pytest.param(each, marks=[] if each == EVERY_RUN else pytest.mark.deep) for each in ENDINGS]
)
def test_a_draft_survives(ending: str) -> None:
    counts = run(3, ending, SEED)
    assert counts["ok"] == 3, counts


@pytest.mark.deep
@pytest.mark.parametrize("ending", ENDINGS)
def test_drafts_survive_a_thousand_ends(ending: str) -> None:
    counts = run(1000, ending, SEED)
    assert counts["ok"] == 1000, counts


@pytest.mark.parametrize("ending", ["kill", pytest.param("term", marks=pytest.mark.deep)])
def test_a_sheet_that_records_survives(ending: str) -> None:
    counts = run(2, ending, SEED, where=SHEET)
    assert counts["ok"] == 2, counts


@pytest.mark.deep
@pytest.mark.parametrize("ending", ENDINGS)
def test_sheets_survive_three_hundred_ends(ending: str) -> None:
    counts = run(300, ending, SEED, where=SHEET)
    assert counts["ok"] == 300, counts


def test_a_bleeding_is_typed_the_program_killed_and_the_same_bleeding_signed(tmp_path: Path) -> None:
    with program(tmp_path, size=(80, 24)) as terminal:
        sign_first(terminal)
        terminal.send(CTRL_K)
        terminal.wait_for("> At")
        terminal.send(CTRL_N + ENTER + lines("1", "8", "n", "n") + "gums bleed a little")
        said = terminal.wait_for("ok gums bleed a little")
        typed = re.search(r"At +ok (2\S+ \S+)", said)
        assert typed is not None
        time.sleep(GRACE)
        terminal.signal(signal.SIGKILL)
        terminal.exit_status()
    with program(tmp_path, size=(80, 24)) as terminal:
        terminal.wait_for(r"Unsigned drafts:\s+1\.")
        terminal.send(lines("ab", "4718"))
        terminal.wait_for(r">\*7 +A-12")
        terminal.send(ENTER)
        terminal.wait_for(r"\[DRAFT bleeding \d\d:\d\d AB: Ctrl\+K\]")
        terminal.send(CTRL_K)
        terminal.wait_for("Typed before, not signed: .* by AB")
        terminal.wait_for(f"At +ok {typed[1]}")
        terminal.send(CTRL_END + "\x1b[B" * 5)
        terminal.wait_for("> In words +ok gums bleed a little")
        time.sleep(DEAF_FOR)
        terminal.send(ENTER)
        terminal.wait_for("Saved at")
        terminal.wait_until(lambda text: "DRAFT" not in text and "[SIGNED" in text, "no draft")


def test_drafts_that_are_never_written_are_found() -> None:
    assert run(3, "term", SEED, deaf=True)["lost"] >= 1
    assert run(2, "term", SEED, deaf=True, where=SHEET)["lost"] >= 1
