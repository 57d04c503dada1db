"""The monitoring checklist of a sheet: what is due on a day, and what the latest values ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.glance import next_look
from immunosep_tui.record.limits import LEAST, limits_met
from immunosep_tui.record.patient import Patient, parts
from immunosep_tui.rules.monitoring import ALL_LEVELS, Finding, assess, checklist
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.rules.reversal import ReversalVerdict, reverse
from immunosep_tui.rules.units import Quantity
from immunosep_tui.ward.answers import LAST_DAY, course, regimen_of, whole
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.reading import read
from immunosep_tui.ward.samples import MARKERS, deciding, numbers, phenotype, place_of_sample


def due_items(patient: Patient, day: int, protocol: Protocol, zone: ZoneInfo) -> tuple[CheckItem, ...]:
    """What is due on a treatment day; what belongs before a dose is due on the day that the dose begins or ends."""
    regimen = regimen_of(patient, protocol)
    if regimen is None:
        return ()
    doses = [dose for dose in course(patient, protocol, zone).doses if not dose.cancelled]
    dose_due = True
    if doses:
        begins = doses[0].due + timedelta(hours=24 * (day - 1))
        dose_due = any(begins <= dose.due <= begins + timedelta(hours=24) for dose in doses)
    return checklist(protocol.checklist, regimen.name, day, dose_due)


def finding(patient: Patient, item: CheckItem, day: int, protocol: Protocol) -> Finding | None:
    """What the values of a day ask for, judged against the latest earlier one; None if nothing usable was typed.

    Of several measurements the one that asks most urgently counts, the latest of those that ask alike: a better value
    later on the same day does not take a limit back.
    """
    values = _values(patient, f"monitoring.{day}.{item.id}", item.analyte, protocol)
    if not values:
        return None
    earlier = _earlier(patient, item, day, protocol)
    return min((assess(item, value, earlier) for value in reversed(values)), key=_urgency)


def _urgency(found: Finding) -> int:
    return ALL_LEVELS.index(found.met[0].level) if found.met else len(ALL_LEVELS)


def met_now(patient: Patient, day: int, protocol: Protocol) -> tuple[Finding, ...]:
    """The latest finding of each item up to a day that meets a limit other than one of the start, most urgent first."""
    regimen = regimen_of(patient, protocol)
    if regimen is None or not any(key.startswith("monitoring.") for key in patient.texts):
        return ()
    found = []
    for item in protocol.checklist:
        if item.regimen == regimen.name:
            latest = (finding(patient, item, on, protocol) for on in range(day, 0, -1))
            last = next((each for each in latest if each is not None), None)
            if last is not None and last.level:
                found.append(last)
    return tuple(sorted(found, key=lambda each: (_urgency(each), each.item.priority)))


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
    keys += [f"monitoring.{day}.{name}" for day in range(LAST_DAY, 1, -1) for name in items]
    values = (_value(patient, key, analyte, protocol) for key in keys)
    return next((value for value in values if value is not None), None)


def _earlier(patient: Patient, item: CheckItem, day: int, protocol: Protocol) -> Quantity | None:
    """The latest value of the same measurement on an earlier day, or the one that the phenotype rests on."""
    alike = [item.id]
    if item.analyte:
        alike = [other.id for other in protocol.checklist if other.analyte == item.analyte]
    keys = [f"monitoring.{before}.{name}" for before in range(day - 1, 0, -1) for name in alike]
    if item.analyte:
        keys.append(f"labs.{item.analyte}")
    values = (_value(patient, key, item.analyte, protocol) for key in keys)
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
    numbers = [whole(part, None) for part in parts(text)]
    usable = [number for number in numbers if not isinstance(number, Refusal)]
    return max(usable) if len(usable) == len(numbers) else None


@dataclass(frozen=True, slots=True)
class Look:
    """One look of the checklist of a running course that is still to come or was not taken; ``late`` is whether it is
    overdue by the site's convention."""

    item: str
    label: str
    due: datetime
    late: bool


def overdue_after(protocol: Protocol) -> timedelta:
    """How long after it was due something of which nothing is recorded is overdue, by the site's convention."""
    return timedelta(minutes=int(protocol.site.overdue.value))


def looks(chart: Chart, now: datetime, overdue: timedelta) -> tuple[Look, ...]:
    """The next look of each line of the checklist of which nothing is recorded, the first due one first.

    Args:
        chart: of the patient.
        now: the present instant.
        overdue: how long after it was due a look is overdue.
    """
    if chart.running is None:
        return ()
    found = []
    for planned in chart.running.plan.checks:
        due = next_look(chart, planned)
        if due is not None:
            found.append(Look(planned.item, planned.label, moment(due), moment(due) + overdue < now))
    return tuple(sorted(found, key=lambda look: look.due))


def urgent(chart: Chart) -> tuple[Entry, ...]:
    """Entries that met a limit which asks to call somebody, and that nobody has acknowledged."""
    return tuple(each.entry for each in limits_met(chart) if each.level != LEAST and each.until is None)
