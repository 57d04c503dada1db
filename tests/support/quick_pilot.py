"""Textual's wait between two keys of a test, cut to what the screen needs: private names of Textual stand here alone."""

from __future__ import annotations

from asyncio import sleep
from time import monotonic, process_time
from typing import Final

import textual.app
import textual.pilot
from textual._context import active_app
from textual.screen import Screen

LOOK: Final = 0.004
"""Seconds between two looks; Textual itself looks after 0.02, three times for a key."""

BUSY_SHARE: Final = 0.05
"""Share of a look that an idle process may compute, as with Textual."""


async def wait_for_idle(min_sleep: float = LOOK, max_sleep: float = 1) -> None:
    """Wait until the process rests and the screen has drawn all that it has to draw.

    Args:
        min_sleep: seconds at least.
        max_sleep: seconds after which a process that never rests is let go on.
    """
    begun = monotonic()
    while True:
        computed = process_time()
        await sleep(LOOK)
        computed = process_time() - computed
        waited = monotonic() - begun
        if waited >= max_sleep or (waited > min_sleep and computed < BUSY_SHARE * LOOK and not _is_to_draw()):
            return


def _is_to_draw() -> bool:
    """Whether the screen of the running application waits for its next frame; Textual draws 60 in a second."""
    app = active_app.get(None)
    if app is None or not app.screen_stack or app._batch_count:
        return False
    screen: Screen[object] = app.screen
    return bool(
        app._resize_event is not None
        or screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )


def install() -> None:
    """Let every pilot wait like this."""
    for module in (textual.app, textual.pilot):
        vars(module)["wait_for_idle"] = wait_for_idle
