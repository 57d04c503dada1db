"""The course: planned on the form, started through its check, then the calendar of what became of every dose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from immunosep_tui.i18n import _, words
from immunosep_tui.record.attention import DECIDE, DOSE, DUE, ENDED, HELD, NOT_CHARTED
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import Course
from immunosep_tui.record.fields import TREATMENT_FIELDS
from immunosep_tui.record.kinds import CourseStopped
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.schedule import Dose, totals
from immunosep_tui.rules.text import show
from immunosep_tui.ui.answer_lines import regimen_text
from immunosep_tui.ui.attention_words import course_text, item_lines
from immunosep_tui.ui.calendar import planned_calendar, recorded_calendar
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.rows import row_of
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.answers import course, regimen_of
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.instants import moment, ms


class TreatmentRoom(Room):
    """Before the start a form that plans; after it one page that nothing on it changes."""

    SHAPE = "-even"

    @property
    def prefix(self) -> str:
        """Where the plan of the course stands."""
        return "treatment"

    @property
    def _chart(self) -> Chart:
        return self.desk.ward.chart(self.patient.key)

    def _may_plan(self) -> bool:
        """Whether a course could be planned: none was started, or the last one is over."""
        chart = self._chart
        running = chart.running
        over = running is None or ms(self.desk.now()) > running.plan.ends
        return not chart.ended and over and (chart.course is None or bool(self._fresh_start()))

    @property
    def _planned_by(self) -> Protocol:
        """The protocol of what is shown: of a course its own, of a plan that of the ward."""
        return self.desk.ward.protocols.ward if self._fresh_start() else self.protocol

    def _fresh_start(self) -> str:
        """A first dose that was typed after the last course, empty for none."""
        typed, recorded = self.patient.text("treatment.start"), self._chart.sheet.text("treatment.start")
        return typed if typed != recorded else ""

    def fields(self) -> list[Field]:
        """The first dose, and the design where the protocol leaves it open."""
        if not self._may_plan() or self.desk.ward.protocols.differs:
            return []
        protocol = self.desk.ward.protocols.ward
        listed = [field for field in TREATMENT_FIELDS if field.has_row]
        rows = [row_of(field, protocol) for field in listed if field.name != "design" or protocol.design == "open"]
        when = _("2026-03-14 08:00 in {zone}, or with an offset. Ctrl+N writes the present minute.")
        hint = f"{_(listed[0].hint)} {when.format(zone=self.desk.zone.key)}"
        return [replace(rows[0], hint=hint), *rows[1:]]

    def lines(self) -> list[Line]:
        """Where the course stands, what is next, the calendar, what to draw up, what to know."""
        started = self._chart.course
        missing = self.desk.ward.protocols.edition(self._chart).missing
        if started is not None and missing and not self._fresh_start():
            return self._lines_of_slots(started, missing)
        regimen = regimen_of(self.patient, self._planned_by)
        plan = course(self.patient, self._planned_by, self.desk.zone)
        lines: list[Line] = []
        if regimen is not None:
            lines.append(("title", regimen_text(regimen)))
        if started is not None and not self._fresh_start():
            row = self.desk.ward.row(self.patient)
            lines += state_lines(self.desk, self._chart, started, row)
            lines += [("plain", draw_up(dose)) for dose in each_product(plan.doses)]
            lines += recorded_calendar(started, row, self.desk.zone)
            lines += _supply(plan.doses)
        elif (refusal := self.desk.ward.protocols.refusal()) is not None:
            lines.append(("warn", words(refusal)))
        elif plan.why_none is not None:
            lines.append(("warn", words(plan.why_none)))
        else:
            key = key_name(command("course").keys[0])
            lines.append(("warn", _("PLANNED, not started: {key} starts it through its check.").format(key=key)))
            lines += [("plain", draw_up(dose)) for dose in each_product(plan.doses)]
            lines += planned_calendar(plan.doses, self.desk.zone)
            lines += _supply(plan.doses)
        if regimen is not None:
            lines += [("dim", f"{_(note.text)} [{note.source}]") for note in regimen.notes]
        return lines

    def _lines_of_slots(self, started: Course, missing: str) -> list[Line]:
        """A course whose protocol is not at hand: what its own entry says, and nothing that another protocol would."""
        row = self.desk.ward.row(self.patient)
        return [
            *(("title", text) for text in slot_texts(started)),
            *state_lines(self.desk, self._chart, started, row),
            ("warn", missing_text(missing)),
            *recorded_calendar(started, row, self.desk.zone),
        ]


def slot_texts(started: Course) -> list[str]:
    """Drug, dose and route of each product of a course, as its entry has them."""
    return list(dict.fromkeys(f"{show(s.product)} {show(s.dose)} {show(s.route)}" for s in started.plan.slots))


def missing_text(missing: str) -> str:
    """That the protocol of a course is not at hand, and what therefore is not said."""
    text = _("The protocol of this course, {protocol}, is not at hand: nothing is said of what to draw up.")
    return text.format(protocol=show(missing))


def each_product(doses: Sequence[Dose]) -> list[Dose]:
    """One dose of each product, in order of the first."""
    first: dict[str, Dose] = {}
    for dose in doses:
        first.setdefault(dose.product, dose)
    return list(first.values())


def draw_up(dose: Dose) -> str:
    """What one dose takes from the shelf."""
    each = f"{dose.containers} x {dose.container}" if dose.containers is not None else ""
    parts = ", ".join(filter(None, (each, dose.volume)))
    drug = f"{dose.product} {dose.dose} {dose.route}"
    return _("To draw up: {drug}: {parts}").format(drug=drug, parts=parts) if parts else drug


def _supply(doses: tuple[Dose, ...]) -> list[Line]:
    """What the whole course takes from the shelf, and what is not sure about it."""
    lines: list[Line] = [("title", _("For the whole course"))] if doses else []
    for total in totals(doses):
        packs = f", {total.containers} x {total.container}" if total.containers is not None else ""
        text = _("{product}: {count} doses, {amount}{packs}")
        said = text.format(product=total.product, count=total.doses, amount=total.amount, packs=packs)
        lines.append(("plain", said))
    return lines + [("note", f"! {words(note)}") for note in dict.fromkeys(dose.note for dose in doses if dose.note)]


def state_lines(desk: Desk, chart: Chart, started: Course, row: Row) -> list[Line]:
    """Whether the course runs, since when, what ended it, and which dose is due."""
    zone = desk.zone
    entry = chart.entries[started.n - 1]
    by = _("started by {author} {when}").format(
        author=show(entry.author), when=moment_text(moment(entry.recorded), zone)
    )
    items = [item for item in row.attention.of(DUE, DECIDE) if item.code in (DOSE, HELD, NOT_CHARTED)]
    said_items = [line for item in items for line in item_lines(item, zone, desk.now())]
    stop = next((e for e in chart.entries if isinstance(e.body, CourseStopped) and e.body.course == started.n), None)
    if started.stopped is not None and stop is not None:
        when = moment_text(moment(started.stopped), zone)
        said = _("STOPPED {when} by {author}: {reason}").format(
            when=when, author=show(stop.author), reason=show(stop.reason) or "-"
        )
        return [("bad", said), *said_items, ("dim", by)]
    if chart.ended:
        return [("bad", _("ENDED: the patient died or left. Nothing is due.")), ("dim", by)]
    dose, state = row.next_dose, course_text(row)
    if row.course is not None and row.state == ENDED:
        text = _("ENDED: day {days} is over. Nothing is due.").format(days=row.course.days)
        return [("plain", text), *said_items, ("dim", by)]
    if dose is None:
        text = _("{state}. No more dose is due.").format(state=state)
        return [("title", text), *said_items, ("dim", by)]
    key = key_name(command("dose").keys[0])
    due = moment(dose.due)
    text = _("{state}. Next dose {n} of {count}: {when}, {until} ({key})").format(
        state=state,
        n=dose.n,
        count=len(started.plan.slots),
        when=moment_text(due, zone),
        until=desk.until(due),
        key=key,
    )
    late = any(item.late for item in items)
    missed: list[Line] = [("warn", _("No rule for a missed dose is published: ask, never double."))] if late else []
    return [("title", text), *said_items, *missed, ("dim", by)]
