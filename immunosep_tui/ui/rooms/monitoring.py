"""The checklist of one treatment day: what is due, what was found, and what a limit asks for."""

from __future__ import annotations

from immunosep_tui.i18n import _, words
from immunosep_tui.record.attention import LOOK
from immunosep_tui.record.days import Days
from immunosep_tui.record.looks import cell_readings
from immunosep_tui.record.observations import BLEEDING, PROBLEM, Observation, fact_of
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.grades import WHO_BLEEDING, anemia_grade
from immunosep_tui.rules.monitoring import Finding
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import CheckItem
from immunosep_tui.rules.reason import N_, Sentence
from immunosep_tui.rules.text import show
from immunosep_tui.ui.attention_words import item_lines, to_do_lines
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Choice, Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.verdicts import quantity_verdict, refusal_text
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.times import clock_text, date_text
from immunosep_tui.ward import checks
from immunosep_tui.ward.answers import LAST_DAY
from immunosep_tui.ward.checks import due_items, other_items
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.reading import read, time_of_reading, whole

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

    @property
    def _days(self) -> Days:
        """The days of the patient: checks go by the calendar."""
        return self.desk.ward.readings(self.patient).days

    def _today(self) -> int:
        return max(1, self._days.calendar_day(ms(self.desk.now())))

    @property
    def _last(self) -> int:
        """The last day that has a page: that of the course, later today."""
        course = self.desk.ward.standing(self.patient).course
        return max(course.days if course is not None else LAST_DAY, self._today())

    @property
    def prefix(self) -> str:
        """Where the day's findings stand."""
        return f"monitoring.{self.day}"

    def go_to_day(self, step: int) -> None:
        """Show the checklist of the next or the previous calendar day."""
        self.day = max(1, min(self._last, self.day + step))
        self.reload()

    def items(self) -> tuple[CheckItem, ...]:
        """What is asked for on the day."""
        return due_items(self.patient, self.day, self.protocol, self.desk.zone, self._days)

    def _others(self) -> tuple[CheckItem, ...]:
        """What can be entered although it is not asked for on the day."""
        return other_items(self.patient, self.items(), self.protocol)

    def fields(self) -> list[Field]:
        """One row an item, first things first."""
        done = (Choice("y", "done", _("done")), Choice("n", "problem", _("problem")))
        rows = []
        due, others = self.items(), self._others()
        for item in (*due, *others):
            heading = _("Not asked for on this day") if others and item is others[0] else ""
            frequency = _(FREQUENCY_WORDS[item.frequency]).format(n=item.every)
            hint = _("Due {frequency} ({source}).").format(frequency=frequency, source=item.source)
            if item.frequency == "each_shift":
                hint = f"{_('One look after the other, parted by semicolons: 0; 1.')} {hint}"
            hint = f"{_(item.detail)} {hint}" if item.detail else hint
            if item.analyte:
                hint = f"{_('A time behind it where known, further values behind a semicolon: 8.9 06:00; 8.4.')} {hint}"
                unit = ANALYTES[item.analyte].canonical.name
                rows.append(Field(item.id, _(item.label), unit, hint=hint, heading=heading))
            elif item.limits:
                rows.append(Field(item.id, _(item.label), _("number"), hint=hint))
            else:
                rows.append(Field(item.id, _(item.label), choices=done, hint=hint))
        return rows

    def judge(self, name: str, text: str) -> Verdict:
        """The gate, then the limits of the item; a limit that is met is said at once, whatever else is asked."""
        item = next(item for item in (*self.items(), *self._others()) if item.id == name)
        if text and (refused := self._refused_time(text)):
            return Verdict("refused", message=refused)
        if not item.analyte and not item.limits:
            return Verdict()
        key = f"{self.prefix}.{name}"
        patient = self.patient.typed(key, text)
        if item.analyte:
            verdict = quantity_verdict(read(patient, key, item.analyte, self.protocol, bounds=True))
        else:
            verdict = _count_verdict(text, item)
        if verdict.mark == "refused" or not text:
            return verdict
        finding = self.desk.ward.readings(patient).finding(item, key)
        if finding is None:
            return verdict
        if not item.limits:
            return Verdict(verdict.mark, verdict.echo, " ".join(filter(None, (verdict.message, _("No limit is set.")))))
        if not (finding.met or finding.possible or finding.not_judged):
            return verdict
        told = finding_words(finding) if finding.met or finding.possible else _unjudged_words(finding)
        is_met = bool(finding.met or finding.possible)
        mark = ("note" if is_met else "open") if verdict.mark == "ok" else verdict.mark
        return Verdict(mark, verdict.echo, " ".join(filter(None, (told, verdict.message, _grade(finding)))))

    def _refused_time(self, text: str) -> str:
        """Why nothing can be typed on this day or at this time; empty where it can."""
        now = self.desk.now()
        if ahead := self.not_come(self.day):
            return ahead
        for each in cell_readings(text):
            found = time_of_reading(each.time, self.day, self._days, now) if each.time else None
            if isinstance(found, Refusal):
                return refusal_text(found)
        return ""

    def _elsewhere(self, item: CheckItem) -> list[Observation]:
        """Readings of the day that were typed in another room."""
        begins, ends = self._days.span(self.day)
        listed = self.desk.ward.readings(self.patient).found.get(fact_of(item), ())
        return [
            each
            for each in listed
            if not each.place.startswith("monitoring.")
            and each.earliest is not None
            and begins <= each.earliest
            and each.latest < ends
        ]

    def lines(self) -> list[Line]:
        """How far the day's list is, what a limit asks for, what was typed elsewhere, and what is still open."""
        items = self.items()
        if not items:
            return [("warn", _("No checklist: the trial gave no drug to this phenotype, or it is not determined yet."))]
        begins = date_text(moment(self._days.span(self.day)[0]), self.desk.zone)
        title = _("Checklist, day {day} of {last}, {date}").format(day=self.day, last=self._last, date=begins)
        lines: list[Line] = [("title", title), *self._clocks(), *self._looks_again()]
        still: list[str] = []
        for item in items:
            text = self.patient.text(f"{self.prefix}.{item.id}")
            elsewhere = self._elsewhere(item)
            lines += [("plain", self._from_words(item, each)) for each in elsewhere]
            if text == PROBLEM:
                lines.append(("warn", f"! {_(item.label)}: {_('problem')}"))
            elif not text and not elsewhere:
                still.append(_(item.label))
        done = len(items) - len(still)
        lines.append(("plain", _("{done} of {count} entered.").format(done=done, count=len(items))))
        lines += to_do_lines(self.desk.ward.attention(self.patient), self.desk.zone, self.desk.now())
        lines.append(("dim", _("Frequencies are general knowledge: the trial's own schedule was not found.")))
        lines.append(
            ("dim", _("Due hours are a local convention. A recorded value is corrected by typing another one."))
        )
        return lines

    def _clocks(self) -> list[Line]:
        """The treatment day beside the calendar day, where they differ now."""
        days = self._days
        if not days.is_given or self.day != self._today():
            return []
        treatment = days.treatment_day(ms(self.desk.now()))
        if treatment == self.day:
            return []
        return [("dim", _("Treatment day {day}: 24 hours each from the first dose.").format(day=treatment))]

    def _looks_again(self) -> list[Line]:
        """What is to be looked at; STOP and CALL stand above the room."""
        found = self.desk.ward.attention(self.patient).of(LOOK)
        return [line for item in found for line in item_lines(item, self.desk.zone, self.desk.now())]

    def _from_words(self, item: CheckItem, each: Observation) -> str:
        room = {"sofa": _("SOFA"), "labs": _("Labs"), "sample": _("Labs"), "entry": _("Bleeding")}
        origin = room.get(each.place.partition(".")[0], _("Screening"))
        when = f" {clock_text(moment(each.latest), self.desk.zone)}" if each.is_timed else ""
        value = str(each.value) if each.value.analyte else show(each.text)
        return _("{label} {value} (from {origin}{when})").format(
            label=_(item.label), value=value, origin=origin, when=when
        )


def _unjudged_words(finding: Finding) -> str:
    """That a limit cannot be judged: said, and never taken for good."""
    return " ".join(words(text) for text in finding.text)


def _grade(finding: Finding) -> str:
    """The numeric grade of anemia, where hemoglobin alone gives it."""
    grade = anemia_grade(finding.value, None) if finding.value and finding.item.analyte == "hemoglobin" else None
    return "" if grade is None else _("CTCAE version 5: anemia grade {grade} by the number.").format(grade=grade)


def finding_words(finding: Finding) -> str:
    """What the most urgent limit says and asks for, without its source; how many further limits are met."""
    facts = dict(finding.text[0].facts)
    said = " ".join(words(part) if isinstance(part, Sentence) else part for part in (facts["finding"], facts["action"]))
    further = len(finding.met) + len(finding.possible) - 1
    return said + (" " + _("Further limits met: {count}.").format(count=further) if further else "")


def _count_verdict(text: str, item: CheckItem) -> Verdict:
    """Each look a whole number; a grade of the WHO scale with its words."""
    if not text:
        return Verdict()
    for each in cell_readings(text):
        number = whole(each.text, item.highest)
        if isinstance(number, Refusal):
            return Verdict("refused", message=refusal_text(number))
    worst = checks.worst(text)
    is_scale = fact_of(item) == BLEEDING
    return Verdict("ok", message=_(WHO_BLEEDING[worst].description) if is_scale and worst is not None else "")
