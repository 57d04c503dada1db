"""The oracle against printed values, written out by hand, so that a typing error in it is seen."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from . import phenotype, response, schedule, sofa_1996

NORMAL = {
    "pao2_mmhg": "100",
    "fio2": "0.21",
    "support": "none",
    "platelets_10e9_l": "150",
    "bilirubin_mg_dl": "1.1",
    "map_mmhg": "70",
    "gcs": "15",
    "creatinine_mg_dl": "1.1",
}


def points_1996(component: str, **cells: str) -> int | None:
    return sofa_1996.score(cells)[component]


def test_1996_normal_day_is_zero_and_complete() -> None:
    assert sofa_1996.score(NORMAL) == {
        "respiration": 0,
        "coagulation": 0,
        "liver": 0,
        "cardiovascular": 0,
        "cns": 0,
        "renal": 0,
        "total": 0,
        "complete": True,
    }


def test_1996_empty_day_has_no_total() -> None:
    answer = sofa_1996.score({"gcs": ""})
    assert answer["total"] is None
    assert answer["complete"] is False


def test_1996_total_adds_the_known_components() -> None:
    answer = sofa_1996.score({"gcs": "8", "platelets_10e9_l": "49", "bilirubin_umol_l": "33"})
    assert answer["total"] == 3 + 3 + 2
    assert answer["complete"] is False


def test_1996_worst_day_is_twenty_four() -> None:
    worst = NORMAL | {
        "pao2_mmhg": "50",
        "fio2": "1.0",
        "support": "invasive",
        "platelets_10e9_l": "19",
        "bilirubin_mg_dl": "12.1",
        "norepinephrine_mcg_kg_min": "0.11",
        "gcs": "3",
        "creatinine_mg_dl": "5.1",
    }
    assert sofa_1996.score(worst)["total"] == 24


@pytest.mark.parametrize(
    ("pao2", "fio2", "support", "points"),
    [
        ("220", "0.55", "invasive", 0),
        ("219.9", "0.55", "invasive", 1),
        ("165", "0.55", "invasive", 1),
        ("164.9", "0.55", "invasive", 2),
        ("110", "0.55", "invasive", 2),
        ("109.9", "0.55", "invasive", 3),
        ("55", "0.55", "invasive", 3),
        ("54.9", "0.55", "invasive", 4),
        ("54.9", "0.55", "hfnc", 4),
        ("54.9", "0.55", "niv", 4),
        ("54.9", "0.55", "cpap", 4),
        ("54.9", "0.55", "ecmo", 4),
        ("54.9", "0.55", "none", 2),
        ("54.9", "0.55", "", 2),
    ],
)
def test_1996_pao2_over_fio2(pao2: str, fio2: str, support: str, points: int) -> None:
    assert points_1996("respiration", pao2_mmhg=pao2, fio2=fio2, support=support) == points


@pytest.mark.parametrize(
    ("spo2", "fio2", "points"),
    [
        # No breathable FiO2 reaches 512; the printed cut-off is checked all the same.
        ("89.6", "0.175", 0),
        ("89.5", "0.175", 1),
        ("98", "0.21", 1),
        ("89.25", "0.25", 1),
        ("89.2", "0.25", 2),
        ("53.5", "0.25", 2),
        ("53.4", "0.25", 3),
        ("89", "1", 3),
        ("88", "1", 4),
        ("99", "0.25", None),
        ("98.1", "0.25", None),
    ],
)
def test_1996_saturation_surrogate(spo2: str, fio2: str, points: int | None) -> None:
    assert points_1996("respiration", spo2=spo2, fio2=fio2, support="niv") == points


def test_1996_respiration_needs_fio2_and_prefers_pao2() -> None:
    assert points_1996("respiration", pao2_mmhg="60", support="niv") is None
    assert points_1996("respiration", spo2="90", support="niv") is None
    assert points_1996("respiration", pao2_mmhg="100", fio2="0.25", spo2="50", support="niv") == 0


@pytest.mark.parametrize(
    ("changes", "complete"),
    [
        ({}, True),
        ({"support": ""}, True),
        ({"fio2": "0.5", "support": ""}, True),
        ({"fio2": "0.51", "support": ""}, False),
        ({"fio2": "0.51", "support": "none"}, True),
        ({"pao2_mmhg": "", "spo2": "89", "fio2": "0.5", "support": ""}, False),
        ({"creatinine_mg_dl": "", "urine_ml_24h": "500"}, False),
        ({"creatinine_mg_dl": "", "urine_ml_24h": "499"}, True),
        ({"creatinine_mg_dl": ""}, False),
        ({"map_mmhg": ""}, False),
        ({"map_mmhg": "", "dobutamine_mcg_kg_min": "2"}, True),
    ],
)
def test_1996_complete_means_known_and_not_assumed(changes: dict[str, str], complete: bool) -> None:
    assert sofa_1996.score(NORMAL | changes)["complete"] is complete


@pytest.mark.parametrize(
    ("column", "component", "bands"),
    [
        (
            "platelets_10e9_l",
            "coagulation",
            {"150": 0, "149": 1, "100": 1, "99": 2, "50": 2, "49": 3, "20": 3, "19": 4},
        ),
        (
            "bilirubin_mg_dl",
            "liver",
            {"1.1": 0, "1.2": 1, "1.9": 1, "1.95": 1, "2.0": 2, "5.95": 2, "6.0": 3, "11.95": 3, "12.0": 4},
        ),
        (
            "bilirubin_umol_l",
            "liver",
            {"19": 0, "20": 1, "32": 1, "33": 2, "101": 2, "102": 3, "204": 3, "204.5": 4},
        ),
        ("gcs", "cns", {"15": 0, "14": 1, "13": 1, "12": 2, "10": 2, "9": 3, "6": 3, "5": 4, "3": 4}),
        (
            "creatinine_mg_dl",
            "renal",
            {"1.1": 0, "1.2": 1, "1.95": 1, "2.0": 2, "3.45": 2, "3.5": 3, "4.95": 3, "5.0": 4},
        ),
        (
            "creatinine_umol_l",
            "renal",
            {"109": 0, "110": 1, "170": 1, "171": 2, "299": 2, "300": 3, "440": 3, "441": 4},
        ),
        ("urine_ml_24h", "renal", {"500": 0, "499": 3, "200": 3, "199": 4}),
        ("map_mmhg", "cardiovascular", {"70": 0, "69.9": 1}),
        ("dopamine_mcg_kg_min", "cardiovascular", {"0.1": 2, "5": 2, "5.1": 3, "15": 3, "15.1": 4}),
        ("dobutamine_mcg_kg_min", "cardiovascular", {"0.1": 2, "90": 2}),
        ("epinephrine_mcg_kg_min", "cardiovascular", {"0.01": 3, "0.1": 3, "0.101": 4}),
        ("norepinephrine_mcg_kg_min", "cardiovascular", {"0.01": 3, "0.10": 3, "0.101": 4}),
    ],
)
def test_1996_bands(column: str, component: str, bands: dict[str, int]) -> None:
    assert {text: points_1996(component, **{column: text}) for text in bands} == bands


def test_1996_agents_are_not_summed_and_zero_is_off() -> None:
    both = {"epinephrine_mcg_kg_min": "0.1", "norepinephrine_mcg_kg_min": "0.1"}
    assert points_1996("cardiovascular", **both) == 3
    assert points_1996("cardiovascular", norepinephrine_mcg_kg_min="0") is None
    assert points_1996("cardiovascular", norepinephrine_mcg_kg_min="0.0", map_mmhg="69") == 1
    assert points_1996("cardiovascular", norepinephrine_mcg_kg_min="0.05", map_mmhg="90") == 3


def test_1996_two_readings_of_one_organ_count_the_worse() -> None:
    assert points_1996("liver", bilirubin_mg_dl="1.0", bilirubin_umol_l="205") == 4
    assert points_1996("renal", creatinine_mg_dl="5.0", creatinine_umol_l="80") == 4
    assert points_1996("renal", creatinine_mg_dl="2.0", urine_ml_24h="450") == 3
    assert points_1996("renal", creatinine_mg_dl="2.0", urine_ml_24h="900") == 2


def test_1996_refuses_an_unknown_support() -> None:
    with pytest.raises(ValueError, match="support"):
        points_1996("respiration", pao2_mmhg="60", fio2="0.5", support="mask")


@pytest.mark.parametrize(
    ("ferritin", "hla_dr", "answer"),
    [
        ("4420.1", "4999", "mals"),
        ("4421", None, "mals"),
        ("4420", "4999", "immunoparalysis"),
        ("4420", "4999.9", "immunoparalysis"),
        ("4420", "5000", "unclassified"),
        ("4420", None, "indeterminate"),
        ("4420", "", "indeterminate"),
        (None, "4999", "indeterminate"),
        ("", "", "indeterminate"),
        ("0", "0", "immunoparalysis"),
    ],
)
def test_phenotype(ferritin: str | None, hla_dr: str | None, answer: str) -> None:
    assert phenotype.classify(ferritin, hla_dr) == answer


@pytest.mark.parametrize(
    ("baseline", "window", "total", "responder", "provisional", "died"),
    [
        # Nine days from a baseline of 9: 60 points fulfil 8 x 9 - 12, 61 do not.
        (9, "8,8,8,8,7,7,7,7", 60, True, False, False),
        (9, "8,8,8,8,8,7,7,7", 61, False, False, False),
        # Fourteen values: 14 x 9 - 20 = 106.
        (9, "8,8,8,8,8,8,8,8,7,7,7,7,7,7", 106, True, False, False),
        (9, "8,8,8,8,8,8,8,8,8,7,7,7,7,7", 107, False, False, False),
        # Five values, where exactly 1.4 can stand.
        (9, "8,8,8,7,7", 38, True, False, False),
        # The late death after a large improvement: decrease 5.375.
        (20, "14,14,13,13,13,13,13,D", 117, True, False, True),
        (9, "8,D,,,,,,", 8 + 7 * 24, False, False, True),
        (9, "D,,,,,,,", 192, False, False, True),
        (9, ",8,,7,7,7,7,7", 9 + 8 + 8 + 35, True, False, False),
        (9, "8,8,8,8,7,7,7,", 60, None, True, False),
        (9, ",,,,,,,", 72, None, True, False),
        (None, "8,8,8,8,7,7,7,7", 60, None, False, False),
        (None, ",8,8,8,7,7,7,7", None, None, False, False),
    ],
)
def test_response(
    baseline: int | None,
    window: str,
    total: int | None,
    responder: bool | None,
    provisional: bool,
    died: bool,
) -> None:
    assert response.respond(baseline, window.split(",")) == {
        "sum": total,
        "responder": responder,
        "provisional": provisional,
        "died": died,
    }


def test_instants_are_elapsed_hours_across_a_change_of_clocks() -> None:
    # Athens put its clocks forward on 2022-03-27 at 03:00.
    start = datetime(2022, 3, 26, 22, 0, tzinfo=ZoneInfo("Europe/Athens"))
    found = schedule.instants(start, 8, 3)
    assert [at.isoformat() for at in found] == [
        "2022-03-26T20:00:00+00:00",
        "2022-03-27T04:00:00+00:00",
        "2022-03-27T12:00:00+00:00",
    ]


def test_instants_of_every_other_day_keep_the_fraction_of_a_second() -> None:
    start = datetime(2022, 12, 30, 23, 30, 15, 250000, tzinfo=timezone(timedelta(hours=-5)))
    found = schedule.instants(start, 48, 8)
    assert found[0].isoformat() == "2022-12-31T04:30:15.250000+00:00"
    assert found[-1].isoformat() == "2023-01-14T04:30:15.250000+00:00"
    with pytest.raises(ValueError, match="offset"):
        schedule.instants(start.replace(tzinfo=None), 48, 8)


@pytest.mark.parametrize("module", sorted(Path(__file__).parent.glob("*.py")), ids=lambda path: path.name)
def test_oracle_shares_no_code_with_the_application(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not any(alias.name.startswith("immunosep_tui") for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith("immunosep_tui")
