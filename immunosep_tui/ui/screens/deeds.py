"""What is recorded of a patient from any room: which command opens which sheet, who signs, and what is said after it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from textual.screen import Screen

from immunosep_tui.i18n import words
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author
from immunosep_tui.store.errors import StoreError
from immunosep_tui.ui.attention_words import over_text
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.workers import start_worker
from immunosep_tui.ward.consequences import changes
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import people

if TYPE_CHECKING:
    from immunosep_tui.ui.screens.recording import RecordingScreen

    MakesScreen = Callable[[Desk, Author, Chart, str], RecordingScreen]

DEEDS: Final[Mapping[str, tuple[str, str]]] = {
    "sign": ("sign", "SignScreen"),
    "dose": ("dose", "DoseScreen"),
    "course": ("stop", "course_screen"),
    "bleeding": ("bleeding", "BleedingScreen"),
    "death": ("disposition", "DispositionScreen"),
    "acknowledge": ("acknowledge", "AcknowledgeScreen"),
    "close-alarm": ("close_alarm", "CloseAlarmScreen"),
    "red-cells": ("red_cells", "RedCellsScreen"),
    "further-dose": ("further_dose", "FurtherDoseScreen"),
    "hold-end": ("hold_end", "HoldEndScreen"),
    "study-drug": ("code_break", "study_drug_screen"),
    "note": ("note", "NoteScreen"),
    "sign-off": ("sign_off", "SignOffScreen"),
}
"""Module and name of what makes the sheet, by command; imported when it is first opened."""


def sheet_of(deed: str) -> MakesScreen:
    """What makes the sheet of a command; ``KeyError`` where it opens none."""
    module, name = DEEDS[deed]
    makes: MakesScreen = getattr(import_module(f"immunosep_tui.ui.screens.{module}"), name)
    return makes


class DeedScreen(Screen[None]):
    """A patient's screen over which the sheets that record are opened."""

    _desk: Desk
    _sheet: Sheet

    def reload(self) -> None:
        """Show the patient as the record is now, with what is typed over it."""

    def action_deed(self, deed: str) -> None:
        """Open the sheet of a command."""
        self._record_with(sheet_of(deed))

    def _record_with(self, kind: MakesScreen) -> None:
        start_worker(self.app, partial(self._record, kind), "record")

    async def _record(self, kind: MakesScreen) -> None:
        """Who signs, the record as it is now, then the sheet, then the notice of what is new and urgent."""
        app: Any = self.app
        author = await app.ask_author()
        if author is None or not self.is_active:
            return
        ward, key = self._desk.ward, self._sheet.patient.key
        try:
            chart = await asyncio.to_thread(ward.read_again, key)
        except StoreError as error:
            self._hint(f"{words(error.text)} {words(error.advice)}")
            return
        if await self._show_recording(kind, author, chart):
            fresh = ward.chart(key)
            found = changes(chart, fresh, ward.judge, ward.protocol_of(key), ward.settings, ms(self._desk.now()))
            if over := over_text(found.over):
                self._hint(over)
            if found.new:
                app.elsewhere.know(key, found.new)
                await self._show_recording(sheet_of("acknowledge"), author, fresh)
        self.reload()

    async def _show_recording(self, kind: MakesScreen, author: Author, chart: Chart) -> bool:
        """One sheet; whether it recorded. None is opened over a lock, or where the patient was left meanwhile."""
        screen = kind(self._desk, author, chart, uuid.uuid4().hex)
        try:
            await asyncio.to_thread(screen.look_up)
            if screen.asks_pin:
                screen.person = (await asyncio.to_thread(people, self._desk.ward.store)).get(author.initials)
        except StoreError as error:
            self._hint(f"{words(error.text)} {words(error.advice)}")
            return False
        if not self.is_active:
            return False
        done: bool = await self.app.push_screen_wait(screen)
        return done

    def _hint(self, text: str) -> None:
        self.app.hint = text  # type: ignore[attr-defined]
