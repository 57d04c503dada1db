"""Which values the rules cannot tell apart, so that each kind of day is scored once and not once a row.

The rules compare a value only with the limits of the printed tables. Two cells between the same two limits therefore
score alike, and a day is scored by the rules themselves for the first row of its kind. No rule is written again here;
the limits are those of the tables that the rules read.
"""

from __future__ import annotations

import operator
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from immunosep_tui.cohort.columns import CHOICE, COLUMNS, Column
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.protocol import PhenotypeRule
from immunosep_tui.rules.sofa import printed_1996 as first
from immunosep_tui.rules.sofa import sofa_2 as second
from immunosep_tui.rules.sofa.day import SUPPORTS
from immunosep_tui.rules.sofa.table import Column as Printed
from immunosep_tui.rules.units import DECIMALS, Bands

ABSENT = -1
"""The rung of an empty cell."""

TEXTS_KEPT = 16_384
"""Texts of one column, or pairs of two, whose rung is remembered; a refused text never is, so none is long."""

Limits = tuple[Fraction, ...]
"""What a rule compares a value with, in ascending order and in the unit of the column."""

ZERO: Limits = (Fraction(0),)
"""The limit of a drug that is running or not, and of a urine that is there or not."""


class RefusedCell(Exception):
    """A cell of the row cannot be taken; which one, and why, is found out by whoever reports it."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A number made of two columns that the rules compare with limits: a ratio of oxygenation, a sum of two rates."""

    one: str
    other: str
    operation: Callable[[Fraction, Fraction], Fraction]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Ladder:
    """The limits of every column in one version, and of what is derived from columns, by organ."""

    limits: Mapping[str, Limits]
    derived: Mapping[str, tuple[Derived, ...]]


def rung(value: Fraction, limits: Limits) -> int:
    """The place of a value among the limits: odd on a limit, even between two."""
    index = bisect_left(limits, value)
    return 2 * index + (index < len(limits) and limits[index] == value)


def ladder(version: str, phenotype: PhenotypeRule) -> Ladder:
    """The ladder of a version of SOFA, ``1996`` or ``2``, and of the protocol's phenotype rule.

    KeyError for any other version.
    """
    limits, derived = _OF_VERSION[version]
    cuts = {
        "ferritin_ng_ml": (Fraction(phenotype.ferritin_above.value),),
        "hla_dr_receptors": (Fraction(phenotype.hla_dr_below.value),),
    }
    return Ladder({**limits, **cuts}, derived)


_COLUMN = {column.name: column for column in COLUMNS}


def _printed(name: str, printed: Printed) -> Limits:
    """A printed column's limits in the unit of the table's column, ascending."""
    column = _COLUMN[name]
    if column.unit == printed.unit:
        return tuple(sorted(step.limit for step in printed.steps))
    units = ANALYTES[column.analyte]
    here, there = units.unit(column.unit).factor, units.unit(printed.unit).factor
    assert here is not None
    assert there is not None
    return tuple(sorted(step.limit * there / here for step in printed.steps))


def _columns(printed: Mapping[str, Printed]) -> dict[str, Limits]:
    return {name: _printed(name, column) for name, column in printed.items()}


def _ratios(pao2_fio2: Printed, spo2_fio2: Printed) -> tuple[Derived, ...]:
    return tuple(
        Derived(one, "fio2", operator.truediv, tuple(sorted(step.limit for step in printed.steps)))
        for one, printed in (("pao2_mmhg", pao2_fio2), ("spo2", spo2_fio2))
    )


_1996 = (
    {
        "spo2": (first.SPO2_FIO2_HIGHEST_SPO2,),
        **_columns(
            {
                "platelets_10e9_l": first.PLATELETS,
                "bilirubin_mg_dl": first.BILIRUBIN["mg/dL"],
                "bilirubin_umol_l": first.BILIRUBIN["umol/L"],
                "map_mmhg": first.MEAN_ARTERIAL_PRESSURE,
                **{f"{agent}_mcg_kg_min": column for agent, column in first.CATECHOLAMINES.items()},
                "gcs": first.GLASGOW_COMA_SCALE,
                "creatinine_mg_dl": first.CREATININE["mg/dL"],
                "creatinine_umol_l": first.CREATININE["umol/L"],
                "urine_ml_24h": first.URINE,
            }
        ),
    },
    {"respiration": _ratios(first.PAO2_FIO2, first.SPO2_FIO2)},
)
_2 = (
    {
        "spo2": (second.SPO2_BELOW,),
        "epinephrine_mcg_kg_min": ZERO,
        "norepinephrine_mcg_kg_min": ZERO,
        "dobutamine_mcg_kg_min": ZERO,
        "urine_ml_24h": ZERO,  # a table has no weight, and without one only a urine of 0 counts
        **_columns(
            {
                "platelets_10e9_l": second.PLATELETS,
                "bilirubin_mg_dl": second.BILIRUBIN,
                "bilirubin_umol_l": second.BILIRUBIN,
                "map_mmhg": second.MEAN_ARTERIAL_PRESSURE,
                "dopamine_mcg_kg_min": second.DOPAMINE_ALONE,
                "gcs": second.GLASGOW_COMA_SCALE,
                "creatinine_mg_dl": second.CREATININE,
                "creatinine_umol_l": second.CREATININE,
            }
        ),
    },
    {
        "respiration": _ratios(second.PAO2_FIO2, second.SPO2_FIO2),
        "cardiovascular": (
            Derived(
                "norepinephrine_mcg_kg_min",
                "epinephrine_mcg_kg_min",
                operator.add,
                tuple(sorted(step.limit for step in second.CATECHOLAMINE_SUM.steps)),
            ),
        ),
    },
)
_OF_VERSION = {"1996": _1996, "2": _2}


class Reader:
    """Reads the cells of one column and says on which rung each lies.

    Plausible values are an interval, and so is a rung: a number between two that were taken and lie on one rung is
    taken and lies there too. Only a number outside all of those intervals has to be read in full.
    """

    def __init__(self, column: Column, limits: Limits, bands: Bands) -> None:
        self._column = column
        self._limits = limits
        self._bands = bands
        self._whole = column.unit != CHOICE and ANALYTES[column.analyte].whole
        self._known: dict[int, tuple[Decimal, Decimal]] = {}

    def __call__(self, text: str) -> int:
        """The rung of a cell, ``ABSENT`` if it is empty; RefusedCell if it cannot be taken."""
        if not text:
            return ABSENT
        if self._column.unit == CHOICE:
            return self._choice(text)
        number = parse_number(text, DECIMALS)
        if isinstance(number, Refusal) or (self._whole and number != number.to_integral_value()):
            raise RefusedCell
        for place, (low, high) in self._known.items():
            if low <= number <= high:
                return place
        if isinstance(self._column.read(text, self._bands), Refusal):
            raise RefusedCell
        place = rung(Fraction(number), self._limits)
        low, high = self._known.get(place, (number, number))
        self._known[place] = min(low, number), max(high, number)
        return place

    def _choice(self, text: str) -> int:
        found = self._column.read(text, self._bands)
        if isinstance(found, Refusal):
            raise RefusedCell
        return SUPPORTS.index(str(found))


def derived_rung(derived: Derived) -> Callable[[str, str], int]:
    """A function from two cells that were taken to the rung of what is derived from them; an empty rate adds nothing."""

    def of(one: str, other: str) -> int:
        if not (one and other) and derived.operation is operator.truediv:
            return ABSENT
        return rung(derived.operation(Fraction(one or "0"), Fraction(other or "0")), derived.limits)

    return of
