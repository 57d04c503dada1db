"""What the screens share that look behind a number: the sealed list is opened first, in a thread, and nothing is kept."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar, Final

from immunosep_tui.i18n import _, words
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import Course
from immunosep_tui.record.entry import Author
from immunosep_tui.rules.blinding import is_blinded
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.sealed_list import SealedList, read_list
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Form
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.workers import start_worker

WAIT: Final = 1.0
"""Seconds longer that each further wrong passphrase takes. Local convention."""


class SealedScreen(RecordingScreen):
    """First Enter opens the sealed list, the next one records; another role is refused in plain words."""

    SCOPE: ClassVar[str] = "study-drug"
    STAYS = True
    ROLE: ClassVar[str] = ""
    """Who may do it."""

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self._opening = False
        self._wrong = 0

    # ---- for each screen to say --------------------------------------------------------------------------------
    @property
    def is_open(self) -> bool:
        """Whether the sealed list was opened for what this screen does."""
        return False

    def try_secret(self, sealed: SealedList, secret: str) -> bool:
        """Open the list; whether the secret is right. Called in a thread. StoreError."""
        return False

    def role_refusal(self) -> str:
        """What somebody in another role is told."""
        return ""

    def wanted_first(self) -> str:
        """What is wanted before the list is opened; empty for nothing."""
        return ""

    # ---- the same for both -------------------------------------------------------------------------------------
    @property
    def course(self) -> Course | None:
        """The course that it is about."""
        return self.chart.course

    def about(self) -> str:
        """The course."""
        return "" if self.course is None else str(self.course.n)

    @property
    def unblinded(self) -> Protocol | None:
        """The protocol of the course with what a double-dummy one hides; None where it is not at hand."""
        return self.desk.ward.protocols.unblinded_of(self.chart)

    def refusal(self) -> str:
        """Why this cannot be done at all; empty where it can."""
        if not is_blinded(self.protocol):
            return _("This protocol is not blinded: F5 Treatment says what is given.")
        if self.unblinded is None:
            missing = self.desk.ward.protocols.edition(self.chart).missing
            return _("The protocol of the course, {protocol}, is not at hand: nothing is prepared by another.").format(
                protocol=show(missing)
            )
        if self.author.role != self.ROLE:
            return self.role_refusal()
        if self.course is None:
            return _("No course was started: there is no study drug.")
        if self.desk.sealed_list is None:
            return _("This store is thrown away at the end: it has no sealed list.")
        return ""

    def secret_field(self, label: str, hint: str) -> list[Field]:
        """The row for the secret; none where it cannot be done."""
        return [] if self.refusal() else [Field("secret", label, hint=hint, secret=True)]

    def head(self, title: str) -> list[Line]:
        """The title, and why it cannot be done."""
        refusal = self.refusal()
        return [("title", title), *([("bad", refusal)] if refusal else [])]  # type: ignore[list-item]

    def wanted(self) -> str:
        """Nothing can be recorded before the list is open."""
        return "" if self.is_open else _("The sealed list is not open.")

    def action_record(self) -> None:
        """Open the sealed list first."""
        if self.is_open or self.has_nothing():
            super().action_record()
        elif not (self._opening or self._is_deaf):
            wanted = self._refused() or self.wanted_first()
            if wanted or not self.text("secret"):
                self.draw(wanted or _("Type what opens the sealed list."))
                return
            self._opening = True
            self.draw(_("Opening the sealed list ..."))
            start_worker(self, partial(self._open, self.text("secret")))

    async def _open(self, secret: str) -> None:
        self._texts.pop("secret", None)
        self.query_one(Form).set_text("secret", "")
        assert self.desk.sealed_list is not None
        try:
            sealed = await asyncio.to_thread(read_list, self.desk.sealed_list)
            right = await asyncio.to_thread(self.try_secret, sealed, secret)
            if not right:
                await asyncio.sleep(WAIT * self._wrong)
                self._wrong += 1
        except StoreError as error:
            notice = f"{words(error.text)} {words(error.advice)}"
        else:
            notice = "" if right else _("It does not open the sealed list, or the list was changed.")
        self._opening = False
        self.draw(notice)
