"""What was measured on one patient-day; an empty tuple or None is 'not measured', never normal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from immunosep_tui.rules.reason import Caution, Sentence
from immunosep_tui.rules.units import Quantity

Organ = Literal["respiration", "coagulation", "liver", "cardiovascular", "cns", "renal"]
ORGANS: tuple[Organ, ...] = ("respiration", "coagulation", "liver", "cardiovascular", "cns", "renal")
"""The six organ systems under the names of the 1996 paper."""

SUPPORTS = ("none", "hfnc", "niv", "cpap", "invasive", "ecmo")
"""Respiratory support while a gas was taken."""

WORST_POINTS = 4
"""Most points of one organ, in both versions."""


@dataclass(frozen=True, slots=True)
class Gas:
    """One arterial gas or saturation, with the oxygen and the support it was taken on."""

    pao2: Quantity | None = None
    fio2: Quantity | None = None
    spo2: Quantity | None = None
    support: str | None = None


@dataclass(frozen=True, slots=True)
class Infusion:
    """A vasoactive drug: its rate in mcg/kg/min of base (None if it cannot be told) and how long it ran, if known."""

    agent: str
    rate: Fraction | None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The readings of one calendar day; where several are given the worst counts."""

    gases: tuple[Gas, ...] = ()
    platelets: tuple[Quantity, ...] = ()
    bilirubin: tuple[Quantity, ...] = ()
    map: tuple[Quantity, ...] = ()
    infusions: tuple[Infusion, ...] = ()
    other_agents: tuple[str, ...] = ()
    gcs: tuple[int, ...] = ()
    sedated: bool | None = None
    gcs_before_sedation: int | None = None
    creatinine: tuple[Quantity, ...] = ()
    urine: Quantity | None = None
    urine_hours: Decimal | None = None
    weight: Quantity | None = None
    renal_replacement: bool | None = None
    delirium_drug: bool = False
    motor: int | None = None
    mechanical_support: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """The points of one organ, or the range they could take, with the basis in words."""

    organ: Organ
    points: int | None
    low: int
    high: int
    basis: Sentence
    assumed_normal: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A day's score: the sum of the known points, whether all six rest on measurements, and the range it could take."""

    version: Literal["1996", "2"]
    components: tuple[Component, ...]

    @property
    def total(self) -> int | None:
        """Sum of the known points; None when nothing was measured."""
        known = [c.points for c in self.components if c.points is not None]
        return sum(known) if known else None

    @property
    def complete(self) -> bool:
        """True when every organ has points and none of them is only assumed."""
        return all(c.points is not None and not c.assumed_normal for c in self.components)

    @property
    def low(self) -> int:
        """The least total that the missing values allow."""
        return sum(c.low for c in self.components)

    @property
    def high(self) -> int:
        """The greatest total that the missing values allow."""
        return sum(c.high for c in self.components)

    @property
    def missing(self) -> tuple[Organ, ...]:
        """The organs without points."""
        return tuple(c.organ for c in self.components if c.points is None)

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """Every caution of the six organs, in their order."""
        return tuple(caution for c in self.components for caution in c.cautions)
