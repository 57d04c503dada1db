"""The ways in which a program ends: left, told to end, ended by a fault or by its deadline; the terminal is given back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from textual.app import App, ScreenError
from textual.css.query import QueryError
from textual.driver import Driver
from textual.widget import WidgetError

from immunosep_tui.ui.shell import crash, signals

HARD_EXIT_AFTER: Final = 2.0
"""Seconds after which a process that was told to end ends, whatever it is waiting for."""


class Leaving(App[int]):
    """An application that keeps what was typed and gives back the terminal, however it ends.

    Started with ``start``, which returns the exit status: 0 after quitting, 1 after a fault in the program, 128 plus
    the number of the signal that ended it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.leaving = False
        self._at_terminal = False
        self._deadline: threading.Timer | None = None
        self._last_words = ""

    def before_leaving(self) -> bool:
        """Make durable what was typed, synchronously; ``True`` when it is safe. There is nothing to keep here."""
        return True

    def start(self, *, mouse: bool = True, then: Callable[[], object] = lambda: None) -> int:
        """Run in the terminal until it is left, and return the exit status.

        Args:
            mouse: whether the program sees the mouse; without it the terminal's own selection works.
            then: what is done once the terminal has been given back, while signals are still heard.
        """
        self._at_terminal = True
        with crash.recorded_quietly(), signals.heard(self._set_deadline_for, self._end_by):
            try:
                self.run(mouse=mouse)
            except KeyboardInterrupt:
                self._keep()
                self._return_code = 128 + signal.SIGINT
            except Exception as error:
                self.fail(error)
            finally:
                then()
            if self._last_words and sys.__stderr__ is not None:
                print(self._last_words, file=sys.__stderr__)
        return self.return_code or 0

    def leave(self, status: int = 0, *, urgent: bool = False) -> None:
        """Keep what was typed, then leave; from then on no part that does not go can hold the program up.

        Args:
            status: exit status.
            urgent: somebody else ends the program: no failure and no wait may hold it up.
        """
        if urgent:
            self._set_deadline(status)
        if self.leaving:
            return
        self.leaving = True
        if urgent:
            self._keep()
        else:
            self.before_leaving()
        self._set_deadline(status)
        self.exit(status, return_code=status)

    def fail(self, error: Exception) -> None:
        """Leave because of a fault in the program."""
        self._handle_exception(error)

    def _keep(self) -> bool:
        try:
            return self.before_leaving()
        except Exception as error:
            crash.record(error)
            return False

    def _set_deadline(self, status: int) -> None:
        if self._at_terminal and self._deadline is None:
            self._deadline = threading.Timer(HARD_EXIT_AFTER, self._hard_exit, (status,))
            self._deadline.daemon = True
            self._deadline.start()

    def _set_deadline_for(self, number: int) -> None:
        self._set_deadline(128 + number)

    def _end_by(self, number: int) -> None:
        """Leave because of a signal; a second one changes nothing."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop was closed a moment ago
                self._loop.call_soon_threadsafe(partial(self.leave, 128 + number, urgent=True))
        elif not self.leaving:
            sys.exit(128 + number)

    def _hard_exit(self, status: int) -> None:
        try:
            release = getattr(self._driver, "release", None)
            if release is not None:
                release(self._last_words)
        finally:
            os._exit(status)

    # Faults. Textual prints the traceback with all local variables, that is with the record of a patient.

    def _handle_exception(self, error: Exception) -> None:
        """Leave because of a fault; while the program is left, a part that is missing is none: screens lose theirs first."""
        first = getattr(error, "error", error)  # a worker's failure wraps it
        if not (self.leaving and isinstance(first, QueryError | WidgetError | ScreenError)):
            super()._handle_exception(first)

    def panic(self, *renderables: Any) -> None:
        """Leave because of a fault; what Textual wants to print is left out."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        if self._at_terminal and not self._last_words:
            self._set_deadline(1)
            fault = crash.record(self._exception or RuntimeError())
            self._last_words = crash.last_words(fault, kept=False)  # said if keeping hangs
            self._last_words = crash.last_words(fault, kept=self._keep())
        self._close_messages_no_wait()

    def _stray(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Record a fault that nobody waited for; asyncio would log it to the terminal."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            crash.record(error)

    def get_driver_class(self) -> type[Driver]:
        """The hardened driver on Linux and macOS, Textual's own on Windows."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from immunosep_tui.ui.shell.driver import TolerantDriver

        return TolerantDriver

    def on_load(self) -> None:
        """Keep faults in tasks off the screen."""
        if self._at_terminal:
            asyncio.get_running_loop().set_exception_handler(self._stray)
