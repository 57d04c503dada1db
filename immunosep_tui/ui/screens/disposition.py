"""Where the patient is: died, left alive or back on the ward, when, in words, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import IN_WARD, LEFT
from immunosep_tui.record.days import earliest_known, sofa_day
from immunosep_tui.record.entry import Proposal
from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.attention_words import course_change_texts
from immunosep_tui.ui.form import Choice, Field, Verdict, choice_of
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.response import death_lines
from immunosep_tui.ui.rooms.treatment import gone_text
from immunosep_tui.ui.screens.against import against
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.whose import judge_whose, wanted_whose, whose_field
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.consequences import course_change
from immunosep_tui.ward.deeds import record_death, record_leaving, record_return
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.signature import Signature

_DIED, _LEFT, _BACK = "died", "left", "back"
_CHOICES: Final = {
    _DIED: ("d", N_("died")),
    _LEFT: ("l", N_("left the ward alive")),
    _BACK: ("b", N_("back on the ward")),
}
_TITLES: Final = {
    _DIED: N_("THE PATIENT DIED"),
    _LEFT: N_("THE PATIENT LEFT ALIVE"),
    _BACK: N_("BACK ON THE WARD"),
}
_WORDS: Final = {
    _DIED: N_("May stay empty. What is known of the cause."),
    _LEFT: N_("Where to. May stay empty."),
    _BACK: N_("From where. May stay empty."),
}


class DispositionScreen(RecordingScreen):
    """Records a death, a leaving or a return; after a return the same course goes on."""

    SCOPE: ClassVar[str] = "death"
    SHEET: ClassVar[str] = "death"
    ASKS_PIN = True

    @property
    def asks_pin(self) -> bool:
        """Whether there is something to sign."""
        return not self.has_nothing()

    def about(self) -> str:
        """Where the patient is by the record, and the entry that says so."""
        gone = self.chart.gone
        return self.chart.state if gone is None else f"{self.chart.state} {gone.n}"

    @property
    def _possible(self) -> tuple[str, ...]:
        """What can have become of the patient from where he or she is."""
        if not self.chart.n or self.chart.died:
            return ()
        return (_DIED, _BACK) if self.chart.state == LEFT else (_DIED, _LEFT)

    @property
    def _chosen(self) -> str:
        """What became of the patient; empty before it is answered."""
        field = self._what_field()
        choice = choice_of(field, self.text(field.name))
        return choice.value if choice else ""

    def _what_field(self) -> Field:
        choices = tuple(Choice(_CHOICES[each][0], each, _(_CHOICES[each][1])) for each in self._possible)
        return Field("what", _("The patient"), choices=choices)

    def fields(self) -> list[Field]:
        """What, when, in words, and whose."""
        if self.has_nothing():
            return []
        return [
            self._what_field(),
            Field("at", _("At"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field("reason", _("In words"), hint=_(_WORDS.get(self._chosen, _WORDS[_DIED]))),
            whose_field(),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself; the time by what was recorded before."""
        if name == "reason":
            return self.judge_reason(text)
        if name == "whose":
            return judge_whose(self.chart, text)
        if name == "what":
            return Verdict()
        verdict, first, at = self.judge_time(text), earliest_known(self.chart), self.time(text)
        if not isinstance(at, datetime):
            return verdict
        begins = None if first is None else moment(first).replace(second=0, microsecond=0)
        if begins is not None and at < begins:
            said = _("The record of this patient begins {when}.")
            return Verdict("refused", message=said.format(when=moment_text(begins, self.desk.zone)))
        proposal = self._proposal(at, Signature(self.author, self.desk.now(), "asked", ""))
        why = "" if proposal is None else against(self.desk, self.chart, proposal)
        return Verdict("refused", message=why) if why else verdict

    def _proposal(self, at: datetime, signature: Signature) -> Proposal | None:
        if self._chosen == _DIED:
            return record_death(self.chart, at, self.desk.zone, signature)
        if self._chosen == _LEFT:
            return record_leaving(self.chart, at, signature)
        return record_return(self.chart, self.text("reason"), at, signature) if self._chosen == _BACK else None

    def what(self) -> list[Line]:
        """When by the clock and by the days of the record, and what becomes of the course."""
        chart, zone, chosen = self.chart, self.desk.zone, self._chosen
        if not chart.n:
            return [("warn", _("Sign who the patient is first."))]
        if chart.died:
            said = _("A death is recorded already. It is taken back in the record.")
            return [("warn", said), *death_lines(chart, zone)]
        lines: list[Line] = [("title", _(_TITLES[chosen]) if chosen else _("WHERE THE PATIENT IS"))]
        if chart.state != IN_WARD:
            lines.append(("warn", gone_text(chart, zone)))
        at = self.time(self.text("at"))
        if chosen and isinstance(at, datetime):
            when = moment_text(at, zone)
            if chosen == _DIED:
                day = sofa_day(chart, zone, ms(at))
                lines.append(("bad", _("Died {when}, day {day}.").format(when=when, day=day)))
            else:
                told = _("Left {when}.") if chosen == _LEFT else _("Back {when}.")
                lines.append(("warn", told.format(when=when)))
            lines += self._course_lines(at)
        return lines + ([("plain", _(_AFTER[chosen]))] if chosen else [])

    def _course_lines(self, at: datetime) -> list[Line]:
        """What becomes of the course and of its doses."""
        running, proposal = self.chart.course, self._proposal(at, Signature(self.author, self.desk.now(), "asked", ""))
        if running is None or running.stop is not None or proposal is None or against(self.desk, self.chart, proposal):
            return []
        lines: list[Line] = []
        if self._chosen == _DIED and self.chart.running is not None:
            count = sum(slot.due >= ms(at) for slot in running.open_slots)
            lines.append(("warn", _("The course ends with it: {count} doses are cancelled.").format(count=count)))
        change = course_change(self.chart, [proposal], self.desk.ward.judge, ms(self.desk.now()))
        if self._chosen != _BACK:
            change = change._replace(before=change.after)  # what becomes of the course is said above and below
        return [*lines, *(("warn", text) for text in course_change_texts(change))]

    def has_nothing(self) -> bool:
        """Whether there is no record yet, or it says a death already."""
        return not self._possible

    def wanted(self) -> str:
        """The first answer that is missing."""
        if not self._chosen:
            return _("Choose first what became of the patient.")
        if not isinstance(self.time(self.text("at")), datetime):
            return _("Type when, not in the future; Ctrl+N writes the present minute.")
        return wanted_whose(self.chart, self.text("whose"))

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        at = self.time(self.text("at"))
        reason = "" if self._chosen == _BACK else self.text("reason")  # a return says it itself
        proposal = self._proposal(at, self.signature(reason)) if isinstance(at, datetime) else None
        return () if proposal is None else [proposal]


_AFTER: Final = {
    _DIED: N_("Nothing is due afterwards. That day and later days score 24."),
    _LEFT: N_("Nothing is due while the patient is away, and the course goes on by its plan after a return."),
    _BACK: N_("The same course goes on by its plan. Doses of the time away are not charted, never overdue."),
}
