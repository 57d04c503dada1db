"""An event loop of which one seed decides everything: time goes on only when there is nothing left to do, threads too.

A wait of any length takes no time, and two runs with the same seed are the same to the last turn.
"""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Final, TypeVar

import pytest
from textual import _time, message_pump

from immunosep_tui.ui import idle
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.screens import recording
from immunosep_tui.ui.widgets import board_list

TURNS: Final = (0, 1, 3, 20)
"""How many turns of the loop the work of a thread takes."""

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Never waits: it says how long it would have waited."""

    def __init__(self, passed: Callable[[float], None]) -> None:
        super().__init__()
        self._passed = passed

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(0)
        if not found and timeout:
            self._passed(timeout)
        return found if found or timeout is not None else super().select(None)


class SeededLoop(asyncio.SelectorEventLoop):
    """The event loop with a clock of its own."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_Selector(self._pass))

    def time(self) -> float:
        """Seconds since it was made."""
        return self._now

    def _pass(self, seconds: float) -> None:
        self._now += seconds


class Threads:
    """The work of threads, done in the loop after a number of turns."""

    def __init__(self, seed: object) -> None:
        self._chance = random.Random(f"threads {seed}")

    async def run(self, work: Callable[..., T], /, *given: Any, **named: Any) -> T:
        """As ``asyncio.to_thread``."""
        for _turn in range(self._chance.choice(TURNS)):
            await asyncio.sleep(0)
        return work(*given, **named)


@contextmanager
def _in_place(loop: SeededLoop, threads: Threads) -> Iterator[None]:
    """The loop's clock and threads wherever Textual and the screens ask for one."""
    hand = SimpleNamespace(monotonic=loop.time)
    with pytest.MonkeyPatch.context() as patch:
        for module in (recording, board_list):
            patch.setattr(module, "time", hand)
        patch.setattr(Form.__init__, "__kwdefaults__", {**(Form.__init__.__kwdefaults__ or {}), "clock": loop.time})
        patch.setattr(idle.Idle.__init__, "__defaults__", (loop.time,))
        patch.setattr(_time, "get_time", loop.time)
        patch.setattr(message_pump, "time", loop.time)
        patch.setattr(asyncio, "to_thread", threads.run)
        yield


async def settled() -> None:
    """Until the program has nothing left to do: before that no time goes on."""
    await asyncio.sleep(0.1)


def run(work: Coroutine[Any, Any, T], threads: Threads) -> T:
    """As ``asyncio.run``."""
    loop = SeededLoop()
    with _in_place(loop, threads), asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(work)
