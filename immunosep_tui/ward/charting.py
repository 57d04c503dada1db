"""Which dose is charted: the one that is due, one that was chosen, or one that is still open, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import Course, moved
from immunosep_tui.record.courses import takers_of
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import GIVEN, Dose, ExtraDose, Slot
from immunosep_tui.ward.board import Row


@dataclass(frozen=True, slots=True)
class ChosenDose:
    """One dose of a course, and the entry that is recorded of it, None where nothing is."""

    course: Course
    slot: Slot
    entry: Entry | None

    @property
    def replaces(self) -> int | None:
        """The number of the entry that would be replaced."""
        return None if self.entry is None else self.entry.n

    @property
    def key(self) -> tuple[int, int]:
        """Number of the entry of its course, and number of the dose."""
        return self.course.n, self.slot.number


def dose_at(chart: Chart, course: int, number: int) -> ChosenDose | None:
    """A dose by the entry of its course and its number; None where the record has none."""
    found = chart.course_of(course)
    slot = None if found is None else found.slot(number)
    return None if found is None or slot is None else ChosenDose(found, slot, found.doses.get(number))


def offered_dose(chart: Chart, row: Row) -> ChosenDose | None:
    """The dose that is charted where none was chosen: the one that is due or comes next, else the first one open.

    Where none comes any more, the last one of the latest course that is not charted goes first, then those of earlier
    courses.
    """
    if chart.course is None:
        return None
    missed = [dose.n for dose in row.not_charted]
    listed = missed[::-1] if row.next_dose is None else [row.next_dose.n, *missed]
    keys = [(chart.course.n, number) for number in listed]
    keys += [(course.n, slot.number) for course in reversed(chart.courses[:-1]) for slot in course.left_open]
    found = (dose_at(chart, *key) for key in keys)
    return next((dose for dose in found if dose is not None and dose.entry is None), None)


def nearer_dose(chosen: ChosenDose, at: int) -> Slot | None:
    """Another open dose of the product, in whose window an instant lies that is not in that of the chosen one; else None."""
    course, window = chosen.course, chosen.course.plan.window
    if abs(at - chosen.slot.due) <= window:
        return None
    others = (slot for slot in course.open_slots if slot.product == chosen.slot.product and slot != chosen.slot)
    return next((slot for slot in others if abs(at - slot.due) <= window), None)


def backlog(course: Course, row: Row) -> tuple[Slot, ...]:
    """The doses of a course that count as not charted, in the order of their time."""
    if row.course is None or row.course.n != course.n:
        return course.left_open
    wanted = {dose.n for dose in row.not_charted}
    return tuple(slot for slot in course.open_slots if slot.number in wanted)


def can_move_plan(chosen: ChosenDose, outcome: str, at: int) -> bool:
    """Whether the plan can move with a dose: the first one, given at another time than planned, nothing else recorded."""
    course, slot = chosen.course, chosen.slot
    return outcome == GIVEN and course.may_move_with(slot.number) and abs(at - slot.due) > course.plan.window > 0


def moved_slots(chosen: ChosenDose, at: int) -> tuple[Slot, ...]:
    """The doses after one, as they would be due if the plan moved with it."""
    plan = moved(chosen.course.plan, chosen.slot.due, at - chosen.slot.due)
    return tuple(slot for slot in plan.slots if slot.due > at)


@dataclass(frozen=True, slots=True)
class Past:
    """One entry about a dose, and the entry that took it back, None for one that stands."""

    entry: Entry
    taker: Entry | None


def history(chart: Chart, course: int, number: int) -> Iterator[Past]:
    """Everything that was ever recorded of a dose, parts and further syringes too, in the order of the record."""
    takers = takers_of(chart.entries)
    for entry in chart.entries:
        body = entry.body
        if isinstance(body, Dose | ExtraDose) and (body.course, body.slot) == (course, number):
            yield Past(entry, takers.get(entry.n))


def unsure_since(chosen: ChosenDose, at: int) -> tuple[Slot, ...]:
    """Other doses of its product that may have been given since the last one that surely was, before an instant."""
    slots = chosen.course.uncertain_before(chosen.slot.product, at)
    return tuple(slot for slot in slots if slot.number != chosen.slot.number)


def last_received(chart: Chart, chosen: ChosenDose, at: int) -> Entry | None:
    """What was given last of its product before an instant, in whatever course, parts and further syringes too."""
    found = [entry for course in chart.courses for entry in course.received(chosen.slot.product, chosen.replaces)]
    return max((entry for entry in found if entry.at <= at), key=lambda entry: entry.at, default=None)
