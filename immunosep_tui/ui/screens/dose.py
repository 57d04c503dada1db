"""One dose: which it is, what became of it and when, and whose it is, typed again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import CALL_FIRST, HOLD, REVIEW_FIRST
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Slot
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Choice, Field, Verdict, choice_of
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.treatment import draw_up, each_product, missing_text
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.whose import judge_whose, wanted_whose, whose_field
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.answers import course
from immunosep_tui.ward.deeds import record_dose
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.reading import whole

OUTCOME_CHOICES = (
    Choice("g", "given", N_("given")),
    Choice("h", "held", N_("held")),
    Choice("r", "refused", N_("refused")),
    Choice("o", "omitted", N_("omitted")),
)


AGAINST_WORDS = {
    HOLD: N_("STOP: the limits ask to hold it. Given all the same, it asks for a reason."),
    CALL_FIRST: N_("CALL: call the physician first. Given all the same, it asks for a reason."),
    REVIEW_FIRST: N_("REVIEW FIRST: what the course rests on has changed. Given all the same, it asks for a reason."),
}
"""What stands against a dose, in words."""


class DoseScreen(RecordingScreen):
    """Records what became of the next dose of the running course."""

    SCOPE: ClassVar[str] = "dose"
    SHEET: ClassVar[str] = "dose"
    ASKS_PIN = True

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self.compare()

    def compare(self) -> None:
        """The dose that is due may be another one by now."""
        self._offered = self.desk.ward.row(self.desk.ward.get(self.chart.key)).next_dose

    @property
    def _open(self) -> dict[int, Slot]:
        """The doses of the running course of which nothing is recorded, by number."""
        running = self.chart.running
        return {} if running is None else {s.number: s for s in running.plan.slots if s.number not in running.doses}

    @property
    def _slot(self) -> Slot | None:
        """The dose that was named, else the one that is due or comes next, else the first open one."""
        open_ = self._open
        text = self.text("dose")
        if text:
            number = whole(text, None)
            return None if isinstance(number, Refusal) else open_.get(number)
        offered = None if self._offered is None else open_.get(self._offered.n)
        return offered or next(iter(open_.values()), None)

    def about(self) -> str:
        """The dose that is offered: of which course, and which."""
        course, slot = self.chart.running, self._offered
        return "" if course is None else f"{course.n}.{next(iter(self._open), 0) if slot is None else slot.n}"

    def fields(self) -> list[Field]:
        """What, when, why not, and whose."""
        choices = tuple(Choice(c.key, c.value, _(c.label)) for c in OUTCOME_CHOICES)
        return [
            Field("outcome", _("Dose was"), choices=choices, hint=_("Nothing is chosen for you.")),
            Field("at", _("At"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field(
                "reason", _("Reason"), hint=_("Why it was held, refused or omitted, not on time, or against a limit.")
            ),
            whose_field(),
            Field("dose", _("Other dose"), hint=_("Number of another open dose; empty is the one above.")),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself."""
        if not text or name == "outcome":
            return Verdict()
        if name == "reason":
            return self.judge_reason(text)
        if name == "dose":
            found = self._slot
            listed = ", ".join(str(number) for number in list(self._open)[:8])
            message = _("Nothing is open under this number. Open: {listed} ...").format(listed=listed)
            return Verdict("ok") if found is not None else Verdict("refused", message=message)
        return self.judge_time(text) if name == "at" else judge_whose(self.chart, text)

    @property
    def _lateness(self) -> str:
        """How far from its time the dose was given, where that is outside the window; empty where it is not."""
        at, course = self.time(self.text("at")), self.chart.course
        if self._slot is None or course is None or self._outcome != "given" or not isinstance(at, datetime):
            return ""
        return outside_window(self._slot.due, ms(at), course.plan.window)

    @property
    def _against(self) -> str:
        """What stands against giving the dose: a STOP, a CALL or what the course rests on, acknowledged or not."""
        return self.attention.against_dose

    @property
    def _outcome(self) -> str:
        field = next(field for field in self.fields() if field.name == "outcome")
        choice = choice_of(field, self.text("outcome"))
        return choice.value if choice else ""

    def what(self) -> list[Line]:
        """Drug, dose, route, number and time, in this order."""
        slot, zone = self._slot, self.desk.zone
        if slot is None and self._open:
            return [("warn", _("Name a dose that is open."))]
        if slot is None:
            return [("warn", _("No dose is open: no course runs, or all of it is recorded."))]
        due = moment(slot.due)
        count = len(self.chart.course.plan.slots) if self.chart.course else 0
        when = _("Dose {n} of {count}, day {day}, due {when} ({until})").format(
            n=slot.number, count=count, day=slot.day, when=moment_text(due, zone), until=self.desk.until(due)
        )
        desk = self.desk
        edition = desk.ward.protocols.edition(self.chart)
        doses = () if edition.missing else course(self.chart.sheet, edition.protocol, desk.zone).doses
        shelf: list[Line] = [("plain", draw_up(dose)) for dose in each_product(doses) if dose.product == slot.product]
        if edition.missing:
            shelf.append(("warn", missing_text(edition.missing)))
        late: list[Line] = [("warn", self._lateness)] if self._lateness else []
        if self._against:
            late.insert(0, ("bad", _(AGAINST_WORDS[self._against])))
        return [
            ("title", f"{show(slot.product)} {show(slot.dose)} {show(slot.route)}"),
            ("plain", when),
            *shelf,
            *late,
            ("dim", _("No catch-up dose is ever computed; after a missed one ask, never double.")),
        ]

    def has_nothing(self) -> bool:
        """Whether there is no dose to record."""
        return not self._open

    def wanted(self) -> str:
        """The first answer that is missing or refused."""
        if self._slot is None:
            return self.judge("dose", self.text("dose")).message
        if not self._outcome:
            return _("Say what became of the dose: given, held, refused or omitted.")
        if not isinstance(self.time(self.text("at")), datetime):
            return _("Type when, not in the future; Ctrl+N writes the present minute.")
        has_reason = self.judge_reason(self.text("reason")).mark == "ok"
        if self._outcome != "given" and not has_reason:
            return _("Say why it was not given.")
        if self._against and not has_reason:
            return _("Say why it is given against what is said above.")
        if self._lateness and not has_reason:
            return _("Say why it was not given on time.")
        return wanted_whose(self.chart, self.text("whose"))

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        at = self.time(self.text("at"))
        if self._slot is None or not isinstance(at, datetime):
            return ()
        return [record_dose(self.chart, self._slot.number, self._outcome, at, self.signature(self.text("reason")))]


def outside_window(due: int, at: int, window: int) -> str:
    """How far from its time a dose was given, in words, where it was not on time; empty where it was."""
    if not window or abs(at - due) <= window:
        return ""
    minutes = abs(at - due) // 60_000
    span = _("{h} h {m:02} min").format(h=minutes // 60, m=minutes % 60)
    text = _("LATE by {span}: say why.") if at > due else _("EARLY by {span}: say why.")
    local = _("On time is {minutes} min before and after (local convention).").format(minutes=window // 60_000)
    return f"{text.format(span=span)} {local}"
