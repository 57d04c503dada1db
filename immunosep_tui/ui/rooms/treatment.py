"""The course: planned on the form, started through its check, then the calendar of what became of every dose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _, words
from immunosep_tui.record.attention import CLOSE, DOSE, EARLIER, ENDED, HELD, NOT_CHARTED
from immunosep_tui.record.chart import DIED, Chart
from immunosep_tui.record.course import Course
from immunosep_tui.record.fields import TREATMENT_FIELDS
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Regimen
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
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.starting import is_planned, may_plan, sheet_of_plan


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

    @property
    def _plan(self) -> Patient:
        """The sheet as the next course is planned from."""
        return sheet_of_plan(self.patient, self._chart)

    def texts(self) -> dict[str, str]:
        """The plan of the next course; nothing of the one before stands in it."""
        return self._plan.within(self.prefix)

    def stored(self, name: str, text: str) -> str:
        """A first dose that is taken out again leaves the course before as it was recorded."""
        return super().stored(name, text) or self._chart.sheet.text(f"{self.prefix}.{name}")

    def fields(self) -> list[Field]:
        """The first dose, and the design where the protocol leaves it open."""
        if not may_plan(self._chart, self.desk.now()):
            return []
        protocol = self.desk.protocol
        listed = [field for field in TREATMENT_FIELDS if field.has_row]
        rows = [row_of(field, protocol) for field in listed if field.name != "design" or protocol.design == "open"]
        when = _("2026-03-14 08:00 in {zone}, or with an offset. Ctrl+N writes the present minute.")
        hint = f"{_(listed[0].hint)} {when.format(zone=self.desk.zone.key)}"
        return [replace(rows[0], hint=hint), *rows[1:]]

    def lines(self) -> list[Line]:
        """Where the course stands, what is next, the calendar, what to draw up, what to know."""
        chart = self._chart
        listed = [line for started in reversed(chart.courses) for line in self._course_lines(started)]
        return listed if chart.course is not None and not self._is_planned else [*self._plan_lines(), *listed]

    @property
    def _is_planned(self) -> bool:
        return is_planned(self.patient, self._chart, self.desk.now())

    def _course_lines(self, started: Course) -> list[Line]:
        """A course that was started: where it stands, and its calendar; of the latest also what to draw up."""
        desk, chart = self.desk, self._chart
        row, regimen = desk.ward.row(self.patient), desk.protocol.regimens.get(started.plan.regimen)
        lines: list[Line] = [] if regimen is None else [("title", regimen_text(regimen))]
        lines += state_lines(desk, chart, started, row)
        to_close = [item for item in row.attention.items if item.code == CLOSE and started is chart.course]
        lines += [line for item in to_close for line in item_lines(item, desk.zone, desk.now())]
        if started is not chart.course or self._is_planned:
            return [*lines, *recorded_calendar(started, row, desk.zone)]
        plan = course(chart.sheet, desk.protocol, desk.zone)
        lines += [("plain", draw_up(dose)) for dose in each_product(plan.doses)]
        lines += recorded_calendar(started, row, desk.zone)
        return lines + _supply(plan.doses) + notes_of(regimen)

    def _plan_lines(self) -> list[Line]:
        """The plan of the next course, or why there is none."""
        desk, sheet = self.desk, self._plan
        regimen, plan = regimen_of(sheet, desk.protocol), course(sheet, desk.protocol, desk.zone)
        lines: list[Line] = [] if regimen is None else [("title", regimen_text(regimen))]
        if plan.why_none is not None:
            return [*lines, ("warn", words(plan.why_none)), *notes_of(regimen)]
        key = key_name(command("course").keys[0])
        lines.append(("warn", _("PLANNED, not started: {key} starts it through its check.").format(key=key)))
        lines += [("plain", draw_up(dose)) for dose in each_product(plan.doses)]
        lines += planned_calendar(plan.doses, desk.zone)
        return lines + _supply(plan.doses) + notes_of(regimen)


def notes_of(regimen: Regimen | None) -> list[Line]:
    """What a regimen says to know, each with its source."""
    return [] if regimen is None else [("dim", f"{_(note.text)} [{note.source}]") for note in regimen.notes]


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


def gone_text(chart: Chart, zone: ZoneInfo) -> str:
    """That the patient died or left, and since when; empty for one who is on the ward."""
    if chart.gone_since is None:
        return ""
    state, at = chart.gone_since
    text = _("DIED {when}. Nothing is due.") if state == DIED else _("LEFT since {when}. Nothing is due.")
    return text.format(when=moment_text(moment(at), zone))


def state_lines(desk: Desk, chart: Chart, started: Course, row: Row) -> list[Line]:
    """Whether a course runs, since when, what ended it, and which dose is due; an earlier one is over."""
    zone = desk.zone
    entry = chart.entries[started.n - 1]
    by = _("started by {author} {when}").format(
        author=show(entry.author), when=moment_text(moment(entry.recorded), zone)
    )
    is_latest = started is chart.course
    codes = (DOSE, HELD, NOT_CHARTED) if is_latest else (EARLIER,)
    items = [item for item in row.attention.items if item.code in codes]
    items = [item for item in items if is_latest or started.n in item.entries]
    said_items = [line for item in items for line in item_lines(item, zone, desk.now())]
    stop = started.stop
    if started.stopped is not None and stop is not None:
        when = moment_text(moment(started.stopped), zone)
        said = _("STOPPED {when} by {author}: {reason}").format(
            when=when, author=show(stop.author), reason=show(stop.reason) or "-"
        )
        return [("bad", said), *said_items, ("dim", by)]
    if not is_latest:
        return [("plain", _("ENDED before the next course.")), *said_items, ("dim", by)]
    if chart.ended:
        return [("bad", gone_text(chart, zone)), *said_items, ("dim", by)]
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
