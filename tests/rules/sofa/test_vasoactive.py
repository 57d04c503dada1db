"""Infusion rates in mcg/kg/min of base, exact, from whatever the pump shows."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.sofa.vasoactive import BASE_PER_SALT, rate_per_kg
from immunosep_tui.rules.units import Quantity
from tests.support.rows import quantity

KG_80 = quantity("weight", 80)
MCG_64 = quantity("concentration", 64)


def rate(value: str, unit: str) -> Quantity:
    return quantity("norepinephrine", value, unit)


@pytest.mark.parametrize(
    ("given_rate", "weight", "concentration", "expected"),
    [
        (rate("0.1", "mcg/kg/min"), None, None, Fraction(1, 10)),
        (rate("0.1", "mcg/kg/min"), KG_80, MCG_64, Fraction(1, 10)),
        (rate("8", "mcg/min"), KG_80, None, Fraction(1, 10)),
        (rate("8", "mcg/min"), KG_80, MCG_64, Fraction(1, 10)),
        (rate("8", "mcg/min"), None, None, None),
        (rate("8", "mcg/min"), quantity("weight", "220.46", "lb"), None, Fraction(8, 100)),
        (rate("10", "mL/h"), KG_80, MCG_64, Fraction(2, 15)),
        (rate("10", "mL/h"), KG_80, quantity("concentration", "0.064", "mg/mL"), Fraction(2, 15)),
        (rate("10", "mL/h"), KG_80, None, None),
        (rate("10", "mL/h"), None, MCG_64, None),
        (rate("0", "mL/h"), None, None, Fraction(0)),
        (rate("0", "mcg/min"), None, None, Fraction(0)),
        (rate("0", "mL/h"), quantity("weight", 0), None, Fraction(0)),
    ],
)
def test_a_rate_is_converted_exactly_or_not_at_all(
    given_rate: Quantity, weight: Quantity | None, concentration: Quantity | None, expected: Fraction | None
) -> None:
    assert rate_per_kg(given_rate, weight, concentration) == expected


@pytest.mark.parametrize("unit", ["mcg/min", "mL/h"])
def test_a_weight_of_zero_cannot_divide(unit: str) -> None:
    with pytest.raises(ValueError, match="a weight of 0 cannot divide a rate"):
        rate_per_kg(rate("8", unit), quantity("weight", 0), MCG_64)


def test_the_base_in_each_salt() -> None:
    assert {
        "base": Fraction(1),
        "bitartrate monohydrate": Fraction(1, 2),
        "anhydrous tartrate": Fraction(100, 189),
        "hydrochloride": Fraction(100, 122),
    } == BASE_PER_SALT


@given(
    st.decimals("0.001", "3", places=3),
    st.decimals("25", "400", places=1),
    st.sampled_from([Decimal(n) for n in ("8", "16", "32", "64", "128")]),
)
def test_the_same_infusion_scores_alike_in_every_unit(per_kg: Decimal, kilograms: Decimal, strength: Decimal) -> None:
    weight, concentration = quantity("weight", str(kilograms)), quantity("concentration", str(strength))
    per_minute = per_kg * kilograms
    shown_by_pump = per_minute * 60 / strength
    rates = [
        rate_per_kg(rate(str(per_kg), "mcg/kg/min"), weight, concentration),
        rate_per_kg(rate(str(per_minute), "mcg/min"), weight, concentration),
        rate_per_kg(rate(str(shown_by_pump), "mL/h"), weight, concentration),
    ]
    assert rates == [Fraction(per_kg)] * 3
