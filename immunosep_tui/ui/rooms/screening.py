"""The trial's published criteria, one by one: met, not met or not known, and how much of the 72 hours is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from immunosep_tui.i18n import _, words
from immunosep_tui.record.fields import SCREENING_FIELDS
from immunosep_tui.rules.eligibility import Criterion
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.units import plain
from immunosep_tui.ui.form import Field
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.rows import row_of
from immunosep_tui.ui.times import moment_text, span_text
from immunosep_tui.ward import screening
from immunosep_tui.ward.answers import day_total

SIGNS = {True: ("good", N_("[MET]")), False: ("bad", N_("[NOT MET]")), None: ("warn", N_("[NOT KNOWN]"))}
"""How each state of a criterion is written, so that it is read without colour."""


class ScreeningRoom(Room):
    """Nothing is answered for anybody: an empty row is not known."""

    SHAPE = "-even"

    @property
    def prefix(self) -> str:
        """Where the answers stand."""
        return "screening"

    def fields(self) -> list[Field]:
        """One row a fact, in the order of the registry; what the protocol asks in its own words."""
        asked = {each.id: each for each in self.protocol.eligibility.statements}
        rows = []
        for field in SCREENING_FIELDS:
            row = row_of(field, self.protocol)
            if not field.by_protocol:
                rows.append(row)
            elif each := asked.get(field.name):
                rows.append(replace(row, label=_(each.label), hint=f"{_(each.claim)}. [{each.source}]"))
        return rows

    def lines(self) -> list[Line]:
        """The first open point, the clock, each criterion, and what is not public."""
        desk = self.desk
        judged = screening.judged(self.patient, self.protocol, desk.zone, desk.now())
        lines: list[Line] = [*_verdict(judged), *self._clock(), *self._sofa()]
        for criterion in judged:
            part, sign = SIGNS[criterion.met]
            lines.append((part, f"{_(sign)} {words(criterion.text)} [{criterion.source}]"))  # type: ignore[arg-type]
        for note in self.protocol.eligibility.to_confirm:
            lines.append(("warn", f"{_('[CONFIRM AGAINST THE PROTOCOL]')} {_(note.text)} [{note.source}]"))
        return lines

    def _clock(self) -> list[Line]:
        """Hours gone and hours left from the classification of sepsis to the first dose."""
        desk = self.desk
        found = screening.clock(self.patient, self.protocol, desk.zone, desk.now())
        limit = plain(self.protocol.eligibility.hours_below.value)
        if found is None:
            return [("warn", _("{limit}-hour clock: the time of sepsis is not known.").format(limit=limit))]
        left = found.limit - found.ends
        facts = {
            "limit": limit,
            "until": moment_text(found.limit, desk.zone),
            "gone": span_text(abs(found.ends - found.began)),
            "left": span_text(abs(left)),
        }
        if left <= timedelta(0):
            text = _("{limit}-hour clock: PASSED at {until}; {gone} gone.")
            return [("bad", text.format(**facts))]
        text = _("{limit}-hour clock: {gone} gone, {left} left, until {until}.")
        if found.is_planned:
            text = _("{limit}-hour clock: first dose {gone} after sepsis, {left} before the limit, {until}.")
        return [("good", text.format(**facts))]

    def _sofa(self) -> list[Line]:
        """What the rule on SOFA is judged by."""
        total = day_total(self.patient, 1, self.protocol)
        if isinstance(total, int):
            return [("dim", _("SOFA of day 1 is {total} (F4).").format(total=total))]
        return [("dim", _("SOFA of day 1 is not complete: F4."))]


def _verdict(judged: tuple[Criterion, ...]) -> list[Line]:
    """The first point that speaks against the patient, else the first open one; never that a patient is eligible."""
    for met, text in ((False, _("NOT TAKEN by the trial: {why}")), (None, _("OPEN: {why}"))):
        first = next((criterion for criterion in judged if criterion.met is met), None)
        if first is not None:
            further = sum(criterion.met is met for criterion in judged) - 1
            said = text.format(why=words(first.text))
            more = " " + _("Further: {count}.").format(count=further) if further else ""
            return [("bad" if met is False else "warn", said + more)]
    return [("good", _("No published criterion speaks against it. The list of exclusions is not public as a whole."))]
