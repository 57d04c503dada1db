"""Values of a patient over the days of treatment, with the limits that they are read against."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from immunosep_tui.record.observations import Observation
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.raised import Judged
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.response import DIED, HIGHEST_SOFA
from immunosep_tui.ward.answers import day_total, regimen_of, typed_days
from immunosep_tui.ward.samples import MARKERS, deciding, place_of_sample

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
    """A value on a calendar day (0 and below: before that of the first dose), how it is drawn, and the sign of a bound."""

    day: int
    value: Fraction
    mark: str = VALUE
    bound: str = ""


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
    for day in typed_days(patient, "sofa", "response"):
        total = day_total(patient, day, protocol)
        if isinstance(total, int):
            points.append(Point(day, Fraction(total)))
        elif total is DIED:
            points.append(Point(day, Fraction(HIGHEST_SOFA), DEATH))
    return Series(N_("SOFA"), "", tuple(points), scale=SCALES["sofa"])


def series_of(readings: Judged, patient: Patient, analyte: str, protocol: Protocol) -> Series:
    """A measurement by calendar day, in whatever room it was typed, in the order in which it was taken.

    Args:
        readings: of the patient, with what is typed over the record.
        patient: the sheet, for the sample that treatment rests on and the regimen.
        analyte: what is followed.
        protocol: whose limits it is read against.
    """
    listed = readings.found.get(analyte, ())
    typed = {each.key for each in listed if each.is_draft}
    shown = (each for each in listed if each.is_draft or each.key not in typed)
    days = ((_day_of(each, readings, patient, protocol), each) for each in shown)
    points = tuple(
        Point(day, each.value.canonical, bound=each.value.bound)
        for day, each in sorted(((day, each) for day, each in days if day is not None), key=_by_time)
    )
    known = ANALYTES[analyte]
    label = _SHORT_LABELS.get(analyte, known.label)
    guides = _guides(patient, analyte, protocol)
    return Series(label, known.canonical.name, points, guides, SCALES[analyte], analyte in _MAY_LOG)


def _by_time(found: tuple[int, Observation]) -> tuple[int, int, str, int]:
    day, each = found
    return day, each.latest, each.place, each.part


def _day_of(each: Observation, readings: Judged, patient: Patient, protocol: Protocol) -> int | None:
    """The day of a reading: by the calendar, else that of its page; the sample that treatment rests on stands on day 1."""
    room, _dot, rest = each.place.partition(".")
    if each.earliest is not None:
        return readings.days.calendar_day(each.latest)
    number = rest.partition(".")[0]
    if room in ("monitoring", "sofa") and number.isdecimal():
        return int(number)
    deciding_place = place_of_sample(deciding(patient, protocol))
    return 1 if each.place.startswith(f"{deciding_place}.") else None


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


def all_series(readings: Judged, patient: Patient, protocol: Protocol) -> tuple[Series, ...]:
    """What is followed: SOFA first, then the measurements of which something is known.

    A blinded bedside follows neither marker: where they go tells more than one value does.
    """
    shown = [analyte for analyte in SHOWN if protocol.design == "open" or analyte not in MARKERS]
    measured = (series_of(readings, patient, analyte, protocol) for analyte in shown)
    return (sofa_series(patient, protocol), *(series for series in measured if series.points))
