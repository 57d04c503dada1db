"""The last line of a screen: the keys that work here, or a passing hint in their place, and who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from immunosep_tui.rules.text import show
from immunosep_tui.ui.commands import footer_for
from immunosep_tui.ui.show import shown_line

if TYPE_CHECKING:
    from immunosep_tui.ui.shell.shell import Shell


class KeyFooter(Widget):
    """Draws the footer of its screen's scope; unlike Textual's own it says when entries did not fit."""

    DEFAULT_CSS = """
    KeyFooter { dock: bottom; height: 1; width: 100%; background: $panel; color: $foreground; }
    KeyFooter { link-style: none; link-background: $panel; }
    """

    def render(self) -> Text:
        """The hint when there is one, else the keys."""
        shell: Shell = self.app  # type: ignore[assignment]
        if shell.hint:
            return shown_line(f" {shell.hint}", "bold")
        screen, who = self.screen, f" {show(shell.who)}" if shell.who else ""
        room = self.size.width - cell_len(who)
        line = footer_for(getattr(screen, "SCOPE", ""), room, getattr(screen, "room_name", ""))
        if who:
            line.append(" " * (room - line.cell_len) + who, "bold")
        return line
