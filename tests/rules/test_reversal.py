"""Immune reversal: each limit from both sides, exactly, and what missing draws mean."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.reversal import ReversalVerdict, reverse

from .samples import REVERSAL


def mals(baseline: str | None, now: str | None) -> ReversalVerdict:
    return reverse(REVERSAL, "mals", _value(baseline), _value(now), None)


def immunoparalysis(ferritin: str | None, hla_dr: str | None) -> ReversalVerdict:
    return reverse(REVERSAL, "immunoparalysis", None, _value(ferritin), _value(hla_dr))


def _value(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def rules(verdict: ReversalVerdict) -> list[tuple[str, str]]:
    return [(reason.rule, reason.source) for reason in verdict.reasons]


@pytest.mark.parametrize(
    ("verdict", "reached"),
    [
        pytest.param(mals("10000", "8500"), True, id="RV01"),
        pytest.param(mals("10000", "8500.01"), False, id="fall just below 15 percent"),
        pytest.param(mals("10000", "12000"), False, id="rise"),
        pytest.param(immunoparalysis("1000", "8000"), False, id="RV03"),
        pytest.param(immunoparalysis("4419", "8001"), True, id="RV04"),
        pytest.param(immunoparalysis("4420", "9000"), False, id="RV05"),
        pytest.param(immunoparalysis("4419.99", "8000.01"), True, id="both just within"),
        pytest.param(immunoparalysis("5000", "7000"), False, id="neither"),
    ],
)
def test_published_vector(verdict: ReversalVerdict, reached: bool) -> None:
    assert verdict.reversed is reached


def test_mals_gives_the_fall_and_the_limit() -> None:
    verdict = mals("10000", "8500.01")
    assert rules(verdict) == [("ferritin_fall", "S2a")]
    assert str(verdict.reasons[0].text) == (
        "Ferritin fell by 14.9999 percent from baseline; at least 15 percent is reversal."
    )


def test_immunoparalysis_gives_both_parts() -> None:
    verdict = immunoparalysis("4420", "8000.04")
    assert rules(verdict) == [("hla_dr_above", "S2b"), ("ferritin_below", "S2c")]
    assert [str(reason.text) for reason in verdict.reasons] == [
        "HLA-DR is 8000.04 receptors per cell; above 8000 is needed.",
        "Ferritin is 4420 ng/mL; below 4420 is needed.",
    ]
    assert str(immunoparalysis("4419.96", None).reasons[0].text) == "Ferritin is 4419.96 ng/mL; below 4420 is needed."


@pytest.mark.parametrize(("baseline", "now"), [(None, "1"), ("10000", None), (None, None), ("0", "0")])
def test_mals_without_two_draws_counts_as_not_reversed(baseline: str | None, now: str | None) -> None:
    verdict = mals(baseline, now)
    assert verdict.reversed is False
    assert rules(verdict) == [("insufficient_draws", "S2a")]
    assert str(verdict.reasons[0].text) == (
        "The blood draws do not suffice: the trial counted such patients as not reversed."
    )


def test_a_fall_to_nothing_from_the_smallest_baseline_counts() -> None:
    assert mals("1", "0").reversed is True


@pytest.mark.parametrize(
    ("ferritin", "hla_dr", "expected"),
    [
        (None, None, [("insufficient_draws", "S2b")]),
        ("1000", None, [("ferritin_below", "S2c"), ("insufficient_draws", "S2b")]),
        (None, "9000", [("hla_dr_above", "S2b"), ("insufficient_draws", "S2b")]),
        ("5000", None, [("ferritin_below", "S2c")]),
        (None, "7000", [("hla_dr_above", "S2b")]),
    ],
)
def test_immunoparalysis_with_a_draw_missing_is_not_reversed(
    ferritin: str | None, hla_dr: str | None, expected: list[tuple[str, str]]
) -> None:
    verdict = immunoparalysis(ferritin, hla_dr)
    assert verdict.reversed is False
    assert rules(verdict) == expected


@pytest.mark.parametrize("phenotype", ["unclassified", "indeterminate"])
def test_other_phenotypes_have_no_rule(phenotype: str) -> None:
    verdict = reverse(REVERSAL, phenotype, Decimal(10000), Decimal(1), Decimal(9000))
    assert verdict.reversed is None
    assert rules(verdict) == [("no_rule", "S2a")]
    assert str(verdict.reasons[0].text) == "Immune reversal is defined for MALS and for immunoparalysis only."


@given(st.fractions(1, 10**6), st.fractions(0, 10**6))
def test_fall_of_15_percent_is_exact(baseline: Fraction, now: Fraction) -> None:
    assert reverse(REVERSAL, "mals", baseline, now, None).reversed is (20 * now <= 17 * baseline)


@given(st.fractions(1, 10**6))
def test_exactly_85_percent_of_any_baseline_is_reversal(baseline: Fraction) -> None:
    left = baseline * 17 / 20
    assert reverse(REVERSAL, "mals", baseline, left, None).reversed is True
    assert reverse(REVERSAL, "mals", baseline, left + Fraction(1, 10**12), None).reversed is False


@given(st.fractions(0, 10**4), st.fractions(0, 2 * 10**4))
def test_immunoparalysis_needs_both(ferritin: Fraction, hla_dr: Fraction) -> None:
    verdict = reverse(REVERSAL, "immunoparalysis", None, ferritin, hla_dr)
    assert verdict.reversed is (ferritin < 4420 and hla_dr > 8000)
