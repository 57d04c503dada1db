"""The response by SOFA: what stands first, the verdict, and each step of its arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Window
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.response import DIED, Response
from immunosep_tui.training.mark import exact
from immunosep_tui.training.question import UNKNOWN, Kind, Misreading, Places, Situation, Solution, listed
from immunosep_tui.ward.answers import day_total, response

RESPONDER, NON_RESPONDER, PROVISIONAL, DEAD = "responder", "non-responder", "provisional", "died"


def _window(situation: Situation, places: Places) -> Window:
    for window in situation.protocol.endpoint.windows:
        if window.name == places[0]:
            return window
    raise ValueError(f"there is no window {places[0]}")


def _response(situation: Situation, places: Places) -> Response | None:
    found = response(situation.patient, _window(situation, places), situation.protocol)
    return None if isinstance(found, Refusal) else found


def _known(situation: Situation, places: Places) -> list[int]:
    """The totals of the window that were measured."""
    window = _window(situation, places)
    days = range(window.first_day, window.last_day + 1)
    found = (day_total(situation.patient, day, situation.protocol) for day in days)
    return [total for total in found if isinstance(total, int)]


def _decided(found: Response) -> tuple[Sentence, ...]:
    return tuple(reason.text for reason in found.reasons) + tuple(caution.text for caution in found.cautions)


def _source(situation: Situation) -> str:
    return situation.protocol.endpoint.decrease_at_least.source


def _rule(situation: Situation, places: Places) -> Sentence:
    window = _window(situation, places)
    return say(
        N_("Baseline on day {baseline} less the mean of days {first} to {last}; at least {least} makes a responder."),
        baseline=situation.protocol.endpoint.baseline_day,
        first=window.first_day,
        last=window.last_day,
        least=situation.protocol.endpoint.decrease_at_least.value,
    )


def _enough(situation: Situation, decrease: Fraction) -> bool:
    return decrease >= Fraction(situation.protocol.endpoint.decrease_at_least.value)


# ---- what stands first -------------------------------------------------------------------------------------------
def _first(found: Response) -> str:
    if found.died:
        return DEAD
    if found.provisional:
        return PROVISIONAL
    return UNKNOWN if found.responder is None else RESPONDER if found.responder else NON_RESPONDER


def _solve_first(situation: Situation, places: Places) -> Solution | None:
    found = _response(situation, places)
    if found is None:
        return None
    return Solution(_first(found), _rule(situation, places), _decided(found), _source(situation))


def _before_the_end(situation: Situation, places: Places) -> Fraction | None:
    """What the days so far give while the window is open."""
    found = _response(situation, places)
    return found.decrease if found and found.provisional else None


def _of_the_dead(situation: Situation, places: Places) -> Fraction | None:
    """What the numbers alone give of a patient who died."""
    found = _response(situation, places)
    return found.decrease if found and found.died else None


def _last_day_alone(situation: Situation, places: Places) -> Fraction | None:
    found, known = _response(situation, places), _known(situation, places)
    return Fraction(found.baseline - known[-1]) if found and found.baseline is not None and known else None


def _known_days_only(situation: Situation, places: Places) -> Fraction | None:
    found, known = _response(situation, places), _known(situation, places)
    return found.baseline - Fraction(sum(known), len(known)) if found and found.baseline is not None and known else None


def _baseline_in_the_mean(situation: Situation, places: Places) -> Fraction | None:
    found = _response(situation, places)
    if found is None or found.baseline is None or found.sum is None:
        return None
    return found.baseline - Fraction(found.sum + found.baseline, len(found.values) + 1)


def _divided_by_days_known(situation: Situation, places: Places) -> Fraction | None:
    """A mean whose sum lacks the missing days but whose divisor does not."""
    found, known = _response(situation, places), _known(situation, places)
    if found is None or found.baseline is None or len(known) == len(found.values):
        return None
    return found.baseline - Fraction(sum(known), len(found.values))


DECREASES: dict[str, tuple[str, str, Callable[[Situation, Places], Fraction | None]]] = {
    "last-day-alone": (
        "responder",
        N_("The last day alone decides nothing: the mean of all days of the window does."),
        _last_day_alone,
    ),
    "baseline-in-the-mean": (
        "responder",
        N_("Day 1 is the baseline and no part of the mean."),
        _baseline_in_the_mean,
    ),
    "known-days-only": (
        "carried-forward",
        N_("Days without a value are not left out: a missing day takes the last known value, a day after death 24."),
        _known_days_only,
    ),
    "missing-is-zero": (
        "carried-forward",
        N_("A missing day is not zero: it takes the last known value."),
        _divided_by_days_known,
    ),
}
"""Wrong ways to compute the decrease: where the right one is learned, why, and what they give."""


def _as_verdict(
    gives: Callable[[Situation, Places], Fraction | None], yes: str, no: str
) -> Callable[[Situation, Places], str | None]:
    def verdict(situation: Situation, places: Places) -> str | None:
        decrease = gives(situation, places)
        return None if decrease is None else yes if _enough(situation, decrease) else no

    return verdict


def _as_number(gives: Callable[[Situation, Places], Fraction | None]) -> Callable[[Situation, Places], str | None]:
    def number(situation: Situation, places: Places) -> str | None:
        decrease = gives(situation, places)
        return None if decrease is None else exact(decrease)

    return number


def _read_as_verdicts(yes: str, no: str) -> tuple[Misreading, ...]:
    """The wrong ways to a verdict, in the words of a kind for one that is reached and one that is not."""
    too_early = N_("The window is not over: until its last day is known there is no verdict, only what would be.")
    return (
        Misreading("too-early", "provisional", _as_verdict(_before_the_end, yes, no), too_early),
        *(Misreading(name, topic, _as_verdict(gives, yes, no), why) for name, (topic, why, gives) in DECREASES.items()),
    )


FIRST_MISREADINGS = (
    Misreading(
        "death-overlooked",
        "death-scored",
        _as_verdict(_of_the_dead, RESPONDER, NON_RESPONDER),
        N_("The numbers may say so, but the patient died, and that stands above any verdict."),
    ),
    *_read_as_verdicts(RESPONDER, NON_RESPONDER),
)


# ---- the verdict by the numbers ----------------------------------------------------------------------------------
def _solve_verdict(situation: Situation, places: Places) -> Solution | None:
    found = _response(situation, places)
    if found is None or (found.responder is None and not found.provisional):
        return None
    value = UNKNOWN if found.responder is None else "yes" if found.responder else "no"
    return Solution(value, _rule(situation, places), _decided(found), _source(situation))


def _death_is_failure(situation: Situation, places: Places) -> str | None:
    found = _response(situation, places)
    return "no" if found and found.died else None


VERDICT_MISREADINGS = (
    Misreading(
        "death-is-failure",
        "death-scored",
        _death_is_failure,
        N_("A death is scored, not judged: each day from it counts 24 points, and the sum may still be low enough."),
    ),
    *_read_as_verdicts("yes", "no"),
)


# ---- the arithmetic ----------------------------------------------------------------------------------------------
def _solve_decrease(situation: Situation, places: Places) -> Solution | None:
    found = _response(situation, places)
    if found is None or found.decrease is None or found.provisional or (found.decrease * 1000).denominator != 1:
        return None
    return Solution(exact(found.decrease), _rule(situation, places), _decided(found), _source(situation))


def _solve_most(situation: Situation, places: Places) -> Solution | None:
    found = _response(situation, places)
    if found is None or found.baseline is None or found.points_to_spare is None or found.sum is None:
        return None
    most = found.sum + found.points_to_spare
    rule = say(
        N_("Over {days} days the sum may be at most {days} times baseline less {points} whole points."),
        days=len(found.values),
        points=len(found.values) * found.baseline - most,
    )
    why = say(
        N_(
            "Whole points cannot give {least} exactly: {days} times {least} is {product}, and the next "
            "whole number counts."
        ),
        least=situation.protocol.endpoint.decrease_at_least.value,
        days=len(found.values),
        product=situation.protocol.endpoint.decrease_at_least.value * len(found.values),
    )
    return Solution(str(most), rule, (why,), _source(situation))


def _rounded_down(situation: Situation, places: Places) -> str | None:
    """Whoever rounds the points that are needed down instead of up."""
    solved = _solve_most(situation, places)
    return None if solved is None else str(int(solved.value) + 1)


def _solve_stand_in(situation: Situation, places: Places) -> Solution | None:
    found = _response(situation, places)
    if found is None:
        return None
    day = int(places[1])
    stood = next((each for each in found.imputed if each.day == day), None)
    if stood is None:
        return None
    rules = {
        "carried-forward": N_("A missing day takes the value of the last known one."),
        "death": N_("From the day of death each day of the window counts {score} points."),
    }
    rule = say(rules[stood.why], score=situation.protocol.endpoint.death_score.value)
    return Solution(str(stood.value), rule, _decided(found), situation.protocol.endpoint.death_score.source)


def _last_before(situation: Situation, places: Places) -> str | None:
    """The last value before a day, which is right for a missing day and wrong for a dead one."""
    for day in range(int(places[1]) - 1, 0, -1):
        total = day_total(situation.patient, day, situation.protocol)
        if isinstance(total, int):
            return str(total)
        if total is not None and total is not DIED:
            return None
    return None


# ---- the questions -----------------------------------------------------------------------------------------------
def _over_days(template: str) -> Callable[[Situation, Places], Sentence]:
    """A question about a window, by its first and last day."""

    def ask(situation: Situation, places: Places) -> Sentence:
        window = _window(situation, places)
        return say(template, first=window.first_day, last=window.last_day)

    return ask


KINDS = (
    Kind(
        "response",
        "responder",
        lambda _situation, _places: say(N_("What stands first on this patient's response page?")),
        listed(
            {
                RESPONDER: N_("RESPONDER"),
                NON_RESPONDER: N_("NON-RESPONDER"),
                PROVISIONAL: N_("PROVISIONAL: no verdict yet"),
                DEAD: N_("DIED"),
                UNKNOWN: N_("no verdict is possible"),
            }
        ),
        _solve_first,
        FIRST_MISREADINGS,
    ),
    Kind(
        "verdict",
        "responder",
        _over_days(N_("By the numbers alone, is the patient a responder over days {first} to {last}?")),
        listed({"yes": N_("yes"), "no": N_("no"), UNKNOWN: N_("it cannot be told yet")}),
        _solve_verdict,
        VERDICT_MISREADINGS,
    ),
    Kind(
        "decrease",
        "responder",
        _over_days(N_("Baseline less the mean of days {first} to {last}: how many points?")),
        listed({}),
        _solve_decrease,
        tuple(Misreading(name, topic, _as_number(gives), why) for name, (topic, why, gives) in DECREASES.items()),
        is_number=True,
    ),
    Kind(
        "most",
        "responder",
        _over_days(
            N_("The totals of days {first} to {last} are added up: what is the largest sum that makes a responder?")
        ),
        listed({}),
        _solve_most,
        (
            Misreading(
                "rounded-down",
                "responder",
                _rounded_down,
                N_("The points that are needed are rounded up, not down: one point less is not enough."),
            ),
        ),
        is_number=True,
    ),
    Kind(
        "stands-in",
        "carried-forward",
        lambda _situation, places: say(
            N_("Day {day} has no measured total: which value stands in for it?"), day=places[1]
        ),
        listed({}),
        _solve_stand_in,
        (
            Misreading(
                "last-before-death",
                "death-scored",
                _last_before,
                N_("After a death nothing is carried forward: each day from it counts 24 points."),
            ),
            Misreading(
                "missing-is-zero",
                "carried-forward",
                lambda _situation, _places: "0",
                N_("A missing day is not zero: it takes the last known value."),
            ),
        ),
        is_number=True,
    ),
)
