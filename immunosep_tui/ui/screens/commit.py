"""Commit of what a person signs: the proof of who it is, the append, and what became of one that was cut short."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from immunosep_tui.i18n import words
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Entry, Proposal
from immunosep_tui.record.kinds import Person
from immunosep_tui.store.errors import ClockWrong, InDoubt, StoreError
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.screens.recording_words import confirmed_reason
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import SignedIn, sign_in


class Commit:
    """What is signed on one sheet, tried until it is recorded.

    Args:
        desk: whose store takes it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.trouble: StoreError | None = None
        """Why the last try failed; None where none did."""

    @property
    def is_in_doubt(self) -> bool:
        """Whether it is not known if the last try was recorded."""
        return isinstance(self.trouble, InDoubt)

    @property
    def doubts_clock(self) -> bool:
        """Whether the person is asked if the clock of this machine is right."""
        return isinstance(self.trouble, ClockWrong) and self.trouble.of_machine

    async def pin_refusal(self, person: Person, pin: str) -> str:
        """Why a PIN is not taken; empty where it is. StoreError."""
        desk = self._desk
        found = await asyncio.to_thread(sign_in, desk.ward.store, person, pin, ms(desk.now()), desk.place)
        return "" if isinstance(found, SignedIn) else words(found.text)

    async def append(self, wanted: Sequence[Proposal], chart: Chart, shown: str) -> tuple[Entry, ...]:
        """The entries as they were recorded; none where a try that was in doubt was not. StoreError.

        Args:
            wanted: what is signed.
            chart: the record as the person saw it.
            shown: whose record the screen said it was.
        """
        store = self._desk.ward.store
        if self.is_in_doubt:
            return await asyncio.to_thread(store.settle, wanted)
        if self.doubts_clock:
            wanted = [replace(each, reason=confirmed_reason(each.reason)) for each in wanted]
        wanted = [replace(each, shown=shown) for each in wanted]
        append = partial(store.append, wanted, chart.n, despite_clock=self.doubts_clock)
        return await asyncio.to_thread(append)
