"""The shell on a real terminal: however it ends, the terminal is given back and nothing of a patient is left on it."""

from __future__ import annotations

import random
import re
import signal
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal import NOT_UTF_8, Terminal

MARKER = "PLANTED-" + "MARKER-4711"
F1, F2, F3, F4, F5, F9 = "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[20~"
F6, F7, F8, F11 = "\x1b[17~", "\x1b[18~", "\x1b[19~", "\x1b[23~"
QUIT = "\x11"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not on Windows")

Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Start:
    """Start the sample, wait for its first screen, and end it after the test."""

    def begin(mode: str = "", *, ready: str = "READY", **options: object) -> Terminal:
        changes = {"XDG_STATE_HOME": str(tmp_path / "state"), **(options.pop("env", None) or {})}  # type: ignore[dict-item]
        command = [sys.executable, "-m", "tests.ui.sample_shell", str(tmp_path / "kept"), *([mode] if mode else [])]
        terminal = Terminal(command, env=changes, **options)  # type: ignore[arg-type]
        request.addfinalizer(lambda: terminal.__exit__(None, None, None))
        if ready:
            terminal.wait_for(ready)
        return terminal

    return begin


def crash_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "state").rglob("crash-*.txt"))


def type_abc(terminal: Terminal) -> None:
    terminal.send("abc")
    terminal.wait_for("typed 'abc'")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_signal_keeps_what_was_typed_and_gives_the_terminal_back(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    terminal = start()
    type_abc(terminal)
    terminal.signal(number)
    assert terminal.exit_status() == 128 + number
    assert terminal.left_behind == set()
    assert (tmp_path / "kept").read_text() == "abc"


@pytest.mark.parametrize("key", [QUIT, F6], ids=["everything goes", "a part does not go"])
def test_quitting(start: Start, tmp_path: Path, key: str) -> None:
    terminal = start()
    type_abc(terminal)
    terminal.send(key)
    assert terminal.exit_status() == 0
    assert terminal.left_behind == set()
    assert (tmp_path / "kept").read_text() == "abc"
    assert crash_files(tmp_path) == []


def test_closed_window_keeps_what_was_typed(start: Start, tmp_path: Path) -> None:
    terminal = start()
    type_abc(terminal)
    terminal.hang_up()
    assert terminal.exit_status() == 128 + signal.SIGHUP
    assert (tmp_path / "kept").read_text() == "abc"
    assert crash_files(tmp_path) == []


@pytest.mark.parametrize("key", [F1, F2], ids=["in a handler", "in a worker"])
def test_fault_says_a_reference_and_nothing_else(start: Start, tmp_path: Path, key: str) -> None:
    terminal = start()
    type_abc(terminal)
    terminal.send(key)
    assert terminal.exit_status() == 1
    assert terminal.left_behind == set()
    assert (tmp_path / "kept").read_text() == "abc"
    (file,) = crash_files(tmp_path)
    said = terminal.raw.decode()
    reference = re.search(r"fault in the program\. Reference: ([0-9A-F]{8})\.", said)
    assert reference is not None
    assert file.name == f"crash-{reference[1]}.txt"
    assert str(file) in said
    assert "What was typed has been kept." in said
    assert "Traceback" not in said
    assert MARKER not in said
    assert MARKER not in file.read_text()
    assert "action_fail" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_fault_before_the_first_paint(start: Start, tmp_path: Path) -> None:
    terminal = start("late", ready="")
    assert terminal.exit_status() == 1
    assert terminal.left_behind == set()
    assert MARKER not in terminal.raw.decode()
    assert "Reference:" in terminal.raw.decode()
    assert len(crash_files(tmp_path)) >= 1


def test_fault_in_a_thread_is_not_printed(start: Start, tmp_path: Path) -> None:
    terminal = start()
    terminal.send(F3)
    terminal.send("abc")
    terminal.wait_for("typed 'abc'")
    terminal.send(QUIT)
    assert terminal.exit_status() == 0
    assert MARKER not in terminal.raw.decode()
    (file,) = crash_files(tmp_path)
    assert MARKER not in file.read_text()


def test_keeping_that_fails_is_said_after_a_fault_and_does_not_stop_a_signal(start: Start, tmp_path: Path) -> None:
    terminal = start("broken")
    terminal.signal(signal.SIGTERM)
    assert terminal.exit_status() == 128 + signal.SIGTERM
    assert terminal.left_behind == set()
    terminal = start("broken")
    terminal.send(F1)
    assert terminal.exit_status() == 1
    assert "What was typed last may not have been kept." in terminal.raw.decode()
    assert MARKER not in terminal.raw.decode()
    assert all(MARKER not in file.read_text() for file in crash_files(tmp_path))


@pytest.mark.parametrize("mode", ["slow", ""], ids=["keeping hangs", "the program hangs"])
def test_a_program_that_hangs_still_ends_and_gives_the_terminal_back(start: Start, mode: str) -> None:
    terminal = start(mode)
    if not mode:
        terminal.send(F4)
        terminal.wait_for("blocking")
        terminal.read_for(0.5)
    terminal.signal(signal.SIGTERM)
    assert terminal.exit_status() == 128 + signal.SIGTERM
    assert terminal.left_behind == set()


def test_nothing_that_is_still_painted_comes_behind_the_end(start: Start) -> None:
    terminal = start()
    terminal.send(F11)
    assert terminal.exit_status() == 0
    assert terminal.left_behind == set()
    painted, _, behind = terminal.raw.decode().rpartition("\x1b[?1049l")
    assert MARKER in painted
    assert MARKER[:4] not in behind


@pytest.mark.parametrize("key", [F7, F8], ids=["a part", "a place for one"])
def test_what_is_missing_while_the_program_is_left_is_no_fault(start: Start, tmp_path: Path, key: str) -> None:
    terminal = start()
    terminal.send(key)
    assert terminal.exit_status() == 0
    assert crash_files(tmp_path) == []


@pytest.mark.parametrize("key", ["\x03", "\x1c", "\x1a"], ids=["Ctrl+C", "Ctrl+\\", "Ctrl+Z"])
def test_a_key_behind_the_one_that_leaves_changes_nothing(start: Start, key: str) -> None:
    terminal = start("closing")
    terminal.send(QUIT)
    terminal.wait_for_output(rb"\x1b\[\?1049l")
    terminal.send(key)
    assert terminal.exit_status() == 0
    assert "Traceback" not in terminal.raw.decode()


def test_a_hang_after_a_fault_still_says_the_reference(start: Start) -> None:
    terminal = start("slow")
    terminal.send(F1)
    assert terminal.exit_status() == 1
    assert terminal.left_behind == set()
    assert "Reference:" in terminal.raw.decode()


def test_nothing_stops_the_program_into_a_shell(start: Start) -> None:
    terminal = start()
    terminal.signal(signal.SIGTSTP)
    terminal.send("\x1a")
    terminal.send(F5)
    terminal.wait_for("not suspended")
    type_abc(terminal)
    terminal.send(QUIT)
    assert terminal.exit_status() == 0


def test_a_program_stopped_from_outside_takes_the_terminal_again(start: Start) -> None:
    terminal = start()
    terminal.signal(signal.SIGSTOP)
    time.sleep(0.2)
    painted = len(terminal.raw)
    terminal.signal(signal.SIGCONT)
    terminal.wait_for_output(rb"\x1b\[\?1049h(?s:.)*READY", after=painted)
    type_abc(terminal)
    terminal.send(QUIT)
    assert terminal.exit_status() == 0
    assert terminal.left_behind == set()


def test_ctrl_c_says_how_to_leave(start: Start) -> None:
    terminal = start()
    terminal.send("\x03")
    terminal.wait_for(r"To leave the program, press Ctrl\+Q\.")
    type_abc(terminal)


def test_latin_1_is_shown_as_unreadable_and_not_lost(start: Start) -> None:
    terminal = start("noise")
    terminal.send(b"Andr\xe9 1")
    terminal.wait_for("typed 'Andr\ufffd 1'")


def test_malformed_sequences_are_dropped(start: Start) -> None:
    terminal = start("noise")
    for sequence in ("\x1b[99999999999999u", "\x1b[1114112;5u", "\x1b[<35;0;0M", "\x1b[48;24;80;0;0t\x1b[<35;3;3M"):
        terminal.send(sequence)
        terminal.read_for(0.3)
    type_abc(terminal)


def test_no_single_byte_ends_the_program(start: Start) -> None:
    terminal = start("noise")
    for byte in range(256):
        if byte != ord(QUIT):
            terminal.send(bytes([byte]))
            terminal.read_for(0.005)
    terminal.read_for(0.5)
    terminal.send(QUIT)
    assert terminal.exit_status() == 0
    assert terminal.left_behind == set()


def noise_is_survived(terminal: Terminal, seed: int, count: int) -> None:
    noise = random.Random(seed).randbytes(count).replace(QUIT.encode(), b"")
    for begin in range(0, len(noise), 1000):
        terminal.send(noise[begin : begin + 1000])
        terminal.read_for(0.05)
    terminal.read_for(0.5)
    terminal.send(QUIT)
    assert terminal.exit_status(300) == 0, seed
    assert terminal.left_behind == set()


def test_random_bytes_do_not_end_the_program(start: Start) -> None:
    noise_is_survived(start("noise"), seed=52, count=2_000)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(5))
def test_many_random_bytes_do_not_end_the_program(start: Start, seed: int) -> None:
    noise_is_survived(start("noise"), seed, count=20_000)


def test_window_made_small_and_large_again(start: Start) -> None:
    terminal = start()
    type_abc(terminal)
    terminal.resize(79, 24)
    terminal.wait_for("The window is too small: 79 x 24")
    terminal.send("def" + QUIT + F9)
    terminal.read_for(0.3)
    terminal.resize(90, 30)
    terminal.wait_for("typed 'abc'")
    terminal.send("d")
    terminal.wait_for("typed 'abcd'")


def test_mouse_is_the_callers_choice(start: Start) -> None:
    assert b"\x1b[?1000h" in start().raw
    quiet = start("quiet")
    type_abc(quiet)
    assert b"\x1b[?1000h" not in quiet.raw


def test_no_color_is_respected(start: Start) -> None:
    terminal = start(env={"NO_COLOR": "1"})
    colours = {tuple(map(int, found)) for found in re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)[;m]", terminal.raw)}
    assert colours
    assert all(red == green == blue for red, green, blue in colours)


def test_variables_of_textual_and_a_stale_size_change_nothing(start: Start, tmp_path: Path) -> None:
    hostile = {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_PRESS": "ctrl+q",
        "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
        "TEXTUAL_DRIVER": "no.such:Driver",
        "TEXTUAL_THEME": "nord",
        "TEXTUAL_LOG": str(tmp_path / "log.txt"),
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_SHOW_RETURN": "1",
        "TEXTUAL_ALLOW_SIGNALS": "1",
        "COLUMNS": "60",
        "LINES": "20",
    }
    terminal = start(env=hostile)
    terminal.send("\x03")
    terminal.wait_for("To leave the program")
    type_abc(terminal)
    assert len(terminal.text.splitlines()[1]) == 80
    terminal.send(QUIT)
    assert terminal.exit_status() == 0
    assert not (tmp_path / "log.txt").exists()
    assert list(tmp_path.glob("*.svg")) == []
    assert "returned" not in terminal.raw.decode()


def test_letters_that_the_locale_lacks_take_the_room_that_they_had(start: Start) -> None:
    terminal = start(env=NOT_UTF_8)
    terminal.send("a\u4e00b\u05d0c")
    assert "typed 'a??b?c'\n" in terminal.wait_for("typed '.*c'")
