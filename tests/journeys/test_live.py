"""Two workstations on one store: what one signs appears on the other's board, and the cursor stays on its patient."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pytest

from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Admitted
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from tests.terminal import Terminal

COMMAND = [sys.executable, "-m", "immunosep_tui", "--store"]


def admit(store: Store, bed: str, case: str) -> None:
    proposal = Proposal(case, Admitted(bed, case, "884213"), Author("CD", "nurse"), time.time_ns() // 10**6, case)
    store.append([proposal], 0)


def test_a_patient_of_another_workstation_appears_and_the_cursor_stays(tmp_path: Path) -> None:
    store = open_file(tmp_path / "ward.db")
    admit(store, "5", "A-5")
    with Terminal([*COMMAND, str(tmp_path / "ward.db")]) as terminal:
        terminal.wait_for(">.5 +A-5")
        admit(store, "1", "A-1")
        screen = terminal.wait_for("Patients: 2")
        assert re.search(">.5 ", screen)
        assert screen.index("A-1 ") < screen.index("A-5 ")
        terminal.send("\x11")
        assert terminal.exit_status() == 0
    store.close()


def test_a_record_that_a_colleague_changes_is_read_again(tmp_path: Path) -> None:
    store = open_file(tmp_path / "ward.db")
    admit(store, "5", "A-5")
    with Terminal([*COMMAND, str(tmp_path / "ward.db")]) as terminal:
        terminal.wait_for(">.5 +A-5")
        terminal.send("\r")
        terminal.wait_for("Bed 5")
        moved = Proposal(
            "A-5", Admitted("9", "A-5", "884213"), Author("EF", "doctor"), time.time_ns() // 10**6, "m", "moved", 1
        )
        store.append([moved], 1)
        terminal.wait_for("EF has changed this record")
        terminal.wait_for("Bed 9")
        terminal.send("\x11")
        assert terminal.exit_status() == 0
    store.close()


def test_a_damaged_store_opens_for_reading_and_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "ward.db"
    store = open_file(path)
    admit(store, "5", "A-5")
    store.close()
    path.write_bytes(path.read_bytes()[:50])
    with Terminal([*COMMAND, str(path)]) as terminal:
        terminal.wait_for("damaged")
        assert terminal.exit_status() == 3
        assert "Traceback" not in terminal.text
