"""The one way in which data reaches a widget: no markup is read and no control character is obeyed."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.content import Content

from immunosep_tui.rules.text import show

LONGEST = 4096
"""Most characters of one text that are drawn; a longer text ends in three dots."""


def shown(text: str, limit: int = LONGEST) -> Content:
    """Foreign text as it was typed, for ``Static``, ``Label`` and titles; what a terminal could obey is escaped."""
    return Content(show(text, limit))


def shown_line(text: str, style: str | Style = "", limit: int = LONGEST) -> Text:
    """Foreign text as one unwrapped line, for widgets that draw lines and for table cells."""
    return Text(show(text, limit), style=style, no_wrap=True, end="")
