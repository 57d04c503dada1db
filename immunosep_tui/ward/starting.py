"""The start of a course: the plan that it would record, or why none can start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.days import Days
from immunosep_tui.record.kinds import CourseStarted, Decision, PlannedCheck, Slot
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.sampling import SignedSample, signed_samples
from immunosep_tui.record.settings import Settings, effective
from immunosep_tui.rules.blinding import is_blinded
from immunosep_tui.rules.monitoring import is_due, is_start_check
from immunosep_tui.rules.protocol import CheckItem, Fact, Protocol, Regimen
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.schedule import Dose
from immunosep_tui.ward.answers import course, first_dose
from immunosep_tui.ward.bodies import decision_of
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.samples import deciding, phenotype, place_of_sample

_DAY = timedelta(hours=24)
_MINUTE = 60_000
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A course that could start: the sheet's regimen, its doses, and the body that starting records.

    ``decision`` is recorded before it where the one that was signed with the sample does not stand, or says something
    else than its values by now; None where the course rests on the signed one.
    """

    regimen: Regimen
    doses: tuple[Dose, ...]
    body: CourseStarted
    decision: Decision | None = None


def may_plan(chart: Chart, now: datetime) -> bool:
    """Whether a course can be planned: none was started, or the last one was stopped or its last day is over."""
    return not chart.ended and (chart.running is None or ms(now) > chart.running.ends)


def sheet_of_plan(sheet: Patient, chart: Chart) -> Patient:
    """A sheet as the next course is planned from: without what the course before put there."""
    recorded = chart.sheet
    names = ["stop", "regimen", "sample"]
    if chart.course is not None and sheet.text("treatment.start") == recorded.text("treatment.start"):
        names += ["start", "design"]
    for name in names:
        sheet = sheet.typed(f"treatment.{name}", "")
    return sheet


def is_planned(sheet: Patient, chart: Chart, now: datetime) -> bool:
    """Whether a first dose is typed with which no course was started."""
    return bool(sheet_of_plan(sheet, chart).text("treatment.start")) and may_plan(chart, now)


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
    sheet = sheet_of_plan(sheet, chart)
    regimen = phenotype(sheet, protocol).regimen
    start = first_dose(sheet, zone)
    planned = course(sheet, protocol, zone)
    if regimen is None or planned.why_none is not None or not isinstance(start, datetime):
        return planned.why_none or say(N_("A time is not usable yet."))
    if chart.ended:
        return say(N_("The patient died or left: no course can start."))
    stopped = max((each.stopped for each in chart.courses if each.stopped is not None), default=None)
    if stopped is not None and ms(start) < stopped:
        when = f"{moment(stopped).astimezone(zone):%Y-%m-%d %H:%M}"
        return say(
            N_("The course before was stopped at {when}: the first dose of another one comes after that."), when=when
        )
    number = deciding(sheet, protocol)
    signed = next((each for each in signed_samples(chart) if each.number == number), None)
    if signed is None or not _is_signed(number, sheet, chart, protocol):
        return say(N_("Sign the laboratory values first: a course rests on a phenotype that was signed."))
    anew = _made_anew(sheet, chart, signed, protocol, zone)
    body = CourseStarted(
        regimen=regimen.name,
        design=protocol.design if is_blinded(protocol) else sheet.text("treatment.design"),
        start=sheet.text("treatment.start"),
        decision=signed.decided_by if anew is None else chart.n + 1,
        slots=tuple(
            Slot(number, dose.day, ms(dose.due), dose.product, dose.dose, dose.route, dose.placebo)
            for number, dose in enumerate(planned.doses, start=1)
        ),
        ends=ms(planned.doses[0].due + int(regimen.days.value) * _DAY),
        least_gap=_least_gap(planned.doses, protocol.site.least_gap),
        window=_ms(protocol.site.on_time),
        sample=number,
        answers=dict(answers or {}),
        checks=tuple(planned_checks(protocol, regimen, planned.doses, settings or effective({}, protocol, zone))),
    )
    return Plan(regimen, planned.doses, body, anew)


def _is_signed(number: int, sheet: Patient, chart: Chart, protocol: Protocol) -> bool:
    """Whether the sample that decides by what is typed is the one that decides by what is signed, and signed as it is."""
    signed, place = sheet_of_plan(chart.sheet, chart), place_of_sample(number)
    same = sheet.within(place) == signed.within(place) and sheet.text("labs.covid19") == signed.text("labs.covid19")
    return same and deciding(signed, protocol) == number


def _made_anew(
    sheet: Patient, chart: Chart, sample: SignedSample, protocol: Protocol, zone: ZoneInfo
) -> Decision | None:
    """The decision by the signed values of a sample, where the one that was signed with them cannot carry a course.

    It was taken back, or an answer that was signed later with another sample changes what the trial gave.
    """
    made = decision_of(sheet, sample.number, protocol, zone)
    stands = sample.decided_by in chart.standing
    if (
        stands
        and sample.decision is not None
        and (sample.decision.phenotype, sample.decision.regimen)
        == (
            made.phenotype,
            made.regimen,
        )
    ):
        return None
    return replace(made, sample=sample.number)


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
    dose_days: dict[int, set[int]] = {}
    for dose in doses:
        dose_days.setdefault(days.calendar_day(ms(dose.due)), set()).add(ms(dose.due))
    for item in sorted(protocol.checklist, key=lambda item: item.priority):
        if item.regimen != regimen.name:
            continue
        looks = [
            (day, due)
            for day in range(1, int(regimen.days.value) + 1)
            for due in _looks(item, day, days, sorted(dose_days.get(day, ())), settings)
        ]
        hangs = is_start_check(item) or item.frequency == "before_each_dose"
        yield PlannedCheck(
            item.id,
            item.label,
            tuple(day for day, _due in looks),
            tuple(due for _day, due in looks),
            settings.before_dose // _MILLISECOND if hangs else 0,
        )


def _looks(item: CheckItem, day: int, days: Days, of_day: list[int], settings: Settings) -> Iterator[int]:
    """When a line is due on a calendar day, in milliseconds of UTC; on the first day not before the first dose.

    What belongs before a dose stands on the day of the dose, however long before it that is.
    """
    if is_start_check(item):
        if day in item.days:
            yield days.first - settings.before_dose // _MILLISECOND
        return
    if not is_due(item, day, bool(of_day)):
        return
    if item.frequency == "before_each_dose":
        yield from (due - settings.before_dose // _MILLISECOND for due in of_day)
        return
    begins = moment(days.span(day)[0]).astimezone(settings.zone)
    opens = ms(begins.replace(hour=settings.due_from.hour, minute=settings.due_from.minute))
    shift = settings.shift // _MILLISECOND
    many = _DAY // _MILLISECOND // shift if item.frequency == "each_shift" else 1
    yield from (
        max(opens + shift * n, days.first) for n in range(many) if many == 1 or opens + shift * (n + 1) > days.first
    )
