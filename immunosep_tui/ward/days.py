"""Days of a record: which SOFA day an instant belongs to, and before what nothing is known of a patient."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.bodies import Admitted, Dose
from immunosep_tui.record.chart import Chart
from immunosep_tui.ward.instants import moment


def sofa_day_of(chart: Chart, at: datetime, zone: ZoneInfo) -> int:
    """The calendar day of an instant, counted from that of the first given dose, which is day 1; at least 1.

    Before a dose was given, from that of the first planned dose; without a course from that of the admission.
    """
    begin = _begin(chart)
    return 1 if begin is None else max(1, (at.astimezone(zone).date() - begin.astimezone(zone).date()).days + 1)


def _begin(chart: Chart) -> datetime | None:
    given = [
        dose.at
        for course in chart.courses
        for dose in course.doses.values()
        if isinstance(dose.body, Dose) and dose.body.outcome == "given"
    ]
    planned = [slot.due for course in chart.courses[:1] for slot in course.plan.slots]
    admitted = [entry.at for entry in chart.entries if isinstance(entry.body, Admitted)]
    first = next((min(instants) for instants in (given, planned, admitted) if instants), None)
    return None if first is None else moment(first)


def earliest_known(chart: Chart) -> datetime | None:
    """When the first thing happened that the record says, to the minute; None for an empty record."""
    first = min((entry.at for entry in chart.entries), default=None)
    return None if first is None else moment(first).replace(second=0, microsecond=0)
