"""A small application on the shell, run by the terminal tests: ``python -m tests.ui.sample_shell FILE [MODE]``.

``before_leaving`` writes what was typed to FILE. Modes: ``slow`` (it hangs), ``broken`` (it fails), ``late`` (the
screen fails while it is built), ``noise`` (no key fails on purpose), ``quiet`` (no mouse), ``closing`` (what follows when
the terminal has been given back takes a while).
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from pathlib import Path
from typing import ClassVar, cast

from immunosep_tui.ui.shell.shell import Shell  # isort: skip  # first, as in the program
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from immunosep_tui.ui.show import shown
from immunosep_tui.ui.widgets.footer import KeyFooter

MARKER = "PLANTED-" + "MARKER-4711"


class Board(Screen[None]):
    SCOPE: ClassVar[str] = "board"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "fail"),
        Binding("f2", "fail_later"),
        Binding("f3", "fail_beside"),
        Binding("f4", "block"),
        Binding("f5", "suspend"),
        Binding("f6", "stick"),
        Binding("f7", "miss('part')"),
        Binding("f8", "miss('place')"),
        Binding("f11", "paint_on"),
    ]
    if sys.argv[2:] == ["noise"]:
        BINDINGS = []

    def compose(self) -> ComposeResult:
        if sys.argv[2:] == ["late"]:
            patient = MARKER
            raise RuntimeError(patient)
        yield Static("READY")
        yield Input(id="typed")
        yield Static(id="echo")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#echo", Static).update(shown(f"typed {event.value[-60:]!r}"))

    @property
    def shell(self) -> Shell:
        return cast(Shell, self.app)

    def action_fail(self) -> None:
        patient = MARKER
        raise ValueError(f"no room for {patient}")

    def action_fail_later(self) -> None:
        async def work() -> None:
            patient = MARKER
            raise ValueError(f"no room for {patient}")

        self.run_worker(work())

    def action_fail_beside(self) -> None:
        def work() -> None:
            patient = MARKER
            raise ValueError(f"no room for {patient}")

        threading.Thread(target=work).start()

    def action_block(self) -> None:
        self.query_one("#echo", Static).update("blocking")
        self.set_timer(0.1, lambda: time.sleep(60))

    async def action_stick(self) -> None:
        self.shell.leave()
        await asyncio.Event().wait()

    def action_paint_on(self) -> None:
        def paint() -> None:
            while self.app._driver is not None:
                self.app._driver.write(MARKER)

        threading.Thread(target=paint, daemon=True).start()
        self.shell.leave()
        time.sleep(60)

    def action_miss(self, what: str) -> None:
        async def work() -> None:
            self.shell.leave()
            if what == "part":
                self.query_one("#gone")
            await Static("gone").mount(Static())

        self.run_worker(work())

    def action_suspend(self) -> None:
        self.app.action_suspend_process()
        self.query_one("#echo", Static).update("not suspended")


class Sample(Shell):
    def on_mount(self) -> None:
        self.push_screen(Board())

    def before_leaving(self) -> bool:
        typed = self.screen_stack[1].query_one("#typed", Input).value
        Path(sys.argv[1]).write_text(typed, encoding="utf-8")
        if sys.argv[2:] == ["slow"]:
            time.sleep(60)
        if sys.argv[2:] == ["broken"]:
            raise OSError(f"cannot keep {MARKER}")
        return True


if __name__ == "__main__":
    os.umask(0o022)
    closing = 1.0 if sys.argv[2:] == ["closing"] else 0.0
    sys.exit(Sample().start(mouse=sys.argv[2:] != ["quiet"], then=lambda: time.sleep(closing)))
