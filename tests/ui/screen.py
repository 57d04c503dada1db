"""The screen of a running application as a person reads it: text, without colours."""

from __future__ import annotations

from typing import Any

from textual.app import App


def screen_lines(app: App[Any]) -> list[str]:
    """The lines of the active screen; spaces at their ends are dropped."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def screen_text(app: App[Any]) -> str:
    """The active screen as one text."""
    return "\n".join(screen_lines(app))
