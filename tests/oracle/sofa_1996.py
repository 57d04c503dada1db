"""SOFA 1996 (Vincent, doi:10.1007/BF01709751), read organ by organ from the printed table.

The S/F cut-offs are those of Pandharipande 2009 (doi:10.1097/CCM.0b013e31819cefa9).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction


def score(row: Mapping[str, str]) -> dict[str, int | None]:
    """Score one patient-day; six components, `total` and `complete`.

    Keys are the cohort table's columns; an absent key or an empty text means not measured. Raises
    ValueError for a text that is no number or a support that is not known.
    """
    respiration, respiration_sure = _respiration(row)
    coagulation = _coagulation(row)
    liver = _liver(row)
    cardiovascular = _cardiovascular(row)
    cns = _cns(row)
    renal, renal_sure = _renal(row)
    known = [points for points in (respiration, coagulation, liver, cardiovascular, cns, renal) if points is not None]
    return {
        "respiration": respiration,
        "coagulation": coagulation,
        "liver": liver,
        "cardiovascular": cardiovascular,
        "cns": cns,
        "renal": renal,
        "total": sum(known) if known else None,
        "complete": len(known) == 6 and respiration_sure and renal_sure,
    }


def _number(row: Mapping[str, str], column: str) -> Fraction | None:
    text = row.get(column, "")
    if text == "":
        return None
    return Fraction(text)


def _respiration(row: Mapping[str, str]) -> tuple[int | None, bool]:
    pao2 = _number(row, "pao2_mmhg")
    fio2 = _number(row, "fio2")
    spo2 = _number(row, "spo2")
    support = row.get("support", "")
    if fio2 is None:
        return None, True
    if pao2 is not None:
        quotient = pao2 / fio2
        if quotient >= 400:
            return 0, True
        if quotient >= 300:
            return 1, True
        if quotient >= 200:
            return 2, True
        if quotient >= 100:
            return _if_supported(3, support)
        return _if_supported(4, support)
    if spo2 is not None and spo2 <= 98:
        quotient = spo2 / fio2
        if quotient >= 512:
            return 0, True
        if quotient >= 357:
            return 1, True
        if quotient >= 214:
            return 2, True
        if quotient >= 89:
            return _if_supported(3, support)
        return _if_supported(4, support)
    return None, True


def _if_supported(points: int, support: str) -> tuple[int, bool]:
    if support in ("hfnc", "niv", "cpap"):
        return points, True
    if support in ("invasive", "ecmo"):
        return points, True
    if support == "none":
        return 2, True
    if support == "":
        return 2, False
    raise ValueError(f"unknown support: {support}")


def _coagulation(row: Mapping[str, str]) -> int | None:
    platelets = _number(row, "platelets_10e9_l")
    if platelets is None:
        return None
    if platelets < 20:
        return 4
    if platelets < 50:
        return 3
    if platelets < 100:
        return 2
    if platelets < 150:
        return 1
    return 0


def _liver(row: Mapping[str, str]) -> int | None:
    by_milligrams = _bilirubin_mg_dl(_number(row, "bilirubin_mg_dl"))
    by_micromoles = _bilirubin_umol_l(_number(row, "bilirubin_umol_l"))
    return _worse(by_milligrams, by_micromoles)


def _bilirubin_mg_dl(bilirubin: Fraction | None) -> int | None:
    if bilirubin is None:
        return None
    if bilirubin >= 12:
        return 4
    if bilirubin >= 6:
        return 3
    if bilirubin >= 2:
        return 2
    if bilirubin >= Fraction("1.2"):
        return 1
    return 0


def _bilirubin_umol_l(bilirubin: Fraction | None) -> int | None:
    if bilirubin is None:
        return None
    if bilirubin > 204:
        return 4
    if bilirubin >= 102:
        return 3
    if bilirubin >= 33:
        return 2
    if bilirubin >= 20:
        return 1
    return 0


def _cardiovascular(row: Mapping[str, str]) -> int | None:
    dopamine = _number(row, "dopamine_mcg_kg_min") or Fraction(0)
    dobutamine = _number(row, "dobutamine_mcg_kg_min") or Fraction(0)
    epinephrine = _number(row, "epinephrine_mcg_kg_min") or Fraction(0)
    norepinephrine = _number(row, "norepinephrine_mcg_kg_min") or Fraction(0)
    if dopamine > 15 or epinephrine > Fraction("0.1") or norepinephrine > Fraction("0.1"):
        return 4
    if dopamine > 5 or epinephrine > 0 or norepinephrine > 0:
        return 3
    if dopamine > 0 or dobutamine > 0:
        return 2
    mean_arterial_pressure = _number(row, "map_mmhg")
    if mean_arterial_pressure is None:
        return None
    if mean_arterial_pressure < 70:
        return 1
    return 0


def _cns(row: Mapping[str, str]) -> int | None:
    gcs = _number(row, "gcs")
    if gcs is None:
        return None
    if gcs < 6:
        return 4
    if gcs <= 9:
        return 3
    if gcs <= 12:
        return 2
    if gcs <= 14:
        return 1
    return 0


def _renal(row: Mapping[str, str]) -> tuple[int | None, bool]:
    by_creatinine = _worse(
        _creatinine_mg_dl(_number(row, "creatinine_mg_dl")),
        _creatinine_umol_l(_number(row, "creatinine_umol_l")),
    )
    by_urine = _urine(_number(row, "urine_ml_24h"))
    creatinine_assumed_normal = by_creatinine is None and by_urine == 0
    return _worse(by_creatinine, by_urine), not creatinine_assumed_normal


def _creatinine_mg_dl(creatinine: Fraction | None) -> int | None:
    if creatinine is None:
        return None
    if creatinine >= 5:
        return 4
    if creatinine >= Fraction("3.5"):
        return 3
    if creatinine >= 2:
        return 2
    if creatinine >= Fraction("1.2"):
        return 1
    return 0


def _creatinine_umol_l(creatinine: Fraction | None) -> int | None:
    if creatinine is None:
        return None
    if creatinine > 440:
        return 4
    if creatinine >= 300:
        return 3
    if creatinine >= 171:
        return 2
    if creatinine >= 110:
        return 1
    return 0


def _urine(millilitres_a_day: Fraction | None) -> int | None:
    if millilitres_a_day is None:
        return None
    if millilitres_a_day < 200:
        return 4
    if millilitres_a_day < 500:
        return 3
    return 0


def _worse(one: int | None, other: int | None) -> int | None:
    if one is None:
        return other
    if other is None:
        return one
    return max(one, other)
