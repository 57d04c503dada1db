"""Deeds without end for a writer that is going to be interrupted: admissions, notes, decisions, courses and doses."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence

from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.entry import Author, Entry, Proposal
from immunosep_tui.record.kinds import (
    Admitted,
    CourseStarted,
    Decision,
    Dose,
    ExtraDose,
    HoldEnded,
    Kind,
    Labs,
    Left,
    Note,
    PlanMoved,
    Returned,
    Slot,
)
from immunosep_tui.store.store import Store

HOUR = 3_600_000
SIZES = (10, 200, 3000, 9000)
"""Lengths of a note: less than a page of the file, and more than two."""

Deed = tuple[Proposal, ...]


def now() -> int:
    """The present instant in milliseconds of UTC."""
    return time.time_ns() // 1_000_000


def deed(record: str, key: str, bodies: Sequence[Kind], at: int | None = None) -> Deed:
    """The entries of one deed, done now unless another instant is given."""
    author, instant = Author("AB", "nurse"), now() if at is None else at
    return tuple(Proposal(record, body, author, instant, f"{key}:{i}", "as it was") for i, body in enumerate(bodies))


def admission(case: str) -> list[Kind]:
    """A patient comes."""
    return [Admitted("bed 1", case, "MRN 1"), Labs({"ferritin": "900", "hla_dr": "7000"})]


def start(decision: int, first: int, slots: int = 6) -> CourseStarted:
    """A course whose first dose is due at an instant; it rests on the decision of this number."""
    listed = tuple(
        Slot(i, 1, first + (i - 1) * HOUR, "drug one", "5 mg", "intravenous", False) for i in range(1, slots + 1)
    )
    return CourseStarted("first", "open", "now", decision, listed, first + 24 * HOUR)


def next_bodies(rng: random.Random, entries: Sequence[Entry], case: str, at: int) -> list[Kind]:
    """What is done next with a patient of whom these entries are recorded."""
    n = len(entries)
    if not n:
        return admission(case)
    decided = next((e.n for e in entries if isinstance(e.body, Decision)), None)
    course = next((e for e in entries if isinstance(e.body, CourseStarted)), None)
    note = Note("x" * rng.choice(SIZES))
    if decided is None:
        return [Decision("high", "first", {"ferritin": "900 ng/mL"}, (), ())]
    if course is None:
        return [start(decided, at)]
    return _in_course(rng, fold("p", entries), note) if rng.random() < 0.7 else [note]


def _in_course(rng: random.Random, chart: Chart, note: Note) -> list[Kind]:
    """A dose, several that nobody charted, a part, the end of a hold, a leaving or a return."""
    course = chart.courses[0]
    free, held = [slot.number for slot in course.open_slots], [course.doses[slot].n for slot in course.waiting]
    found: list[list[Kind]] = [[ExtraDose(course.n, 1, "half a syringe")]] if course.doses else []
    if free:
        found += [
            [Dose(course.n, free[0], "given"), note],
            [Dose(course.n, free[0], "held")],
            [Dose(course.n, slot, "not charted") for slot in free[:2]],
        ]
    if held:
        found.append([HoldEnded(course.n, tuple(held))])
    is_first = len(course.doses) == len(course.with_outcome("given")) == 1
    if is_first and not course.is_moved and not course.further:
        found.append([PlanMoved(course.n, next(iter(course.doses)))])
    found.append([Left("to the ward")] if chart.gone is None else [Returned("from the ward"), note])
    return rng.choice(found)


def deeds(store: Store, writer: str, seed: str, clock: Callable[[], int] = now) -> Iterator[tuple[Deed, int]]:
    """Deeds on patients of this writer's own, also on those that it finds, each with the number of entries it follows."""
    rng = random.Random(seed)
    mine = [record for record in store.records() if record.startswith(f"{writer}-")]
    for number in range(1_000_000):
        if not mine or rng.random() < 0.15:
            mine.append(f"{writer}-{seed}-{number}")
        record = rng.choice(mine)
        entries = store.entries(record)
        if len(entries) < 40:
            at = clock()
            yield deed(record, f"{seed}/{number}", next_bodies(rng, entries, record, at), at), len(entries)
