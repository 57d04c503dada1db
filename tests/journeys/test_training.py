"""A round of ten cases in a real terminal: right marks, resumed after a kill, and exactly its answers in the file."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.book import open_book
from immunosep_tui.training.session import Session, Step
from tests.journeys.typing import CTRL_Q, ENTER
from tests.support.classes import LEARNER, resumed
from tests.terminal import Terminal

SEED, CASES, KILLED_AFTER = 4711, 10, 5
TRAIN = [sys.executable, "-m", "immunosep_tui", "train", "--learner", LEARNER]


class Learner:
    """Types answers into the terminal: every third one wrong, by what the rules say."""

    def __init__(self, path: Path, protocol: Protocol) -> None:
        self._path = path
        self._protocol = protocol
        self.answers: list[tuple[int, int, str, bool]] = []
        """Place, ask, answer and whether it is right, as they were typed."""

    def session(self) -> Session:
        """The open round as the file has it now."""
        book = open_book(self._path)
        try:
            return resumed(book, self._protocol)
        finally:
            book.close()

    def answer(self, terminal: Terminal, step: Step) -> None:
        """Mark or type one answer, give it, and read the mark."""
        asked = step.question
        is_wrong = len(self.answers) % 3 == 2
        answer = self._wrong(step) if is_wrong else asked.solution.value
        places = [option.value for option in asked.options]
        terminal.wait_for(rf"Case {step.place + 1} of {CASES}\b")
        if asked.is_number:
            terminal.wait_for("> Answer")
            terminal.send(answer if answer in places else _decimal(answer))
        else:
            terminal.wait_for("Press the number")
            slip, digit = places.index(asked.solution.value) + 1, places.index(answer) + 1
            terminal.send(str(slip))  # a digit alone gives nothing
            terminal.send(str(digit))
            terminal.wait_for(rf"> {digit} ")
        terminal.send(ENTER)
        terminal.wait_for(r"\[x\] NOT RIGHT" if is_wrong else r"\[\+\] RIGHT")
        self.answers.append((step.place, step.ask, answer, not is_wrong))

    @staticmethod
    def _wrong(step: Step) -> str:
        asked = step.question
        if asked.is_number:
            return next((each for each in asked.tempting), str(Fraction(asked.solution.value) + 1))
        return next(option.value for option in asked.options if option.value != asked.solution.value)


def _decimal(answer: str) -> str:
    return f"{float(Fraction(answer)):g}"


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.deep)], ids=["80x24", "120x40"])
def test_a_round_of_ten_is_marked_and_survives_a_kill(
    size: tuple[int, int], protocol: Protocol, tmp_path: Path
) -> None:
    path = tmp_path / "training.db"
    learner = Learner(path, protocol)
    begin = [*TRAIN, "--book", str(path), "--mode", "learn", "--seed", str(SEED), "--count", str(CASES)]
    with Terminal(begin, columns=size[0], rows=size[1]) as terminal:
        terminal.wait_for(rf"TRAINING - NOT A PATIENT[\s\S]*Case 1 of {CASES}\b")
        session = learner.session()
        assert len(session.plan.items) == CASES
        while (step := session.next()) is not None and step.place < KILLED_AFTER:
            learner.answer(terminal, step)
            session = learner.session()  # before Enter, which may end the round
            terminal.send(ENTER)
        terminal.wait_for(rf"Case {KILLED_AFTER + 1} of {CASES}\b")
        terminal.process.kill()
    with Terminal([*TRAIN, "--book", str(path)], columns=size[0], rows=size[1]) as terminal:
        terminal.wait_for(rf"OPEN ROUND: Learn, {len(learner.answers)} answered")
        terminal.send("2")
        terminal.wait_for("A round is open")
        terminal.send(ENTER)
        session = learner.session()
        first = session.next()
        assert first is not None
        assert (first.place, first.ask) == (KILLED_AFTER, 0)
        while (step := session.next()) is not None:
            learner.answer(terminal, step)
            session = learner.session()  # before Enter, which may end the round
            terminal.send(ENTER)
        right = sum(is_right for *_rest, is_right in learner.answers)
        terminal.wait_for(rf"The round is over: {right} of {len(learner.answers)} right")
        terminal.send(ENTER)
        terminal.wait_for(rf"Last round: Learn, {right} of {len(learner.answers)} right")
        terminal.send(CTRL_Q)
        assert terminal.exit_status() == 0
        assert terminal.left_behind == set()
    book = open_book(path)
    kept = [(given.place, given.ask, given.answer, given.right) for given in book.answers(LEARNER)]
    assert kept == learner.answers
    assert book.open_round(LEARNER) is None
    book.close()
    assert not re.search(r"labs|ward", path.name)
