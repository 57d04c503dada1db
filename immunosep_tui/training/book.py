"""The learners' file: rounds and every answer, committed before it is acknowledged, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.progress import Given
from immunosep_tui.training.rounds import Plan

FILE_NAME: Final = "training.db"


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A round that has not ended: its plan and the answers so far."""

    id: str
    learner: str
    plan: Plan
    begun: int
    answers: tuple[Given, ...]

    def next_question(self, protocol: Protocol) -> tuple[int, int] | None:
        """Place and ask of the first question without an answer; None where every one has its answer."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Round:
    """A round for the list: when it was begun and ended (milliseconds of UTC, None while it is open), and its marks."""

    id: str
    plan: Plan
    begun: int
    ended: int | None
    answered: int
    right: int


class Book:
    """The open file. It can be used from several threads; what it raises is a StoreError."""

    def learners(self) -> tuple[str, ...]:
        """Everybody who began a round, in the order of the alphabet."""
        raise NotImplementedError

    def begin(self, learner: str, plan: Plan, now: datetime) -> str:
        """Begin a round; its id."""
        raise NotImplementedError

    def give(self, given: Given) -> None:
        """Record an answer: it is on the disk when this returns. The same answer again is no error, another one is."""
        raise NotImplementedError

    def open_round(self, learner: str) -> OpenRound | None:
        """The newest round of a learner that has not ended."""
        raise NotImplementedError

    def end(self, round_id: str, now: datetime) -> None:
        """End a round; once more is no error."""
        raise NotImplementedError

    def answers(self, learner: str) -> tuple[Given, ...]:
        """Every answer of a learner, in the order in which they were given."""
        raise NotImplementedError

    def rounds(self, learner: str) -> tuple[Round, ...]:
        """Every round of a learner, the oldest first."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file; it is opened again by the next call."""
        raise NotImplementedError


def open_book(path: Path | None = None) -> Book:
    """The learners' file, made where there is none; in the user's data folder unless a path is given. Unusable."""
    raise NotImplementedError


def learner_of(text: str, known: Iterable[str] = ()) -> str | Refusal:
    """A learner's name or initials from what was typed: as it is known already where only the case differs."""
    raise NotImplementedError
