"""What the training room's screens work with: the learners' file, the protocol that is taught, the clock; no ward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.book import Book
from immunosep_tui.training.progress import Standing, standing
from immunosep_tui.training.rounds import Plan, plan
from immunosep_tui.training.session import Session

DEFAULT_COUNT = 10
"""Cases of a round unless another number is asked for."""


class Classroom:
    """One learner at a time.

    Args:
        book: the learners' file, open.
        zone: of this site, for days and dates.
        now: the present instant.
        learner: who learns; empty until somebody has said so.
    """

    def __init__(self, book: Book, zone: ZoneInfo, now: Callable[[], datetime], learner: str = "") -> None:
        self.book = book
        self.zone = zone
        self.learner = learner
        self.count = DEFAULT_COUNT
        self.seed: int | None = None
        """The seed of a class; None for rounds of the learner's own."""
        self.clock = 0
        """Seconds for each question of a test or each day at a bedside; 0 for none."""
        self._now = now

    def now(self) -> datetime:
        """The present instant on this site's clock."""
        return self._now().astimezone(self.zone)

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol that is taught: the trial's own, whatever the ward uses."""
        from immunosep_tui.profile.files import load

        return load()

    def standing(self) -> Standing:
        """How the learner stands; StoreError."""
        return standing(self.book.answers(self.learner), self.now())

    def resumed(self) -> Session | None:
        """The round that was not ended, if there is one; StoreError."""
        opened = self.book.open_round(self.learner)
        return Session(self.book, opened, self.protocol) if opened else None

    def begun(self, mode: str) -> Session | None:
        """A new round, None where no case fits; StoreError."""
        clock = self.clock if mode in ("test", "bedside") else 0
        planned: Plan = plan(mode, self.count, self.seed, self.standing(), self.protocol, clock=clock)
        if not planned.items:
            return None
        self.book.begin(self.learner, planned, self.now())
        return self.resumed()
