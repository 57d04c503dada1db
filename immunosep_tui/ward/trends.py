"""Values of a patient over the days of treatment, with the limits that they are read against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.response import DIED, HIGHEST_SOFA
from immunosep_tui.rules.units import Quantity
from immunosep_tui.ward.answers import LAST_DAY, day_total, first_dose, regimen_of, treatment_day
from immunosep_tui.ward.reading import read
from immunosep_tui.ward.samples import MARKERS, deciding, draws

VALUE, CARRIED, DEATH = "*", "o", "D"
"""How a point is drawn: measured, carried forward, a death."""

SHOWN = ("hemoglobin", "ferritin", "hla_dr", "platelets")
"""The measurements that are followed beside SOFA."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and highest number that a plot always has, and the step by which it grows where a value is outside."""

    low: Fraction
    high: Fraction
    step: Fraction


SCALES = {
    name: Scale(Fraction(low), Fraction(high), Fraction(step))
    for name, low, high, step in (
        ("sofa", 0, 12, 6),
        ("hemoglobin", 6, 12, 1),
        ("ferritin", 0, 10_000, 5000),
        ("hla_dr", 0, 10_000, 5000),
        ("platelets", 0, 150, 50),
    )
}
"""Scales of plots, so that a small change looks small and two patients can be compared. Local convention; no rule
reads them."""

_SHORT_LABELS = {"hla_dr": N_("HLA-DR")}
_MAY_LOG = ("ferritin",)


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a treatment day (0 and below: before the first dose), and how it is drawn."""

    day: int
    value: Fraction
    mark: str = VALUE


@dataclass(frozen=True, slots=True)
class Guide:
    """A value to read others against, and what it is."""

    value: Fraction
    label: str


@dataclass(frozen=True, slots=True)
class Series:
    """One measurement over time, in order of days; ``may_log`` where decades tell more than differences."""

    label: str
    unit: str
    points: tuple[Point, ...]
    guides: tuple[Guide, ...] = ()
    scale: Scale | None = None
    may_log: bool = False


def sofa_series(patient: Patient, protocol: Protocol) -> Series:
    """The SOFA total of each day that has one; a death stands at the highest score."""
    points = []
    for day in range(1, LAST_DAY + 1):
        total = day_total(patient, day, protocol)
        if isinstance(total, int):
            points.append(Point(day, Fraction(total)))
        elif total is DIED:
            points.append(Point(day, Fraction(HIGHEST_SOFA), DEATH))
    return Series(N_("SOFA"), "", tuple(points), scale=SCALES["sofa"])


def series_of(patient: Patient, analyte: str, protocol: Protocol, zone: ZoneInfo) -> Series:
    """A measurement by day: each value of the checklist, else of the SOFA day, else of the samples."""
    found: dict[int, tuple[Quantity, ...]] = {}
    if analyte in MARKERS:
        found |= {day: (value,) for day, value in _of_samples(patient, analyte, protocol, zone).items()}
    for day in range(1, LAST_DAY + 1):
        keys = [f"monitoring.{day}.{item.id}" for item in protocol.checklist if item.analyte == analyte]
        for key in (f"sofa.{day}.{analyte}", *keys):
            quantities = read(patient, key, analyte, protocol).quantities if patient.text(key) else ()
            if quantities:
                found[day] = quantities
    points = tuple(Point(day, quantity.canonical) for day in sorted(found) for quantity in found[day])
    known = ANALYTES[analyte]
    label = _SHORT_LABELS.get(analyte, known.label)
    guides = _guides(patient, analyte, protocol)
    return Series(label, known.canonical.name, points, guides, SCALES[analyte], analyte in _MAY_LOG)


def _of_samples(patient: Patient, analyte: str, protocol: Protocol, zone: ZoneInfo) -> dict[int, Quantity]:
    """By treatment day; the sample that treatment rests on stands on day 1 where its day is not known."""
    start = first_dose(patient, zone)
    found: dict[int, Quantity] = {}
    for draw in draws(patient, protocol, zone):
        value = draw.ferritin if analyte == "ferritin" else draw.hla_dr
        if value is None:
            continue
        if draw.sampled is not None and isinstance(start, datetime):
            found[treatment_day(start, draw.sampled)] = value
        elif draw.number == deciding(patient, protocol):
            found[1] = value
    return found


def _guides(patient: Patient, analyte: str, protocol: Protocol) -> tuple[Guide, ...]:
    """The cut-off of a marker, or the limits of the checklist; no cut-off where the bedside is blinded."""
    if analyte in MARKERS:
        if protocol.design != "open":
            return ()
        rule = protocol.phenotype
        cut = rule.ferritin_above if analyte == "ferritin" else rule.hla_dr_below
        return (Guide(Fraction(cut.value), N_("cut-off")),)
    regimen = regimen_of(patient, protocol)
    limits = {
        limit.value.value
        for item in protocol.checklist
        if item.analyte == analyte and regimen is not None and item.regimen == regimen.name
        for limit in item.limits
        if limit.when in ("below", "at_or_below")
    }
    return tuple(Guide(Fraction(value), N_("limit")) for value in sorted(limits))


def all_series(patient: Patient, protocol: Protocol, zone: ZoneInfo) -> tuple[Series, ...]:
    """What is followed: SOFA first, then the measurements of which something is known.

    A blinded bedside follows neither marker: where they go tells more than one value does.
    """
    shown = [analyte for analyte in SHOWN if protocol.design == "open" or analyte not in MARKERS]
    measured = (series_of(patient, analyte, protocol, zone) for analyte in shown)
    return (sofa_series(patient, protocol), *(series for series in measured if series.points))
