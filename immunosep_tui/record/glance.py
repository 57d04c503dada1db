"""A patient at a glance: the row that the board keeps, made from the record alone and without a clock."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields

from immunosep_tui.record.bodies import Check
from immunosep_tui.record.chart import Chart

IN_WARD, LEFT, DIED = "in", "left", "died"
"""Where a patient is."""

LIMIT, HOOK, FERRITIN, HLA_DR, FIRST_DOSE, SOFA, LABS = (
    "limit",
    "hook",
    "ferritin",
    "hla_dr",
    "first-dose",
    "sofa",
    "labs",
)
"""What can wait for a person; ``limit`` is followed by a colon and what met it."""

URGENCY = {LIMIT: 0, HOOK: 0, LABS: 2, FERRITIN: 2, HLA_DR: 2, FIRST_DOSE: 3, SOFA: 4, "": 9}
"""How soon, 0 first; 9 where nothing waits."""

OVERDUE = 1
"""The urgency of a dose of which nothing was recorded in time, where nothing more urgent waits."""

GONE = 10
"""The urgency of a patient who died or left."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One row of the board. Instants are milliseconds of UTC, None where there is none.

    Args:
        record: key of the patient.
        n: how many entries the row is made from.
        state: ``IN_WARD``, ``LEFT`` or ``DIED``.
        totals: SOFA totals by day, as a JSON object.
        first_due: first dose of the latest course.
        next_due: the first dose of the running course of which nothing is recorded.
        wanted: what waits for a person.
        urgency: how soon.
    """

    record: str
    n: int
    place: str
    case_number: str
    identifier: str
    state: str
    phenotype: str
    regimen: str
    totals: str
    first_due: int | None
    next_due: int | None
    wanted: str
    urgency: int


GLANCE_COLUMNS = tuple(field.name for field in fields(Glance))


def glance(chart: Chart) -> Glance:
    """The row of a patient's chart."""
    state = DIED if chart.died else LEFT if chart.ended else IN_WARD
    decision, course, running = chart.decision, chart.course, chart.running
    due = [slot.due for slot in running.plan.slots if slot.number not in running.doses] if running else []
    wanted = "" if state != IN_WARD else _wanted(chart)
    return Glance(
        chart.key,
        chart.n,
        chart.sheet.place,
        chart.sheet.case,
        chart.sheet.identifier,
        state,
        decision.phenotype if decision else "",
        (decision.regimen or "") if decision else "",
        json.dumps({str(day): total for day, total in chart.totals.items()}, separators=(",", ":")),
        min((slot.due for slot in course.plan.slots), default=None) if course else None,
        min(due, default=None),
        wanted,
        GONE if state != IN_WARD else URGENCY[wanted.partition(":")[0]],
    )


def _wanted(chart: Chart) -> str:
    """What waits for a person, the most urgent."""
    decision = chart.decision
    if decision and any(code.endswith("suspected") for code in decision.cautions):
        return HOOK
    met = _limits_met(chart)
    if met:
        return f"{LIMIT}:{met[0]}"
    if decision is None:
        return LABS
    for name in (FERRITIN, HLA_DR):
        if name in decision.missing:
            return name
    if decision.regimen and chart.course is None:
        return FIRST_DOSE
    return "" if chart.totals else SOFA


def _limits_met(chart: Chart) -> list[str]:
    """Labels of the checks whose latest value met a limit, the latest day first."""
    latest: dict[str, Check] = {}
    for entry in chart.latest.values():
        body = entry.body
        if isinstance(body, Check) and body.day >= latest.get(body.item, body).day:
            latest[body.item] = body
    met = [body for body in latest.values() if body.level]
    return [body.label for body in sorted(met, key=lambda body: (-body.day, body.item))]
