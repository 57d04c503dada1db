"""The SOFA-2 oracle against its printed table, written out by hand."""

from __future__ import annotations

import pytest

from . import sofa_2


def test_sofa_2_brain() -> None:
    by_gcs = {str(gcs): sofa_2.score(gcs=str(gcs))["cns"] for gcs in (15, 14, 13, 12, 9, 8, 6, 5, 3)}
    assert by_gcs == {"15": 0, "14": 1, "13": 1, "12": 2, "9": 2, "8": 3, "6": 3, "5": 4, "3": 4}
    assert [sofa_2.score(gcs_motor=str(motor))["cns"] for motor in range(6, 0, -1)] == [0, 1, 2, 3, 4, 4]
    assert sofa_2.score(gcs="15", delirium_drug=True)["cns"] == 1
    assert sofa_2.score(gcs="9", delirium_drug=True)["cns"] == 2
    assert sofa_2.score(gcs="15", gcs_motor="1")["cns"] == 0
    assert sofa_2.score(delirium_drug=True)["cns"] == 1
    assert sofa_2.score()["cns"] is None


def test_sofa_2_pao2_over_fio2() -> None:
    tensions = {"150.1": 0, "150": 1, "112.6": 1, "112.5": 2, "75.1": 2, "75": 3, "37.6": 3, "37.5": 4}
    scored = {p: sofa_2.score(pao2=p, fio2="0.5", support="cpap")["respiration"] for p in tensions}
    assert scored == tensions
    assert sofa_2.score(pao2="37.5", fio2="0.5", support="none")["respiration"] == 2
    assert sofa_2.score(pao2="300", fio2="0.5", ecmo="respiratory")["respiration"] == 4


def test_sofa_2_spo2_over_fio2() -> None:
    saturations = {"90.3": 0, "90": 1, "75.3": 1, "75": 2, "60.3": 2, "60": 3, "36.3": 3, "36": 4}
    scored = {s: sofa_2.score(spo2=s, fio2="0.3", support="hfnc")["respiration"] for s in saturations}
    assert scored == saturations
    assert sofa_2.score(spo2="98", fio2="0.3")["respiration"] is None
    assert sofa_2.score(spo2="97.9", fio2="0.3")["respiration"] == 0


def points_2(norepinephrine: str = "", epinephrine: str = "", *, other: bool = False) -> int | None:
    answer = sofa_2.score(norepinephrine=norepinephrine, epinephrine=epinephrine, other_vasoactive=other)
    return answer["cardiovascular"]


def test_sofa_2_cardiovascular() -> None:
    assert points_2("0.1", "0.1") == 2
    assert points_2("0.1", "0.11") == 3
    assert points_2("0.2", "0.2") == 3
    assert points_2("0.2", "0.21") == 4
    assert points_2("0.1", other=True) == 3
    assert points_2("0.3", other=True) == 4
    assert points_2(other=True) == 2
    assert sofa_2.score(mechanical_support=True)["cardiovascular"] == 4
    assert sofa_2.score(dobutamine="0.5")["cardiovascular"] == 2
    assert sofa_2.score(norepinephrine="0.1", dopamine="0.5")["cardiovascular"] == 3
    assert sofa_2.score(ecmo="cardiovascular")["cardiovascular"] == 4
    assert sofa_2.score(ecmo="cardiovascular")["respiration"] == 4
    assert sofa_2.score(ecmo="respiratory")["cardiovascular"] is None
    doses = {"0.5": 2, "20": 2, "20.1": 3, "40": 3, "40.1": 4}
    assert {dose: sofa_2.score(dopamine=dose)["cardiovascular"] for dose in doses} == doses


def test_sofa_2_pressure() -> None:
    def scored(unavailable: bool, pressures: dict[str, int]) -> dict[str, int | None]:
        return {
            text: sofa_2.score(mean_arterial_pressure=text, vasoactives_unavailable=unavailable)["cardiovascular"]
            for text in pressures
        }

    usual = {"70": 0, "69": 1, "39": 1}
    ceiling = {"70": 0, "69": 1, "60": 1, "59": 2, "50": 2, "49": 3, "40": 3, "39": 4}
    assert scored(False, usual) == usual
    assert scored(True, ceiling) == ceiling


def test_sofa_2_leaves_disputed_combinations_undecided() -> None:
    with pytest.raises(sofa_2.UndecidedError):
        sofa_2.score(dopamine="5", dobutamine="5")
    with pytest.raises(sofa_2.UndecidedError):
        sofa_2.score(norepinephrine="0.1", vasoactives_unavailable=True)
    with pytest.raises(sofa_2.UndecidedError):
        sofa_2.score(dopamine="0.5", vasoactives_unavailable=True)


def test_sofa_2_liver_and_platelets() -> None:
    bilirubins = {"1.2": 0, "1.201": 1, "3.0": 1, "3.1": 2, "6.0": 2, "6.1": 3, "12.0": 3, "12.1": 4}
    assert {text: sofa_2.score(bilirubin=text)["liver"] for text in bilirubins} == bilirubins
    counts = {"151": 0, "150": 1, "101": 1, "100": 2, "81": 2, "80": 3, "51": 3, "50": 4}
    assert {text: sofa_2.score(platelets=text)["coagulation"] for text in counts} == counts


def test_sofa_2_kidney() -> None:
    creatinines = {"1.2": 0, "1.201": 1, "2.0": 1, "2.1": 2, "3.5": 2, "3.501": 3, "9": 3}
    assert {text: sofa_2.score(creatinine=text)["renal"] for text in creatinines} == creatinines
    windows = {
        ("0.5", "24"): 0,
        ("0.49", "5"): None,
        ("0.49", "6"): 1,
        ("0.2", "11"): 1,
        ("0.49", "12"): 2,
        ("0.29", "23"): 2,
        ("0.3", "24"): 2,
        ("0.29", "24"): 3,
        ("0", "11"): 1,
        ("0", "12"): 3,
    }
    assert {window: sofa_2.score(urine=[window])["renal"] for window in windows} == windows
    assert sofa_2.score(creatinine="1.0", rrt=True)["renal"] == 4


def test_sofa_2_criteria_for_renal_replacement() -> None:
    assert sofa_2.score(creatinine="1.201", potassium="6.0")["renal"] == 4
    assert sofa_2.score(creatinine="1.3", potassium="5.9")["renal"] == 1
    assert sofa_2.score(creatinine="1.2", potassium="6.0")["renal"] == 0
    assert sofa_2.score(creatinine="1.3", ph="7.20", bicarbonate="12")["renal"] == 4
    assert sofa_2.score(creatinine="1.3", ph="7.20", bicarbonate="13")["renal"] == 1
    assert sofa_2.score(creatinine="1.3", ph="7.2001", bicarbonate="12")["renal"] == 1
    assert sofa_2.score(urine=[("0.2", "7")], potassium="6.0")["renal"] == 4
    assert sofa_2.score(urine=[("0.3", "7")], potassium="6.0")["renal"] == 1
    assert sofa_2.score(urine=[("0.2", "6")], potassium="6.0")["renal"] == 1


def normal_day_2(fio2: str) -> dict[str, int | None]:
    return sofa_2.score(
        gcs="15",
        pao2="100",
        fio2=fio2,
        mean_arterial_pressure="70",
        bilirubin="1.2",
        creatinine="1.2",
        platelets="151",
    )


def test_sofa_2_totals() -> None:
    assert normal_day_2("0.21")["total"] == 0
    assert normal_day_2("0.21")["complete"] is True
    # 100 mmHg on pure oxygen without a word on support: two points, and support was assumed.
    assert normal_day_2("1.0")["total"] == 2
    assert normal_day_2("1.0")["complete"] is False
    assert sofa_2.score()["total"] is None
    assert sofa_2.score(gcs="8", platelets="50")["total"] == 3 + 4


def test_sofa_2_complete_means_nothing_assumed() -> None:
    def complete(creatinine: str, gcs: str, urine: str, delirium_drug: bool) -> int | None:
        return sofa_2.score(
            gcs=gcs,
            delirium_drug=delirium_drug,
            pao2="100",
            fio2="0.21",
            mean_arterial_pressure="70",
            bilirubin="1.2",
            creatinine=creatinine,
            urine=[(urine, "24")],
            platelets="151",
        )["complete"]

    assert complete("1.0", "15", "0.6", False) is True
    assert complete("", "15", "0.6", False) is False
    assert complete("", "15", "0.4", False) is False
    assert complete("", "15", "0.2", False) is True
    assert complete("1.0", "", "0.6", True) is False
