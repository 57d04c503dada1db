"""Random plausible histories of one patient, by seed: deeds as staff would try them, also ones that the ledger refuses."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.clock import SECOND, Reading
from immunosep_tui.record.entry import GENESIS, Author, Entry, Proposal, write_body
from immunosep_tui.record.kinds import (
    OUTCOMES,
    ROLES,
    Acknowledged,
    Admitted,
    Allocated,
    Bleeding,
    Check,
    CodeBroken,
    CourseStarted,
    CourseStopped,
    Decision,
    Died,
    Dose,
    ExtraDose,
    FollowUp,
    HoldEnded,
    Kind,
    Labs,
    Left,
    Note,
    PlanMoved,
    Returned,
    Screened,
    SignedOff,
    Slot,
    SofaDay,
    SofaTotal,
    Voided,
)
from immunosep_tui.store.errors import ClockWrong, Refused, Stale
from immunosep_tui.store.store import Store

MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
START = 1_767_225_600_000  # a new year's midnight; any instant would do
REGIMENS = {"first": ("drug one", "5 mg", 8 * HOUR), "second": ("drug two", "7 mcg", 48 * HOUR)}


@dataclass
class HandClock:
    """A clock that a test sets by hand."""

    utc: int = START

    def __call__(self) -> Reading:
        return Reading(self.utc, (self.utc - START) * 1_000_000, "one-boot")

    def wait(self, milliseconds: int) -> None:
        self.utc += milliseconds


def _texts(rng: random.Random, *names: str) -> dict[str, str]:
    return {name: str(rng.randrange(1, 9000)) for name in names if rng.random() < 0.8}


def _admitted(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Admitted(f"bed {rng.randrange(1, 30)}", f"case {chart.key}", rng.choice(("1950-02-03", "MRN 77", "")))


def _labs(rng: random.Random, chart: Chart, now: int) -> Kind:
    texts = _texts(rng, "ferritin", "hla_dr", "crp")
    return Labs(texts, tuple(name for name in texts if rng.random() < 0.2), rng.choice((1, 1, 2)))


def _sofa(rng: random.Random, chart: Chart, now: int) -> Kind:
    low = rng.randrange(0, 20)
    high = low + rng.choice((0, 0, 4))
    texts = _texts(rng, "platelets", "gcs", "map")
    return SofaDay(rng.randrange(1, 16), texts, low, high, low if low == high else None)


def _total(rng: random.Random, chart: Chart, now: int) -> Kind:
    return SofaTotal(rng.randrange(1, 16), rng.randrange(0, 25))


def _decision(rng: random.Random, chart: Chart, now: int) -> Kind:
    missing = tuple(name for name in ("ferritin", "hla_dr") if rng.random() < 0.2)
    cautions = rng.choice(((), (), ("near-cut-off",), ("hook-suspected",)))
    regimen = rng.choice((*REGIMENS, None))
    return Decision(rng.choice(("high", "low", "neither")), regimen, {"ferritin": "12 ng/mL"}, missing, cautions)


def _course(rng: random.Random, chart: Chart, now: int) -> Kind:
    decisions = [(e.n, e.body) for e in chart.entries if isinstance(e.body, Decision) and e.body.regimen]
    n, decision = rng.choice(decisions) if decisions else (1, None)
    regimen = decision.regimen if decision and decision.regimen and rng.random() < 0.95 else "first"
    product, dose, every = REGIMENS[regimen]
    first = now + rng.choice((0, HOUR, 6 * HOUR))
    slots = []
    for number in range(1, rng.randrange(2, 8)):
        due = first + (number - 1) * every
        name = rng.choice((product, product, f"placebo of {product}"))
        slots.append(Slot(number, 1 + (due - first) // DAY, due, name, dose, "intravenous", name != product))
    ends = first + len(slots) * every
    return CourseStarted(regimen, "open", "2026-01-01 08:00", n, tuple(slots), ends, rng.choice((0, 0, every // 2)))


def _a_course(rng: random.Random, chart: Chart) -> int:
    if chart.courses and rng.random() < 0.95:
        return rng.choice((chart.courses[-1], chart.courses[-1], rng.choice(chart.courses))).n
    return rng.randrange(1, chart.n + 3)


def _stopped(rng: random.Random, chart: Chart, now: int) -> Kind:
    return CourseStopped(_a_course(rng, chart), "2026-01-02 10:00")


def _dose(rng: random.Random, chart: Chart, now: int) -> Kind:
    n = _a_course(rng, chart)
    course = next((each for each in chart.courses if each.n == n), None)
    slot = rng.randrange(1, 9)
    if course is not None and rng.random() < 0.8:
        slot = next((s.number for s in course.plan.slots if s.number not in course.doses), slot)
    return Dose(n, slot, rng.choice(("given", "given", "given", *OUTCOMES)))


def _extra(rng: random.Random, chart: Chart, now: int) -> Kind:
    return ExtraDose(_a_course(rng, chart), rng.randrange(1, 9), rng.choice(("half", "2 mg more")))


def _go_on(rng: random.Random, chart: Chart, now: int) -> Kind:
    course = next((each for each in chart.courses if each.waiting), None)
    if course is None or rng.random() < 0.2:
        return HoldEnded(_a_course(rng, chart), (_some_entry(rng, chart),))
    return HoldEnded(course.n, tuple(course.doses[slot].n for slot in course.waiting))


def _moved(rng: random.Random, chart: Chart, now: int) -> Kind:
    n = _a_course(rng, chart)
    course = next((each for each in chart.courses if each.n == n), None)
    given = [] if course is None else list(course.with_outcome("given"))
    return PlanMoved(n, given[0] if given else rng.randrange(1, 9))


def _check(rng: random.Random, chart: Chart, now: int) -> Kind:
    item = rng.choice(("hemoglobin", "neutrophils", "temperature"))
    level = rng.choice(("", "", "", "urgent"))
    return Check(rng.randrange(1, 16), item, item.title(), str(rng.randrange(1, 40)), level, rng.random() < 0.1)


def _bleeding(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Bleeding("line", "oozing, pressed for 10 minutes")


def _died(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Died(rng.randrange(1, 16))


def _left(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Left("to the ward")


def _returned(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Returned("from another ward")


def _screened(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Screened({"age": str(rng.randrange(18, 99))}, ("age",) if rng.random() < 0.1 else ())


def _followed(rng: random.Random, chart: Chart, now: int) -> Kind:
    return FollowUp(28, rng.choice(("alive", "alive", "alive", "died")))


def _acknowledged(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Acknowledged((_some_entry(rng, chart),), now + 12 * HOUR)


def _allocated(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Allocated(_a_course(rng, chart), f"{rng.randrange(1000):03}")


def _code_break(rng: random.Random, chart: Chart, now: int) -> Kind:
    return CodeBroken(_a_course(rng, chart), "IV placebo, subcutaneous first")


def _note(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Note(rng.choice(("quiet night", "Müller — 家属", "x" * 3000, "a\nb\tc")))


def _signed(rng: random.Random, chart: Chart, now: int) -> Kind:
    return SignedOff(chart.n, "reviewed")


def _void(rng: random.Random, chart: Chart, now: int) -> Kind:
    return Voided(_some_entry(rng, chart))


def _some_entry(rng: random.Random, chart: Chart) -> int:
    """Mostly a late entry of the record, at times one that is not there."""
    if rng.random() < 0.05 or not chart.n:
        return chart.n + rng.randrange(1, 4)
    return max(1, chart.n - int(rng.expovariate(0.2)))


Deed = Callable[[random.Random, Chart, int], Kind]

DEEDS: dict[str, tuple[Deed, int]] = {
    "admitted": (_admitted, 2),
    "screened": (_screened, 3),
    "labs": (_labs, 10),
    "sofa": (_sofa, 8),
    "total": (_total, 5),
    "decision": (_decision, 8),
    "course": (_course, 10),
    "stop": (_stopped, 4),
    "dose": (_dose, 40),
    "extra-dose": (_extra, 4),
    "hold-end": (_go_on, 3),
    "plan-moved": (_moved, 3),
    "check": (_check, 8),
    "bleeding": (_bleeding, 2),
    "died": (_died, 1),
    "left": (_left, 1),
    "returned": (_returned, 3),
    "follow-up": (_followed, 1),
    "acknowledged": (_acknowledged, 3),
    "allocated": (_allocated, 1),
    "code-break": (_code_break, 1),
    "note": (_note, 4),
    "sign-off": (_signed, 3),
    "void": (_void, 9),
}
"""What staff do, by the name of the kind, and how often."""


def next_deed(rng: random.Random, chart: Chart, now: int, key: str) -> Proposal:
    """What somebody tries next; the ledger takes most of it and refuses some."""
    author = Author(rng.choice(("AB", "CD", "EF")), rng.choice(ROLES))
    corrects = None
    if chart.n == 0 and rng.random() < 0.9:
        body = _admitted(rng, chart, now)
    elif chart.n and rng.random() < 0.15:
        corrects = _some_entry(rng, chart)
        kind = chart.entries[corrects - 1].kind if corrects <= chart.n and rng.random() < 0.95 else "labs"
        body = DEEDS[kind][0](rng, chart, now)
    else:
        deeds, weights = zip(*DEEDS.values(), strict=True)
        deed = rng.choices(deeds, weights)[0]
        if deed is _dose and chart.running is None and not chart.ended and rng.random() < 0.8:
            deed = _course if any(isinstance(e.body, Decision) for e in chart.entries) else _decision
        elif rng.random() < 0.2:
            deed = _answer(chart) or deed
        body = deed(rng, chart, now)
    at = now - rng.choice((0, 0, 0, MINUTE, 2 * HOUR, 30 * DAY))
    at += rng.choices((0, DAY), (40, 1))[0]
    reason = rng.choices(("typed wrongly", ""), (9, 1))[0]
    return Proposal(chart.key, body, author, at, key, reason, corrects, "0" * 64, "workstation 1")


def _answer(chart: Chart) -> Deed | None:
    """What a record waits for: somebody to come back, to go on after a hold, or to move the plan with a first dose."""
    course = chart.running
    if chart.ended:
        return None if chart.died else _returned
    if course is not None and course.waiting:
        return _go_on
    is_first = (
        course is not None and list(course.doses) == list(course.with_outcome("given")) and len(course.doses) == 1
    )
    return _moved if is_first else None


@dataclass
class Played:
    """What became of the deeds of a history: how many were recorded, and how many refused by each rule."""

    recorded: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    proposals: list[Proposal] = field(default_factory=list)


def play(store: Store, clock: HandClock, record: str, seed: object, deeds: int) -> Played:
    """Try so many deeds on one patient. Some are repeated under the same key, some decided on an old reading."""
    rng = random.Random(f"{seed}/{record}")
    played = Played()
    for number in range(deeds):
        clock.wait(rng.choice((5 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR)))
        chart = store.chart(record)
        proposals = [next_deed(rng, chart, clock.utc, f"{record}/{number}")]
        if rng.random() < 0.1:
            proposals.append(next_deed(rng, chart, clock.utc, f"{record}/{number}/second"))
        behind = 1 if chart.n and rng.random() < 0.03 else 0
        try:
            written = store.append(proposals, chart.n - behind)
        except Stale as error:
            if not behind or error.entries != chart.entries[-1:]:
                raise
            played.refused["stale"] += 1
        except Refused as error:
            played.refused[error.rule] += 1
        except ClockWrong:
            played.refused["clock"] += 1
        else:
            assert not behind
            played.recorded += len(written)
            played.proposals += proposals
            if rng.random() < 0.05:
                assert store.append(proposals, 0) == written
    return played


ADMITTED = Admitted("bed 1", "case 1", "MRN 1")
DECISION = Decision("high", "first", {}, (), ())


def plan(
    first: int = START, *, decision: int = 2, slots: int = 3, gap: int = 0, regimen: str = "first"
) -> CourseStarted:
    """A course with a dose every 8 hours, that rests on the second entry of its record."""
    due = [first + index * 8 * HOUR for index in range(slots)]
    listed = tuple(Slot(i, 1, at, "drug one", "5 mg", "intravenous", False) for i, at in enumerate(due, start=1))
    return CourseStarted(regimen, "open", "2026-01-01 08:00", decision, listed, first + slots * 8 * HOUR, gap)


def written(proposals: Iterable[Proposal], clock: HandClock | None = None) -> list[Entry]:
    """A ledger of these deeds, as it would be had each been taken."""
    clock = clock or HandClock()
    counts: Counter[str] = Counter()
    entries: list[Entry] = []
    for proposal in proposals:
        clock.wait(MINUTE)
        counts[proposal.record] += 1
        bare = Entry(
            seq=len(entries) + 1,
            record=proposal.record,
            n=counts[proposal.record],
            kind=proposal.kind,
            text=write_body(proposal.body),
            at=proposal.at,
            recorded=clock.utc,
            mono=clock().mono,
            boot=clock().boot,
            author=proposal.author.initials,
            role=proposal.author.role,
            place=proposal.place,
            reason=proposal.reason,
            corrects=proposal.corrects,
            protocol=proposal.protocol,
            program="0",
            key=proposal.key,
            prev=entries[-1].hash if entries else GENESIS,
            hash="",
        )
        entries.append(replace(bare, hash=bare.digest()))
    return entries


def book(*bodies: Kind | tuple[Kind, int], record: str = "p", at: Sequence[int] = ()) -> list[Entry]:
    """A ledger of one record; a body with a number corrects the entry of that number."""
    proposals = []
    for index, item in enumerate(bodies):
        body, corrects = item if isinstance(item, tuple) else (item, None)
        instant = at[index] if index < len(at) else START + index * MINUTE
        proposals.append(Proposal(record, body, Author("AB", "nurse"), instant, f"{record}{index}", "why", corrects))
    return written(proposals)
