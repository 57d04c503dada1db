"""The cohort table's columns as typed texts, and shorthand for quantities and days."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.sofa.day import Component, Day, Gas, Infusion, Score
from immunosep_tui.rules.sofa.sofa_1996 import score as score_1996
from immunosep_tui.rules.units import Quantity

RANDOM_DAYS = {"mutation": 300, "deep": 100_000}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 20_000)
"""How many random days a differential test compares; tests marked deep compare 100,000."""

EVERY_SUPPORT = frozenset({"hfnc", "niv", "cpap", "invasive", "ecmo"})

_FIELDS = {
    "pao2_mmhg": ("pao2", ""),
    "fio2": ("fio2", ""),
    "spo2": ("spo2", ""),
    "support": ("support", ""),
    "platelets_10e9_l": ("platelets", ""),
    "bilirubin_mg_dl": ("bilirubin", " mg/dL"),
    "bilirubin_umol_l": ("bilirubin", " umol/L"),
    "map_mmhg": ("map", ""),
    "dopamine_mcg_kg_min": ("dopamine", ""),
    "dobutamine_mcg_kg_min": ("dobutamine", ""),
    "epinephrine_mcg_kg_min": ("epinephrine", ""),
    "norepinephrine_mcg_kg_min": ("norepinephrine", ""),
    "gcs": ("gcs", ""),
    "creatinine_mg_dl": ("creatinine", " mg/dL"),
    "creatinine_umol_l": ("creatinine", " umol/L"),
    "urine_ml_24h": ("urine", ""),
}


def texts(row: Mapping[str, str]) -> dict[str, list[str]]:
    """A row of the cohort table as the texts that a person would type."""
    typed: dict[str, list[str]] = {}
    for column, (field, unit) in _FIELDS.items():
        if row.get(column):
            typed.setdefault(field, []).append(row[column] + unit)
    return typed


def quantity(analyte: str, value: str | int, unit: str | None = None) -> Quantity:
    """A quantity in the given unit, or in the analyte's canonical one."""
    return Quantity(analyte, Decimal(value), ANALYTES[analyte].canonical.name if unit is None else unit)


def gas(pao2: str | None, fio2: str | None, support: str | None = None, spo2: str | None = None) -> Gas:
    """A gas in mmHg, fraction and percent."""
    return Gas(
        quantity("pao2", pao2) if pao2 is not None else None,
        quantity("fio2", fio2) if fio2 is not None else None,
        quantity("spo2", spo2) if spo2 is not None else None,
        support,
    )


def infusion(agent: str, rate: str | None, minutes: int | None = None) -> Infusion:
    """An infusion in mcg/kg/min."""
    return Infusion(agent, None if rate is None else Fraction(rate), minutes)


def points(organ: str, **readings: Any) -> int | None:
    """The 1996 points of one organ on a day that has only these readings."""
    return component(score_1996(Day(**readings), EVERY_SUPPORT), organ).points


def component(score: Score, organ: str) -> Component:
    """The component of that organ."""
    return next(c for c in score.components if c.organ == organ)
