"""The stop of a course: when, why, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.rules.text import show
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.start import StartScreen
from immunosep_tui.ui.screens.whose import judge_whose, wanted_whose, whose_field
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.deeds import stop_course
from immunosep_tui.ward.instants import moment


class StopScreen(RecordingScreen):
    """Ends the running course: the doses that are open from then on are cancelled, what was given stays."""

    SCOPE: ClassVar[str] = "stop"
    SHEET: ClassVar[str] = "stop"
    ASKS_PIN = True

    def about(self) -> str:
        """The course that runs."""
        return "" if self.chart.running is None else str(self.chart.running.n)

    def fields(self) -> list[Field]:
        """When, why and whose."""
        return [
            Field("at", _("Stopped at"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field("reason", _("Reason"), hint=_("Why the course ends before its last dose.")),
            whose_field(),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself."""
        if name == "reason":
            return self.judge_reason(text)
        return self.judge_time(text) if name == "at" else judge_whose(self.chart, text)

    def what(self) -> list[Line]:
        """The course, and what stopping it means."""
        running = self.chart.running
        if running is None:
            return [("warn", _("No course runs."))]
        plan, zone = running.plan, self.desk.zone
        open_doses = sum(slot.number not in running.doses for slot in plan.slots)
        first = moment_text(moment(plan.slots[0].due), zone)
        text = _("Course of {product}, first dose {first}: {done} of {count} doses recorded.")
        count = len(plan.slots)
        said = text.format(product=show(plan.slots[0].product), first=first, done=count - open_doses, count=count)
        return [
            ("title", _("STOP THE COURSE")),
            ("plain", said),
            (
                "warn",
                _("{count} doses are cancelled by it. They stay visible and cannot be recorded.").format(
                    count=open_doses
                ),
            ),
            ("dim", _("Doses that were given before the stop and are not recorded yet: record them first.")),
        ]

    def has_nothing(self) -> bool:
        """Whether no course runs."""
        return self.chart.running is None

    def wanted(self) -> str:
        """The first answer that is missing or refused."""
        if not isinstance(self.time(self.text("at")), datetime):
            return _("Type when, not in the future; Ctrl+N writes the present minute.")
        if self.judge_reason(self.text("reason")).mark != "ok":
            return _("Say why the course is stopped.")
        return wanted_whose(self.chart, self.text("whose"))

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        at = self.time(self.text("at"))
        if not isinstance(at, datetime):
            return ()
        return [stop_course(self.chart, self.text("at"), at, self.signature(self.text("reason")))]


def course_screen(desk: Desk, author: Author, chart: Chart, key: str) -> RecordingScreen:
    """The stop of the course that runs, else the start of one."""
    runs = chart.running is not None and not desk.is_past(chart.running.plan.ends)
    kind: type[RecordingScreen] = StopScreen if runs else StartScreen
    return kind(desk, author, chart, key)
