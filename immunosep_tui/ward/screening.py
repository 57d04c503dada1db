"""What the screening room's texts say of the trial's criteria, and how much of its 72 hours is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.eligibility import Candidate, Criterion, criteria
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.sofa.reading import YES_NO
from immunosep_tui.ward.answers import day_total, first_dose, whole
from immunosep_tui.ward.instants import instant
from immunosep_tui.ward.reading import EARLY, read
from immunosep_tui.ward.samples import phenotype

ANSWERS = ("consent", "no-pregnancy", "malignancy", "dnr")
"""The statements of the protocols that a person answers with yes or no."""

FIELDS = ("age", "infection", "sepsis_at", "in_hospital", "sofa_admission", "neutrophils", "organism", *ANSWERS)
"""Names of the texts below ``screening.``."""

OTHER: Final = "other"
"""An infection or organism that is none of those which the protocol names."""

OLDEST: Final = 120
"""Years that a person can be old. Local convention."""


def age_in_years(text: str) -> int | Refusal:
    """A whole number of years."""
    return whole(text, OLDEST)


def sepsis_time(patient: Patient, zone: ZoneInfo, now: datetime | None = None) -> datetime | Refusal | None:
    """When sepsis was classified; not in the future."""
    found = instant(patient, "screening.sepsis_at", zone)
    if isinstance(found, datetime) and now is not None and found > now + EARLY:
        text = patient.text("screening.sepsis_at")
        return Refusal("future", text, say(N_("This time has not come yet.")), say(N_("A time that has passed.")))
    return found


def choices(protocol: Protocol) -> Mapping[str, tuple[str, ...]]:
    """What can be answered in the rows that have a list, by name."""
    rule = protocol.eligibility
    yes_no = ("yes", "no")
    listed = {
        "infection": (*rule.infections_included, *rule.infections_excluded, OTHER),
        "organism": (*rule.organisms_excluded, OTHER),
        "in_hospital": yes_no,
    }
    return listed | dict.fromkeys(ANSWERS, yes_no)


def unusable(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime | None = None) -> frozenset[str]:
    """Names of the fields below ``screening.`` whose text is refused or waits for an answer."""
    texts = patient.within("screening")
    found = {name for name, known in choices(protocol).items() if name in texts and texts[name] not in known}
    if "age" in texts and isinstance(age_in_years(texts["age"]), Refusal):
        found.add("age")
    if "sofa_admission" in texts and isinstance(whole(texts["sofa_admission"], 24), Refusal):
        found.add("sofa_admission")
    if isinstance(sepsis_time(patient, zone, now), Refusal):
        found.add("sepsis_at")
    if not read(patient, "screening.neutrophils", "anc", protocol).usable:
        found.add("neutrophils")
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time from the classification of sepsis to the first dose: its limit, and the dose or now as its end."""

    began: datetime
    ends: datetime
    limit: datetime
    is_planned: bool


def clock(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> Clock | None:
    """The clock, None until the time of classification is known."""
    began = sepsis_time(patient, zone, now)
    if not isinstance(began, datetime):
        return None
    dose = first_dose(patient, zone)
    limit = began + timedelta(hours=int(protocol.eligibility.hours_below.value))
    return Clock(began, dose if isinstance(dose, datetime) else now, limit, isinstance(dose, datetime))


def candidate(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> Candidate:
    """What is known of the patient; a text that is refused or not confirmed counts as not known."""
    unused = unusable(patient, protocol, zone, now)
    texts = {name: text for name, text in patient.within("screening").items() if name not in unused}
    age = age_in_years(texts["age"]) if "age" in texts else None
    total = day_total(patient, 1, protocol)
    sofa = total if isinstance(total, int) else None
    admission = parse_number(texts["sofa_admission"], 0) if "sofa_admission" in texts else None
    rise = sofa - int(admission) if sofa is not None and isinstance(admission, Decimal) else None
    measured = read(patient, "screening.neutrophils", "anc", protocol).quantity
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
