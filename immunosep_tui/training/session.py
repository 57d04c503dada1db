"""A round as it is answered: which question stands next, and each answer on the disk before anything is said about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training import items, simulation
from immunosep_tui.training.book import Book, OpenRound
from immunosep_tui.training.item import Item
from immunosep_tui.training.mark import Mark, mark
from immunosep_tui.training.progress import Given
from immunosep_tui.training.question import Question, question
from immunosep_tui.ward.instants import ms


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a round; ``place`` is that of its case and ``ask`` its own in the case, both from 0.

    ``day`` is the day of a simulated course, 0 elsewhere.
    """

    place: int
    ask: int
    item: Item
    question: Question
    hint: str = ""
    day: int = 0

    def mark(self, answer: str) -> Mark:
        """Judge an answer, as ``answer_of`` gives it."""
        return (
            simulation.judge(self.question, answer)
            if simulation.is_decision(self.question)
            else mark(self.question, answer)
        )


class Session:
    """One round of one learner.

    Args:
        book: the learners' file.
        opened: the round with the answers so far.
        protocol: open, not blinded.
    """

    def __init__(self, book: Book, opened: OpenRound, protocol: Protocol) -> None:
        self.book = book
        self.id = opened.id
        self.learner = opened.learner
        self.plan = opened.plan
        self.protocol = protocol
        self.given = {(each.place, each.ask): each for each in opened.answers}
        self._items: dict[int, Item | None] = {}

    @property
    def tells_at_once(self) -> bool:
        """Whether the feedback follows each answer; in a test it follows the round."""
        return self.plan.mode != "test"

    def item(self, place: int) -> Item | None:
        """The case of a place; None where it is no longer there."""
        if place not in self._items:
            try:
                self._items[place] = items.item(self.plan.items[place], self.protocol)
            except KeyError:
                self._items[place] = None
        return self._items[place]

    def next(self) -> Step | None:
        """The first question without an answer; None when all have one."""
        return next((step for step in self._steps() if (step.place, step.ask) not in self.given), None)

    def is_last_of_case(self, step: Step) -> bool:
        """Whether every question of the step's case has an answer by now."""
        return all((step.place, ask) in self.given for ask in range(len(step.item.asks)))

    def marks(self) -> list[tuple[Step, Mark]]:
        """What was answered so far, in the order of the questions."""
        done = (step for step in self._steps(answered=True))
        return [(step, step.mark(self.given[step.place, step.ask].answer)) for step in done]

    def give(self, step: Step, answer: str, *, hinted: bool, seconds: int, now: datetime) -> Mark:
        """Keep an answer and judge it; StoreError, and then nothing is judged."""
        judged = step.mark(answer)
        given = Given(
            round=self.id,
            place=step.place,
            ask=step.ask,
            item=self.plan.items[step.place],
            key=step.question.key,
            topic=judged.topic,
            answer=answer,
            right=judged.right,
            hinted=hinted,
            seconds=seconds,
            at=ms(now),
            misreading=judged.misreading.id if judged.misreading else "",
        )
        self.book.give(given)
        self.given[step.place, step.ask] = given
        return judged

    def end(self, now: datetime) -> None:
        """End the round; StoreError."""
        self.book.end(self.id, now)

    def _steps(self, *, answered: bool = False) -> Iterator[Step]:
        """The questions that have an answer, or those that have none."""
        for place in range(len(self.plan.items)):
            case = self.item(place)
            if case is None:
                continue
            if self.plan.mode == "bedside":
                decided = {ask: each.answer for (at, ask), each in self.given.items() if at == place}
                for number, asked in simulation.steps(case, decided, answered=answered):
                    yield Step(place, number, case, asked.question, day=asked.day)
                continue
            for number, ask in enumerate(case.asks):
                if ((place, number) in self.given) is answered:
                    found = question(case.situation, ask.key, ask.topic)
                    if found is not None:
                        yield Step(place, number, case, found, ask.hint)
