"""A patient at a glance: the row that the board keeps, made from the record alone and without a clock."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import NamedTuple

from immunosep_tui.record.bodies import Check, Decision, PlannedCheck
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.limits import LEAST, limits_met
from immunosep_tui.record.patient import parts
from immunosep_tui.rules.phenotype import INDETERMINATE

IN_WARD, LEFT, DIED = "in", "left", "died"
"""Where a patient is."""

LIMIT, REVIEW, WATCH, SEEN, HOOK, CHECK, FERRITIN, HLA_DR, FIRST_DOSE, SOFA, LABS = (
    "limit",
    "review",
    "watch",
    "seen",
    "hook",
    "check",
    "ferritin",
    "hla_dr",
    "first-dose",
    "sofa",
    "labs",
)
"""What can wait for a person: a limit that asks to call somebody, a later sample that settles another phenotype than the
course rests on, a limit that asks to look again, one that is acknowledged for a time, a check to do, and so on."""

URGENCY = {
    LIMIT: 0,
    REVIEW: 0,
    HOOK: 0,
    LABS: 2,
    FERRITIN: 2,
    HLA_DR: 2,
    FIRST_DOSE: 3,
    WATCH: 2,
    SEEN: 4,
    CHECK: 4,
    SOFA: 4,
}
"""How soon, 0 first, without a clock; 9 where nothing waits."""

NOTHING = 9

OVERDUE = 1
"""The urgency of a dose of which nothing was recorded in time, where nothing more urgent waits."""

GONE = 10
"""The urgency of a patient who died or left."""


class Wanted(NamedTuple):
    """One thing that waits: its kind, what it is about, and the instant from which it does (milliseconds of UTC)."""

    kind: str
    label: str = ""
    at: int = 0


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
        wanted: what waits for a person, as a JSON list of ``Wanted``, the most urgent first.
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
    decision, course, running = settled_by(chart), chart.course, chart.running
    due = [slot.due for slot in running.plan.slots if slot.number not in running.doses] if running else []
    wanted = [] if state != IN_WARD else _wanted(chart)
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
        json.dumps(wanted, ensure_ascii=False, separators=(",", ":")),
        GONE if state != IN_WARD else min((URGENCY[each.kind] for each in wanted), default=NOTHING),
    )


def wanted_of(row: Glance) -> tuple[Wanted, ...]:
    """What waits for a person, the most urgent first."""
    return tuple(Wanted(*each) for each in json.loads(row.wanted))


def settled_by(chart: Chart) -> Decision | None:
    """The decision that treatment rests on: that of the latest course, before there is one the latest."""
    if chart.course is None:
        return chart.decision
    body = chart.entries[chart.course.plan.decision - 1].body
    return body if isinstance(body, Decision) else None


def _wanted(chart: Chart) -> list[Wanted]:
    decision, rests_on = chart.decision, settled_by(chart)
    found = _limits(chart)
    if chart.running and decision and rests_on and decision.phenotype not in (rests_on.phenotype, INDETERMINATE):
        found.append(Wanted(REVIEW))
    if decision and any(code.endswith("suspected") for code in decision.cautions):
        found.append(Wanted(HOOK))
    if decision is None:
        found.append(Wanted(LABS))
    else:
        if chart.course is None:
            found += [Wanted(name) for name in (FERRITIN, HLA_DR) if name in decision.missing]
        if decision.regimen and chart.course is None:
            found.append(Wanted(FIRST_DOSE))
    if not chart.totals:
        found.append(Wanted(SOFA))
    return [*found, *_open_checks(chart)]


def _limits(chart: Chart) -> list[Wanted]:
    """What met a limit, the latest first; what is acknowledged goes behind the rest, with the end of that."""
    met = limits_met(chart)
    fresh = [Wanted(WATCH if each.level == LEAST else LIMIT, each.label) for each in met if each.until is None]
    fresh.sort(key=lambda each: URGENCY[each.kind])
    return fresh + [Wanted(SEEN, each.label, each.until) for each in met if each.until is not None]


def _open_checks(chart: Chart) -> list[Wanted]:
    """The next look of each line of the checklist of which nothing is recorded, the first due one first."""
    running = chart.running
    if running is None:
        return []
    found = []
    for planned in running.plan.checks:
        due = next_look(chart, planned)
        if due is not None:
            found.append(Wanted(CHECK, planned.label, due))
    return sorted(found, key=lambda each: each.at)


def next_look(chart: Chart, planned: PlannedCheck) -> int | None:
    """When a line of the checklist is due next, in milliseconds of UTC; None where all of it was looked at.

    A day that was passed over stays open until something later is recorded of the same line.
    """
    looked: dict[int, int] = {}
    for entry in chart.latest.values():
        body = entry.body
        if isinstance(body, Check) and body.item == planned.item:
            looked[body.day] = len(parts(body.text))
    last = max(looked, default=0)
    for day, due in zip(planned.days, planned.due, strict=True):
        if day < last:
            continue
        if looked.get(day, 0) > 0:
            looked[day] -= 1
            continue
        return due
    return None
