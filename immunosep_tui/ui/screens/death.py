"""A death: when, whose, and in words where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.days import earliest_known, sofa_day
from immunosep_tui.record.entry import Proposal
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.response import death_lines
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.whose import judge_whose, wanted_whose, whose_field
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.deeds import record_death
from immunosep_tui.ward.instants import moment, ms


class DeathScreen(RecordingScreen):
    """Records that the patient died; the course is closed by it."""

    SCOPE: ClassVar[str] = "death"
    SHEET: ClassVar[str] = "death"
    ASKS_PIN = True

    def fields(self) -> list[Field]:
        """When, in words, and whose."""
        if self.has_nothing():
            return []
        return [
            Field("at", _("Died at"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field("reason", _("In words"), hint=_("May stay empty. What is known of the cause.")),
            whose_field(),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself."""
        if name == "reason":
            return self.judge_reason(text)
        if name == "whose":
            return judge_whose(self.chart, text)
        verdict, first, at = self.judge_time(text), earliest_known(self.chart), self.time(text)
        begins = None if first is None else moment(first).replace(second=0, microsecond=0)
        if begins is not None and isinstance(at, datetime) and at < begins:
            said = _("The record of this patient begins {when}.")
            return Verdict("refused", message=said.format(when=moment_text(begins, self.desk.zone)))
        return verdict

    def what(self) -> list[Line]:
        """When by the clock and by the days of the record, and what it ends."""
        if not self.chart.n:
            return [("warn", _("Sign who the patient is first."))]
        if self.chart.died:
            return [
                ("warn", _("A death is recorded already. It is taken back in the record.")),
                *death_lines(self.chart, self.desk.zone),
            ]
        at, zone, running = self.time(self.text("at")), self.desk.zone, self.chart.running
        lines: list[Line] = [("title", _("THE PATIENT DIED"))]
        if isinstance(at, datetime):
            day = sofa_day(self.chart, zone, ms(at))
            lines.append(("bad", _("Died {when}, day {day}.").format(when=moment_text(at, zone), day=day)))
        if running is not None:
            count = sum(slot.number not in running.doses for slot in running.plan.slots)
            lines.append(("warn", _("The course ends with it: {count} doses are cancelled.").format(count=count)))
        lines.append(("plain", _("Nothing is due afterwards. That day and later days score 24.")))
        return lines

    def has_nothing(self) -> bool:
        """Whether there is no record yet, or it says a death already."""
        return not self.chart.n or self.chart.died

    def wanted(self) -> str:
        """The first answer that is missing."""
        if not isinstance(self.time(self.text("at")), datetime):
            return _("Type when, not in the future; Ctrl+N writes the present minute.")
        return wanted_whose(self.chart, self.text("whose"))

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        at = self.time(self.text("at"))
        if not isinstance(at, datetime):
            return ()
        return [record_death(self.chart, at, self.desk.zone, self.signature(self.text("reason")))]
