"""Breaking the code of a blinded course: with a reason, by a doctor, for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import CodeBroken
from immunosep_tui.rules.text import show
from immunosep_tui.store.sealed_list import SealedList, open_envelope, open_list
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.pharmacy import PharmacyScreen
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.sealed import SealedScreen
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.allocation import break_code, contents_text, number_of, prepared, state_of
from immunosep_tui.ward.instants import moment


class CodeBreakScreen(SealedScreen):
    """Records what was given; the record says from then on that the code is broken."""

    SHEET: ClassVar[str] = "code-break"
    ROLE: ClassVar[str] = "doctor"
    ASKS_PIN = True

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self._arm = ""

    @property
    def is_open(self) -> bool:
        """Whether it is known what was given."""
        return bool(self._arm)

    def role_refusal(self) -> str:
        """Who may do it."""
        return _("Only a pharmacist sees what study drug holds, and only a doctor can break the code.")

    def try_secret(self, sealed: SealedList, secret: str) -> bool:
        """By the emergency code of this number, or by the pharmacist's passphrase."""
        number = self._number
        arm = open_envelope(sealed, number, secret)
        if arm is None:
            arm = (open_list(sealed, secret) or {}).get(number)
        self._arm = arm or ""
        return arm is not None

    @property
    def _number(self) -> str:
        return number_of(self.chart, self.course) if self.course is not None else ""

    def fields(self) -> list[Field]:
        """Why, and what opens the list."""
        if self.refusal() or self.chart.code_break is not None or not self._number:
            return []
        hint = _("The code from the envelope of this number, or the pharmacist types the passphrase.")
        why = Field("reason", _("Reason"), hint=_("Why the treatment of this patient must be known now."))
        return [why, *self.secret_field(_("Emergency code"), hint)]

    def judge(self, name: str, text: str) -> Verdict:
        """The reason in printable words."""
        return self.judge_reason(text) if name == "reason" else Verdict()

    def wanted_first(self) -> str:
        """The reason, before anything is opened."""
        return "" if self.judge("reason", self.text("reason")).mark == "ok" else _("Say why first.")

    def wanted(self) -> str:
        """The reason, as long as nothing is recorded."""
        if self.is_open and not self.proposals():
            return _("The values that the course rests on give no regimen: ask the pharmacist.")
        return self.wanted_first() or super().wanted()

    def has_nothing(self) -> bool:
        """Whether it cannot be done, or was done."""
        return bool(self.refusal()) or self.chart.code_break is not None or not self._number

    def what(self) -> list[Line]:
        """What it means; once it is done, what was given."""
        lines = self.head(_("BREAK THE CODE"))
        if self.refusal():
            return lines
        broken = self.chart.code_break
        if broken is not None and isinstance(broken.body, CodeBroken):
            when = moment_text(moment(broken.at), self.desk.zone)
            told = _("CODE BROKEN {when} by {author}: {reason}")
            said = told.format(when=when, author=show(broken.author), reason=show(broken.reason))
            return [*lines, ("bad", said), ("title", show(broken.body.contents))]
        if not self._number:
            return [*lines, ("warn", _("The course has no number yet: nothing was prepared for it."))]
        lines += [
            ("plain", _("Number {number}").format(number=show(self._number))),
            ("warn", _("It is recorded with your name and reason. It cannot be taken back or hidden.")),
            ("plain", _("Only where the patient's care depends on what was given. Study drug can be held without it.")),
        ]
        return [*lines, ("bad", _("The list is open. Enter breaks the code."))] if self.is_open else lines

    def proposals(self) -> Sequence[Proposal]:
        """What was given."""
        course, protocol = self.course, self.unblinded
        regimen = None if course is None or protocol is None else state_of(self.chart, course, protocol).regimen
        if regimen is None or protocol is None:
            return []
        contents = contents_text(self._arm, prepared(protocol, regimen, self._arm))
        return [break_code(self.chart, contents, self.signature(self.text("reason")))]


def study_drug_screen(desk: Desk, author: Author, chart: Chart, key: str) -> RecordingScreen:
    """The screen that is for whoever signs: pharmacists prepare, doctors break the code, others are told so."""
    kind = PharmacyScreen if author.role == PharmacyScreen.ROLE else CodeBreakScreen
    return kind(desk, author, chart, key)
