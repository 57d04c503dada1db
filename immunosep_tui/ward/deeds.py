"""What staff do beside signing a sheet, one function a deed; each gives what it would append to the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.days import sofa_day
from immunosep_tui.record.entry import Entry, Proposal
from immunosep_tui.record.kinds import (
    NOT_CHARTED,
    Acknowledged,
    Bleeding,
    CourseContinued,
    CourseStarted,
    CourseStopped,
    Decision,
    Died,
    Dose,
    ExtraDose,
    HoldEnded,
    Left,
    LimitEnded,
    Note,
    PlanMoved,
    RedCells,
    Returned,
    SignedOff,
    Slot,
    Voided,
)
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.signature import Signature, propose


def record_dose(
    chart: Chart,
    slot: int,
    outcome: str,
    at: datetime,
    signature: Signature,
    *,
    course: int | None = None,
    corrects: int | None = None,
) -> Proposal:
    """What became of a dose; the signature says why wherever ``Chart.dose_asks`` or an alarm asks for a reason.

    Args:
        chart: with a course.
        slot: number of the dose in its plan.
        outcome: one of ``OUTCOMES``.
        at: when it was given, or when it was decided not to.
        signature: who says so.
        course: number of the entry of its course, None for the latest.
        corrects: number of the entry of the same dose that it replaces.

    Raises:
        ValueError: the patient has no course.
    """
    if chart.course is None:
        raise ValueError("the patient has no course")
    return propose(chart, Dose(course or chart.course.n, slot, outcome), at, signature, corrects)


def close_backlog(chart: Chart, course: int, slots: Sequence[Slot], signature: Signature) -> list[Proposal]:
    """Doses of which nobody knows what became of them, not charted at the time at which each was due, in one deed."""
    return [
        propose(chart, Dose(course, slot.number, NOT_CHARTED), moment(slot.due), signature, part=part)
        for part, slot in enumerate(slots)
    ]


def move_plan(chart: Chart, course: int, slot: int, at: datetime, signature: Signature) -> Proposal:
    """The plan of a course moves with its first given dose, in the deed that records the dose."""
    return propose(chart, PlanMoved(course, slot), at, signature, part=1)


def record_extra_dose(chart: Chart, body: ExtraDose, at: datetime, signature: Signature) -> Proposal:
    """A part or a further syringe that was given beside the plan; the signature says why."""
    return propose(chart, body, at, signature)


def end_hold(chart: Chart, course: int, entries: Sequence[int], signature: Signature) -> Proposal:
    """The course goes on although these doses were held; the signature says why."""
    return propose(chart, HoldEnded(course, tuple(entries)), signature.now, signature)


def start_course(
    chart: Chart, body: CourseStarted, signature: Signature, decision: Decision | None = None
) -> tuple[Proposal, ...]:
    """A course as it was planned, behind the decision that is made anew for it; the signature says why in spite of what."""
    bodies = (body,) if decision is None else (decision, body)
    return tuple(propose(chart, each, signature.now, signature, part=part) for part, each in enumerate(bodies))


def stop_course(chart: Chart, text: str, at: datetime, signature: Signature) -> Proposal:
    """The latest course ends at an instant, which was typed as ``text``; ValueError where there is none."""
    if chart.course is None:
        raise ValueError("the patient has no course")
    return propose(chart, CourseStopped(chart.course.n, text), at, signature)


def correct_stop(chart: Chart, stop: Entry, text: str, at: datetime, signature: Signature) -> Proposal:
    """A course was stopped at another instant, which was typed as ``text``; ValueError for an entry that is no stop."""
    if not isinstance(stop.body, CourseStopped):
        raise ValueError("the entry is no stop")
    return propose(chart, CourseStopped(stop.body.course, text), at, signature, corrects=stop.n)


def record_leaving(chart: Chart, at: datetime, signature: Signature) -> Proposal:
    """The patient left alive at an instant; the signature says where to."""
    return propose(chart, Left("yes"), at, signature)


def record_return(chart: Chart, text: str, at: datetime, signature: Signature) -> Proposal:
    """The patient came back at an instant; ``text`` says from where."""
    return propose(chart, Returned(text), at, signature)


def record_death(chart: Chart, at: datetime, zone: ZoneInfo, signature: Signature) -> Proposal:
    """The patient died at an instant; ``zone`` is the site's, in which days begin and end."""
    return propose(chart, Died(sofa_day(chart, zone, ms(at))), at, signature)


def record_bleeding(chart: Chart, bleeding: Bleeding, at: datetime, signature: Signature) -> Proposal:
    """A bleeding event: where, in words, and how severe."""
    return propose(chart, bleeding, at, signature)


def acknowledge(chart: Chart, entries: Sequence[int], until: datetime, signature: Signature) -> Proposal:
    """What these entries say was seen; the signature says what is done about it, and it is urgent again after ``until``."""
    return propose(chart, Acknowledged(tuple(entries), ms(until)), signature.now, signature)


def end_limit(chart: Chart, entry: int, level: str, signature: Signature) -> Proposal:
    """What an entry asks for by the limit that it met is over; the signature says why."""
    return propose(chart, LimitEnded(entry, level), signature.now, signature)


def continue_course(chart: Chart, entries: Sequence[int], signature: Signature) -> Proposal:
    """The latest course goes on in spite of what these entries say; ValueError where there is none."""
    if chart.course is None:
        raise ValueError("the patient has no course")
    return propose(chart, CourseContinued(chart.course.n, tuple(entries)), signature.now, signature)


def record_red_cells(chart: Chart, units: int, at: datetime, signature: Signature) -> Proposal:
    """Units of red cells that were transfused at an instant."""
    return propose(chart, RedCells(units), at, signature)


def write_note(chart: Chart, text: str, signature: Signature) -> Proposal:
    """Words for whoever reads the record."""
    return propose(chart, Note(text), signature.now, signature)


def take_back(chart: Chart, entry: int, signature: Signature) -> Proposal:
    """An entry was wrong and nothing takes its place; the signature says why."""
    return propose(chart, Voided(entry), signature.now, signature)


def sign_off(chart: Chart, meaning: str, signature: Signature) -> Proposal:
    """The record as it stands was reviewed."""
    return propose(chart, SignedOff(chart.n, meaning), signature.now, signature)
