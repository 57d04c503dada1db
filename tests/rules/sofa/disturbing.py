"""A column of a table of points, changed in every way that a slip could change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from immunosep_tui.rules.sofa.table import RELATIONS, Column, Step


def around(*limits: str) -> list[str]:
    """Each limit, and one and a half of its last digits on both sides."""
    values = []
    for limit in map(Decimal, limits):
        exponent = limit.as_tuple().exponent
        assert isinstance(exponent, int)
        values += [limit + Decimal(n).scaleb(exponent) for n in ("-1", "-0.5", "0", "0.5", "1")]
    return [format(value, "f") for value in values if value >= 0]


def read_off(column: Column, value: str, support: bool) -> int:
    """The points of a column; none where no step holds."""
    found = column.step(Fraction(value), support)
    return found.points if found else 0


def disturbed(column: Column, digit: Fraction) -> Iterator[tuple[Step, tuple[Step, ...], Column]]:
    """A step, what stands in its place (nothing, once), and the column that this makes; a limit moves by one digit."""
    for index, step in enumerate(column.steps):
        for change in (*((other,) for other in _changed(step, digit)), ()):
            yield step, change, replace(column, steps=(*column.steps[:index], *change, *column.steps[index + 1 :]))


def _changed(step: Step, digit: Fraction) -> list[Step]:
    return [
        replace(step, limit=step.limit + digit),
        replace(step, limit=step.limit - digit),
        *(replace(step, relation=relation) for relation in RELATIONS if relation != step.relation),
        replace(step, points=step.points - 1),
        replace(step, points=step.points + 1),
        replace(step, support=not step.support),
    ]
