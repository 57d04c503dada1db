"""Programs that are started one after the other on one disk, with one patient open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from immunosep_tui.record.entry import Author
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ward.deeds import record_dose, write_note
from tests.support.followed import IDENTITY, LABS, START, Followed
from tests.support.wards import UTC
from tests.ui.test_recording import Bedside

MINUTE = timedelta(minutes=1)
SIZE = (80, 24)


class Bench:
    """One patient whose course has just begun, and programs that are started on one disk."""

    def __init__(self, folder: Path, protocol: Protocol) -> None:
        self.folder = folder
        self.ward = Followed(folder, protocol)
        self.ward.sign("p", IDENTITY | LABS)
        self.ward.start("p")
        self.ward.now = START + 4 * MINUTE
        self.store = self.ward.desk.ward.store

    def read(self) -> Drafts:
        """The drafts as the next start reads them."""
        return Drafts(self.folder / FILE_NAME, "ws-1")

    @property
    def sheets(self) -> list[tuple[str, str, dict[str, str]]]:
        """Sheet, subject and texts of each draft that is on the disk."""
        with closing(self.read()) as drafts:
            return [(each.sheet, each.about, dict(each.texts)) for each in drafts.sheets()]

    @asynccontextmanager
    async def starts(self, initials: str = "AB") -> AsyncIterator[Bedside]:
        """A program with somebody signed in and the patient open."""
        with closing(self.read()) as drafts:
            desk = Desk(lambda: self.ward.protocol, self.store, drafts, UTC, lambda: self.ward.now)
            desk.author = Author(initials, "doctor")
            app = ImmunoSepApp(desk)
            async with app.run_test(size=SIZE) as pilot:
                bed = Bedside(desk, app, pilot)
                await bed.sees("A-12")
                await bed.press("enter")
                await bed.sees("Case A-12")
                yield bed

    def chart_dose(self, number: int) -> None:
        """A colleague records a dose at another workstation."""
        chart = self.store.chart("p")
        self.store.append([record_dose(chart, number, "given", self.ward.now, self.ward.signature())], chart.n)

    def write_typed_note(self) -> None:
        """The note that is typed is recorded, and the program ends before it drops the draft."""
        with closing(self.read()) as drafts:
            (draft,) = drafts.sheets("p")
        chart = self.store.chart("p")
        signature = replace(self.ward.signature(), key=draft.idempotency_key)
        self.store.append([write_note(chart, draft.texts["text"], signature)], chart.n)
