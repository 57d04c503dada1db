"""The command palette offers our own registry and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.command import CommandInput, CommandPalette, DiscoveryHit, Hit, Hits, Provider

from immunosep_tui.i18n import _
from immunosep_tui.ui.commands import Command, commands_in, key_name
from immunosep_tui.ui.show import shown

if TYPE_CHECKING:
    from immunosep_tui.ui.shell import Shell


LONGEST_QUERY = 30
"""Most characters that can be typed to find a command."""


class Commands(Provider):
    """What can be done on the screen from which the palette was opened."""

    def _offered(self) -> list[tuple[str, Command]]:
        return [
            (f"{_(command.label)} ({key_name(command.keys[0])})", command)
            for command in commands_in(getattr(self.screen, "SCOPE", ""))
            if command.action != "command_palette"
        ]

    def _run(self, command: Command) -> Callable[[], Awaitable[None]]:
        shell: Shell = self.app  # type: ignore[assignment]
        return partial(shell.run_command, command)

    async def discover(self) -> Hits:
        """Every command, before anything is typed."""
        for name, command in self._offered():
            yield DiscoveryHit(shown(name), self._run(command), name, _(command.help))

    async def search(self, query: str) -> Hits:
        """The commands whose name or help has the letters typed, in their order."""
        matcher = self.matcher(query)
        for name, command in self._offered():
            score = max(matcher.match(name), matcher.match(_(command.help)) / 2)
            if score > 0:
                yield Hit(score, matcher.highlight(name), self._run(command), name, _(command.help))


class Palette(CommandPalette):
    """Textual's palette without two faults of version 8.2.8.

    Its page keys fail while the list has not been laid out, and a burst of keys starts one search for each, whose
    mutual cancelling holds up the program for a minute after a few thousand: hence the short field.
    """

    def on_mount(self) -> None:
        """Limit what can be typed."""
        self.query_one(CommandInput).max_length = LONGEST_QUERY

    def _action_command_list(self, action: str) -> None:
        try:
            super()._action_command_list(action)
        except (LookupError, ValueError):
            super()._action_command_list("first" if action == "page_up" else "last")
