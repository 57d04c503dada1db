"""The start of a course: the plan that it would record, or why none can start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.days import Days
from immunosep_tui.record.kinds import CourseStarted, Decision, PlannedCheck, Slot
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.sampling import deciding_sample
from immunosep_tui.record.settings import Settings, effective
from immunosep_tui.rules.blinding import is_blinded
from immunosep_tui.rules.monitoring import is_due, is_start_check
from immunosep_tui.rules.protocol import CheckItem, Fact, Protocol, Regimen
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.schedule import Dose
from immunosep_tui.ward.answers import course, first_dose
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.samples import deciding, phenotype

_DAY = timedelta(hours=24)
_MINUTE = 60_000
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A course that could start: the sheet's regimen, its doses, and the body that starting records."""

    regimen: Regimen
    doses: tuple[Dose, ...]
    body: CourseStarted


def plan(
    sheet: Patient,
    chart: Chart,
    protocol: Protocol,
    zone: ZoneInfo,
    answers: Mapping[str, str] | None = None,
    settings: Settings | None = None,
) -> Plan | Sentence:
    """The course that the sheet plans, resting on the decision that was signed, or why none can start.

    Args:
        sheet: with the plan.
        chart: the record.
        protocol: whose regimen and checklist are planned.
        zone: of the site.
        answers: to the questions that were asked before the start.
        settings: of the ward, for the hours at which checks are due; the defaults without.
    """
    for name in ("stop", "regimen", "sample"):  # of the course before
        sheet = sheet.typed(f"treatment.{name}", "")
    regimen = phenotype(sheet, protocol).regimen
    start = first_dose(sheet, zone)
    planned = course(sheet, protocol, zone)
    if regimen is None or planned.why_none is not None or not isinstance(start, datetime):
        return planned.why_none or say(N_("A time is not usable yet."))
    if chart.ended:
        return say(N_("The patient died or left: no course can start."))
    decision = _decision(chart)
    if decision is None or decision[1].regimen != regimen.name:
        return say(N_("Sign the laboratory values first: a course rests on a phenotype that was signed."))
    body = CourseStarted(
        regimen=regimen.name,
        design=protocol.design if is_blinded(protocol) else sheet.text("treatment.design"),
        start=sheet.text("treatment.start"),
        decision=decision[0],
        slots=tuple(
            Slot(number, dose.day, ms(dose.due), dose.product, dose.dose, dose.route, dose.placebo)
            for number, dose in enumerate(planned.doses, start=1)
        ),
        ends=ms(planned.doses[0].due + int(regimen.days.value) * _DAY),
        least_gap=_least_gap(planned.doses, protocol.site.least_gap),
        window=_ms(protocol.site.on_time),
        sample=deciding(sheet, protocol),
        answers=dict(answers or {}),
        checks=tuple(planned_checks(protocol, regimen, planned.doses, settings or effective({}, protocol, zone))),
    )
    return Plan(regimen, planned.doses, body)


def _decision(chart: Chart) -> tuple[int, Decision] | None:
    """The decision of the signed sample that decides, where it settles the phenotype, with the number of its entry."""
    sample = deciding_sample(chart)
    if sample is None or sample.decision is None or not sample.is_settled:
        return None
    return sample.decided_by, sample.decision


def _least_gap(doses: tuple[Dose, ...], percent: Fact) -> int:
    """The shortest time between two given doses of the product that is given most often, in milliseconds."""
    due: dict[str, list[int]] = {}
    for dose in doses:
        due.setdefault(dose.product, []).append(ms(dose.due))
    shortest = min(b - a for times in due.values() for a, b in pairwise(times))
    return int(shortest * Fraction(percent.value) / 100)


def _ms(minutes: Fact) -> int:
    return int(Fraction(minutes.value) * _MINUTE)


def planned_checks(
    protocol: Protocol, regimen: Regimen, doses: tuple[Dose, ...], settings: Settings
) -> Iterator[PlannedCheck]:
    """Every line of the regimen's checklist with the instants at which it is due.

    How often is the protocol's word. Days are those of the calendar, from the day of the first dose; at which hour
    something is due is a setting of the ward (local convention).
    """
    days = Days(settings.zone, ms(doses[0].due))
    for item in sorted(protocol.checklist, key=lambda item: item.priority):
        if item.regimen != regimen.name:
            continue
        looks = [
            (day, due)
            for day in range(1, int(regimen.days.value) + 1)
            for due in _looks(item, day, days, doses, settings)
        ]
        hangs = is_start_check(item) or item.frequency == "before_each_dose"
        yield PlannedCheck(
            item.id,
            item.label,
            tuple(day for day, _due in looks),
            tuple(due for _day, due in looks),
            settings.before_dose // _MILLISECOND if hangs else 0,
        )


def _looks(item: CheckItem, day: int, days: Days, doses: tuple[Dose, ...], settings: Settings) -> Iterator[int]:
    """When a line is due on a calendar day, in milliseconds of UTC; on the first day not before the first dose.

    What belongs before a dose stands on the day of the dose, however long before it that is.
    """
    if is_start_check(item):
        if day in item.days:
            yield ms(doses[0].due) - settings.before_dose // _MILLISECOND
        return
    of_day = sorted({ms(dose.due) for dose in doses if days.calendar_day(ms(dose.due)) == day})
    if not is_due(item, day, bool(of_day)):
        return
    if item.frequency == "before_each_dose":
        yield from (due - settings.before_dose // _MILLISECOND for due in of_day)
        return
    begins = moment(days.span(day)[0]).astimezone(settings.zone)
    opens = ms(begins.replace(hour=settings.due_from.hour, minute=settings.due_from.minute))
    shift = settings.shift // _MILLISECOND
    many = _DAY // _MILLISECOND // shift if item.frequency == "each_shift" else 1
    first = ms(doses[0].due)
    yield from (max(opens + shift * n, first) for n in range(many) if many == 1 or opens + shift * (n + 1) > first)
