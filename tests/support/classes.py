"""Rounds of learning for tests: a learners' file in a folder of the test's own, and rounds of cases that are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.book import Book, open_book
from immunosep_tui.training.rounds import Plan
from immunosep_tui.training.session import Session
from immunosep_tui.ui.screens.training.classroom import Classroom

NOW = datetime(2026, 5, 12, 9, 40, tzinfo=UTC)
LEARNER = "AB"


def classroom(folder: Path, learner: str = LEARNER) -> Classroom:
    """A classroom at a fixed instant."""
    return Classroom(open_book(folder / "training.db"), ZoneInfo("Europe/Athens"), lambda: NOW, learner)


def begun(book: Book, protocol: Protocol, mode: str, names: Sequence[str], clock: int = 0) -> Session:
    """A round of these cases that has just begun."""
    book.begin(LEARNER, Plan(mode, 7, tuple(names), clock), NOW)
    return resumed(book, protocol)


def resumed(book: Book, protocol: Protocol) -> Session:
    """The open round as another start of the program finds it."""
    opened = book.open_round(LEARNER)
    assert opened is not None
    return Session(book, opened, protocol)
