"""A patient at a glance: the row that the board keeps, made from the record and its standing, without a clock."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Final

from immunosep_tui.record.attention import LEVELS, NOTHING, Standing
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import Decision
from immunosep_tui.record.sampling import deciding_sample

GONE: Final = NOTHING + 1
"""The urgency of a patient who died or left and of whom nothing new was signed since."""

NOT_JUDGED: Final = -1
"""The urgency of a patient whose standing is not known: read before all others, so that nothing is overlooked."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One row of the board. Instants are milliseconds of UTC, None where there is none.

    Args:
        record: key of the patient.
        n: how many entries the row is made from.
        state: ``IN_WARD``, ``LEFT`` or ``DIED``.
        totals: SOFA totals by day, as a JSON object.
        next_due: the first dose of the running course of which nothing is recorded.
        urgency: the place of the most urgent level that stands whatever the clock says, 0 for STOP.
        standing: as ``Standing.written`` gives it; empty where nobody judged.
        judged_by: names the rules that it was judged by.
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
    next_due: int | None
    urgency: int
    standing: str = ""
    judged_by: str = ""


GLANCE_COLUMNS = tuple(field.name for field in fields(Glance))


def glance(chart: Chart, standing: Standing | None = None, judged_by: str = "") -> Glance:
    """The row of a patient's chart, with its standing where somebody judged it."""
    decision = settled_by(chart)
    return Glance(
        chart.key,
        chart.n,
        chart.sheet.place,
        chart.sheet.case,
        chart.sheet.identifier,
        chart.state,
        decision.phenotype if decision else "",
        (decision.regimen or "") if decision else "",
        json.dumps({str(day): total for day, total in chart.totals.items()}, separators=(",", ":")),
        chart.next_slot.due if chart.next_slot is not None else None,
        NOT_JUDGED if standing is None else _urgency(standing),
        "" if standing is None else standing.written(),
        judged_by,
    )


def _urgency(standing: Standing) -> int:
    if standing.is_gone:
        return GONE
    return min((LEVELS.index(item.level) for item in standing.items), default=NOTHING)


def settled_by(chart: Chart) -> Decision | None:
    """The decision that treatment rests on; None for none."""
    entry = settling_entry(chart)
    return entry.body if entry is not None and isinstance(entry.body, Decision) else None


def settling_entry(chart: Chart) -> Entry | None:
    """The entry of the decision that treatment rests on.

    It is that of the latest course; where there is none, or it was stopped, that of the sample that decides.
    """
    if chart.course is not None and chart.course.stop is None:
        return chart.entries[chart.course.plan.decision - 1]
    sample = deciding_sample(chart)
    return chart.entries[sample.decided_by - 1] if sample is not None and sample.decided_by else None
