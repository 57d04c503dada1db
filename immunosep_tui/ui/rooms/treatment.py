"""The course: planned on the form, started through its check, then the calendar of what became of every dose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from immunosep_tui.i18n import _, words
from immunosep_tui.record.attention import CLOSE, DOSE, EARLIER, ENDED, HELD, NOT_CHARTED, Item
from immunosep_tui.record.chart import DIED, Chart
from immunosep_tui.record.course import Course
from immunosep_tui.record.fields import TREATMENT_FIELDS
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Regimen
from immunosep_tui.rules.schedule import Dose, totals
from immunosep_tui.rules.text import show
from immunosep_tui.ui.answer_lines import regimen_text
from immunosep_tui.ui.attention_words import course_text, item_lines
from immunosep_tui.ui.calendar import (
    SIGNS,
    CalendarDay,
    Page,
    page_lines,
    planned_calendar,
    recorded_calendar,
    state_of,
)
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.dose_words import ALL_KEY, past_text
from immunosep_tui.ui.form import Field, Form
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.rows import row_of
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ui.widgets.course_panel import CoursePanel
from immunosep_tui.ward.answers import course, regimen_of
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.charting import dose_at, history, offered_dose
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.starting import is_planned, may_plan, sheet_of_plan

MOST_OF_DOSE: Final = 5
"""Rows for what is told of the dose under the cursor."""

MOST_OF_STATE: Final = 8
"""Rows for where the course stands; where there is more, the last row says how much."""


class TreatmentRoom(Room):
    """Before the start a form that plans; after it the page of the course, on which a dose is chosen to be charted."""

    SHAPE = "-even"
    DEFAULT_CSS = """
    TreatmentRoom Vertical { height: auto; }
        TreatmentRoom > #state { dock: top; width: 100%; height: auto; padding: 0 0 0 1; border: none; }
    """

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        super().__init__(desk, sheet)
        self._shown_course = 0

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
        if not may_plan(self._chart, self.desk.now()) or self.desk.ward.protocols.differs:
            return []
        protocol = self.desk.ward.protocols.ward
        listed = [field for field in TREATMENT_FIELDS if field.has_row]
        rows = [row_of(field, protocol) for field in listed if field.name != "design" or protocol.design == "open"]
        when = _("2026-03-14 08:00 in {zone}, or with an offset. Ctrl+N writes the present minute.")
        hint = f"{_(listed[0].hint)} {when.format(zone=self.desk.zone.key)}"
        return [replace(rows[0], hint=hint), *rows[1:]]

    # ---- the page and the dose under its cursor ----------------------------------------------------------------
    def compose(self) -> ComposeResult:
        """The form and the page of the course; under them the dose under the cursor."""
        with Horizontal():
            yield Form([], {}, self.judge, changed=self._changed, kept=self._kept)
            yield CoursePanel(self._show_chosen)
        with Vertical():
            yield Panel(id="dose")
        yield Panel(id="state")

    def enter(self) -> None:
        """Take the keyboard; the cursor stands on the dose that is due now."""
        panel = self.query_one(CoursePanel)
        if self.fields():
            super().enter()
        else:
            panel.can_focus = True
            self.screen.set_focus(panel)
        if (start := self._start()) is not None:
            panel.go_to(start)

    def redraw(self) -> None:
        """Show where the course stands, the page anew, and the dose under the cursor; of a new course its first one."""
        for panel in self.query(CoursePanel):
            start = self._start()
            panel.follows = not self._is_planned
            panel.show_page(self.page(), start)
            panel.can_focus = panel.cursor is not None or not self.query_one(Form).display
            if start is not None and start[0] != self._shown_course:
                self._shown_course = start[0]
                panel.go_to(start)
            self._show_state()
            self._show_chosen()

    def _show_state(self) -> None:
        """Where the course stands and what is due in it: above the calendar, never scrolled away."""
        for panel in self.query("#state").results(Panel):
            panel.show_lines(self.state())
            panel.fit(max(1, self.size.width - 1), MOST_OF_STATE)

    def went_past(self, direction: int) -> None:
        """From the form down to the calendar, where there is one."""
        panel = self.query_one(CoursePanel)
        if direction > 0 and panel.cursor is not None:
            self.query_one(Form).stay()
            self.screen.set_focus(panel)
        else:
            super().went_past(direction)

    @on(CoursePanel.Left)
    def _back_to_form(self, event: CoursePanel.Left) -> None:
        event.stop()
        form = self.query_one(Form)
        if form.display and form.fields:
            form.focus()

    def on_resize(self) -> None:
        """Where the course stands and the dose under the cursor take the rows that they need in another window."""
        self._show_state()
        self._show_chosen()

    def _show_chosen(self) -> None:
        for panel in self.query("#dose").results(Panel):
            panel.show_lines(self.chosen_lines(self.query_one(CoursePanel).cursor))
            panel.fit(max(1, self.size.width - 1), MOST_OF_DOSE)

    def _start(self) -> tuple[int, int] | None:
        """The dose on which the calendar opens: the one that is due, else one that is open, else the last recorded one."""
        chart = self._chart
        if chart.course is None:
            return None
        offered = offered_dose(chart, self.desk.ward.row(self.patient))
        return (chart.course.n, max(chart.course.doses, default=1)) if offered is None else offered.key

    def chosen_lines(self, key: tuple[int, int] | None) -> list[Line]:
        """A dose of the calendar: which it is, what became of it, everything that was recorded of it, and its key."""
        chart, zone = self._chart, self.desk.zone
        dose = None if key is None else dose_at(chart, *key)
        if dose is None:
            return []
        state = state_of(dose.slot, dose.course, self.desk.ward.row(self.patient))
        which = _("Dose {n} of {count}, {product}, due {when}: {state}.").format(
            n=dose.slot.number,
            count=len(dose.course.plan.slots),
            product=show(dose.slot.product),
            when=moment_text(moment(dose.slot.due), zone),
            state=_(SIGNS[state][1]),
        )
        past = past_text(self.desk, tuple(history(chart, *dose.key)))
        told = _("{key} charts it.") if dose.entry is None else _("{key} corrects it, or charts that it was given.")
        lines: list[Line] = [("title", which), ("plain", past)] if past else [("title", which)]
        return [*lines, ("dim", told.format(key=key_name("enter")))]

    def lines(self) -> list[Line]:
        """Where the course stands, then the page."""
        return [*self.state(), *page_lines(self.page())]

    def state(self) -> list[Line]:
        """Where the latest course stands, what is due in it, and what to draw up; nothing before a course."""
        course, row = self._chart.course, self.desk.ward.row(self.patient)
        return [] if course is None else self._course_lines(course, row)

    def page(self) -> Page:
        """The plan, the calendar, what the course takes as a whole, what to know."""
        chart, row = self._chart, self.desk.ward.row(self.patient)
        page: list[Line | CalendarDay] = []
        if chart.course is None or self._is_planned:
            page += self._plan_lines()
        if chart.course is None:
            return page
        heads = {each.n: state_lines(self.desk, chart, each, row) for each in chart.courses[:-1]}
        calendar = recorded_calendar(chart, row, self.desk.zone, heads)
        return [*page, *calendar, *self._after_calendar(chart.course)]

    @property
    def _is_planned(self) -> bool:
        return is_planned(self.patient, self._chart, self.desk.now())

    def _course_lines(self, started: Course, row: Row) -> list[Line]:
        """The latest course: where it stands, and what to draw up."""
        desk, chart = self.desk, self._chart
        missing = desk.ward.protocols.edition(chart).missing
        regimen = None if missing else self.protocol.regimens.get(started.plan.regimen)
        lines: list[Line] = [("title", text) for text in slot_texts(started)]
        if regimen is not None:
            lines = [("title", regimen_text(regimen))]
        lines += state_lines(desk, chart, started, row)
        to_close = [item for item in row.attention.items if item.code == CLOSE]
        lines += [line for item in to_close for line in (*item_lines(item, desk.zone, desk.now()), *_way_out(item))]
        if missing:
            return [*lines, ("warn", missing_text(missing))]
        if self._is_planned:
            return lines
        plan = course(chart.sheet, self.protocol, desk.zone)
        return [*lines, *(("plain", draw_up(dose)) for dose in each_product(plan.doses))]

    def _after_calendar(self, started: Course) -> list[Line]:
        """What the latest course takes as a whole, and what to know of its drug."""
        if self._is_planned or self.desk.ward.protocols.edition(self._chart).missing:
            return []
        plan = course(self._chart.sheet, self.protocol, self.desk.zone)
        return _supply(plan.doses) + notes_of(self.protocol.regimens.get(started.plan.regimen))

    def _plan_lines(self) -> list[Line]:
        """The plan of the next course by the protocol of the ward, or why there is none."""
        desk, sheet, protocols = self.desk, self._plan, self.desk.ward.protocols
        regimen, plan = regimen_of(sheet, protocols.ward), course(sheet, protocols.ward, desk.zone)
        lines: list[Line] = [] if regimen is None else [("title", regimen_text(regimen))]
        why_none = protocols.refusal() or plan.why_none
        if why_none is not None:
            return [*lines, ("warn", words(why_none)), *notes_of(regimen)]
        lines.append(("warn", planned_text()))
        lines += [("plain", draw_up(dose)) for dose in each_product(plan.doses)]
        lines += page_lines(planned_calendar(plan.doses, desk.zone))
        return lines + _supply(plan.doses) + notes_of(regimen)


def notes_of(regimen: Regimen | None) -> list[Line]:
    """What a regimen says to know, each with its source."""
    return [] if regimen is None else [("dim", f"{_(note.text)} [{note.source}]") for note in regimen.notes]


def planned_text() -> str:
    """That a course is planned, and what starts it."""
    key = key_name(command("course").keys[0])
    return _("PLANNED, not started: {key} starts it through its check.").format(key=key)


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
    said_items = [line for item in items for line in (*item_lines(item, zone, desk.now()), *_way_out(item))]
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


def _way_out(item: Item) -> list[Line]:
    """The keys that close what is not charted, or end a hold."""
    dose, go_on, stop = (key_name(command(each).keys[0]) for each in ("dose", "hold-end", "course"))
    if item.code == HELD:
        return [("dim", _("   {key}: go on. {stop}: stop.").format(key=go_on, stop=stop))]
    if item.code == NOT_CHARTED and item.n > 1:
        return [("dim", _("   {key}, then {choice}: all of them at once.").format(key=dose, choice=ALL_KEY))]
    if item.code == CLOSE and item.of:
        return [("dim", _("   {key} charts them.").format(key=dose))]
    if item.code in (NOT_CHARTED, EARLIER):
        room = key_name(command("room-treatment").keys[0])
        return [("dim", _("   Chosen on the calendar in Treatment ({key}).").format(key=room))]
    return []
