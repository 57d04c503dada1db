"""The evidence behind the bedside: a trial's printed figures beside the same figures from its counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Literal

from immunosep_tui.rules import statistics as st
from immunosep_tui.rules.published import Arm, Estimate, Evidence, Outcome, evidence_from
from immunosep_tui.rules.reason import N_, Sentence, say

__all__ = [
    "Agreement",
    "Arm",
    "Comparison",
    "Evidence",
    "Fragility",
    "Outcome",
    "PValue",
    "Recomputed",
    "compare",
    "evidence_from",
    "number_needed_sentence",
    "recompute",
]

Agreement = Literal["rounded", "truncated", "rounded_twice", "differs", "not_recomputable"]

NO_RESULT = N_("needs each patient's data, not the counts")
PROPORTION = N_("events divided by patients")


@dataclass(frozen=True, slots=True)
class PValue:
    """An exact P and the test that gave it."""

    value: Fraction
    method: str


@dataclass(frozen=True, slots=True)
class Fragility:
    """The fragility index, None where P was not below 0.05, and its method."""

    value: int | None
    method: str


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The figures of one outcome from its counts, precision against placebo; the difference is from -1 to 1.

    The ratios are None where a zero cell leaves them undefined.
    """

    precision: st.Interval
    placebo: st.Interval
    difference: st.Interval
    odds_ratio: st.Interval | None
    risk_ratio: st.Interval | None
    p: PValue
    number_needed: st.NumberNeeded
    fragility: Fragility


@dataclass(frozen=True, slots=True)
class Comparison:
    """A printed figure beside the recomputed one, in the same unit.

    Args:
        figure: percent, difference, odds_ratio, adjusted_odds_ratio, hazard_ratio or p.
        part: precision or placebo for a percentage, otherwise value, low or high.
        printed: as printed.
        recomputed: unrounded, None where the counts do not give it.
        agreement: how the printed digits come about: rounded (half up), truncated, or rounded_twice (first
            to one digit more); differs where none of these gives them.
        method: how it was recomputed, or why it was not.
        arms_reversed: whether both figures are placebo minus precision, the reverse of the other rows.
    """

    figure: str
    part: str
    printed: Decimal
    recomputed: Fraction | None
    agreement: Agreement
    method: str
    arms_reversed: bool = False


def recompute(outcome: Outcome) -> Recomputed:
    """All figures of an outcome from its four counts, each with its method."""
    counts = (outcome.precision.events, outcome.precision.n, outcome.placebo.events, outcome.placebo.n)
    difference = st.risk_difference(*counts)
    return Recomputed(
        precision=st.wilson(*counts[:2]),
        placebo=st.wilson(*counts[2:]),
        difference=difference,
        odds_ratio=st.odds_ratio(*counts),
        risk_ratio=st.risk_ratio(*counts),
        p=PValue(st.fisher_exact(*counts), st.FISHER),
        number_needed=st.number_needed(difference, outcome.kind),
        fragility=Fragility(st.fragility_index(*counts), st.FRAGILITY),
    )


def compare(outcome: Outcome) -> tuple[Comparison, ...]:
    """Every printed figure of an outcome beside the recomputed one, in the order of the print."""
    printed, again = outcome.printed, recompute(outcome)
    rows: list[Comparison] = []
    if printed.percent is not None:
        for arm, percent, share in zip(
            ("precision", "placebo"), printed.percent, (again.precision, again.placebo), strict=True
        ):
            rows.append(_comparison("percent", arm, percent, share.value * 100, PROPORTION))
    if printed.difference is not None:
        rows += _difference(printed.difference, again.difference)
    rows += _interval("odds_ratio", printed.odds_ratio, again.odds_ratio)
    rows += _interval("adjusted_odds_ratio", printed.adjusted_odds_ratio, None)
    rows += _interval("hazard_ratio", printed.hazard_ratio, None)
    if printed.p is not None:
        rows.append(_comparison("p", "value", printed.p, again.p.value, again.p.method))
    return tuple(rows)


def number_needed_sentence(number: st.NumberNeeded) -> Sentence:
    """The number needed to treat in words; never as one interval where no effect is possible too."""
    estimate = {
        "benefit": N_("Estimate: 1 more patient helped for every {number} treated."),
        "harm": N_("Estimate: 1 more patient harmed for every {number} treated."),
        None: N_("Estimate: no difference, so there is no number needed to treat."),
    }[number.direction]
    said = say(estimate, number="" if number.value is None else _one_decimal(number.value))
    benefit, harm = number.to_benefit, number.to_harm
    if benefit and harm:
        return say(
            N_(
                "{estimate} The 95% interval includes no effect: it runs from 1 helped for every {benefit}"
                " through infinity to 1 harmed for every {harm}."
            ),
            estimate=said,
            benefit=_one_decimal(benefit[0]),
            harm=_one_decimal(harm[0]),
        )
    one_side = benefit or harm
    if one_side is None:
        return said
    low, high = one_side
    return say(
        N_("{estimate} The 95% interval is {low} to {high}."),
        estimate=said,
        low=_one_decimal(low),
        high=_one_decimal(high) if isfinite(high) else say(N_("infinity")),
    )


def _difference(printed: Estimate, again: st.Interval) -> tuple[Comparison, ...]:
    swapped = st.Interval(-again.value, -again.high, -again.low, again.method)
    direct, reverse = (_interval("difference", printed, _percent(found)) for found in (again, swapped))
    if _all_agree(direct) or not _all_agree(reverse):
        return direct
    return tuple(replace(row, arms_reversed=True) for row in reverse)


def _percent(interval: st.Interval) -> st.Interval:
    return st.Interval(interval.value * 100, interval.low * 100, interval.high * 100, interval.method)


def _all_agree(rows: tuple[Comparison, ...]) -> bool:
    return all(row.agreement in ("rounded", "truncated", "rounded_twice") for row in rows)


def _interval(figure: str, printed: Estimate | None, again: st.Interval | None) -> tuple[Comparison, ...]:
    if printed is None:
        return ()
    found = (None, None, None) if again is None else (again.value, Fraction(again.low), Fraction(again.high))
    method = NO_RESULT if again is None else again.method
    parts = (("value", printed.value), ("low", printed.low), ("high", printed.high))
    return tuple(
        _comparison(figure, part, figures, number, method) for (part, figures), number in zip(parts, found, strict=True)
    )


def _comparison(figure: str, part: str, printed: Decimal, again: Fraction | None, method: str) -> Comparison:
    return Comparison(figure, part, printed, again, _agreement(printed, again), method)


def _agreement(printed: Decimal, again: Fraction | None) -> Agreement:
    if again is None:
        return "not_recomputable"
    if printed and (printed > 0) != (again > 0):
        return "differs"
    last_digit = Fraction(Decimal((0, (1,), int(printed.as_tuple().exponent))))
    units, wanted = abs(again) / last_digit, abs(Fraction(printed)) / last_digit
    ways: tuple[tuple[Agreement, int], ...] = (
        ("rounded", _half_up(units)),
        ("truncated", int(units)),
        ("rounded_twice", _half_up(Fraction(_half_up(units * 10), 10))),
    )
    return next((name for name, digits in ways if digits == wanted), "differs")


def _half_up(number: Fraction) -> int:
    """Nearest whole number of one that is not negative; a half goes up, as printed tables do."""
    return int(number + Fraction(1, 2))


def _one_decimal(number: Fraction | float) -> str:
    tenths = _half_up(Fraction(number) * 10)
    return f"{tenths // 10}.{tenths % 10}"
