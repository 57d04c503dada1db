"""The board on a PostgreSQL server in a real terminal: a signature, a lost server, its return."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from immunosep_tui.store.postgres import open_server
from tests.journeys.test_sign_in import BOARD, CTRL_S
from tests.journeys.typing import CTRL_Q, lines
from tests.support.server import Server, programs_or_skip
from tests.terminal import Terminal


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server(programs_or_skip())

    yield running
    running.stop()


def test_a_patient_is_signed_and_a_lost_server_is_said(server: Server, tmp_path: Path) -> None:
    url = server.url(server.new_database())
    with Terminal([*BOARD, "--store", url], env={"XDG_DATA_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("> Bed")
        terminal.send(lines("7", "A-12", "884213"))
        terminal.wait_for("> Ferritin")
        terminal.send(lines("900", "4000"))
        terminal.wait_for("DRAFT")
        terminal.send(CTRL_S)
        terminal.wait_for("Nobody is enrolled yet")
        terminal.send(lines("ab"))
        terminal.wait_for("New here: AB")
        terminal.send(lines("d", "4718", "4718"))
        terminal.wait_for("Sign as AB, doctor")
        time.sleep(0.6)  # the screen is deaf until it can have been read
        terminal.send("900\r4000\r")
        terminal.wait_for("Saved at")
        server.kill()
        terminal.wait_for("NOTHING IS STORED", seconds=40)
        terminal.send("77")
        terminal.wait_for("DRAFT")
        server.start()
        terminal.wait_for(r"(?s)\A(?!.*NOTHING IS STORED)", seconds=40)
        terminal.send(CTRL_Q)
        assert terminal.exit_status() == 0
    store = open_server(url)
    assert [entry.kind for entry in store.all_entries()] == ["person", "admitted", "labs", "decision"]
    store.close()
