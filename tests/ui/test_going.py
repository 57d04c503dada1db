"""A screen that is left loses its parts before it is gone: what misses them then is no fault, and what misses others is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Static

from immunosep_tui.ui.shell.shell import Shell
from immunosep_tui.ui.workers import start_worker

MOST_STEPS = 24
"""More steps than a screen needs to go."""


class Slow(Screen[None]):
    """Its deeds wait, then show what came of them in a part of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "show('#part')"), Binding("f2", "show('#other')")]

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = asyncio.Event()

    def compose(self) -> ComposeResult:
        with Container():
            yield Static(id="part")

    async def action_show(self, part: str) -> None:
        await self.goes_on.wait()
        self.query_one(part, Static).update("done")


def by_key(shell: Shell, screen: Slow) -> None:
    shell.call_later(shell.run_action, "show('#part')", screen)


def by_work(_shell: Shell, screen: Slow) -> None:
    start_worker(screen, partial(screen.action_show, "#part"))


@pytest.mark.parametrize("steps", range(MOST_STEPS))
@pytest.mark.parametrize("begin", [by_key, by_work])
async def test_what_a_deed_misses_on_a_screen_that_was_left_is_no_fault(
    begin: Callable[[Shell, Slow], None], steps: int
) -> None:
    shell = Shell()
    async with shell.run_test() as pilot:
        screen = Slow()
        await shell.push_screen(screen)
        begin(shell, screen)
        await asyncio.sleep(0.01)
        screen.dismiss()
        for _ in range(steps):
            await asyncio.sleep(0)
        screen.goes_on.set()
        await pilot.pause()
        await pilot.press("f9")
        assert len(shell.screen_stack) == 2  # the keys are heard


async def test_what_a_deed_misses_on_a_screen_that_stays_is_a_fault() -> None:
    shell, screen = Shell(), Slow()
    screen.goes_on.set()

    async def press() -> None:
        async with shell.run_test() as pilot:
            await shell.push_screen(screen)
            await pilot.press("f2")

    with pytest.raises(NoMatches):
        await press()
    assert shell.return_code == 1
