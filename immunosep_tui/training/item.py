"""One made-up patient with what is asked about him: a written case, or one that the generator made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from immunosep_tui.training.question import Question, Situation, question

LEVELS: Final = (1, 2, 3)
"""How near an edge a case lies: plain, with the usual trap, on the edge."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a case: its key, the topic that it teaches, and a hint that does not give the answer away."""

    key: str
    topic: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A case as it is put before a learner.

    ``id`` names it for good: that of the file, or what the generator was given. ``traps`` and ``teaches`` are for the
    debrief; ``sources`` are keys of the protocol's sources or citations in full. ``level`` is one of ``LEVELS``.
    """

    id: str
    title: str
    story: str
    teaches: str
    traps: tuple[str, ...]
    sources: tuple[str, ...]
    situation: Situation
    asks: tuple[Ask, ...]
    level: int = LEVELS[0]

    def questions(self) -> tuple[Question, ...]:
        """Every question of the case, in order.

        Raises:
            ValueError: the rules leave one open.
        """
        found = []
        for ask in self.asks:
            asked = question(self.situation, ask.key, ask.topic)
            if asked is None:
                raise ValueError(f"{self.id}: {ask.key} is open by the rules")
            found.append(asked)
        return tuple(found)
