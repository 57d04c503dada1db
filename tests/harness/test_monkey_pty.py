"""Random users at the real program in a real terminal, in short, and the proof that a fault is found."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("looks at programs as Linux shows them", allow_module_level=True)

from immunosep_tui.store.files import open_file
from immunosep_tui.store.sign_ins import FREE_TRIES, note_wrong
from tests.harness import monkey_pty
from tests.harness.monkey_ward import filled
from tests.harness.programs import run

STRICT = (
    "import codecs, immunosep_tui.ui.shell.driver as d\n"
    "d.linux_driver.getincrementaldecoder = codecs.getincrementaldecoder\n"
    "d.TolerantDriver._run_input_thread = d.LinuxDriver._run_input_thread"
)
"""Textual's own driver, which does not survive what is no UTF-8."""

DEAF = (
    "import immunosep_tui.ui.shell.shell as shell\n"
    "hear, left = shell.Shell.on_event, list(range(40))\n"
    "async def on_event(self, event):\n"
    "    if not isinstance(event, shell.events.Key) or left and left.pop() is not None:\n"
    "        await hear(self, event)\n"
    "shell.Shell.on_event = on_event"
)
"""Hears forty keys and no more."""


@pytest.mark.parametrize("count", [200, pytest.param(1_000_000, marks=pytest.mark.deep)])
def test_random_keys_and_bytes_in_a_terminal_break_nothing(count: int) -> None:
    done = run("monkey_pty", "--events", count, "--bytes", count, "--seed", 1)
    assert done.status == 0
    assert done.figure("events") > count * 0.9
    assert done.figure("bytes") > count * 0.9


def test_a_program_that_dies_of_a_byte_is_found_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert monkey_pty.run({}, 1, STRICT)["crashes"] > 0
    assert "FAULT seed 1, sitting 0, batch" in capsys.readouterr().out


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A folder with the ward."""
    filled(tmp_path, datetime.now(UTC).replace(microsecond=0)).desk.close()
    return tmp_path


def test_a_program_that_hears_no_key_is_found_out(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monkey_pty, "ANSWERS", 1.0)
    with pytest.raises(monkey_pty.Broken, match="no key is answered"):
        monkey_pty.Sitting("events", 200, 1, 0, DEAF).run(full, Counter())


def test_wrong_pins_of_one_user_keep_nobody_out(full: Path) -> None:
    with closing(open_file(full / "ward.db")) as store:
        for _ in range(FREE_TRIES + 3):
            note_wrong(store, "AB", int(time.time() * 1000))
    done: Counter[str] = Counter()
    monkey_pty.Sitting("events", 1, 1, 0).run(full, done)
    assert done["done"] == 1
