"""The fold: the entries of one patient, turned into the state that they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from immunosep_tui.record.course import AFTER_END, AFTER_LEAVING, Course, courses_of
from immunosep_tui.record.courses import takers_of
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import (
    CodeBroken,
    Decision,
    Died,
    Kind,
    Left,
    Returned,
    Slot,
    SofaDay,
    SofaTotal,
)
from immunosep_tui.record.patient import Patient

IN_WARD, LEFT, DIED = "in", "left", "died"
"""Where a patient is."""


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
        absences: when the patient left alive and when he or she came back, milliseconds of UTC, in order.
    """

    key: str
    entries: tuple[Entry, ...] = ()
    sheet: Patient = field(default_factory=lambda: Patient(""))
    latest: Mapping[str, Entry] = field(default_factory=dict)
    decision: Decision | None = None
    courses: tuple[Course, ...] = ()
    standing: Mapping[int, Entry] = field(default_factory=dict)
    absences: tuple[tuple[int, int], ...] = ()

    @property
    def n(self) -> int:
        """How many entries the record has."""
        return len(self.entries)

    @property
    def course(self) -> Course | None:
        """The latest course."""
        return self.courses[-1] if self.courses else None

    def course_after(self, course: Course) -> Course | None:
        """The course that was started after another one."""
        return next((each for each in self.courses if each.n > course.n), None)

    def course_of(self, n: int) -> Course | None:
        """The course of an entry number."""
        return next((each for each in self.courses if each.n == n), None)

    def dose_against(self, course: Course, slot: Slot, outcome: str, at: int, but: int | None = None) -> str:
        """The rule that stands against recording something of a dose, whatever reason is given; empty for none.

        ``but`` is the number of the entry that it replaces.
        """
        return course.against(slot, outcome, at, self.gone_since, but)

    def dose_asks(self, course: Course, slot: Slot, outcome: str, at: int, but: int | None = None) -> tuple[str, ...]:
        """Why recording something of a dose asks for a reason; ``but`` is the number of the entry that it replaces."""
        is_close = self.too_close(course, slot.product, at, but) is not None
        asks = course.asks(slot, outcome, at, self.gone_since, is_close=is_close)
        if self.gone is None and any(left <= at < back for left, back in self.absences):
            asks = (*asks, AFTER_LEAVING)
        is_over = course.stop is None and (course is not self.course or at >= course.ends)
        return (*asks, AFTER_END) if is_over else asks

    def too_close(self, course: Course, product: str, at: int, but: int | None = None) -> Entry | None:
        """What was given of a product, in whatever course, within its least gap in this one; None where nothing was."""
        others = [entry for each in self.courses if each.n != course.n for entry in each.received(product)]
        given = (*course.received(product, but), *others)
        return next((entry for entry in given if abs(entry.at - at) < course.least_gap(product)), None)

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
    def gone(self) -> Entry | None:
        """The entry with which the patient died, or left and did not come back; None for who is on the ward."""
        deaths = (entry for entry in self.latest.values() if entry.body.is_death)
        return min(deaths, key=lambda entry: entry.n, default=self.latest.get("response.final"))

    def left_without(self, but: int | None) -> Entry | None:
        """The leaving from which the patient has not come back, were it not for the entry of a number."""
        return absences_of(entry for entry in self.standing.values() if entry.n != but)[1]

    @property
    def gone_since(self) -> tuple[str, int] | None:
        """Where the patient is who is not on the ward any more, ``LEFT`` or ``DIED``, and since when."""
        return None if self.gone is None else (self.state, self.gone.at)

    @property
    def gone_at(self) -> int | None:
        """When the patient died, or left and did not come back, whichever was first; None for who is on the ward."""
        left = self.left_without(None)
        return min((entry.at for entry in (self.gone, left) if entry is not None), default=None)

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
    absences, away = absences_of(standing)
    for entry in standing:
        body = entry.body
        place = body.section
        is_back = isinstance(body, Left) and entry is not away
        if place is not None and not is_back and not _after_death(latest.get(place), body):
            latest[place] = entry
        if isinstance(body, Decision):
            decision = body
    by_number = {entry.n: entry for entry in standing}
    courses = courses_of(standing)
    if not courses or courses[-1].stop is None:
        latest.pop("treatment.stop", None)  # it stopped a course before this one
    sheet = _sheet(key, latest)
    return Chart(key, listed, sheet, latest, decision, courses, by_number, absences)


def standing_of(entries: Sequence[Entry]) -> list[Entry]:
    """The entries that were not taken back, in order."""
    takers = takers_of(entries)
    return [entry for entry in entries if entry.n not in takers]


def absences_of(standing: Iterable[Entry]) -> tuple[tuple[tuple[int, int], ...], Entry | None]:
    """When the patient left alive and came back, and the entry of a leaving without a return; by time, not by entry."""
    found: list[tuple[int, int]] = []
    away: Entry | None = None
    moves = (entry for entry in standing if isinstance(entry.body, Left | Returned))
    for entry in sorted(moves, key=lambda entry: (entry.at, entry.n)):
        if isinstance(entry.body, Left):
            away = away or entry
        elif away is not None:
            found.append((away.at, entry.at))
            away = None
    return tuple(found), away


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
