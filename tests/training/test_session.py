"""A round as it is answered: every answer is kept before it is judged, and another start goes on behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.engine import Broken
from immunosep_tui.store.errors import StoreError
from immunosep_tui.training.book import Book, open_book
from immunosep_tui.training.feedback import NOT_GIVEN
from immunosep_tui.training.session import Session
from tests.support.classes import LEARNER, NOW, begun, resumed

CASES = ("made/ferritin-exact/2/7", "made/vasopressor/2/7", "case/no-such-case", "made/evidence/1/3")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    opened = open_book(tmp_path / "training.db")
    yield opened
    opened.close()


def answered(session: Session, answers: dict[str, str]) -> list[bool]:
    """Give the answer of each key, or the right one."""
    marks = []
    while (step := session.next()) is not None:
        answer = answers.get(step.question.key, step.question.solution.value)
        marks.append(session.give(step, answer, hinted=False, seconds=5, now=NOW).right)
    return marks


def test_answers_are_judged_kept_and_found_again(book: Book, protocol: Protocol) -> None:
    session = begun(book, protocol, "learn", CASES)
    marks = answered(session, {"phenotype": "mals", "total/1": "?"})
    assert marks == [False, True, True, False, True]
    kept = book.answers(LEARNER)
    assert [given.right for given in kept] == marks
    assert kept[0].misreading == "ferritin-at-cut-off"
    assert [(given.place, given.ask) for given in kept] == [(0, 0), (0, 1), (1, 0), (1, 1), (3, 0)]
    again = resumed(book, protocol)
    assert [mark.right for _step, mark in again.marks()] == marks
    assert again.next() is None


def test_another_start_goes_on_behind_the_last_answer(book: Book, protocol: Protocol) -> None:
    session = begun(book, protocol, "test", CASES)
    for _turn in range(3):
        step = session.next()
        assert step is not None
        session.give(step, NOT_GIVEN, hinted=False, seconds=60, now=NOW)
    step = resumed(book, protocol).next()
    assert step is not None
    assert (step.place, step.ask, step.question.key) == (1, 1, "total/1")
    assert [given.right for given in book.answers(LEARNER)] == [False] * 3


def test_an_answer_that_is_not_written_is_not_given(
    book: Book, protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begun(book, protocol, "learn", CASES)
    step = session.next()
    assert step is not None

    def full(*_given: object) -> None:
        raise Broken("full", "disk")

    with monkeypatch.context() as broken:
        broken.setattr(book.engine, "run", full)
        with pytest.raises(StoreError):
            session.give(step, "mals", hinted=False, seconds=5, now=NOW)
    assert session.next() == step
    assert not session.give(step, "mals", hinted=False, seconds=5, now=NOW).right
    assert len(book.answers(LEARNER)) == 1
