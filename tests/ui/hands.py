"""Somebody at a running application: keys go in, and what is on the screen is waited for."""

from __future__ import annotations

from textual.pilot import Pilot

from immunosep_tui.ui.shell.shell import Shell
from tests.ui.screen import screen_text

LOOKS = 300
"""How often the screen is looked at before something counts as never seen."""


class Hands:
    """Presses keys and reads the screen."""

    def __init__(self, app: Shell, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def sees(self, *texts: str) -> str:
        """Wait until the screen shows all of these."""
        for _look in range(LOOKS):
            shown = screen_text(self.app)
            if all(text in shown for text in texts):
                return shown
            await self.pilot.pause(0.02)
        raise AssertionError(f"never saw {texts} on\n{screen_text(self.app)}")
