"""SOFA of 1996 against the printed table, a second scorer, and what no change of a value may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.sofa import printed_1996 as printed
from immunosep_tui.rules.sofa.day import ORGANS, Component, Day, Gas, Infusion, Score
from immunosep_tui.rules.sofa.reading import read_day
from immunosep_tui.rules.sofa.sofa_1996 import score
from immunosep_tui.rules.sofa.table import Column
from immunosep_tui.rules.units import Quantity
from tests.oracle import days
from tests.oracle import sofa_1996 as oracle
from tests.rules.sofa.disturbing import around, disturbed, read_off
from tests.support import drawn
from tests.support.rows import EVERY_SUPPORT, RANDOM_DAYS, gas, infusion, points, quantity, texts


def scored(**readings: Any) -> Score:
    return score(Day(**readings), EVERY_SUPPORT)


def organ(name: str, **readings: Any) -> Component:
    return next(c for c in scored(**readings).components if c.organ == name)


def codes(name: str, **readings: Any) -> list[str]:
    return [caution.code for caution in organ(name, **readings).cautions]


# ---- against the second scorer -----------------------------------------------------------------------------------
def _as_oracle(found: Score) -> dict[str, int | None]:
    by_organ: dict[str, int | None] = {c.organ: c.points for c in found.components}
    return by_organ | {"total": found.total, "complete": found.complete}


def _agrees_on(count: int, protocol: Protocol) -> None:
    for row in days.random_days(1996, count):
        reading = read_day(texts(row), protocol.bands)
        assert not reading.refusals, row
        assert _as_oracle(score(reading.day, protocol.sofa.support_counts)) == oracle.score(row), row


def test_random_days_score_as_in_a_second_reading_of_the_table(protocol: Protocol) -> None:
    _agrees_on(RANDOM_DAYS, protocol)


@pytest.mark.deep
def test_a_hundred_thousand_random_days_score_as_in_a_second_reading_of_the_table(protocol: Protocol) -> None:
    _agrees_on(100_000, protocol)


# ---- every printed boundary, by one last digit -------------------------------------------------------------------
# (analyte, unit): (value, points) in the order of the table, each limit with its neighbours, written by hand.
PRINTED: dict[tuple[str, str], list[tuple[str, int]]] = {
    ("platelets", "10^9/L"): [
        ("0", 4),
        ("19", 4),
        ("19.9", 4),
        ("20", 3),
        ("49", 3),
        ("49.9", 3),
        ("50", 2),
        ("99.9", 2),
        ("100", 1),
        ("149.9", 1),
        ("150", 0),
        ("3000", 0),
    ],
    ("platelets", "/mcL"): [
        ("19999", 4),
        ("20000", 3),
        ("49999", 3),
        ("50000", 2),
        ("99999", 2),
        ("100000", 1),
        ("149999", 1),
        ("150000", 0),
    ],
    ("bilirubin", "mg/dL"): [
        ("0", 0),
        ("1.1", 0),
        ("1.19", 0),
        ("1.2", 1),
        ("1.9", 1),
        ("1.91", 1),
        ("1.99", 1),
        ("2.0", 2),
        ("5.9", 2),
        ("5.99", 2),
        ("6.0", 3),
        ("11.9", 3),
        ("11.99", 3),
        ("12.0", 4),
        ("12.1", 4),
    ],
    ("bilirubin", "umol/L"): [
        ("19", 0),
        ("19.9", 0),
        ("20", 1),
        ("32", 1),
        ("32.9", 1),
        ("33", 2),
        ("101", 2),
        ("101.9", 2),
        ("102", 3),
        ("204", 3),
        ("204.1", 4),
        ("205", 4),
    ],
    ("creatinine", "mg/dL"): [
        ("0.05", 0),
        ("1.1", 0),
        ("1.19", 0),
        ("1.2", 1),
        ("1.9", 1),
        ("1.99", 1),
        ("2.0", 2),
        ("3.4", 2),
        ("3.49", 2),
        ("3.5", 3),
        ("4.9", 3),
        ("4.99", 3),
        ("5.0", 4),
        ("5.1", 4),
    ],
    ("creatinine", "umol/L"): [
        ("109", 0),
        ("109.9", 0),
        ("110", 1),
        ("170", 1),
        ("170.9", 1),
        ("171", 2),
        ("299", 2),
        ("299.9", 2),
        ("300", 3),
        ("440", 3),
        ("440.1", 4),
        ("441", 4),
    ],
    ("urine", "mL/24h"): [("0", 4), ("199", 4), ("199.9", 4), ("200", 3), ("499", 3), ("499.9", 3), ("500", 0)],
    ("map", "mmHg"): [("69", 1), ("69.9", 1), ("70", 0), ("71", 0)],
    ("map", "kPa"): [("9.3325", 1), ("9.3326", 0)],
}
ORGAN_OF = {
    "platelets": "coagulation",
    "bilirubin": "liver",
    "creatinine": "renal",
    "urine": "renal",
    "map": "cardiovascular",
}
GAPS = {
    ("bilirubin", "mg/dL"): {"1.91", "1.99", "5.99", "11.99", "12.0"},
    ("bilirubin", "umol/L"): {"32.9", "101.9"},
    ("creatinine", "mg/dL"): {"1.99", "3.49", "4.99", "5.0"},
    ("creatinine", "umol/L"): {"170.9", "299.9"},
}


def reading_of(analyte: str, unit: str, value: str) -> dict[str, Any]:
    found = quantity(analyte, value, unit)
    return {analyte: found if analyte == "urine" else (found,)}


@pytest.mark.parametrize(
    ("analyte", "unit", "value", "expected"),
    [(analyte, unit, value, found) for (analyte, unit), values in PRINTED.items() for value, found in values],
)
def test_every_printed_limit_from_both_sides(analyte: str, unit: str, value: str, expected: int) -> None:
    readings = reading_of(analyte, unit, value)
    assert points(ORGAN_OF[analyte], **readings) == expected
    flagged = "table_gap" in codes(ORGAN_OF[analyte], **readings)
    assert flagged is (value in GAPS.get((analyte, unit), ()))


@pytest.mark.parametrize(
    ("pao2", "fio2", "support", "expected"),
    [
        ("400", "1", "none", 0),
        ("399.9", "1", "none", 1),
        ("300", "1", "none", 1),
        ("299.9", "1", "none", 2),
        ("200", "1", "invasive", 2),
        ("199.9", "1", "invasive", 3),
        ("199.9", "1", "none", 2),
        ("100", "1", "invasive", 3),
        ("99.9", "1", "invasive", 4),
        ("99.9", "1", "none", 2),
        ("110", "0.55", "invasive", 2),
        ("109.9", "0.55", "invasive", 3),
        ("84", "0.21", "none", 0),
        ("83.9", "0.21", "none", 1),
        ("63", "0.21", "none", 1),
        ("62.9", "0.21", "none", 2),
    ],
)
def test_pao2_over_fio2_is_exact(pao2: str, fio2: str, support: str, expected: int) -> None:
    assert points("respiration", gases=(gas(pao2, fio2, support),)) == expected


def test_a_hundred_and_ten_over_fifty_five_percent_is_exactly_two_hundred() -> None:
    for fio2 in (quantity("fio2", "0.55"), quantity("fio2", "55", "%")):
        reading = Gas(quantity("pao2", "110"), fio2, None, "invasive")
        assert "PaO2/FiO2 200 mmHg is below 300: 2 points." in str(organ("respiration", gases=(reading,)).basis)


@pytest.mark.parametrize(
    ("kpa", "fio2", "expected"),
    [("10", "0.5", 3), ("26.7", "1", 2), ("26.6", "1", 3), ("53.3", "1", 1), ("53.4", "1", 0)],
)
def test_kilopascals_are_converted_and_not_compared_with_rounded_ones(kpa: str, fio2: str, expected: int) -> None:
    reading = Gas(quantity("pao2", kpa, "kPa"), quantity("fio2", fio2), None, "invasive")
    assert points("respiration", gases=(reading,)) == expected


@pytest.mark.parametrize(
    ("spo2", "fio2", "support", "expected"),
    [
        ("97.28", "0.19", "none", 0),
        ("97.279999", "0.19", "none", 1),
        ("71.4", "0.2", "none", 1),
        ("71.399999", "0.2", "none", 2),
        ("85.6", "0.4", "niv", 2),
        ("85.599999", "0.4", "niv", 3),
        ("85.599999", "0.4", "none", 2),
        ("89", "1", "ecmo", 3),
        ("88.999999", "1", "ecmo", 4),
        ("88.999999", "1", "none", 2),
        ("98", "0.4", "none", 2),
        ("98.000001", "0.4", "none", None),
    ],
)
def test_the_surrogate_has_its_own_limits_and_says_so(spo2: str, fio2: str, support: str, expected: int | None) -> None:
    gases = (gas(None, fio2, support, spo2=spo2),)
    assert points("respiration", gases=gases) == expected
    assert codes("respiration", gases=gases)[0] == (
        "surrogate_invalid_above_spo2_98" if expected is None else "surrogate_sf_used"
    )


@pytest.mark.parametrize(
    ("agent", "rate", "expected"),
    [
        ("dopamine", "0.000001", 2),
        ("dopamine", "5", 2),
        ("dopamine", "5.000001", 3),
        ("dopamine", "15", 3),
        ("dopamine", "15.000001", 4),
        ("dobutamine", "0.000001", 2),
        ("dobutamine", "100", 2),
        ("epinephrine", "0.000001", 3),
        ("epinephrine", "0.1", 3),
        ("epinephrine", "0.100001", 4),
        ("norepinephrine", "0.000001", 3),
        ("norepinephrine", "0.1", 3),
        ("norepinephrine", "0.100001", 4),
        ("norepinephrine", "0", None),
    ],
)
def test_every_catecholamine_limit_from_both_sides(agent: str, rate: str, expected: int | None) -> None:
    assert points("cardiovascular", infusions=(infusion(agent, rate),)) == expected


@pytest.mark.parametrize(
    ("gcs", "expected"),
    [(15, 0), (14, 1), (13, 1), (12, 2), (11, 2), (10, 2), (9, 3), (8, 3), (7, 3), (6, 3), (5, 4), (4, 4), (3, 4)],
)
def test_every_glasgow_coma_scale(gcs: int, expected: int) -> None:
    assert points("cns", gcs=(gcs,), sedated=False) == expected
    assert points("cns", gcs=(15,), sedated=True, gcs_before_sedation=gcs) == expected


# ---- the tables, disturbed ---------------------------------------------------------------------------------------
Second = Callable[[str, bool], int | None]


def _by_row(organ_name: str, cell: str, **fixed: str) -> Second:
    def found(value: str, support: bool) -> int | None:
        return oracle.score({**fixed, cell: value})[organ_name]

    return found


def _by_ratio(cell: str, scale: str) -> Second:
    def found(value: str, support: bool) -> int | None:
        ratio = {cell: str(Fraction(value) * Fraction(scale)), "fio2": scale}
        return oracle.score({**ratio, "support": "invasive" if support else "none"})["respiration"]

    return found


TABLES: dict[str, tuple[Column, Second, list[str]]] = {
    "pao2_fio2": (printed.PAO2_FIO2, _by_ratio("pao2_mmhg", "1"), around("100", "200", "300", "400")),
    "spo2_fio2": (printed.SPO2_FIO2, _by_ratio("spo2", "0.1"), around("89", "214", "357", "512")),
    "platelets": (
        printed.PLATELETS,
        _by_row("coagulation", "platelets_10e9_l"),
        around("20", "50", "100", "150"),
    ),
    "bilirubin mg/dL": (
        printed.BILIRUBIN["mg/dL"],
        _by_row("liver", "bilirubin_mg_dl"),
        around("1.2", "2.0", "6.0", "12.0"),
    ),
    "bilirubin umol/L": (
        printed.BILIRUBIN["umol/L"],
        _by_row("liver", "bilirubin_umol_l"),
        around("20", "33", "102", "204"),
    ),
    "creatinine mg/dL": (
        printed.CREATININE["mg/dL"],
        _by_row("renal", "creatinine_mg_dl"),
        around("1.2", "2.0", "3.5", "5.0"),
    ),
    "creatinine umol/L": (
        printed.CREATININE["umol/L"],
        _by_row("renal", "creatinine_umol_l"),
        around("110", "171", "300", "440"),
    ),
    "urine": (printed.URINE, _by_row("renal", "urine_ml_24h"), around("200", "500")),
    "map": (printed.MEAN_ARTERIAL_PRESSURE, _by_row("cardiovascular", "map_mmhg"), around("70")),
    "gcs": (
        printed.GLASGOW_COMA_SCALE,
        _by_row("cns", "gcs"),
        [str(value) for value in range(3, 16)] + around("6", "9", "12", "14"),
    ),
    **{
        agent: (
            printed.CATECHOLAMINES[agent],
            _by_row("cardiovascular", f"{agent}_mcg_kg_min", map_mmhg="90"),
            around("0", *limits),
        )
        for agent, limits in (
            ("dopamine", ("0.1", "5", "15")),
            ("dobutamine", ("0.1",)),
            ("epinephrine", ("0.1", "0.01")),
            ("norepinephrine", ("0.1", "0.01")),
        )
    },
}


def last_digit(column: Column) -> Fraction:
    """One of the last digit that the column prints."""
    return min(
        Fraction(1, step.limit.denominator) if step.limit.denominator == 1 else Fraction(1, 10) for step in column.steps
    )


@pytest.mark.parametrize("name", list(TABLES))
def test_every_disturbance_of_a_table_is_noticed(name: str) -> None:
    column, second, values = TABLES[name]
    golden = {(value, support): second(value, support) for value in values for support in (True, False)}
    assert {key: read_off(column, *key) for key in golden} == golden
    for step, change, other in disturbed(column, last_digit(column)):
        assert {key: read_off(other, *key) for key in golden} != golden, (step, change)


def test_every_column_of_the_table_is_disturbed() -> None:
    tested = [column for column, _, _ in TABLES.values()]
    for value in vars(printed).values():
        for column in value.values() if isinstance(value, dict) else [value]:
            if isinstance(column, Column):
                assert column in tested


# Values by their side of each printed end: flagged or not, written by hand.
IN_A_GAP = {
    ("bilirubin", "mg/dL"): ["1.900001", "1.999999", "5.900001", "5.999999", "11.900001", "11.999999", "12.0"],
    ("bilirubin", "umol/L"): ["32.000001", "32.999999", "101.000001", "101.999999"],
    ("creatinine", "mg/dL"): ["1.900001", "1.999999", "3.400001", "3.499999", "4.900001", "4.999999", "5.0"],
    ("creatinine", "umol/L"): ["170.000001", "170.999999", "299.000001", "299.999999"],
}
IN_A_CELL = {
    ("bilirubin", "mg/dL"): ["1.199999", "1.2", "1.9", "2.0", "5.9", "6.0", "11.9", "12.000001", "70"],
    ("bilirubin", "umol/L"): ["19.999999", "20", "32", "33", "101", "102", "204", "204.000001"],
    ("creatinine", "mg/dL"): ["1.199999", "1.2", "1.9", "2.0", "3.4", "3.5", "4.9", "5.000001", "40"],
    ("creatinine", "umol/L"): ["109.999999", "110", "170", "171", "299", "300", "440", "440.000001"],
}


@pytest.mark.parametrize(("analyte", "unit"), list(IN_A_GAP))
def test_a_value_in_a_gap_of_the_print_is_flagged_and_no_other(analyte: str, unit: str) -> None:
    def flagged(value: str) -> bool:
        return "table_gap" in codes(ORGAN_OF[analyte], **reading_of(analyte, unit, value))

    assert all(flagged(value) for value in IN_A_GAP[analyte, unit])
    assert not any(flagged(value) for value in IN_A_CELL[analyte, unit])


def test_the_gap_is_said_in_words() -> None:
    (caution,) = organ("liver", bilirubin=(quantity("bilirubin", "1.95"),)).cautions
    assert str(caution.text) == "Bilirubin 1.95 mg/dL lies in a gap of the printed table; by convention it scores 1."
    (caution,) = organ("liver", bilirubin=(quantity("bilirubin", "1.92"),)).cautions
    assert "Bilirubin 1.92 mg/dL" in str(caution.text)


# ---- respiration -------------------------------------------------------------------------------------------------
def test_gases_are_paired_one_by_one_and_the_worst_counts() -> None:
    unventilated, ventilated = gas("68", "1", "none"), gas("120", "1", "invasive")
    assert points("respiration", gases=(unventilated, ventilated)) == 3
    assert points("respiration", gases=(ventilated, unventilated)) == 3
    # Crossed, 60 mmHg over 1.0 would be 4 points.
    assert points("respiration", gases=(gas("60", "0.21", "invasive"), gas("300", "1", "invasive"))) == 2


def test_a_gas_that_cannot_be_scored_is_named_beside_one_that_can() -> None:
    found = organ("respiration", gases=(gas("450", "1", "none"), gas("60", None)))
    assert (found.points, found.organ) == (0, "respiration")
    assert [str(c.text) for c in found.cautions if c.code == "gas_not_scored"] == [
        "The inspired oxygen (FiO2) is missing."
    ]


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (gas("60", None, "none"), "The inspired oxygen (FiO2) is missing."),
        (gas(None, "0.4", "none"), "Neither PaO2 nor SpO2 was entered."),
        (gas(None, "0.4", "none", spo2="99"), "SpO2 99 % is above 98 %: the SpO2/FiO2 surrogate is not valid there."),
    ],
)
def test_half_a_gas_gives_no_points(reading: Gas, why: str) -> None:
    found = organ("respiration", gases=(reading,))
    assert (found.points, found.low, found.high) == (None, 0, 4)
    assert str(found.basis) == why


def test_of_several_halves_the_first_is_named() -> None:
    found = organ("respiration", gases=(gas("60", None), gas(None, "0.4")))
    assert str(found.basis) == "The inspired oxygen (FiO2) is missing."


def test_without_a_gas_nothing_is_assumed() -> None:
    found = organ("respiration")
    assert (found.points, found.low, found.high) == (None, 0, 4)
    assert str(found.basis) == "No arterial gas or saturation was entered."


def test_pao2_counts_before_spo2() -> None:
    assert points("respiration", gases=(gas("450", "1", "invasive", spo2="80"),)) == 0
    assert points("respiration", gases=(gas("90", "1", "invasive", spo2="99"),)) == 4


@pytest.mark.parametrize(
    ("pao2", "support", "found", "cautions"),
    [
        ("150", None, (2, 2, 3, True), ["support_not_recorded"]),
        ("90", None, (2, 2, 4, True), ["support_not_recorded"]),
        ("250", None, (2, 2, 2, False), []),
        ("450", None, (0, 0, 0, False), []),
        ("150", "none", (2, 2, 2, False), ["no_respiratory_support"]),
        ("150", "invasive", (3, 3, 3, False), []),
        ("150", "ecmo", (3, 3, 3, False), []),
        ("150", "hfnc", (3, 3, 3, False), ["support_by_convention"]),
        ("150", "niv", (3, 3, 3, False), ["support_by_convention"]),
        ("250", "niv", (2, 2, 2, False), []),
        ("450", "niv", (0, 0, 0, False), []),
    ],
)
def test_support_on_the_gas_itself_is_needed_for_more_than_two_points(
    pao2: str, support: str | None, found: tuple[int, int, int, bool], cautions: list[str]
) -> None:
    gases = (gas(pao2, "1", support),)
    component = organ("respiration", gases=gases)
    assert (component.points, component.low, component.high, component.assumed_normal) == found
    assert codes("respiration", gases=gases) == cautions


def test_which_devices_count_is_a_convention_of_the_protocol() -> None:
    day = Day(gases=(gas("90", "1", "hfnc"),))
    strict = score(day, frozenset({"invasive"}))
    assert strict.components[0].points == 2
    assert [c.code for c in strict.cautions] == ["no_respiratory_support"]
    assert score(day, EVERY_SUPPORT).components[0].points == 4


def test_support_is_said_in_words() -> None:
    def said(pao2: str, support: str | None) -> str:
        return str(organ("respiration", gases=(gas(pao2, "1", support),)).cautions[0].text)

    assert said("90", None) == "Respiratory support was not recorded: with support this gas scores 4."
    assert said("90", "none") == "Without respiratory support on this gas the most is 2 points."
    assert said("90", "niv") == (
        "NIV is counted as respiratory support by local convention; the 1996 table does not name it."
    )


def test_of_two_gases_the_range_reaches_up_to_what_support_could_mean() -> None:
    found = organ("respiration", gases=(gas("90", "1", None), gas("350", "1", "none")))
    assert (found.points, found.low, found.high, found.assumed_normal) == (2, 2, 4, True)
    found = organ("respiration", gases=(gas("150", "1", None), gas("150", "1", "invasive")))
    assert (found.points, found.low, found.high, found.assumed_normal) == (3, 3, 3, False)


def test_the_same_caution_of_two_gases_is_said_once() -> None:
    gases = (gas("90", "1", "niv"), gas("80", "1", "niv"))
    assert codes("respiration", gases=gases) == ["support_by_convention"]


# ---- cardiovascular ----------------------------------------------------------------------------------------------
def test_agents_are_not_added_up_and_the_worst_wins() -> None:
    both = (infusion("norepinephrine", "0.06"), infusion("epinephrine", "0.06"))
    assert points("cardiovascular", infusions=both, map=(quantity("map", 60),)) == 3
    several = (infusion("dobutamine", "5"), infusion("dopamine", "16"), infusion("norepinephrine", "0.05"))
    assert points("cardiovascular", infusions=several) == 4
    assert points("cardiovascular", infusions=several[::-1]) == 4


@pytest.mark.parametrize(("minutes", "expected"), [(59, 0), (60, 4), (61, 4), (None, 4), (0, 0)])
def test_an_agent_counts_from_one_hour_on(minutes: int | None, expected: int) -> None:
    readings = {"infusions": (infusion("norepinephrine", "0.2", minutes),), "map": (quantity("map", 75),)}
    assert points("cardiovascular", **readings) == expected
    assert ("catecholamine_under_1h_not_scored" in codes("cardiovascular", **readings)) is (expected == 0)


def test_a_short_agent_alone_leaves_the_organ_unknown() -> None:
    found = organ("cardiovascular", infusions=(infusion("norepinephrine", "0.2", 30),))
    assert (found.points, found.low, found.high) == (None, 0, 4)
    assert [str(c.text) for c in found.cautions] == [
        "Norepinephrine ran for 30 min; the table counts agents given for at least 1 hour."
    ]


def test_an_agent_that_stands_still_is_not_running_however_short() -> None:
    assert codes("cardiovascular", infusions=(infusion("norepinephrine", "0", 30),)) == []


@pytest.mark.parametrize(
    ("agent", "others", "found"),
    [
        ("norepinephrine", (), (None, 3, 4)),
        ("dopamine", (), (None, 2, 4)),
        ("dobutamine", (), (2, 2, 2)),
        ("dopamine", (infusion("epinephrine", "0.05"),), (None, 3, 4)),
        ("dopamine", (infusion("epinephrine", "0.2"),), (4, 4, 4)),
    ],
)
def test_a_rate_that_cannot_be_told_leaves_a_range(
    agent: str, others: tuple[Infusion, ...], found: tuple[int | None, int, int]
) -> None:
    component = organ("cardiovascular", infusions=(infusion(agent, None), *others), map=(quantity("map", 80),))
    assert (component.points, component.low, component.high) == found


def test_an_unknown_rate_is_said() -> None:
    found = organ("cardiovascular", infusions=(infusion("dopamine", None),))
    assert [c.code for c in found.cautions] == ["rate_unknown"]
    assert str(found.cautions[0].text) == (
        "Dopamine is running, but its rate in mcg/kg/min cannot be told without weight and concentration."
    )
    assert found.basis == found.cautions[0].text


def test_an_agent_outside_the_table_adds_nothing_and_is_named() -> None:
    readings: dict[str, Any] = {"other_agents": ("vasopressin", "angiotensin_ii"), "map": (quantity("map", 75),)}
    assert points("cardiovascular", **readings) == 0
    found = organ("cardiovascular", **readings).cautions
    assert [c.code for c in found] == ["vasopressin_not_in_1996_table", "angiotensin_ii_not_in_1996_table"]
    assert str(found[1].text).startswith("Angiotensin ii is not in the 1996 table and adds no points")
    assert points("cardiovascular", other_agents=("vasopressin",)) is None
    assert codes("cardiovascular", other_agents=("vasopressin",)) == ["vasopressin_not_in_1996_table"]


def test_nothing_about_the_circulation_is_unknown_and_not_normal() -> None:
    found = organ("cardiovascular")
    assert (found.points, found.low, found.high) == (None, 0, 4)
    assert str(found.basis) == "Neither the mean arterial pressure nor a catecholamine of at least 1 hour was entered."


def test_the_lowest_pressure_counts() -> None:
    assert points("cardiovascular", map=(quantity("map", 90), quantity("map", 69), quantity("map", 80))) == 1


# ---- the other organs --------------------------------------------------------------------------------------------
def test_of_several_readings_the_worst_counts_in_any_unit() -> None:
    counts = (quantity("platelets", 140), quantity("platelets", "49000", "/mcL"), quantity("platelets", 90))
    assert points("coagulation", platelets=counts) == 3
    bilirubin = (quantity("bilirubin", "1.0"), quantity("bilirubin", "33", "umol/L"))
    assert points("liver", bilirubin=bilirubin) == 2
    creatinine = (quantity("creatinine", "441", "umol/L"), quantity("creatinine", "3.5"))
    assert points("renal", creatinine=creatinine) == 4
    assert points("cns", gcs=(15, 8, 14)) == 3


def test_the_sedation_question_and_its_answers() -> None:
    assert codes("cns", gcs=(14,)) == ["sedation_not_stated"]
    assert codes("cns", gcs=(15,)) == []
    assert codes("cns", gcs=(14,), sedated=False) == []
    assert points("cns", gcs=(14,)) == 1
    sedated = organ("cns", gcs=(3,), sedated=True, gcs_before_sedation=14)
    assert (sedated.points, sedated.low, sedated.high) == (1, 1, 1)
    assert [c.code for c in sedated.cautions] == ["pre_sedation_gcs_used"]
    unknown = organ("cns", gcs=(3,), sedated=True)
    assert (unknown.points, unknown.low, unknown.high) == (None, 0, 4)
    assert [c.code for c in unknown.cautions] == ["gcs_under_sedation_not_scored"]
    assert points("cns", gcs=(14,), sedated=False, gcs_before_sedation=3) == 1
    nothing = organ("cns")
    assert (nothing.points, str(nothing.basis)) == (None, "The Glasgow Coma Scale was not entered.")


@pytest.mark.parametrize(
    ("urine", "hours", "found", "cautions"),
    [
        ("1500", None, (0, 0, 4, True), ["creatinine_not_entered"]),
        ("300", None, (3, 3, 4, False), []),
        ("199", None, (4, 4, 4, False), ["urine_total_check"]),
        ("300", "23.9", (None, 0, 4, False), ["incomplete_24h_window"]),
        ("300", "24", (3, 3, 4, False), []),
        ("600", "12", (0, 0, 4, True), ["creatinine_not_entered"]),
        ("0", "12", (None, 0, 4, False), ["incomplete_24h_window"]),
    ],
)
def test_urine_alone(
    urine: str, hours: str | None, found: tuple[int | None, int, int, bool], cautions: list[str]
) -> None:
    readings = {"urine": quantity("urine", urine), "urine_hours": None if hours is None else Decimal(hours)}
    component = organ("renal", **readings)
    assert (component.points, component.low, component.high, component.assumed_normal) == found
    assert codes("renal", **readings) == cautions


def test_creatinine_and_urine_give_the_worse() -> None:
    def both(creatinine: str, urine: str) -> Component:
        return organ("renal", creatinine=(quantity("creatinine", creatinine),), urine=quantity("urine", urine))

    assert both("2.5", "150").points == 4
    assert both("5.5", "450").points == 4
    assert both("2.5", "800").points == 2
    assert both("1.0", "450").high == 3
    assert not both("1.0", "800").assumed_normal
    assert both("1.95", "800").cautions[0].code == "table_gap"


def test_a_short_collection_is_named_beside_creatinine() -> None:
    found = organ(
        "renal", creatinine=(quantity("creatinine", "1.0"),), urine=quantity("urine", 300), urine_hours=Decimal(12)
    )
    assert (found.points, found.high) == (0, 0)
    assert [str(c.text) for c in found.cautions] == [
        "Urine was collected over 12 h: it is not scored and not extrapolated to 24 hours."
    ]


def test_renal_replacement_adds_no_points_and_is_named() -> None:
    found = organ("renal", creatinine=(quantity("creatinine", "1.0"),), renal_replacement=True)
    assert found.points == 0
    assert [c.code for c in found.cautions] == ["renal_replacement_not_scored"]
    assert codes("renal", renal_replacement=True) == ["renal_replacement_not_scored"]
    assert codes("renal", renal_replacement=False) == []


@pytest.mark.parametrize("name", ["coagulation", "liver", "renal"])
def test_an_organ_without_a_reading_is_unknown(name: str) -> None:
    found = organ(name)
    assert (found.points, found.low, found.high) == (None, 0, 4)
    assert "entered" in str(found.basis)


# ---- words -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("readings", "name", "sentence"),
    [
        (
            {"platelets": (quantity("platelets", "150"),)},
            "coagulation",
            "Platelets 150 10^9/L is at or above 150: 0 points.",
        ),
        (
            {"platelets": (quantity("platelets", "149.96"),)},
            "coagulation",
            "Platelets 149.96 10^9/L is below 150: 1 point.",
        ),
        (
            {"bilirubin": (quantity("bilirubin", "1.95"),)},
            "liver",
            "Bilirubin 1.95 mg/dL is at or above 1.2: 1 point.",
        ),
        (
            {"platelets": (quantity("platelets", "99.97"),)},
            "coagulation",
            "Platelets 99.97 10^9/L is below 100: 2 points.",
        ),
        (
            {"platelets": (quantity("platelets", "100.04"),)},
            "coagulation",
            "Platelets 100.04 10^9/L is below 150: 1 point.",
        ),
        ({"gcs": (9,)}, "cns", "Glasgow Coma Scale 9 is at or below 9: 3 points."),
        ({"bilirubin": (quantity("bilirubin", "6"),)}, "liver", "Bilirubin 6 mg/dL is at or above 6: 3 points."),
        (
            {"bilirubin": (quantity("bilirubin", "204.01", "umol/L"),)},
            "liver",
            "Bilirubin 204.01 umol/L is above 204: 4 points.",
        ),
        (
            {"creatinine": (quantity("creatinine", "1.1"),)},
            "renal",
            "Creatinine 1.1 mg/dL is below 1.2: 0 points.",
        ),
        ({"map": (quantity("map", 69),)}, "cardiovascular", "Mean arterial pressure 69 mmHg is below 70: 1 point."),
        ({"urine": quantity("urine", 450)}, "renal", "Urine output 450 mL/24h is below 500: 3 points."),
        (
            {"creatinine": (quantity("creatinine", "441", "umol/L"),)},
            "renal",
            "Creatinine 441 umol/L is above 440: 4 points.",
        ),
        (
            {"infusions": (infusion("epinephrine", "0.2"),)},
            "cardiovascular",
            "Epinephrine 0.2 mcg/kg/min is above 0.1: 4 points.",
        ),
        (
            {"gases": (gas(None, "0.5", "none", spo2="95"),)},
            "respiration",
            "SpO2/FiO2 (surrogate) 190 is below 357: 2 points.",
        ),
        ({"gcs": (15,)}, "cns", "Glasgow Coma Scale 15 is above 14: 0 points."),
        (
            {"infusions": (infusion("dobutamine", "4"),)},
            "cardiovascular",
            "Dobutamine 4 mcg/kg/min is above 0: 2 points.",
        ),
        (
            {"infusions": (infusion("dopamine", "6"),)},
            "cardiovascular",
            "Dopamine 6 mcg/kg/min is above 5: 3 points.",
        ),
        (
            {"infusions": (infusion("norepinephrine", "0.1"),)},
            "cardiovascular",
            "Norepinephrine 0.1 mcg/kg/min is at or below 0.1: 3 points.",
        ),
    ],
)
def test_the_basis_names_value_limit_and_side(readings: dict[str, Any], name: str, sentence: str) -> None:
    assert str(organ(name, **readings).basis) == sentence


# ---- the whole score ---------------------------------------------------------------------------------------------
def test_nothing_measured_is_no_score() -> None:
    found = scored()
    assert found.total is None
    assert not found.complete
    assert (found.low, found.high) == (0, 24)
    assert found.missing == ORGANS
    assert found.version == "1996"


def test_the_worst_day_is_twenty_four() -> None:
    found = scored(
        gases=(gas("50", "1", "invasive"),),
        platelets=(quantity("platelets", 0),),
        bilirubin=(quantity("bilirubin", 20),),
        infusions=(infusion("norepinephrine", "1"),),
        gcs=(3,),
        creatinine=(quantity("creatinine", 9),),
    )
    assert (found.total, found.low, found.high, found.complete, found.missing) == (24, 24, 24, True, ())


def test_a_total_of_known_organs_says_what_is_missing() -> None:
    found = scored(platelets=(quantity("platelets", 30),), gcs=(15,), urine=quantity("urine", 900))
    assert (found.total, found.low, found.high, found.complete) == (3, 3, 3 + 0 + 4 * 4, False)
    assert found.missing == ("respiration", "liver", "cardiovascular")


def test_an_assumed_organ_makes_the_total_incomplete() -> None:
    readings: dict[str, Any] = {
        "gases": (gas("450", "1", "none"),),
        "platelets": (quantity("platelets", 200),),
        "bilirubin": (quantity("bilirubin", 1),),
        "map": (quantity("map", 80),),
        "gcs": (15,),
    }
    assert not scored(**readings, urine=quantity("urine", 900)).complete
    assert scored(**readings, creatinine=(quantity("creatinine", 1),)).complete
    assert not scored(**(readings | {"gases": (gas("90", "1"),)}), creatinine=(quantity("creatinine", 1),)).complete


@given(drawn.days_with_gaps())
def test_the_range_holds_every_completion_and_missing_is_never_a_zero(pair: tuple[Day, Day]) -> None:
    whole, gaps = (score(day, EVERY_SUPPORT) for day in pair)
    assert whole.total is not None
    assert gaps.low <= whole.total <= gaps.high
    for known, partial in zip(whole.components, gaps.components, strict=True):
        assert partial.low <= known.low <= known.high <= partial.high
        assert 0 <= partial.low <= partial.high <= 4
        if partial.points is None:
            assert not partial.assumed_normal
        elif not partial.assumed_normal and partial.high == partial.low:
            assert partial.points == known.points
    assert (gaps.total is None) == (len(gaps.missing) == 6)
    assert gaps.complete == (not gaps.missing and not any(c.assumed_normal for c in gaps.components))


def _worse(value: Quantity, by: Decimal, lower: bool) -> Quantity:
    return replace(value, value=max(value.value - by, Decimal(0)) if lower else value.value + by)


@given(drawn.whole_days(), st.data())
def test_a_worse_value_never_lowers_a_point(readings: dict[str, Any], data: st.DataObject) -> None:
    by = data.draw(st.decimals("0.01", "50", places=2))
    field = data.draw(
        st.sampled_from(["gases", "platelets", "bilirubin", "map", "infusions", "gcs", "creatinine", "urine"])
    )
    reading = readings[field]
    worse: Any = reading
    if field == "gases":
        (one,) = reading
        if data.draw(st.booleans()):
            fio2 = _worse(one.fio2, by, lower=False)
            worse = (replace(one, fio2=fio2),)
        elif one.pao2:
            worse = (replace(one, pao2=_worse(one.pao2, by, lower=True)),)
        else:
            worse = (replace(one, spo2=_worse(one.spo2, by, lower=True)),)
    elif field in ("platelets", "map"):
        worse = (_worse(reading[0], by, lower=True),)
    elif field in ("bilirubin", "creatinine"):
        worse = (_worse(reading[0], by, lower=False),)
    elif field == "urine":
        worse = _worse(reading, by, lower=True)
    elif field == "gcs":
        worse = (max(3, reading[0] - int(by) - 1),)
    else:
        worse = tuple(replace(one, rate=(one.rate or 0) + Fraction(by)) for one in reading)
    before, after = scored(**readings), scored(**(readings | {field: worse}))
    for old, new in zip(before.components, after.components, strict=True):
        assert old.points is not None
        assert new.points is not None
        assert new.points >= old.points


@given(drawn.whole_days(), drawn.whole_days())
def test_several_readings_score_as_the_worst_of_them_alone(one: dict[str, Any], other: dict[str, Any]) -> None:
    several = ("gases", "platelets", "bilirubin", "map", "infusions", "gcs", "creatinine")
    both = one | {field: one[field] + other[field] for field in several}
    first, second = scored(**one), scored(**(other | {"urine": one["urine"]}))
    for left, right, found in zip(first.components, second.components, scored(**both).components, strict=True):
        assert left.points is not None
        assert right.points is not None
        assert found.points == max(left.points, right.points)
