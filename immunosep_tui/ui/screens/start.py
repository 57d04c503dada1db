"""The start of a course: the protocol's regimen, whose it is, what speaks against it, and only then the signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from immunosep_tui.i18n import _, words
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.rules.protocol import Protocol, Question
from immunosep_tui.rules.reason import Sentence
from immunosep_tui.ui.answer_lines import regimen_text
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Verdict, choice_of
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.verdicts import yes_no
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.deeds import start_course
from immunosep_tui.ward.doubts import LABORATORY, bars, doubts, to_confirm
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.protocols import name_first_protocol
from immunosep_tui.ward.samples import phenotype
from immunosep_tui.ward.starting import Plan, plan, sheet_of_plan


class StartScreen(RecordingScreen):
    """Both identifiers are typed again and every question is answered; nothing is answered for anybody."""

    SCOPE: ClassVar[str] = "start"
    SHEET: ClassVar[str] = "start"
    ASKS_PIN = True

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self._plan: Plan | Sentence
        self.compare()

    @property
    def protocol(self) -> Protocol:
        """The protocol by which a course is planned: that of the ward, whatever course was there before."""
        return self.desk.ward.protocols.ward

    def compare(self) -> None:
        """The plan as the record is now, where this workstation may plan."""
        self._sheet = sheet_of_plan(self.desk.ward.get(self.chart.key), self.chart)
        ward = self.desk.ward
        self._plan = ward.protocols.refusal() or plan(
            self._sheet, self.chart, ward.protocols.ward, self.desk.zone, self._answers(), ward.settings
        )

    def _questions(self) -> list[Field]:
        if not isinstance(self._plan, Plan):
            return []
        return [
            Field(question.id, _(question.label), choices=yes_no(_), hint=f"{_(question.text)} [{question.source}]")
            for question in self._plan.regimen.questions
        ]

    def _answers(self) -> dict[str, str]:
        chosen = {
            name: self._choice(name)
            for name in self._texts
            if name not in ("case", "identifier", LABORATORY, "reason", "pin")
        }
        named = {LABORATORY: self.text(LABORATORY)}
        return {name: value for name, value in {**chosen, **named}.items() if value}

    def _choice(self, name: str) -> str:
        choice = choice_of(Field(name, "", choices=yes_no(_)), self.text(name))
        return choice.value if choice else ""

    def about(self) -> str:
        """The plan: the decision that it rests on, the regimen, and when the first dose is due."""
        if not isinstance(self._plan, Plan):
            return ""
        rests_on = self._plan.body.decision if self._plan.decision is None else f"sample {self._plan.body.sample}"
        return f"{rests_on} {self._plan.body.regimen} {ms(self._plan.doses[0].due)}"

    def fields(self) -> list[Field]:
        """Whose it is, then every question, then why in spite of a doubt."""
        if not isinstance(self._plan, Plan):
            return []
        case = _("Type the case number from the patient's wristband.")
        second = _("Type the second identifier from the patient's wristband.")
        return [
            Field("case", _("Case, again"), hint=case, anew=True),
            Field("identifier", _("Second, again"), hint=second, anew=True),
            *self._questions(),
            *self._laboratory(),
            Field("reason", _("Reason"), hint=_("Why the course is started in spite of what is listed above.")),
        ]

    def _laboratory(self) -> list[Field]:
        if not to_confirm(self._sheet, self.protocol):
            return []
        hint = _("Who at the laboratory confirmed it: name and what was done.")
        return [Field(LABORATORY, _("Confirmed by"), hint=hint)]

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself."""
        if name in ("reason", LABORATORY):
            return self.judge_reason(text)
        wanted = {"case": self.chart.sheet.case, "identifier": self.chart.sheet.identifier}
        if not text or name not in wanted:
            return Verdict()
        if text == wanted[name]:
            return Verdict("ok")
        return Verdict("refused", message=_("It is not this patient's."))

    def what(self) -> list[Line]:
        """The regimen with its times, what speaks against it, then what all of it rests on."""
        found = self._plan
        if not isinstance(found, Plan):
            return [("title", _("START A COURSE")), ("warn", words(found)), ("dim", _("Nothing can be started yet."))]
        doses, zone, protocol = found.doses, self.desk.zone, self.protocol
        first, last = moment_text(doses[0].due, zone), moment_text(doses[-1].due, zone)
        times = _("First dose {first}, last {last}: {count} doses.").format(first=first, last=last, count=len(doses))
        answer = phenotype(self._sheet, protocol)
        lines: list[Line] = [
            ("title", _("START: {regimen}").format(regimen=regimen_text(found.regimen))),
            ("plain", times),
            ("plain", words(answer.reasons[0].text)),
        ]
        if found.decision is not None:
            lines.append(
                ("warn", _("The phenotype is decided anew from the signed values, and recorded with the course."))
            )
        lines += [("bad", f"!! {_(question.text)} {_('YES: it cannot be started.')}") for question in self._bars()]
        lines += [("bad", f"!! {words(bar)} {_('It cannot be started.')}") for bar in self._forbidden()]
        lines += [("bad", f"!! {words(doubted)}") for doubted in to_confirm(self._sheet, protocol)]
        lines += [("warn", f"! {words(doubt)}") for doubt in self._doubts()]
        lines.append(("dim", _("Protocol {id} version {version}.").format(id=protocol.id, version=protocol.version)))
        return lines + [("dim", f"{_(note.text)} [{note.source}]") for note in protocol.notes]

    def _bars(self) -> list[Question]:
        if not isinstance(self._plan, Plan):
            return []
        return [each for each in self._plan.regimen.questions if each.bars and self._choice(each.id) == "yes"]

    def _forbidden(self) -> tuple[Sentence, ...]:
        return bars(self._sheet, self.protocol, self.desk.zone, self.desk.now())

    def _doubts(self) -> tuple[Sentence, ...]:
        if not isinstance(self._plan, Plan):
            return ()
        desk = self.desk
        earlier, protocol = self.chart.courses, desk.ward.protocols.ward
        return doubts(self._sheet, self._plan, protocol, desk.zone, desk.now(), self._answers(), earlier)

    def has_nothing(self) -> bool:
        """Whether no course can start."""
        return not isinstance(self._plan, Plan)

    def wanted(self) -> str:
        """The first answer that is missing, refused or forbids the start."""
        for name, label in (("case", _("case number")), ("identifier", _("second identifier"))):
            if self.judge(name, self.text(name)).mark != "ok":
                return _("Type the {label} of this patient again.").format(label=label)
        for field in self._questions():
            if not self._choice(field.name):
                return _("Answer first: {label}. What is not known must be found out.").format(label=field.label)
        if bars := self._bars():
            return _("It cannot be started: {label}.").format(label=_(bars[0].label))
        if forbidden := self._forbidden():
            return _("It cannot be started: {label}.").format(label=words(forbidden[0]).rstrip("."))
        if self._laboratory() and self.judge(LABORATORY, self.text(LABORATORY)).mark != "ok":
            return _("The laboratory has to confirm it first: write who did.")
        if self._doubts() and self.judge_reason(self.text("reason")).mark != "ok":
            return _("Say why it is started in spite of what is listed above.")
        return ""

    def proposals(self) -> Sequence[Proposal]:
        """The course with its doses and checks."""
        self.compare()
        if not isinstance(self._plan, Plan):
            return ()
        return start_course(self.chart, self._plan.body, self.signature(self.text("reason")), self._plan.decision)

    def record_before(self) -> None:
        """Let the ward plan by this protocol from its first course on; nothing where it names another."""
        ward = self.desk.ward
        name_first_protocol(ward.store, ward.protocols, self.signature(""), despite_clock=self._commit.doubts_clock)
        ward.read_settings()

    def recorded(self) -> None:
        """The plan is no draft any more."""
        ward = self.desk.ward
        ward.put(ward.get(self.chart.key), self.author.initials)
