"""One dose: which it is, what became of it and when, and whose it is, typed again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.rules.instant import parse_local
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Choice, Field, Form, Verdict, choice_of
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.verdicts import refusal_text
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.times import moment_text, until
from immunosep_tui.ward.deeds import record_dose
from immunosep_tui.ward.instants import moment

LAST_CHARACTERS = 3
"""How many characters of the second identifier are typed again: typing, unlike looking, finds the wrong patient."""

OUTCOME_CHOICES = (
    Choice("g", "given", N_("given")),
    Choice("h", "held", N_("held")),
    Choice("r", "refused", N_("refused")),
    Choice("o", "omitted", N_("omitted")),
)


class DoseScreen(RecordingScreen):
    """Records what became of the next dose of the running course."""

    SCOPE: ClassVar[str] = "dose"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+n", "now", N_("Now"), show=False, priority=True)]

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self._slot = chart.next_slot

    def compare(self) -> None:
        """The next dose may be another one by now."""
        self._slot = self.chart.next_slot

    def fields(self) -> list[Field]:
        """What, when, why not, and whose."""
        choices = tuple(Choice(c.key, c.value, _(c.label)) for c in OUTCOME_CHOICES)
        whose = _("The last {count} characters of the second identifier.").format(count=LAST_CHARACTERS)
        return [
            Field("outcome", _("Dose was"), choices=choices, hint=_("Nothing is chosen for you.")),
            Field("at", _("At"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field("reason", _("Reason"), hint=_("Why it was held, refused or omitted.")),
            Field("whose", _("Identifier ends"), hint=whose),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself."""
        if not text or name == "outcome":
            return Verdict()
        if name == "reason":
            return self.judge_reason(text)
        if name == "at":
            found = parse_local(text, self.desk.zone)
            if isinstance(found, Refusal):
                return Verdict("refused", message=refusal_text(found))
            return Verdict("ok", moment_text(found, self.desk.zone))
        if text == self._ending:
            return Verdict("ok")
        return Verdict("refused", message=_("It is not how this patient's second identifier ends."))

    @property
    def _ending(self) -> str:
        return self.chart.sheet.identifier[-LAST_CHARACTERS:]

    @property
    def _outcome(self) -> str:
        field = next(field for field in self.fields() if field.name == "outcome")
        choice = choice_of(field, self.text("outcome"))
        return choice.value if choice else ""

    def what(self) -> list[Line]:
        """Drug, dose, route, number and time, in this order."""
        slot, zone = self._slot, self.desk.zone
        if slot is None:
            return [("warn", _("No dose is open: no course runs, or all of it is recorded."))]
        due = moment(slot.due)
        count = len(self.chart.course.plan.slots) if self.chart.course else 0
        when = _("Dose {n} of {count}, day {day}, due {when} ({until})").format(
            n=slot.number, count=count, day=slot.day, when=moment_text(due, zone), until=until(due, self.desk.now())
        )
        return [
            ("title", f"{show(slot.product)} {show(slot.dose)} {show(slot.route)}"),
            ("plain", when),
            ("dim", _("No catch-up dose is ever computed; after a missed one ask, never double.")),
        ]

    def has_nothing(self) -> bool:
        """Whether there is no dose to record."""
        return self._slot is None

    def wanted(self) -> str:
        """The first answer that is missing or refused."""
        if not self._outcome:
            return _("Say what became of the dose: given, held, refused or omitted.")
        if not isinstance(parse_local(self.text("at"), self.desk.zone), datetime):
            return _("Type when; Ctrl+N writes the present minute.")
        if self._outcome != "given" and self.judge_reason(self.text("reason")).mark != "ok":
            return _("Say why it was not given.")
        if self.text("whose") != self._ending:
            return _("Type how the second identifier of this patient ends.")
        return ""

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        at = parse_local(self.text("at"), self.desk.zone)
        if self._slot is None or not isinstance(at, datetime):
            return ()
        return [record_dose(self.chart, self._slot.number, self._outcome, at, self.signature(self.text("reason")))]

    def action_now(self) -> None:
        """Write the present minute where a time is typed."""
        form = self.query_one(Form)
        if form.active == "at":
            form.type_text(self.desk.now().astimezone(self.desk.zone).strftime("%Y-%m-%d %H:%M"))
