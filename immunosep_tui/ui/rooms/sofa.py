"""SOFA of one day: raw values, or the points of each organ straight in."""

from __future__ import annotations

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import DO, SOFA
from immunosep_tui.record.days import Days
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.sofa import sofa_2
from immunosep_tui.rules.sofa.agents import CATECHOLAMINES, OTHER_AGENTS
from immunosep_tui.rules.sofa.day import ORGANS, Score
from immunosep_tui.rules.text import show
from immunosep_tui.ui.answer_lines import score_lines, total_line
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Choice, Field, Form, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.verdicts import choices_verdict, quantity_verdict, refusal_text, words_verdict, yes_no
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ward.answers import LAST_DAY, NOTES, organ_points, sofa_day
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.reading import read
from immunosep_tui.ward.samples import phenotype
from immunosep_tui.ward.value_words import ORGAN_LABELS

SUPPORT = (
    ("0", "none", N_("none")),
    ("1", "hfnc", N_("HFNC")),
    ("2", "niv", N_("NIV")),
    ("3", "cpap", N_("CPAP")),
    ("4", "invasive", N_("invasive")),
    ("5", "ecmo", N_("ECMO")),
)
SHORT_LABELS = {"map": N_("MAP"), "gcs": N_("GCS"), "urine": N_("Urine")}
"""Labels of fields whose full name is too long for a row."""

_GAS_HINT = N_("Several gases of the day: 68; 120, paired in order with FiO2 and support.")
_RATE_HINT = N_("mcg/kg/min; or 10 mL/h or 8 mcg/min with weight and concentration below. Empty is not running.")
_SALT_HINT = N_("Dose of the base. At least 1 hour; a shorter run: give its minutes below.")


class SofaRoom(Room):
    """The eleven values of an ordinary day come first; what is needed now and then follows."""

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        super().__init__(desk, sheet)
        self.day = self._due_day()
        """The day that is shown: the one that is due, else today's."""
        self.by_points = False

    @property
    def _days(self) -> Days:
        return self.desk.ward.readings(self.patient).days

    @property
    def _last(self) -> int:
        """The last day that has a page: that of the course, and no earlier one than the response looks at."""
        course = self.desk.ward.standing(self.patient).course
        return max(LAST_DAY, course.days if course is not None else 0)

    def _due_day(self) -> int:
        """Yesterday where its SOFA is missing, else today; SOFA days are days of the calendar."""
        due = [item.n for item in self.desk.ward.attention(self.patient).of(DO) if item.code == SOFA]
        today = self._days.calendar_day(ms(self.desk.now()))
        return max(1, min(self._last, due[0] if due else today))

    def copy_before(self) -> str:
        """Type the active field's text of the day before; what was done, in words."""
        form = self.query_one(Form)
        field = next(field for field in form.fields if field.name == form.active)
        text = self.patient.text(f"sofa.{self.day - 1}.{form.active}")
        if not text:
            return _("{label}: nothing was entered on the day before.").format(label=field.label)
        form.type_text(text)
        copied = _("{label}: {text} copied from day {day}. Only this field; check that it still holds.")
        return copied.format(label=field.label, text=show(text), day=self.day - 1)

    @property
    def prefix(self) -> str:
        """Where the day's values stand."""
        return f"sofa.{self.day}"

    def go_to_day(self, step: int) -> None:
        """Show the next or the previous day of the series."""
        self.day = max(1, min(self._last, self.day + step))
        self.reload()

    def switch_entry(self) -> None:
        """Change between raw values and points."""
        self.by_points = not self.by_points
        self.reload()

    def fields(self) -> list[Field]:
        """Raw values by organ, or one row an organ for points."""
        if self.by_points:
            hint = _("0 to 4 points, straight in; they stand for the organ instead of its raw values.")
            return [Field(f"points_{organ}", _(ORGAN_LABELS[organ]), _("points"), hint=hint) for organ in ORGANS]
        return [*self._ordinary(), *self._now_and_then()]

    def _ordinary(self) -> list[Field]:
        support = tuple(Choice(key, value, _(label)) for key, value, label in SUPPORT)
        return [
            self._field("pao2", _(_GAS_HINT), heading=_("Day {day}: ordinary values").format(day=self.day)),
            self._field("fio2", _("As a fraction, 0.4, or with a percent sign, 40%. Room air is 0.21."), unit="0.21-1"),
            Field("support", _("Support"), choices=support, hint=_("Respiratory support on that gas.")),
            self._field("platelets"),
            self._field("bilirubin", _("mg/dL, or write 33 umol/L: each unit is scored in its own printed column.")),
            self._field("map"),
            self._field("norepinephrine", _(_RATE_HINT)),
            self._field(
                "gcs", _("3 to 15; under sedation say so below and give the last score before it."), unit="3-15"
            ),
            Field("sedated", _("Sedated"), choices=yes_no(_)),
            self._field("creatinine", _("mg/dL, or write 171 umol/L: each unit is scored in its own column.")),
            self._field("urine", _("Total of 24 hours.")),
        ]

    def _now_and_then(self) -> list[Field]:
        others = tuple(Choice(agent[:2], agent, agent.replace("_", " ")) for agent in OTHER_AGENTS[1:])
        rows = [
            self._field(
                "spo2", _("Used only where there is no PaO2, as a labelled surrogate, up to 98 %."), _("If needed")
            ),
            self._field("epinephrine", _(_RATE_HINT)),
            self._field("dopamine", _(_RATE_HINT)),
            self._field("dobutamine", _(_RATE_HINT)),
            self._field("vasopressin", _("Not in the 1996 table: noted, no points.")),
            Field("other_agents", _("Other vasoactive"), choices=others, hint=_("Not in the 1996 table: no points.")),
            self._field("weight"),
        ]
        for agent in CATECHOLAMINES:
            name = _(ANALYTES[agent].label)
            label = _("{drug}, in pump").format(drug=name)
            rows.append(Field(f"{agent}_concentration", label, "mcg/mL", hint=_("For a rate in mL/h.")))
            label = _("{drug}, ran").format(drug=name)
            rows.append(Field(f"{agent}_minutes", label, "min", hint=_(_SALT_HINT)))
        return [
            *rows,
            Field("gcs_before_sedation", _("GCS before sedation"), "3-15", hint=_("The last one before sedation.")),
            Field("urine_hours", _("Urine over"), "h", hint=_("If fewer than 24 hours: not extrapolated.")),
            Field("renal_replacement", _("Renal replacement"), choices=yes_no(_)),
            Field("renal_note", _("About it"), hint=_("In words: mode, since when. It scores nothing.")),
            Field("sedation_note", _("About sedation"), hint=_("In words: drug, target, pauses. It scores nothing.")),
        ]

    @staticmethod
    def _field(name: str, hint: str = "", heading: str = "", unit: str = "") -> Field:
        analyte = ANALYTES[name]
        return Field(
            name, _(SHORT_LABELS.get(name, analyte.label)), unit or analyte.canonical.name, heading=heading, hint=hint
        )

    def judge(self, name: str, text: str) -> Verdict:
        """By the number gate, the limits of the protocol, or the list of choices; nothing of a day that lies ahead."""
        if text and (ahead := self.not_come(self.day)):
            return Verdict("refused", message=ahead)
        if name.startswith("points_"):
            value = organ_points(text)
            return _points_verdict(text, value)
        if name in NOTES:
            return words_verdict(text)
        analyte = _analyte(name)
        if analyte is None:
            field = next(field for field in self.fields() if field.name == name)
            return choices_verdict(field, text) or Verdict()
        key = f"{self.prefix}.{name}"
        return quantity_verdict(read(self.patient.typed(key, text), key, analyte, self.protocol))

    def _completeness(self, score: Score) -> list[Line]:
        """How far the day is, and which organs nothing is known of; several values of a day count as their worst."""
        missing = [component.organ for component in score.components if component.points is None]
        if not missing:
            return [("good", _("All six organs are scored; of several values the worst counts."))]
        names = ", ".join(_(ORGAN_LABELS[organ]) for organ in missing)
        return [
            (
                "warn",
                _("{n} of 6 organs scored. Missing, never taken as 0: {names}.").format(
                    n=6 - len(missing), names=names
                ),
            )
        ]

    def lines(self) -> list[Line]:
        """The score with its bases, then what it means for the phenotype, then SOFA-2 for comparison."""
        found = sofa_day(self.patient, self.day, self.protocol)
        answer = phenotype(self.patient, self.protocol)
        second = sofa_2.score(found.reading.day)
        lines: list[Line] = [("title", _("SOFA 1996 (trial version), day {day}").format(day=self.day))]
        lines += self._completeness(found.score)
        lines += score_lines(found.score, len(found.reading.refusals), len(found.unconfirmed))
        if second.total is not None:
            _part, text = total_line(second)
            lines.append(("dim", _("SOFA-2, for comparison only: {text}.").format(text=text)))
        lines.append(("dim", _("Phenotype: {name}.").format(name=answer.phenotype.upper())))
        return lines


def _points_verdict(text: str, value: int | Refusal) -> Verdict:
    if not text:
        return Verdict()
    if isinstance(value, Refusal):
        return Verdict("refused", message=refusal_text(value))
    return Verdict("ok")


def _analyte(name: str) -> str | None:
    """The analyte that a field's text is read as; None for a choice."""
    for suffix, analyte in (("_concentration", "concentration"), ("_minutes", "minutes")):
        if name.endswith(suffix):
            return analyte
    if name == "gcs_before_sedation":
        return "gcs"
    return name if name in ANALYTES else None
