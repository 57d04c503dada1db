"""Did the patient respond? Daily SOFA totals, the day-9 and day-15 verdicts, and what they rest on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _, words
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.fields import ALIVE, RESPONSE_FIELDS
from immunosep_tui.record.kinds import Died
from immunosep_tui.record.patient import is_death_text
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.response import Response
from immunosep_tui.rules.units import plain
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.rows import row_of
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ui.trend import HIGHEST, NARROWEST, plot
from immunosep_tui.ward.answers import LAST_DAY, days_of_death, died, first_dose, response, scored_total
from immunosep_tui.ward.checks import reversal
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.trends import CARRIED, DEATH, Guide, Point, sofa_series

PLOT_ROWS = 8
"""Rows of the plot, more where the panel is high."""

FOLLOW_UP = 28
"""Days of 24 hours from the first dose, at whose end it is asked whether the patient is alive."""

_DEATH_KEY: Final = key_name(command("death").keys[0])
_RECORD_KEY: Final = key_name(command("room-record").keys[0])


class ResponseRoom(Room):
    """A row a day; a total comes from the SOFA room unless one is typed here."""

    @property
    def prefix(self) -> str:
        """Where the typed totals stand."""
        return "response"

    def fields(self) -> list[Field]:
        """Day 1 is the baseline; D is a death that was recorded."""
        protocol = self.protocol
        total, final, day28 = (row_of(field, protocol) for field in RESPONSE_FIELDS)
        hint = f"{total.hint} {_('{key} records a death.').format(key=_DEATH_KEY)}"
        rows = []
        for day in range(1, LAST_DAY + 1):
            scored = scored_total(self.patient, day, protocol)
            unit = _("points") if scored is None else _("SOFA {total}").format(total=scored)
            label = _("Day 1, baseline") if day == 1 else total.label.format(day=day)
            rows.append(Field(str(day), label, unit, hint=hint))
        if not self._is_dead_at("day28"):
            day28 = replace(day28, choices=tuple(each for each in day28.choices if each.value == ALIVE.value))
        return [*rows, final, replace(day28, hint=f"{day28.hint} {self._day28()}")]

    def on_resize(self) -> None:
        """The plot takes the room that there is."""
        self.call_after_refresh(self.redraw)

    def _day28(self) -> str:
        """When day 28 ends, where the first dose is known."""
        courses = self.desk.ward.chart(self.patient.key).courses
        start = moment(courses[0].begins) if courses else first_dose(self.patient, self.desk.zone)
        if not isinstance(start, datetime):
            return ""
        end = moment_text(start + timedelta(days=FOLLOW_UP), self.desk.zone)
        return _("Day 28 ends {end}, {days} x 24 h after the first dose (assumed to begin day 1).").format(
            end=end, days=FOLLOW_UP
        )

    def judge(self, name: str, text: str) -> Verdict:
        """A whole number from 0 to 24; a death only where it was recorded."""
        if self._is_dead_at(name):
            if is_death_text(f"response.{name}", text):
                return Verdict("note", _("died"), _("The patient died on this day: it and later days score 24."))
            told = _("A recorded death is taken back in the record: {key}.")
            return Verdict("refused", message=told.format(key=_RECORD_KEY))
        if text in ("D", "d", "died") and name != "final":
            told = _("A death has a box of its own, with day and time: {key}.")
            return Verdict("refused", message=told.format(key=_DEATH_KEY))
        if not text or name == "final":
            return Verdict()
        day = FOLLOW_UP + 1 if name == "day28" else int(name)  # alive on a day is known when it is over
        if ahead := self.not_come(day):
            return Verdict("refused", message=ahead)
        return super().judge(name, text)

    def _is_dead_at(self, name: str) -> bool:
        """Whether a recorded death stands in a row."""
        return f"response.{name}" in (self.patient.deaths or ())

    def lines(self) -> list[Line]:
        """A death first, then each window's verdict, the plot, immune reversal and day 28."""
        lines: list[Line] = []
        if died(self.patient, self.protocol):
            lines = [("bad", _("DIED: it stands above every verdict by arithmetic."))]
            lines += death_lines(self.desk.ward.chart(self.patient.key), self.desk.zone)
        for window in self.protocol.endpoint.windows:
            found = response(self.patient, window, self.protocol)
            title = _("Days {first} to {last}").format(first=window.first_day, last=window.last_day)
            if isinstance(found, Refusal):
                lines += [("title", title), ("bad", f"!! {words(found.why)}")]
            else:
                lines += response_lines(found, title)
        return [*lines, *self._plot(), *self._reversal(), *self._follow_up()]

    def _plot(self) -> list[Line]:
        """The days with what was carried forward, the baseline, and the mean that makes a responder."""
        protocol = self.protocol
        found = response(self.patient, protocol.endpoint.windows[-1], protocol)
        measured = sofa_series(self.patient, protocol)
        if isinstance(found, Refusal) or found.baseline is None:
            return [("plain", line) for line in plot(measured, *self._plot_size)]
        known = {point.day for point in measured.points}
        last = max(known)
        carried = [
            Point(each.day, Fraction(each.value), DEATH if each.why == "death" else CARRIED)
            for each in found.imputed
            if each.day not in known and (each.day < last or each.why == "death" or not found.provisional)
        ]
        points = tuple(sorted((*measured.points, *carried), key=lambda point: point.day))
        needed = found.baseline - Fraction(protocol.endpoint.decrease_at_least.value)
        wanted = (Guide(needed, N_("needed mean")),) if needed >= 0 else ()
        series = replace(measured, points=points, guides=(Guide(Fraction(found.baseline), N_("baseline")), *wanted))
        lines: list[Line] = [("plain", line) for line in plot(series, *self._plot_size)]
        text = _("Dotted: baseline {baseline}; {needed} is the highest mean that makes a responder.")
        lines.append(("dim", text.format(baseline=found.baseline, needed=plain(needed, 3))))
        signs = {CARRIED: _("o carried forward"), DEATH: _("D after death")}
        used = [words for mark, words in signs.items() if any(point.mark == mark for point in points)]
        return lines + ([("dim", ", ".join(["* " + _("measured"), *used]))] if used else [])

    @property
    def _plot_size(self) -> tuple[int, int]:
        """Cells and rows."""
        width, height = self.query_one(Panel).size if self.is_mounted else (0, 0)
        return max(NARROWEST, min(70, width - 1)), min(HIGHEST, max(PLOT_ROWS, height // 3))

    def _follow_up(self) -> list[Line]:
        """Whether the patient was alive on day 28; a death on an earlier day answers it."""
        days = days_of_death(self.patient, self.protocol)
        known = self.patient.text("response.day28")
        if days or self.patient.says_death("response.day28"):
            known = "died" if not days or days[0] <= FOLLOW_UP else "alive"
        label = {"alive": _("alive"), "died": _("DIED")}.get(known, _("not known"))
        return [("plain", f"{_('On day 28: {status}.').format(status=label)} {self._day28()}".rstrip())]

    def _reversal(self) -> list[Line]:
        """Immune reversal, once ferritin or HLA-DR was measured again in the monitoring room."""
        found = reversal(self.patient, self.protocol)
        if found is None:
            return []
        label = {True: _("reached"), False: _("not reached"), None: _("not defined")}[found.reversed]
        reasons: list[Line] = [("dim", words(reason.text)) for reason in found.reasons]
        return [("title", _("Immune reversal: {label}").format(label=label)), *reasons]


def death_lines(chart: Chart, zone: ZoneInfo) -> list[Line]:
    """When the patient died, by each entry that stands."""
    return [
        ("bad", _("Died {when}, day {day}.").format(when=moment_text(moment(entry.at), zone), day=entry.body.day))
        for entry in chart.latest.values()
        if isinstance(entry.body, Died)
    ]


def response_lines(found: Response, title: str) -> list[Line]:
    """A window's verdict; a death stands above everything."""
    lines: list[Line] = []
    if found.died:
        lines.append(("bad", f"{title}: {_('DIED')}"))
        label = {True: _("responder"), False: _("non-responder"), None: _("no verdict")}[found.responder]
        lines.append(("plain", _("By arithmetic alone: {label}.").format(label=label)))
    elif found.responder is None:
        lines.append(("warn", f"{title}: {_('PROVISIONAL, no verdict yet')}"))
    else:
        lines.append(
            (
                "good" if found.responder else "title",
                f"{title}: {_('RESPONDER') if found.responder else _('NON-RESPONDER')}",
            )
        )
    if found.mean is not None and found.decrease is not None:
        numbers = _("Baseline {baseline}, mean {mean}, decrease {decrease}.")
        lines.append(
            (
                "plain",
                numbers.format(baseline=found.baseline, mean=plain(found.mean, 3), decrease=plain(found.decrease, 3)),
            )
        )
    lines += [("dim", words(reason.text)) for reason in found.reasons]
    lines += [("note", f"! {words(caution.text)}") for caution in found.cautions]
    return lines
