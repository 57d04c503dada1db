"""The fold: the entries of one patient, turned into the state that they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from immunosep_tui.record.courses import takers_of
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import (
    CodeBroken,
    CourseStarted,
    CourseStopped,
    Decision,
    Died,
    Dose,
    Kind,
    Slot,
    SofaDay,
    SofaTotal,
)
from immunosep_tui.record.patient import Patient

IN_WARD, LEFT, DIED = "in", "left", "died"
"""Where a patient is."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course, what became of its doses by slot, and the instant from which it is stopped."""

    n: int
    seq: int
    plan: CourseStarted
    doses: Mapping[int, Entry]
    stopped: int | None

    @property
    def begins(self) -> int:
        """The planned instant of the first dose, milliseconds of UTC."""
        return min((slot.due for slot in self.plan.slots), default=self.plan.ends)

    def too_close(self, slot: int, at: int, but: int | None = None) -> Entry | None:
        """A given dose of the same product that lies too near to an instant, None where there is none.

        The least gap of a course is that of the product with the shortest interval; for another one it grows with the
        interval.

        Args:
            slot: number of the dose.
            at: when it was given.
            but: number of an entry that is not looked at.
        """
        due: dict[str, list[int]] = {}
        for each in self.plan.slots:
            due.setdefault(each.product, []).append(each.due)
        intervals = {
            product: min(b - a for a, b in pairwise(times)) for product, times in due.items() if len(times) > 1
        }
        product = next(each.product for each in self.plan.slots if each.number == slot)
        same = {each.number for each in self.plan.slots if each.product == product}
        gap = self.plan.least_gap * intervals.get(product, 1) // min(intervals.values()) if product in intervals else 0
        given = (
            entry
            for number, entry in self.doses.items()
            if number in same and entry.n != but and isinstance(entry.body, Dose) and entry.body.outcome == "given"
        )
        return next((entry for entry in given if abs(entry.at - at) < gap), None)


@dataclass(frozen=True, slots=True)
class Chart:
    """What the record of one patient adds up to.

    Args:
        key: of the patient.
        entries: all of them, in order.
        sheet: the texts that stand, as on the forms.
        latest: the entry that stands for each part of the sheet.
        decision: the latest phenotype decision that stands, with its entry.
        courses: those that were started and not voided, in order.
        standing: the entries that were not taken back, by number.
    """

    key: str
    entries: tuple[Entry, ...] = ()
    sheet: Patient = field(default_factory=lambda: Patient(""))
    latest: Mapping[str, Entry] = field(default_factory=dict)
    decision: Decision | None = None
    courses: tuple[Course, ...] = ()
    standing: Mapping[int, Entry] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many entries the record has."""
        return len(self.entries)

    @property
    def course(self) -> Course | None:
        """The latest course."""
        return self.courses[-1] if self.courses else None

    def course_of(self, n: int) -> Course | None:
        """The course of an entry number."""
        return next((each for each in self.courses if each.n == n), None)

    @property
    def running(self) -> Course | None:
        """The course that is not stopped and not ended by a death or by leaving."""
        course = self.course
        if course is None or course.stopped is not None or self.ended:
            return None
        return course

    @property
    def next_slot(self) -> Slot | None:
        """The first dose of the running course of which nothing is recorded."""
        running = self.running
        if running is None:
            return None
        return next((slot for slot in running.plan.slots if slot.number not in running.doses), None)

    @property
    def died(self) -> bool:
        """Whether a death stands."""
        return any(entry.body.is_death for entry in self.latest.values())

    @property
    def code_break(self) -> Entry | None:
        """The entry that lifted the blinding, None where nobody did."""
        return next((entry for entry in self.entries if isinstance(entry.body, CodeBroken)), None)

    @property
    def ended(self) -> bool:
        """Whether the patient died or left."""
        return self.died or "response.final" in self.latest

    @property
    def state(self) -> str:
        """Where the patient is: ``IN_WARD``, ``LEFT`` or ``DIED``."""
        return DIED if self.died else LEFT if self.ended else IN_WARD

    @property
    def totals(self) -> dict[int, int]:
        """The complete SOFA total of each day that has one; a typed total stands before a scored one."""
        found: dict[int, int] = {}
        for kind in (SofaDay, SofaTotal):
            for entry in self.latest.values():
                body = entry.body
                if isinstance(body, kind) and body.total is not None:
                    found[body.day] = body.total
        return dict(sorted(found.items()))


def fold(key: str, entries: Iterable[Entry]) -> Chart:
    """The state after these entries of one patient, in order; NotReadable where one cannot be read."""
    listed = tuple(entries)
    standing = standing_of(listed)
    latest: dict[str, Entry] = {}
    decision: Decision | None = None
    plans: dict[int, tuple[Entry, CourseStarted]] = {}
    doses: dict[int, dict[int, Entry]] = {}
    stops: dict[int, int] = {}
    for entry in standing:
        body = entry.body
        place = body.section
        if place is not None and not _after_death(latest.get(place), body):
            latest[place] = entry
        if isinstance(body, Decision):
            decision = body
        elif isinstance(body, CourseStarted):
            plans[entry.n] = (entry, body)
            latest.pop("treatment.stop", None)  # it stopped a course before this one
        elif isinstance(body, Dose):
            doses.setdefault(body.course, {})[body.slot] = entry
        elif isinstance(body, CourseStopped):
            stops[body.course] = entry.at
    courses = tuple(Course(n, e.seq, plan, doses.get(n, {}), stops.get(n)) for n, (e, plan) in plans.items())
    return Chart(key, listed, _sheet(key, latest), latest, decision, courses, {entry.n: entry for entry in standing})


def first_given(course: Course) -> int | None:
    """The instant of the first given dose of a course in milliseconds of UTC, None before there is one."""
    given = (e.at for e in course.doses.values() if isinstance(e.body, Dose) and e.body.outcome == "given")
    return min(given, default=None)


def standing_of(entries: Sequence[Entry]) -> list[Entry]:
    """The entries that were not taken back, in order."""
    takers = takers_of(entries)
    return [entry for entry in entries if entry.n not in takers]


def _after_death(there: Entry | None, body: Kind) -> bool:
    """Whether a death stands at the place already: a total of that day does not take it away, only a correction does."""
    return there is not None and isinstance(there.body, Died) and not isinstance(body, Died)


def _sheet(key: str, latest: Mapping[str, Entry]) -> Patient:
    texts: dict[str, str] = {}
    kept: list[str] = []
    for place, entry in latest.items():
        below, confirmed = entry.body.on_sheet()
        texts |= {f"{place}.{name}".rstrip("."): text for name, text in below.items() if text}
        kept += [f"{place}.{name}".rstrip(".") for name in confirmed]
    deaths = frozenset(place for place, entry in latest.items() if entry.body.is_death)
    patient = Patient(key, texts, deaths=deaths)
    for name in kept:
        patient = patient.keeping(name)
    return patient
