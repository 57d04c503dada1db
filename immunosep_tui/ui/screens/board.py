"""The ward board: a row a patient, what needs a person first; an empty one asks for the first patient."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from immunosep_tui.ui.commands import bindings_for
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.rooms.identity import IdentityRoom, missing
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.screens.patient import PatientScreen
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.widgets.banner import QuietLine
from immunosep_tui.ui.widgets.board_list import BoardList
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ward.board import rows
from immunosep_tui.ward.patient import Patient


class BoardScreen(Screen[None]):
    """The list of patients, or the form for a new one in its place."""

    SCOPE: ClassVar[str] = "board"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_for("board"))
    DEFAULT_CSS = """
    BoardScreen #board { height: 1fr; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        """The list, what is always said, the keys."""
        with Container(id="board"):
            yield BoardList(self._desk)
        yield QuietLine(self._desk.patients.durable)
        yield KeyFooter()

    async def on_mount(self) -> None:
        """Ask for the first patient where there is none."""
        self.set_interval(30, self.redraw)
        await self._show()

    async def on_screen_resume(self) -> None:
        """Show what was typed meanwhile."""
        if self.query(BoardList):
            await self._show()

    async def _show(self) -> None:
        self.redraw()
        if not self._desk.patients.all() and not self.query(IdentityRoom):
            await self.action_admit()
        elif not self.query(IdentityRoom):
            self.query_one(BoardList).focus()

    def redraw(self) -> None:
        """Compute every row anew; the cursor stays on its patient."""
        desk = self._desk
        self.query_one(BoardList).show_rows(rows(desk.patients.all(), desk.protocol, desk.zone, desk.now()))

    async def action_admit(self) -> None:
        """Ask who the new patient is."""
        if self.query(IdentityRoom):
            return
        sheet = Sheet(Patient(self._desk.patients.new_key()), lambda _patient: None)
        room = IdentityRoom(self._desk, sheet)
        self.query_one(BoardList).display = False
        await self.query_one("#board").mount(room)
        room.enter()

    async def _close_form(self) -> None:
        await self.query(IdentityRoom).remove()
        self.query_one(BoardList).display = True

    async def action_back(self) -> None:
        """From the form back to the list, where there is one."""
        if self.query(IdentityRoom) and self._desk.patients.all():
            await self._close_form()
            self.query_one(BoardList).focus()

    def action_open_patient(self) -> None:
        """Open the patient under the cursor."""
        self.query_one(BoardList).action_open()

    @on(Room.Finished)
    async def _finished(self, event: Room.Finished) -> None:
        event.stop()
        room = self.query_one(IdentityRoom)
        wanted = [field.name for field in room.fields() if field.label in missing(room, room.patient)]
        if event.direction < 0 or wanted:
            if event.direction > 0:
                room.query_one(Form).activate(wanted[0])
            room.enter()
            return
        self._desk.patients.put(room.patient)
        await self.app.push_screen(PatientScreen(self._desk, room.patient.key, "labs"))
        await self._close_form()

    @on(BoardList.Opened)
    def _opened(self, event: BoardList.Opened) -> None:
        event.stop()
        self.app.push_screen(PatientScreen(self._desk, event.key))
