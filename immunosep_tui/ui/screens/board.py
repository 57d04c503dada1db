"""The ward board: a row a patient, what needs a person first; an empty one asks for the first patient."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.screen import Screen
from textual.widgets import Static

from immunosep_tui.i18n import _, words
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import StoreError
from immunosep_tui.ui.commands import bindings_for
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.form_cell import Cell
from immunosep_tui.ui.rooms.identity import IdentityRoom, missing
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.shell.going import is_going
from immunosep_tui.ui.show import shown
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ui.widgets.quiet_line import QuietLine
from immunosep_tui.ui.workers import start_worker
from immunosep_tui.ward.ward import Listing

if TYPE_CHECKING:
    from immunosep_tui.ui.widgets.board_list import BoardList


class BoardScreen(Screen[None]):
    """The list of patients, or the form for a new one in its place."""

    SCOPE: ClassVar[str] = "board"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_for("board"))
    DEFAULT_CSS = """
    BoardScreen #board { height: 1fr; }
    BoardScreen #search { dock: top; height: 1; background: $panel; display: none; }
    BoardScreen #search Static { width: auto; padding: 0 1; }
    BoardScreen #search Cell { width: 1fr; background: $panel; }
    """

    ready: bool = False
    """Whether the list or the form has the keyboard; the shell holds keys until then."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._search = ""
        self._started = False
        self._sought = Cell(self._type_search, lambda why: self._hint(words(why)), self._take)

    def compose(self) -> ComposeResult:
        """The list or the form, what is always said, the keys."""
        with Horizontal(id="search"):
            yield Static(shown(_("Search bed, case or identifier:")))
            yield self._sought
        yield Container(id="board")
        yield QuietLine(is_demo=self._desk.is_demo)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Countdowns move on."""
        self.set_interval(30, self.read_again)

    async def on_screen_resume(self) -> None:
        """Show what was typed or signed meanwhile; nothing is read for a locked desk."""
        if self.ready:
            await self.read_again()
        elif not self._desk.is_locked and not self._started:
            self._started = True
            await self._start()

    async def _start(self) -> None:
        """Ask for the first patient where there is none."""
        try:
            listing = await self._read()
        except ProfileError:  # what was typed before needs the protocol; the program ends in words when it is ready
            return
        if listing is not None and not listing.count:
            await self.action_admit()
        else:
            await self._show_list(listing)
        self.ready = True

    async def read_again(self) -> None:
        """Show the board as it is now; the cursor stays on its patient."""
        if self.query("BoardList"):
            self._show(await self._read())

    def _show(self, listing: Listing | None) -> None:
        """Draw what was read, unless the list has gone while it was read."""
        from immunosep_tui.ui.widgets.board_list import BoardList

        if listing is not None:
            for board in self.query(BoardList):
                board.show_listing(listing, self._search)

    async def _read(self) -> Listing | None:
        """The rows, read in a thread; None where the store cannot be read, which is then said."""
        try:
            return await asyncio.to_thread(self._desk.ward.listing, self._search)
        except StoreError as error:
            for line in self.query(QuietLine):
                line.show_trouble(error.text, error.advice)
            return None

    @property
    def _list(self) -> BoardList:
        from immunosep_tui.ui.widgets.board_list import BoardList

        return self.query_one(BoardList)

    async def _show_list(self, listing: Listing | None = None) -> None:
        from immunosep_tui.ui.widgets.board_list import BoardList

        await self.query(IdentityRoom).remove()
        if not self.query(BoardList):
            await self.query_one("#board").mount(BoardList(self._desk))
        self._show(listing or await self._read())
        for board in self.query(BoardList):
            board.display = True
        self.set_focus(self._list)

    async def action_admit(self) -> None:
        """Ask who the new patient is."""
        if self.query(IdentityRoom):
            return
        ward, initials = self._desk.ward, self._desk.initials
        sheet = Sheet(ward.begin(), lambda patient: ward.put(patient, initials))
        room = IdentityRoom(self._desk, sheet)
        for board in self.query("BoardList"):
            board.display = False
        await self.query_one("#board").mount(room)
        room.enter()

    async def action_back(self) -> None:
        """From the search or the form back to the whole list, where there is one."""
        if self._search or self.query_one("#search").display:
            await self._end_search()
        elif self.query(IdentityRoom) and self.query("BoardList"):
            await self._show_list()

    def action_open_patient(self) -> None:
        """Open the patient under the cursor."""
        for board in self.query("BoardList"):
            board.open_patient()  # type: ignore[attr-defined]

    async def action_training(self) -> None:
        """Open the training room, which knows no ward."""
        from immunosep_tui.training.book import open_book
        from immunosep_tui.ui.screens.training.classroom import Classroom
        from immunosep_tui.ui.screens.training.home import HomeScreen

        try:
            book = await asyncio.to_thread(open_book)
        except StoreError as error:
            self._hint(f"{words(error.text)} {words(error.advice)}")
            return
        if self.is_active:
            await self.app.push_screen(HomeScreen(Classroom(book, self._desk.zone, self._desk.now)))

    def action_settings(self) -> None:
        """Read the settings of the ward, and sign others."""
        from immunosep_tui.ui.screens.settings import open_settings

        start_worker(self.app, partial(open_settings, self, self._desk), "record")

    # Search.

    def action_search(self) -> None:
        """Ask what to search for."""
        if self.query("BoardList") and not self.query(IdentityRoom):
            self.query_one("#search").display = True
            self.set_focus(self._sought)

    def _type_search(self, text: str) -> None:
        if text.strip() != self._search:
            self._search = text.strip()
            start_worker(self, self.read_again, "search")

    def _take(self, event: events.Key) -> bool:
        """Enter goes to the list, and opens nothing but a patient who is alone on it."""
        if event.key in ("enter", "down") and self.query("BoardList"):
            self.set_focus(self._list)
            if event.key == "enter" and self._list.is_alone_for(self._search):
                self._list.open_patient()
            return True
        return False

    async def _end_search(self) -> None:
        self._sought.value = ""
        self.query_one("#search").display = False
        self.set_focus(self._list)
        await self.read_again()

    def _hint(self, text: str) -> None:
        self.app.hint = text  # type: ignore[attr-defined]

    # Patients.

    @on(Room.Finished)
    async def _finished(self, event: Room.Finished) -> None:
        event.stop()
        room = next(iter(self.query(IdentityRoom)), None)
        if room is None:
            return  # the form was left, or finished, a moment ago
        wanted = [field.name for field in room.fields() if field.label in missing(room, room.patient)]
        if event.direction < 0 or wanted:
            if event.direction > 0:
                room.query_one(Form).activate(wanted[0])
            room.enter()
            return
        is_taken = await self._is_taken(room.patient)
        if is_going(room):
            return
        if is_taken:
            self._hint(_("Another patient on the ward has this case number."))
            room.query_one(Form).activate("case")
            room.enter()
            return
        await self._open(room.patient.key, "labs")
        await self._show_list()

    async def _is_taken(self, patient: Patient) -> bool:
        try:
            return await asyncio.to_thread(self._desk.ward.case_taken, patient.case, patient.key)
        except StoreError:
            return False  # the store refuses it again when it is signed

    async def on_board_list_opened(self, event: BoardList.Opened) -> None:
        """Open the patient that was chosen."""
        event.stop()
        await self._open(event.key, "overview")

    async def _open(self, key: str, room: str) -> None:
        self.ready = False  # what is typed behind the key that opens is for the rooms, however slow the store is
        try:
            await self._open_rooms(key, room)
        finally:
            self.ready = True

    async def _open_rooms(self, key: str, room: str) -> None:
        # The rooms and the rules behind them are a third of the program: they are loaded when a patient is opened.
        from immunosep_tui.ui.screens.patient import PatientScreen

        try:
            await asyncio.to_thread(self._desk.ward.read_again, key)
        except StoreError as error:
            self._hint(f"{words(error.text)} {words(error.advice)}")
            return
        if not self.is_active:
            return  # another patient, or the lock, was faster
        await self.app.push_screen(PatientScreen(self._desk, key, room))
        if other := self._desk.ward.similar.get(key):
            self._hint(_("Easily taken for case {case}: compare both identifiers.").format(case=show(other)))
