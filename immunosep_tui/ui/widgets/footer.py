"""The last line of a screen: the keys that work here, or a passing hint in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from immunosep_tui.ui.commands import footer_for
from immunosep_tui.ui.show import shown_line

if TYPE_CHECKING:
    from immunosep_tui.ui.shell import Shell


class KeyFooter(Widget):
    """Draws the footer of its screen's scope; unlike Textual's own it says when entries did not fit."""

    DEFAULT_CSS = """
    KeyFooter { dock: bottom; height: 1; width: 100%; background: $panel; color: $foreground; }
    KeyFooter { link-style: none; link-background: $panel; }
    """

    def on_mount(self) -> None:
        """Draw again when the hint or the colours change."""
        self.watch(self.app, "hint", self._redraw, init=False)

    def _redraw(self) -> None:
        self.refresh()

    def render(self) -> Text:
        """The hint when there is one, else the keys."""
        shell: Shell = self.app  # type: ignore[assignment]
        if shell.hint:
            return shown_line(f" {shell.hint}", "bold")
        screen = self.screen
        return footer_for(getattr(screen, "SCOPE", ""), self.size.width, getattr(screen, "room_name", ""))
