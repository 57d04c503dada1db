"""An eye on the store: what other workstations write appears here, and a store that is lost is said at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.store import Store

EVERY: Final = 2.0
"""Seconds between two looks."""


class StoreWatch:
    """Looks for changes in a thread, so that a slow server holds up no key.

    Args:
        store: which is looked at.
        changed: called when somebody else has written.
        troubled: called with what is wrong with the store, and with None when nothing is any more.
        doubted: called with why the clock cannot be believed, empty where it can.
    """

    def __init__(
        self,
        store: Store,
        changed: Callable[[], Awaitable[None]],
        troubled: Callable[[StoreError | None], None],
        doubted: Callable[[str], None],
    ) -> None:
        self._store = store
        self._changed = changed
        self._troubled = troubled
        self._doubted = doubted
        self._seen: int | None = None
        self._busy = False

    async def look(self) -> None:
        """Look once; a look that is still under way is not doubled."""
        if self._busy:
            return
        self._busy = True
        try:
            seen = await asyncio.to_thread(self._store.changes)
            self._doubted(await asyncio.to_thread(self._store.doubt))
        except StoreError as error:
            self._troubled(error)
            self._seen = None
            return
        finally:
            self._busy = False
        self._troubled(self._store.why_read_only)
        before, self._seen = self._seen, seen
        if before != seen:
            await self._changed()
