"""Limits that are met: what each says, and what somebody does about it until it is urgent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.schedule import without_trailing_zeros
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.monitoring import urgent_lines
from immunosep_tui.ui.rooms.verdicts import refusal_text
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.answers import whole
from immunosep_tui.ward.checks import urgent
from immunosep_tui.ward.deeds import acknowledge

LONGEST = 72
"""Most hours for which something can be acknowledged. Local convention."""


class AcknowledgeScreen(RecordingScreen):
    """The one notice that interrupts: once for each new fact. Esc leaves it open; it then stays on the board."""

    SCOPE: ClassVar[str] = "acknowledge"

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self.compare()

    def compare(self) -> None:
        """What is urgent as the record is now."""
        self._entries = urgent(self.chart)

    def fields(self) -> list[Field]:
        """What is done, and for how long that holds."""
        usual = without_trailing_zeros(self.desk.protocol.site.acknowledged.value)
        hours = _("Urgent again after so many hours; empty is {usual} (local convention).").format(usual=usual)
        return [
            Field("reason", _("What is done"), hint=_("Whom was called, what was decided.")),
            Field("hours", _("Holds for"), "h", hint=hours),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Printable words; a whole number of hours."""
        if name == "reason":
            return self.judge_reason(text)
        found = whole(text, LONGEST)
        return Verdict("refused", message=refusal_text(found)) if text and isinstance(found, Refusal) else Verdict()

    def what(self) -> list[Line]:
        """Each limit with what it asks for."""
        if not self._entries:
            return [("plain", _("No limit is met that nobody has acknowledged."))]
        lines: list[Line] = [("title", _("LOOK AT THIS"))]
        lines += urgent_lines(self._entries, self.desk)
        lines.append(("dim", _("Nothing is changed by the program: a person decides.")))
        lines.append(("dim", _("Until {when}.").format(when=moment_text(self._until, self.desk.zone))))
        return lines

    @property
    def _until(self) -> datetime:
        found = whole(self.text("hours"), LONGEST)
        usual = int(self.desk.protocol.site.acknowledged.value)
        return self.desk.now() + timedelta(hours=usual if isinstance(found, Refusal) else found)

    def has_nothing(self) -> bool:
        """Whether nothing is urgent."""
        return not self._entries

    def wanted(self) -> str:
        """What is done about it, and a usable number of hours."""
        if self.judge_reason(self.text("reason")).mark != "ok":
            return _("Say what is done about it.")
        return _("Correct the number of hours.") if self.judge("hours", self.text("hours")).mark == "refused" else ""

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        numbers = [entry.n for entry in self._entries]
        return [acknowledge(self.chart, numbers, self._until, self.signature(self.text("reason")))]
