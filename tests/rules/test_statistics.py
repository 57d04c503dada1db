"""The trial's published figures, and properties that any comparison of two proportions must have."""

from __future__ import annotations

from fractions import Fraction
from math import inf, isclose, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunosep_tui.rules import statistics as stats

Table = tuple[int, int, int, int]

PRIMARY = (46, 131, 26, 145)
DAY_15 = (52, 131, 34, 145)
DEATH_28 = (57, 131, 72, 145)
DEATH_90 = (90, 131, 98, 145)
REVERSAL = (46, 59, 32, 66)
MALS = (12, 25, 4, 23)
IMMUNOPARALYSIS = (34, 106, 22, 122)


@st.composite
def tables(draw: st.DrawFn, most: int = 60) -> Table:
    n_1, n_2 = draw(st.integers(1, most)), draw(st.integers(1, most))
    return draw(st.integers(0, n_1)), n_1, draw(st.integers(0, n_2)), n_2


def swapped(table: Table) -> Table:
    return (*table[2:], *table[:2])


# id, counts, difference and Newcombe limits in percent, Fisher P, odds ratio and Woolf limits
VECTORS = [
    ("STAT01", PRIMARY, (17.18, 6.79, 27.24), 0.0015, (2.48, 1.42, 4.32)),
    ("STAT03", DEATH_90, (1.12, -9.85, 11.94), 0.8973, (1.05, 0.63, 1.75)),
    ("STAT04", DAY_15, (16.25, 5.28, 26.79), 0.0042, (2.15, 1.28, 3.61)),
    ("STAT05", REVERSAL, (29.48, 12.58, 44.0), 0.0008, (3.76, 1.72, 8.22)),
    ("STAT06", MALS, (30.61, 3.91, 51.84), 0.0339, (4.38, 1.16, 16.64)),
]


@pytest.mark.parametrize(("table", "difference", "p", "odds"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS])
def test_reference_vectors(
    table: Table, difference: tuple[float, float, float], p: float, odds: tuple[float, float, float]
) -> None:
    found = stats.risk_difference(*table)
    assert [round(100 * float(x), 2) for x in (found.value, found.low, found.high)] == list(difference)
    assert round(float(stats.fisher_exact(*table)), 4) == p
    ratio = stats.odds_ratio(*table)
    assert ratio is not None
    assert [round(float(x), 2) for x in (ratio.value, ratio.low, ratio.high)] == list(odds)


def test_primary_outcome_as_published() -> None:
    difference = stats.risk_difference(*PRIMARY)
    assert [round(100 * float(x), 1) for x in (difference.value, difference.low, difference.high)] == [
        17.2,
        6.8,
        27.2,
    ]
    assert round(float(stats.fisher_exact(*PRIMARY)), 3) == 0.002
    number = stats.number_needed(difference, "benefit")
    assert number.value is not None
    assert number.to_benefit is not None
    assert [round(float(x), 1) for x in (number.value, *number.to_benefit)] == [5.8, 3.7, 14.7]
    assert (number.direction, number.to_harm, number.conclusive) == ("benefit", None, True)
    ratio = stats.risk_ratio(*PRIMARY)
    assert ratio is not None
    assert round(float(ratio.value), 2) == 1.96
    assert stats.fragility_index(*PRIMARY) == 10


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        (PRIMARY, 6.79, 27.24),
        (swapped(DEATH_28), -5.58, 17.62),
        (DAY_15, 5.28, 26.79),
        (REVERSAL, 12.58, 44.00),
        (DEATH_90, -9.85, 11.94),
    ],
)
def test_newcombe_reproduces_the_tables(table: Table, low: float, high: float) -> None:
    found = stats.risk_difference(*table)
    # The reference prints -5.58 for -5.585: within one unit of the last digit.
    assert 100 * found.low == pytest.approx(low, abs=0.0051)
    assert 100 * found.high == pytest.approx(high, abs=0.0051)


@pytest.mark.parametrize(
    ("table", "p", "digits"),
    [
        (DEATH_28, 0.335, 3),
        (DEATH_90, 0.897, 3),
        (DAY_15, 0.0042, 4),
        (MALS, 0.034, 3),
        (IMMUNOPARALYSIS, 0.020, 3),
    ],
)
def test_fisher_reproduces_the_tables(table: Table, p: float, digits: int) -> None:
    assert round(float(stats.fisher_exact(*table)), digits) == p


def test_newcombe_examples_of_its_author() -> None:
    """Stat Med 1998;17:873-890, table II, method 10: 56/70 - 48/80 and 5/56 - 0/29."""
    assert stats.risk_difference(56, 70, 48, 80).low == pytest.approx(0.0524, abs=5e-5)
    assert stats.risk_difference(56, 70, 48, 80).high == pytest.approx(0.3339, abs=5e-5)
    assert stats.risk_difference(5, 56, 0, 29).low == pytest.approx(-0.0381, abs=5e-5)
    assert stats.risk_difference(5, 56, 0, 29).high == pytest.approx(0.1926, abs=5e-5)


def test_wilson_ends_are_exact_where_no_or_every_patient_has_the_event() -> None:
    assert {stats.wilson(0, n).low for n in range(1, 200)} == {0.0}
    assert {stats.wilson(n, n).high for n in range(1, 200)} == {1.0}


def test_fisher_of_the_lady_tasting_tea_is_exact() -> None:
    assert stats.fisher_exact(3, 4, 1, 4) == Fraction(34, 70)


@pytest.mark.parametrize("table", [(0, 10, 3, 10), (3, 10, 0, 10), (10, 10, 3, 10), (3, 10, 10, 10), (0, 5, 0, 5)])
def test_odds_ratio_with_a_zero_cell_is_undefined(table: Table) -> None:
    assert stats.odds_ratio(*table) is None


def test_risk_ratio_is_undefined_only_where_no_ratio_exists() -> None:
    assert stats.risk_ratio(0, 10, 3, 10) is None
    assert stats.risk_ratio(3, 10, 0, 10) is None
    assert stats.risk_ratio(10, 10, 7, 7) is None
    ratio = stats.risk_ratio(10, 10, 3, 6)
    assert ratio is not None
    assert ratio.value == 2


def test_number_needed_when_no_effect_is_possible_is_two_ranges() -> None:
    number = stats.number_needed(stats.risk_difference(*DEATH_28), "harm")
    assert number.value is not None
    assert number.to_benefit is not None
    assert number.to_harm is not None
    assert number.direction == "benefit", "fewer deaths help"
    assert round(float(number.value), 1) == 16.3
    assert [round(x, 1) for x in number.to_benefit] == [5.7, inf]
    assert [round(x, 1) for x in number.to_harm] == [17.9, inf]
    assert not number.conclusive


def test_number_needed_without_a_difference_has_no_value() -> None:
    number = stats.number_needed(stats.risk_difference(3, 10, 6, 20), "benefit")
    assert (number.value, number.direction, number.conclusive) == (None, None, False)


def test_number_needed_of_a_limit_at_zero_runs_to_infinity() -> None:
    number = stats.number_needed(stats.Interval(Fraction(1, 4), 0.0, 0.5, "given"), "harm")
    assert (number.to_harm, number.to_benefit, number.direction) == ((2.0, inf), None, "harm")


@pytest.mark.parametrize("counts", [(5, 4), (-1, 4), (0, 0)])
def test_impossible_counts_are_refused(counts: tuple[int, int]) -> None:
    for function in (stats.risk_difference, stats.odds_ratio, stats.risk_ratio, stats.fisher_exact):
        with pytest.raises(ValueError, match="an arm needs"):
            function(*counts, 1, 2)
        with pytest.raises(ValueError, match="an arm needs"):
            function(1, 2, *counts)


def test_fragility_counts_changes_in_the_arm_with_the_lower_risk() -> None:
    assert stats.fragility_index(*DEATH_28) is None
    assert stats.fisher_exact(1, 1, 0, 19) == Fraction(1, 20)
    assert stats.fragility_index(1, 1, 0, 19) is None, "P of exactly 0.05 is not below it"
    assert stats.fisher_exact(46, 131, 26 + 9, 145) < Fraction(1, 20) <= stats.fisher_exact(46, 131, 26 + 10, 145)


@settings(deadline=None)
@given(tables())
def test_fragility_is_the_first_change_that_loses_significance(table: Table) -> None:
    index = stats.fragility_index(*table)
    assert index == stats.fragility_index(*swapped(table))
    significant = stats.fisher_exact(*table) < Fraction(1, 20)
    assert (index is not None) == significant
    if index is not None:
        a, n_1, c, n_2 = table if Fraction(table[0], table[1]) > Fraction(table[2], table[3]) else swapped(table)
        assert stats.fisher_exact(a, n_1, c + index - 1, n_2) < Fraction(1, 20)
        assert stats.fisher_exact(a, n_1, c + index, n_2) >= Fraction(1, 20)


@settings(deadline=None)
@given(tables())
def test_swapping_the_arms_turns_the_difference_round(table: Table) -> None:
    one, other = stats.risk_difference(*table), stats.risk_difference(*swapped(table))
    assert one.value == -other.value
    assert isclose(one.low, -other.high, abs_tol=1e-12)
    assert isclose(one.high, -other.low, abs_tol=1e-12)


@settings(deadline=None)
@given(tables())
def test_swapping_the_arms_inverts_the_ratios(table: Table) -> None:
    for function in (stats.odds_ratio, stats.risk_ratio):
        one, other = function(*table), function(*swapped(table))
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert one.value * other.value == 1
            assert isclose(one.low * other.high, 1)


@settings(deadline=None)
@given(tables(most=100_000))
def test_intervals_contain_their_estimate(table: Table) -> None:
    found = (
        stats.risk_difference(*table),
        stats.odds_ratio(*table),
        stats.risk_ratio(*table),
        stats.wilson(*table[:2]),
    )
    for interval in found:
        assert interval is None or interval.low <= interval.value <= interval.high


@settings(deadline=None)
@given(tables())
def test_wilson_and_newcombe_stay_within_their_range(table: Table) -> None:
    share, difference = stats.wilson(*table[:2]), stats.risk_difference(*table)
    assert 0 <= share.low < share.high <= 1
    assert -1 <= difference.low < difference.high <= 1


@settings(deadline=None)
@given(tables())
def test_fisher_is_symmetric_and_a_probability(table: Table) -> None:
    a, n_1, c, n_2 = table
    p = stats.fisher_exact(*table)
    assert 0 < p <= 1
    assert p == stats.fisher_exact(c, n_2, a, n_1) == stats.fisher_exact(n_1 - a, n_1, n_2 - c, n_2)
    assert p == stats.fisher_exact(a, a + c, n_1 - a, n_1 + n_2 - a - c) if 0 < a + c < n_1 + n_2 else p == 1


@settings(deadline=None)
@given(tables(most=9))
def test_fisher_against_counting_every_arrangement(table: Table) -> None:
    """Pascal's rule, one patient at a time: no binomial coefficient and no shared code."""
    a, n_1, c, n_2 = table
    arrangements = {(0, 0): 1}
    for patient in range(n_1 + n_2):
        grown: dict[tuple[int, int], int] = {}
        for (first, second), ways in arrangements.items():
            with_event = (first + 1, second) if patient < n_1 else (first, second + 1)
            for key in ((first, second), with_event):
                grown[key] = grown.get(key, 0) + ways
        arrangements = grown
    same_margins = {key: ways for key, ways in arrangements.items() if sum(key) == a + c}
    extreme = sum(ways for ways in same_margins.values() if ways <= same_margins[a, c])
    assert stats.fisher_exact(*table) == Fraction(extreme, sum(same_margins.values()))


@settings(deadline=None)
@given(tables(most=40))
def test_wilson_limits_solve_the_score_equation(table: Table) -> None:
    """Newcombe's limits are built here from roots found by bisection of |p - x| = z sqrt(x (1 - x) / n)."""

    def root(share: float, n: int, inside: float, outside: float) -> float:
        for _ in range(80):
            middle = (inside + outside) / 2
            if abs(share - middle) <= 1.959963984540054 * sqrt(middle * (1 - middle) / n):
                inside = middle
            else:
                outside = middle
        return inside

    a, n_1, c, n_2 = table
    p_1, p_2 = a / n_1, c / n_2
    low_1, high_1 = (root(p_1, n_1, p_1, end) for end in (0.0, 1.0))
    low_2, high_2 = (root(p_2, n_2, p_2, end) for end in (0.0, 1.0))
    found = stats.risk_difference(*table)
    assert isclose(found.low, p_1 - p_2 - sqrt((p_1 - low_1) ** 2 + (high_2 - p_2) ** 2), abs_tol=1e-7)
    assert isclose(found.high, p_1 - p_2 + sqrt((high_1 - p_1) ** 2 + (p_2 - low_2) ** 2), abs_tol=1e-7)


@settings(deadline=None)
@given(tables(), st.sampled_from(["benefit", "harm"]))
def test_number_needed_inverts_the_difference(table: Table, kind: stats.Kind) -> None:
    difference = stats.risk_difference(*table)
    number = stats.number_needed(difference, kind)
    towards, against = (number.to_benefit, number.to_harm) if kind == "benefit" else (number.to_harm, number.to_benefit)
    assert (towards is not None) == (difference.high > 0)
    assert (against is not None) == (difference.low < 0)
    assert number.conclusive == (not difference.low < 0 < difference.high)
    if number.value is not None:
        assert 1 / number.value == abs(difference.value)
        side = number.to_benefit if number.direction == "benefit" else number.to_harm
        assert side is not None
        assert side[0] <= number.value <= side[1]


def test_a_p_of_exactly_0_05_is_no_longer_significant() -> None:
    """2 of 2 against 4 of 23 has P 1/20 to the last digit, so one more event is enough."""
    assert stats.fisher_exact(2, 2, 4, 23) == Fraction(1, 20)
    assert stats.fragility_index(2, 2, 4, 23) is None
    assert stats.fragility_index(2, 2, 3, 23) == 1
