"""The program in a real terminal under a false clock: started, read, typed into, left, and started anew at another time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from zoneinfo import ZoneInfo

from immunosep_tui.ui.form_state import READING_SECONDS
from immunosep_tui.ui.screens.recording import DEAF
from tests.harness.pty_program import START, launch
from tests.support.bedside.clock import SLEEP, FalseClock
from tests.support.bedside.keyboard import DOWN, ENTER, RUB_OUT, UP, keys_of
from tests.support.server import Server
from tests.terminal import ROOT, Terminal

PATIENCE: Final = 30.0
"""Seconds for which something is waited for: far more than a slow machine needs."""

SHORT: Final = 1.5
"""Seconds after which a hand goes on where nothing need change, as when a text is typed over the same text."""

BETWEEN: Final = 0.03
"""Seconds between two parts of one frame at most: a screen that is half drawn is not read."""

QUIET: Final = 0.08
"""Seconds without a new frame after which a screen is whole."""

MARGIN: Final = 0.1
"""Seconds beyond those in which the program lets nobody record what nobody has read."""

BOARD: Final = "Ward board"
RECORDING: Final = "Sign as "
"""Begins the title of every screen that records."""

WAITS: Final = "Enter signs"
"""Stands on a screen that records as long as nothing has come of it, once all of it was read."""

READS_ON: Final = "Enter reads on"
"""Stands there before, as long as something below is still to be read."""

ASKS_AGAIN: Final = "Enter again"

SCREENS: Final = "BEDSIDE_SCREENS"
"""Variable with the folder into which a journey writes the screens that its steps save."""

_ROW: Final = re.compile(r"^ {0,2}> (?P<row>.*)$", re.M)
_OTHER_ROW: Final = re.compile(r"^ {2,3}\S")
_NOTICE: Final = re.compile(r"^ [> ]? *What is done", re.M)
_QUESTION: Final = re.compile(r"\s\?\?\s")
_ROWS_BELOW: Final = re.compile(r"\d+ more below")
_SHOWN_WHOLE: Final = 20
_REMEMBERED: Final = 12


class Seat:
    """One person's place at one terminal.

    Args:
        folder: for everything that the program writes.
        start: the moment at which the journey begins, by the clock of the site.
        size: columns and rows of the window.
        zone: of the site.
        server: where the store is a database of its own on this server; without one it is a file.
    """

    def __init__(
        self,
        folder: Path,
        start: datetime,
        *,
        size: tuple[int, int] = (80, 24),
        zone: str = "Europe/Athens",
        server: Server | None = None,
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.clock = FalseClock(start.replace(tzinfo=self.zone), self.zone)
        self._folder, self._size, self._server = folder, size, server
        self._store = str(folder / "ward.db")
        if server is not None:
            server.restart(self.clock.environment)
            self._store = server.url(server.new_database())
        self._terminal: Terminal | None = None
        self._steps: list[str] = []
        self.initials, self.pin = "", ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal is not None:
            self._terminal.__exit__(kind, error, trace)
        if error is not None:
            error.add_note("last steps:\n  " + "\n  ".join(self._steps[-_REMEMBERED:]))
            if self._terminal is not None:
                error.add_note(f"at {self.clock.now():%Y-%m-%d %H:%M} on the screen\n{self.screen.rstrip()}")

    def unlock(self) -> None:
        """Whoever sat there signs in again, behind the lock."""
        raise NotImplementedError

    def put_site_protocol(self, name: str, text: str) -> None:
        """Put a protocol of the site where the program looks for it."""
        file = self._folder / "xdg_config_home" / "immunosep-tui" / "protocols" / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    # The program and its clock.

    def start(self, *arguments: str) -> None:
        """Start the program, if need be with arguments; where people are enrolled it is locked: who sat there signs in."""
        variables: dict[str, str | None] = {**self.clock.environment, "IMMUNOSEP_STORE": self._store}
        before = f"{SLEEP}\nimport sys; sys.argv[1:] = {list(arguments)}"
        self._terminal = launch(Terminal, self._folder, size=self._size, before=before, **variables)
        screen = self.until(lambda text: BOARD in text or "> Bed" in text or "> Initials" in text, "the first screen")
        if "LOCKED" in screen and self.initials:
            self.unlock()

    def quit(self) -> None:
        """Leave the program by its own key."""
        self.log("quit")
        self.press("quit")
        status = self.terminal.exit_status(PATIENCE)
        assert status == 0, f"left with status {status}"
        self.terminal.__exit__(None, None, None)
        self._terminal = None

    def clock_to(self, moment: datetime) -> None:
        """Leave the program, move the clock on, and start the server, where there is one, and the program anew."""
        self.log(f"clock to {moment:%Y-%m-%d %H:%M}")
        self.quit()
        self.clock.move_to(moment if moment.tzinfo else moment.replace(tzinfo=self.zone))
        if self._server is not None:
            self._server.restart(self.clock.environment)
        self.start()

    def command_line(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What the program answers without a screen, under the same clock on the same store."""
        self.log("command " + " ".join(arguments))
        homes = ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
        places = {name: str(self._folder / name.lower()) for name in homes}
        variables = {**places, "IMMUNOSEP_STORE": self._store}
        return subprocess.run(
            [sys.executable, "-c", f"{SLEEP}\n{START}", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **variables, **self.clock.environment},
            timeout=PATIENCE,
        )

    # What is seen.

    @property
    def terminal(self) -> Terminal:
        """The window; ``AssertionError`` where the program does not run."""
        assert self._terminal is not None, "the program does not run"
        return self._terminal

    @property
    def screen(self) -> str:
        """What the window shows."""
        return self.terminal.text

    def until(self, fits: Callable[[str], bool], what: str, seconds: float = PATIENCE) -> str:
        """The screen as soon as it fits and is drawn whole: nothing more of it comes for a moment."""
        while True:
            screen = self.terminal.wait_until(fits, what, seconds)
            if self.terminal.process.poll() is not None or not self.terminal.read_for(BETWEEN) or fits(self.screen):
                return screen

    def _changes(self, fits: Callable[[str], bool], seconds: float = SHORT) -> bool:
        """Whether the screen fits within a short time."""
        with suppress(AssertionError):
            self.until(fits, "", seconds)
            return True
        assert self.terminal.process.poll() is None, f"the program has ended\n{self.screen}"
        return False

    def settle(self) -> None:
        """Wait until the program has drawn nothing for a moment: all of a screen that it has begun is there."""
        while self.terminal.read_for(QUIET):
            pass

    def read_to_end(self, since: float | None = None) -> None:
        """Read a screen that records to its end, and take as long as the program gives a person before Enter records.

        Args:
            since: true seconds (``time.monotonic``) at which the screen was there; None for now.
        """
        begun = time.monotonic() if since is None else since
        self.settle()
        while READS_ON in (before := self.screen):
            self.press("read-on")
            self.until(lambda text, before=before: text != before, "more of what is to be read")  # type: ignore[misc]
            self.settle()
        time.sleep(max(0.0, begun + DEAF + MARGIN - time.monotonic()))

    def save_screen(self, name: str) -> None:
        """Write what the window shows into the folder that the environment names; without one nothing is written."""
        if folder := os.environ.get(SCREENS):
            self.settle()
            file = Path(folder) / f"{name}-{self._size[0]}x{self._size[1]}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("".join(f"{line.rstrip()}\n" for line in self.screen.split("\n")), encoding="utf-8")

    def log(self, step: str) -> None:
        """Remember what was done, for the report of a fault."""
        self._steps.append(step)

    # What is typed.

    def press(self, command: str) -> None:
        """The key of a command of the program's table."""
        self.terminal.send(keys_of(command))

    @property
    def row(self) -> str:
        """The row in use: its label, its value and its mark; empty where none is."""
        return row_of(self.screen)

    def go_to_row(self, label: str) -> None:
        """Make the row of that label the one in use."""
        self.until(lambda text: row_name(text) != "", f"a row, for {label!r}")
        if is_row(self.screen, label):
            return
        upwards = False
        seen: list[str] = []
        while not is_row(self.screen, label):
            before = row_name(self.screen)
            assert seen.count(before) < 2, f"no row {label!r}; there are {seen}"
            seen.append(before)
            upwards = self._is_above(label, upwards)
            self.terminal.send(UP if upwards else DOWN)
            self.until(_is_another_than(before), f"a row beside {before!r}")

    def _is_above(self, label: str, otherwise: bool) -> bool:
        """Whether a row stands above the one in use; where it is not on the screen, whether the form goes on there only."""
        above, _row, below = self.screen.partition(self.row)
        if _ROWS_BELOW.search(below):
            return _has_label(above, label) or (otherwise and not _has_label(below, label))
        return not _has_label(below, label)

    def type_row(self, label: str, text: str) -> None:
        """Type into a row of a room; a question that the row asks is read, and what was typed is kept."""
        self.log(f"{label}: {text}")
        self.go_to_row(label)
        before = self.row
        self.terminal.send(text or RUB_OUT)
        self._changes(lambda screen: row_of(screen) != before and _has_tail(row_of(screen), text))
        self.settle()
        if _QUESTION.search(self.row):
            self._keep()

    def _keep(self) -> None:
        """Read the question of the row in use and keep what was typed; the form then goes on to the next row."""
        self.terminal.send(ENTER)
        self.until(lambda text: ASKS_AGAIN in " ".join(text.split()), "the question of the row")
        time.sleep(READING_SECONDS + MARGIN)
        self.terminal.send(ENTER)

    def answer(self, rows: Mapping[str, str], *, otherwise: Mapping[str, str] | None = None, every: str = "") -> None:
        """Answer the rows of a form one after the other, Enter after each, until something else is on the screen.

        Args:
            rows: what to type, by the first words of a row's label; every one of them has to be met.
            otherwise: the same for rows that may be there.
            every: what to type into any other row; empty leaves it as it is.
        """
        wanted, known = set(rows), {**(otherwise or {}), **rows}
        seen_at = time.monotonic()
        while name := row_name(self.screen):
            label = next((label for label in known if is_row(self.screen, label)), None)
            text = every if label is None else known[label]
            wanted.discard(label or "")
            self.log(f"{name}: {text if 'PIN' not in name else '*' * len(text)}")
            self.terminal.send(text)
            if self.is_recording and self._is_last_row():
                self.read_to_end(seen_at)
            before = self.screen
            self.terminal.send(ENTER)
            if not self._goes_on(name, before):
                break
        assert not wanted, f"never asked for {', '.join(sorted(wanted))}\n{self.screen}"

    def _goes_on(self, name: str, before: str) -> bool:
        """Whether another row of the same form is in use, after Enter on one of that name."""

        def is_next(text: str) -> bool:
            return is_same(text, before) and row_name(text) not in ("", name)

        def is_over(text: str) -> bool:
            return not is_same(text, before) or (RECORDING in title(text) and not waits(text))

        self.until(lambda text: is_next(text) or is_over(text) or ASKS_AGAIN in text, f"what follows the row {name!r}")
        if ASKS_AGAIN in self.screen and row_name(self.screen) == name:
            time.sleep(READING_SECONDS + MARGIN)
            self.terminal.send(ENTER)
            self.until(lambda text: is_next(text) or is_over(text), f"what follows the row {name!r}")
        return is_next(self.screen)

    def _is_last_row(self) -> bool:
        """Whether no row stands under the one in use."""
        below = self.screen.partition(self.row)[2].split("\n")[1:2]
        return not any(_OTHER_ROW.match(line) for line in below)

    @property
    def is_recording(self) -> bool:
        """Whether a screen that records is open."""
        return RECORDING in title(self.screen)


def title(screen: str) -> str:
    """The first line of a screen."""
    return screen.split("\n", 1)[0]


def is_same(screen: str, before: str) -> bool:
    """Whether it is still the same screen that records, and not the notice that came after it."""
    return title(screen) == title(before) and bool(_NOTICE.search(screen)) == bool(_NOTICE.search(before))


def waits(screen: str) -> bool:
    """Whether a screen that records waits for an answer, for its reader or for Enter, and says nothing else."""
    return WAITS in screen or READS_ON in screen


def row_of(screen: str) -> str:
    """The row in use on a screen; empty where none is."""
    found = _ROW.search(screen)
    return found["row"].rstrip() if found else ""


def row_name(screen: str) -> str:
    """The label of the row in use, with all its words; empty where none is."""
    return re.split(r"\s{2,}", row_of(screen))[0]


def is_row(screen: str, label: str) -> bool:
    """Whether the row in use has a label of these first words, in whatever letters."""
    row, wanted = row_of(screen).casefold(), label.casefold()
    return row == wanted or row.startswith(f"{wanted} ")


def _has_label(part: str, label: str) -> bool:
    """Whether a part of a screen has a row with a label of these first words."""
    return re.search(rf"^ {{2,3}}{re.escape(label)}\b", part, re.M | re.I) is not None


def _is_another_than(name: str) -> Callable[[str], bool]:
    return lambda screen: row_name(screen) not in ("", name)


def _has_tail(row: str, text: str) -> bool:
    """Whether what was typed is on the row: a key that chooses shows what it chose, and a long text is cut."""
    return not 1 < len(text) <= _SHOWN_WHOLE or text in row
