"""What the training room's screens share: the first line, one text, what is always said, and the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.screen import Screen

from immunosep_tui.i18n import words
from immunosep_tui.store.errors import StoreError
from immunosep_tui.training.lines import Line
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ui.widgets.quiet_line import QuietLine
from immunosep_tui.ui.widgets.training_line import TrainingLine


class TrainingScreen(Screen[None]):
    """A screen whose own first line says that nothing on it is a patient's."""

    SCOPE: ClassVar[str] = ""
    SAYS_TRAINING: ClassVar[bool] = True

    def say(self, text: str) -> None:
        """Say something in the footer, until the next key."""
        self.app.hint = text  # type: ignore[attr-defined]


class TrainingPage(TrainingScreen):
    """One text that is scrolled with the arrows."""

    DEFAULT_CSS = """
    TrainingPage Panel { padding: 0 0 0 1; }
    """

    def compose(self) -> ComposeResult:
        """The first line, the text, what is always said, the keys."""
        yield TrainingLine()
        yield Panel(focusable=True)
        yield QuietLine()
        yield KeyFooter()

    def show(self, lines: Sequence[Line]) -> None:
        """Put a text on the page and give it the keyboard."""
        panel = self.query_one(Panel)
        panel.show_lines(lines)
        panel.focus()


def trouble(error: StoreError) -> list[Line]:
    """Why the learners' file cannot be used, and what to do."""
    return [("bad", words(error.text)), ("plain", words(error.advice))]
