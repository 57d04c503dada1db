"""The terminal driver for Linux and macOS, hardened: noise is shown instead of fatal, and nothing leads to a shell."""

from __future__ import annotations

import codecs
import os
import signal
import termios
import threading
from contextlib import suppress
from functools import partial
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Resize
from textual.geometry import Size

if TYPE_CHECKING:
    from immunosep_tui.ui.shell.shell import Shell

RESTORE = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Everything that the driver turns on in a terminal, turned off: what a clean stop writes, in one go."""


_PAINTED: Final = 2
"""Standard error, on which Textual paints."""


class _Decoder(codecs.IncrementalDecoder):
    """UTF-8 with U+FFFD for what is none; the end of the terminal is an error instead of a busy loop."""

    def __init__(self) -> None:
        super().__init__("replace")
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")

    def decode(self, data: bytes, final: bool = False) -> str:  # type: ignore[override]
        if not data and not final:
            raise EOFError
        return self._utf8.decode(data, final)


# Textual 8.2.8 decodes strictly, so that one byte of Latin-1 ends the program (Textualize/textual#6456); the name
# is looked up in the module for every run of the input thread.
linux_driver.getincrementaldecoder = lambda encoding: _Decoder  # type: ignore[attr-defined, assignment]


def _in_cells(error: UnicodeError) -> tuple[str, int]:
    """A question mark for every cell of a character that the terminal's own set lacks: the columns stay in place."""
    assert isinstance(error, UnicodeEncodeError)
    return "?" * cell_len(error.object[error.start : error.end]), error.end


codecs.register_error("cells", _in_cells)


class TolerantDriver(LinuxDriver):
    """Textual's driver, which survives malformed input, cannot be stopped into a shell and always gives back the tty."""

    _app: Shell

    def __init__(self, app: Shell, **options: Any) -> None:
        super().__init__(app, **options)
        if self._size is None:
            self._size = self._get_terminal_size()
        if isinstance(self._file, TextIOWrapper):
            self._file.reconfigure(errors="cells")
        self._attributes_at_start: list[Any] | None = None
        with suppress(termios.error):
            self._attributes_at_start = termios.tcgetattr(self.fileno)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Width and height of the window itself; exported ``COLUMNS`` and ``LINES`` may be stale."""
        for descriptor in (self.fileno, _PAINTED):
            with suppress(OSError):
                size = os.get_terminal_size(descriptor)
                if size.columns and size.lines:
                    return size.columns, size.lines
        return super()._get_terminal_size()

    def start_application_mode(self) -> None:
        """Take the terminal. From then on a signal that the window has changed leads to a look at it, and not the other way.

        Textual asks for the size in the signal's handler. A second signal can come there, between asking and telling:
        what it tells is then overtaken by the older size, and no key is heard in a window that seems to be too small.
        """
        super().start_application_mode()  # type: ignore[no-untyped-call]
        signal.signal(signal.SIGWINCH, lambda *_: self._tell(self._look_at_window))

    def _look_at_window(self) -> None:
        size = Size(*self._get_terminal_size())
        self._app.post_message(Resize(size, size))

    def _sigtstp_application(self, *_: object) -> None:
        """Nothing: a stopped program would leave the record open behind a shell."""

    def _sigcont_application(self, *_: object) -> None:
        self._tell(self._continued)

    def _continued(self) -> None:
        """Take the terminal again after a SIGSTOP, since the shell has used it meanwhile."""
        if self._writer_thread is not None and not self._app.leaving:
            self.suspend_application_mode()
            self.resume_application_mode()
            self._app.refresh(layout=True)

    def _run_input_thread(self) -> None:
        """Read keys until the end; a sequence that cannot be parsed is dropped, a lost terminal is a hang-up."""
        while not self.exit_event.is_set():
            try:
                self.run_input_thread()
            except (ValueError, ArithmeticError, LookupError):
                continue
            except (EOFError, OSError):
                self._tell(self._app.leave, 128 + signal.SIGHUP, urgent=True)
                return
            except Exception as error:
                self._tell(self._app.fail, error)
                return

    def _tell(self, deed: Any, *arguments: Any, **options: Any) -> None:
        with suppress(RuntimeError):  # the loop may be closed already
            self._loop.call_soon_threadsafe(partial(deed, *arguments, **options))

    def write(self, data: str) -> None:
        """Write to the terminal, unless it is gone: the queue of a dead writer would block for ever."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)

    def close(self) -> None:
        """Wait for the last output; nothing to wait for when the writer is dead."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().close()

    def release(self, last_words: str) -> None:
        """Give the terminal back at once, whatever the rest of the program is doing, and print ``last_words``.

        What that still paints goes nowhere: behind the alternate screen it would stay, with the name of a patient.
        Waits at most 0.3 s, for a terminal that takes no output must not keep the process.
        """
        if self._attributes_at_start is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._attributes_at_start)
        terminal = os.dup(_PAINTED)
        os.dup2(os.open(os.devnull, os.O_WRONLY), _PAINTED)
        text = (RESTORE + last_words).encode("utf-8", "replace")
        writer = threading.Thread(target=_write, args=(terminal, text), daemon=True)
        writer.start()
        writer.join(0.3)


def _write(descriptor: int, text: bytes) -> None:
    with suppress(OSError):
        os.write(descriptor, text)
