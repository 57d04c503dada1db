"""Keys that are typed faster than screens open: each is used where it was meant before the next one is looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from textual import events

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.message import Message
    from textual.screen import Screen

    from immunosep_tui.ui.shell.shell import Shell

LANDING_SECONDS: Final = 0.5
"""Longest wait for a field to take a key; a field that is going away never does."""

LISTENING_SECONDS: Final = 2.0
"""Longest time that a key is held for a screen on its way."""


class TypedAhead:
    """The keys and pastes of an application, in the order in which they were typed."""

    def __init__(self, app: Shell) -> None:
        self._app = app
        self._on_its_way: events.Event | None = None
        self._heard_by: WeakKeyDictionary[events.Event, Screen[Any]] = WeakKeyDictionary()

    def is_for_another_screen(self, event: events.Event) -> bool:
        """Whether it comes back unused from a screen that has given way to the current one."""
        return self._heard_by.get(event, self._app.screen) is not self._app.screen

    async def give(self, event: events.Event, take: Callable[[events.Event], Awaitable[None]]) -> None:
        """Hold it until somebody listens, let ``take`` pass it on, and wait for what comes of it."""
        app = self._app
        await self._until_somebody_listens()
        if app.leaving or not app.screen_stack:
            return
        self._heard_by[event] = screen = app.screen
        field = screen.focused or screen
        self._on_its_way = event
        await take(event)
        await self._let_it_land(event, field)
        unused, self._on_its_way = self._on_its_way is None, None
        if unused and isinstance(event, events.Key) and not app.leaving and screen in app.screen_stack[-1:]:
            await app._check_bindings(event.key)

    def takes_back(self, message: Message) -> bool:
        """Take a key that comes back unused while it is waited for: what it means is done before the next one."""
        if message is not self._on_its_way:
            return False
        self._on_its_way = None
        return True

    @property
    def is_heard(self) -> bool:
        """Whether the current screen is there and no form in use waits for what follows it."""
        screen = self._app.screen
        return getattr(screen, "ready", True) and not getattr(screen.focused, "waiting", False)

    async def _until_somebody_listens(self) -> None:
        """Hold a key that was typed ahead while the keyboard is on its way to another form or screen."""
        app, now = self._app, asyncio.get_running_loop().time
        end = now() + LISTENING_SECONDS
        while app.screen_stack and now() < end:
            if self.is_heard:
                return
            await asyncio.sleep(0.002)
        field: Any = app.screen.focused if app.screen_stack else None
        if hasattr(field, "waiting"):
            field.waiting = False  # what should have followed does not come: no other key waits for it

    async def _let_it_land(self, event: events.Event, field: DOMNode) -> None:
        """Wait until the key was used, or all around the field in use have had it.

        A command typed behind it then finds it there, and what is typed behind a command comes to where that leads.
        """
        app = self._app
        if not event.is_forwarded:  # a command, and the keyboard may be elsewhere by now
            field = (app.screen.focused or app.screen) if app.screen_stack else app
        for widget in field.ancestors_with_self:
            landed = asyncio.Event()
            if widget is app or not widget.is_attached or not widget.call_later(landed.set):
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(landed.wait(), LANDING_SECONDS)
            if not landed.is_set() or event._stop_propagation or not event.is_forwarded:
                return
