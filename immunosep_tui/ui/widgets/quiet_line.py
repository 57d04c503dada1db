"""The lines that never leave the screen: trouble with the store, what this program is not, and what is stored."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from immunosep_tui.i18n import _, words
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.rules.reason import N_, Sentence
from immunosep_tui.rules.text import show
from immunosep_tui.ui.cells import lay_message, pad

MOST_LINES: Final = 4
"""Lines that say what is wrong with the store; what to do about it is never cut."""

QUIET: Final = N_("Research and education; not a licensed indication.")
"""What this program is not."""


class QuietLine(Widget):
    """One line; above it what is wrong with the store, and what to do about it, in as many lines as that takes.

    Args:
        is_demo: whether nothing that is typed is kept.
    """

    DEFAULT_CSS = """
    QuietLine { height: auto; width: 100%; color: $text-muted; }
    QuietLine > .quiet--trouble { background: $error; color: $background; text-style: bold; }
    """
    COMPONENT_CLASSES = {"quiet--trouble"}

    def __init__(self, *, is_demo: bool = False) -> None:
        super().__init__()
        self._is_demo = is_demo
        self._trouble = ("", "")
        self._state = ""

    def on_mount(self) -> None:
        """Say what is wrong from the first moment, and not only when the store is looked at next."""
        with suppress(ProfileError):  # without a protocol the program ends in words of its own
            if (show_trouble := getattr(self.app, "show_trouble", None)) is not None:
                show_trouble()

    def show_state(self, state: str) -> None:
        """Say whether what is typed is a draft or signed."""
        if state != self._state:
            self._state = state
            self.refresh(layout=True)

    def show_trouble(self, text: Sentence | None, advice: Sentence | None = None) -> None:
        """Say what is wrong with the store, or that nothing is."""
        trouble = ("" if text is None else words(text), "" if advice is None else words(advice))
        if trouble != self._trouble:
            self._trouble = trouble
            self.refresh(layout=True)

    def _told(self, width: int) -> list[str]:
        text, advice = self._trouble
        laid = lay_message([(show(text, 400), "")], show(advice, 400), width - 2, MOST_LINES) if text else ()
        return [pad(f" {line}", width) for line, _part in laid]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as ``render`` gives."""
        return len(self._told(width)) + 1 + (not self._fits(width))

    @property
    def _said(self) -> str:
        """What is stored of what is typed, or that nothing is."""
        return self._state or (_("[DEMO: nothing is kept]") if self._is_demo else "")

    def _fits(self, width: int) -> bool:
        """Whether it stands whole on the line of what the program is not; else it has a line of its own."""
        return cell_len(f" {_(QUIET)}  {self._said}") <= width

    def render(self) -> Text:
        """The trouble, then the quiet line."""
        lines = Text(no_wrap=True, end="")
        style = self.get_component_rich_style("quiet--trouble")
        for line in self._told(self.size.width):
            lines.append(line + "\n", style)
        lines.append(f" {_(QUIET)}")
        if self._said:
            lines.append(f"  {self._said}" if self._fits(self.size.width) else f"\n {self._said}", "bold")
        return lines
