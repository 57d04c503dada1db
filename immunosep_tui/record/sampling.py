"""Blood samples by the time at which they were taken: which one decides, whatever the order of typing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import Decision, Labs
from immunosep_tui.rules.phenotype import INDETERMINATE


class SignedSample(NamedTuple):
    """A blood sample as it stands in the record: its number, when it was taken (None: not known), entry and decision."""

    number: int
    taken: int | None
    entry: Entry
    decision: Decision | None
    decided_by: int
    """Number of the entry of the decision, 0 for none."""

    @property
    def is_settled(self) -> bool:
        """Whether it settles the phenotype."""
        return self.decision is not None and self.decision.phenotype != INDETERMINATE


def last_taken(settled: Iterable[tuple[int, int | None]]) -> int | None:
    """The number of the sample that was taken last, from numbers with their instants.

    A time that is not known never outranks a known one; where none is known the number tells. None for no sample.
    """
    listed = list(settled)
    timed = [(taken, number) for number, taken in listed if taken is not None]
    if timed:
        return max(timed)[1]
    return max((number for number, _taken in listed), default=None)


def signed_samples(chart: Chart) -> tuple[SignedSample, ...]:
    """The samples that stand, in order of their numbers."""
    found = []
    for entry in chart.latest.values():
        if isinstance(entry.body, Labs):
            taken = entry.at if entry.body.texts.get("sampled") else None
            decided = _decision_of(chart, entry)
            body = decided.body if decided is not None and isinstance(decided.body, Decision) else None
            found.append(SignedSample(entry.body.sample, taken, entry, body, decided.n if decided else 0))
    return tuple(sorted(found, key=lambda sample: sample.number))


def deciding_sample(chart: Chart) -> SignedSample | None:
    """The signed sample that decides: of those that settle the phenotype the one taken last, else the one taken last."""
    listed = signed_samples(chart)
    settled = [sample for sample in listed if sample.is_settled]
    number = last_taken((sample.number, sample.taken) for sample in settled or listed)
    return next((sample for sample in listed if sample.number == number), None)


def _decision_of(chart: Chart, labs: Entry) -> Entry | None:
    """The decision that was signed with the values of a sample, or made anew of them later."""
    assert isinstance(labs.body, Labs)
    found, is_next = None, True
    for entry in chart.entries[labs.n :]:
        if isinstance(entry.body, Labs):
            is_next = False
        elif (
            isinstance(entry.body, Decision)
            and (entry.body.sample or (is_next and labs.body.sample)) == labs.body.sample
        ):
            found, is_next = entry, False
    return found
