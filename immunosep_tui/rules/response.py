"""The trial's main endpoint for one patient: the SOFA response over a window of days.

All arithmetic is on whole points and exact fractions: in binary floats 9 - 7.6 is more than 1.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import floor
from typing import Final, Literal, TypeAlias

from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.protocol import Endpoint, Window
from immunosep_tui.rules.reason import N_, Caution, Reason, Sentence, say
from immunosep_tui.rules.units import distinct, plain

HIGHEST_SOFA = 24
"""Six organ systems with at most 4 points each (SOFA 1996, doi:10.1007/BF01709751)."""


class Death(Enum):
    """What stands in a day's place when the patient died on it or before."""

    DIED = "D"


DIED: Final = Death.DIED

Day: TypeAlias = int | Death | None
"""The SOFA total of a day (0 to 24), ``DIED``, or None where it is missing."""


@dataclass(frozen=True, slots=True)
class Imputed:
    """A day whose value was not measured, the value that stands in for it, and why."""

    day: int
    value: int
    why: Literal["carried-forward", "death"]


@dataclass(frozen=True, slots=True)
class Response:
    """The SOFA response over one window.

    ``values`` has one entry a day, imputed ones included; None where nothing is known to carry forward. ``sum``, ``mean``
    and ``decrease`` (points) are None where a value is. ``responder`` is None where no verdict can be given.
    ``points_to_spare`` is the largest sum that makes a responder less this sum: negative by the points too many.
    While ``provisional``, the numbers are what they would be if the last value held to the end of the window.
    """

    window: Window
    baseline: int | None
    values: tuple[int | None, ...]
    sum: int | None
    mean: Fraction | None
    decrease: Fraction | None
    points_to_spare: int | None
    responder: bool | None
    provisional: bool
    died: bool
    imputed: tuple[Imputed, ...]
    cautions: tuple[Caution, ...]
    reasons: tuple[Reason, ...]


def parse_days(text: str, window: Window) -> tuple[Day, ...] | Refusal:
    """Read a comma list of daily SOFA totals, the first for the first day of the window.

    Args:
        text: whole numbers from 0 to 24; an empty field for a missing day, ``D`` for a death. Fewer fields than days
            leave the last days missing.
        window: the days that are meant.

    Returns:
        One entry for every day of the window, or a refusal that names the day.
    """
    fields = text.split(",")
    if len(fields) > _length(window):
        return _too_many(text, len(fields), window)
    days: list[Day] = []
    for day, field in enumerate(fields, window.first_day):
        if field in ("", DIED.value):
            days.append(DIED if field else None)
            continue
        value = parse_number(field, 0)
        if isinstance(value, Refusal):
            return _refuse(value.code, field, say(N_("Day {day}: {why}"), day=day, why=value.why))
        if value > HIGHEST_SOFA:
            return _out_of_range(field, day)
        days.append(int(value))
    return (*days, *[None] * (_length(window) - len(days)))


def respond(
    endpoint: Endpoint, window: Window, baseline: int | None, days: Sequence[Day], final: bool = False
) -> Response | Refusal:
    """Judge the SOFA response over a window as the statistical analysis plan does.

    The decrease is the baseline less the mean of every day of the window. A missing day takes the last known value, from
    the day of death on each day takes the score for death.

    Args:
        endpoint: smallest decrease and score for death, with their sources.
        window: the days that are averaged.
        baseline: SOFA total (0 to 24) of the baseline day.
        days: one entry a day from the first day of the window; days left out at the end are missing.
        final: no more values will come (the patient left), so that the last value is carried to the end for good.

    Returns:
        The response, or a refusal of a total outside 0 to 24, of more days than the window has, and of a total that
        follows a death.
    """
    refusal = _check(window, baseline, days)
    if refusal is not None:
        return refusal
    padded = (*days, *[None] * (_length(window) - len(days)))
    died = DIED in padded
    provisional = padded[-1] is None and not died and not final
    values, imputed = _fill(window, baseline, padded, int(endpoint.death_score.value))
    known = [value for value in values if value is not None]
    total = sum(known) if len(known) == len(values) else None
    mean = None if total is None else Fraction(total, len(values))
    decrease = spare = responder = None
    if mean is not None and total is not None and baseline is not None:
        decrease = baseline - mean
        spare = _largest_sum(endpoint, window, baseline) - total
        responder = None if provisional else spare >= 0
    cautions = (
        *_cautions_of_data(window, baseline, padded, values),
        *_cautions_of_verdict(endpoint, decrease, responder, died),
    )
    reasons = _reasons(endpoint, window, baseline, total, imputed)
    return Response(
        window,
        baseline,
        values,
        total,
        mean,
        decrease,
        spare,
        responder,
        provisional,
        died,
        imputed,
        cautions,
        reasons,
    )


def _length(window: Window) -> int:
    return window.last_day - window.first_day + 1


def _largest_sum(endpoint: Endpoint, window: Window, baseline: int) -> int:
    """The largest sum of a whole window that makes a responder; below 0 where the baseline is too low for any."""
    return floor(_length(window) * (baseline - Fraction(endpoint.decrease_at_least.value)))


def _check(window: Window, baseline: int | None, days: Sequence[Day]) -> Refusal | None:
    if len(days) > _length(window):
        return _too_many(str(len(days)), len(days), window)
    if baseline is not None and not 0 <= baseline <= HIGHEST_SOFA:
        words = N_("The baseline is outside 0 to {highest}.")
        return _refuse("out_of_range", str(baseline), say(words, highest=HIGHEST_SOFA))
    death: int | None = None
    for day, value in enumerate(days, window.first_day):
        if value is DIED:
            death = day if death is None else death
        elif isinstance(value, int):
            if not 0 <= value <= HIGHEST_SOFA:
                return _out_of_range(str(value), day)
            if death is not None:
                words = N_("Day {day} has a SOFA total, but the patient died on day {death}.")
                return _refuse("value_after_death", str(value), say(words, day=day, death=death))
    return None


def _fill(
    window: Window, baseline: int | None, days: Sequence[Day], death_score: int
) -> tuple[tuple[int | None, ...], tuple[Imputed, ...]]:
    """Every day's value; with no day of the window known the baseline alone carries nothing."""
    values: list[int | None] = []
    imputed: list[Imputed] = []
    last = None if all(day is None for day in days) else baseline
    dead = False
    for number, day in enumerate(days, window.first_day):
        dead = dead or day is DIED
        if dead:
            last = death_score
            imputed.append(Imputed(number, death_score, "death"))
        elif isinstance(day, int):
            last = day
        elif last is not None:
            imputed.append(Imputed(number, last, "carried-forward"))
        values.append(last)
    return tuple(values), tuple(imputed)


def _cautions_of_data(
    window: Window, baseline: int | None, days: Sequence[Day], values: Sequence[int | None]
) -> list[Caution]:
    cautions = []
    if baseline is None:
        words = N_("The baseline SOFA is missing: without it there is no decrease and no verdict.")
        cautions.append(Caution("baseline_missing", say(words)))
    if all(day is None for day in days):
        cautions.append(Caution("no_day_known", say(N_("No day of the window is known: there is no mean."))))
    elif values[0] is None:
        words = N_("Day {day} is missing and no earlier value is known: there is no mean.")
        cautions.append(Caution("nothing_to_carry_forward", say(words, day=window.first_day)))
    elif days[0] is None:
        words = N_("Day {day} is missing and takes the baseline value: no source says whether it should.")
        cautions.append(Caution("baseline_carried_forward", say(words, day=window.first_day)))
    return cautions


def _cautions_of_verdict(
    endpoint: Endpoint, decrease: Fraction | None, responder: bool | None, died: bool
) -> list[Caution]:
    cautions = []
    if died:
        words = N_("The day of death itself is scored {score}, as the days after it are: a convention, not published.")
        cautions.append(Caution("day_of_death_scored", say(words, score=plain(endpoint.death_score.value))))
    if died and responder:
        words = N_("The patient DIED. The trial's arithmetic counts this patient as a responder all the same.")
        cautions.append(Caution("died_responder", say(words)))
    if decrease == Fraction(endpoint.decrease_at_least.value):
        words = N_("The decrease is exactly {limit}: the article counts it, the statistical analysis plan does not.")
        cautions.append(Caution("sources_disagree", say(words, limit=plain(endpoint.decrease_at_least.value))))
    return cautions


def _reasons(
    endpoint: Endpoint, window: Window, baseline: int | None, total: int | None, imputed: Sequence[Imputed]
) -> tuple[Reason, ...]:
    limit, death = endpoint.decrease_at_least, endpoint.death_score
    carried = ", ".join(str(entry.day) for entry in imputed if entry.why == "carried-forward")
    scored = ", ".join(str(entry.day) for entry in imputed if entry.why == "death")
    reasons = []
    if carried:
        words = N_("No total on day {days}: the last known value is carried forward.")
        reasons.append(Reason("carried_forward", say(words, days=carried), death.source))
    if scored:
        words = N_("Scored {score} for death: day {days}.")
        reasons.append(Reason("death_scored", say(words, score=plain(death.value), days=scored), death.source))
    if total is None:
        return tuple(reasons)
    mean = Fraction(total, _length(window))
    words = N_("Days {first} to {last} add up to {sum}, a mean of {mean} over {count} days.")
    days = {"first": window.first_day, "last": window.last_day, "count": _length(window)}
    reasons.append(Reason("mean", say(words, sum=total, mean=plain(mean, 3), **days), limit.source))
    if baseline is not None:
        largest = _largest_sum(endpoint, window, baseline)
        shown = distinct(baseline - mean, Fraction(limit.value), 3)
        words = N_("The decrease from baseline is {decrease}; at least {limit} is needed, a sum of at most {largest}.")
        if largest < 0:
            words = N_(
                "The decrease from baseline is {decrease}; at least {limit} is needed, out of reach from {baseline}."
            )
        text = say(words, decrease=shown, limit=plain(limit.value), largest=largest, baseline=baseline)
        reasons.append(Reason("decrease", text, limit.source))
    return tuple(reasons)


def _refuse(code: str, typed: str, why: Sentence) -> Refusal:
    words = N_("Accepted: whole numbers from 0 to {highest}, nothing for a missing day, D for a death.")
    return Refusal(code, typed, why, say(words, highest=HIGHEST_SOFA))


def _too_many(typed: str, count: int, window: Window) -> Refusal:
    words = N_("There are {count} days, but the window has {length}: days {first} to {last}.")
    text = say(words, count=count, length=_length(window), first=window.first_day, last=window.last_day)
    return _refuse("too_many_days", typed, text)


def _out_of_range(typed: str, day: int) -> Refusal:
    return _refuse(
        "out_of_range",
        typed,
        say(N_("Day {day}: a SOFA total lies from 0 to {highest}."), day=day, highest=HIGHEST_SOFA),
    )
