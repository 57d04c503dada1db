"""The first line of every screen where nothing belongs to a patient."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from immunosep_tui.i18n import _


class TrainingLine(Widget):
    """Stands above the banner and cannot be closed."""

    DEFAULT_CSS = """
    TrainingLine { dock: top; height: 1; width: 100%; background: $warning; color: $background; text-style: bold; }
    """

    def render(self) -> Text:
        """One line."""
        return Text(" " + _("TRAINING - NOT A PATIENT"), no_wrap=True, end="")
