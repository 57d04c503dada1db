"""The checklist of one treatment day: what is due, what was found, and what a limit asks for."""

from __future__ import annotations

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.grades import anemia_grade
from immunosep_tui.rules.monitoring import Finding
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import CheckItem
from immunosep_tui.rules.reason import N_, Sentence
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Choice, Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.verdicts import quantity_verdict, refusal_text
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ward import checks
from immunosep_tui.ward.answers import LAST_DAY, first_dose, treatment_day, whole
from immunosep_tui.ward.checks import due_items
from immunosep_tui.ward.reading import read

FREQUENCY_WORDS = {
    "daily": N_("daily"),
    "each_shift": N_("each shift"),
    "before_each_dose": N_("before each dose"),
    "every_n_days": N_("every {n} days"),
    "on_days": N_("on set days"),
}


class MonitoringRoom(Room):
    """Hemoglobin first on anakinra, bleeding first on interferon gamma-1b."""

    SHAPE = "-wide-form"

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        super().__init__(desk, sheet)
        self.day = self._today()

    def _today(self) -> int:
        start = first_dose(self.patient, self.desk.zone)
        if start is None or isinstance(start, Refusal):
            return 1
        return max(1, min(LAST_DAY, treatment_day(start, self.desk.now())))

    @property
    def prefix(self) -> str:
        """Where the day's findings stand."""
        return f"monitoring.{self.day}"

    async def go_to_day(self, step: int) -> None:
        """Show the checklist of the next or the previous treatment day."""
        self.day = max(1, min(LAST_DAY, self.day + step))
        await self.reload()

    def items(self) -> tuple[CheckItem, ...]:
        """What is due on the day."""
        return due_items(self.patient, self.day, self.desk.protocol, self.desk.zone)

    def fields(self) -> list[Field]:
        """One row an item, first things first."""
        done = (Choice("y", "done", _("done")), Choice("n", "problem", _("problem")))
        rows = []
        for item in self.items():
            frequency = _(FREQUENCY_WORDS[item.frequency]).format(n=item.every)
            hint = _("Due {frequency} ({source}).").format(frequency=frequency, source=item.source)
            hint = f"{_(item.detail)} {hint}" if item.detail else hint
            if item.analyte:
                rows.append(Field(item.id, _(item.label), ANALYTES[item.analyte].canonical.name, hint=hint))
            elif item.limits:
                rows.append(Field(item.id, _(item.label), _("number"), hint=hint))
            else:
                rows.append(Field(item.id, _(item.label), choices=done, hint=hint))
        return rows

    def judge(self, name: str, text: str) -> Verdict:
        """The gate, then the limits of the item; a limit that is met is said at once."""
        item = next(item for item in self.items() if item.id == name)
        if not item.analyte and not item.limits:
            return Verdict()
        key = f"{self.prefix}.{name}"
        patient = self.patient.typed(key, text)
        if item.analyte:
            verdict = quantity_verdict(read(patient, key, item.analyte, self.desk.protocol))
        else:
            verdict = _count_verdict(text, item.highest)
        if verdict.mark != "ok":
            return verdict
        finding = checks.finding(patient, item, self.day, self.desk.protocol)
        if finding is None or not (finding.met or finding.not_judged):
            return verdict
        said = finding_words(finding) if finding.met else " ".join(words(text) for text in finding.text)
        return Verdict("note", verdict.echo, f"{said} {_grade(finding)}".rstrip())

    def lines(self) -> list[Line]:
        """How far the day's list is, what a limit asks for, and what is still open."""
        items = self.items()
        if not items:
            return [("warn", _("No checklist: the trial gave no drug to this phenotype, or it is not determined yet."))]
        title = _("Checklist, treatment day {day} of {last}").format(day=self.day, last=LAST_DAY)
        lines: list[Line] = [("title", title)]
        still: list[str] = []
        for item in items:
            text = self.patient.text(f"{self.prefix}.{item.id}")
            finding = (
                checks.finding(self.patient, item, self.day, self.desk.protocol)
                if item.analyte or item.limits
                else None
            )
            if finding is not None and finding.met:
                lines.append(finding_line(finding))
            elif text == "problem":
                lines.append(("warn", f"! {_(item.label)}: {_('problem')}"))
            elif not text or (finding is None and (item.analyte or item.limits)):
                still.append(_(item.label))
        done = len(items) - len(still)
        lines.append(("plain", _("{done} of {count} entered.").format(done=done, count=len(items))))
        lines += [("plain", f"[ ] {label}") for label in still]
        lines.append(("dim", _("Frequencies are general knowledge: the trial's own schedule was not found.")))
        return lines


def _grade(finding: Finding) -> str:
    """The numeric grade of anemia, where hemoglobin alone gives it."""
    grade = anemia_grade(finding.value, None) if finding.value and finding.item.analyte == "hemoglobin" else None
    return "" if grade is None else _("CTCAE version 5: anemia grade {grade} by the number.").format(grade=grade)


def finding_line(finding: Finding) -> Line:
    """The most urgent limit that a value meets, and what it asks for."""
    return ("warn" if finding.met[0].level == "review" else "bad", f"!! {finding_words(finding)}")


def finding_words(finding: Finding) -> str:
    """What the most urgent limit says and asks for, without its source; how many further limits are met."""
    facts = dict(finding.text[0].facts)
    said = " ".join(words(part) if isinstance(part, Sentence) else part for part in (facts["finding"], facts["action"]))
    further = len(finding.met) - 1
    return said + (" " + _("Further limits met: {count}.").format(count=further) if further else "")


def _count_verdict(text: str, highest: int | None) -> Verdict:
    if not text:
        return Verdict()
    number = whole(text, highest)
    return Verdict("refused", message=refusal_text(number)) if isinstance(number, Refusal) else Verdict("ok")
