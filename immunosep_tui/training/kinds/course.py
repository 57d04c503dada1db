"""A course: which day it is, when the next dose is due, how many there are, and what a blinded bedside knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from immunosep_tui.profile.files import load
from immunosep_tui.rules.blinding import is_blinded
from immunosep_tui.rules.instant import is_repeated_hour
from immunosep_tui.rules.phenotype import (
    IMMUNOPARALYSIS,
    INDETERMINATE,
    LABELS,
    MALS,
    NOT_RANDOMIZED,
    STUDY,
    interval,
    phenotype_of,
)
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.schedule import Dose, next_dose
from immunosep_tui.training.question import Kind, Misreading, Option, Places, Situation, Solution, listed
from immunosep_tui.ward import samples
from immunosep_tui.ward.answers import course, first_dose, regimen_of, treatment_day
from immunosep_tui.ward.reading import read

NONE = "none"
"""No further dose."""

_A_DAY = 24


def _start(situation: Situation) -> datetime | None:
    found = first_dose(situation.patient, situation.zone)
    return found if isinstance(found, datetime) else None


def _doses(situation: Situation, placebo: bool) -> Sequence[Dose]:
    found = course(situation.patient, situation.protocol, situation.zone).doses
    return [dose for dose in found if dose.placebo == placebo]


# ---- which day ---------------------------------------------------------------------------------------------------
def _solve_day(situation: Situation, _places: Places) -> Solution | None:
    start = _start(situation)
    if start is None or situation.now < start:
        return None
    rule = say(N_("Day 1 begins with the first dose; each day has 24 hours from there, whatever the calendar says."))
    hours = Fraction((situation.now - start) // timedelta(minutes=1), 60)
    decided = say(N_("From the first dose until now {hours} hours have passed."), hours=_hours(hours))
    return Solution(str(treatment_day(start, situation.now)), rule, (decided,), "S2; L")


def _hours(hours: Fraction) -> str:
    return f"{float(hours):.1f}".removesuffix(".0")


def _calendar_day(situation: Situation, _places: Places) -> str | None:
    start = _start(situation)
    if start is None or situation.now < start:
        return None
    dates = [moment.astimezone(situation.zone).date() for moment in (start, situation.now)]
    return str((dates[1] - dates[0]).days + 1)


def _from_zero(situation: Situation, places: Places) -> str | None:
    solved = _solve_day(situation, places)
    return None if solved is None else str(int(solved.value) - 1)


# ---- the next dose -----------------------------------------------------------------------------------------------
def _next(situation: Situation) -> Dose | None:
    return next_dose(_doses(situation, placebo=False), situation.now)


def _value(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="minutes")


def _solve_next(situation: Situation, _places: Places) -> Solution | None:
    doses = _doses(situation, placebo=False)
    regimen = regimen_of(situation.patient, situation.protocol)
    if not doses or regimen is None:
        return None
    due = _next(situation)
    rule = say(
        N_("{interval} by elapsed time from the first dose; a missed dose moves nothing and is never made up."),
        interval=interval(regimen.interval_hours.value),
    )
    if due is None:
        last = say(N_("The last dose of the course was due {last}."), last=_shown(_value(doses[-1].due), situation))
        return Solution(NONE, rule, (last,), regimen.interval_hours.source)
    number = say(
        N_("It is dose {n} of {all}, due {hours} hours after the first one."),
        n=due.n,
        all=len(doses),
        hours=_hours(Fraction((due.due - doses[0].due) // timedelta(minutes=1), 60)),
    )
    return Solution(_value(due.due), rule, (number,), regimen.interval_hours.source)


def _shown(value: str, situation: Situation) -> str:
    """An instant on the site's clock, with its offset in the hour that happens twice."""
    moment = datetime.fromisoformat(value).astimezone(situation.zone)
    if is_repeated_hour(moment, situation.zone):
        return moment.isoformat(" ", "minutes")
    return f"{moment:%Y-%m-%d %H:%M}"


def _by_the_wall_clock(situation: Situation, _places: Places) -> str | None:
    """The same dose by adding hours to the clock on the wall, which is wrong across a change of clocks."""
    due, start = _next(situation), _start(situation)
    if due is None or start is None:
        return None
    naive = start.astimezone(situation.zone).replace(tzinfo=None) + (due.due - start)
    return _value(naive.replace(tzinfo=situation.zone))


def _made_up_now(situation: Situation, _places: Places) -> str | None:
    """Whoever gives at once what was missed."""
    doses = _doses(situation, placebo=False)
    due = _next(situation)
    missed = any(dose.due < situation.now for dose in doses)
    return _value(situation.now) if missed and due is not None and due.due != situation.now else None


def _full_interval_from_now(situation: Situation, _places: Places) -> str | None:
    regimen = regimen_of(situation.patient, situation.protocol)
    if regimen is None or _next(situation) is None:
        return None
    return _value(situation.now + timedelta(hours=int(regimen.interval_hours.value)))


def _daily(situation: Situation, _places: Places) -> str | None:
    """Whoever reads every other day as every day."""
    start, due = _start(situation), _next(situation)
    regimen = regimen_of(situation.patient, situation.protocol)
    if start is None or due is None or regimen is None or regimen.interval_hours.value <= _A_DAY:
        return None
    days = -(-(situation.now - start) // timedelta(hours=_A_DAY))
    return _value(start + timedelta(hours=_A_DAY * days))


NEXT_MISREADINGS = (
    Misreading(
        "by-the-wall-clock",
        "next-dose",
        _by_the_wall_clock,
        N_("The clocks change in between: the interval is elapsed hours, so that the time on the wall shifts by one."),
    ),
    Misreading(
        "made-up-now",
        "next-dose",
        _made_up_now,
        N_(
            "A missed dose is recorded and not made up: no source gives a rule for that, and the schedule "
            "does not move."
        ),
    ),
    Misreading(
        "interval-from-now",
        "next-dose",
        _full_interval_from_now,
        N_("The schedule counts from the first dose, not from now: what was late or missed moves nothing."),
    ),
    Misreading(
        "every-day", "next-dose", _daily, N_("Every other day is every 48 hours: the day in between has no dose.")
    ),
)


def _next_options(situation: Situation, places: Places) -> tuple[Option, ...]:
    solved = _solve_next(situation, places)
    if solved is None:
        return ()
    values = {solved.value, *(each.gives(situation, places) for each in NEXT_MISREADINGS)} - {None, NONE}
    timed = sorted(value for value in values if value)
    return (
        *(Option(value, say("{time}", time=_shown(value, situation))) for value in timed),
        Option(NONE, say(N_("no further dose"))),
    )


# ---- how many ----------------------------------------------------------------------------------------------------
def _solve_count(placebo: bool) -> Callable[[Situation, Places], Solution | None]:
    def solve(situation: Situation, _places: Places) -> Solution | None:
        doses = _doses(situation, placebo)
        regimen = regimen_of(situation.patient, situation.protocol)
        if not doses or regimen is None or any(dose.cancelled for dose in doses):
            return None
        line = regimen.dummy if placebo else regimen
        assert line is not None
        rule = say(
            N_("One dose at the first hour, then one each interval for up to {days} days."), days=line.days.value
        )
        decided = say(
            N_("{product} {route}, {interval}."),
            product=line.product,
            route=line.route,
            interval=interval(line.interval_hours.value),
        )
        return Solution(str(len(doses)), rule, (decided,), line.interval_hours.source)

    return solve


@lru_cache
def _provide_days(product: str) -> int | None:
    """Days for which the trial before gave a drug, None where it schedules none."""
    listed = load("provide-2022").regimens.values()
    return next((int(each.days.value) for each in listed if each.product == product and each.dose), None)


def _as_in_provide(situation: Situation, _places: Places) -> str | None:
    """Whoever gives anakinra for the 7 days of the trial before."""
    doses = _doses(situation, placebo=False)
    shorter = _provide_days(doses[0].product) if doses else None
    return None if shorter is None else str(len([dose for dose in doses if dose.day <= shorter]))


def _one_a_day(situation: Situation, _places: Places) -> str | None:
    doses = _doses(situation, placebo=False)
    return str(doses[-1].day) if doses else None


COUNT_MISREADINGS = (
    Misreading(
        "as-in-provide",
        "regimen",
        _as_in_provide,
        N_("Seven days of anakinra were those of PROVIDE, the trial before: ImmunoSep gave up to 15."),
    ),
    Misreading("one-a-day", "regimen", _one_a_day, N_("One dose a day was given in neither arm.")),
)


# ---- a blinded bedside -------------------------------------------------------------------------------------------
def _solve_bedside(situation: Situation, _places: Places) -> Solution | None:
    if not is_blinded(situation.protocol):
        return None
    answer = samples.phenotype(situation.patient, situation.protocol)
    rule = say(
        N_("A blinded bedside knows whether a patient is given study drug, and neither his state nor the content.")
    )
    return Solution(answer.phenotype, rule, tuple(reason.text for reason in answer.reasons), answer.reasons[0].source)


def _names_the_state(situation: Situation, _places: Places) -> str | None:
    patient, protocol = situation.patient, situation.protocol
    place = samples.place_of_sample(samples.deciding(patient, protocol))
    found = [read(patient, f"{place}.{marker}", marker, protocol).quantity for marker in samples.MARKERS]
    ferritin, hla_dr = (value.canonical if value else None for value in found)
    name = phenotype_of(ferritin, hla_dr, protocol.phenotype)
    return name if name in (MALS, IMMUNOPARALYSIS) else None


KINDS = (
    Kind(
        "day",
        "day-number",
        lambda _situation, _places: say(N_("Which treatment day is it now?")),
        listed({}),
        _solve_day,
        (
            Misreading(
                "calendar-day",
                "day-number",
                _calendar_day,
                N_("That counts dates: a treatment day begins at the hour of the first dose, not at midnight."),
            ),
            Misreading("from-zero", "day-number", _from_zero, N_("The day of the first dose is day 1, not day 0.")),
        ),
        is_number=True,
    ),
    Kind(
        "next-dose",
        "next-dose",
        lambda _situation, _places: say(N_("When is the next dose due by the trial's schedule?")),
        _next_options,
        _solve_next,
        NEXT_MISREADINGS,
    ),
    Kind(
        "doses",
        "regimen",
        lambda _situation, _places: say(N_("How many doses of the active drug does the whole course have?")),
        listed({}),
        _solve_count(placebo=False),
        COUNT_MISREADINGS,
        is_number=True,
    ),
    Kind(
        "dummy-doses",
        "double-dummy",
        lambda _situation, _places: say(N_("How many doses of the placebo partner does the whole course have?")),
        listed({}),
        _solve_count(placebo=True),
        tuple(replace(each, topic="double-dummy") for each in COUNT_MISREADINGS),
        is_number=True,
    ),
    Kind(
        "bedside",
        "double-dummy",
        lambda _situation, _places: say(N_("What may a screen at the blinded bedside say of this patient?")),
        listed({name: LABELS[name] for name in (STUDY, NOT_RANDOMIZED, MALS, IMMUNOPARALYSIS, INDETERMINATE)}),
        _solve_bedside,
        (
            Misreading(
                "names-the-state",
                "double-dummy",
                _names_the_state,
                N_("Whoever names the state names the drug: the bedside is told only that study drug is given."),
            ),
        ),
    ),
)
