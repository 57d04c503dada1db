"""How a printed SOFA table is held: per measure, its steps from the worst to the mildest."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from immunosep_tui.rules.reason import N_

RELATIONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
RELATION_WORDS: Mapping[str, str] = {
    "<": N_("below"),
    "<=": N_("at or below"),
    ">": N_("above"),
    ">=": N_("at or above"),
}


OTHERWISE_WORDS: Mapping[str, str] = {
    "<": N_("at or above"),
    "<=": N_("above"),
    ">": N_("at or below"),
    ">=": N_("below"),
}
"""What a value is when it does not stand in the relation."""


@dataclass(frozen=True, slots=True)
class Step:
    """One cell of the table: ``points`` when the value stands in ``relation`` to ``limit``.

    ``printed_to`` is the highest value that the cell prints; above it, up to the next cell, lies a printed gap.
    ``printed_open`` marks a limit that the table prints as excluded although it is scored here.
    ``support`` marks a cell that counts only with respiratory support on that gas.
    """

    points: int
    relation: str
    limit: Fraction
    printed_to: Fraction | None
    printed_open: bool
    support: bool

    def holds(self, value: Fraction) -> bool:
        """Whether the value belongs to this cell or a worse one."""
        return RELATIONS[self.relation](value, self.limit)

    def in_gap(self, value: Fraction) -> bool:
        """Whether the value, scored here, lies where the printed table leaves a gap."""
        return (self.printed_open and value == self.limit) or (self.printed_to is not None and value > self.printed_to)


@dataclass(frozen=True, slots=True)
class Column:
    """The steps of one measure in one unit, worst first."""

    label: str
    unit: str
    steps: tuple[Step, ...]

    def step(self, value: Fraction, support: bool = True) -> Step | None:
        """The cell that the value falls in, or None for 0 points; cells that need support are passed over without it."""
        return next((s for s in self.steps if s.holds(value) and (support or not s.support)), None)

    @property
    def ends(self) -> tuple[Fraction, ...]:
        """Every number that the column prints as an end of a cell."""
        return tuple(end for s in self.steps for end in (s.limit, s.printed_to) if end is not None)

    @property
    def mildest(self) -> Step:
        """The cell that separates 0 points from the rest."""
        return self.steps[-1]


def step(
    points: int, relation: str, limit: str, to: str | None = None, printed_open: bool = False, support: bool = False
) -> Step:
    """A step with its numbers written as they are printed."""
    return Step(points, relation, Fraction(limit), Fraction(to) if to else None, printed_open, support)
