"""What now? What needs a person first, then where the course stands, the day's checks, and what all of it rests on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from immunosep_tui.i18n import _, words
from immunosep_tui.record.attention import DECIDE, DOSE, DUE, HELD, LOOK, NOT_CHARTED, RUNNING
from immunosep_tui.record.chart import Chart
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import HOOK_EFFECT_SUSPECTED
from immunosep_tui.ui.answer_lines import phenotype_lines, regimen_text
from immunosep_tui.ui.attention_words import item_lines, to_do_lines
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.rooms.response import response_lines
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.treatment import gone_text, missing_text, planned_text, slot_texts, state_lines
from immunosep_tui.ui.trend import plots
from immunosep_tui.ui.trend_words import trend_row
from immunosep_tui.ward import samples, screening
from immunosep_tui.ward.answers import LAST_DAY, course, day_total, died, regimen_of, response, sofa_day
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.trends import all_series

WIDE = 100
"""Cells from which plots stand beside the answer; below they are rows of values."""


class OverviewRoom(Room):
    """Shows, asks nothing."""

    DEFAULT_CSS = """
    OverviewRoom #trends { width: 52; display: none; }
    OverviewRoom.-wide #trends { display: block; }
    OverviewRoom Horizontal #now { width: 1fr; }
    """

    def compose(self) -> ComposeResult:
        """What now, and the plots beside it."""
        with Horizontal():
            yield Panel(id="now", focusable=True)
            yield Panel(id="trends")

    def on_resize(self) -> None:
        """Plots stand beside the answer where there is room."""
        self.set_class(self.size.width >= WIDE, "-wide")
        self.call_after_refresh(self.redraw)

    def redraw(self) -> None:
        """Compute and show the answer and the plots anew."""
        super().redraw()
        for trends in self.query("#trends").results(Panel):
            width, height = trends.size
            if self.has_class("-wide") and width and height:
                listed = all_series(self.desk.ward.readings(self.patient), self.patient, self.protocol)
                trends.show_lines([("plain", line) for line in plots(listed, width - 1, height)])

    @property
    def _chart(self) -> Chart:
        return self.desk.ward.chart(self.patient.key)

    def enter(self) -> None:
        """Take the keyboard, at the first line: what asks for a person stands there."""
        super().enter()
        self.query_one("#now", Panel).to_top()

    def lines(self) -> list[Line]:
        """First what asks for a person, then what it rests on; STOP and CALL stand above the room."""
        protocol = self.protocol
        row = self.desk.ward.row(self.patient)
        lines = [
            *self._gone(row),
            *self._doubt(),
            *self._next(),
            *self._due(row),
            *to_do_lines(row.attention, self.desk.zone, self.desk.now(), key_name(command("room-monitoring").keys[0])),
            ("plain", ""),
        ]
        if not self.has_class("-wide"):
            lines += self._values()
        lines += self._sofa()
        lines += phenotype_lines(samples.phenotype(self.patient, protocol))
        return [*lines, *self._response(), *self._notes()]

    def _gone(self, row: Row) -> list[Line]:
        """That the patient died or left: of what is here nothing stands above it."""
        if row.died or died(self.patient, self.protocol):
            return [("bad", gone_text(self._chart, self.desk.zone) or _("DIED: nothing is due."))]
        return [("warn", gone_text(self._chart, self.desk.zone))] if row.left else []

    def _due(self, row: Row) -> list[Line]:
        """What has to be decided, what is to be looked at, and which check comes next."""
        stated = (DOSE, HELD, NOT_CHARTED)  # told with the latest course
        found = [item for item in row.attention.of(DUE, DECIDE, LOOK) if item.code not in stated]
        lines = [line for item in found for line in item_lines(item, self.desk.zone, self.desk.now())]
        if row.state != RUNNING or row.is_gone:
            return lines
        look = row.next_look
        if look is None:
            return lines
        text = _("Next check: {what}, {until}.").format(what=_(look.label), until=self.desk.until(moment(look.due)))
        return [*lines, ("plain", text)]

    def _doubt(self) -> list[Line]:
        """Before a course: that a value may be false stands before what follows from it."""
        if self._chart.course is not None:
            return []
        cautions = samples.phenotype(self.patient, self.protocol).cautions
        return [("bad", f"!! {words(each.text)}") for each in cautions if each.code == HOOK_EFFECT_SUSPECTED]

    def _next(self) -> list[Line]:
        """The course with its next dose, or what is to be done before one can start."""
        desk, chart = self.desk, self._chart
        regimen = regimen_of(self.patient, self.protocol)
        if chart.course is not None:
            absent = desk.ward.protocols.edition(chart).missing
            title: list[Line] = [("title", regimen_text(regimen))] if regimen is not None else []
            if absent:
                title = [*(("title", text) for text in slot_texts(chart.course)), ("warn", missing_text(absent))]
            row = desk.ward.row(self.patient)
            planned: list[Line] = [("warn", planned_text())] if row.is_planned else []
            ends_so = chart.ended and chart.course.stop is None  # what ended the course is said above
            state = [] if ends_so else state_lines(desk, chart, chart.course, row)
            return [*title, *state, *planned]
        if died(self.patient, self.protocol) or chart.ended:
            return []
        if regimen is None:
            wanted = samples.phenotype(self.patient, self.protocol).missing
            names = ", ".join(_(ANALYTES[name].label) for name in wanted)
            if names:
                return [("title", _("Next: {names} (F3 Labs)").format(names=names))]
            return [("title", _("The trial gave no drug here: nothing is scheduled."))]
        lines: list[Line] = [("title", _("The trial's regimen: {text}").format(text=regimen_text(regimen)))]
        judged = screening.judged(self.patient, self.protocol, desk.zone, desk.now())
        against = [criterion for criterion in judged if criterion.met is False]
        unknown = sum(criterion.met is None for criterion in judged)
        if against:
            lines.append(("bad", _("Screening (F2): {why}").format(why=words(against[0].text))))
        elif unknown:
            lines.append(("warn", _("Screening (F2): {count} criteria are not known.").format(count=unknown)))
        if (refusal := desk.ward.protocols.refusal()) is not None:
            return [*lines, ("warn", words(refusal))]
        plan = course(self.patient, self.protocol, desk.zone)
        if plan.why_none is not None:
            return [*lines, ("warn", f"{words(plan.why_none)} {_('F5 Treatment.')}")]
        return [*lines, ("warn", planned_text())]

    def _values(self) -> list[Line]:
        """Every value of what is followed, one row each, where there is no room for plots."""
        listed = all_series(self.desk.ward.readings(self.patient), self.patient, self.protocol)
        return [("plain", trend_row(series, max(20, self.size.width - 2))) for series in listed if series.points]

    def _sofa(self) -> list[Line]:
        """What is missing of SOFA."""
        if any(day_total(self.patient, day, self.protocol) is not None for day in range(1, LAST_DAY + 1)):
            return []
        score = sofa_day(self.patient, 1, self.protocol).score
        if score.total is None:
            return [("warn", _("SOFA: nothing entered yet. F4 SOFA."))]
        text = _("SOFA day 1 incomplete: {low} to {high} possible. F4 SOFA.").format(low=score.low, high=score.high)
        return [("warn", text)]

    def _response(self) -> list[Line]:
        window = self.protocol.endpoint.windows[0]
        found = response(self.patient, window, self.protocol)
        if isinstance(found, Refusal) or found.mean is None:
            return []
        return response_lines(found, _("Response by day {day}").format(day=window.last_day))[:3]

    def _notes(self) -> list[Line]:
        return [("dim", f"{_(note.text)} [{note.source}]") for note in self.protocol.notes]
