"""A real terminal for tests: a program on a pseudo-terminal, what its screen shows and what it leaves behind."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte

ROOT = Path(__file__).parents[1]
NOT_UTF_8: dict[str, str | None] = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""Variables of a terminal whose letters are those of ASCII."""
_MODES = {b"1049": "alternate screen", b"1000": "mouse", b"1003": "mouse", b"1006": "mouse", b"1015": "mouse"}
_OTHER_MODES = {b"1004": "focus reports", b"2004": "bracketed paste"}
_SWITCH = re.compile(rb"\x1b\[\?(\d+)([hl])")
_KEYBOARD = re.compile(rb"\x1b\[(?:>\d+|<)u")
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p")
_UNFINISHED = re.compile(rb"\x1b(?:\[[<>=?]?[0-9;$]*)?\Z")


class Terminal:
    """One program in a window of a given size.

    Args:
        command: program and arguments.
        columns: width of the window in cells.
        rows: height of the window in cells.
        env: variables added to, or with ``None`` removed from, the environment of the tests.
    """

    def __init__(
        self, command: list[str], *, columns: int = 80, rows: int = 24, env: dict[str, str | None] | None = None
    ) -> None:
        self.raw = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._rest = b""
        self._text: str | None = None  # until something is drawn; to make it takes a millisecond
        self._master, self._slave = pty.openpty()
        self._open = True
        self._set_size(columns, rows)
        self._attributes = termios.tcgetattr(self._slave)
        self.process = subprocess.Popen(
            command,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            cwd=ROOT,
            env=_environment(env or {}),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # no other thread
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()
        os.close(self._slave)

    def send(self, keys: bytes | str) -> None:
        """Type, or let a noisy line type; reads what the program writes meanwhile, so that neither side blocks."""
        data = keys.encode() if isinstance(keys, str) else keys
        while data:
            ready = select.select([self._master], [self._master], [], 10)
            if self._master in ready[0]:
                self._read(0)
            if self._master in ready[1]:
                data = data[os.write(self._master, data[:256]) :]

    def wait_for(self, pattern: str, seconds: float = 20) -> str:
        """The screen as soon as it matches; ``AssertionError`` with the last screen when it never does."""
        return self.wait_until(lambda text: bool(re.search(pattern, text)), repr(pattern), seconds)

    def wait_until(self, fits: Callable[[str], bool], what: str, seconds: float = 20) -> str:
        """The screen as soon as it fits; ``AssertionError`` that says what was never seen, with the last screen."""
        end = time.monotonic() + seconds
        while not fits(self.text):
            assert time.monotonic() < end, f"never saw {what} on\n{self.text}"
            ended = self.process.poll() is not None
            if not self._read(0.05) and ended:
                raise AssertionError(f"ended with {self.process.returncode} before {what} was on\n{self.text}")
        return self.text

    def wait_for_output(self, pattern: bytes, after: int = 0, seconds: float = 20) -> None:
        """Wait until what was written after that many bytes matches, control sequences included."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.raw[after:]):
            assert time.monotonic() < end, f"never wrote {pattern!r}\n{self.text}"
            self._read(0.05)

    def read_for(self, seconds: float) -> bool:
        """Take in what the program writes in that time; whether it wrote anything."""
        end, before = time.monotonic() + seconds, len(self.raw)
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        return len(self.raw) > before

    @property
    def text(self) -> str:
        """The screen, one line a row, without trailing blanks."""
        if self._text is None:
            self._text = "\n".join(line.rstrip() for line in self._screen.display)
        return self._text

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self._screen.resize(rows, columns)
        self._text = None
        self._set_size(columns, rows)
        self.signal(signal.SIGWINCH)

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the window."""
        if self._open:
            self._open = False
            os.close(self._master)

    def exit_status(self, seconds: float = 20) -> int:
        """The status with which the program ends, negative for a signal that killed it."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < end, f"still running\n{self.text}"
            if self._open:
                self._read(0.02)
            else:
                time.sleep(0.02)
        while self._open and self._read(0.05):
            pass
        return self.process.returncode

    @property
    def left_behind(self) -> set[str]:
        """What the program changed in the terminal and did not put back."""
        last: dict[bytes, bytes] = dict(_SWITCH.findall(self.raw))
        left = {name for code, name in (_MODES | _OTHER_MODES).items() if last.get(code) == b"h"}
        if last.get(b"25") == b"l":
            left.add("hidden cursor")
        if last.get(b"7") == b"l":
            left.add("no line wrap")
        keyboard = _KEYBOARD.findall(self.raw)
        if sum(1 if code != b"\x1b[<u" else -1 for code in keyboard) > 0:
            left.add("keyboard protocol")
        if self._open and _comparable(termios.tcgetattr(self._slave)) != _comparable(self._attributes):
            left.add("terminal attributes")
        return left

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self, seconds: float) -> bool:
        """Whether something came within that time."""
        if not self._open or not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.raw += data
        self._draw(data)
        return bool(data)

    def _draw(self, data: bytes) -> None:
        """Put on the screen what was written."""
        pending = _UNKNOWN_TO_PYTE.sub(b"", self._rest + data)
        unfinished = _UNFINISHED.search(pending)
        cut = unfinished.start() if unfinished else len(pending)
        self._rest = pending[cut:]
        self._stream.feed(pending[:cut])
        self._text = None


def _comparable(attributes: list[Any]) -> list[Any]:
    """Attributes without PENDIN, which the kernel itself sets and clears."""
    return [*attributes[:3], attributes[3] & ~termios.PENDIN, *attributes[4:]]


def _environment(changes: dict[str, str | None]) -> dict[str, str]:
    variables = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        **changes,
    }
    for name in ("NO_COLOR", "COLUMNS", "LINES"):
        if name not in changes:
            variables.pop(name, None)
    return {name: value for name, value in variables.items() if value is not None}
