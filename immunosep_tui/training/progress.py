"""Where a learner stands: a pure fold of the answers given, with one card of FSRS for each topic."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from immunosep_tui.training.item import LEVELS
from immunosep_tui.ward.instants import moment

if TYPE_CHECKING:
    from fsrs import Rating, Scheduler

SLOW: Final = 120
"""Seconds from which on a right answer counts as hard. Local convention."""

STEPS: Final = 2
"""Right answers without a hint that lift a topic by one level. Local convention."""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was given.

    ``place`` is that of the item in its round and ``ask`` that of the question in its item, both from 0. ``topic`` is
    what was shown to be known or is to be learned, empty for none; ``misreading`` the id of the one behind a wrong
    answer, or empty. ``seconds`` is how long it took, ``at`` milliseconds of UTC.
    """

    round: str
    place: int
    ask: int
    item: str
    key: str
    topic: str
    answer: str
    right: bool
    hinted: bool
    seconds: int
    at: int
    misreading: str


@dataclass(frozen=True, slots=True)
class TopicStanding:
    """How somebody stands in one topic.

    ``seen`` and ``right`` count answers. ``due`` is when to ask again; ``retrievability`` the chance, from 0 to 1, that it
    is still known. ``missed``: the last answer was wrong. ``misreading`` is the last one that was followed, until a right
    answer without a hint. ``level``, one of ``LEVELS``, is that of the next case.
    """

    seen: int
    right: int
    last: datetime
    due: datetime
    retrievability: float
    missed: bool
    misreading: str
    level: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands.

    ``topics`` are those seen, the one due first in front. ``streak`` counts the days in a row, up to today or yesterday,
    on which something was answered. ``due`` are the topics to ask again by now. ``missed`` are the ids of misreadings, the
    most frequent first. ``items``: of each item seen, whether all of it was right the last time.
    """

    topics: Mapping[str, TopicStanding]
    streak: int
    due: tuple[str, ...]
    missed: tuple[str, ...]
    items: Mapping[str, bool] = field(default_factory=dict)


NEWCOMER: Final = Standing({}, 0, (), ())
"""Nothing has been answered yet."""


def standing(answers: Iterable[Given], now: datetime) -> Standing:
    """How the giver of these answers stands: the same for the same answers, in whatever order they come.

    Args:
        answers: of one learner.
        now: with an offset from UTC; days are those of its zone.
    """
    from fsrs import Scheduler

    # Whole days: between two rounds nobody sits and waits for a minute to pass, as learning steps would have it.
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    in_order = sorted(answers, key=lambda given: (given.at, given.round, given.place, given.ask))
    of_topic: defaultdict[str, list[Given]] = defaultdict(list)
    for given in in_order:
        if given.topic:  # what is decided at a bedside belongs to none
            of_topic[given.topic].append(given)
    topics = {topic: _of_topic(given, scheduler, now) for topic, given in of_topic.items()}
    by_due = sorted(topics, key=lambda topic: (topics[topic].due, topic))
    followed = Counter(given.misreading for given in in_order if given.misreading)
    return Standing(
        topics={topic: topics[topic] for topic in by_due},
        streak=_streak(in_order, now),
        due=tuple(topic for topic in by_due if topics[topic].due <= now),
        missed=tuple(sorted(followed, key=lambda misreading: (-followed[misreading], misreading))),
        items=_items(in_order),
    )


def _of_topic(answers: Sequence[Given], scheduler: Scheduler, now: datetime) -> TopicStanding:
    from fsrs import Card

    card = Card(card_id=0, due=moment(answers[0].at))
    steps, misreading = 0, ""
    for given in answers:
        card, _log = scheduler.review_card(card, _rating(given), moment(given.at))
        if not given.right:
            steps, misreading = max(0, steps - STEPS), given.misreading
        elif not given.hinted:
            steps, misreading = min(steps + 1, STEPS * (len(LEVELS) - 1)), ""
    return TopicStanding(
        seen=len(answers),
        right=sum(given.right for given in answers),
        last=moment(answers[-1].at),
        due=card.due,
        retrievability=float(scheduler.get_card_retrievability(card, now)),
        missed=not answers[-1].right,
        misreading=misreading,
        level=LEVELS[steps // STEPS],
    )


def _rating(given: Given) -> Rating:
    from fsrs import Rating

    if not given.right:
        return Rating.Again
    return Rating.Hard if given.hinted or given.seconds >= SLOW else Rating.Good


def _streak(answers: Iterable[Given], now: datetime) -> int:
    days = {moment(given.at).astimezone(now.tzinfo).date() for given in answers}
    day = now.date() if now.date() in days else now.date() - timedelta(days=1)
    count = 0
    while day in days:
        count, day = count + 1, day - timedelta(days=1)
    return count


def _items(answers: Iterable[Given]) -> dict[str, bool]:
    """Of each item, whether every question was right in the last round that had it."""
    last: dict[str, dict[int, bool]] = {}
    rounds: dict[str, tuple[str, int]] = {}
    for given in answers:
        if rounds.get(given.item) != (given.round, given.place):
            rounds[given.item] = given.round, given.place
            last[given.item] = {}
        last[given.item][given.ask] = given.right
    return {item: all(asks.values()) for item, asks in last.items()}
