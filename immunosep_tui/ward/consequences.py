"""What a signature would change of what asks for a person, told before it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from immunosep_tui.record.attention import DOSE, Item
from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.entry import Entry, Proposal, write_body
from immunosep_tui.record.raised import Judged
from immunosep_tui.record.settings import Settings
from immunosep_tui.record.standing import judged
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store.judge import Judge


class Consequences(NamedTuple):
    """The STOP and CALL that would be new, and the alarms that would be over, each with the value that ends it."""

    new: tuple[Item, ...]
    over: tuple[tuple[Item, Sentence | None], ...]


def consequences(
    chart: Chart, proposals: Sequence[Proposal], judge: Judge, protocol: Protocol, settings: Settings, now: int
) -> Consequences:
    """What these entries would change, as if they were recorded at an instant (milliseconds of UTC)."""
    listed = [_as_recorded(each, chart.n + part, now) for part, each in enumerate(proposals, start=1)]
    after = fold(chart.key, [*chart.entries, *listed])
    return changes(chart, after, judge, protocol, settings, now)


def level_of_event(chart: Chart, proposal: Proposal, protocol: Protocol, settings: Settings, now: int) -> str:
    """The most urgent level that an event of its own, such as a bleeding, would meet; empty for none."""
    entry = _as_recorded(proposal, chart.n + 1, now)
    return judged(fold(chart.key, [*chart.entries, entry]), protocol, settings).level_at(f"entry.{entry.n}")


def changes(
    before: Chart, after: Chart, judge: Judge, protocol: Protocol, settings: Settings, now: int
) -> Consequences:
    """What is new and what is over between two states of a record, at an instant (milliseconds of UTC)."""
    then, found = judge(before).at(now), judge(after).at(now)
    readings = judged(after, protocol, settings)
    over = tuple((item, value_after(item, readings, protocol)) for item in found.ended_since(then))
    return Consequences(found.new_since(then), over)


class CourseChange(NamedTuple):
    """What becomes of the latest course: its state before and after, and doses that are due or not charted then."""

    before: str
    after: str
    due: int
    not_charted: int


def course_change(chart: Chart, proposals: Sequence[Proposal], judge: Judge, now: int) -> CourseChange:
    """What these entries would make of the latest course, as if they were recorded at an instant."""
    listed = [_as_recorded(each, chart.n + part, now) for part, each in enumerate(proposals, start=1)]
    then, found = judge(chart), judge(fold(chart.key, [*chart.entries, *listed]))
    due = sum(item.code == DOSE for item in found.at(now).items)
    return CourseChange(then.state_at(now), found.state_at(now), due, len(found.not_charted(now)))


def value_after(item: Item, readings: Judged, protocol: Protocol) -> Sentence | None:
    """The value by which an alarm is over, with the red cells before it: ``8.1 g/dL after 2 units``; None for none."""
    last, units = readings.last_value(item.fact, protocol.site.red_cells)
    if last is None or not last.value.analyte:
        return None
    template = N_("{value} after {units} units of red cells") if units and item.fact == "hemoglobin" else N_("{value}")
    return say(template, value=last.value, units=units)


def _as_recorded(proposal: Proposal, n: int, now: int) -> Entry:
    """The entry that a proposal would become, without its place in the ledger."""
    return Entry(
        seq=0,
        record=proposal.record,
        n=n,
        kind=proposal.kind,
        text=write_body(proposal.body),
        at=proposal.at,
        recorded=now,
        mono=0,
        boot="",
        author=proposal.author.initials,
        role=proposal.author.role,
        place=proposal.place,
        reason=proposal.reason,
        corrects=proposal.corrects,
        protocol=proposal.protocol,
        program="",
        key=proposal.key,
        prev="",
        hash="",
    )
