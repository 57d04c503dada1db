"""The line that never leaves the screen: what this program is not, and whether what is typed is stored."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from immunosep_tui.i18n import _


class QuietLine(Widget):
    """What this program is not, and whether what is typed is stored."""

    DEFAULT_CSS = """
    QuietLine { height: 1; width: 100%; color: $text-muted; }
    """

    def __init__(self, durable: bool) -> None:
        super().__init__()
        self._durable = durable

    def render(self) -> Text:
        """One line."""
        line = Text(" " + _("Research and education; not a licensed indication."), no_wrap=True, end="")
        if not self._durable:
            line.append("  " + _("[NOT STORED: memory only]"), "bold")
        return line
