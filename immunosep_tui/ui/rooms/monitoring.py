"""The checklist of one treatment day: what is due, what was found, and what a limit asks for."""

from __future__ import annotations

from collections.abc import Sequence

from immunosep_tui.i18n import _, words
from immunosep_tui.record.bodies import Bleeding, Check
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.patient import parts
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.grades import WHO_BLEEDING, anemia_grade
from immunosep_tui.rules.monitoring import Finding
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import CheckItem
from immunosep_tui.rules.reason import N_, Sentence
from immunosep_tui.rules.text import show
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Choice, Field, Verdict
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.verdicts import quantity_verdict, refusal_text
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.times import clock_text, date_text, moment_text
from immunosep_tui.ward import checks
from immunosep_tui.ward.answers import LAST_DAY, first_dose, treatment_day, whole
from immunosep_tui.ward.bleeding import CRITERIA, GRADE
from immunosep_tui.ward.checks import due_items
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.reading import read
from immunosep_tui.ward.value_words import with_unit

LEVEL_WORDS = {
    "stop": N_("STOP AND CALL: the limits ask to hold the drug and to escalate."),
    "call": N_("CALL: the limits ask to call the physician."),
    "review": N_("REVIEW: the limits ask to look again."),
}
"""What each level of a limit asks for."""

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
        """The treatment day that is shown."""

    def _today(self) -> int:
        start = first_dose(self.patient, self.desk.zone)
        if start is None or isinstance(start, Refusal):
            return 1
        return max(1, min(LAST_DAY, treatment_day(start, self.desk.now())))

    @property
    def prefix(self) -> str:
        """Where the day's findings stand."""
        return f"monitoring.{self.day}"

    def go_to_day(self, step: int) -> None:
        """Show the checklist of the next or the previous treatment day."""
        self.day = max(1, min(LAST_DAY, self.day + step))
        self.reload()

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
            if item.frequency == "each_shift":
                hint = f"{_('One look after the other, parted by semicolons: 0; 1.')} {hint}"
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
            verdict = _count_verdict(text, item)
        if verdict.mark != "ok":
            return verdict
        finding = checks.finding(patient, item, self.day, self.desk.protocol)
        if finding is None or not (finding.met or finding.not_judged):
            return verdict
        said = finding_words(finding) if finding.met else " ".join(words(text) for text in finding.text)
        return Verdict("note", verdict.echo, " ".join(filter(None, (verdict.message, said, _grade(finding)))))

    def _looks(self, still: list[str]) -> list[Line]:
        """What is not entered yet, with its due time where a course runs."""
        now = self.desk.now()
        chart = self.desk.ward.chart(self.patient.key)
        due = {look.label: look for look in checks.looks(chart, now, self.desk.overdue_after())}
        found: list[Line] = []
        for item in self.items():
            label = _(item.label)
            if label not in still:
                continue
            look = due.get(item.label)
            found.append(("plain", f"[ ] {label}") if look is None else look_line(look, self.desk))
        return found

    def _open_limits(self) -> list[Line]:
        """What met a limit and is not acknowledged, whatever day is shown."""
        entries = checks.urgent(self.desk.ward.chart(self.patient.key))
        if not entries:
            return []
        key = key_name(command("acknowledge").keys[0])
        return [*urgent_lines(entries, self.desk), ("warn", _("{key} acknowledges.").format(key=key))]

    def lines(self) -> list[Line]:
        """How far the day's list is, what a limit asks for, and what is still open."""
        items = self.items()
        if not items:
            return [("warn", _("No checklist: the trial gave no drug to this phenotype, or it is not determined yet."))]
        title = _("Checklist, treatment day {day} of {last}").format(day=self.day, last=LAST_DAY)
        lines: list[Line] = [("title", title)]
        still: list[str] = []
        bodies = [entry.body for entry in checks.urgent(self.desk.ward.chart(self.patient.key))]
        said = {body.item for body in bodies if isinstance(body, Check) and body.day == self.day}
        for item in items:
            text = self.patient.text(f"{self.prefix}.{item.id}")
            finding = (
                checks.finding(self.patient, item, self.day, self.desk.protocol)
                if item.analyte or item.limits
                else None
            )
            if finding is not None and finding.met:
                lines += [] if item.id in said else [finding_line(finding)]
            elif text == "problem":
                lines.append(("warn", f"! {_(item.label)}: {_('problem')}"))
            elif not text or (finding is None and (item.analyte or item.limits)):
                still.append(_(item.label))
        lines = [lines[0], *self._open_limits(), *lines[1:]]
        done = len(items) - len(still)
        lines.append(("plain", _("{done} of {count} entered.").format(done=done, count=len(items))))
        lines += self._looks(still)
        lines.append(("dim", _("Frequencies are general knowledge: the trial's own schedule was not found.")))
        lines.append(
            ("dim", _("Due hours are a local convention. A recorded value is corrected by typing another one."))
        )
        return lines


def look_line(look: checks.Look, desk: Desk) -> Line:
    """A line of the checklist that is to be looked at, with its time."""
    when = f"{date_text(look.due, desk.zone)} {clock_text(look.due, desk.zone)}"
    if look.late:
        return ("bad", _("[ ] {label}: [OVERDUE] since {when}").format(label=_(look.label), when=when))
    text = _("[ ] {label}: due {when}, {until}")
    return ("plain", text.format(label=_(look.label), when=when, until=desk.until(look.due)))


def urgent_lines(entries: Sequence[Entry], desk: Desk) -> list[Line]:
    """What entries say that met a limit: the value, since when, by whom."""
    lines: list[Line] = []
    for entry in entries:
        body = entry.body
        since = moment_text(moment(entry.at), desk.zone)
        by = _("{when}, {author}").format(when=since, author=show(entry.author))
        if isinstance(body, Check):
            item = next((item for item in desk.protocol.checklist if item.id == body.item), None)
            actions = [limit.action for limit in item.limits if limit.level == body.level] if item else []
            value = with_unit(item.analyte if item else "", show(body.text))
            text = _("{label} {value}, day {day}").format(label=_(body.label), value=value, day=body.day)
            lines.append(("bad", f"!! {text} ({by})"))
            lines += [("warn", f"   {_(action)}") for action in dict.fromkeys(actions)]
        elif isinstance(body, Bleeding):
            text = _("Bleeding, WHO grade {grade}: {text}").format(grade=body.grade, text=show(body.text))
            lines.append(("bad", f"!! {text} ({by})"))
            lines.append(("warn", f"   {_(LEVEL_WORDS[body.level])}"))
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


def _count_verdict(text: str, item: CheckItem) -> Verdict:
    """Each look a whole number; a grade of the WHO scale with its words."""
    if not text:
        return Verdict()
    for part in parts(text):
        number = whole(part, item.highest)
        if isinstance(number, Refusal):
            return Verdict("refused", message=refusal_text(number))
    worst = checks.worst(text)
    is_scale = item.id.endswith(GRADE) and not item.id.endswith(CRITERIA)
    return Verdict("ok", message=_(WHO_BLEEDING[worst].description) if is_scale and worst is not None else "")
