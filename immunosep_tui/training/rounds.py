"""Which cases make a round: what is due or was missed comes more often, and a class gets the same set from its seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.progress import Standing

MODES: Final = ("learn", "test", "sofa", "bedside", "evidence")

SEEDS: Final = 1_000_000
"""Seeds are drawn below it: six digits can be read aloud to a class."""


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


def plan(mode: str, count: int, seed: int | None, standing: Standing, protocol: Protocol, *, clock: int = 0) -> Plan:
    """Plan a round.

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
    raise NotImplementedError
