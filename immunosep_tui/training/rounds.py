"""Which cases make a round: what is due or was missed comes more often, and a class gets the same set from its seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, cycle, islice
from random import Random, SystemRandom
from typing import Final

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training import items
from immunosep_tui.training.item import LEVELS, Item
from immunosep_tui.training.progress import NEWCOMER, Standing
from immunosep_tui.training.topics import TOPICS

MODES: Final = ("learn", "test", "sofa", "bedside", "evidence")

SEEDS: Final = 1_000_000
"""Seeds are drawn below it: six digits can be read aloud to a class."""

WEIGHTS: Final[Mapping[str, int]] = {"missed": 8, "due": 4, "new": 2, "known": 1}
"""How often a topic is drawn, by how the learner stands in it. Local convention."""

WRITTEN_SHARE: Final = 0.5
"""How often a written case is taken where one can be made as well."""

TRIES: Final = 60
"""Cases made in search of one that tempts somebody to a misreading."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A round as it was planned.

    ``items`` are names of cases in order; ``clock`` is the time for each question in seconds, 0 for none. ``in_class``:
    the seed was given, so that everybody has the same items by it.
    """

    mode: str
    seed: int
    items: tuple[str, ...]
    clock: int = 0
    in_class: bool = False


def _only_of(topics: frozenset[str]) -> Callable[[Item], bool]:
    return lambda case: all(ask.topic in topics for ask in case.asks)


def _is_course(case: Item) -> bool:
    """Whether a case can be followed from day to day: a treatment that began, and totals of its days."""
    return bool(case.situation.patient.text("treatment.start") and case.situation.patient.within("response"))


_SOFA: Final = frozenset(
    {
        "sedated-gcs", "room-air", "ventilated-gas", "vasopressor", "creatinine-units", "table-gap", "urine",
        "renal-replacement", "sofa-version", "missing-organ",
    }
)  # fmt: skip
_EVIDENCE: Final = frozenset({"evidence", "limits"})
_COURSES: Final = frozenset({"responder", "carried-forward", "death-scored"})
_ALL: Final = frozenset(TOPICS)

POOLS: Final[Mapping[str, tuple[frozenset[str], Callable[[Item], bool]]]] = {
    "learn": (_ALL, _only_of(_ALL)),
    "test": (_ALL, _only_of(_ALL)),
    "sofa": (_SOFA, _only_of(_SOFA)),
    "bedside": (_COURSES, _is_course),
    "evidence": (_EVIDENCE, _only_of(_EVIDENCE)),
}
"""Of each mode, the topics that are drawn, and which cases it takes."""


def plan(mode: str, count: int, seed: int | None, standing: Standing, protocol: Protocol, *, clock: int = 0) -> Plan:
    """Plan a round: what was missed first, then what is due, then the rest.

    Args:
        mode: one of ``MODES``; ``bedside`` has one case, whatever the count.
        count: how many cases, from 1.
        seed: of a class, from 0: the standing is then ignored. None draws one, and the round is the learner's own.
        standing: how the learner stands.
        protocol: open, not blinded.
        clock: seconds for each question, 0 for none.

    Raises:
        KeyError: there is no such mode.
    """
    in_class = seed is not None
    drawn = SystemRandom().randrange(SEEDS) if seed is None else seed
    count = 1 if mode == "bedside" else count
    chance = Random(f"{mode}/{count}/{drawn}")  # noqa: S311 - reproducible, no secret
    topics, fits = POOLS[mode]
    known = NEWCOMER if in_class else standing
    kinds = {topic: kind_of(topic, known) for topic in TOPICS if topic in topics}
    order = tuple(WEIGHTS)
    asked = spread({topic: WEIGHTS[kind] for topic, kind in kinds.items()}, count, chance)
    asked.sort(key=lambda topic: order.index(kinds[topic]))
    cases = {name: case for name, case in items.written(protocol).items() if fits(case)}
    dealer = _Dealer(cases, fits, known, protocol, chance, any_level=in_class)
    for topic in asked:
        dealer.deal(topic)
    return Plan(mode, drawn, tuple(dealer.dealt), clock, in_class)


def kind_of(topic: str, standing: Standing) -> str:
    """How somebody stands in a topic: the key of its weight."""
    known = standing.topics.get(topic)
    if known is None:
        return "new"
    if known.missed or known.misreading:
        return "missed"
    return "due" if topic in standing.due else "known"


def spread(weights: Mapping[str, int], count: int, chance: Random) -> list[str]:
    """So many draws, each name as often as its share of the weights to the next whole number, in no order.

    The expected number of draws of a name is exactly its share: the names lie on a line as long as their weights, which is
    read at equal steps from a random start.
    """
    names = list(weights)
    chance.shuffle(names)
    total = sum(weights.values())
    at, reached, drawn = chance.randrange(total), 0, list[str]()
    for name in names:
        reached += weights[name] * count
        while at < reached:
            drawn.append(name)
            at += total
    chance.shuffle(drawn)
    return drawn


@dataclass(slots=True)
class _Dealer:
    """Deals the cases of one round; ``any_level`` where nobody's success says which level comes next."""

    cases: Mapping[str, Item]
    fits: Callable[[Item], bool]
    standing: Standing
    protocol: Protocol
    chance: Random
    any_level: bool
    dealt: list[str] = field(default_factory=list)

    def deal(self, topic: str) -> None:
        """One more case of a topic, if there is any."""
        known = self.standing.topics.get(topic)
        level = known.level if known else self.chance.choice(LEVELS) if self.any_level else LEVELS[0]
        found = self._against(topic, known.misreading) if known and known.misreading else None
        found = found or self._of(topic, level)
        if found:
            self.dealt.append(found)

    def _against(self, topic: str, misreading: str) -> str | None:
        """A case in which a misreading gives a wrong answer."""
        levels = islice(cycle(reversed(LEVELS)), TRIES)
        made = (name for name, case in self._made(topic, levels) if items.tempts(case, misreading))
        written = (name for name in self._left() if items.tempts(self.cases[name], misreading))
        return next(chain(made, written), None)

    def _of(self, topic: str, level: int) -> str | None:
        """A case of a topic, as near to a level as there is: a written one that is new or was missed, or a made one."""
        about = [name for name in self._left() if any(ask.topic == topic for ask in self.cases[name].asks)]
        about.sort(key=lambda name: abs(self.cases[name].level - level))
        fresh = [name for name in about if not self.standing.items.get(name)]
        if fresh and self.chance.random() < WRITTEN_SHARE:
            return fresh[0]
        made = (name for name, _case in self._made(topic, (level, *LEVELS)))
        return next(chain(made, fresh, about), None)

    def _left(self) -> list[str]:
        """The written cases that are not in the round yet, in no order."""
        left = [name for name in self.cases if name not in self.dealt]
        self.chance.shuffle(left)
        return left

    def _made(self, topic: str, levels: Iterable[int]) -> Iterator[tuple[str, Item]]:
        """Cases made of a topic, one for each level where there is one."""
        for level in levels:
            name = f"{items.MADE}{topic}/{level}/{self.chance.randrange(SEEDS)}"
            with suppress(KeyError):
                case = items.item(name, self.protocol)
                if self.fits(case):
                    yield name, case
