"""The monitoring checklist of a sheet: what is due on a day, and what the latest values ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.days import Days
from immunosep_tui.record.looks import cell_readings
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.raised import Judged
from immunosep_tui.record.settings import effective
from immunosep_tui.rules.monitoring import checklist, is_start_check
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.rules.reversal import ReversalVerdict, reverse
from immunosep_tui.rules.units import Quantity
from immunosep_tui.ward.answers import course, regimen_of, typed_days
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.reading import read, whole
from immunosep_tui.ward.readings import readings_of
from immunosep_tui.ward.samples import MARKERS, deciding, numbers, phenotype, place_of_sample


def due_items(patient: Patient, day: int, protocol: Protocol, zone: ZoneInfo, days: Days) -> tuple[CheckItem, ...]:
    """What is asked for on a calendar day of the patient; what belongs before a dose on the days of the doses."""
    regimen = regimen_of(patient, protocol)
    if regimen is None:
        return ()
    doses = [dose for dose in course(patient, protocol, zone).doses if not dose.cancelled]
    dose_due = not doses or any(days.calendar_day(ms(dose.due)) == day for dose in doses)
    return checklist(protocol.checklist, regimen.name, day, dose_due)


def other_items(patient: Patient, due: Sequence[CheckItem], protocol: Protocol) -> tuple[CheckItem, ...]:
    """Measurements of the regimen's checklist that are not asked for on a day and can be entered all the same."""
    regimen = regimen_of(patient, protocol)
    facts = {item.analyte for item in due}
    listed = (item for item in protocol.checklist if regimen is not None and item.regimen == regimen.name)
    found = {each.analyte: each for each in listed if each.analyte not in ("", *facts) and not is_start_check(each)}
    return tuple(sorted(found.values(), key=lambda item: item.priority))


def typed_readings(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> Judged:
    """The readings of a sheet that no record lies under, held against the limits of the protocol."""
    return readings_of(Chart(patient.key), patient, protocol, effective({}, protocol, zone), now)


def reversal(patient: Patient, protocol: Protocol) -> ReversalVerdict | None:
    """Immune reversal by the latest ferritin and HLA-DR of the checklist; None before either was measured again."""
    latest = {analyte: _latest(patient, analyte, protocol) for analyte in MARKERS}
    if not any(latest.values()):
        return None
    place = place_of_sample(deciding(patient, protocol))
    baseline = read(patient, f"{place}.ferritin", "ferritin", protocol).quantity
    ferritin, hla_dr = (value.canonical if value else None for value in latest.values())
    name = phenotype(patient, protocol).phenotype
    return reverse(protocol.reversal, name, baseline.canonical if baseline else None, ferritin, hla_dr)


def _latest(patient: Patient, analyte: str, protocol: Protocol) -> Quantity | None:
    """The value of the latest sample after the one that treatment rests on, else of the latest treatment day."""
    items = [item.id for item in protocol.checklist if item.analyte == analyte]
    later = [n for n in reversed(numbers(patient)) if n > deciding(patient, protocol)]
    keys = [f"{place_of_sample(n)}.{analyte}" for n in later]
    later = [day for day in reversed(typed_days(patient, "monitoring")) if day > 1]
    keys += [f"monitoring.{day}.{name}" for day in later for name in items]
    values = (_value(patient, key, analyte, protocol) for key in keys)
    return next((value for value in values if value is not None), None)


def _value(patient: Patient, key: str, analyte: str, protocol: Protocol) -> Quantity | None:
    """The last measurement of a text, or the worst of several looks."""
    values = _values(patient, key, analyte, protocol)
    return values[-1] if values else None


def _values(patient: Patient, key: str, analyte: str, protocol: Protocol) -> tuple[Quantity, ...]:
    """Every measurement of a text in order, or the worst of several looks alone."""
    if analyte:
        return read(patient, key, analyte, protocol).quantities
    number = worst(patient.text(key))
    return () if number is None else (Quantity("", Decimal(number), ""),)


def worst(text: str) -> int | None:
    """The highest of the numbers that were typed one after the other; None where one of them is none."""
    numbers = [whole(each.text, None) for each in cell_readings(text)]
    usable = [number for number in numbers if not isinstance(number, Refusal)]
    return max(usable) if len(usable) == len(numbers) else None
