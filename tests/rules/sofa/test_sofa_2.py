"""SOFA-2 against the transcribed table, a second scorer, and what no change of a value may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.sofa import sofa_2
from immunosep_tui.rules.sofa.day import ORGANS, Component, Day, Gas, Infusion, Score
from immunosep_tui.rules.sofa.reading import read_day
from immunosep_tui.rules.sofa.table import Column, Step
from immunosep_tui.rules.units import Quantity
from tests.oracle import days
from tests.oracle import sofa_2 as oracle
from tests.rules.sofa.disturbing import around, disturbed, read_off
from tests.support import drawn
from tests.support.rows import RANDOM_DAYS, gas, infusion, quantity, texts


def scored(**readings: Any) -> Score:
    return sofa_2.score(Day(**readings))


def organ(name: str, **readings: Any) -> Component:
    return next(c for c in scored(**readings).components if c.organ == name)


def points(name: str, **readings: Any) -> int | None:
    return organ(name, **readings).points


# ---- against the second scorer -----------------------------------------------------------------------------------
WEIGHTS = (None, "50", "80.5", "120")
HOURS = (None, "5.9", "6", "11.9", "12", "23.9", "24")


def _oracle_day(row: Mapping[str, str], weight: str | None, hours: str | None) -> dict[str, int | None] | None:
    """The second scorer's answer, or None where it calls the circulation undecided."""
    texts_of: dict[str, Any] = {
        "pao2": row["pao2_mmhg"],
        "mean_arterial_pressure": row["map_mmhg"],
        "platelets": row["platelets_10e9_l"],
        **{field: row[field] for field in ("fio2", "spo2", "support", "gcs")},
        **{agent: row[f"{agent}_mcg_kg_min"] for agent in drawn.AGENTS},
    }
    for analyte in ("bilirubin", "creatinine"):
        values = [Fraction(row[f"{analyte}_mg_dl"])] if row[f"{analyte}_mg_dl"] else []
        if row[f"{analyte}_umol_l"]:
            values.append(quantity(analyte, row[f"{analyte}_umol_l"], "umol/L").canonical)
        texts_of[analyte] = str(max(values)) if values else ""
    if row["urine_ml_24h"]:
        volume, window = Fraction(row["urine_ml_24h"]), Fraction(hours or 24)
        if weight is not None:
            texts_of["urine"] = [(str(volume / window / Fraction(weight)), str(window))]
        elif volume == 0 and window >= 12:
            texts_of["urine"] = [("0", str(window))]
    try:
        return oracle.score(**texts_of)
    except oracle.UndecidedError:
        return None


def _agrees_on(count: int, protocol: Protocol) -> None:
    undecided = 0
    for n, row in enumerate(days.random_days(2025, count)):
        weight, hours = WEIGHTS[n % len(WEIGHTS)], HOURS[n % len(HOURS)]
        day = replace(
            read_day(texts(row), protocol.bands).day,
            weight=None if weight is None else quantity("weight", weight),
            urine_hours=None if hours is None else Decimal(hours),
        )
        found, expected = sofa_2.score(day), _oracle_day(row, weight, hours)
        if expected is None:
            undecided += 1
            component = found.components[ORGANS.index("cardiovascular")]
            assert (component.points, component.low) == (None, 2), row
            continue
        by_organ: dict[str, int | None] = {c.organ: c.points for c in found.components}
        assert by_organ | {"total": found.total, "complete": found.complete} == expected, (row, weight, hours)
    assert 0 < undecided < count / 4


def test_random_days_score_as_in_a_second_reading_of_the_table(protocol: Protocol) -> None:
    _agrees_on(RANDOM_DAYS, protocol)


@pytest.mark.deep
def test_a_hundred_thousand_random_days_score_as_in_a_second_reading_of_the_table(protocol: Protocol) -> None:
    _agrees_on(100_000, protocol)


# ---- every limit, by one last digit ------------------------------------------------------------------------------
TRANSCRIBED: dict[tuple[str, str, str], list[tuple[str, int]]] = {
    ("coagulation", "platelets", "10^9/L"): [
        ("50", 4),
        ("50.1", 3),
        ("80", 3),
        ("80.1", 2),
        ("100", 2),
        ("100.1", 1),
        ("150", 1),
        ("150.1", 0),
    ],
    ("coagulation", "platelets", "/mcL"): [
        ("50000", 4),
        ("50001", 3),
        ("80000", 3),
        ("80001", 2),
        ("100000", 2),
        ("100001", 1),
        ("150000", 1),
        ("150001", 0),
    ],
    ("liver", "bilirubin", "mg/dL"): [
        ("1.2", 0),
        ("1.21", 1),
        ("3.0", 1),
        ("3.01", 2),
        ("6.0", 2),
        ("6.01", 3),
        ("12.0", 3),
        ("12.01", 4),
    ],
    ("liver", "bilirubin", "umol/L"): [
        ("20.5248", 0),
        ("20.5249", 1),
        ("51.312", 1),
        ("51.3121", 2),
        ("102.624", 2),
        ("102.6241", 3),
        ("205.248", 3),
        ("205.2481", 4),
    ],
    ("renal", "creatinine", "mg/dL"): [
        ("1.2", 0),
        ("1.21", 1),
        ("2.0", 1),
        ("2.01", 2),
        ("3.5", 2),
        ("3.51", 3),
        ("9", 3),
    ],
    ("renal", "creatinine", "umol/L"): [
        ("106.08", 0),
        ("106.0801", 1),
        ("176.8", 1),
        ("176.8001", 2),
        ("309.4", 2),
        ("309.4001", 3),
    ],
    ("cardiovascular", "map", "mmHg"): [("69.9", 1), ("70", 0)],
}


@pytest.mark.parametrize(
    ("name", "analyte", "unit", "value", "expected"),
    [(*key, value, found) for key, values in TRANSCRIBED.items() for value, found in values],
)
def test_every_limit_from_both_sides(name: str, analyte: str, unit: str, value: str, expected: int) -> None:
    readings: dict[str, Any] = {analyte: (quantity(analyte, value, unit),)}
    assert points(name, **readings) == expected


@pytest.mark.parametrize(
    ("pao2", "support", "expected"),
    [
        ("300.1", "none", 0),
        ("300", "none", 1),
        ("225.1", "none", 1),
        ("225", "none", 2),
        ("150.1", "invasive", 2),
        ("150", "invasive", 3),
        ("150", "hfnc", 3),
        ("150", "niv", 3),
        ("150", "cpap", 3),
        ("150", "none", 2),
        ("75.1", "invasive", 3),
        ("75", "invasive", 4),
        ("75", "none", 2),
        ("400", "ecmo", 4),
    ],
)
def test_pao2_over_fio2(pao2: str, support: str, expected: int) -> None:
    assert points("respiration", gases=(gas(pao2, "1", support),)) == expected


@pytest.mark.parametrize(
    ("spo2", "fio2", "support", "expected"),
    [
        ("90.000001", "0.3", "none", 0),
        ("90", "0.3", "none", 1),
        ("75.000001", "0.3", "none", 1),
        ("75", "0.3", "none", 2),
        ("60.000001", "0.3", "niv", 2),
        ("60", "0.3", "niv", 3),
        ("60", "0.3", "none", 2),
        ("36.000001", "0.3", "niv", 3),
        ("36", "0.3", "niv", 4),
        ("97.999999", "1", "niv", 4),
        ("98", "1", "niv", None),
    ],
)
def test_spo2_over_fio2(spo2: str, fio2: str, support: str, expected: int | None) -> None:
    assert points("respiration", gases=(gas(None, fio2, support, spo2=spo2),)) == expected


@pytest.mark.parametrize(
    ("gcs", "expected"),
    [(15, 0), (14, 1), (13, 1), (12, 2), (9, 2), (8, 3), (6, 3), (5, 4), (3, 4)],
)
def test_every_step_of_the_glasgow_coma_scale(gcs: int, expected: int) -> None:
    assert points("cns", gcs=(gcs,)) == expected
    assert points("cns", gcs=(15,), sedated=True, gcs_before_sedation=gcs) == expected


@pytest.mark.parametrize(("motor", "expected"), [(6, 0), (5, 1), (4, 2), (3, 3), (2, 4), (1, 4)])
def test_the_motor_score_where_the_rest_cannot_be_tested(motor: int, expected: int) -> None:
    assert points("cns", motor=motor) == expected
    assert points("cns", motor=motor, gcs=(3,), sedated=True) == expected
    assert points("cns", motor=motor, gcs=(14,)) == 1


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ({"norepinephrine": "0.000001"}, 2),
        ({"epinephrine": "0.2"}, 2),
        ({"norepinephrine": "0.2"}, 2),
        ({"norepinephrine": "0.200001"}, 3),
        ({"norepinephrine": "0.1", "epinephrine": "0.1"}, 2),
        ({"norepinephrine": "0.1", "epinephrine": "0.100001"}, 3),
        ({"norepinephrine": "0.4"}, 3),
        ({"norepinephrine": "0.400001"}, 4),
        ({"norepinephrine": "0.2", "dobutamine": "5"}, 3),
        ({"norepinephrine": "0.3", "dobutamine": "5"}, 4),
        ({"norepinephrine": "0.5", "dobutamine": "5"}, 4),
        ({"norepinephrine": "0.1", "dopamine": "5"}, 3),
        ({"dobutamine": "5"}, 2),
        ({"dopamine": "0.000001"}, 2),
        ({"dopamine": "20"}, 2),
        ({"dopamine": "20.000001"}, 3),
        ({"dopamine": "40"}, 3),
        ({"dopamine": "40.000001"}, 4),
        ({"norepinephrine": "0"}, None),
    ],
)
def test_vasoactives(rates: dict[str, str], expected: int | None) -> None:
    running = tuple(infusion(agent, rate) for agent, rate in rates.items())
    assert points("cardiovascular", infusions=running) == expected
    assert points("cardiovascular", infusions=running[::-1]) == expected


@pytest.mark.parametrize(
    ("urine", "hours", "expected"),
    [
        ("0", None, 3),
        ("0", "12", 3),
        ("0", "11.9", 1),
        ("0", "5.9", None),
        ("575.9", None, 3),
        ("576", None, 2),
        ("959.9", None, 2),
        ("960", None, 0),
        ("550", "23.9", 2),
        ("479.9", "12", 2),
        ("480", "12", 0),
        ("475", "11.9", 1),
        ("239.9", "6", 1),
        ("240", "6", 0),
        ("100", "5.9", None),
    ],
)
def test_urine_per_kilogram_and_hour(urine: str, hours: str | None, expected: int | None) -> None:
    readings: dict[str, Any] = {
        "urine": quantity("urine", urine),
        "urine_hours": None if hours is None else Decimal(hours),
        "weight": quantity("weight", 80),
    }
    found = organ("renal", **readings)
    assert found.points == expected
    if expected is not None:
        assert (found.low, found.high, found.assumed_normal) == (expected, 3, expected < 3)
        measured = organ("renal", **readings, creatinine=(quantity("creatinine", "1"),))
        assert (measured.points, measured.high, measured.assumed_normal) == (expected, expected, False)


# ---- the tables, disturbed ---------------------------------------------------------------------------------------
Second = Callable[[str, bool], int | None]


def _ask(name: str, cell: str, **fixed: str) -> Second:
    def found(value: str, support: bool) -> int | None:
        typed: dict[str, Any] = {**fixed, cell: value}
        return oracle.score(**typed)[name]

    return found


def _ratio(cell: str, scale: str) -> Second:
    def found(value: str, support: bool) -> int | None:
        typed: dict[str, Any] = {cell: str(Fraction(value) * Fraction(scale)), "fio2": scale}
        return oracle.score(**typed, support="invasive" if support else "none")["respiration"]

    return found


TABLES: dict[str, tuple[Column, Second, list[str], str]] = {
    "pao2_fio2": (sofa_2.PAO2_FIO2, _ratio("pao2", "1"), around("75", "150", "225", "300"), "1"),
    "spo2_fio2": (sofa_2.SPO2_FIO2, _ratio("spo2", "0.1"), around("120", "200", "250", "300"), "1"),
    "platelets": (sofa_2.PLATELETS, _ask("coagulation", "platelets"), around("50", "80", "100", "150"), "1"),
    "bilirubin": (sofa_2.BILIRUBIN, _ask("liver", "bilirubin"), around("1.2", "3.0", "6.0", "12.0"), "0.1"),
    "creatinine": (sofa_2.CREATININE, _ask("renal", "creatinine"), around("1.2", "2.0", "3.5"), "0.1"),
    "gcs": (sofa_2.GLASGOW_COMA_SCALE, _ask("cns", "gcs"), [str(n) for n in range(3, 16)], "1"),
    "motor": (sofa_2.MOTOR_ONLY, _ask("cns", "gcs_motor"), [str(n) for n in range(1, 7)], "1"),
    "map": (
        sofa_2.MEAN_ARTERIAL_PRESSURE,
        _ask("cardiovascular", "mean_arterial_pressure"),
        around("70"),
        "1",
    ),
    "catecholamines": (
        sofa_2.CATECHOLAMINE_SUM,
        _ask("cardiovascular", "norepinephrine", mean_arterial_pressure="80"),
        around("0.0", "0.1", "0.2", "0.4"),
        "0.1",
    ),
    "dopamine": (
        sofa_2.DOPAMINE_ALONE,
        _ask("cardiovascular", "dopamine", mean_arterial_pressure="80"),
        around("0", "20", "40"),
        "1",
    ),
    "urine": (
        sofa_2.URINE_PER_KG_HOUR,
        lambda value, support: oracle.score(urine=[(value, "24")])["renal"],
        around("0.3", "0.5"),
        "0.1",
    ),
}


@pytest.mark.parametrize("name", list(TABLES))
def test_every_disturbance_of_a_table_is_noticed(name: str) -> None:
    column, second, values, digit = TABLES[name]
    golden = {(value, support): second(value, support) for value in values for support in (True, False)}
    assert {key: read_off(column, *key) for key in golden} == golden
    for step, change, other in disturbed(column, Fraction(digit)):
        if change and name in ("gcs", "motor") and _same_on_whole_numbers(step, *change):
            continue
        assert {key: read_off(other, *key) for key in golden} != golden, (step, change)


def _same_on_whole_numbers(step: Step, other: Step) -> bool:
    """Whether two steps cannot be told apart by whole numbers, the only ones that these scales have."""
    alike = (step.points, step.support) == (other.points, other.support)
    return alike and all(step.holds(Fraction(n)) == other.holds(Fraction(n)) for n in range(1, 16))


def test_every_column_of_the_table_is_disturbed() -> None:
    tested = [column for column, *_ in TABLES.values()]
    assert all(column in tested for column in vars(sofa_2).values() if isinstance(column, Column))


# ---- respiration -------------------------------------------------------------------------------------------------
def test_the_worst_gas_counts_and_its_own_support() -> None:
    assert points("respiration", gases=(gas("68", "1", "none"), gas("120", "1", "invasive"))) == 3
    assert points("respiration", gases=(gas("250", "1", "none"), gas("120", None, "invasive"))) == 1
    assert points("respiration", gases=(gas("250", "1", "none"), gas(None, None, "ecmo"))) == 4


@pytest.mark.parametrize(
    ("pao2", "found"),
    [("150", (2, 2, 4, True)), ("75", (2, 2, 4, True)), ("200", (2, 2, 2, False)), ("400", (0, 0, 0, False))],
)
def test_without_a_word_on_support_the_range_is_open(pao2: str, found: tuple[int, int, int, bool]) -> None:
    component = organ("respiration", gases=(gas(pao2, "1"),))
    assert (component.points, component.low, component.high, component.assumed_normal) == found


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (gas("60", None), "PaO2 or SpO2 and the inspired oxygen (FiO2) are both needed."),
        (gas(None, "0.4"), "PaO2 or SpO2 and the inspired oxygen (FiO2) are both needed."),
        (gas(None, "0.4", spo2="99"), "SpO2/FiO2 counts only when SpO2 is below 98 %."),
    ],
)
def test_half_a_gas_gives_no_points(reading: Gas, why: str) -> None:
    found = organ("respiration", gases=(reading,))
    assert (found.points, found.low, found.high, str(found.basis)) == (None, 0, 4, why)


def test_of_several_halves_the_first_is_named() -> None:
    found = organ("respiration", gases=(gas(None, "0.4", spo2="99"), gas("60", None)))
    assert str(found.basis) == "SpO2/FiO2 counts only when SpO2 is below 98 %."


def test_pao2_counts_before_spo2() -> None:
    assert points("respiration", gases=(gas("450", "1", "invasive", spo2="80"),)) == 0


# ---- circulation -------------------------------------------------------------------------------------------------
def test_of_several_rates_of_one_agent_the_highest_counts_and_they_are_not_added_up() -> None:
    rates = (infusion("norepinephrine", "0.15"), infusion("norepinephrine", "0.2"), infusion("norepinephrine", "0.1"))
    assert points("cardiovascular", infusions=rates) == 2
    assert points("cardiovascular", infusions=(*rates, infusion("epinephrine", "0.000001"))) == 3
    dopamine = (infusion("dopamine", "10"), infusion("dopamine", "21"), infusion("dopamine", "5"))
    assert points("cardiovascular", infusions=dopamine) == 3


@pytest.mark.parametrize(
    ("infusions", "others", "found"),
    [
        ((infusion("dopamine", "10"), infusion("dobutamine", "5")), (), (None, 2, 3)),
        ((infusion("dopamine", "30"),), ("vasopressin",), (None, 2, 4)),
        ((infusion("dopamine", "50"),), ("vasopressin",), (None, 2, 4)),
        ((infusion("norepinephrine", None),), (), (None, 2, 4)),
        ((infusion("dopamine", None),), ("vasopressin",), (None, 2, 4)),
        ((), ("vasopressin",), (2, 2, 2)),
        ((), ("milrinone", "vasopressin"), (2, 2, 2)),
        ((infusion("norepinephrine", "0.1"),), ("vasopressin",), (3, 3, 3)),
        ((infusion("norepinephrine", "0.1"),), ("vasopressin", "milrinone"), (3, 3, 3)),
        ((infusion("norepinephrine", "0.1", 59),), (), (1, 1, 1)),
        ((infusion("norepinephrine", "0.1", 60),), (), (2, 2, 2)),
        ((infusion("norepinephrine", None, 59),), (), (1, 1, 1)),
        ((infusion("norepinephrine", "0.1", 59), infusion("dobutamine", "5")), (), (2, 2, 2)),
    ],
)
def test_agents_together(
    infusions: tuple[Infusion, ...], others: tuple[str, ...], found: tuple[int | None, int, int]
) -> None:
    component = organ("cardiovascular", infusions=infusions, other_agents=others, map=(quantity("map", 60),))
    assert (component.points, component.low, component.high) == found


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("cardiovascular", {"mechanical_support": True, "map": (quantity("map", 80),)}),
        ("renal", {"renal_replacement": True, "creatinine": (quantity("creatinine", 1),)}),
        ("respiration", {"gases": (gas("450", "1", "none"), gas("450", "1", "ecmo"))}),
    ],
)
def test_a_device_in_place_of_an_organ_is_four_and_nothing_else(name: str, readings: dict[str, Any]) -> None:
    found = organ(name, **readings)
    assert (found.points, found.low, found.high, found.assumed_normal) == (4, 4, 4, False)


def test_the_lowest_pressure_counts() -> None:
    assert points("cardiovascular", map=(quantity("map", 80), quantity("map", 69))) == 1


# ---- the other organs --------------------------------------------------------------------------------------------
def test_of_several_readings_the_worst_counts() -> None:
    assert points("coagulation", platelets=(quantity("platelets", 140), quantity("platelets", 60))) == 3
    assert points("liver", bilirubin=(quantity("bilirubin", 1), quantity("bilirubin", "60", "umol/L"))) == 2
    assert points("renal", creatinine=(quantity("creatinine", 1), quantity("creatinine", "4"))) == 3
    assert points("cns", gcs=(15, 7, 12)) == 3


def test_sedation() -> None:
    assert points("cns", gcs=(3,), sedated=True) is None
    assert points("cns", gcs=(3,), sedated=True, gcs_before_sedation=15) == 0
    assert points("cns", gcs=(14,), sedated=False, gcs_before_sedation=3) == 1
    assert points("cns", gcs_before_sedation=3) is None


@pytest.mark.parametrize(
    ("readings", "found"),
    [
        ({"gcs": (15,)}, (1, 1, 1, False)),
        ({"gcs": (14,)}, (1, 1, 1, False)),
        ({"gcs": (10,)}, (2, 2, 2, False)),
        ({"motor": 6}, (1, 1, 1, False)),
        ({}, (1, 1, 4, True)),
        ({"gcs": (3,), "sedated": True}, (1, 1, 4, True)),
    ],
)
def test_a_drug_against_delirium_is_at_least_one(readings: dict[str, Any], found: tuple[int, int, int, bool]) -> None:
    component = organ("cns", delirium_drug=True, **readings)
    assert (component.points, component.low, component.high, component.assumed_normal) == found


def test_no_renal_replacement_leaves_creatinine_to_count() -> None:
    assert points("renal", renal_replacement=False, creatinine=(quantity("creatinine", 1),)) == 0


def test_the_worse_of_creatinine_and_urine() -> None:
    readings: dict[str, Any] = {"urine": quantity("urine", 700), "weight": quantity("weight", 80)}
    assert points("renal", **readings, creatinine=(quantity("creatinine", "1.5"),)) == 2
    assert points("renal", **readings, creatinine=(quantity("creatinine", "4"),)) == 3
    assert points("renal", urine=quantity("urine", 100)) is None
    assert points("renal", urine=quantity("urine", 100), creatinine=(quantity("creatinine", "1"),)) == 0
    assert points("renal", urine=quantity("urine", 0)) == 3


@pytest.mark.parametrize("name", ORGANS)
def test_an_organ_without_a_reading_is_unknown(name: str) -> None:
    found = organ(name)
    assert (found.points, found.low, found.high) == (None, 0, 4)
    assert "entered" in str(found.basis)


# ---- words and the whole score -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "readings", "sentence"),
    [
        ("renal", {"renal_replacement": True}, "Renal replacement therapy: 4 points."),
        ("respiration", {"gases": (gas(None, None, "ecmo"),)}, "Extracorporeal oxygenation: 4 points."),
        ("respiration", {"gases": (gas("90", "0.4", "niv"),)}, "PaO2/FiO2 225 mmHg is at or below 225: 2 points."),
        (
            "renal",
            {"urine": quantity("urine", 480), "weight": quantity("weight", 80), "urine_hours": Decimal(24)},
            "Urine output 0.25 mL/kg/h over 24 h: 3 points.",
        ),
        (
            "renal",
            {"urine": quantity("urine", 2400), "weight": quantity("weight", 80)},
            "Urine output 1.25 mL/kg/h is at or above 0.5: 0 points.",
        ),
        (
            "respiration",
            {"gases": (gas(None, "0.5", "none", spo2="95"),)},
            "SpO2/FiO2 190 is at or below 250: 2 points.",
        ),
        (
            "coagulation",
            {"platelets": (quantity("platelets", 90),)},
            "Platelets 90 10^9/L is at or below 100: 2 points.",
        ),
        ("liver", {"bilirubin": (quantity("bilirubin", 2),)}, "Bilirubin 2 mg/dL is above 1.2: 1 point."),
        ("renal", {"creatinine": (quantity("creatinine", 2),)}, "Creatinine 2 mg/dL is above 1.2: 1 point."),
        ("cns", {"gcs": (9,)}, "Glasgow Coma Scale 9 is at or below 12: 2 points."),
        ("cns", {"motor": 4}, "Motor score 4 is at or below 4: 2 points."),
        ("cardiovascular", {"map": (quantity("map", 60),)}, "Mean arterial pressure 60 mmHg is below 70: 1 point."),
        (
            "cardiovascular",
            {"infusions": (infusion("dopamine", "30"),)},
            "Dopamine alone 30 mcg/kg/min is above 20: 3 points.",
        ),
        ("renal", {"urine": quantity("urine", 0)}, "No urine for at least 12 hours: 3 points."),
        (
            "cardiovascular",
            {"infusions": (infusion("norepinephrine", "0.1"),), "other_agents": ("vasopressin",)},
            "Norepinephrine plus epinephrine 0.1 mcg/kg/min is at or below 0.2: 2 points. "
            "Another vasoactive drug beside it: 3 points.",
        ),
        ("cns", {"delirium_drug": True, "gcs": (15,)}, "Drug treatment for delirium: 1 point."),
        ("cardiovascular", {"mechanical_support": True}, "Mechanical circulatory support: 4 points."),
        (
            "cardiovascular",
            {"other_agents": ("milrinone",)},
            "A vasoactive drug other than norepinephrine: 2 points.",
        ),
    ],
)
def test_the_basis_in_words(name: str, readings: dict[str, Any], sentence: str) -> None:
    assert str(organ(name, **readings).basis) == sentence


def test_the_score_is_named_and_in_the_order_of_the_organs() -> None:
    found = scored(gcs=(15,))
    assert found.version == "2"
    assert tuple(c.organ for c in found.components) == ORGANS
    assert (found.total, found.low, found.high, found.complete) == (0, 0, 20, False)


@given(drawn.days_with_gaps(), st.none() | st.integers(40, 150))
def test_the_range_holds_every_completion(pair: tuple[Day, Day], weight: int | None) -> None:
    kilograms = None if weight is None else quantity("weight", weight)
    whole, gaps = (sofa_2.score(replace(day, weight=kilograms)) for day in pair)
    extracorporeal = any(gas.support == "ecmo" for gas in pair[0].gases)
    for known, partial in zip(whole.components, gaps.components, strict=True):
        if known.organ == "respiration" and extracorporeal:
            continue  # a device that is not recorded is not assumed, like a drug that is not listed
        assert partial.low <= known.low <= known.high <= partial.high
        if partial.points is None:
            assert not partial.assumed_normal
        elif not partial.assumed_normal and partial.low == partial.high:
            assert partial.points == known.points


@given(drawn.whole_days(), drawn.whole_days())
def test_several_readings_score_as_the_worst_of_them_alone(one: dict[str, Any], other: dict[str, Any]) -> None:
    several = ("gases", "platelets", "bilirubin", "map", "gcs", "creatinine")
    shared = {"infusions": (), "urine": one["urine"], "weight": quantity("weight", 70)}
    both = one | {field: one[field] + other[field] for field in several} | shared
    first, second = scored(**(one | shared)), scored(**(other | shared))
    for left, right, found in zip(first.components, second.components, scored(**both).components, strict=True):
        assert left.points is not None
        assert right.points is not None
        assert found.points == max(left.points, right.points)


@given(drawn.whole_days(), st.decimals("0.01", "50", places=2), st.sampled_from(["up", "down"]))
def test_a_worse_value_never_lowers_a_point(readings: dict[str, Any], by: Decimal, way: str) -> None:
    def changed(value: Quantity, sign: int) -> Quantity:
        return replace(value, value=max(Decimal(0), value.value + sign * by))

    worse = dict(readings)
    if way == "up":
        worse["bilirubin"] = tuple(changed(value, 1) for value in readings["bilirubin"])
        worse["creatinine"] = tuple(changed(value, 1) for value in readings["creatinine"])
        worse["infusions"] = tuple(replace(i, rate=i.rate + Fraction(by)) for i in readings["infusions"])
    else:
        worse["platelets"] = tuple(changed(value, -1) for value in readings["platelets"])
        worse["map"] = tuple(changed(value, -1) for value in readings["map"])
        worse["urine"] = changed(readings["urine"], -1)
    weight = {"weight": quantity("weight", 70)}
    before, after = scored(**readings, **weight), scored(**worse, **weight)
    for old, new in zip(before.components, after.components, strict=True):
        assert new.low >= old.low
        assert new.high >= old.high
