"""A note: words for whoever reads the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.entry import Proposal
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ward.deeds import write_note


class NoteScreen(RecordingScreen):
    """Records a note."""

    SCOPE: ClassVar[str] = "sign"
    SHEET: ClassVar[str] = "note"

    def fields(self) -> list[Field]:
        """The words."""
        return [Field("text", _("Note"), hint=_("One line. Values belong to their rooms: no rule reads a note."))]

    def judge(self, name: str, text: str) -> Verdict:
        """Any printable words."""
        return self.judge_reason(text)

    def what(self) -> list[Line]:
        """The note as it will stand in the record."""
        return [("title", _("NOTE")), ("plain", self.text("text") or _("Nothing is written yet."))]

    def wanted(self) -> str:
        """The words, where they are missing."""
        return "" if self.judge_reason(self.text("text")).mark == "ok" else _("Write the note first.")

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        return [write_note(self.chart, self.text("text"), self.signature(""))]
