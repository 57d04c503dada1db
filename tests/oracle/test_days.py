"""The random patient-days: plain decimals, inside the limits, crowded around the cut-offs."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from . import days, phenotype, sofa_1996

SAMPLE = list(days.random_days(20211, 6000))


def test_days_repeat_for_a_seed_and_begin_alike() -> None:
    assert list(days.random_days(20211, 300)) == SAMPLE[:300]
    assert list(days.random_days(20212, 300)) != SAMPLE[:300]


def test_days_hold_every_column_in_plain_decimals_inside_the_limits() -> None:
    for row in SAMPLE:
        assert tuple(row) == days.COLUMNS
        assert row["support"] in days.SUPPORTS
        assert row["gcs"] == "" or 3 <= int(row["gcs"]) <= 15
        for column, (_, low, high) in days.CUTS.items():
            text = row[column]
            if text:
                assert set(text) <= set("0123456789."), (column, text)
                assert Fraction(low) <= Fraction(text) <= Fraction(high), (column, text)


@pytest.mark.parametrize("column", [name for name, (cuts, _, _) in days.CUTS.items() if cuts])
def test_days_crowd_around_every_cut_off(column: str) -> None:
    seen = {Fraction(row[column]) for row in SAMPLE if row[column]}
    for cut in days.CUTS[column][0]:
        assert Fraction(cut) in seen
        assert any(Fraction(cut) < value <= Fraction(cut) + 1 for value in seen)
        if Fraction(cut) > 0:
            assert any(Fraction(cut) - 1 <= value < Fraction(cut) for value in seen)


def test_days_put_about_half_of_the_platelets_beside_a_cut_off() -> None:
    counts = [Fraction(row["platelets_10e9_l"]) for row in SAMPLE if row["platelets_10e9_l"]]
    beside = [value for value in counts if any(abs(value - cut) <= 1 for cut in (20, 50, 80, 100, 150))]
    assert 0.45 < len(beside) / len(counts) < 0.6


def test_days_hit_each_gas_quotient_exactly_and_just_beside() -> None:
    gases = [row for row in SAMPLE if row["pao2_mmhg"] and row["fio2"]]
    quotients = [Fraction(row["pao2_mmhg"]) / Fraction(row["fio2"]) for row in gases]
    for cut in (100, 200, 300, 400):
        assert quotients.count(Fraction(cut)) > 20
        assert any(cut - 2 < quotient < cut for quotient in quotients)
        assert any(cut < quotient < cut + 2 for quotient in quotients)
    surrogates = {
        Fraction(row["spo2"]) / Fraction(row["fio2"])
        for row in SAMPLE
        if not row["pao2_mmhg"] and row["spo2"] and row["fio2"]
    }
    assert {Fraction(89), Fraction(214), Fraction(357)} <= surrogates


def test_days_leave_fields_out_and_use_both_units() -> None:
    assert {row["support"] for row in SAMPLE} == set(days.SUPPORTS)
    gaps = sum(row["platelets_10e9_l"] == "" for row in SAMPLE) / len(SAMPLE)
    assert 0.1 < gaps < 0.25
    for first, second in (("bilirubin_mg_dl", "bilirubin_umol_l"), ("creatinine_mg_dl", "creatinine_umol_l")):
        filled = Counter((row[first] != "", row[second] != "") for row in SAMPLE)
        assert len(filled) == 4


def test_days_reach_every_point_of_every_organ() -> None:
    scores = [sofa_1996.score(row) for row in SAMPLE]
    for component in ("respiration", "coagulation", "liver", "cardiovascular", "cns", "renal"):
        assert {answer[component] for answer in scores} == {0, 1, 2, 3, 4, None}
    assert {answer["complete"] for answer in scores} == {True, False}
    answers = {phenotype.classify(row["ferritin_ng_ml"], row["hla_dr_receptors"]) for row in SAMPLE}
    assert answers == {"mals", "immunoparalysis", "unclassified", "indeterminate"}
