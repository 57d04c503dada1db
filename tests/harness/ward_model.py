"""What a simulated patient asks for, by a plain model of its own: the numbers stand here and not in the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

STOP, CALL, LOOK = "stop", "call", "look"
URGENT: Final = {STOP: 3, CALL: 2, LOOK: 1}
ANAKINRA, INTERFERON, NONE = "anakinra", "interferon-gamma", ""

HOUR: Final = timedelta(hours=1)
DAY: Final = 24 * HOUR
WINDOW: Final = HOUR
"""How long before its time a dose is due, and how long after it one is overdue."""
CALM: Final = 8 * HOUR
"""The longest time for which somebody who has seen an alarm calms it."""
COURSE: Final = 15 * DAY

EVERY: Final = {ANAKINRA: 8 * HOUR, INTERFERON: 48 * HOUR}
DOSES: Final = {ANAKINRA: 45, INTERFERON: 8, NONE: 0}


@dataclass
class Reading:
    """One value with the earliest and the latest moment at which it can have been taken.

    Args:
        fact: what was measured or seen.
        number: as typed.
        low: the least value behind it.
        high: the greatest.
        earliest: the earliest moment.
        latest: the latest moment, at which it counts where it raises something.
        recorded: when it was signed.
        entry: number of the entry.
        cell: the cell that it was typed into.
        part: which reading of the cell.
        closed: the levels that a person has ended.
    """

    fact: str
    number: float
    low: float
    high: float
    earliest: datetime
    latest: datetime
    recorded: datetime
    entry: int
    cell: str
    part: int = 0
    closed: set[str] = field(default_factory=set)

    def surely_before(self, other: Reading) -> bool:
        """Whether it was taken before another one, whatever is not known of their times."""
        untimed = self.earliest != self.latest or other.earliest != other.latest
        in_cell = untimed and self.cell == other.cell and self.part < other.part
        return self.latest < other.earliest or in_cell


class Limit(NamedTuple):
    """A number of the checklist: what is compared, and what it asks for by drug."""

    fact: str
    kind: str
    number: float
    levels: dict[str, str]

    def level(self, regimen: str) -> str:
        """The level for who has a drug; without one the strictest of both, empty where it does not count."""
        if regimen:
            return self.levels.get(regimen, "")
        return max(self.levels.values(), key=lambda level: URGENT[level])

    def met(self, reading: Reading, others: Sequence[Reading]) -> bool | None:
        """Whether a reading meets it; None where only some of the values behind it do."""
        if self.kind == "at least":
            return reading.low >= self.number
        if self.kind == "fall":
            highest = _highest(reading, others, 48 * HOUR)
            return highest is not None and round(highest - reading.low, 2) >= self.number
        if self.kind == "halved":
            return self._halved(reading, others)
        some = reading.low <= self.number if self.kind == "at most" else reading.low < self.number
        every = reading.high <= self.number if self.kind == "at most" else reading.high < self.number
        return True if every else None if some else False

    def _halved(self, reading: Reading, others: Sequence[Reading]) -> bool:
        """A fall over half of the highest of a week, at or below 150, and not higher than at the drawing before."""
        if reading.low > 150:
            return False
        before = [each for each in others if each.surely_before(reading)]
        if before and max(before, key=lambda each: (each.latest, each.part)).low < reading.low:
            return False
        highest = _highest(reading, others, 7 * DAY)
        return highest is not None and (highest - reading.low) / highest * 100 > self.number


def _highest(reading: Reading, others: Sequence[Reading], span: timedelta) -> float | None:
    """The highest other value that can have been taken within so long before a reading."""
    near = [
        each.low
        for each in others
        if each is not reading
        and each.latest >= reading.latest - span
        and each.earliest <= reading.latest
        and not reading.surely_before(each)
    ]
    return max(near, default=None)


_BOTH_STOP: Final = {ANAKINRA: STOP, INTERFERON: STOP}
_BOTH_CALL: Final = {ANAKINRA: CALL, INTERFERON: CALL}
_BOTH_LOOK: Final = {ANAKINRA: LOOK, INTERFERON: LOOK}
_BLOOD: Final = {ANAKINRA: LOOK, INTERFERON: CALL}

LIMITS: Final = (
    Limit("bleeding", "at least", 3, _BOTH_STOP),
    Limit("bleeding", "at least", 2, _BOTH_CALL),
    Limit("major-bleeding", "at least", 1, _BOTH_STOP),
    Limit("anc", "below", 0.5, _BOTH_STOP),
    Limit("anc", "below", 1, _BOTH_LOOK),
    Limit("hemoglobin", "at most", 7, _BOTH_CALL),
    Limit("hemoglobin", "below", 8, _BOTH_LOOK),
    Limit("hemoglobin", "fall", 2, _BOTH_LOOK),
    Limit("platelets", "below", 50, _BLOOD),
    Limit("platelets", "halved", 50, _BLOOD),
    Limit("fibrinogen", "below", 1.5, _BLOOD),
    Limit("creatinine_clearance", "below", 30, _BOTH_LOOK),
)
_RISING: Final = ("bleeding", "major-bleeding")


class Alarm(NamedTuple):
    """What stands: the level, what it is about, its entries (one of a STOP), whether it is calm, how bad it is."""

    level: str
    fact: str
    entries: tuple[int, ...]
    is_calm: bool
    severity: int
    number: float


class Ack(NamedTuple):
    """Somebody has seen these entries."""

    entries: frozenset[int]
    until: datetime


@dataclass
class Patient:
    """What the simulation knows of one patient, without asking the program."""

    key: str
    regimen: str
    admitted: datetime
    first: datetime
    leaves: datetime
    how: str
    is_in: bool = False
    gone: datetime | None = None
    late_fact: bool = False
    started: datetime | None = None
    stopped: datetime | None = None
    done: dict[int, str] = field(default_factory=dict)
    given: datetime | None = None
    plans: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    acks: list[Ack] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    _standing: tuple[object, list[tuple[Reading, str]]] = (None, [])

    # ---- doses -------------------------------------------------------------------------------------------------
    @property
    def ends(self) -> datetime:
        """When the course ends: fifteen periods of 24 hours after the first given dose, not before the plan's."""
        return max(self.first, self.given or self.first) + COURSE

    def runs(self, now: datetime) -> bool:
        """Whether the course runs."""
        return self.started is not None and self.stopped is None and self.gone is None and now < self.ends

    def due(self, slot: int) -> datetime:
        """When a dose is due."""
        return self.first + EVERY[self.regimen] * (slot - 1)

    def closes(self, slot: int) -> datetime:
        """When a dose is not due any more but not charted: the next one enters its window, or the course ends."""
        return self.ends if slot == DOSES[self.regimen] else self.due(slot + 1) - WINDOW

    def _open(self) -> Iterator[int]:
        return (slot for slot in range(1, DOSES[self.regimen] + 1) if self.started and slot not in self.done)

    def due_now(self, now: datetime) -> list[int]:
        """The doses that are due."""
        return [s for s in self._open() if self.runs(now) and self.due(s) - WINDOW <= now < self.closes(s)]

    def overdue(self, now: datetime) -> list[int]:
        """The doses of which nothing is recorded more than an hour after their time."""
        return [slot for slot in self.due_now(now) if now > self.due(slot) + WINDOW]

    def not_charted(self, now: datetime) -> list[int]:
        """The doses that were missed, until something is recorded of them."""
        end = min(each for each in (self.stopped, self.gone, datetime.max.replace(tzinfo=now.tzinfo)) if each)
        return [slot for slot in self._open() if self.closes(slot) <= now and self.due(slot) < end]

    def held(self, now: datetime) -> list[int]:
        """The held doses after which none was given, while the course runs."""
        last = max((slot for slot, outcome in self.done.items() if outcome == "given"), default=0)
        return [s for s, outcome in self.done.items() if outcome == "held" and s > last and self.runs(now)]

    # ---- limits ------------------------------------------------------------------------------------------------
    def day(self, now: datetime) -> int:
        """The calendar day of the course."""
        return (now.date() - self.first.date()).days + 1

    def read(self, reading: Reading) -> None:
        """Something was signed."""
        self.readings.append(reading)
        self.last[reading.fact] = reading.low

    def _regimen(self, reading: Reading) -> str:
        """Whose checks count for a reading: those of both drugs before the course begins."""
        begins = min(self.first, self.given or self.first)
        return self.regimen if self.started is not None and reading.latest >= begins else NONE

    def _met(self, reading: Reading) -> tuple[str, list[Limit]]:
        """The most urgent level that a reading asks for, by which limits; a STOP that only may be is a CALL."""
        if self._barred(reading):
            return CALL, []
        others = [each for each in self.readings if each.fact == reading.fact]
        found: dict[str, list[Limit]] = {}
        for limit in LIMITS:
            level = limit.level(self._regimen(reading)) if limit.fact == reading.fact else ""
            met = limit.met(reading, others) if level else False
            if met is not False:
                found.setdefault(CALL if met is None and level == STOP else level, []).append(limit)
        level = max(found, key=lambda level: URGENT[level], default="")
        return level, found.get(level, [])

    def _barred(self, reading: Reading) -> bool:
        """A neutrophil count below 1.5 from before anakinra that arrives after its start."""
        return (
            self.started is not None
            and (self.regimen, reading.fact) == (ANAKINRA, "anc")
            and self.started < reading.recorded
            and reading.latest < min(self.first, self.given or self.first)
            and 0.5 <= reading.low < 1.5
        )

    def _stands(self, reading: Reading, level: str, limits: Sequence[Limit]) -> bool:
        """Whether nobody has ended it and no later drawing is in order; a STOP does not end by a value."""
        if level in reading.closed or not level:
            return False
        others = [each for each in self.readings if each.fact == reading.fact]
        after = [each for each in others if reading.surely_before(each)]
        if level == STOP:
            return True
        if self._barred(reading):
            return not any(each.low >= 1.5 for each in after)
        return any(all(limit.met(each, others) is not False for each in after) for limit in limits)

    def _stands_now(self) -> list[tuple[Reading, str]]:
        """Every reading that asks for somebody, with its level; remembered until something is signed."""
        closed = sum(len(each.closed) for each in self.readings)
        state = len(self.readings), closed, self.started, self.given
        if state != self._standing[0]:
            met = [(each, *self._met(each)) for each in self.readings]
            stands = [(each, level) for each, level, limits in met if self._stands(each, level, limits)]
            self._standing = state, stands
        return self._standing[1]

    def alarms(self, now: datetime, levels: Sequence[str] = (STOP, CALL)) -> list[Alarm]:
        """What stands at these levels: a STOP an entry, one of everything else a fact."""
        stands, found = self._stands_now(), []
        for group in (_RISING, *((limit.fact,) for limit in LIMITS if limit.fact not in _RISING)):
            here = [(each, level) for each, level in stands if each.fact in group]
            for level in levels:
                at_level = [each for each, other in here if other == level]
                if level == STOP:
                    entries = dict.fromkeys(each.entry for each in at_level)
                    parts = [[each for each in at_level if each.entry == entry] for entry in entries]
                else:
                    parts = [at_level] if at_level else []
                found += [self._alarm(level, part, here, now) for part in parts]
        return list(dict.fromkeys(found))

    def _alarm(self, level: str, part: list[Reading], here: list[tuple[Reading, str]], now: datetime) -> Alarm:
        worst = max(part, key=_badness)
        entries = tuple(dict.fromkeys(each.entry for each in part))
        seen = [ack for ack in self.acks if self._covers(ack, level, part, here)]
        is_calm = bool(seen) and now < seen[-1].until
        severity = {"bleeding": 10 + int(worst.low), "major-bleeding": 12}.get(worst.fact, 0)
        return Alarm(level, worst.fact, entries, is_calm, severity, worst.number)

    def _covers(self, ack: Ack, level: str, part: list[Reading], here: list[tuple[Reading, str]]) -> bool:
        """Whether somebody has seen it: that STOP, or of everything else a value that is not better."""
        if level == STOP:
            return part[0].entry in ack.entries
        named = [(URGENT[other], _badness(each)) for each, other in here if each.entry in ack.entries]
        return bool(named) and max(named) >= max((URGENT[level], _badness(each)) for each in part)

    def counts(self, now: datetime) -> bool:
        """Whether the patient stands among the living, or died or left and has an alarm that was signed since."""
        return self.gone is None or (self.late_fact and bool(self.alarms(now)))


def _badness(reading: Reading) -> float:
    return reading.number if reading.fact in _RISING else -reading.number
