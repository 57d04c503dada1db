"""The stop of a course: when, why, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import Course
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.rules.text import show
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.treatment import gone_text
from immunosep_tui.ui.screens.against import against
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.start import StartScreen
from immunosep_tui.ui.screens.whose import judge_whose, wanted_whose, whose_field
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.deeds import stop_course
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.starting import may_plan


class StopScreen(RecordingScreen):
    """Ends the latest course: the doses that are open from then on are cancelled, what was given stays."""

    SCOPE: ClassVar[str] = "stop"
    SHEET: ClassVar[str] = "stop"
    ASKS_PIN = True

    @property
    def _course(self) -> Course | None:
        """The course that is not stopped."""
        course = self.chart.course
        return course if course is not None and course.stop is None else None

    def about(self) -> str:
        """The course that is not stopped."""
        return "" if self._course is None else str(self._course.n)

    def fields(self) -> list[Field]:
        """When, why and whose."""
        return [
            Field("at", _("Stopped at"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field("reason", _("Reason"), hint=_("Why the course ends before its last dose.")),
            whose_field(),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself; the time by what was recorded of the course."""
        if name == "reason":
            return self.judge_reason(text)
        if name != "at":
            return judge_whose(self.chart, text)
        verdict, at = self.judge_time(text), self.time(text)
        why = self._against(at) if isinstance(at, datetime) else ""
        return Verdict("refused", message=why) if why else verdict

    def _against(self, at: datetime) -> str:
        """Why the course cannot be stopped at an instant; empty where it can."""
        if self._course is None:
            return ""
        return against(self.desk, self.chart, stop_course(self.chart, self.text("at"), at, self.signature("")))

    def what(self) -> list[Line]:
        """The course, and what stopping it means."""
        course, chart, zone = self._course, self.chart, self.desk.zone
        if course is None:
            return [("warn", _("No course runs."))]
        plan, at = course.plan, self.time(self.text("at"))
        first = moment_text(moment(course.begins), zone)
        text = _("Course of {product}, first dose {first}: {done} of {count} doses recorded.")
        count = len(plan.slots)
        said = text.format(product=show(plan.slots[0].product), first=first, done=len(course.doses), count=count)
        lines: list[Line] = [("title", _("STOP THE COURSE")), ("plain", said)]
        if chart.gone is not None:
            lines.append(("bad", gone_text(chart, zone)))
            lines.append(("warn", _("Only a stop before that is recorded.")))
        open_doses = course.open_slots
        if isinstance(at, datetime):
            cancelled = sum(slot.due >= ms(at) for slot in open_doses)
            text = _("{count} doses are cancelled by it. They stay visible and cannot be recorded.")
            lines.append(("warn", text.format(count=cancelled)))
            if missed := len(open_doses) - cancelled:
                text = _("{count} doses of before are not charted; they can be recorded afterwards, too.")
                lines.append(("warn", text.format(count=missed)))
        else:
            text = _("The doses from then on are cancelled: {count} are open. What was given stays.")
            lines.append(("warn", text.format(count=len(open_doses))))
        if course.last_given is not None:
            text = _("Last given: {when}. A stop is not before it.")
            lines.append(("dim", text.format(when=moment_text(moment(course.last_given.at), zone))))
        return lines

    def has_nothing(self) -> bool:
        """Whether no course runs."""
        return self._course is None

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
        if self._course is None or not isinstance(at, datetime):
            return ()
        return [stop_course(self.chart, self.text("at"), at, self.signature(self.text("reason")))]


def course_screen(desk: Desk, author: Author, chart: Chart, key: str) -> RecordingScreen:
    """The start of a course where one can be planned, else the stop of the one that is not stopped."""
    stops = chart.course is not None and chart.course.stop is None and not may_plan(chart, desk.now())
    kind: type[RecordingScreen] = StopScreen if stops else StartScreen
    return kind(desk, author, chart, key)
