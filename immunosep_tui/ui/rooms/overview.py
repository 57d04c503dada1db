"""What now? Phenotype with reasons, regimen, next dose, today's checklist, SOFA and response, on one page."""

from __future__ import annotations

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.response import DIED
from immunosep_tui.rules.schedule import next_dose
from immunosep_tui.ui.answer_lines import phenotype_lines, regimen_text
from immunosep_tui.ui.panel import Line, Part
from immunosep_tui.ui.rooms.monitoring import finding_line
from immunosep_tui.ui.rooms.response import response_lines
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.times import moment_text, until
from immunosep_tui.ward.answers import LAST_DAY, course, day_total, died, response, sofa_day, treatment_day
from immunosep_tui.ward.board import OVERDUE_AFTER
from immunosep_tui.ward.checks import due_items, met_now
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.samples import phenotype

FIRST_CHECKS = 4


class OverviewRoom(Room):
    """Shows, asks nothing."""

    def lines(self) -> list[Line]:
        """First what to do next, then what it rests on."""
        return [*self._next(), ("plain", ""), *self._sofa(), *self._phenotype(), *self._response(), *self._notes()]

    def _next(self) -> list[Line]:
        protocol, now = self.desk.protocol, self.desk.now()
        answer = phenotype(self.patient, protocol)
        if died(self.patient, protocol):
            return [("bad", _("DIED: nothing is due."))]
        if answer.regimen is None:
            return [("title", _("Next: no drug to schedule"))]
        lines: list[Line] = [("title", _("The trial's regimen: {text}").format(text=regimen_text(answer.regimen)))]
        plan = course(self.patient, protocol, self.desk.zone)
        if plan.why_none is not None:
            return [*lines, ("warn", f"{words(plan.why_none)} {_('F5 Treatment.')}")]
        open_dose = self.desk.ward.chart(self.patient.key).next_slot
        dose = next_dose(plan.doses, now)
        if open_dose is not None:
            due = moment(open_dose.due)
            text = _("Next dose to record: {n} of {count}, day {day}, {when} (Ctrl+Y)")
            when = f"{moment_text(due, self.desk.zone)}, {until(due, now)}"
            count = len(plan.doses)
            part: Part = "bad" if due + OVERDUE_AFTER < now else "good"
            lines.append((part, text.format(n=open_dose.number, count=count, day=open_dose.day, when=when)))
        elif dose is None:
            lines.append(("plain", _("No further dose is due: the course has ended or was stopped.")))
        else:
            when = f"{moment_text(dose.due, self.desk.zone)}, {until(dose.due, now)}"
            number = _("Next dose {n} of {count}, day {day}: {when}")
            count = sum(d.product == dose.product for d in plan.doses)
            lines.append(("good", number.format(n=dose.n, count=count, day=dose.day, when=when)))
        day = max(1, min(LAST_DAY, treatment_day(plan.doses[0].due, now)))
        lines += [finding_line(found) for found in met_now(self.patient, day, protocol)]
        items = due_items(self.patient, day, protocol, self.desk.zone)
        names = ", ".join(_(item.label) for item in items[:FIRST_CHECKS])
        check = _("Check today (day {day}, {count} items, F6): {names} ...").format(
            day=day, count=len(items), names=names
        )
        return [*lines, ("plain", check)]

    def _sofa(self) -> list[Line]:
        totals = []
        for day in range(1, LAST_DAY + 1):
            total = day_total(self.patient, day, self.desk.protocol)
            if total is DIED:
                totals.append(f"{day}: {_('DIED')}")
            elif isinstance(total, int):
                totals.append(f"{day}: {total}")
        if totals:
            return [("plain", _("SOFA 1996 by day: {list}").format(list="  ".join(totals)))]
        score = sofa_day(self.patient, 1, self.desk.protocol).score
        if score.total is None:
            return [("warn", _("SOFA: nothing entered yet. F4 SOFA."))]
        text = _("SOFA day 1 incomplete: {low} to {high} possible. F4 SOFA.").format(low=score.low, high=score.high)
        return [("warn", text)]

    def _phenotype(self) -> list[Line]:
        return phenotype_lines(phenotype(self.patient, self.desk.protocol))

    def _response(self) -> list[Line]:
        window = self.desk.protocol.endpoint.windows[0]
        found = response(self.patient, window, self.desk.protocol)
        if isinstance(found, Refusal) or found.mean is None:
            return []
        return response_lines(found, _("Response by day {day}").format(day=window.last_day))[:3]

    def _notes(self) -> list[Line]:
        return [("dim", f"{_(note.text)} [{note.source}]") for note in self.desk.protocol.notes]
