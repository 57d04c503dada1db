"""Recipes that turn on the SOFA of a day."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.training.making.draft import Draft, Recipe, spread, tenths, trimmed


def _day(draft: Draft, chance: Random) -> dict[str, str]:
    """A whole day of values, each where the table is plain."""
    draft.tell(N_("These are the values of day 1."))
    return {
        "pao2": str(spread(chance, 62, 110)),
        "fio2": tenths(chance, 4, 8),
        "support": "invasive",
        "platelets": str(spread(chance, 25, 260)),
        "bilirubin": tenths(chance, 6, 110),
        "map": str(spread(chance, 58, 84)),
        "gcs": str(chance.randint(6, 15)),
        "sedated": "no",
        "creatinine": tenths(chance, 7, 48),
        "urine": str(spread(chance, 700, 2400, 50)),
    }


def _write(draft: Draft, day: Mapping[str, str], organ: str, topic: str) -> None:
    draft.texts |= {f"sofa.1.{name}": text for name, text in day.items() if text}
    draft.ask(f"sofa/1/{organ}", topic)
    draft.ask("total/1", topic)


def _sedated_gcs(draft: Draft, chance: Random, level: int) -> None:
    day = _day(draft, chance)
    day |= {"sedated": "yes", "gcs": str(chance.randint(3, 8))}
    if level < 3 or chance.random() < 0.5:
        day["gcs_before_sedation"] = str(chance.randint(9, 15))
        draft.tell(N_("The patient is sedated; before that the coma scale was {gcs}."), gcs=day["gcs_before_sedation"])
    else:
        draft.tell(N_("The patient came intubated and sedated; nobody wrote down a coma scale before."))
    _write(draft, day, "cns", "sedated-gcs")


def _room_air(draft: Draft, chance: Random, level: int) -> None:
    day = _day(draft, chance)
    day["support"] = "none"
    if level == 1 and chance.random() < 0.4:
        day |= {"fio2": "0.21", "pao2": str(spread(chance, 48, 80))}
        draft.tell(N_("The gas was taken on room air."))
    else:
        low, high = ((70, 95), (60, 90), (45, 59))[level - 1]
        day |= {"fio2": tenths(chance, 5, 8), "pao2": str(spread(chance, low, high))}
        draft.tell(N_("The gas was taken on an oxygen mask, without any ventilatory support."))
    _write(draft, day, "respiration", "room-air")


def _ventilated_gas(draft: Draft, chance: Random, level: int) -> None:
    """Two gases: one before intubation and one after it."""
    day = _day(draft, chance)
    before, after = spread(chance, 50, 70), spread(chance, 90, 160)
    oxygen = "0.21" if level == 1 else tenths(chance, 3, 4 + level)
    day |= {
        "pao2": f"{before};{after}",
        "fio2": f"{oxygen};{tenths(chance, 6, 10)}",
        "support": "none;invasive",
    }
    draft.tell(N_("The first gas was taken before intubation, the second on the ventilator."))
    _write(draft, day, "respiration", "ventilated-gas")


def _vasopressor(draft: Draft, chance: Random, level: int) -> None:
    day = _day(draft, chance)
    weight = spread(chance, 50, 110, 5)
    agent = chance.choice(("norepinephrine", "epinephrine"))
    day |= {"weight": str(weight), "map": str(spread(chance, 66, 84))}
    if level == 1:
        day |= {agent: f"{spread(chance, 2, 20)} mL/h", f"{agent}_concentration": str(chance.choice((32, 64, 80, 160)))}
    elif level == 2:
        day[agent] = f"{spread(chance, 2, 30)} mcg/min"
    else:  # 0.1 mcg/kg/min to the last digit, or one step of the pump beside it
        per_ml = Decimal(weight) * chance.choice((1, 2))
        rate = Fraction(6 * weight) / Fraction(per_ml) + chance.choice((0, 0, 1, -1)) * Fraction(1, 10)
        day |= {
            agent: f"{trimmed(Decimal(rate.numerator) / rate.denominator)} mL/h",
            f"{agent}_concentration": trimmed(per_ml),
        }
    draft.tell(N_("The pump has run for hours; the patient weighs {weight} kg."), weight=weight)
    _write(draft, day, "cardiovascular", "vasopressor")


_EDGES: Final = {
    "bilirubin": ((33, 34), (102, 102), (205, 205)),
    "creatinine": ((107, 109), (171, 176), (300, 309), (441, 442)),
}
"""umol/L in which the printed columns of the two units give different points."""


def _creatinine_units(draft: Draft, chance: Random, level: int) -> None:
    day = _day(draft, chance)
    name, organ = ("creatinine", "renal") if level < 3 or chance.random() < 0.6 else ("bilirubin", "liver")
    value = spread(chance, 70, 500) if level == 1 else spread(chance, *chance.choice(_EDGES[name]))
    day[name] = f"{value} umol/L"
    draft.tell(N_("The laboratory of this hospital reports {name} in umol/L."), name=name)
    _write(draft, day, organ, "creatinine-units")


def _table_gap(draft: Draft, chance: Random, level: int) -> None:
    """A value with two places, between the last number of a cell and the first of the next."""
    day = _day(draft, chance)
    ends = {"creatinine": ("1.9", "3.4"), "bilirubin": ("1.9", "5.9", "11.9")}
    name = chance.choice(tuple(ends))
    if level == 1:
        day[name] = f"{chance.choice(('1', '2', '3'))}.{chance.choice(('22', '31', '57', '83'))}"
    else:
        day[name] = chance.choice(ends[name]) + str(chance.randint(5, 9) if level == 2 else chance.randint(1, 9))
    draft.tell(N_("The laboratory reports two places behind the point."))
    _write(draft, day, "renal" if name == "creatinine" else "liver", "table-gap")


def _urine(draft: Draft, chance: Random, level: int) -> None:
    day = _day(draft, chance)
    if level < 3 or chance.random() < 0.5:
        low, high = ((40, 180), (220, 480), (195, 205))[level - 1]
        day |= {"creatinine": tenths(chance, 7, 24), "urine": str(spread(chance, low, high))}
    else:
        day |= {"creatinine": tenths(chance, 51, 70), "urine": str(spread(chance, 495, 505))}
    draft.tell(N_("The urine of the whole 24 hours was collected."))
    _write(draft, day, "renal", "urine")


def _renal_replacement(draft: Draft, chance: Random, level: int) -> None:
    day = _day(draft, chance)
    low, high = ((20, 33), (12, 19), (7, 11))[level - 1]
    day |= {
        "creatinine": tenths(chance, low, high),
        "renal_replacement": "yes",
        "urine": str(spread(chance, 600, 1500, 50)),
    }
    draft.tell(N_("Renal replacement has run since yesterday and clears creatinine well."))
    _write(draft, day, "renal", "renal-replacement")


def _sofa_version(draft: Draft, chance: Random, level: int) -> None:
    """Values that SOFA-2 scores otherwise."""
    day = _day(draft, chance)
    name, organ, values = chance.choice(
        (
            ("platelets", "coagulation", ((21, 49), (21, 49), (50, 50))),
            ("bilirubin", "liver", ((21, 29), (21, 29), (20, 20))),
            ("gcs", "cns", ((9, 9), (9, 9), (9, 9))),
        )
    )
    low, high = values[level - 1]
    day[name] = tenths(chance, low, high) if name == "bilirubin" else str(spread(chance, low, high))
    _write(draft, day, organ, "sofa-version")


def _missing_organ(draft: Draft, chance: Random, level: int) -> None:
    day = _day(draft, chance)
    left_out, asked = chance.sample((("platelets", "coagulation"), ("bilirubin", "liver"), ("gcs", "cns")), 2)
    day[left_out[0]] = ""
    if level == 1:
        draft.tell(N_("One of the laboratory's results has not come yet."))
    else:
        draft.tell(N_("Somebody writes beside it that it was surely normal."))
    organ = left_out[1] if level < 3 or chance.random() < 0.5 else asked[1]
    _write(draft, day, organ, "missing-organ")


RECIPES: Final[Mapping[str, Recipe]] = {
    "sedated-gcs": _sedated_gcs,
    "room-air": _room_air,
    "ventilated-gas": _ventilated_gas,
    "vasopressor": _vasopressor,
    "creatinine-units": _creatinine_units,
    "table-gap": _table_gap,
    "urine": _urine,
    "renal-replacement": _renal_replacement,
    "sofa-version": _sofa_version,
    "missing-organ": _missing_organ,
}
