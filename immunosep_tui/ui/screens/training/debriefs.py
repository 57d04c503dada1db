"""The debriefs of the cases of a round, a page each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from immunosep_tui.i18n import _
from immunosep_tui.training.debrief import debrief
from immunosep_tui.training.item import Item
from immunosep_tui.training.lines import Line
from immunosep_tui.ui.commands import bindings_for
from immunosep_tui.ui.screens.training.page import TrainingPage


class DebriefScreen(TrainingPage):
    """Everything that there is to learn from a case.

    Args:
        cases: at least one.
    """

    SCOPE: ClassVar[str] = "debrief"
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_for("debrief"))

    def __init__(self, cases: Sequence[Item]) -> None:
        super().__init__()
        self._cases = cases
        self._place = 0

    def on_mount(self) -> None:
        """Show the first case."""
        self.action_turn(0)

    def action_turn(self, step: int) -> None:
        """Show the next case or the one before."""
        self._place = max(0, min(len(self._cases) - 1, self._place + step))
        lines: list[Line] = debrief(self._cases[self._place])
        if len(self._cases) > 1:
            text = _("Case {n} of {count}. Ctrl+Right: next, Ctrl+Left: the one before.")
            lines = [("dim", text.format(n=self._place + 1, count=len(self._cases))), *lines]
        self.show(lines)
