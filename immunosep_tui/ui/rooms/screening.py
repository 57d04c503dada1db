"""The trial's published criteria, one by one: met, not met or not known, and how much of the 72 hours is left."""

from __future__ import annotations

from datetime import timedelta

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.eligibility import Criterion
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.units import plain
from immunosep_tui.ui.form import Choice, Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.verdicts import quantity_verdict, refusal_text, yes_no
from immunosep_tui.ui.times import moment_text, span_text
from immunosep_tui.ward import screening
from immunosep_tui.ward.answers import day_total, whole
from immunosep_tui.ward.reading import read

SIGNS = {True: ("good", N_("[MET]")), False: ("bad", N_("[NOT MET]")), None: ("warn", N_("[NOT KNOWN]"))}
"""How each state of a criterion is written, so that it is read without colour."""

HIGHEST_SOFA = 24


class ScreeningRoom(Room):
    """Nothing is answered for anybody: an empty row is not known."""

    SHAPE = "-even"
    time_fields = ("sepsis_at",)

    @property
    def prefix(self) -> str:
        """Where the answers stand."""
        return "screening"

    def fields(self) -> list[Field]:
        """One row a fact, in the order of the registry."""
        rule = self.protocol.eligibility
        listed = screening.choices(self.protocol)
        statements = {each.id: each for each in rule.statements}
        asked = {
            each.id: Field(each.id, _(each.label), choices=yes_no(_), hint=f"{_(each.claim)}. [{each.source}]")
            for each in statements.values()
        }
        when = _("When the criteria of Sepsis-3 were met. 2026-03-14 08:00; Ctrl+N writes the present minute.")
        return [
            Field("age", _("Age"), _("years")),
            *[asked[each.id] for each in statements.values() if each.wanted],
            Field("infection", _("Infection"), choices=_numbered(listed["infection"])),
            Field("organism", _("Organism"), choices=_numbered(listed["organism"]), hint=self._organism_hint()),
            Field("in_hospital", _("In hospital"), choices=yes_no(_), hint=_(_IN_HOSPITAL)),
            Field("sofa_admission", _("SOFA, admission"), _("points"), hint=_("Total at admission, for the rise.")),
            Field("sepsis_at", _("Sepsis at"), hint=when),
            *[asked[each.id] for each in statements.values() if not each.wanted],
            Field("neutrophils", _("Neutrophils"), ANALYTES["anc"].canonical.name),
        ]

    @staticmethod
    def _organism_hint() -> str:
        return _("Counts only in primary bacteremia.")

    def judge(self, name: str, text: str) -> Verdict:
        """By the number gate, the limits of the protocol and the clock; choices are judged by the form."""
        if not text:
            return Verdict()
        patient = self.patient.typed(f"screening.{name}", text)
        found: object = None
        if name == "neutrophils":
            return quantity_verdict(read(patient, "screening.neutrophils", "anc", self.protocol))
        if name == "age":
            found = screening.age_in_years(text)
        elif name == "sofa_admission":
            found = whole(text, HIGHEST_SOFA)
        elif name == "sepsis_at":
            found = screening.sepsis_time(patient, self.desk.zone, self.desk.now())
        if isinstance(found, Refusal):
            return Verdict("refused", message=refusal_text(found))
        return Verdict("ok") if found is not None else Verdict()

    def lines(self) -> list[Line]:
        """The first open point, the clock, each criterion, and what is not public."""
        desk = self.desk
        judged = screening.judged(self.patient, self.protocol, desk.zone, desk.now())
        lines: list[Line] = [*_verdict(judged), *self._clock(), *self._sofa()]
        for criterion in judged:
            part, sign = SIGNS[criterion.met]
            lines.append((part, f"{_(sign)} {words(criterion.text)} [{criterion.source}]"))  # type: ignore[arg-type]
        for note in self.protocol.eligibility.to_confirm:
            lines.append(("warn", f"{_('[CONFIRM AGAINST THE PROTOCOL]')} {_(note.text)} [{note.source}]"))
        return lines

    def _clock(self) -> list[Line]:
        """Hours gone and hours left from the classification of sepsis to the first dose."""
        desk = self.desk
        found = screening.clock(self.patient, self.protocol, desk.zone, desk.now())
        limit = plain(self.protocol.eligibility.hours_below.value)
        if found is None:
            return [("warn", _("{limit}-hour clock: the time of sepsis is not known.").format(limit=limit))]
        left = found.limit - found.ends
        facts = {
            "limit": limit,
            "until": moment_text(found.limit, desk.zone),
            "gone": span_text(abs(found.ends - found.began)),
            "left": span_text(abs(left)),
        }
        if left <= timedelta(0):
            text = _("{limit}-hour clock: PASSED at {until}; {gone} gone.")
            return [("bad", text.format(**facts))]
        text = _("{limit}-hour clock: {gone} gone, {left} left, until {until}.")
        if found.is_planned:
            text = _("{limit}-hour clock: first dose {gone} after sepsis, {left} before the limit, {until}.")
        return [("good", text.format(**facts))]

    def _sofa(self) -> list[Line]:
        """What the rule on SOFA is judged by."""
        total = day_total(self.patient, 1, self.protocol)
        if isinstance(total, int):
            return [("dim", _("SOFA of day 1 is {total} (F4).").format(total=total))]
        return [("dim", _("SOFA of day 1 is not complete: F4."))]


_IN_HOSPITAL = N_("No: the total at presentation counts. Yes: the rise over the total at admission counts.")


def _numbered(values: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(str(number), value, _(value)) for number, value in enumerate(values, start=1))


def _verdict(judged: tuple[Criterion, ...]) -> list[Line]:
    """The first point that speaks against the patient, else the first open one; never that a patient is eligible."""
    for met, text in ((False, _("NOT TAKEN by the trial: {why}")), (None, _("OPEN: {why}"))):
        first = next((criterion for criterion in judged if criterion.met is met), None)
        if first is not None:
            further = sum(criterion.met is met for criterion in judged) - 1
            said = text.format(why=words(first.text))
            more = " " + _("Further: {count}.").format(count=further) if further else ""
            return [("bad" if met is False else "warn", said + more)]
    return [("good", _("No published criterion speaks against it. The list of exclusions is not public as a whole."))]
