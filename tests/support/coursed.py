"""Random courses by seed: what is tried in them, in the words of the second model and in those of the program."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.entry import Author, Entry, Proposal
from immunosep_tui.record.kinds import (
    Admitted,
    CourseStarted,
    CourseStopped,
    Decision,
    Died,
    Dose,
    ExtraDose,
    HoldEnded,
    Kind,
    Left,
    PlanMoved,
    Returned,
    Voided,
)
from immunosep_tui.record.kinds import Slot as PlannedSlot
from tests.oracle.courses import DAY, Deed, Plan, Record, Slot
from tests.support.attended import entry_of

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
START: Final = 1_778_572_800_000
"""Some morning at 8:00 UTC."""

OUTCOMES: Final = ("held", "refused", "omitted", "not charted")
DRUGS: Final = {
    "first": (("A", 8), ("A", 8)),
    "second": (("B", 48), ("B", 48)),
    "pair": (("A", 8), ("placebo of B", 48)),
}
"""What each regimen gives and every how many hours; a pair gives both."""


@dataclass(frozen=True)
class Ordered:
    """A course in both words."""

    plan: Plan
    body: CourseStarted


@cache
def ordered(regimen: str, days: int, first: int, window: int, gap: bool) -> Ordered:
    """A course whose doses are ``first`` and every interval after it; the least gap is three quarters of that."""
    products = dict(DRUGS[regimen])
    dues = sorted(
        (first + n * hours * HOUR, name) for name, hours in products.items() for n in range(days * 24 // hours + 1)
    )
    dues = [(due, name) for due, name in dues if due < first + days * DAY]
    listed = tuple(Slot(number, due, name) for number, (due, name) in enumerate(dues, start=1))
    planned = tuple(
        PlannedSlot(n, (due - first) // DAY + 1, due, name, "1 mg", "intravenous", name.startswith("placebo"))
        for n, due, name in listed
    )
    gaps = {name: hours * HOUR * 3 // 4 if gap else 0 for name, hours in products.items()}
    decision = {"first": 2, "second": 3, "pair": 4}[regimen]
    body = CourseStarted(
        regimen, "open", "", decision, planned, first + days * DAY, min(gaps.values()), window
    )  # fmt: skip
    return Ordered(Plan(listed, days, window, gaps), body)


class Tried:
    """One patient in both models, and what somebody tries next."""

    def __init__(self, seed: object) -> None:
        self.rng = random.Random(f"courses/{seed}")
        self.record = Record()
        self.now = START
        self.entries: list[Entry] = []
        self.orders: dict[int, Ordered] = {}
        self.window = self.rng.choice((0, HOUR, HOUR, 30 * MINUTE))
        self.gap = self.rng.random() < 0.8
        bodies: list[Kind] = [Admitted("7", "A-1", "1")]
        bodies += [Decision("high", regimen, {}, (), ()) for regimen in DRUGS]
        for body in bodies:
            self._append(self.proposal(Deed("other", self.now), body, "why"))
            self.record.add(Deed("other", self.now))

    # ---- the program ----------------------------------------------------------------------------------------------
    @property
    def chart(self) -> Chart:
        return fold("p", self.entries)

    def proposal(self, deed: Deed, body: Kind, reason: str) -> Proposal:
        key = f"k{len(self.entries)}"
        return Proposal("p", body, Author("AB", "doctor"), deed.at, key, reason, deed.corrects or None)

    def body(self, deed: Deed) -> Kind:
        """What a deed says, in the words of the program."""
        bodies: dict[str, Callable[[], Kind]] = {
            "course": lambda: self._ordered(deed).body,
            "dose": lambda: Dose(deed.course, deed.slot, deed.outcome),
            "part": lambda: ExtraDose(deed.course, deed.slot, "half"),
            "go-on": lambda: HoldEnded(deed.course, deed.entries),
            "move": lambda: PlanMoved(deed.course, deed.slot),
            "stop": lambda: CourseStopped(deed.course, "10:00"),
            "void": lambda: Voided(deed.entries[0]),
            "died": lambda: Died(3),
            "left": lambda: Left("yes"),
            "returned": lambda: Returned("another ward"),
        }
        return bodies[deed.what]()

    def take(self, deed: Deed, reason: str) -> None:
        """Record a deed in both."""
        self._append(self.proposal(deed, self.body(deed), reason))
        self.record.add(deed)

    def _append(self, proposal: Proposal) -> None:
        self.entries.append(entry_of(proposal, len(self.entries) + 1, self.now))

    # ---- what is tried --------------------------------------------------------------------------------------------
    def _ordered(self, deed: Deed) -> Ordered:
        return next(each for each in self.orders.values() if each.plan is deed.plan)

    def _order(self, regimen: str, first: int) -> Deed:
        found = ordered(regimen, self.rng.choice((7, 7, 15, 21)), first, self.window, self.gap)
        self.orders[id(found.plan)] = found
        return Deed("course", self.now, plan=found.plan)

    def courses(self) -> list[int]:
        return [line.n for line in self.record.lines if line.deed.what == "course"]

    def edges(self) -> list[int]:
        """Instants at which something changes, and those of everything that is recorded."""
        found = [line.deed.at for line in self.record.lines]
        for course in self.courses()[-2:]:
            plan = self.record.lines[course - 1].deed.plan
            assert plan is not None
            found += [self.record.ends(course), plan.begins]
            for slot in self.record.slots(course):
                found += [slot.due - plan.window, slot.due, slot.due + plan.window]
            for line in self.record.standing("dose", course)[-3:]:
                found += [line.deed.at + gap for gap in plan.gaps.values()]
        return found

    def _when(self) -> int:
        """An instant that has passed, mostly near, at times at an edge."""
        rng = self.rng
        if rng.random() < 0.4:
            return self.now - rng.choice((0, 0, 0, 5 * MINUTE, 20 * MINUTE))
        if rng.random() < 0.6:
            past = [at for at in self.edges() if self.now - 3 * DAY < at <= self.now]
            if past:
                return min(rng.choice(past) + rng.choice((0, 0, 0, MINUTE, -MINUTE, 1, -1)), self.now)
        return self.now - rng.randrange(0, rng.choice((2, 12, 60, 400))) * HOUR - rng.randrange(0, 60) * MINUTE

    def pass_time(self) -> None:
        """Let time go on."""
        rng = self.rng
        if rng.random() < 0.5:
            ahead = [at for at in self.edges() if self.now < at < self.now + 3 * DAY]
            if ahead:
                self.now = min(rng.sample(ahead, min(3, len(ahead)))) + rng.choice((0, 0, MINUTE, -MINUTE, 10 * MINUTE))
                return
        steps = (MINUTE, 10 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR, 8 * HOUR, 26 * HOUR)
        self.now += rng.choice((*steps, 4 * DAY) if rng.random() < 0.8 else steps[:3])
        if rng.random() < 0.02 and self.courses():
            self.now = max(self.now, self.record.ends(self.courses()[-1]) + rng.choice((-1, 0, 1, HOUR)))

    def next(self) -> Deed:
        """What somebody tries, whether the record takes it or not."""
        rng, record = self.rng, self.record
        courses = self.courses()
        if not courses:
            return self._order(rng.choice(sorted(DRUGS)), self.now // HOUR * HOUR + rng.choice((-2, 0, 1, 1, 6)) * HOUR)
        course = rng.choice((courses[-1], courses[-1], courses[-1], rng.choice(courses)))
        names, weights = zip(*WEIGHTS.items(), strict=True)
        what = rng.choices(names, weights)[0]
        if record.away_since() is not None and rng.random() < 0.4:
            what = "returned"
        if what == "course":
            return self._order(rng.choice(sorted(DRUGS)), self.now // HOUR * HOUR + rng.choice((0, 1, 6)) * HOUR)
        found = {
            "given": lambda: Deed("dose", self._when(), course, 0, "given"),
            "other": lambda: Deed("dose", self._when(), course, 0, rng.choice(OUTCOMES)),
            "part": lambda: Deed("part", self._when(), course),
            "correct": lambda: self._correction(course),
            "held-given": lambda: self._held_given(course),
            "go-on": lambda: Deed("go-on", self.now, course, entries=self._held(course)),
            "move": lambda: Deed("move", self.now, course),
            "void": lambda: Deed("void", self.now, entries=(self._some(),)),
        }.get(what, lambda: Deed(what, self._when(), course if what == "stop" else 0))()
        return (
            found
            if found.slot or found.what not in ("dose", "part", "move")
            else found._replace(slot=self._slot(found))
        )

    def _slot(self, deed: Deed) -> int:
        """A dose near the instant mostly, the first given one for a moved plan, at times any or none of the plan."""
        slots, rng = self.record.slots(deed.course), self.rng
        if deed.what == "move" and rng.random() < 0.8:
            given = [line for line in self.record.standing("dose", deed.course) if line.deed.outcome == "given"]
            if given:
                return given[0].deed.slot
        if rng.random() < 0.1:
            return rng.randrange(0, len(slots) + 2)
        done = {line.deed.slot for line in self.record.standing("dose", deed.course)}
        open_ones = [slot for slot in slots if slot.number not in done]
        if open_ones and rng.random() < 0.9:
            slots = open_ones
        return sorted(slots, key=lambda slot: abs(slot.due - deed.at))[
            rng.choice((0, 0, 0, 0, 1, 1, 2)) % len(slots)
        ].number

    def _correction(self, course: int) -> Deed:
        rng = self.rng
        lines = [
            line
            for line in self.record.lines[-12:]
            if line.deed.what in ("dose", "part", "stop", "died", "left", "returned")
            and line.deed.course in (0, course)
        ]
        if not lines:
            return Deed("dose", self._when(), course, 0, "given")
        line = rng.choice(lines)
        new = line.deed._replace(at=self._when(), corrects=line.n, entries=())
        if new.what == "dose" and rng.random() < 0.6:
            new = new._replace(outcome=rng.choice(("given", *OUTCOMES)))
        return new._replace(slot=self._slot(new)) if new.slot and rng.random() < 0.2 else new

    def _held(self, course: int) -> tuple[int, ...]:
        held = tuple(line.n for line in self.record.standing("dose", course) if line.deed.outcome == "held")
        return held if self.rng.random() < 0.6 else (held or (1,))[:1]

    def _held_given(self, course: int) -> Deed:
        """A held dose is given after all, as a correction of its entry, at times as if nothing was recorded."""
        held = [line for line in self.record.standing("dose", course) if line.deed.outcome == "held"]
        if not held:
            return Deed("dose", self._when(), course, 0, "held")
        line = self.rng.choice(held)
        corrects = line.n if self.rng.random() < 0.8 else 0
        return Deed("dose", self._when(), course, line.deed.slot, "given", corrects=corrects)

    def _some(self) -> int:
        lines = [line.n for line in self.record.lines if line.deed.what != "other"]
        return lines[-1 - min(int(self.rng.expovariate(0.3)), len(lines) - 1)]

    def instants(self, since: int, until: int) -> Iterator[int]:
        """Every hour between two instants, both included, and the edges between them."""
        found = {since, until, *range(-(-since // HOUR) * HOUR, until + 1, HOUR)}
        found |= {at + shift for at in self.edges() for shift in (-1, 0, 1) if since <= at + shift <= until}
        return iter(sorted(found))


WEIGHTS: Final = {
    "given": 40,
    "other": 12,
    "correct": 9,
    "held-given": 6,
    "part": 4,
    "go-on": 4,
    "move": 5,
    "stop": 4,
    "void": 9,
    "left": 2,
    "returned": 1,
    "died": 1,
    "course": 6,
}
"""What is tried, and how often."""
