"""Courses and doses as rows that a database can guard: every one that was ever recorded, with what ended it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import CourseStarted, CourseStopped, Died, Dose, FollowUp, Left, Slot, Voided


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


def course_rows(entries: Sequence[Entry]) -> tuple[CourseRow, ...]:
    """The rows of one patient's courses in order, from all entries of the patient."""
    takers = takers_of(entries)
    standing = [entry for entry in entries if entry.n not in takers]
    ended = min((e.at for e in standing if _ends(e)), default=None)
    stops = {e.body.course: e.at for e in standing if isinstance(e.body, CourseStopped)}
    started = [(e, e.body) for e in entries if isinstance(e.body, CourseStarted)]
    rows = []
    for index, (entry, plan) in enumerate(started):
        followed = index + 1 < len(started) and started[index + 1][0].at > plan.ends
        ends = [ended, stops.get(entry.n), plan.ends if followed else None]
        if entry.n in takers:
            ends.append(takers[entry.n].at)
        closings = [instant for instant in ends if instant is not None]
        slots = {slot.number: slot for slot in plan.slots}
        doses = tuple(
            _dose(e, e.body, slots, takers.get(e.n))
            for e in entries
            if isinstance(e.body, Dose) and e.body.course == entry.n
        )
        begins = min((slot.due for slot in plan.slots), default=entry.at)
        closed = min(closings, default=None)
        rows.append(CourseRow(entry.n, len(slots), begins, plan.ends, plan.least_gap, closed, doses))
    return tuple(rows)


def _ends(entry: Entry) -> bool:
    """Whether the patient is gone with an entry."""
    body = entry.body
    return isinstance(body, Died | Left) or (isinstance(body, FollowUp) and body.status == "died")


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


def _dose(entry: Entry, dose: Dose, slots: dict[int, Slot], taker: Entry | None) -> DoseRow:
    voided = None if taker is None else taker.n
    product = slots[dose.slot].product if dose.slot in slots else ""
    return DoseRow(entry.n, dose.course, dose.slot, product, dose.outcome, entry.at, voided)
