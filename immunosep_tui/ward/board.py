"""One row a patient for the ward board, from a sheet that is being typed or from what the record keeps at a glance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.record import glance as glances
from immunosep_tui.record.glance import Glance, Wanted, wanted_of
from immunosep_tui.record.limits import LEAST
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import INDETERMINATE
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.schedule import next_dose
from immunosep_tui.rules.sofa.reading import YES_NO
from immunosep_tui.ward.answers import LAST_DAY, course, day_total, sofa_day, treatment_day
from immunosep_tui.ward.answers import died as has_died
from immunosep_tui.ward.checks import met_now
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.samples import phenotype

OVERDUE_AFTER: Final = timedelta(minutes=60)
"""How long after it was due something of which nothing is recorded is overdue, until the site's convention is read."""

CHECK_OVERDUE: Final = 3
"""The urgency of a check of which nothing was recorded in time."""

_WANTED: Final = {
    glances.LIMIT: N_("Limit: {label}"),
    glances.WATCH: N_("Look at: {label}"),
    glances.REVIEW: N_("Review: phenotype changed"),
    glances.SEEN: N_("Seen: {label}"),
    glances.CHECK: N_("Overdue: {label}"),
    glances.HOOK: N_("Hook effect? Dilute"),
    glances.LABS: N_("Wanted: ferritin"),
    glances.FERRITIN: N_("Wanted: ferritin"),
    glances.HLA_DR: N_("Wanted: HLA-DR"),
    glances.FIRST_DOSE: N_("Set the first dose"),
    glances.SOFA: N_("SOFA day 1 to do"),
}
"""What a person should do, in the words of the board."""


@dataclass(frozen=True, slots=True)
class Row:
    """A patient at a glance; ``attention`` is what a person should do, None if nothing waits.

    ``next_due`` is the next dose, ``is_overdue`` whether nothing was recorded of it in time. ``is_draft`` says that
    something was typed and not signed.
    """

    key: str
    place: str
    case: str
    identifier: str
    phenotype: str
    day: int | None
    totals: tuple[int, ...]
    died: bool
    left: bool
    next_due: datetime | None
    is_overdue: bool
    attention: Sentence | None
    rank: int
    is_draft: bool = False


def row(patient: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> Row:
    """The patient's row at an instant."""
    answer = phenotype(patient, protocol)
    plan = course(patient, protocol, zone)
    totals = [day_total(patient, day, protocol) for day in range(1, LAST_DAY + 1)]
    died = has_died(patient, protocol)
    known = tuple(total for total in totals if isinstance(total, int))
    upcoming = next_dose(plan.doses, now) if plan.doses and not died else None
    day = treatment_day(plan.doses[0].due, now) if plan.doses else None
    rank, attention = _attention(patient, protocol, answer.phenotype, answer.missing, known, died)
    if attention is None and not died and plan.why_none is not None and answer.regimen is not None:
        rank, attention = 3, say(N_("Set the first dose"))
    today = max(1, min(LAST_DAY, day)) if day is not None else LAST_DAY
    met = () if died else met_now(patient, today, protocol)
    if met:
        kind = glances.WATCH if met[0].met[0].level == LEAST else glances.LIMIT
        if glances.URGENCY[kind] < rank:
            rank, attention = glances.URGENCY[kind], say(_WANTED[kind], label=say(met[0].item.label))
    if not died and any(caution.code.endswith("suspected") for caution in answer.cautions):
        rank, attention = 0, say(_WANTED[glances.HOOK])
    left = bool(YES_NO.get(patient.text("response.final")))
    if left:
        rank, attention = glances.GONE, None
    return Row(
        patient.key,
        patient.place,
        patient.case,
        patient.identifier,
        answer.phenotype,
        day if day is not None and 1 <= day <= LAST_DAY else None,
        known,
        died,
        left,
        upcoming.due if upcoming else None,
        False,
        attention,
        rank,
    )


def recorded_row(glance: Glance, now: datetime, overdue_after: timedelta = OVERDUE_AFTER) -> Row:
    """The row of a patient's record at an instant."""
    due = None if glance.next_due is None else moment(glance.next_due)
    overdue = due is not None and due + overdue_after < now
    day = None if glance.first_due is None else treatment_day(moment(glance.first_due), now)
    waits = sorted((_rank(each, now, overdue_after), place, each) for place, each in enumerate(wanted_of(glance)))
    rank, _place, first = waits[0] if waits else (glances.NOTHING, 0, None)
    attention = None
    if first is not None and rank < glances.NOTHING:
        facts = {"label": say(first.label)} if first.label else {}
        attention = say(_WANTED[first.kind], **facts)
    totals = {int(number): total for number, total in json.loads(glance.totals).items()}
    if (
        rank == glances.NOTHING
        and due is not None
        and day is not None
        and 1 < day <= LAST_DAY
        and day - 1 not in totals
    ):
        rank, attention = glances.URGENCY[glances.SOFA], say(N_("SOFA day {day} to do"), day=day - 1)
    return Row(
        key=glance.record,
        place=glance.place,
        case=glance.case_number,
        identifier=glance.identifier,
        phenotype=glance.phenotype or INDETERMINATE,
        day=day if day is not None and 1 <= day <= LAST_DAY else None,
        totals=tuple(totals.values()),
        died=glance.state == glances.DIED,
        left=glance.state == glances.LEFT,
        next_due=due,
        is_overdue=overdue,
        attention=attention,
        rank=glances.GONE if glance.state != glances.IN_WARD else min(rank, glances.OVERDUE) if overdue else rank,
    )


def _rank(wanted: Wanted, now: datetime, overdue_after: timedelta) -> int:
    """How soon something needs a person at an instant; ``NOTHING`` for what does not yet."""
    if wanted.kind == glances.SEEN:
        return glances.URGENCY[glances.LIMIT if moment(wanted.at) < now else glances.SEEN]
    if wanted.kind == glances.CHECK:
        return CHECK_OVERDUE if moment(wanted.at) + overdue_after < now else glances.NOTHING
    return glances.URGENCY[wanted.kind]


def _attention(
    patient: Patient, protocol: Protocol, name: str, missing: tuple[str, ...], totals: tuple[int, ...], died: bool
) -> tuple[int, Sentence | None]:
    """What waits for a person and how urgent it is, 0 first; 9 where nothing waits."""
    if died:
        return glances.GONE, None
    if any(isinstance(day_total(patient, day, protocol), Refusal) for day in range(1, LAST_DAY + 1)):
        return 1, say(N_("A SOFA total is refused"))
    if sofa_day(patient, 1, protocol).reading.refusals:
        return 1, say(N_("A SOFA value is refused"))
    if not (patient.place and patient.case and patient.identifier):
        return 1, say(N_("Identify the patient"))
    if name == INDETERMINATE:
        words = N_("Wanted: ferritin") if "ferritin" in missing else N_("Wanted: HLA-DR")
        return 2, say(words)
    if not totals:
        return 4, say(_WANTED[glances.SOFA])
    return 9, None


def urgent_first(row: Row) -> tuple[int, str, str]:
    """Sorts rows: what needs a person first, then by place."""
    return (row.rank, row.place, row.case)
