"""The screen of a running application as a person reads it: text, without colours."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen


def screen_lines(app: App[Any]) -> list[str]:
    """The lines of the active screen; spaces at their ends are dropped."""
    return lines_of(app.screen)


def lines_of(screen: Screen[Any]) -> list[str]:
    """The same of any screen, whatever covers it."""
    strips = screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def screen_text(app: App[Any]) -> str:
    """The active screen as one text."""
    return "\n".join(screen_lines(app))
