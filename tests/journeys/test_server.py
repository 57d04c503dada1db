"""The board on a PostgreSQL server in a real terminal: a signature, a lost server, its return."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from immunosep_tui.store.postgres import open_server
from tests.journeys.first_signature import sign_first
from tests.journeys.test_sign_in import BOARD
from tests.journeys.typing import CTRL_Q
from tests.support.server import Server
from tests.terminal import Terminal


def test_a_patient_is_signed_and_a_lost_server_is_said(own_server: Server, tmp_path: Path) -> None:
    url = own_server.url(own_server.new_database())
    with Terminal([*BOARD, "--store", url], env={"XDG_DATA_HOME": str(tmp_path)}) as terminal:
        sign_first(terminal)
        own_server.kill()
        terminal.wait_for("NOTHING IS STORED", seconds=40)
        terminal.send("77")
        terminal.wait_for("DRAFT")
        own_server.start()
        terminal.wait_for(r"(?s)\A(?!.*NOTHING IS STORED)", seconds=40)
        terminal.send(CTRL_Q)
        assert terminal.exit_status() == 0
    store = open_server(url)
    assert [entry.kind for entry in store.all_entries()] == ["person", "admitted", "labs", "decision"]
    store.close()
