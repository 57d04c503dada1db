"""Shown instead of everything else while the window is smaller than the program needs."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from immunosep_tui.i18n import _

SMALLEST = Size(80, 24)
"""Columns and rows below which a number could be cut off by the edge of the window."""


def is_too_small(size: Size) -> bool:
    """Whether a window of that size is too small to show a record safely."""
    return size.width < SMALLEST.width or size.height < SMALLEST.height


def notice(size: Size) -> Text:
    """The longest message that fits a window of that size whole; empty when none does."""
    need = f"{SMALLEST.width} x {SMALLEST.height}"
    have = f"{size.width} x {size.height}"
    small = _("The window is too small: {have}.").format(have=have)
    wanted = _("This program needs {need}.").format(need=need)
    calm = _("Make the window larger to go on; until then no key does anything.")
    for lines in ([small, wanted, calm], [small, wanted], [wanted], [need]):
        if len(lines) <= size.height and all(Text(line).cell_len <= size.width for line in lines):
            return Text("\n".join(lines), justify="left", no_wrap=True)
    return Text("")


class _Notice(Widget):
    DEFAULT_CSS = "_Notice { width: 100%; height: 100%; background: $background; color: $foreground; }"

    def render(self) -> Text:
        return notice(self.app.size)


class TooSmall(Screen[None]):
    """The message and nothing else; the shell lets no key through while it is shown."""

    OVER_LOCK: ClassVar[bool] = True

    def compose(self) -> ComposeResult:
        """One widget over the whole window."""
        yield _Notice()

    def on_resize(self) -> None:
        """Say the new size."""
        self.query_one(_Notice).refresh()
