"""Where a learner stands, by answers made up for the purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from immunosep_tui.training.progress import NEWCOMER, SLOW, Given, Standing, standing
from immunosep_tui.ward.instants import ms

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def answer(
    topic: str = "urine",
    right: bool = True,
    after: timedelta = timedelta(),
    *,
    hinted: bool = False,
    seconds: int = 20,
    misreading: str = "",
    item: str = "case/one",
    place: int = 0,
    ask: int = 0,
    of_round: str = "r1",
) -> Given:
    at = ms(START + after)
    return Given(of_round, place, ask, item, "k", topic, "a", right, hinted, seconds, at, misreading)


def days_until_due(answers: Sequence[Given]) -> int:
    found = standing(answers, START).topics["urine"]
    assert (found.due - found.last) % DAY == timedelta()
    return (found.due - found.last) // DAY


def test_a_newcomer_has_no_standing() -> None:
    assert standing([], START) == NEWCOMER


def test_a_topic_that_was_known_is_asked_later_than_one_that_was_not() -> None:
    """The first stabilities of FSRS 6: 0.21 days after a wrong answer, 1.29 after a hard one, 2.31 after a good one."""
    assert days_until_due([answer(right=False, misreading="x")]) == 1
    assert days_until_due([answer(hinted=True)]) == 1
    assert days_until_due([answer(seconds=SLOW)]) == 1
    assert days_until_due([answer(seconds=SLOW - 1)]) == 2
    known = [answer(), answer(after=2 * DAY), answer(after=13 * DAY)]
    assert 2 < days_until_due(known[:2]) < days_until_due(known)
    forgotten = [*known, answer(right=False, after=60 * DAY)]
    assert days_until_due(forgotten) < days_until_due(known[:2])


def test_the_counts_of_a_topic() -> None:
    answers = [answer(), answer(right=False, after=DAY), answer("anemia", after=DAY), answer(after=3 * DAY)]
    found = standing(answers, START + 3 * DAY)
    assert set(found.topics) == {"urine", "anemia"}
    urine = found.topics["urine"]
    assert (urine.seen, urine.right, urine.missed, urine.last) == (3, 2, False, START + 3 * DAY)
    assert standing(answers[:2], START + DAY).topics["urine"].missed


def test_what_is_due_comes_first_and_fades() -> None:
    answers = [answer("urine"), answer("anemia", right=False), answer("bleeding", after=DAY)]
    soon = standing(answers, START + DAY - timedelta(milliseconds=1))
    assert (tuple(soon.topics), soon.due) == (("anemia", "urine", "bleeding"), ())
    assert standing(answers, START + DAY).due == ("anemia",)
    late = standing(answers, START + 9 * DAY)
    assert late.due == ("anemia", "urine", "bleeding")
    chances = [late.topics[topic].retrievability for topic in late.due]
    assert chances == sorted(chances)
    assert all(0 < chance < 0.9 for chance in chances)
    assert soon.topics["urine"].retrievability == 1


def test_the_level_follows_success() -> None:
    def levels(rights: str) -> list[int]:
        answers = [
            answer(right=each != "-", hinted=each == "h", after=timedelta(hours=number))
            for number, each in enumerate(rights)
        ]
        return [standing(answers[: number + 1], START).topics["urine"].level for number in range(len(answers))]

    assert levels("++++++") == [1, 2, 2, 3, 3, 3]
    assert levels("++++--+-") == [1, 2, 2, 3, 2, 1, 1, 1]
    assert levels("hhhhh") == [1] * 5


def test_a_misreading_stands_until_a_right_answer_without_a_hint() -> None:
    answers = [
        answer(right=False, misreading="unit-not-read"),
        answer(after=DAY, hinted=True),
        answer("anemia", after=2 * DAY),
        answer(after=3 * DAY),
    ]
    found = [standing(answers[: number + 1], START).topics["urine"].misreading for number in range(4)]
    assert found == ["unit-not-read", "unit-not-read", "unit-not-read", ""]
    unexplained = [answers[0], answer(right=False, after=DAY)]
    assert standing(unexplained, START).topics["urine"].misreading == ""


def test_misreadings_by_how_often_they_were_followed() -> None:
    followed = ["b", "a", "c", "c", "", "c", "a", "b"]
    answers = [answer(right=False, misreading=name, ask=number) for number, name in enumerate(followed)]
    assert standing(answers, START).missed == ("c", "a", "b")


ATHENS = ZoneInfo("Europe/Athens")


@pytest.mark.parametrize(
    ("hours", "now", "wanted"),
    [
        ([], 0, 0),
        ([0], 0, 1),
        ([0, 1, 2], 3, 1),
        ([0], 24, 1),  # yesterday; today may still come
        ([0], 48, 0),
        ([0, 24, 48], 48, 3),
        ([0, 24, 72], 72, 1),
        ([0, 11.4], 0, 1),  # 20:54 of the same day in UTC, 23:54 in Athens
        ([0, 11.6], 12, 2),  # past midnight in Athens
        ([0, 24, 48, 96, 120], 144, 2),
    ],
)
def test_days_in_a_row(hours: list[float], now: float, wanted: int) -> None:
    answers = [answer(after=timedelta(hours=hour)) for hour in hours]
    assert standing(answers, (START + timedelta(hours=now)).astimezone(ATHENS)).streak == wanted


def test_an_item_counts_by_its_last_time() -> None:
    first = [answer(ask=0), answer(ask=1, right=False)]
    assert standing(first, START).items == {"case/one": False}
    again = [replace(given, right=True, round="r2", at=given.at + 1000) for given in first]
    assert standing([*first, *again], START).items == {"case/one": True}
    half = [*again, replace(first[0], round="r3", at=first[0].at + 2000, right=False)]
    assert standing([*half, answer(item="made/urine/1/2", place=4)], START).items == {
        "case/one": False,
        "made/urine/1/2": True,
    }


ANSWERS = st.lists(
    st.builds(
        answer,
        topic=st.sampled_from(["urine", "anemia", "regimen"]),
        right=st.booleans(),
        after=st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds)),
        hinted=st.booleans(),
        seconds=st.integers(0, 500),
        misreading=st.sampled_from(["", "a", "b"]),
        item=st.sampled_from(["case/one", "case/two"]),
        place=st.integers(0, 3),
        ask=st.integers(0, 3),
        of_round=st.sampled_from(["r1", "r2"]),
    ),
    max_size=25,
    unique_by=lambda given: (given.round, given.place, given.ask),
)


@drawn(ANSWERS, st.randoms(use_true_random=False), st.integers(-5, 200))
def test_the_same_answers_make_the_same_standing(answers: list[Given], chance: object, days: int) -> None:
    now = START + days * DAY
    found = standing(answers, now)
    shuffled = list(answers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert standing(shuffled, now) == found == standing(iter(answers), now.astimezone(UTC))
    _fits(found, answers, now)


def _fits(found: Standing, answers: list[Given], now: datetime) -> None:
    assert set(found.topics) == {given.topic for given in answers}
    assert sum(each.seen for each in found.topics.values()) == len(answers)
    assert sum(each.right for each in found.topics.values()) == sum(given.right for given in answers)
    assert [topic for topic in found.topics if found.topics[topic].due <= now] == list(found.due)
    assert list(found.topics)[: len(found.due)] == list(found.due)
    for each in found.topics.values():
        assert each.level in (1, 2, 3)
        assert 0 <= each.retrievability <= 1
        assert each.due > each.last
