"""The course of a patient as it adds up: its plan, what became of its doses, and what stands against a deed in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import (
    GIVEN,
    HELD,
    NOT_CHARTED,
    CourseStarted,
    CourseStopped,
    Dose,
    ExtraDose,
    HoldEnded,
    InCourse,
    PlanMoved,
    Slot,
)

LATE, EARLY, SHORT_GAP = "late", "early", "short-gap"
AFTER_STOP, AFTER_END, AFTER_LEAVING, AFTER_DEATH = "after-stop", "after-end", "after-leaving", "after-death"
WAS_HELD, NOT_GIVEN, CORRECTED = "was-held", "not-given", "corrected"
"""Why a dose asks for a reason."""

NOT_NEXT, STOPPED_BEFORE, CANCELLED = "dose_is_next", "dose_after_stop", "dose_cancelled"
"""Rules that a dose can break, beside those of every entry."""

_GONE: Final = {"left": AFTER_LEAVING, "died": AFTER_DEATH}


@dataclass(frozen=True, slots=True)
class Course:
    """A course as it stands.

    Args:
        n: number of its entry in the record.
        seq: number of its entry in the ledger.
        plan: as it was started; moved, where a first dose that was given at another time moved it.
        started: the plan as it was started.
        doses: the entry of each dose of which something is recorded, by slot.
        stop: the entry that stops it, None for none.
        further: parts and further syringes, in order.
        go_on: numbers of held doses after which somebody said that the course goes on.
        is_moved: whether somebody chose to move the plan with the first given dose.
    """

    n: int
    seq: int
    plan: CourseStarted
    started: CourseStarted
    doses: Mapping[int, Entry]
    stop: Entry | None = None
    further: tuple[Entry, ...] = ()
    go_on: frozenset[int] = frozenset()
    is_moved: bool = False

    @property
    def stopped(self) -> int | None:
        """The instant from which it is stopped, milliseconds of UTC; None where it is not."""
        return None if self.stop is None else self.stop.at

    @property
    def begins(self) -> int:
        """The planned instant of the first dose, milliseconds of UTC."""
        return _begins(self.plan)

    @property
    def planned(self) -> int:
        """The planned instant of the first dose before the plan was moved, milliseconds of UTC."""
        return _begins(self.started)

    @property
    def length(self) -> int:
        """The treatment days of the plan in milliseconds."""
        return self.started.ends - self.planned

    @property
    def ends(self) -> int:
        """The end of the last treatment day, counted from the first given dose where that was given late."""
        given = self.first_given
        return self.plan.ends if given is None else max(self.plan.ends, given + self.length)

    def slot(self, number: int) -> Slot | None:
        """A dose of the plan by its number."""
        return next((slot for slot in self.plan.slots if slot.number == number), None)

    @property
    def open_slots(self) -> tuple[Slot, ...]:
        """The doses of which nothing is recorded, in the order of their time."""
        slots = (slot for slot in self.plan.slots if slot.number not in self.doses)
        return tuple(sorted(slots, key=lambda slot: (slot.due, slot.number)))

    @property
    def left_open(self) -> tuple[Slot, ...]:
        """The doses of a course that is over of which nothing is recorded, without those that its stop cancelled."""
        return tuple(slot for slot in self.open_slots if self.stopped is None or slot.due < self.stopped)

    def with_outcome(self, outcome: str) -> dict[int, Entry]:
        """The doses that were given, held and so on, by slot."""
        return {n: e for n, e in self.doses.items() if isinstance(e.body, Dose) and e.body.outcome == outcome}

    @property
    def first_given(self) -> int | None:
        """The instant of the first given dose in milliseconds of UTC, None before there is one."""
        return min((entry.at for entry in self.with_outcome(GIVEN).values()), default=None)

    @property
    def last_given(self) -> Entry | None:
        """The latest of all that was given, parts and further syringes too."""
        return max((*self.with_outcome(GIVEN).values(), *self.further), key=lambda entry: entry.at, default=None)

    @property
    def waiting(self) -> tuple[int, ...]:
        """Held doses that wait, until a stop, a word that the course goes on, or a given dose of the product.

        That dose was given after the held one was due, or after it was held where that came first.
        """
        if self.stop is not None:
            return ()
        given, held = self.with_outcome(GIVEN), self.with_outcome(HELD)
        times = [(slot.product, given[slot.number].at) for slot in self.plan.slots if slot.number in given]
        waiting = [slot for slot in self.plan.slots if slot.number in held and held[slot.number].n not in self.go_on]
        return tuple(
            slot.number
            for slot in waiting
            if not any(product == slot.product and at > min(slot.due, held[slot.number].at) for product, at in times)
        )

    def received(self, product: str, but: int | None = None) -> list[Entry]:
        """Everything of a product that was given, parts and further syringes too, in the order of time."""
        of_product = {slot.number for slot in self.plan.slots if slot.product == product}
        doses = [entry for number, entry in self.with_outcome(GIVEN).items() if number in of_product]
        doses += [e for e in self.further if isinstance(e.body, ExtraDose) and e.body.slot in of_product]
        return sorted((entry for entry in doses if entry.n != but), key=lambda entry: entry.at)

    def least_gap(self, product: str) -> int:
        """The shortest time between two given doses of a product in milliseconds, 0 where there is no such convention.

        The least gap of a plan is that of the product with the shortest interval; for another one it grows with the
        interval.
        """
        intervals = self._intervals()
        return self.plan.least_gap * intervals[product] // min(intervals.values()) if product in intervals else 0

    def interval(self, product: str) -> int:
        """The planned time between two doses of a product in milliseconds, 0 where it has only one."""
        return self._intervals().get(product, 0)

    def _intervals(self) -> dict[str, int]:
        due: dict[str, list[int]] = {}
        for slot in self.started.slots:
            due.setdefault(slot.product, []).append(slot.due)
        return {name: min(b - a for a, b in pairwise(sorted(times))) for name, times in due.items() if len(times) > 1}

    def against(self, slot: Slot, outcome: str, at: int, gone: tuple[str, int] | None, but: int | None = None) -> str:
        """The rule that stands against recording something of a dose, empty for none, whatever reason is given.

        Args:
            slot: which dose.
            outcome: what became of it.
            at: when, milliseconds of UTC.
            gone: where the patient is who is not on the ward any more, and since when.
            but: number of the entry that it replaces, whose dose is open again.
        """
        if outcome != GIVEN:
            ends = [end for end in (self.stopped, gone[1] if gone and gone[0] == "died" else None) if end is not None]
            return CANCELLED if ends and slot.due >= min(ends) else ""
        if self.is_stopped_by(at):
            return STOPPED_BEFORE
        return NOT_NEXT if self.open_between(at, slot, but) else ""

    def is_stopped_by(self, at: int) -> bool:
        """Whether the course was stopped before an instant, so that nothing is given in it then."""
        return self.stopped is not None and at > self.stopped

    def open_between(self, at: int, slot: Slot, but: int | None = None) -> tuple[Slot, ...]:
        """Open doses of the same product that are due from an instant on and before a dose; ``but`` as in ``against``."""
        done = {number for number, entry in self.doses.items() if entry.n != but}
        others = (each for each in self.plan.slots if each.product == slot.product and each.number not in done)
        return tuple(each for each in others if at <= each.due < slot.due)

    def may_move_with(self, slot: int) -> bool:
        """Whether the plan can move with a dose: nothing else is recorded of the course, and it has not moved yet."""
        return set(self.doses) <= {slot} and not (self.is_moved or self.further or self.stop)

    def asks(
        self,
        slot: Slot,
        outcome: str,
        at: int,
        gone: tuple[str, int] | None,
        *,
        is_close: bool = False,
    ) -> tuple[str, ...]:
        """Why recording something of a dose asks for a reason, in the order in which it is said; arguments as before.

        ``is_close`` says whether something was given of the product within its least gap.
        """
        found = [] if outcome == GIVEN else [NOT_GIVEN]
        there = self.doses.get(slot.number)
        if there is not None:
            is_held = isinstance(there.body, Dose) and there.body.outcome == HELD and outcome == GIVEN
            found.append(WAS_HELD if is_held else CORRECTED)
        if outcome == GIVEN:
            if self.plan.window and abs(at - slot.due) > self.plan.window:
                found.append(LATE if at > slot.due else EARLY)
            elif not self.plan.window and at < self.planned - self.plan.least_gap:
                found.append(EARLY)
            if is_close:
                found.append(SHORT_GAP)
        if self.stopped is not None:
            found.append(AFTER_STOP)
        if gone is not None:
            found.append(_GONE[gone[0]])
        return tuple(found)

    def uncertain_before(self, product: str, at: int) -> tuple[Slot, ...]:
        """The doses of a product that may have been given since the last one that surely was, and before an instant."""
        since = max((entry.at for entry in self.received(product) if entry.at < at), default=self.begins - 1)
        unknown = self.with_outcome(NOT_CHARTED)
        return tuple(
            slot
            for slot in self.plan.slots
            if slot.product == product
            and since < slot.due < at - self.plan.window
            and (slot.number in unknown or slot.number not in self.doses)
        )


def moved(plan: CourseStarted, since: int, by: int) -> CourseStarted:
    """A plan whose doses from an instant on, and the checks before each of them, lie so many milliseconds later.

    The end moves with the first dose of the plan, and with any that makes it later.
    """
    slots = tuple(replace(slot, due=slot.due + by * (slot.due >= since)) for slot in plan.slots)
    checks = tuple(
        replace(check, due=tuple(due + by * (due + check.lead >= since) for due in check.due)) if check.lead else check
        for check in plan.checks
    )
    return replace(plan, slots=slots, checks=checks, ends=plan.ends + by * (by > 0 or since == _begins(plan)))


def _begins(plan: CourseStarted) -> int:
    return min((slot.due for slot in plan.slots), default=plan.ends)


def courses_of(standing: Iterable[Entry]) -> tuple[Course, ...]:
    """The courses of the entries that stand, in the order in which they were started."""
    plans: dict[int, tuple[Entry, CourseStarted]] = {}
    of_course: dict[int, list[Entry]] = {}
    for entry in standing:
        if isinstance(entry.body, CourseStarted):
            plans[entry.n] = (entry, entry.body)
        elif isinstance(entry.body, InCourse):
            of_course.setdefault(entry.body.course, []).append(entry)
    return tuple(_course(entry, plan, of_course.get(n, ())) for n, (entry, plan) in plans.items())


def _course(entry: Entry, plan: CourseStarted, entries: Sequence[Entry]) -> Course:
    found = Course(
        entry.n,
        entry.seq,
        plan,
        plan,
        doses={each.body.slot: each for each in entries if isinstance(each.body, Dose)},
        stop=next((each for each in reversed(entries) if isinstance(each.body, CourseStopped)), None),
        further=tuple(each for each in entries if isinstance(each.body, ExtraDose)),
        go_on=frozenset(n for each in entries if isinstance(each.body, HoldEnded) for n in each.body.entries),
    )
    moves = [each.body.slot for each in entries if isinstance(each.body, PlanMoved)]
    if not moves:
        return found
    slot, entry_of_dose = found.slot(moves[-1]), found.with_outcome(GIVEN).get(moves[-1])
    if slot is None or entry_of_dose is None:
        return replace(found, is_moved=True)
    return replace(found, plan=moved(plan, slot.due, entry_of_dose.at - slot.due), is_moved=True)
