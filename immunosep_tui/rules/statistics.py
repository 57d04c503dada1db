"""Comparison of two proportions from their counts, with the methods that reproduce the trial's tables.

Point estimates and P values are exact fractions; the limits of an interval hold a root or an exponential and
are floats. The first arm is the treated one: a positive difference means more events with treatment.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb, exp, inf, log, sqrt
from statistics import NormalDist
from typing import Literal

from immunosep_tui.rules.reason import N_

Kind = Literal["benefit", "harm"]

WILSON = N_("Wilson score")
NEWCOMBE = N_("Newcombe hybrid score, no continuity correction")
WOOLF = N_("Woolf log-normal")
KATZ = N_("Katz log-normal")
FISHER = N_("Fisher exact, two-sided")
RECIPROCAL = N_("reciprocal of the risk difference and of its Newcombe limits")
FRAGILITY = N_("events added to the arm with the lower risk until Fisher exact P is 0.05 or more")

Z_95 = NormalDist().inv_cdf(0.975)
SIGNIFICANCE = Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, its 95% confidence limits and the method that gave them."""

    value: Fraction
    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True)
class NumberNeeded:
    """Patients to treat for one more good outcome, or for one more bad one.

    `to_benefit` and `to_harm` are the (smallest, largest) numbers that the difference's interval allows on
    each side. When the interval spans no difference both are given and both run to infinity: the numbers are
    then two ranges that meet at infinity, not one interval. Without a difference `value` and `direction` are
    None.
    """

    value: Fraction | None
    direction: Kind | None
    to_benefit: tuple[float, float] | None
    to_harm: tuple[float, float] | None
    method: str

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves only one direction."""
        return self.to_benefit is None or self.to_harm is None


def wilson(events: int, n: int) -> Interval:
    """Proportion of one arm with its Wilson score interval; raises ValueError for impossible counts."""
    _check(events, n)
    share = events / n
    spread = Z_95 * Z_95 / n
    middle = share + spread / 2
    half = sqrt(spread * (share * (1 - share) + spread / 4))
    low = (middle - half) / (1 + spread)
    # Exactly 1 where every patient has the event: in floats the quotient can miss it by the last bit.
    high = (middle + half) / (1 + spread) if events < n else 1.0
    return Interval(Fraction(events, n), low, high, WILSON)


def risk_difference(events_1: int, n_1: int, events_2: int, n_2: int) -> Interval:
    """Difference of proportions (-1 to 1) with Newcombe's interval (Stat Med 1998;17:873-890, method 10)."""
    first, second = wilson(events_1, n_1), wilson(events_2, n_2)
    p_1, p_2 = float(first.value), float(second.value)
    difference = first.value - second.value
    low = float(difference) - sqrt((p_1 - first.low) ** 2 + (second.high - p_2) ** 2)
    high = float(difference) + sqrt((first.high - p_1) ** 2 + (p_2 - second.low) ** 2)
    return Interval(difference, low, high, NEWCOMBE)


def odds_ratio(events_1: int, n_1: int, events_2: int, n_2: int) -> Interval | None:
    """Odds ratio with Woolf's interval; None (undefined) if any cell of the table is zero."""
    _check(events_1, n_1)
    _check(events_2, n_2)
    cells = (events_1, n_1 - events_1, events_2, n_2 - events_2)
    if 0 in cells:
        return None
    value = Fraction(cells[0] * cells[3], cells[1] * cells[2])
    return _log_normal(value, sqrt(sum(1 / cell for cell in cells)), WOOLF)


def risk_ratio(events_1: int, n_1: int, events_2: int, n_2: int) -> Interval | None:
    """Risk ratio with Katz's interval; None (undefined) if an arm has no event, or both only events."""
    _check(events_1, n_1)
    _check(events_2, n_2)
    if 0 in (events_1, events_2) or (events_1, events_2) == (n_1, n_2):
        return None
    variance = Fraction(1, events_1) - Fraction(1, n_1) + Fraction(1, events_2) - Fraction(1, n_2)
    return _log_normal(Fraction(events_1 * n_2, n_1 * events_2), sqrt(variance), KATZ)


def fisher_exact(events_1: int, n_1: int, events_2: int, n_2: int) -> Fraction:
    """Two-sided P (0 < P <= 1), exact: the share of tables with these margins no likelier than this one."""
    _check(events_1, n_1)
    _check(events_2, n_2)
    events = events_1 + events_2
    ways = [comb(n_1, k) * comb(n_2, events - k) for k in range(max(0, events - n_2), min(events, n_1) + 1)]
    observed = comb(n_1, events_1) * comb(n_2, events_2)
    return Fraction(sum(way for way in ways if way <= observed), comb(n_1 + n_2, events))


def number_needed(difference: Interval, kind: Kind) -> NumberNeeded:
    """Number needed to treat, from a risk difference; `kind` says whether the event is good or bad."""
    other: Kind = "harm" if kind == "benefit" else "benefit"
    ranges = {
        kind: _reciprocal(difference.low, difference.high),
        other: _reciprocal(-difference.high, -difference.low),
    }
    return NumberNeeded(
        value=abs(1 / difference.value) if difference.value else None,
        direction=(kind if difference.value > 0 else other) if difference.value else None,
        to_benefit=ranges["benefit"],
        to_harm=ranges["harm"],
        method=RECIPROCAL,
    )


def fragility_index(events_1: int, n_1: int, events_2: int, n_2: int) -> int | None:
    """Patients whose outcome must change for P to reach 0.05 (Walsh, J Clin Epidemiol 2014;67:622-628).

    Patients without the event in the arm with the lower risk are given it one by one. None when P is 0.05 or
    more to begin with: there is then no significance to lose.
    """
    if fisher_exact(events_1, n_1, events_2, n_2) >= SIGNIFICANCE:
        return None
    first_lower = events_1 * n_2 < events_2 * n_1
    changed = 0
    while fisher_exact(events_1, n_1, events_2, n_2) < SIGNIFICANCE:
        changed += 1
        events_1 += first_lower
        events_2 += not first_lower
    return changed


def _check(events: int, n: int) -> None:
    if n < 1 or not 0 <= events <= n:
        raise ValueError(f"{events} events in {n} patients: an arm needs at least 1 patient and 0 to n events")


def _log_normal(value: Fraction, standard_error: float, method: str) -> Interval:
    # Through the logs of the two integers: a ratio of counts may be too small or too large for a float.
    centre = log(value.numerator) - log(value.denominator)
    margin = Z_95 * standard_error
    return Interval(value, exp(centre - margin), exp(centre + margin), method)


def _reciprocal(low: float, high: float) -> tuple[float, float] | None:
    if high <= 0:
        return None
    return 1 / high, 1 / low if low > 0 else inf
