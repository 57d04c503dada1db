"""The SOFA response against published arithmetic, both sides of each limit, and a sum-free restatement of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Window
from immunosep_tui.rules.response import DIED, Day, Imputed, Response, parse_days, respond

from .samples import DAY9, DAY15, ENDPOINT, fact

D = DIED
TOTALS = st.integers(0, 24)


def judged(baseline: int | None, days: Sequence[Day], window: Window = DAY9, *, final: bool = False) -> Response:
    answer = respond(ENDPOINT, window, baseline, days, final)
    assert isinstance(answer, Response)
    return answer


def refused(baseline: int | None, days: Sequence[Day]) -> Refusal:
    answer = respond(ENDPOINT, DAY9, baseline, days)
    assert isinstance(answer, Refusal)
    return answer


def codes(answer: Response) -> list[str]:
    return [caution.code for caution in answer.cautions]


@pytest.mark.parametrize(
    ("baseline", "days", "window", "mean", "decrease", "responder", "died"),
    [
        pytest.param(9, [9, 9, 8, 8, 7, 7, 7, 6], DAY9, "61/8", "11/8", False, False, id="RS02"),
        pytest.param(9, [8, 8, 8, 8, 8, 7, 7, 6], DAY9, "15/2", "3/2", True, False, id="RS03"),
        pytest.param(9, [9, 9, 9, 9, 9, 9, 9, 9], DAY9, "9", "0", False, False, id="RS04"),
        pytest.param(9, [0, 0, 0, 0, 0, 0, 0, 0], DAY9, "0", "9", True, False, id="RS05"),
        pytest.param(9, [10, 11, 12, 13, 14, 15, 16, 17], DAY9, "27/2", "-9/2", False, False, id="RS06"),
        pytest.param(12, [12, 11, 11, 10, 10, 10, 10, 10], DAY9, "21/2", "3/2", True, False, id="RS07"),
        pytest.param(2, [0, 0, 0, 0, 0, 0, 0, 0], DAY9, "0", "2", True, False, id="RS09"),
        pytest.param(1, [0, 0, 0, 0, 0, 0, 0, 0], DAY9, "0", "1", False, False, id="RS10"),
        pytest.param(20, [14, 14, 13, 13, 13, 13, 13, D], DAY9, "117/8", "43/8", True, True, id="RS14"),
        pytest.param(9, [3, 3, 3, 3, 3, 3, D, D], DAY9, "33/4", "3/4", False, True, id="RS15"),
        pytest.param(9, [8] * 9 + [7] * 5, DAY15, "107/14", "19/14", False, False, id="RS18"),
        pytest.param(9, [8] * 8 + [7] * 6, DAY15, "106/14", "20/14", True, False, id="day 15, one point fewer"),
        pytest.param(9, [8, 8, 8, 7, 7], Window("day6", 2, 6), "38/5", "7/5", True, False, id="RS19"),
        pytest.param(None, [9, 9, 8, 8, 7, 7, 6, 6], DAY9, "15/2", None, None, False, id="RS21"),
    ],
)
def test_published_vector(
    baseline: int | None,
    days: list[Day],
    window: Window,
    mean: str,
    decrease: str | None,
    responder: bool | None,
    died: bool,
) -> None:
    answer = judged(baseline, days, window)
    assert answer.window is window
    assert answer.baseline == baseline
    assert answer.mean == Fraction(mean)
    assert answer.decrease == (None if decrease is None else Fraction(decrease))
    assert answer.responder is responder
    assert answer.died is died
    assert answer.provisional is False


def test_missing_baseline_leaves_the_mean_and_no_verdict() -> None:
    answer = judged(None, [9, 9, 8, 8, 7, 7, 6, 6])
    assert answer.sum == 60
    assert answer.points_to_spare is None
    assert codes(answer) == ["baseline_missing"]
    assert [reason.rule for reason in answer.reasons] == ["mean"]


@given(st.integers(0, 24), st.lists(TOTALS, min_size=8, max_size=8))
def test_day_9_rule_is_eight_baselines_less_twelve(baseline: int, days: list[int]) -> None:
    answer = judged(baseline, days)
    assert answer.points_to_spare == 8 * baseline - 12 - sum(days)
    assert answer.responder is (sum(days) <= 8 * baseline - 12)
    assert answer.values == tuple(days)
    assert answer.imputed == ()


@given(st.integers(0, 24), st.lists(TOTALS, min_size=14, max_size=14))
def test_day_15_rule_is_fourteen_baselines_less_twenty(baseline: int, days: list[int]) -> None:
    answer = judged(baseline, days, DAY15)
    assert answer.points_to_spare == 14 * baseline - 20 - sum(days)
    assert answer.responder is (sum(days) <= 14 * baseline - 20)


@given(TOTALS, st.integers(2, 20), st.data())
def test_points_to_spare_agree_with_the_decrease_in_any_window(baseline: int, last: int, data: st.DataObject) -> None:
    length = last - 1
    days = data.draw(st.lists(TOTALS, min_size=length, max_size=length))
    answer = judged(baseline, days, Window("any", 2, last))
    assert answer.decrease is not None
    assert answer.responder is (answer.decrease * 10 >= 14)
    assert ("sources_disagree" in codes(answer)) is (answer.decrease * 10 == 14)


def test_smallest_decrease_comes_from_the_endpoint() -> None:
    strict = replace(ENDPOINT, decrease_at_least=fact("1.51", "points"))
    answer = respond(strict, DAY9, 9, [8, 8, 8, 8, 8, 7, 7, 6])
    assert isinstance(answer, Response)
    assert (answer.responder, answer.points_to_spare) == (False, -1)


# Death


@given(TOTALS, st.integers(0, 7), st.lists(TOTALS, min_size=7, max_size=7), st.booleans())
def test_every_day_from_death_on_scores_24(baseline: int, known: int, totals: list[int], named_again: bool) -> None:
    before: list[Day] = list(totals[:known])
    after: list[Day] = [D if named_again else None] * (7 - known)
    answer = judged(baseline, [*before, D, *after])
    assert answer.values == (*totals[:known], *[24] * (8 - known))
    assert answer.imputed == tuple(Imputed(2 + i, 24, "death") for i in range(known, 8))
    assert answer.died is True
    assert answer.provisional is False
    assert answer.responder is (sum(totals[:known]) + 24 * (8 - known) <= 8 * baseline - 12)
    assert "day_of_death_scored" in codes(answer)


def test_score_for_death_comes_from_the_endpoint() -> None:
    answer = respond(replace(ENDPOINT, death_score=fact("20", "points", "elsewhere")), DAY9, 9, [8] * 7 + [D])
    assert isinstance(answer, Response)
    assert answer.values[-1] == 20
    assert answer.imputed == (Imputed(9, 20, "death"),)
    assert (answer.reasons[0].rule, answer.reasons[0].source) == ("death_scored", "elsewhere")
    assert str(answer.reasons[0].text) == "Scored 20 for death: day 9."


def test_days_scored_for_death_are_named() -> None:
    assert str(judged(9, [3] * 6 + [D]).reasons[0].text) == "Scored 24 for death: day 8, 9."


def test_responder_who_died_is_said_to_have_died() -> None:
    answer = judged(20, [14, 14, 13, 13, 13, 13, 13, D])
    assert codes(answer) == ["day_of_death_scored", "died_responder"]
    assert str(answer.cautions[0].text) == (
        "The day of death itself is scored 24, as the days after it are: a convention, not published."
    )
    assert str(answer.cautions[1].text) == (
        "The patient DIED. The trial's arithmetic counts this patient as a responder all the same."
    )


def test_nonresponder_who_died_has_no_such_words() -> None:
    assert codes(judged(9, [3, 3, 3, 3, 3, 3, D, D])) == ["day_of_death_scored"]


def test_death_on_the_first_day_needs_no_baseline_for_its_mean() -> None:
    answer = judged(None, [D])
    assert (answer.sum, answer.mean, answer.responder) == (192, Fraction(24), None)
    assert codes(answer) == ["baseline_missing", "day_of_death_scored"]


@pytest.mark.parametrize("after", [0, 24])
def test_total_after_death_is_refused(after: int) -> None:
    refusal = refused(9, [8, D, D, None, after])
    assert (refusal.code, refusal.typed) == ("value_after_death", str(after))
    assert str(refusal.why) == "Day 6 has a SOFA total, but the patient died on day 3."


# Missing days


def test_missing_day_takes_the_last_known_value() -> None:
    answer = judged(9, [9, None, None, 8, 7, None, 7, 7])
    assert answer.values == (9, 9, 9, 8, 7, 7, 7, 7)
    assert answer.imputed == tuple(Imputed(day, value, "carried-forward") for day, value in [(3, 9), (4, 9), (7, 7)])
    assert codes(answer) == []
    assert [reason.rule for reason in answer.reasons] == ["carried_forward", "mean", "decrease"]
    assert answer.reasons[0].source == "S2"
    assert str(answer.reasons[0].text) == "No total on day 3, 4, 7: the last known value is carried forward."


def test_missing_day_before_death_is_carried_and_not_scored() -> None:
    answer = judged(9, [5, None, D])
    assert answer.values == (5, 5, 24, 24, 24, 24, 24, 24)
    assert answer.imputed[:2] == (Imputed(3, 5, "carried-forward"), Imputed(4, 24, "death"))
    assert [reason.rule for reason in answer.reasons] == ["carried_forward", "death_scored", "mean", "decrease"]


def test_missing_first_day_takes_the_baseline_and_says_so() -> None:
    answer = judged(9, [None, None, 7, 7, 7, 7, 7, 7])
    assert answer.values == (9, 9, 7, 7, 7, 7, 7, 7)
    assert answer.imputed == (Imputed(2, 9, "carried-forward"), Imputed(3, 9, "carried-forward"))
    assert answer.responder is True
    assert codes(answer) == ["baseline_carried_forward"]
    assert str(answer.cautions[0].text) == (
        "Day 2 is missing and takes the baseline value: no source says whether it should."
    )


def test_missing_first_day_without_baseline_leaves_no_mean() -> None:
    answer = judged(None, [None, 7, 7, 7, 7, 7, 7, 7])
    assert answer.values == (None, 7, 7, 7, 7, 7, 7, 7)
    assert (answer.sum, answer.mean, answer.decrease, answer.responder) == (None, None, None, None)
    assert answer.imputed == ()
    assert codes(answer) == ["baseline_missing", "nothing_to_carry_forward"]
    assert str(answer.cautions[1].text) == "Day 2 is missing and no earlier value is known: there is no mean."
    assert answer.reasons == ()


@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize("days", [[], [None] * 8])
def test_no_known_day_gives_no_mean_even_with_a_baseline(days: list[Day], final: bool) -> None:
    answer = judged(9, days, final=final)
    assert answer.values == (None,) * 8
    assert (answer.sum, answer.mean, answer.decrease, answer.points_to_spare) == (None, None, None, None)
    assert answer.responder is None
    assert answer.provisional is not final
    assert answer.imputed == ()
    assert codes(answer) == ["no_day_known"]


@pytest.mark.parametrize("known", range(1, 8))
def test_window_is_provisional_until_its_last_day(known: int) -> None:
    days: list[Day] = [0] * known
    answer = judged(9, days)
    assert answer.provisional is True
    assert answer.responder is None
    assert answer.values == (0,) * 8
    assert answer.imputed == tuple(Imputed(2 + i, 0, "carried-forward") for i in range(known, 8))
    assert (answer.sum, answer.decrease, answer.points_to_spare) == (0, Fraction(9), 60)
    left = judged(9, days, final=True)
    assert left.provisional is False
    assert left.responder is True
    assert left.values == answer.values


def test_last_day_missing_is_provisional_and_first_days_missing_are_not() -> None:
    assert judged(9, [7, 7, 7, 7, 7, 7, 7, None]).provisional is True
    assert judged(9, [None, None, None, None, None, None, None, 7]).provisional is False


def test_left_patient_without_improvement_does_not_respond() -> None:
    assert judged(9, [9, 8], final=True).responder is False


def test_more_values_are_expected_unless_said_otherwise() -> None:
    answer = respond(ENDPOINT, DAY9, 9, [9, 8])
    assert isinstance(answer, Response)
    assert answer.provisional is True


def test_died_responder_needs_a_verdict() -> None:
    assert codes(judged(9, [0, 0])) == []


def test_exactly_the_limit_is_counted_and_marked() -> None:
    answer = judged(9, [8, 8, 8, 7, 7], Window("day6", 2, 6))
    assert answer.points_to_spare == 0
    assert codes(answer) == ["sources_disagree"]
    assert str(answer.cautions[0].text) == (
        "The decrease is exactly 1.4: the article counts it, the statistical analysis plan does not."
    )


# Reasons


def test_reasons_give_sum_mean_decrease_and_limit() -> None:
    reasons = judged(9, [9, 9, 8, 8, 7, 7, 7, 6]).reasons
    assert [(reason.rule, reason.source) for reason in reasons] == [("mean", "S1"), ("decrease", "S1")]
    assert str(reasons[0].text) == "Days 2 to 9 add up to 61, a mean of 7.625 over 8 days."
    assert str(reasons[1].text) == ("The decrease from baseline is 1.375; at least 1.4 is needed, a sum of at most 60.")


def test_mean_is_shown_to_three_decimals() -> None:
    reasons = judged(9, [8] * 9 + [7] * 5, DAY15).reasons
    assert str(reasons[0].text) == "Days 2 to 15 add up to 107, a mean of 7.643 over 14 days."
    assert str(reasons[1].text).startswith("The decrease from baseline is 1.357;")


def test_decrease_near_the_limit_is_not_shown_as_the_limit() -> None:
    near = replace(ENDPOINT, decrease_at_least=fact("1.3751", "points"))
    answer = respond(near, DAY9, 9, [9, 9, 8, 8, 7, 7, 7, 6])
    assert isinstance(answer, Response)
    assert str(answer.reasons[1].text).startswith("The decrease from baseline is 1.375; at least 1.3751 is needed")
    longer = respond(replace(ENDPOINT, decrease_at_least=fact("1.3571", "points")), DAY15, 9, [8] * 9 + [7] * 5)
    assert isinstance(longer, Response)
    assert str(longer.reasons[1].text).startswith("The decrease from baseline is 1.35714; at least 1.3571 is needed")


@pytest.mark.parametrize(("baseline", "words"), [(1, "out of reach from 1."), (2, "a sum of at most 4.")])
def test_baseline_too_low_for_any_response_is_said(baseline: int, words: str) -> None:
    answer = judged(baseline, [0] * 8)
    assert str(answer.reasons[-1].text).endswith(words)


def test_no_sum_at_all_can_be_just_out_of_reach() -> None:
    answer = respond(replace(ENDPOINT, decrease_at_least=fact("1.1", "points")), DAY9, 1, [0] * 8)
    assert isinstance(answer, Response)
    assert answer.points_to_spare == -1
    assert str(answer.reasons[-1].text) == (
        "The decrease from baseline is 1; at least 1.1 is needed, out of reach from 1."
    )


def test_a_sum_of_nothing_can_just_be_within_reach() -> None:
    exact = replace(ENDPOINT, decrease_at_least=fact("1", "points"))
    answer = respond(exact, DAY9, 1, [0] * 8)
    assert isinstance(answer, Response)
    assert answer.responder is True
    assert str(answer.reasons[-1].text).endswith("a sum of at most 0.")


def test_missing_baseline_in_words() -> None:
    words = "The baseline SOFA is missing: without it there is no decrease and no verdict."
    assert str(judged(None, [9]).cautions[0].text) == words


def test_no_known_day_in_words() -> None:
    assert str(judged(9, []).cautions[0].text) == "No day of the window is known: there is no mean."


# Refusals


@pytest.mark.parametrize("total", [0, 24])
def test_lowest_and_highest_total_are_taken(total: int) -> None:
    assert judged(total, [total] * 8).sum == 8 * total


@pytest.mark.parametrize("total", [-1, 25])
def test_total_outside_0_to_24_is_refused(total: int) -> None:
    day = refused(9, [8, total])
    assert (day.code, day.typed) == ("out_of_range", str(total))
    assert str(day.why) == "Day 3: a SOFA total lies from 0 to 24."
    baseline = refused(total, [8])
    assert (baseline.code, baseline.typed) == ("out_of_range", str(total))
    assert str(baseline.why) == "The baseline is outside 0 to 24."
    assert str(baseline.accepted) == ("Accepted: whole numbers from 0 to 24, nothing for a missing day, D for a death.")


def test_more_days_than_the_window_are_refused() -> None:
    refusal = refused(9, [8] * 9)
    assert (refusal.code, refusal.typed) == ("too_many_days", "9")
    assert str(refusal.why) == "There are 9 days, but the window has 8: days 2 to 9."


# Typed days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("9,,8", (9, None, 8, None, None, None, None, None)),
        ("9,8,D", (9, 8, D, None, None, None, None, None)),
        ("", (None,) * 8),
        (",,,,,,,", (None,) * 8),
        ("0,24,1,2,3,4,5,6", (0, 24, 1, 2, 3, 4, 5, 6)),
        (",,,,,,,D", (*[None] * 7, D)),
    ],
)
def test_typed_days(text: str, days: tuple[Day, ...]) -> None:
    assert parse_days(text, DAY9) == days


@pytest.mark.parametrize(
    ("text", "code", "typed", "why"),
    [
        ("9,x", "not_a_number", "x", "Day 3: This is not a number."),
        ("9,d", "not_a_number", "d", "Day 3: This is not a number."),
        ("7.5", "not_whole", "7.5", "Day 2: A whole number is wanted here."),
        ("-1", "sign", "-1", "Day 2: A measurement is written without a sign and cannot be negative."),
        ("9, 8", "space", " 8", "Day 3: It holds a space."),
        (",,25", "out_of_range", "25", "Day 4: a SOFA total lies from 0 to 24."),
        (
            "1,2,3,4,5,6,7,8,9",
            "too_many_days",
            "1,2,3,4,5,6,7,8,9",
            "There are 9 days, but the window has 8: days 2 to 9.",
        ),
        (",,,,,,,,", "too_many_days", ",,,,,,,,", "There are 9 days, but the window has 8: days 2 to 9."),
    ],
)
def test_typed_days_that_are_refused(text: str, code: str, typed: str, why: str) -> None:
    refusal = parse_days(text, DAY9)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.typed, str(refusal.why)) == (code, typed, why)
    assert str(refusal.accepted) == ("Accepted: whole numbers from 0 to 24, nothing for a missing day, D for a death.")


def test_full_width_digit_is_refused() -> None:
    refusal = parse_days("8,９", DAY9)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "foreign_digits"


@given(st.lists(st.one_of(TOTALS, st.none(), st.just(D)), max_size=14))
def test_written_days_are_read_back(days: list[Day]) -> None:
    text = ",".join("" if day is None else "D" if day is D else str(day) for day in days)
    assert parse_days(text, DAY15) == (*days, *[None] * (14 - len(days)))


@given(
    st.one_of(TOTALS, st.none()),
    st.lists(st.one_of(TOTALS, st.none()), max_size=8),
    st.booleans(),
    st.booleans(),
)
def test_any_window_is_consistent(baseline: int | None, known: list[int | None], dies: bool, final: bool) -> None:
    days: list[Day] = list(known)
    if dies:
        days = [*days[:7], D]
    answer = judged(baseline, days, final=final)
    assert len(answer.values) == 8
    assert (answer.sum is None) == (None in answer.values) == (answer.mean is None)
    for day, value in zip(range(2, 10), answer.values, strict=True):
        given_here = days[day - 2] if day - 2 < len(days) else None
        if isinstance(given_here, int):
            assert value == given_here
        elif value is not None:
            dead = D in days[: day - 1]
            assert Imputed(day, value, "death" if dead else "carried-forward") in answer.imputed
    assert not (answer.provisional and answer.responder is not None)
    assert not (answer.provisional and (answer.died or final))
    assert (answer.responder is None) == (answer.points_to_spare is None or answer.provisional)
