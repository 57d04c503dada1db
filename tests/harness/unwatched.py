"""A terminal that nobody looks at: what is typed there is not waited for, and what is written there is drawn when asked."""

from __future__ import annotations

import fcntl
import os
import re
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.harness.pty_program import stat_fields
from tests.harness.random_hands import Size
from tests.terminal import Terminal

LONGEST: Final = 60.0
"""Seconds in which what was typed must have been dealt with."""
REST: Final = 0.06
"""Seconds without input, output or work after which it counts as dealt with."""
HEARD_WITHIN: Final = 1.5
"""Seconds in which something must come of one of the keys that are tried; two of them are longer than a key is held."""

Event = bytes | Size
"""What is typed, or another size of the window."""


class Unwatched(Terminal):
    """A terminal that remembers only how the output began and what came last, and draws from that when it is asked."""

    written: int = 0
    """Bytes that came until now."""

    def _read(self, seconds: float) -> bool:
        if len(self.raw) > 1_000_000:
            self.raw = self.raw[:16_000] + self.raw[-200_000:]
        return super()._read(seconds)

    def _draw(self, data: bytes) -> None:
        self.written += len(data)

    @property
    def text(self) -> str:
        """The screen as far as it was written since what is remembered."""
        columns, rows = os.get_terminal_size(self._slave)
        self._screen.reset()
        self._rest = b""
        self._screen.resize(rows, columns)
        super()._draw(self.raw)
        return super().text

    def put(self, events: Sequence[Event]) -> None:
        """Do all this without waiting for what comes of it; as much as a program that ends meanwhile takes."""
        os.set_blocking(self._master, False)
        for each in events:
            if isinstance(each, tuple):
                self._set_size(*each)
                continue
            left, end = each, time.monotonic() + LONGEST
            while left and self.process.poll() is None:
                self._read(0)
                try:
                    left = left[os.write(self._master, left) :]
                except BlockingIOError:
                    self._read(0.01)
                if time.monotonic() > end:
                    raise AssertionError(f"keys are no longer taken\n{self.text}")

    def rest(self, seconds: float = REST) -> None:
        """Wait until the program has ended, or has read everything and for so long does nothing and writes nothing."""
        begun = since = time.monotonic()
        busy = self._busy()
        while self.process.poll() is None and time.monotonic() - since < seconds:
            came, unread, before = self._read(0.01), self._unread(), busy
            busy = self._busy()
            if came or unread or busy != before:
                since = time.monotonic()
            if since - begun > LONGEST:
                raise AssertionError(f"never comes to rest\n{self.text}")

    def answers(self, keys: Sequence[Event]) -> bool:
        """Whether anything is written soon after one of these keys; a program that holds one for a moment seems to rest."""
        self.rest()
        for key in keys:
            before, end = self.written, time.monotonic() + HEARD_WITHIN
            self.put([key])
            while self.written == before and time.monotonic() < end and self.process.poll() is None:
                self._read(0.01)
            if self.written > before:
                return True
        return False

    def saw_last(self, one: bytes, others: bytes) -> bool:
        """Whether one pattern was written later than the others."""
        *_, last = ("", *re.finditer(b"(%s)|%s" % (one, others), self.raw))
        return bool(last and last[1])

    def _unread(self) -> int:
        return int.from_bytes(fcntl.ioctl(self._slave, termios.FIONREAD, bytes(4)), sys.byteorder)

    def _busy(self) -> tuple[str, ...]:
        """Processor time that the program has used."""
        try:
            return tuple(stat_fields(Path(f"/proc/{self.process.pid}"))[11:13])
        except OSError:
            return ()  # it has ended
