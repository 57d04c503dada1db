"""Levels that were recorded with an entry, for checks that the protocol at hand does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from immunosep_tui.record.attention import CALL, LIMIT, LOOK, STOP, Item
from immunosep_tui.record.chart import Chart, standing_of
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import Bleeding, Check
from immunosep_tui.record.raised import LEVEL_OF
from immunosep_tui.rules.reason import N_

_ASKS = {
    STOP: N_("By the protocol of then: hold the drug, call the physician now and escalate."),
    CALL: N_("By the protocol of then: call the physician."),
    LOOK: N_("By the protocol of then: ask the physician to review the patient."),
}


def kept_levels(chart: Chart, judged: Collection[str], bleeding_is_judged: bool) -> Iterator[Item]:
    """What entries asked for when they were signed, where the protocol at hand has no such line: no alarm is lost by it.

    Of a check the last day counts, but a STOP stands until a person ends it.

    Args:
        chart: of the patient.
        judged: ids of the lines that the protocol at hand has.
        bleeding_is_judged: whether it has limits of bleeding.
    """
    last: dict[str, int] = {}
    checks = [entry for entry in standing_of(chart.entries) if isinstance(entry.body, Check)]
    for entry in checks:
        body = entry.body
        assert isinstance(body, Check)
        last[body.item] = max(last.get(body.item, body.day), body.day)
    for entry in _latest(chart, checks):
        body = entry.body
        assert isinstance(body, Check)
        level = LEVEL_OF.get(body.level)
        if level and body.item not in judged and (level == STOP or body.day == last[body.item]):
            yield Item(level, LIMIT, body.label, entry.at, body.text, (entry.n,), asks=_ASKS[level])
    if not bleeding_is_judged:
        for entry in standing_of(chart.entries):
            body = entry.body
            if isinstance(body, Bleeding) and (level := LEVEL_OF.get(body.level)):
                value = "" if body.grade is None else f"WHO {body.grade}"
                yield Item(level, LIMIT, N_("Bleeding"), entry.at, value, (entry.n,), asks=_ASKS[level])


def _latest(chart: Chart, checks: Iterable[Entry]) -> list[Entry]:
    """The checks that stand in their cells."""
    shown = {entry.n for entry in chart.latest.values()}
    return [entry for entry in checks if entry.n in shown]
