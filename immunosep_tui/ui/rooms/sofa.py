"""SOFA of one day: raw values, or the points of each organ straight in."""

from __future__ import annotations

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import DO, SOFA
from immunosep_tui.record.days import Days
from immunosep_tui.record.sofa_fields import NEEDED, ORDINARY, ORGAN_LABELS, POINTS, SOFA_FIELDS
from immunosep_tui.rules.sofa import sofa_2
from immunosep_tui.rules.sofa.day import Score
from immunosep_tui.rules.text import show
from immunosep_tui.ui.answer_lines import score_lines, total_line
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Form, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.rows import row_of
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ward.answers import LAST_DAY, sofa_day
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.samples import phenotype


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
        groups = (POINTS,) if self.by_points else (ORDINARY, NEEDED)
        listed = [field for field in SOFA_FIELDS if field.group in groups]
        title = "" if self.by_points else _("Day {day}: ordinary values").format(day=self.day)
        return [row_of(field, self.protocol, title if field is listed[0] else "") for field in listed]

    def judge(self, name: str, text: str) -> Verdict:
        """By the kind of value; nothing of a day that lies ahead."""
        if text and (ahead := self.not_come(self.day)):
            return Verdict("refused", message=ahead)
        return super().judge(name, text)

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
