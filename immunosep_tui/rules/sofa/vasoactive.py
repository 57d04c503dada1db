"""Vasoactive infusions in mcg/kg/min of base, from whatever the pump shows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from immunosep_tui.rules.units import Quantity

BASE_PER_SALT: Mapping[str, Fraction] = {
    "base": Fraction(1),
    "bitartrate monohydrate": 1 / Fraction(2),
    "anhydrous tartrate": 1 / Fraction("1.89"),
    "hydrochloride": 1 / Fraction("1.22"),
}
"""Milligrams of norepinephrine base in one milligram of each salt (SOFA-2, Ranzani 2025, footnote)."""


def rate_per_kg(rate: Quantity, weight: Quantity | None, concentration: Quantity | None) -> Fraction | None:
    """The rate in mcg/kg/min, exact; None when the weight or the concentration that its unit needs is missing.

    mL/h times mcg/mL divided by 60 and by the weight in kg. ValueError when the weight is zero.
    """
    if rate.unit == "mcg/kg/min":
        return Fraction(rate.value)
    if rate.value == 0:
        return Fraction(0)
    if weight is None:
        return None
    if weight.value == 0:
        raise ValueError("a weight of 0 cannot divide a rate")
    per_minute = Fraction(rate.value)
    if rate.unit == "mL/h":
        if concentration is None:
            return None
        per_minute = per_minute * concentration.canonical / 60
    return per_minute / weight.canonical
