"""The phenotype: both cut-offs strict, ferritin first, nothing assigned on missing values, doubts said aloud."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.profile.files import load
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.phenotype import (
    IMMUNOPARALYSIS,
    INDETERMINATE,
    LABELS,
    MALS,
    NOT_RANDOMIZED,
    PHENOTYPES,
    STUDY,
    UNCLASSIFIED,
    Answer,
    classify,
    interval,
    other_side,
    phenotype_of,
)
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.units import Quantity
from tests.oracle import days
from tests.oracle import phenotype as oracle
from tests.support.rows import RANDOM_DAYS, quantity

PROTOCOL = load()
"""For properties, which cannot take a fixture of one test only."""

FERRITINS = st.decimals("0", "9000", places=2)
COUNTS = st.decimals("0", "12000", places=1)


def answer(
    protocol: Protocol,
    ferritin: str | None,
    hla_dr: str | None,
    *,
    before: str | None = None,
    covid19: bool | None = None,
) -> Answer:
    return classify(
        protocol,
        None if ferritin is None else quantity("ferritin", ferritin),
        None if hla_dr is None else quantity("hla_dr", hla_dr),
        ferritin_before=None if before is None else quantity("ferritin", before),
        covid19=covid19,
    )


def texts(found: Answer) -> dict[str, str]:
    return {reason.rule: str(reason.text) for reason in found.reasons}


def caution_codes(found: Answer) -> list[str]:
    return [caution.code for caution in found.cautions]


# ---- the rule ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ferritin", "hla_dr", "phenotype", "regimen", "missing"),
    [
        ("4420.000001", "20000", MALS, "anakinra", ()),
        ("4420.000001", None, MALS, "anakinra", ()),
        ("4421", "4999", MALS, "anakinra", ()),
        ("4420", "4999.999999", IMMUNOPARALYSIS, "interferon-gamma", ()),
        ("4420", "5000", UNCLASSIFIED, None, ()),
        ("0", "0", IMMUNOPARALYSIS, "interferon-gamma", ()),
        ("4419.999999", "5000.000001", UNCLASSIFIED, None, ()),
        ("4420", None, INDETERMINATE, None, ("hla_dr",)),
        (None, "100", INDETERMINATE, None, ("ferritin",)),
        (None, "20000", INDETERMINATE, None, ("ferritin",)),
        (None, None, INDETERMINATE, None, ("ferritin", "hla_dr")),
    ],
)
def test_both_cut_offs_are_strict_and_missing_values_assign_nothing(
    ferritin: str | None,
    hla_dr: str | None,
    phenotype: str,
    regimen: str | None,
    missing: tuple[str, ...],
    protocol: Protocol,
) -> None:
    found = answer(protocol, ferritin, hla_dr)
    assert found.phenotype == phenotype
    assert (found.regimen.name if found.regimen else None) == regimen
    assert found.missing == missing
    assert found.reasons[0].rule == f"phenotype.{phenotype}"


def test_every_phenotype_has_a_label() -> None:
    assert tuple(LABELS) == (*PHENOTYPES, STUDY, NOT_RANDOMIZED)
    assert len(set(LABELS.values())) == len(LABELS)


@given(st.none() | FERRITINS, st.none() | COUNTS)
def test_the_phenotype_is_the_same_as_by_a_second_reading(ferritin: Decimal | None, hla_dr: Decimal | None) -> None:
    texts_of = [None if value is None else format(value, "f") for value in (ferritin, hla_dr)]
    found = phenotype_of(
        None if ferritin is None else Fraction(ferritin),
        None if hla_dr is None else Fraction(hla_dr),
        PROTOCOL.phenotype,
    )
    assert found == oracle.classify(*texts_of)


def test_random_days_have_the_phenotype_of_a_second_reading(protocol: Protocol) -> None:
    _agrees_on(RANDOM_DAYS, protocol)


@pytest.mark.deep
def test_a_hundred_thousand_random_days_have_the_phenotype_of_a_second_reading(protocol: Protocol) -> None:
    _agrees_on(100_000, protocol)


def _agrees_on(count: int, protocol: Protocol) -> None:
    for row in days.random_days(4420, count):
        ferritin, hla_dr = row["ferritin_ng_ml"], row["hla_dr_receptors"]
        found = phenotype_of(
            Fraction(ferritin) if ferritin else None, Fraction(hla_dr) if hla_dr else None, protocol.phenotype
        )
        assert found == oracle.classify(ferritin, hla_dr), row


@given(FERRITINS, st.none() | COUNTS, st.sampled_from(["ng/mL", "mcg/L", "mg/L", "pmol/L"]))
def test_the_same_sample_in_any_unit_is_the_same_phenotype(
    ferritin: Decimal, hla_dr: Decimal | None, unit: str
) -> None:
    count = None if hla_dr is None else Quantity("hla_dr", hla_dr, "receptors/cell")
    factor = ANALYTES["ferritin"].unit(unit).factor
    assert factor is not None
    exact = Fraction(ferritin) / factor
    reported = Quantity("ferritin", Decimal(exact.numerator) / Decimal(exact.denominator), unit)
    assert reported.canonical == Fraction(ferritin)
    known = classify(PROTOCOL, Quantity("ferritin", ferritin, "ng/mL"), count)
    assert classify(PROTOCOL, reported, count).phenotype == known.phenotype


@pytest.mark.parametrize(
    ("value", "unit", "phenotype"),
    [
        ("4.42", "mg/L", UNCLASSIFIED),
        ("4.420001", "mg/L", MALS),
        ("9931.74", "pmol/L", UNCLASSIFIED),
        ("9931.740001", "pmol/L", MALS),
        ("4420", "mcg/L", UNCLASSIFIED),
        ("4420.000001", "mcg/L", MALS),
    ],
)
def test_the_cut_off_is_exact_in_every_unit(value: str, unit: str, phenotype: str, protocol: Protocol) -> None:
    assert classify(protocol, quantity("ferritin", value, unit), quantity("hla_dr", 9000)).phenotype == phenotype


def test_the_cut_offs_are_those_of_the_protocol(protocol: Protocol) -> None:
    rule = protocol.phenotype
    lower = replace(
        rule,
        ferritin_above=replace(rule.ferritin_above, value=Decimal(1000)),
        hla_dr_below=replace(rule.hla_dr_below, value=Decimal(8000)),
    )
    assert phenotype_of(Fraction(1001), None, lower) == MALS
    assert phenotype_of(Fraction(1000), Fraction(7999), lower) == IMMUNOPARALYSIS
    assert phenotype_of(Fraction(1000), Fraction(8000), lower) == UNCLASSIFIED


# ---- reasons -----------------------------------------------------------------------------------------------------
def test_the_reason_names_values_cut_offs_and_sources(protocol: Protocol) -> None:
    mals = answer(protocol, "5000", None)
    assert texts(mals) == {
        "phenotype.mals": "Ferritin 5000 ng/mL is above 4420 ng/mL: MALS, whatever HLA-DR is.",
        "distance.ferritin": "Ferritin 5000 ng/mL is 580 ng/mL (13.1 %) above the cut-off 4420.",
        "regimen.anakinra": "The trial gave this phenotype anakinra 200 mg IV every 8 hours for up to 15 days.",
    }
    assert mals.reasons[0].source == protocol.phenotype.ferritin_above.source
    paralysis = answer(protocol, "4000", "4999")
    assert texts(paralysis) == {
        "phenotype.immunoparalysis": "Ferritin 4000 ng/mL is not above 4420 ng/mL and HLA-DR 4999 receptors/cell is "
        "below 5000 receptors/cell: immunoparalysis.",
        "distance.ferritin": "Ferritin 4000 ng/mL is 420 ng/mL (9.5 %) below the cut-off 4420.",
        "distance.hla_dr": "Monocyte HLA-DR 4999 receptors/cell is 1 receptors/cell (0.02 %) below the cut-off 5000.",
        "regimen.interferon-gamma": "The trial gave this phenotype interferon gamma-1b 100 mcg subcutaneous every other "
        "day (every 48 hours) for up to 15 days.",
    }
    ferritin, hla_dr = protocol.phenotype.ferritin_above.source, protocol.phenotype.hla_dr_below.source
    assert paralysis.reasons[0].source == f"{ferritin}; {hla_dr}"
    neither = answer(protocol, "4420", "5000")
    assert texts(neither) == {
        "phenotype.unclassified": "Ferritin 4420 ng/mL is not above 4420 ng/mL and HLA-DR 5000 receptors/cell is not "
        "below 5000 receptors/cell: neither rule is met, and the trial did not randomize such patients.",
        "distance.ferritin": "Ferritin 4420 ng/mL is exactly the cut-off: it does not count as above, the comparison is "
        "strict.",
        "distance.hla_dr": "Monocyte HLA-DR 5000 receptors/cell is exactly the cut-off: it does not count as below, the "
        "comparison is strict.",
    }


def test_one_source_for_both_cut_offs_is_named_once(protocol: Protocol) -> None:
    rule = protocol.phenotype
    same = replace(rule, hla_dr_below=replace(rule.hla_dr_below, source=rule.ferritin_above.source))
    found = answer(replace(protocol, phenotype=same), "4000", "4000")
    assert found.reasons[0].source == rule.ferritin_above.source


def test_a_value_in_another_unit_is_explained_in_the_canonical_one(protocol: Protocol) -> None:
    found = classify(protocol, quantity("ferritin", "4.4201", "mg/L"), None)
    assert texts(found)["phenotype.mals"].startswith("Ferritin 4.4201 mg/L is above 4420 ng/mL")
    assert texts(found)["distance.ferritin"] == "Ferritin 4420.1 ng/mL is 0.1 ng/mL (0.002 %) above the cut-off 4420."


def test_a_distance_is_never_shown_as_nothing(protocol: Protocol) -> None:
    assert texts(answer(protocol, "4420.00001", None))["distance.ferritin"] == (
        "Ferritin 4420.00001 ng/mL is 0.00001 ng/mL (0.0000002 %) above the cut-off 4420."
    )


@pytest.mark.parametrize(("hla_dr", "added"), [("4999", True), ("5000", False), ("5001", False), (None, False)])
def test_both_states_present_is_said(hla_dr: str | None, added: bool, protocol: Protocol) -> None:
    assert ("phenotype.both_states" in texts(answer(protocol, "5000", hla_dr))) is added
    assert "phenotype.both_states" not in texts(answer(protocol, "4420", hla_dr))


@pytest.mark.parametrize(
    ("ferritin", "hla_dr", "sentence"),
    [
        (
            "4000",
            None,
            "HLA-DR is missing and decides: with ferritin 4000 ng/mL, not above 4420 ng/mL, a value below 5000 "
            "receptors/cell would be immunoparalysis and any other unclassified.",
        ),
        (None, None, "Ferritin and HLA-DR are missing. Ferritin comes first: above 4420 ng/mL it decides alone."),
        (
            None,
            "4999",
            "Ferritin is missing and decides: above 4420 ng/mL it would be MALS, otherwise immunoparalysis.",
        ),
        (
            None,
            "5000",
            "Ferritin is missing and decides: above 4420 ng/mL it would be MALS, otherwise unclassified.",
        ),
    ],
)
def test_what_is_missing_and_what_it_would_decide_is_said(
    ferritin: str | None, hla_dr: str | None, sentence: str, protocol: Protocol
) -> None:
    assert texts(answer(protocol, ferritin, hla_dr))["phenotype.indeterminate"] == sentence


@pytest.mark.parametrize(
    ("ferritin", "hla_dr", "covid19", "regimen", "explained"),
    [
        ("5000", "3000", True, "anakinra", False),
        ("4000", "3000", True, None, True),
        ("4000", "3000", False, "interferon-gamma", False),
        ("4000", "3000", None, "interferon-gamma", False),
        ("4000", "9000", True, None, False),
        (None, "3000", True, None, False),
    ],
)
def test_covid19_patients_were_taken_with_hyperinflammation_only(
    ferritin: str | None, hla_dr: str, covid19: bool | None, regimen: str | None, explained: bool, protocol: Protocol
) -> None:
    found = answer(protocol, ferritin, hla_dr, covid19=covid19)
    assert (found.regimen.name if found.regimen else None) == regimen
    assert ("regimen.covid19" in texts(found)) is explained
    assert all(reason.source == "S3" for reason in found.reasons if reason.rule == "regimen.covid19")


def test_a_dose_that_no_source_gives_is_not_filled_in() -> None:
    found = classify(load("provide-2022"), quantity("ferritin", 1000), quantity("hla_dr", 100))
    assert found.regimen is not None
    assert found.regimen.dose is None
    assert texts(found)["regimen.interferon-gamma"] == (
        "The trial gave interferon gamma-1b; its dose is in no source that could be read."
    )
    assert found.reasons[-1].source == found.regimen.interval_hours.source


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("48", "every other day (every 48 hours)"),
        ("8", "every 8 hours"),
        ("47", "every 47 hours"),
        ("24", "every 24 hours"),
    ],
)
def test_an_interval_in_safe_words(hours: str, words: str) -> None:
    assert str(interval(Decimal(hours))) == words


# ---- doubts ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ferritin", "near"),
    [("3499.99", False), ("3500", True), ("4420", True), ("4421", True), ("5500", True), ("5500.01", False)],
)
def test_a_ferritin_near_the_cut_off_is_noted(ferritin: str, near: bool, protocol: Protocol) -> None:
    assert ("ferritin_near_cutoff" in caution_codes(answer(protocol, ferritin, None))) is near


@pytest.mark.parametrize(
    ("hla_dr", "near"), [("3749.9", False), ("3750", True), ("5000", True), ("6250", True), ("6250.1", False)]
)
def test_an_hla_dr_near_the_cut_off_is_noted(hla_dr: str, near: bool, protocol: Protocol) -> None:
    assert ("hla_dr_near_cutoff" in caution_codes(answer(protocol, "1000", hla_dr))) is near
    assert ("hla_dr_near_cutoff" in caution_codes(answer(protocol, None, hla_dr))) is near


def test_the_note_near_the_cut_off_gives_the_chance_of_the_other_side(protocol: Protocol) -> None:
    (caution, _) = answer(protocol, "4300", None).cautions
    for words in ("Ferritin", "near 4420 ng/mL", "35 to 42 times in 100", "variation 5 to 10 %"):
        assert words in str(caution.text)
    (at_the_cut_off, _) = answer(protocol, "4420", None).cautions
    assert " 50 times in 100" in str(at_the_cut_off.text)
    assert "50 to 50" not in str(at_the_cut_off.text)


@pytest.mark.parametrize(
    ("before", "now", "codes"),
    [
        (None, "4420", ["ferritin_hook_effect"]),
        (None, "4420.01", []),
        ("4420", "3000", ["ferritin_hook_effect"]),
        ("4420.01", "4420", ["ferritin_hook_effect_suspected"]),
        ("100000", "1310", ["ferritin_hook_effect_suspected"]),
        ("100000", "5501", []),
        ("2000", "1000", ["ferritin_hook_effect"]),
        ("2000", "999.99", ["ferritin_hook_effect_suspected"]),
        ("1000", "2000", ["ferritin_hook_effect"]),
        ("0", "0", ["ferritin_hook_effect"]),
    ],
)
def test_a_low_ferritin_warns_of_the_hook_effect_and_more_so_after_a_fall(
    before: str | None, now: str, codes: list[str], protocol: Protocol
) -> None:
    found = [c for c in caution_codes(answer(protocol, now, None, before=before)) if "hook" in c]
    assert found == codes


def test_the_fall_that_a_hook_effect_could_explain_is_told(protocol: Protocol) -> None:
    (caution,) = answer(protocol, "1310", None, before="105000").cautions
    assert str(caution.text).startswith("Ferritin fell from 105000 ng/mL to 1310 ng/mL: ")


def test_nothing_is_doubted_far_from_the_cut_offs(protocol: Protocol) -> None:
    assert answer(protocol, "20000", "20000").cautions == ()
    assert answer(protocol, None, "20000").cautions == ()
    assert answer(protocol, None, None).cautions == ()


@pytest.mark.parametrize(
    ("value", "cut", "cv"), [(4300, 4420, 5), (4600, 4420, 10), (4999, 5000, 15), (6250, 5000, 25)]
)
def test_the_chance_of_the_other_side_is_that_of_a_numeric_integration(value: int, cut: int, cv: int) -> None:
    scatter = NormalDist(0, value * cv / 100)
    # The true value lies at value + x, the repeat at value + x + y: sum over x of the chance that it passes the cut.
    steps = 20_000
    width = 12 * scatter.stdev / steps
    passed = 0.0
    for n in range(steps):
        x = -6 * scatter.stdev + (n + 0.5) * width
        below = scatter.cdf(cut - value - x)
        passed += scatter.pdf(x) * width * (below if value > cut else 1 - below)
    assert other_side(Fraction(value), Fraction(cut), Decimal(cv)) == pytest.approx(passed, abs=1e-6)


def test_the_chance_of_the_other_side_at_its_ends() -> None:
    assert other_side(Fraction(4420), Fraction(4420), Decimal(5)) == 0.5
    assert other_side(Fraction(0), Fraction(4420), Decimal(5)) == 0.0
    assert other_side(Fraction(0), Fraction(0), Decimal(5)) == 0.5
    assert other_side(Fraction(5000), Fraction(4420), Decimal(0)) == 0.0


@given(st.integers(1, 20000), st.integers(1, 20000), st.integers(1, 60))
def test_the_chance_of_the_other_side_is_at_most_even(value: int, cut: int, cv: int) -> None:
    chance = other_side(Fraction(value), Fraction(cut), Decimal(cv))
    assert 0 <= chance <= 0.5
    assert math.isclose(chance, 0.5) or value != cut
