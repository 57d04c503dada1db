"""The ward board: a row a patient, what needs a person first; an empty one asks for the first patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from immunosep_tui.record.patient import Patient
from immunosep_tui.ui.commands import bindings_for
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.rooms.identity import IdentityRoom, missing
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ui.widgets.quiet_line import QuietLine

if TYPE_CHECKING:
    from immunosep_tui.ui.widgets.board_list import BoardList


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
        """The list or the form, what is always said, the keys."""
        yield Container(id="board")
        yield QuietLine(self._desk.patients.durable)
        yield KeyFooter()

    async def on_mount(self) -> None:
        """Ask for the first patient where there is none."""
        self.set_interval(30, self._redraw)
        if self._desk.patients.all():
            await self._show_list()
        else:
            await self.action_admit()

    async def on_screen_resume(self) -> None:
        """Show what was typed meanwhile."""
        self._redraw()

    def _redraw(self) -> None:
        """Compute every row anew; the cursor stays on its patient."""
        for board in self.query("BoardList"):
            board.redraw()  # type: ignore[attr-defined]

    async def _show_list(self) -> None:
        from immunosep_tui.ui.widgets.board_list import BoardList

        await self.query(IdentityRoom).remove()
        if not self.query(BoardList):
            await self.query_one("#board").mount(BoardList(self._desk))
        board = self.query_one(BoardList)
        board.redraw()
        board.display = True
        self.set_focus(board)

    async def action_admit(self) -> None:
        """Ask who the new patient is."""
        if self.query(IdentityRoom):
            return
        sheet = Sheet(Patient(self._desk.patients.new_key()), lambda _patient: None)
        room = IdentityRoom(self._desk, sheet)
        for board in self.query("BoardList"):
            board.display = False
        await self.query_one("#board").mount(room)
        room.enter()

    async def action_back(self) -> None:
        """From the form back to the list, where there is one."""
        if self.query(IdentityRoom) and self._desk.patients.all():
            await self._show_list()

    def action_open_patient(self) -> None:
        """Open the patient under the cursor."""
        for board in self.query("BoardList"):
            board.open_patient()  # type: ignore[attr-defined]

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
        await self._open(room.patient.key, "labs")
        await self._show_list()

    async def on_board_list_opened(self, event: BoardList.Opened) -> None:
        """Open the patient that was chosen."""
        event.stop()
        await self._open(event.key, "overview")

    async def _open(self, key: str, room: str) -> None:
        # The rooms and the rules behind them are a third of the program: they are loaded when a patient is opened.
        from immunosep_tui.ui.screens.patient import PatientScreen

        await self.app.push_screen(PatientScreen(self._desk, key, room))
