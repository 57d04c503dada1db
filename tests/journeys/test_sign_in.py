"""A first signature, the lock and a change of user in a real terminal, and people by command."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from immunosep_tui.store.files import open_file
from tests.harness.monkey_ward import PIN, filled
from tests.journeys.first_signature import sign_first
from tests.journeys.typing import CTRL_Q, ESCAPE, lines
from tests.terminal import Terminal

BOARD = [sys.executable, "-m", "immunosep_tui"]
CTRL_F, CTRL_L, CTRL_W = "\x06", "\x0c", "\x17"


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), pytest.param(120, 40, marks=pytest.mark.deep)])
def test_a_first_signature_the_lock_and_the_next_start(columns: int, rows: int, tmp_path: Path) -> None:
    store = tmp_path / "ward.db"
    with Terminal([*BOARD, "--store", str(store)], columns=columns, rows=rows) as terminal:
        sign_first(terminal)
        terminal.send(CTRL_L)
        screen = terminal.wait_for("LOCKED")
        assert "A-12" not in screen
        terminal.send(lines("ab"))
        terminal.wait_for("> PIN")
        terminal.send(lines("1470"))
        terminal.wait_for("This is not the PIN")
        terminal.send(lines("4718"))
        terminal.wait_for("Case A-12")
        terminal.send(ESCAPE)
        terminal.wait_for("Ward board")
        terminal.send(CTRL_Q)
        assert terminal.exit_status() == 0
    with Terminal([*BOARD, "--store", str(store)], columns=columns, rows=rows) as terminal:
        screen = terminal.wait_for("LOCKED")
        assert "A-12" not in screen
        terminal.send(lines("ab"))
        terminal.wait_for("> PIN")
        terminal.send(lines("4718"))
        terminal.wait_for("A-12")
        terminal.send(CTRL_Q)
        assert terminal.exit_status() == 0
        assert b"4718" not in (tmp_path / "ward.db").read_bytes()


def test_keys_typed_behind_the_pin_find_the_desk_open(tmp_path: Path) -> None:
    """They are held until the board has the keyboard, and whoever signed in is there before them."""
    filled(tmp_path, datetime.now(UTC).replace(second=0, microsecond=0)).desk.close()
    with Terminal([*BOARD, "--store", str(tmp_path / "ward.db")]) as terminal:
        terminal.wait_for("LOCKED")
        terminal.send(lines("ab"))
        terminal.wait_for("> PIN")
        terminal.send(lines(PIN, ""))
        terminal.wait_for(r"Case C-\d\d \|")
        terminal.wait_for("AB doctor")
        terminal.send(CTRL_F)
        terminal.wait_for("Who signs")
        terminal.send(lines("cd"))
        terminal.wait_for("> PIN")
        terminal.send(lines(PIN) + CTRL_W)
        terminal.wait_for("Sign as CD, nurse")
        terminal.send(CTRL_Q)
        assert terminal.exit_status() == 0


def test_people_by_command(tmp_path: Path) -> None:
    store = tmp_path / "ward.db"
    open_file(store).close()
    command = [*BOARD, "people", "--store", str(store)]
    with Terminal([*command, "add", "AB", "--role", "doctor"]) as terminal:
        terminal.wait_for("New PIN")
        terminal.send("4718\r")
        terminal.wait_for("again")
        terminal.send("4718\r")
        terminal.wait_for("AB: done")
        assert terminal.exit_status() == 0
    with Terminal([*command, "add", "CD", "--role", "nurse"]) as terminal:
        terminal.wait_for("Your own initials")
        terminal.send("ab\r")
        terminal.wait_for("Your own PIN")
        terminal.send("9999\r")
        terminal.wait_for("not the PIN")
        assert terminal.exit_status() == 2
    done = subprocess.run([*command, "list", "--json"], capture_output=True, text=True, check=True)
    assert done.stdout == '{"people": [{"initials": "AB", "role": "doctor"}]}\n'
    wrong = subprocess.run([*command, "add", "E"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "two to four letters" in wrong.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the process table is a file on Linux only")
def test_the_process_shows_no_pin_and_leaves_no_core(tmp_path: Path) -> None:
    with Terminal([*BOARD, "--store", str(tmp_path / "ward.db")]) as terminal:
        terminal.wait_for("> Bed")
        limits = Path(f"/proc/{terminal.process.pid}/limits").read_text()
        assert re.search(r"Max core file size +0 +0 ", limits)
        terminal.send(CTRL_Q)
        assert terminal.exit_status() == 0
