"""What a supervisor gets of a learner: topics, misreadings and rounds as JSON, as a table, and as lines to read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from immunosep_tui.training.book import Book


def lines(book: Book, learner: str, now: datetime) -> tuple[str, ...]:
    """How a learner stands, as lines of plain text of at most 78 columns."""
    raise NotImplementedError


def as_json(book: Book, learner: str, now: datetime) -> str:
    """The same for programs, with every text as it is."""
    raise NotImplementedError


def as_csv(book: Book, learner: str, now: datetime) -> str:
    """The same for a spreadsheet; a text that one could take for a formula begins with an apostrophe."""
    raise NotImplementedError


def save(book: Book, learner: str, now: datetime, folder: Path) -> tuple[Path, Path]:
    """Write both files anew into a folder, open to their owner only; OSError."""
    raise NotImplementedError
