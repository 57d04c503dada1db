"""What may follow in a record: the rule that a new entry would break, before the database is asked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from immunosep_tui.record.attention import STOP
from immunosep_tui.record.bodies import (
    ENDS_STOP,
    Admitted,
    CodeBroken,
    CourseStarted,
    CourseStopped,
    Decision,
    Dose,
    LimitEnded,
    Opened,
    Person,
    Voided,
    WardProtocol,
)
from immunosep_tui.record.chart import Chart, Course, standing_of
from immunosep_tui.record.courses import taken_back
from immunosep_tui.record.entry import Entry, Proposal
from immunosep_tui.record.patient import Patient

FINAL: Final = (CodeBroken, Opened, Person, WardProtocol)
"""What is never taken back or corrected: what was seen cannot be unseen, and who could sign then could sign then."""


def objection(chart: Chart, proposal: Proposal) -> tuple[str, Entry | None]:
    """The name of the rule that stands against an entry, empty if none does, and the entry that is in the way."""
    body = proposal.body
    rule, there = objection_to_taking_back(chart, proposal)
    if rule:
        return rule, there
    match body:
        case Admitted():
            there = chart.latest.get("identity")
            return ("admitted_once", there) if there and proposal.corrects != there.n else ("", None)
        case CourseStarted():
            return _start(chart, body, proposal)
        case LimitEnded():
            return _end_of_limit(chart, body, proposal)
        case CourseStopped(course=n) | Dose(course=n):
            return _in_course(chart, n, body, proposal.corrects, proposal.at)
    return ("", None) if chart.n else ("admitted_first", None)


def is_of_another(chart: Chart, proposals: Sequence[Proposal]) -> bool:
    """Whether the screen showed another patient than the one whose record this is, or is to become."""
    whose = chart.sheet
    admitted = next((each.body for each in proposals if isinstance(each.body, Admitted)), None)
    if not chart.n and admitted is not None:
        whose = Patient(chart.key, {"identity.case": admitted.case, "identity.identifier": admitted.identifier})
    return any(each.shown not in ("", whose.fingerprint) for each in proposals)


def objection_to_taking_back(chart: Chart, proposal: Proposal) -> tuple[str, Entry | None]:
    """The rule that stands against what an entry corrects or voids, in the record of a patient or of the ward."""
    body = proposal.body
    taken = body.entry if isinstance(body, Voided) else proposal.corrects
    if taken is None:
        return "", None
    standing = {entry.n: entry for entry in standing_of(chart.entries)}
    if taken not in standing:
        by = next((entry for entry in reversed(chart.entries) if taken_back(entry) == taken), None)
        return ("already_corrected", by) if by else ("corrects_own", None)
    if isinstance(standing[taken].body, FINAL):
        return "stays", standing[taken]
    if proposal.corrects is not None and standing[taken].kind != proposal.kind:
        return "corrects_alike", standing[taken]
    if not proposal.reason:
        return "reason", standing[taken]
    doses = next((course.doses for course in chart.courses if course.n == taken), {})
    return ("course_has_doses", next(iter(doses.values()))) if doses else ("", None)


def _start(chart: Chart, plan: CourseStarted, proposal: Proposal) -> tuple[str, Entry | None]:
    """A course begins after the one before has ended; one that is corrected is still running."""
    running = chart.running
    if proposal.corrects is not None and (running is None or running.n != proposal.corrects):
        return "dose_in_running_course", chart.latest.get("treatment.stop")
    if chart.ended:
        return "patient_gone", None
    if running is not None and proposal.corrects is None and proposal.at <= running.plan.ends:
        return "one_active_course", chart.entries[running.n - 1]
    return ("", None) if _rests_on_decision(chart, plan) else ("course_has_decision", None)


def _end_of_limit(chart: Chart, body: LimitEnded, proposal: Proposal) -> tuple[str, Entry | None]:
    """A STOP is ended by who has the right, with a reason, and while its entry stands."""
    standing = {entry.n: entry for entry in standing_of(chart.entries)}
    if body.entry not in standing:
        return "ends_own", None
    if body.level == STOP and proposal.author.role not in ENDS_STOP:
        return "ends_stop", standing[body.entry]
    return ("", None) if proposal.reason else ("reason", standing[body.entry])


def _rests_on_decision(chart: Chart, plan: CourseStarted) -> bool:
    """Whether the course names a decision that stands in this record and gave its regimen."""
    return any(
        entry.n == plan.decision and isinstance(entry.body, Decision) and entry.body.regimen == plan.regimen
        for entry in standing_of(chart.entries)
    )


def _in_course(
    chart: Chart, n: int, body: CourseStopped | Dose, corrects: int | None, at: int
) -> tuple[str, Entry | None]:
    course = next((each for each in chart.courses if each.n == n), None)
    if course is None:
        return "dose_has_course", None
    running = chart.running
    if isinstance(body, Dose):
        if all(slot.number != body.slot for slot in course.plan.slots):
            return "dose_has_slot", None
        there = course.doses.get(body.slot)
        if there is not None and there.n != corrects:
            return "one_dose", there
    if running is None or running.n != n:
        return "dose_in_running_course", chart.latest.get("treatment.stop")
    too_close = _too_close(course, body, at, corrects) if isinstance(body, Dose) else None
    return ("dose_after_gap", too_close) if too_close else ("", None)


def _too_close(course: Course, dose: Dose, at: int, corrects: int | None) -> Entry | None:
    """A given dose of the same product that lies too near: nearer than the least gap, which is that of the product
    with the shortest interval, grown to the interval of this one."""
    if dose.outcome != "given" or not course.plan.least_gap:
        return None
    due: dict[str, list[int]] = {}
    for slot in course.plan.slots:
        due.setdefault(slot.product, []).append(slot.due)
    intervals = {product: min(b - a for a, b in pairwise(times)) for product, times in due.items() if len(times) > 1}
    product = next(slot.product for slot in course.plan.slots if slot.number == dose.slot)
    same = {slot.number for slot in course.plan.slots if slot.product == product}
    gap = course.plan.least_gap * intervals.get(product, 1) // min(intervals.values()) if product in intervals else 0
    given = (
        entry
        for number, entry in course.doses.items()
        if number in same and entry.n != corrects and isinstance(entry.body, Dose) and entry.body.outcome == "given"
    )
    return next((entry for entry in given if abs(entry.at - at) < gap), None)
