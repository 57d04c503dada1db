"""What met a limit when it was last looked at, by the record alone."""

from __future__ import annotations

from typing import NamedTuple

from immunosep_tui.record.bodies import Bleeding, Check
from immunosep_tui.record.chart import Chart, standing_of
from immunosep_tui.record.entry import Entry

LEAST = "review"
"""The level of a limit that asks to look again and to call nobody."""

BLEEDING = "Bleeding"
"""What stands for a bleeding event where a line of the checklist would stand."""


class Met(NamedTuple):
    """An entry that met a limit: what it is about, how urgent, and until when somebody has acknowledged it (or None).

    ``until`` is in milliseconds of UTC.
    """

    entry: Entry
    label: str
    level: str
    until: int | None


def limits_met(chart: Chart) -> tuple[Met, ...]:
    """The latest look at each line of the checklist, and the latest bleeding, as far as they met a limit; latest first."""
    latest: dict[str, tuple[Entry, Check]] = {}
    for entry in chart.latest.values():
        body = entry.body
        if isinstance(body, Check) and (body.item not in latest or body.day >= latest[body.item][1].day):
            latest[body.item] = (entry, body)
    found = [Met(entry, body.label, body.level, None) for entry, body in latest.values()]
    bleedings = [(entry, entry.body) for entry in standing_of(chart.entries) if isinstance(entry.body, Bleeding)]
    found += [Met(entry, BLEEDING, body.level, None) for entry, body in bleedings[-1:]]
    met = [each._replace(until=chart.acknowledged.get(each.entry.n)) for each in found if each.level]
    return tuple(sorted(met, key=lambda each: -each.entry.n))
