"""Red cells that were transfused: how many units, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.entry import Proposal
from immunosep_tui.rules.number import Refusal
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.verdicts import refusal_text
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ward.deeds import record_red_cells
from immunosep_tui.ward.reading import whole

MOST_UNITS = 50
"""Most units of one entry: more is a slip of the fingers. Local convention."""


class RedCellsScreen(RecordingScreen):
    """Records one transfusion; a hemoglobin after it is read with it."""

    SCOPE: ClassVar[str] = "red-cells"
    SHEET: ClassVar[str] = "red-cells"

    def fields(self) -> list[Field]:
        """When and how many."""
        return [
            Field("at", _("At"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field("units", _("Red cells"), _("units"), hint=_("Whole units that were given.")),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """A time that has come; a whole number of at least 1."""
        if name == "at":
            return self.judge_time(text)
        if not text:
            return Verdict()
        found = self._units
        return Verdict("refused", message=refusal_text(found)) if isinstance(found, Refusal) else Verdict("ok")

    @property
    def _units(self) -> int | Refusal:
        found = whole(self.text("units"), MOST_UNITS)
        return whole("", MOST_UNITS) if found == 0 else found

    def what(self) -> list[Line]:
        """What is done with it."""
        return [
            ("title", _("RED CELLS")),
            (
                "plain",
                _("A hemoglobin above the limit within 24 hours is told as after so many units (local convention)."),
            ),
            ("plain", _("With overt bleeding and 2 units or more the ISTH criteria are asked for.")),
        ]

    def wanted(self) -> str:
        """The first answer that is missing."""
        if not isinstance(self.time(self.text("at")), datetime):
            return _("Type when, not in the future; Ctrl+N writes the present minute.")
        return _("Say how many units.") if isinstance(self._units, Refusal) else ""

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        at, units = self.time(self.text("at")), self._units
        if not isinstance(at, datetime) or isinstance(units, Refusal):
            return ()
        return [record_red_cells(self.chart, units, at, self.signature(""))]
