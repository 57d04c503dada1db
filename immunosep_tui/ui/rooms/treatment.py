"""The course as the trial gave it: times of every dose to day 15, what to draw up, and what is not known."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _, words
from immunosep_tui.record.bodies import Dose as RecordedDose
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.schedule import Dose, totals
from immunosep_tui.rules.text import show
from immunosep_tui.ui.answer_lines import regimen_text
from immunosep_tui.ui.form import Choice, Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.verdicts import refusal_text
from immunosep_tui.ui.times import clock_text, date_text, moment_text
from immunosep_tui.ward.answers import course
from immunosep_tui.ward.instants import instant, moment
from immunosep_tui.ward.samples import phenotype


class TreatmentRoom(Room):
    """Nothing is given or recorded here yet: it is the plan."""

    SHAPE = "-even"

    @property
    def prefix(self) -> str:
        """Where the times of the course stand."""
        return "treatment"

    def fields(self) -> list[Field]:
        """First dose, design, and a stop at any time."""
        zone = self.desk.zone.key
        when = _("2026-03-14 08:00 in {zone}, or with an offset. Ctrl+N writes the present minute.").format(zone=zone)
        designs = (Choice("o", "open", _("open")), Choice("d", "double-dummy", _("double-dummy")))
        return [
            Field("start", _("First dose at"), hint=when),
            Field("design", _("Design"), choices=designs, hint=_("Empty is open.")),
            Field("stop", _("Stopped at"), hint=_("Doses due from then on are cancelled; none is ever caught up.")),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """A time that exists once on the site's clock."""
        if not text or name == "design":
            return Verdict()
        key = f"{self.prefix}.{name}"
        found = instant(self.patient.typed(key, text), key, self.desk.zone)
        if isinstance(found, Refusal):
            return Verdict("refused", message=refusal_text(found))
        assert found is not None
        return Verdict("ok", f"{date_text(found, self.desk.zone)} {clock_text(found, self.desk.zone)}")

    def lines(self) -> list[Line]:
        """The calendar, then what to draw up."""
        answer = phenotype(self.patient, self.desk.protocol)
        plan = course(self.patient, self.desk.protocol, self.desk.zone)
        lines: list[Line] = []
        if answer.regimen is not None:
            lines.append(("title", regimen_text(answer.regimen)))
        if plan.why_none is not None:
            lines.append(("warn", words(plan.why_none)))
        else:
            lines += self._recorded()
            lines += self._calendar(plan.doses)
            lines += _preparation(plan.doses)
        if answer.regimen is not None:
            lines += [("dim", f"{_(note.text)} [{note.source}]") for note in answer.regimen.notes]
        return lines

    def _recorded(self) -> list[Line]:
        """What became of each dose, the latest first; nothing before a course was signed."""
        course = self.desk.ward.chart(self.patient.key).course
        if course is None:
            return []
        lines: list[Line] = [("title", _("Recorded"))]
        for slot in reversed(course.plan.slots):
            entry = course.doses.get(slot.number)
            if entry is not None and isinstance(entry.body, RecordedDose):
                when = moment_text(moment(entry.at), self.desk.zone)
                text = _("Dose {n}: {outcome} {when}, {author}")
                line = text.format(n=slot.number, outcome=_(entry.body.outcome), when=when, author=show(entry.author))
                lines.append(("plain", line + (f": {show(entry.reason)}" if entry.reason else "")))
        return lines if len(lines) > 1 else []

    def _calendar(self, doses: tuple[Dose, ...]) -> list[Line]:
        """One line a date: the clock times of its doses; a cancelled dose stays, in brackets."""
        zone = self.desk.zone
        by_date: dict[date, list[Dose]] = {}
        for dose in doses:
            by_date.setdefault(dose.due.astimezone(zone).date(), []).append(dose)
        lines: list[Line] = []
        for group in by_date.values():
            cells = " ".join(_cells(group, zone))
            lines.append(("plain", f"{date_text(group[0].due, zone)} {_('d')}{group[0].day:<2} {cells}"))
        last = moment_text(doses[-1].due, zone)
        legend = _("d = treatment day of the first time, in periods of 24 hours; last dose {last}.").format(last=last)
        if any(dose.route != doses[0].route for dose in doses):
            legend += " " + _("s = subcutaneous, +s = IV and subcutaneous, others IV.")
        if any(dose.cancelled for dose in doses):
            legend += " " + _("x = cancelled.")
        return [*lines, ("dim", legend)]


def _cells(group: list[Dose], zone: ZoneInfo) -> list[str]:
    """The times of one date; a subcutaneous dose has an s, two routes at the same time are one entry."""
    by_time: dict[str, list[Dose]] = {}
    for dose in group:
        by_time.setdefault(clock_text(dose.due, zone), []).append(dose)
    cells = []
    for clock, doses in by_time.items():
        text = clock + "+".join("" if dose.route == "IV" else "s" for dose in doses)
        cells.append(f"{text}x" if doses[0].cancelled else text)
    return cells


def _preparation(doses: tuple[Dose, ...]) -> list[Line]:
    """What one dose and the whole course take from the shelf."""
    lines: list[Line] = [("title", _("To draw up"))]
    for total in totals(doses):
        dose = next(dose for dose in doses if dose.product == total.product)
        each = f"{dose.containers} x {dose.container}, " if dose.containers is not None else ""
        lines.append(("plain", f"{dose.product} {dose.dose} {dose.route}: {each}{dose.volume}"))
        packs = f", {total.containers} x {total.container}" if total.containers is not None else ""
        lines.append(
            (
                "plain",
                _("  course: {count} doses, {amount}{packs}").format(
                    count=total.doses, amount=total.amount, packs=packs
                ),
            )
        )
    lines += [("note", f"! {words(note)}") for note in dict.fromkeys(dose.note for dose in doses if dose.note)]
    return lines
