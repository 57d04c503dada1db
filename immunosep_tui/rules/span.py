"""The interval of values that a quantity stands for: one point, or all that a bound leaves possible."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from immunosep_tui.rules.units import Quantity

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Span:
    """An interval of exact numbers; an end of None is infinite, and an open one is not in it."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __add__(self, number: Fraction) -> Span:
        return Span(_plus(self.low, number), _plus(self.high, number), self.low_open, self.high_open)

    def __mul__(self, factor: Fraction) -> Span:
        """All multiples by one factor; those by 0 are 0, however far the interval reaches."""
        if factor == 0:
            return Span(_ZERO, _ZERO)
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        if factor < 0:
            return Span(high, low, self.high_open, self.low_open)
        return Span(low, high, self.low_open, self.high_open)

    def __sub__(self, other: Span) -> Span:
        """Every difference between a number of this interval and one of the other."""
        return Span(
            None if self.low is None or other.high is None else self.low - other.high,
            None if self.high is None or other.low is None else self.high - other.low,
            self.low_open or other.high_open,
            self.high_open or other.low_open,
        )

    def is_below_zero(self, or_at: bool = False) -> bool | None:
        """Whether the numbers are below 0 (or at it): all True, none False, some None."""
        if self.high is not None and (self.high < 0 or (self.high == 0 and (or_at or self.high_open))):
            return True
        if self.low is not None and (self.low > 0 or (self.low == 0 and (not or_at or self.low_open))):
            return False
        return None


def _plus(end: Fraction | None, number: Fraction) -> Fraction | None:
    return None if end is None else end + number


def span(quantity: Quantity) -> Span:
    """The values behind a quantity in its analyte's canonical unit, a bare number in its own; none is below 0."""
    end = quantity.canonical if quantity.analyte else Fraction(quantity.value)
    if quantity.bound.startswith("<"):
        return Span(_ZERO, end, high_open=quantity.bound == "<")
    if quantity.bound.startswith(">"):
        return Span(end, None, low_open=quantity.bound == ">")
    return Span(end, end)
