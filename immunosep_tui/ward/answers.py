"""What the rules make of a sheet: phenotype, daily SOFA, course and response. Computed anew at each change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from immunosep_tui.record.patient import Patient, is_death_text, parts
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import INDETERMINATE
from immunosep_tui.rules.protocol import Protocol, Regimen, Window
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.response import DIED, HIGHEST_SOFA, Day, Response, respond
from immunosep_tui.rules.schedule import Dose, NotPublished, schedule
from immunosep_tui.rules.sofa import sofa_1996
from immunosep_tui.rules.sofa.day import ORGANS, WORST_POINTS, Component, Organ, Score
from immunosep_tui.rules.sofa.reading import YES_NO, DayReading, fields_of_day, read_day
from immunosep_tui.ward.instants import instant
from immunosep_tui.ward.reading import whole
from immunosep_tui.ward.samples import phenotype

LAST_DAY = 15
"""The last day that the response windows look at."""


SCORED = frozenset(fields_of_day())
"""Names of the texts of a SOFA day that its raw values are read from; points and words for people are none of them."""


def typed_days(patient: Patient, *prefixes: str) -> list[int]:
    """The days that have a text below any of these prefixes of the sheet, in order, however long the course is."""
    names = (name.partition(".")[0] for prefix in prefixes for name in patient.within(prefix))
    return sorted({int(name) for name in names if name.isdecimal()})


@dataclass(frozen=True, slots=True)
class SofaDay:
    """One day: what was read, what of it is not used, and the score."""

    reading: DayReading
    unconfirmed: tuple[str, ...]
    score: Score


def sofa_day(patient: Patient, day: int, protocol: Protocol) -> SofaDay:
    """SOFA 1996 of a day from raw values; points typed straight in stand for their organ."""
    prefix = f"sofa.{day}"
    texts = patient.within(prefix)
    kept = frozenset(name for name in texts if patient.is_kept(f"{prefix}.{name}"))
    return _sofa_day(tuple(sorted(texts.items())), kept, protocol)


@lru_cache(maxsize=256)
def _sofa_day(typed: tuple[tuple[str, str], ...], kept: frozenset[str], protocol: Protocol) -> SofaDay:
    """The day that these texts make; remembered, because a key changes one day of a series and asks for all."""
    points = {organ: dict(typed).get(f"points_{organ}", "") for organ in ORGANS}
    texts = {name: text for name, text in typed if name in SCORED}
    asked = read_day({name: parts(text) for name, text in texts.items()}, protocol.bands)
    unconfirmed = tuple({name: None for name, _ in asked.cautions if name not in kept})
    used = {name: parts(text) for name, text in texts.items() if name not in unconfirmed}
    reading = read_day(used, protocol.bands) if unconfirmed else asked
    score = sofa_1996.score(reading.day, protocol.sofa.support_counts)
    return SofaDay(reading, unconfirmed, _with_points(score, points))


def _with_points(score: Score, points: dict[Organ, str]) -> Score:
    return Score(score.version, tuple(_entered(component, points[component.organ]) for component in score.components))


def _entered(component: Component, text: str) -> Component:
    value = whole(text, WORST_POINTS)
    if not text or isinstance(value, Refusal):
        return component
    return Component(component.organ, value, value, value, say(N_("Entered as {points} points."), points=value))


def day_total(patient: Patient, day: int, protocol: Protocol) -> Day | Refusal:
    """The total of a day: typed in the response room, else the complete score of its raw values, else missing.

    A death counts as ``Patient.says_death`` tells; one that is only typed over a record is refused.
    """
    text = patient.text(f"response.{day}")
    if patient.says_death(f"response.{day}"):
        return DIED
    if is_death_text(f"response.{day}", text):
        accepted = say(N_("Accepted: a whole number from 0 to {highest}."), highest=HIGHEST_SOFA)
        return Refusal("not_recorded", text, say(N_("A death is recorded with its day and time.")), accepted)
    if text:
        return whole(text, HIGHEST_SOFA)
    return scored_total(patient, day, protocol)


def died(patient: Patient, protocol: Protocol) -> bool:
    """Whether a death stands on any day, or in the follow-up."""
    return patient.says_death("response.day28") or bool(days_of_death(patient, protocol))


def days_of_death(patient: Patient, protocol: Protocol) -> list[int]:
    """The days at which a death stands, in order; none for one that is known by the follow-up alone."""
    keys = patient.texts if patient.deaths is None else patient.deaths
    days = (int(key.removeprefix("response.")) for key in keys if key.removeprefix("response.").isdecimal())
    return sorted(day for day in days if day_total(patient, day, protocol) is DIED)


def scored_total(patient: Patient, day: int, protocol: Protocol) -> int | None:
    """The total of a day's raw values, only if it is complete."""
    if not patient.within(f"sofa.{day}"):
        return None
    score = sofa_day(patient, day, protocol).score
    return score.total if score.complete else None


def response(patient: Patient, window: Window, protocol: Protocol) -> Response | Refusal:
    """The verdict over a window, or the refusal of a day that cannot be used."""
    totals = [day_total(patient, day, protocol) for day in (1, *range(window.first_day, window.last_day + 1))]
    days: list[Day] = []
    for total in totals:
        if isinstance(total, Refusal):
            return total
        days.append(total)
    baseline = days[0] if isinstance(days[0], int) else None
    final = YES_NO.get(patient.text("response.final"), False)
    return respond(protocol.endpoint, window, baseline, days[1:], final)


@dataclass(frozen=True, slots=True)
class Course:
    """The doses of the regimen that the phenotype was given, or why there are none."""

    doses: tuple[Dose, ...]
    zone: ZoneInfo
    why_none: Sentence | None = None


def regimen_of(patient: Patient, protocol: Protocol) -> Regimen | None:
    """What the patient is treated with by the record, before a course what the trial gave to the phenotype."""
    started = protocol.regimens.get(patient.text("treatment.regimen"))
    return started or phenotype(patient, protocol).regimen


def course(patient: Patient, protocol: Protocol, zone: ZoneInfo) -> Course:
    """The course from the first dose, as planned or as recorded; nothing is given or recorded by it."""
    regimen = regimen_of(patient, protocol)
    if regimen is None:
        answer = phenotype(patient, protocol)
        undecided = answer.phenotype == INDETERMINATE
        none = N_("The phenotype is not determined yet.") if undecided else N_("The trial gave this phenotype no drug.")
        return Course((), zone, say(none))
    start = first_dose(patient, zone)
    if start is None:
        return Course((), zone, say(N_("Enter the time of the first dose.")))
    stop = instant(patient, "treatment.stop", zone)
    if isinstance(start, Refusal) or isinstance(stop, Refusal):
        return Course((), zone, say(N_("A time is not usable yet.")))
    design: Literal["open", "double-dummy"] = (
        "double-dummy" if patient.text("treatment.design") == "double-dummy" else "open"
    )
    try:
        return Course(schedule(regimen, start, design, stop), zone)
    except NotPublished as error:
        return Course((), zone, error.text)


def first_dose(patient: Patient, zone: ZoneInfo) -> datetime | Refusal | None:
    """The instant of the first dose, None if nothing was typed."""
    return instant(patient, "treatment.start", zone)


def treatment_day(start: datetime, now: datetime) -> int:
    """The day of the course at an instant: periods of 24 hours from the first dose, 0 or less before it."""
    return (now - start) // timedelta(hours=24) + 1
