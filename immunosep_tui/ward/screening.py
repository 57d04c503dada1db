"""What the screening room's texts say of the trial's criteria, and how much of its 72 hours is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from immunosep_tui.record.fields import SCREENING_FIELDS, names_in
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.eligibility import Candidate, Criterion, criteria
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.sofa.reading import YES_NO
from immunosep_tui.ward.answers import day_total, first_dose
from immunosep_tui.ward.field_reading import read_field
from immunosep_tui.ward.samples import phenotype

ANSWERS = tuple(field.name for field in SCREENING_FIELDS if field.by_protocol)
"""The statements of the protocols that a person answers with yes or no."""


def sepsis_time(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime | None = None) -> datetime | None:
    """When sepsis was classified; None where that is not known, or refused."""
    found = read_field(patient, "screening.sepsis_at", protocol, zone, now).value
    return found if isinstance(found, datetime) else None


@dataclass(frozen=True, slots=True)
class Clock:
    """The time from the classification of sepsis to the first dose: its limit, and the dose or now as its end."""

    began: datetime
    ends: datetime
    limit: datetime
    is_planned: bool


def clock(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> Clock | None:
    """The clock, None until the time of classification is known."""
    began = sepsis_time(patient, protocol, zone, now)
    if began is None:
        return None
    dose = first_dose(patient, zone)
    limit = began + timedelta(hours=int(protocol.eligibility.hours_below.value))
    return Clock(began, dose if isinstance(dose, datetime) else now, limit, isinstance(dose, datetime))


def candidate(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> Candidate:
    """What is known of the patient; a text that is refused or not confirmed counts as not known."""
    reads = {name: read_field(patient, f"screening.{name}", protocol, zone, now) for name in names_in("screening")}
    values = {name: found.value for name, found in reads.items()}
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    age, admission = values["age"], values["sofa_admission"]
    total = day_total(patient, 1, protocol)
    sofa = total if isinstance(total, int) else None
    rise = sofa - admission if sofa is not None and isinstance(admission, int) else None
    measured = reads["neutrophils"].quantity
    running = clock(patient, protocol, zone, now)
    hours = None if running is None else Fraction((running.ends - running.began) // timedelta(seconds=1), 3600)
    if running is not None and not running.is_planned and running.ends < running.limit:
        hours = None  # the limit has not passed, and no first dose is planned yet
    return Candidate(
        age=age if isinstance(age, int) else None,
        infection=texts.get("infection"),
        in_hospital=YES_NO.get(texts.get("in_hospital", "")),
        sofa=sofa,
        sofa_rise=rise,
        covid19=YES_NO.get(patient.text("labs.covid19")),
        phenotype=phenotype(patient, protocol).phenotype,
        hours_to_first_dose=hours,
        neutrophils=measured.canonical if measured else None,
        organism=texts.get("organism"),
        answers={name: YES_NO[texts[name]] for name in ANSWERS if name in texts},
    )


def judged(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> tuple[Criterion, ...]:
    """Every published criterion: met, not met or not known."""
    return criteria(protocol.eligibility, candidate(patient, protocol, zone, now))
