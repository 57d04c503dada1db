"""The line above a screen that tells a new alarm of another patient."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from textual.widget import Widget

from immunosep_tui.ui.cells import cut_words

SECONDS: Final = 60
"""How long it stays. Local convention."""


class AlarmLine(Widget):
    """One line on top; it goes by itself and takes no key.

    Args:
        text: harmless.
    """

    DEFAULT_CSS = """
    AlarmLine { dock: top; height: 1; width: 100%; background: $error; color: $background; text-style: bold; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def on_mount(self) -> None:
        """Go after a while."""
        self.set_timer(SECONDS, self.remove)

    def render(self) -> Text:
        """One line, cut between words where it is too long."""
        return Text(" " + cut_words(self._text, self.size.width - 1), no_wrap=True, end="")
