"""What now? What needs a person first, then where the course stands, the day's checks, and what all of it rests on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from immunosep_tui.i18n import _, words
from immunosep_tui.record.chart import Chart
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import HOOK_EFFECT_SUSPECTED
from immunosep_tui.ui.answer_lines import phenotype_lines, regimen_text
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.rooms.labs import review_lines
from immunosep_tui.ui.rooms.monitoring import finding_line, look_line, urgent_lines
from immunosep_tui.ui.rooms.response import response_lines
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.treatment import state_lines
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ui.trend import plots
from immunosep_tui.ui.trend_words import trend_row
from immunosep_tui.ward import checks, samples, screening
from immunosep_tui.ward.answers import LAST_DAY, course, day_total, died, regimen_of, response, sofa_day, treatment_day
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.trends import all_series

MOST_LOOKS = 5
"""Lines of the checklist that are listed here; the monitoring room has all."""

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
                listed = all_series(self.patient, self.desk.protocol, self.desk.zone)
                trends.show_lines([("plain", line) for line in plots(listed, width - 1, height)])

    @property
    def _chart(self) -> Chart:
        return self.desk.ward.chart(self.patient.key)

    def lines(self) -> list[Line]:
        """First what to do next, then what it rests on."""
        protocol = self.desk.protocol
        lines = [
            *self._gone(),
            *self._limits(),
            *self._now(),
            *self._doubt(),
            *self._next(),
            *self._looks(),
            ("plain", ""),
        ]
        if not self.has_class("-wide"):
            lines += self._values()
        lines += self._sofa()
        lines += phenotype_lines(samples.phenotype(self.patient, protocol))
        return [*lines, *self._response(), *self._notes()]

    def _gone(self) -> list[Line]:
        """That the patient died or left: nothing stands above it."""
        if died(self.patient, self.desk.protocol) or self._chart.died:
            return [("bad", _("DIED: nothing is due."))]
        return [("warn", _("LEFT: no more values come, nothing is due."))] if self._chart.ended else []

    def _limits(self) -> list[Line]:
        """What met a limit: what nobody has acknowledged, then what a later sample says."""
        chart, protocol = self._chart, self.desk.protocol
        if died(self.patient, protocol) or chart.ended:
            return []
        entries = checks.urgent(chart)
        lines = urgent_lines(entries, self.desk)
        if entries:
            key = key_name(command("acknowledge").keys[0])
            lines.append(("warn", _("{key} acknowledges.").format(key=key)))
        later = samples.review_wanted(self.patient, protocol, self.desk.zone)
        return lines if later is None else [*lines, *review_lines(later)]

    def _now(self) -> list[Line]:
        """What of a running course is overdue, or what is next; not said over a limit, which may forbid the dose."""
        chart, zone, now = self._chart, self.desk.zone, self.desk.now()
        if chart.running is None or checks.urgent(chart) or died(self.patient, self.desk.protocol):
            return []
        overdue = self.desk.overdue_after()
        slot = None if self.desk.is_past(chart.running.plan.ends) else chart.next_slot
        listed = checks.looks(chart, now, overdue)
        late = sum(look.late for look in listed)
        said = []
        if slot is not None and moment(slot.due) + overdue < now:
            since = moment_text(moment(slot.due), zone)
            said.append(_("dose {n} is overdue since {since}").format(n=slot.number, since=since))
        if late:
            said.append(_("{count} checks are overdue (F6)").format(count=late))
        if said:
            return [("bad", _("NOW: {what}.").format(what="; ".join(said)))]
        ahead = [(look.due, _(look.label)) for look in listed]
        if slot is not None:
            ahead.append((moment(slot.due), _("dose {n}").format(n=slot.number)))
        if not ahead:
            return [("good", _("Nothing is overdue."))] if not self.desk.clock_doubt else []
        due, what = min(ahead)
        text = _("Next: {what}, {until}.") if self.desk.clock_doubt else _("Nothing is overdue. Next: {what}, {until}.")
        return [("good", text.format(what=what, until=self.desk.until(due)))]

    def _doubt(self) -> list[Line]:
        """Before a course: that a value may be false stands before what follows from it."""
        if self._chart.course is not None:
            return []
        cautions = samples.phenotype(self.patient, self.desk.protocol).cautions
        return [("bad", f"!! {words(each.text)}") for each in cautions if each.code == HOOK_EFFECT_SUSPECTED]

    def _next(self) -> list[Line]:
        """The course with its next dose, or what is to be done before one can start."""
        desk, chart = self.desk, self._chart
        regimen = regimen_of(self.patient, desk.protocol)
        if chart.course is not None:
            title: list[Line] = [("title", regimen_text(regimen))] if regimen is not None else []
            return [*title, *state_lines(desk, chart, chart.course)]
        if died(self.patient, desk.protocol) or chart.ended:
            return []
        if regimen is None:
            missing = samples.phenotype(self.patient, desk.protocol).missing
            names = ", ".join(_(ANALYTES[name].label) for name in missing)
            if names:
                return [("title", _("Next: {names} (F3 Labs)").format(names=names))]
            return [("title", _("The trial gave no drug here: nothing is scheduled."))]
        lines: list[Line] = [("title", _("The trial's regimen: {text}").format(text=regimen_text(regimen)))]
        judged = screening.judged(self.patient, desk.protocol, desk.zone, desk.now())
        against = [criterion for criterion in judged if criterion.met is False]
        unknown = sum(criterion.met is None for criterion in judged)
        if against:
            lines.append(("bad", _("Screening (F2): {why}").format(why=words(against[0].text))))
        elif unknown:
            lines.append(("warn", _("Screening (F2): {count} criteria are not known.").format(count=unknown)))
        plan = course(self.patient, desk.protocol, desk.zone)
        if plan.why_none is not None:
            return [*lines, ("warn", f"{words(plan.why_none)} {_('F5 Treatment.')}")]
        key = key_name(command("course").keys[0])
        return [*lines, ("warn", _("PLANNED, not started: {key} starts it through its check.").format(key=key))]

    def _looks(self) -> list[Line]:
        """What of the checklist is overdue or due next, and limits that are only to be looked at again."""
        desk, chart = self.desk, self._chart
        if chart.running is None:
            return []
        now = desk.now()
        day = max(1, min(LAST_DAY, treatment_day(course(self.patient, desk.protocol, desk.zone).doses[0].due, now)))
        said = {entry.n for entry in checks.urgent(chart)}
        met = [] if said else [finding_line(found) for found in checks.met_now(self.patient, day, desk.protocol)]
        listed = checks.looks(chart, now, desk.overdue_after())
        late = sum(look.late for look in listed)
        lines: list[Line] = [*met]
        if listed:
            title = _("Checks, day {day} (F6): {late} overdue, {count} to come").format(
                day=day, late=late, count=len(listed) - late
            )
            lines.append(("bad" if late else "title", title))
        return lines + [look_line(look, desk) for look in listed[:MOST_LOOKS]]

    def _values(self) -> list[Line]:
        """Every value of what is followed, one row each, where there is no room for plots."""
        listed = all_series(self.patient, self.desk.protocol, self.desk.zone)
        return [("plain", trend_row(series, max(20, self.size.width - 2))) for series in listed if series.points]

    def _sofa(self) -> list[Line]:
        """What is missing of SOFA."""
        if any(day_total(self.patient, day, self.desk.protocol) is not None for day in range(1, LAST_DAY + 1)):
            return []
        score = sofa_day(self.patient, 1, self.desk.protocol).score
        if score.total is None:
            return [("warn", _("SOFA: nothing entered yet. F4 SOFA."))]
        text = _("SOFA day 1 incomplete: {low} to {high} possible. F4 SOFA.").format(low=score.low, high=score.high)
        return [("warn", text)]

    def _response(self) -> list[Line]:
        window = self.desk.protocol.endpoint.windows[0]
        found = response(self.patient, window, self.desk.protocol)
        if isinstance(found, Refusal) or found.mean is None:
            return []
        return response_lines(found, _("Response by day {day}").format(day=window.last_day))[:3]

    def _notes(self) -> list[Line]:
        return [("dim", f"{_(note.text)} [{note.source}]") for note in self.desk.protocol.notes]
