"""One row a patient for the ward board, what needs a person first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import INDETERMINATE
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.response import DIED
from immunosep_tui.rules.schedule import Dose, next_dose
from immunosep_tui.ward.answers import LAST_DAY, course, day_total, phenotype, sofa_day, treatment_day
from immunosep_tui.ward.checks import met_now


@dataclass(frozen=True, slots=True)
class Row:
    """A patient at a glance; ``attention`` is what a person should do, None if nothing waits."""

    key: str
    place: str
    case: str
    identifier: str
    phenotype: str
    day: int | None
    totals: tuple[int, ...]
    died: bool
    next_dose: Dose | None
    attention: Sentence | None
    rank: int


def row(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> Row:
    """The patient's row at an instant."""
    answer = phenotype(patient, protocol)
    plan = course(patient, protocol, zone)
    totals = [day_total(patient, day, protocol) for day in range(1, LAST_DAY + 1)]
    died = DIED in totals
    known = tuple(total for total in totals if isinstance(total, int))
    upcoming = next_dose(plan.doses, now) if plan.doses and not died else None
    day = treatment_day(plan.doses[0].due, now) if plan.doses else None
    rank, attention = _attention(patient, protocol, answer.phenotype, answer.missing, known, died)
    if attention is None and not died and plan.why_none is not None and answer.regimen is not None:
        rank, attention = 3, say(N_("Set the first dose"))
    today = max(1, min(LAST_DAY, day)) if day is not None else LAST_DAY
    met = () if died else met_now(patient, today, protocol)
    if met:
        rank, attention = 0, say(N_("Limit: {label}"), label=met[0].item.label)
    if not died and any(caution.code.endswith("suspected") for caution in answer.cautions):
        rank, attention = 0, say(N_("Hook effect? Dilute"))
    return Row(
        patient.key,
        patient.place,
        patient.case,
        patient.identifier,
        answer.phenotype,
        day if day is not None and 1 <= day <= LAST_DAY else None,
        known,
        died,
        upcoming,
        attention,
        rank,
    )


def _attention(
    patient: Patient, protocol: Protocol, name: str, missing: tuple[str, ...], totals: tuple[int, ...], died: bool
) -> tuple[int, Sentence | None]:
    """What waits for a person and how urgent it is, 0 first; 9 where nothing waits, 10 after a death."""
    if died:
        return 10, None
    if any(isinstance(day_total(patient, day, protocol), Refusal) for day in range(1, LAST_DAY + 1)):
        return 1, say(N_("A SOFA total is refused"))
    if sofa_day(patient, 1, protocol).reading.refusals:
        return 1, say(N_("A SOFA value is refused"))
    if name == INDETERMINATE:
        words = N_("Wanted: ferritin") if "ferritin" in missing else N_("Wanted: HLA-DR")
        return 2, say(words)
    if not totals:
        return 4, say(N_("SOFA of day 1 is incomplete"))
    return 9, None


def rows(patients: tuple[Patient, ...], protocol: Protocol, zone: ZoneInfo, now: datetime) -> tuple[Row, ...]:
    """Every patient, what needs a person first, then by place."""
    found = [row(patient, protocol, zone, now) for patient in patients]
    return tuple(sorted(found, key=lambda r: (r.rank, r.place, r.case)))
