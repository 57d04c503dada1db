"""What the trial shows: each outcome by its recomputed interval, and statements that are true, false or not known."""

from __future__ import annotations

from immunosep_tui.profile.results import results
from immunosep_tui.rules.evidence import recompute
from immunosep_tui.rules.published import Outcome
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.units import plain
from immunosep_tui.training.claims import FALSE, NOT_KNOWN, TRUE, Claim, claims
from immunosep_tui.training.question import Kind, Misreading, Places, Situation, Solution, listed

MORE, FEWER, NOT_SHOWN = "more", "fewer", "not-shown"


def _outcome(places: Places) -> Outcome:
    for outcome in results().outcomes:
        if outcome.id == places[0]:
            return outcome
    raise ValueError(f"there is no outcome {places[0]}")


def _solve_outcome(_situation: Situation, places: Places) -> Solution:
    outcome = _outcome(places)
    difference = recompute(outcome).difference
    value = MORE if difference.low > 0 else FEWER if difference.high < 0 else NOT_SHOWN
    decided = say(
        N_(
            "{precision} of {precision_all} against {placebo} of {placebo_all}: difference {value} percent, 95 percent "
            "interval {low} to {high}, recomputed from the counts."
        ),
        precision=outcome.precision.events,
        precision_all=outcome.precision.n,
        placebo=outcome.placebo.events,
        placebo_all=outcome.placebo.n,
        value=plain(difference.value * 100, 1),
        low=f"{difference.low * 100:.1f}",
        high=f"{difference.high * 100:.1f}",
    )
    rule = say(N_("A difference is shown where its interval does not include zero."))
    return Solution(value, rule, (decided,), outcome.source)


def _by_sign(_situation: Situation, places: Places) -> str | None:
    """Whoever reads the estimate without its interval."""
    value = recompute(_outcome(places)).difference.value
    return MORE if value > 0 else FEWER if value < 0 else None


def _claim(places: Places) -> Claim:
    if places[0] not in claims():
        raise ValueError(f"there is no statement {places[0]}")
    return claims()[places[0]]


def _solve_claim(_situation: Situation, places: Places) -> Solution:
    claim = _claim(places)
    rule = say(N_("What no source says is not known: it is neither true nor false, and nothing is filled in."))
    return Solution(claim.truth, rule, (_plainly(claim.why),), claim.source)


def _plainly(text: str) -> Sentence:
    """Text of a file as a sentence that can be translated; braces in it are letters."""
    return say(text.replace("{", "{{").replace("}", "}}"))


def _filled_in(_situation: Situation, places: Places) -> str | None:
    return TRUE if _claim(places).truth == NOT_KNOWN else None


KINDS = (
    Kind(
        "evidence",
        "evidence",
        lambda _situation, places: say(
            N_("With precision immunotherapy instead of placebo, what did the trial show? {outcome}"),
            outcome=say(_outcome(places).label),
        ),
        listed(
            {
                MORE: N_("it happened to more patients"),
                FEWER: N_("it happened to fewer patients"),
                NOT_SHOWN: N_("no difference is shown"),
            }
        ),
        _solve_outcome,
        (
            Misreading(
                "estimate-without-interval",
                "evidence",
                _by_sign,
                N_("The estimate points that way, but its interval includes zero: no difference is shown."),
            ),
        ),
    ),
    Kind(
        "claim",
        "limits",
        lambda _situation, places: say(N_("True, false, or not known? {claim}"), claim=_plainly(_claim(places).text)),
        listed({TRUE: N_("true"), FALSE: N_("false"), NOT_KNOWN: N_("not known from any source that was read")}),
        _solve_claim,
        (
            Misreading(
                "filled-in",
                "limits",
                _filled_in,
                N_("It sounds likely, but no source that was read says so: it stays not known."),
            ),
        ),
    ),
)
