"""Did the patient respond? Daily SOFA totals, the day-9 and day-15 verdicts, and what they rest on."""

from __future__ import annotations

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.response import DIED, Response
from immunosep_tui.rules.units import plain
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.verdicts import refusal_text, yes_no
from immunosep_tui.ward.answers import LAST_DAY, day_total, response, scored_total
from immunosep_tui.ward.checks import reversal


class ResponseRoom(Room):
    """A row a day; a total comes from the SOFA room unless one is typed here."""

    @property
    def prefix(self) -> str:
        """Where the typed totals stand."""
        return "response"

    def fields(self) -> list[Field]:
        """Day 1 is the baseline; D is a death."""
        hint = _("SOFA 1996 total, 0 to 24; D if the patient died; empty takes it from the SOFA room, or is missing.")
        rows = []
        for day in range(1, LAST_DAY + 1):
            scored = scored_total(self.patient, day, self.desk.protocol)
            unit = _("points") if scored is None else _("SOFA {total}").format(total=scored)
            label = _("Day 1, baseline") if day == 1 else _("Day {day}").format(day=day)
            rows.append(Field(str(day), label, unit, hint=hint))
        final = _("The patient left: the last value is carried forward.")
        return [*rows, Field("final", _("No more values"), choices=yes_no(_), hint=final)]

    def judge(self, name: str, text: str) -> Verdict:
        """A whole number from 0 to 24, or D."""
        if not text or name == "final":
            return Verdict()
        total = day_total(self.patient.typed(f"response.{name}", text), int(name), self.desk.protocol)
        if isinstance(total, Refusal):
            return Verdict("refused", message=refusal_text(total))
        if total is DIED:
            return Verdict("note", _("died"), _("The patient died on this day: it and later days score 24."))
        return Verdict("ok")

    def lines(self) -> list[Line]:
        """Each window's verdict."""
        lines: list[Line] = []
        for window in self.desk.protocol.endpoint.windows:
            found = response(self.patient, window, self.desk.protocol)
            title = _("Days {first} to {last}").format(first=window.first_day, last=window.last_day)
            if isinstance(found, Refusal):
                lines += [("title", title), ("bad", f"!! {words(found.why)}")]
            else:
                lines += response_lines(found, title)
        return [*lines, *self._reversal()]

    def _reversal(self) -> list[Line]:
        """Immune reversal, once ferritin or HLA-DR was measured again in the monitoring room."""
        found = reversal(self.patient, self.desk.protocol)
        if found is None:
            return []
        label = {True: _("reached"), False: _("not reached"), None: _("not defined")}[found.reversed]
        reasons: list[Line] = [("dim", words(reason.text)) for reason in found.reasons]
        return [("title", _("Immune reversal: {label}").format(label=label)), *reasons]


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
