"""A part of a dose, or a further syringe, that was given beside the plan: of which dose, how much, when, why, and whose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import STOPPED_BEFORE
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import ExtraDose
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.text import show
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.dose_words import past_text, rule_text, since_last_line, stamp
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.verdicts import words_verdict
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.whose import judge_whose, wanted_whose, whose_field
from immunosep_tui.ward.charting import ChosenDose, dose_at, history
from immunosep_tui.ward.deeds import record_extra_dose
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.reading import whole


class FurtherDoseScreen(RecordingScreen):
    """Records what was given beside the plan; it counts for the time between two doses and takes no dose's place."""

    SCOPE: ClassVar[str] = "further-dose"
    SHEET: ClassVar[str] = "further-dose"
    ASKS_PIN = True

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self.compare()

    def compare(self) -> None:
        """The dose that it belongs to where none is named: the latest one that has come."""
        course, now = self.chart.course, ms(self.desk.now())
        slots = () if course is None else course.plan.slots
        come = [slot for slot in slots if slot.due - (course.plan.window if course else 0) <= now]
        latest = max(come, key=lambda slot: slot.due, default=next(iter(slots), None))
        self._latest = None if course is None or latest is None else dose_at(self.chart, course.n, latest.number)

    def about(self) -> str:
        """The latest course."""
        return "" if self.chart.course is None else str(self.chart.course.n)

    def fields(self) -> list[Field]:
        """Of which dose, how much, when, why and whose."""
        if self.has_nothing():
            return []
        return [
            Field("amount", _("Given"), hint=_("How much, in words: half of the syringe; a second syringe.")),
            Field("at", _("At"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field("dose", _("Of dose"), hint=_("Its number; empty is the one above.")),
            Field("reason", _("Reason"), hint=_("Why it was given beside the plan.")),
            whose_field(),
        ]

    @property
    def _dose(self) -> ChosenDose | None:
        """The dose that was named, else the latest one that has come; None where the course has no such dose."""
        course, text = self.chart.course, self.text("dose")
        if course is None or not text:
            return self._latest
        number = whole(text, len(course.plan.slots))
        return None if isinstance(number, Refusal) else dose_at(self.chart, course.n, number)

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself."""
        if not text:
            return Verdict()
        if name == "reason":
            return self.judge_reason(text)
        if name == "amount":
            return words_verdict(text)
        if name == "dose":
            count = 0 if self.chart.course is None else len(self.chart.course.plan.slots)
            no_such = _("The course has doses 1 to {count}.").format(count=count)
            return Verdict("ok") if self._dose is not None else Verdict("refused", message=no_such)
        return self.judge_time(text) if name == "at" else judge_whose(self.chart, text)

    def what(self) -> list[Line]:
        """What it is beside, what was recorded of that dose, and how long ago the drug was given last."""
        if self.has_nothing():
            return [("warn", _("No course was started: there is no dose to record."))]
        dose, desk, at = self._dose, self.desk, self.time(self.text("at"))
        if dose is None:
            return [("warn", _("Name a dose of the course."))]
        which = _("Beside dose {n} of {count}: {drug}, due {when}").format(
            n=dose.slot.number,
            count=len(dose.course.plan.slots),
            drug=show(dose.slot.drug),
            when=stamp(desk, dose.slot.due),
        )
        past = past_text(desk, tuple(history(self.chart, *dose.key)))
        instant = ms(at) if isinstance(at, datetime) else ms(desk.now())
        lines: list[Line] = [
            ("title", _("A PART OF A DOSE, OR A FURTHER SYRINGE")),
            ("plain", which),
            ("plain", _("Recorded of this dose: {past}.").format(past=past or "-")),
            since_last_line(desk, self.chart, dose, instant),
            ("dim", _("It counts for the time to the next dose. Whether the dose itself was given is charted apart.")),
        ]
        rule = self._rule
        return [*lines, ("bad", rule)] if rule else lines

    @property
    def _rule(self) -> str:
        """That it lies after the stop, and the way out; empty for nothing."""
        dose, at = self._dose, self.time(self.text("at"))
        if dose is None or not isinstance(at, datetime):
            return ""
        return rule_text(self.desk, dose, STOPPED_BEFORE, ms(at)) if dose.course.is_stopped_by(ms(at)) else ""

    def has_nothing(self) -> bool:
        """Whether no course was ever started."""
        return self._latest is None

    def wanted(self) -> str:
        """The first answer that is missing or refused."""
        if words_verdict(self.text("amount")).mark != "ok":
            return _("Say how much was given.")
        if not isinstance(self.time(self.text("at")), datetime):
            return _("Type when, not in the future; Ctrl+N writes the present minute.")
        if rule := self._rule:
            return rule
        if self.judge_reason(self.text("reason")).mark != "ok":
            return _("Say why it was given beside the plan.")
        return wanted_whose(self.chart, self.text("whose"))

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        dose, at = self._dose, self.time(self.text("at"))
        if dose is None or not isinstance(at, datetime):
            return ()
        body = ExtraDose(dose.course.n, dose.slot.number, self.text("amount"))
        return [record_extra_dose(self.chart, body, at, self.signature(self.text("reason")))]
