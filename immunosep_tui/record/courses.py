"""Courses and doses as rows that a database can guard: every one that was ever recorded, with what ended it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import CourseStarted, Dose, ExtraDose, Voided

if TYPE_CHECKING:
    from immunosep_tui.record.chart import Chart

EXTRA: Final = "extra"
"""The outcome of a part or a further syringe in the rows: it takes no slot."""


@dataclass(frozen=True, slots=True)
class DoseRow:
    """A dose entry; ``voided`` is the number of the entry that took it back."""

    n: int
    course: int
    slot: int
    product: str
    outcome: str
    at: int
    voided: int | None


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course entry; ``closed`` is the instant after which nothing can be recorded in it, None while it runs."""

    n: int
    slots: int
    begins: int
    ends: int
    least_gap: int
    closed: int | None
    doses: tuple[DoseRow, ...]


def course_rows(chart: Chart) -> tuple[CourseRow, ...]:
    """The rows of one patient's courses in order, those that were voided too."""
    takers = takers_of(chart.entries)
    gone = None if chart.gone is None else chart.gone.at
    standing = {course.n: course for course in chart.courses}
    started = [chart.entries[n - 1] for n in standing]
    rows = []
    for entry in chart.entries:
        if not isinstance(entry.body, CourseStarted):
            continue
        course = standing.get(entry.n)
        plan = entry.body
        is_over = any(each.n > entry.n and each.at > plan.ends for each in started)
        ends = [gone, None if course is None else course.stopped, plan.ends if is_over else None]
        if entry.n in takers:
            ends.append(takers[entry.n].at)
        products = {slot.number: slot.product for slot in plan.slots}
        doses = tuple(
            _dose(each, each.body, products, takers.get(each.n))
            for each in chart.entries
            if isinstance(each.body, Dose | ExtraDose) and each.body.course == entry.n
        )
        begins = min((slot.due for slot in plan.slots), default=entry.at)
        closed = min((end for end in ends if end is not None), default=None)
        rows.append(CourseRow(entry.n, len(plan.slots), begins, plan.ends, plan.least_gap, closed, doses))
    return tuple(rows)


def taken_back(entry: Entry) -> int | None:
    """The number of the entry that this one corrects or voids."""
    return entry.body.entry if isinstance(entry.body, Voided) else entry.corrects


def takers_of(entries: Sequence[Entry]) -> dict[int, Entry]:
    """For the number of each entry that does not stand the one that took it back.

    A correction that was corrected in its turn still takes back what it replaced; one that was voided does not.
    """
    takers: dict[int, Entry] = {}
    for entry in reversed(entries):
        undone = entry.n in takers and isinstance(takers[entry.n].body, Voided)
        taken = taken_back(entry)
        if taken is not None and not undone:
            takers.setdefault(taken, entry)
    return takers


def _dose(entry: Entry, dose: Dose | ExtraDose, products: Mapping[int, str], taker: Entry | None) -> DoseRow:
    voided = None if taker is None else taker.n
    outcome = dose.outcome if isinstance(dose, Dose) else EXTRA
    return DoseRow(entry.n, dose.course, dose.slot, products.get(dose.slot, ""), outcome, entry.at, voided)
