"""Limits along the line of time: which readings meet them, and which later readings are in order again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

from immunosep_tui.record.attention import CALL, LEVELS, LOOK, STOP
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.clock import SECOND
from immunosep_tui.record.course import Course
from immunosep_tui.record.days import Days
from immunosep_tui.record.observations import PROBLEM, RED_CELLS, Observation, Typed, fact_of, surely_before
from immunosep_tui.rules.blinding import MARKERS
from immunosep_tui.rules.monitoring import ALL_LEVELS, REFERENCE, START, UPPER_NORMAL, Finding, assess, holds, needs
from immunosep_tui.rules.protocol import CheckItem, Fact, Limit, Protocol
from immunosep_tui.rules.span import span
from immunosep_tui.rules.units import Quantity

LEVEL_OF: Final[Mapping[str, str]] = {"stop": STOP, "call": CALL, "review": LOOK}
"""The level of attention that a limit of the profile asks for."""

_HOUR: Final = 3600 * SECOND
_FALLING: Final = ("below", "at_or_below", "fall", "fall_percent")


class Raised(NamedTuple):
    """A reading that meets a limit: at which level, and whether every value behind it does.

    ``limit`` is None for an answer "problem", which meets no number.
    """

    observation: Observation
    item: CheckItem
    limit: Limit | None
    level: str
    is_sure: bool

    @property
    def badness(self) -> tuple[int, Fraction]:
        """How bad it is beside other readings of the same fact, higher first."""
        value = self.observation.value
        number = value.canonical if value.analyte else Fraction(value.value)
        falls = self.limit is not None and self.limit.when in _FALLING
        return -LEVELS.index(self.level), -number if falls else number


@dataclass(frozen=True, slots=True)
class _Period:
    """From which instant which checks count, and the number of the entry that says so."""

    begins: int
    n: int
    regimen: str


class Judged:
    """The readings of one patient, each held against the limits that count for it.

    Args:
        chart: of the patient.
        protocol: whose checklist has the limits.
        days: of the patient.
        upper_normal: upper limits of normal by analyte.
        found: readings by fact.
        draft: what is typed and not signed.
    """

    def __init__(
        self,
        chart: Chart,
        protocol: Protocol,
        days: Days,
        upper_normal: Mapping[str, Quantity],
        found: Mapping[str, Sequence[Observation]],
        draft: Typed | None = None,
    ) -> None:
        self.draft = draft
        self.days = days
        self.found = found
        self._upper = upper_normal
        known = {item.regimen for item in protocol.checklist}
        self._periods = [
            _Period(begins(course), course.n, course.plan.regimen)
            for course in chart.courses
            if course.plan.regimen in known
        ]
        self._items: dict[str, list[CheckItem]] = {}
        for item in sorted(protocol.checklist, key=lambda item: item.priority):
            self._items.setdefault(fact_of(item), []).append(item)

    def raised(self, fact: str) -> list[Raised]:
        """The readings of a fact that meet a limit and after which none was in order, in order of time."""
        found = []
        for each in self.found.get(fact, ()):
            met = self._worst(each)
            if met is not None and not self._is_over(met):
                found.append(met)
        return found

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that a limit asks for."""
        return tuple(self._items)

    def last_value(self, fact: str, hours: Fact) -> tuple[Observation | None, int]:
        """The signed reading of a fact that was taken last, and the units of red cells given so many hours before it."""
        signed = [each for each in self.found.get(fact, ()) if not each.is_draft]
        if not signed:
            return None, 0
        last, span = signed[-1], int(hours.value * _HOUR)
        cells = [each for each in self.found.get(RED_CELLS, ()) if 0 <= last.latest - each.latest <= span]
        return last, sum(int(each.value.value) for each in cells)

    def at_place(self, place: str) -> tuple[Observation, ...]:
        """The readings of one cell of the sheet, in order; what is typed goes before what is signed."""
        here = [each for listed in self.found.values() for each in listed if each.place == place]
        typed = [each for each in here if each.is_draft]
        return tuple(sorted(typed or here, key=lambda each: each.part))

    def level_at(self, place: str) -> str:
        """The most urgent level that readings of a cell ask for, as a profile names it; empty for none.

        Where more is typed behind readings that are signed, all of them count.
        """
        here = self.at_place(place)
        listed = [each for found in self.found.values() for each in found if each.place == place]
        kept = [each for each in listed if not each.is_draft and here and each.part < here[0].part]
        met = [worst for each in (*kept, *here) if (worst := self._worst(each)) is not None]
        worst_met = min(met, key=lambda each: LEVELS.index(each.level), default=None)
        return "" if worst_met is None else next(name for name, level in LEVEL_OF.items() if level == worst_met.level)

    def finding(self, item: CheckItem, place: str) -> Finding | None:
        """What the readings of a cell show by a line of the checklist; None where it holds none.

        Of several the one that asks most urgently counts, the latest of those that ask alike.
        """
        found = [self._assessed(item, each) for each in reversed(self.at_place(place))]
        return min(found, key=_urgency_of, default=None)

    def _assessed(self, item: CheckItem, observation: Observation) -> Finding:
        reference: Quantity | None = None
        for limit in item.limits:
            if needs(limit) == REFERENCE:
                recovers = self._recovers(limit, observation)
                reference = observation.value if recovers else self.reference(item, limit, observation)
        upper = next(
            (self._normal(item, limit, observation) for limit in item.limits if needs(limit) == UPPER_NORMAL), None
        )
        return assess(item, observation.value, reference, upper)

    def _period(self, observation: Observation) -> _Period | None:
        begun = [period for period in self._periods if period.begins <= observation.latest]
        return begun[-1] if begun else None

    def _checks(self, observation: Observation) -> list[CheckItem]:
        """The lines that count for a reading: those of the course that had begun, before one those of every drug.

        Limits of a marker belong to a drug: without a course the markers are the phenotype's.
        """
        listed, period = self._items.get(observation.fact, []), self._period(observation)
        if period is not None:
            return [item for item in listed if item.regimen == period.regimen]
        return [] if observation.fact in MARKERS else listed

    def _worst(self, observation: Observation) -> Raised | None:
        """The most urgent limit that a reading meets."""
        found = []
        for item in self._checks(observation):
            for limit in item.limits:
                level = self._level(item, observation, limit)
                sure = self.meets(item, limit, observation) if level else False
                if sure is not False:
                    # What only some of the values behind it meet is a call at most.
                    shown = CALL if level == STOP and sure is None else level
                    found.append(Raised(observation, item, limit, shown, sure is True))
            if item.problem and observation.text == PROBLEM:
                found.append(Raised(observation, item, None, LEVEL_OF[item.problem], True))
        return min(found, key=lambda each: (LEVELS.index(each.level), not each.is_sure), default=None)

    def _level(self, item: CheckItem, observation: Observation, limit: Limit) -> str:
        """The level of a limit for a reading; one of a drug's start counts for what arrives after that start only."""
        if limit.level != START:
            return LEVEL_OF[limit.level]
        begun = (period for period in self._periods if period.regimen == item.regimen)
        after = [period for period in begun if observation.latest < period.begins]
        return CALL if after and (observation.is_draft or observation.entry > after[0].n) else ""

    def meets(self, item: CheckItem, limit: Limit, observation: Observation) -> bool | None:
        """Whether a reading meets a limit: True, False, or None where only some of the values behind it do.

        A limit that cannot be judged is not met; ``can_judge`` tells.
        """
        return self._answer(item, limit, observation)[0]

    def can_judge(self, item: CheckItem, limit: Limit, observation: Observation) -> bool:
        """Whether everything is known that a limit needs beside the reading."""
        return self._answer(item, limit, observation)[1]

    def _answer(self, item: CheckItem, limit: Limit, observation: Observation) -> tuple[bool | None, bool]:
        if not needs(limit):
            return holds(item, limit, observation.value), True
        against = self._against(item, limit, observation)
        if against is not None:
            recovers = self._recovers(limit, observation)
            return (False if recovers else holds(item, limit, observation.value, against)), True
        try:
            return holds(item, limit, observation.value), True  # too high for a fall to count
        except ValueError:
            return False, False

    def _against(self, item: CheckItem, limit: Limit, observation: Observation) -> Quantity | None:
        if needs(limit) == UPPER_NORMAL:
            return self._normal(item, limit, observation)
        return self.reference(item, limit, observation)

    def _normal(self, item: CheckItem, limit: Limit, observation: Observation) -> Quantity | None:
        """The upper limit of normal, or the value before the first course where that was above the limit already.

        What may have been taken before that course is judged by the upper limit, however high the last value before it
        was.
        """
        usual = self._upper.get(observation.fact)
        before = self._baseline(observation.fact)
        if usual is None or before is None or not self._periods or observation.earliest is None:
            return usual
        if observation.earliest < self._periods[0].begins:
            return usual
        return before.value if holds(item, limit, before.value, usual) else usual

    def _baseline(self, fact: str) -> Observation | None:
        """The last signed reading before the first course; without one the last typed as a blood sample."""
        listed = self.found.get(fact, ())
        if self._periods:
            before = [each for each in listed if each.latest < self._periods[0].begins and not each.is_draft]
        else:
            before = [each for each in listed if each.place.startswith("labs.")]
        return before[-1] if before else None

    def reference(self, item: CheckItem, limit: Limit, observation: Observation) -> Quantity | None:
        """What a fall is counted from: the highest value within the limit's hours, else the value before the course.

        None where there is nothing to compare with.
        """
        if limit.within is None:
            return self._last_before_course(item, observation)
        since = observation.latest - int(limit.within.value * _HOUR)
        others = [
            each
            for each in self.found[observation.fact]
            if each.key != observation.key
            and (observation.is_draft or not each.is_draft)
            and each.latest >= since
            and not surely_before(observation, each)
            and (each.earliest is None or each.earliest <= observation.latest)
        ]
        return max((each.value for each in others), key=lambda value: value.canonical, default=None)

    def _recovers(self, limit: Limit, observation: Observation) -> bool:
        """Whether a value that counts as a fall only when it is low is higher than at the drawing before."""
        if limit.only_at_or_below is None:
            return False
        before = [
            each
            for each in self.found[observation.fact]
            if surely_before(each, observation) and (observation.is_draft or not each.is_draft)
        ]
        if not before:
            return False
        last = max(before, key=lambda each: (each.latest, each.part))
        return (span(last.value) - span(observation.value)).is_below_zero() is True

    def _last_before_course(self, item: CheckItem, observation: Observation) -> Quantity | None:
        before = self._baseline(observation.fact)
        if before is None or before.key == observation.key:
            return None
        return before.value if not item.days or self.days.calendar_day(observation.latest) >= item.days[0] else None

    def _is_over(self, met: Raised) -> bool:
        """Whether a signed reading that was surely taken later does not meet the limit; a STOP is never over by that."""
        if met.level == STOP:
            return False
        return any(
            surely_before(met.observation, each) and not each.is_draft and self._is_in_order(met, each)
            for each in self.found[met.observation.fact]
        )

    def _is_in_order(self, met: Raised, later: Observation) -> bool:
        if met.limit is None:
            return later.text != PROBLEM
        judged = self.can_judge(met.item, met.limit, later)
        return judged and self.meets(met.item, met.limit, later) is False


def _urgency_of(found: Finding) -> int:
    return ALL_LEVELS.index(found.met[0].level) if found.met else len(ALL_LEVELS)


def begins(course: Course) -> int:
    """The instant from which the checks of a course count: its first dose, as planned or as given earlier."""
    given = course.first_given
    return course.begins if given is None else min(given, course.begins)
