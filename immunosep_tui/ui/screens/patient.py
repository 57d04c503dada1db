"""One patient: who it is on top, one room at a time below, the keys at the bottom."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.commands import bindings_for
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.rooms.identity import IdentityRoom
from immunosep_tui.ui.rooms.labs import LabsRoom
from immunosep_tui.ui.rooms.monitoring import MonitoringRoom
from immunosep_tui.ui.rooms.overview import OverviewRoom
from immunosep_tui.ui.rooms.response import ResponseRoom
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.sofa import SofaRoom
from immunosep_tui.ui.rooms.treatment import TreatmentRoom
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.widgets.banner import Banner, Tabs
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ui.widgets.quiet_line import QuietLine

ROOMS: dict[str, tuple[str, str, type[Room]]] = {
    "overview": ("F1", N_("Overview"), OverviewRoom),
    "labs": ("F3", N_("Labs"), LabsRoom),
    "sofa": ("F4", N_("SOFA"), SofaRoom),
    "treatment": ("F5", N_("Treatment"), TreatmentRoom),
    "monitoring": ("F6", N_("Monitoring"), MonitoringRoom),
    "response": ("F7", N_("Response"), ResponseRoom),
    "identity": ("^O", N_("Who"), IdentityRoom),
}
"""Key, label and class of each room; F2 and F8 are kept for screening and the record."""

AFTER = {"identity": "labs", "labs": "sofa", "sofa": "overview", "treatment": "monitoring"}
"""The room that follows when the last field of one is left; the overview follows the others."""


class PatientScreen(Screen[None]):
    """Rooms are made when they are first entered and kept."""

    SCOPE: ClassVar[str] = "patient"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_for("patient"))
    DEFAULT_CSS = """
    PatientScreen #room { height: 1fr; }
    """

    ready: bool = False
    """Whether the first room has the keyboard; the shell holds keys until then."""

    def __init__(self, desk: Desk, key: str, room: str = "overview") -> None:
        super().__init__()
        self._desk = desk
        self._sheet = Sheet(desk.patients.get(key), self._save)
        self._first = room
        self.room_name = room
        """The open room, for the footer."""

    def compose(self) -> ComposeResult:
        """Banner, names of the rooms, the room, what is always said, the keys."""
        yield Banner(self._desk)
        yield Tabs([(key, label) for key, label, _kind in ROOMS.values()])
        yield Container(id="room")
        yield QuietLine(self._desk.patients.durable)
        yield KeyFooter()

    async def on_mount(self) -> None:
        """Open the first room."""
        await self.action_room(self._first)
        self.set_interval(30, self._tick)

    def _tick(self) -> None:
        """Countdowns move on."""
        self.query_one(Banner).show_patient(self._sheet.patient)
        self.room.redraw()

    @property
    def room(self) -> Room:
        """The room that is open."""
        return self.query_one(f"#{self.room_name}-room", Room)

    async def action_room(self, name: str) -> None:
        """Go to a room; what was typed in the other stays there."""
        if not self.query(f"#{name}-room"):
            room = ROOMS[name][2](self._desk, self._sheet)
            room.id = f"{name}-room"
            await self.query_one("#room").mount(room)
        else:
            await self.query_one(f"#{name}-room", Room).reload()
        self.room_name = name
        for room in self.query(Room):
            room.display = room.id == f"{name}-room"
        self.room.enter()
        self.ready = True
        self.query_one(KeyFooter).refresh()
        self.query_one(Tabs).show_active(list(ROOMS).index(name))
        self.query_one(Banner).show_patient(self._sheet.patient)

    def _save(self, patient: Patient) -> None:
        self._desk.patients.put(patient)
        self.query_one(Banner).show_patient(patient)

    @on(Room.Finished)
    async def _finished(self, event: Room.Finished) -> None:
        event.stop()
        if event.direction > 0:
            await self.action_room(AFTER.get(self.room_name, "overview"))
        else:
            self.room.enter()

    async def action_day(self, step: int) -> None:
        """The next or the previous day, in the rooms that have days."""
        if isinstance(self.room, SofaRoom | MonitoringRoom):
            await self.room.go_to_day(step)
            self.room.enter()

    async def action_entry(self) -> None:
        """Raw values or points, in the SOFA room."""
        if isinstance(self.room, SofaRoom):
            await self.room.switch_entry()
            self.room.enter()

    def action_now(self) -> None:
        """Write the present minute into the active time field."""
        if isinstance(self.room, TreatmentRoom):
            form = self.room.query_one(Form)
            if form.active in ("start", "stop"):
                text = self._desk.now().astimezone(self._desk.zone).strftime("%Y-%m-%d %H:%M")
                form.type_text(text)

    def action_scroll(self, lines: int) -> None:
        """Scroll the answer while a field keeps the keyboard."""
        self.room.query_one(Panel).action_scroll(lines)
