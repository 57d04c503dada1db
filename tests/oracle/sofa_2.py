"""SOFA-2 (Ranzani, doi:10.1001/jama.2025.20516), read organ by organ from the table and its footnotes.

Where published implementations disagree, or the table is silent, `score` raises `UndecidedError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


class UndecidedError(ValueError):
    """The table gives no single answer for this combination."""


def score(
    *,
    gcs: str = "",
    gcs_motor: str = "",
    delirium_drug: bool = False,
    pao2: str = "",
    fio2: str = "",
    spo2: str = "",
    support: str = "",
    ecmo: str = "",
    mean_arterial_pressure: str = "",
    norepinephrine: str = "",
    epinephrine: str = "",
    dopamine: str = "",
    dobutamine: str = "",
    other_vasoactive: bool = False,
    mechanical_support: bool = False,
    vasoactives_unavailable: bool = False,
    bilirubin: str = "",
    creatinine: str = "",
    rrt: bool = False,
    urine: Sequence[tuple[str, str]] = (),
    potassium: str = "",
    ph: str = "",
    bicarbonate: str = "",
    platelets: str = "",
) -> dict[str, int | None]:
    """Score one patient-day; six components under their 1996 names, `total` and `complete`.

    Texts are decimal, empty for not measured: mmHg, FiO2 as a fraction, SpO2 in percent, vasoactives
    in mcg/kg/min (base), bilirubin and creatinine in mg/dL, potassium and bicarbonate in mmol/L,
    platelets in 10^9/L. `gcs_motor` serves only when `gcs` is empty. `support` is none, hfnc, niv, cpap,
    invasive, home-ventilation or ecmo; `ecmo` is empty, respiratory or cardiovascular. `urine` holds
    windows of (mL/kg/h, hours). `rrt` leaves out renal replacement for reasons other than the kidney.
    Raises UndecidedError and ValueError.
    """
    respiration, respiration_sure = _respiratory(pao2, fio2, spo2, support, ecmo)
    coagulation = _hemostasis(platelets)
    liver = _liver(bilirubin)
    cardiovascular = _cardiovascular(
        pressure=_number(mean_arterial_pressure),
        norepinephrine_and_epinephrine=(_number(norepinephrine) or Fraction(0)) + (_number(epinephrine) or Fraction(0)),
        dopamine=_number(dopamine) or Fraction(0),
        other=other_vasoactive or (_number(dobutamine) or Fraction(0)) > 0,
        mechanical=mechanical_support or ecmo == "cardiovascular",
        unavailable=vasoactives_unavailable,
    )
    cns, cns_sure = _brain(gcs, gcs_motor, delirium_drug)
    windows = [(Fraction(rate), Fraction(hours)) for rate, hours in urine]
    in_need = rrt or _meets_rrt_criteria(creatinine, windows, potassium, ph, bicarbonate)
    renal, renal_sure = _kidney(_number(creatinine), windows, in_need)
    known = [points for points in (respiration, coagulation, liver, cardiovascular, cns, renal) if points is not None]
    return {
        "respiration": respiration,
        "coagulation": coagulation,
        "liver": liver,
        "cardiovascular": cardiovascular,
        "cns": cns,
        "renal": renal,
        "total": sum(known) if known else None,
        "complete": len(known) == 6 and respiration_sure and cns_sure and renal_sure,
    }


def _number(text: str) -> Fraction | None:
    if text == "":
        return None
    return Fraction(text)


def _brain(gcs: str, gcs_motor: str, delirium_drug: bool) -> tuple[int | None, bool]:
    if gcs != "":
        points = _by_gcs(int(gcs))
    elif gcs_motor != "":
        points = _by_motor_response(int(gcs_motor))
    elif delirium_drug:
        return 1, False
    else:
        return None, True
    if points == 0 and delirium_drug:
        return 1, True
    return points, True


def _by_gcs(gcs: int) -> int:
    if gcs == 15:
        return 0
    if gcs >= 13:
        return 1
    if gcs >= 9:
        return 2
    if gcs >= 6:
        return 3
    return 4


def _by_motor_response(motor: int) -> int:
    if motor == 6:
        return 0
    if motor == 5:
        return 1
    if motor == 4:
        return 2
    if motor == 3:
        return 3
    return 4


def _respiratory(pao2: str, fio2: str, spo2: str, support: str, ecmo: str) -> tuple[int | None, bool]:
    if ecmo in ("respiratory", "cardiovascular") or support == "ecmo":
        return 4, True
    oxygen_fraction = _number(fio2)
    tension = _number(pao2)
    saturation = _number(spo2)
    if oxygen_fraction is None:
        return None, True
    if tension is not None:
        quotient = tension / oxygen_fraction
        if quotient > 300:
            return 0, True
        if quotient > 225:
            return 1, True
        if quotient > 150:
            return 2, True
        if quotient > 75:
            return _if_advanced_support(3, support)
        return _if_advanced_support(4, support)
    if saturation is not None and saturation < 98:
        quotient = saturation / oxygen_fraction
        if quotient > 300:
            return 0, True
        if quotient > 250:
            return 1, True
        if quotient > 200:
            return 2, True
        if quotient > 120:
            return _if_advanced_support(3, support)
        return _if_advanced_support(4, support)
    return None, True


def _if_advanced_support(points: int, support: str) -> tuple[int, bool]:
    if support in ("hfnc", "niv", "cpap"):
        return points, True
    if support in ("invasive", "home-ventilation"):
        return points, True
    if support == "none":
        return 2, True
    if support == "":
        return 2, False
    raise ValueError(f"unknown support: {support}")


def _cardiovascular(
    *,
    pressure: Fraction | None,
    norepinephrine_and_epinephrine: Fraction,
    dopamine: Fraction,
    other: bool,
    mechanical: bool,
    unavailable: bool,
) -> int | None:
    if mechanical:
        return 4
    drug_running = norepinephrine_and_epinephrine > 0 or dopamine > 0 or other
    if unavailable and drug_running:
        raise UndecidedError("vasoactives are called unavailable, yet one is running")
    if norepinephrine_and_epinephrine > 0:
        with_another = other or dopamine > 0
        if norepinephrine_and_epinephrine > Fraction("0.4"):
            return 4
        if norepinephrine_and_epinephrine > Fraction("0.2"):
            return 4 if with_another else 3
        return 3 if with_another else 2
    if dopamine > 0:
        if other:
            raise UndecidedError("dopamine with another agent, without norepinephrine or epinephrine")
        if dopamine > 40:
            return 4
        if dopamine > 20:
            return 3
        return 2
    if other:
        return 2
    if pressure is None:
        return None
    if pressure >= 70:
        return 0
    if not unavailable:
        return 1
    if pressure >= 60:
        return 1
    if pressure >= 50:
        return 2
    if pressure >= 40:
        return 3
    return 4


def _liver(bilirubin: str) -> int | None:
    value = _number(bilirubin)
    if value is None:
        return None
    if value <= Fraction("1.2"):
        return 0
    if value <= 3:
        return 1
    if value <= 6:
        return 2
    if value <= 12:
        return 3
    return 4


def _meets_rrt_criteria(
    creatinine: str,
    urine: Sequence[tuple[Fraction, Fraction]],
    potassium: str,
    ph: str,
    bicarbonate: str,
) -> bool:
    injured = creatinine != "" and Fraction(creatinine) > Fraction("1.2")
    for rate, hours in urine:
        if rate < Fraction("0.3") and hours > 6:
            injured = True
    hyperkalemic = potassium != "" and Fraction(potassium) >= 6
    acidotic = ph != "" and Fraction(ph) <= Fraction("7.20") and bicarbonate != "" and Fraction(bicarbonate) <= 12
    return injured and (hyperkalemic or acidotic)


def _kidney(
    creatinine: Fraction | None, urine: Sequence[tuple[Fraction, Fraction]], in_need_of_rrt: bool
) -> tuple[int | None, bool]:
    if in_need_of_rrt:
        return 4, True
    by_urine = [_by_urine(rate, hours) for rate, hours in urine if hours >= 6]
    if creatinine is None and not by_urine:
        return None, True
    if creatinine is None:
        # Below 3 points a creatinine could still have been worse: it was taken as normal.
        return max(by_urine), max(by_urine) == 3
    return max([_by_creatinine(creatinine), *by_urine]), True


def _by_creatinine(creatinine: Fraction) -> int:
    if creatinine <= Fraction("1.2"):
        return 0
    if creatinine <= 2:
        return 1
    if creatinine <= Fraction("3.5"):
        return 2
    return 3


def _by_urine(rate: Fraction, hours: Fraction) -> int:
    if rate == 0 and hours >= 12:
        return 3
    if rate < Fraction("0.3") and hours >= 24:
        return 3
    if rate < Fraction("0.5") and hours >= 12:
        return 2
    if rate < Fraction("0.5"):
        return 1
    return 0


def _hemostasis(platelets: str) -> int | None:
    value = _number(platelets)
    if value is None:
        return None
    if value <= 50:
        return 4
    if value <= 80:
        return 3
    if value <= 100:
        return 2
    if value <= 150:
        return 1
    return 0
