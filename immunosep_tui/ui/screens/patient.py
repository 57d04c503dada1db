"""One patient: who it is on top, one room at a time below, the keys at the bottom."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import Attention
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import StoreError
from immunosep_tui.ui.attention_words import alarm_lines
from immunosep_tui.ui.commands import bindings_for, command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.rooms.identity import IdentityRoom
from immunosep_tui.ui.rooms.labs import LabsRoom
from immunosep_tui.ui.rooms.monitoring import MonitoringRoom
from immunosep_tui.ui.rooms.overview import OverviewRoom
from immunosep_tui.ui.rooms.record import RecordRoom
from immunosep_tui.ui.rooms.response import ResponseRoom
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.screening import ScreeningRoom
from immunosep_tui.ui.rooms.sofa import SofaRoom
from immunosep_tui.ui.rooms.treatment import TreatmentRoom
from immunosep_tui.ui.screens.deeds import DeedScreen
from immunosep_tui.ui.screens.sheet_draft import SHEETS, state_words
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.shell.going import is_going
from immunosep_tui.ui.times import stamp_text
from immunosep_tui.ui.widgets.banner import Banner, Tabs
from immunosep_tui.ui.widgets.course_panel import CoursePanel
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ui.widgets.quiet_line import QuietLine
from immunosep_tui.ward.instants import moment

ROOMS: dict[str, tuple[str, str, type[Room]]] = {
    "overview": ("F1", N_("Overview"), OverviewRoom),
    "screening": ("F2", N_("Screening"), ScreeningRoom),
    "labs": ("F3", N_("Labs"), LabsRoom),
    "sofa": ("F4", N_("SOFA"), SofaRoom),
    "treatment": ("F5", N_("Treatment"), TreatmentRoom),
    "monitoring": ("F6", N_("Monitoring"), MonitoringRoom),
    "response": ("F7", N_("Response"), ResponseRoom),
    "record": ("F8", N_("Record"), RecordRoom),
    "identity": ("^O", N_("Who"), IdentityRoom),
}
"""Key, label and class of each room."""

AFTER = {"identity": "labs", "screening": "labs", "labs": "sofa"}
"""The room that follows when the last field of one is left; the overview follows the others."""


WITH_ACTIONS = ("overview", "treatment")
"""The rooms above which an alarm also says what it asks for; elsewhere a form needs the rows."""


class PatientScreen(DeedScreen):
    """Rooms are made when they are first entered and kept."""

    SCOPE: ClassVar[str] = "patient"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_for("patient"))
    DEFAULT_CSS = """
    PatientScreen #room { height: 1fr; }
    PatientScreen #alarms { width: 100%; background: $surface; padding: 0 1; }
    """

    ready: bool = False
    """Whether the first room has the keyboard; the shell holds keys until then."""

    def __init__(self, desk: Desk, key: str, room: str = "overview") -> None:
        super().__init__()
        self._desk = desk
        self._sheet = Sheet(desk.ward.get(key), self._save)
        self._first = room
        self._discarding = False
        self.room_name = room
        """The open room, for the footer."""

    def compose(self) -> ComposeResult:
        """Banner, names of the rooms, the room, what is always said, the keys."""
        yield Banner(self._desk)
        yield Tabs([(key, label) for key, label, _kind in ROOMS.values()])
        yield Panel(id="alarms")
        yield Container(id="room")
        yield QuietLine(is_demo=self._desk.is_demo)
        yield KeyFooter()

    async def on_mount(self) -> None:
        """Open the first room."""
        await self.action_room(self._first)
        self.set_interval(30, self._tick)

    def _tick(self) -> None:
        """Countdowns move on."""
        if self._is_open:
            self._show_patient()
            self.room.redraw()

    def _show_patient(self) -> None:
        """Who it is, every STOP and CALL above whatever room is open, and whether what is typed is signed."""
        sheet = self._sheet.patient
        self.query_one(Banner).show_patient(sheet)
        alarms = self.query_one("#alarms", Panel)
        found, whole = self._desk.ward.attention(sheet), self.room_name in WITH_ACTIONS
        alarms.show_lines(alarm_lines(found, self._desk.zone, self._desk.now(), with_actions=whole))
        alarms.fit(self.size.width - 2, max(2, self.size.height // 3))
        self._show_state()

    async def on_screen_resume(self) -> None:
        """What others recorded while another screen lay over this one."""
        if self._is_open:
            await self.read_again()

    def on_resize(self) -> None:
        """The alarms take the rows that they need in another window."""
        if self._is_open:
            self._show_patient()

    @property
    def room(self) -> Room:
        """The room that is open."""
        return self.query_one(f"#{self.room_name}-room", Room)

    @property
    def _is_open(self) -> bool:
        """Whether a room is there: none before the first is mounted, none after the patient or the program was left."""
        return self.ready and self in self.app.screen_stack and bool(self.query(Banner))

    async def action_room(self, name: str) -> None:
        """Go to a room; what was typed in the other stays there."""
        if not self.query(f"#{name}-room"):
            room = ROOMS[name][2](self._desk, self._sheet)
            room.id = f"{name}-room"
            await self.query_one("#room").mount(room)
            if is_going(room):
                return
        else:
            self.query_one(f"#{name}-room", Room).reload()
        self.room_name = name
        for room in self.query(Room):
            room.display = room.id == f"{name}-room"
        self.room.enter()
        self.ready = True
        self.query_one(KeyFooter).refresh()
        self.query_one(Tabs).show_active(list(ROOMS).index(name))
        self._show_patient()

    def _save(self, patient: Patient) -> None:
        self._desk.ward.put(patient, self._desk.initials)
        self._show_patient()

    def _show_state(self) -> None:
        """Say whether what is on the forms is signed, and on which sheets something is typed."""
        self.query_one(QuietLine).show_state(state_words(self._desk, self._sheet.patient.key))

    async def read_again(self) -> None:
        """Show what others have recorded; what is typed here stays over it."""
        key = self._sheet.patient.key
        before, known = self._desk.ward.chart(key).n, self._signed_attention()
        try:
            chart = await asyncio.to_thread(self._desk.ward.read_again, key)
        except StoreError:
            return  # the watch says so on the quiet line
        if not self._is_open:
            return
        if chart.n != before:
            self._sheet.patient = self._desk.ward.get(key)
            self.room.reload()
            last = chart.entries[-1]
            text = _("{author} has changed this record at {time}.")
            when = stamp_text(moment(last.recorded), self._desk.now(), self._desk.zone)
            self._hint(text.format(author=show(last.author), time=when))
            if self._signed_attention().new_since(known):
                self._notice()
        self._tick()

    def tells(self, key: str, _entry: int) -> bool:
        """Whether an alarm of a patient is told here."""
        return key == self._sheet.patient.key

    def _signed_attention(self) -> Attention:
        """What of the patient asks for a person, by what is signed."""
        return self._desk.ward.attention(self._desk.ward.chart(self._sheet.patient.key).sheet)

    def _notice(self) -> None:
        """Interrupt: a new STOP or CALL was signed elsewhere while this patient is open and somebody is signed in."""
        if self._desk.author is not None and self.is_active:
            self.action_deed("acknowledge")

    def action_deed(self, deed: str) -> None:
        """Open the sheet of a command; what is signed off is read first."""
        if deed == "sign-off" and not isinstance(self.room, RecordRoom):
            self._hint(_("What is signed off is read first: {key}.").format(key=ROOMS["record"][0]))
        else:
            super().action_deed(deed)

    def action_filter(self) -> None:
        """Ask which entries to show, in the record."""
        if isinstance(self.room, RecordRoom):
            self.room.open_filter()

    def action_correct(self) -> None:
        """Ask what can be done with the chosen entry of the record."""
        from immunosep_tui.ui.screens.take_back import TakeBackScreen

        entry = self.room.chosen if isinstance(self.room, RecordRoom) else None
        if entry is not None:
            self._record_with(partial(TakeBackScreen, entry=entry.n, go=self.go_to_place))

    @on(CoursePanel.Chosen)
    def _chart_chosen(self, event: CoursePanel.Chosen) -> None:
        """Chart the dose that was chosen on the calendar."""
        event.stop()
        from immunosep_tui.ui.screens.dose import DoseScreen

        self._record_with(partial(DoseScreen, chosen=event.dose))

    def go_to_place(self, place: str) -> None:
        """Open the room, and the day or the sample, in which a place of the sheet is typed; keys wait until it is there."""
        self.ready = False
        self.call_later(self._open_place, place)

    async def _open_place(self, place: str) -> None:
        if not self.query("#room"):
            return  # the patient was left
        name, _dot, rest = place.partition(".")
        await self.action_room("labs" if name == "sample" else name)
        if not self._is_open:
            return
        room, day = self.room, rest.partition(".")[0]
        if isinstance(room, SofaRoom | MonitoringRoom) and day:
            room.go_to_day(int(day) - room.day)
            room.enter()

    def reload(self) -> None:
        """Show the patient as the record is now, with what is typed over it."""
        if self._is_open:
            self._sheet.patient = self._desk.ward.get(self._sheet.patient.key)
            self.room.reload()
            self._tick()

    def action_discard(self) -> None:
        """Throw the draft of the forms away at the second press; where there is none, those of the sheets."""
        ward, key = self._desk.ward, self._sheet.patient.key
        sheets = () if ward.drafts.get(key) is not None else ward.drafts.sheets(key)
        if ward.drafts.get(key) is None and not sheets:
            return
        if not self._discarding:
            self._discarding = True
            self.set_timer(5, self._keep_draft)
            text = _("Press {key} again to throw away what was typed and not signed.")
            if sheets:
                text = _("{key} again throws away what is typed on: {sheets}.")
            labels = ", ".join(dict.fromkeys(_(SHEETS[each.sheet].label) for each in sheets))
            self._hint(text.format(key=key_name(command("discard").keys[0]), sheets=labels))
            return
        self._discarding = False
        for each in sheets:
            ward.drafts.drop(each)
        if not sheets:
            ward.discard(key)
        if not ward.chart(key).n:
            self.dismiss()  # the patient was a draft as a whole
            return
        self.reload()

    def _keep_draft(self) -> None:
        self._discarding = False

    @on(Room.Finished)
    async def _finished(self, event: Room.Finished) -> None:
        event.stop()
        if event.direction > 0:
            await self.action_room(AFTER.get(self.room_name, "overview"))
        else:
            self.room.enter()

    def action_day(self, step: int) -> None:
        """The next or the previous day, in the rooms that have days; in the labs the sample."""
        self.room.go_to_day(step)
        self.room.enter()

    def action_entry(self) -> None:
        """Raw values or points, in the SOFA room."""
        if isinstance(self.room, SofaRoom):
            self.room.switch_entry()
            self.room.enter()

    def action_now(self) -> None:
        """Write the present minute into the active time field."""
        for form in self.room.query(Form):
            if self.room.takes_time(form.active):
                form.type_text(self._desk.now().astimezone(self._desk.zone).strftime("%Y-%m-%d %H:%M"))

    def action_copy_before(self) -> None:
        """Copy the active field from the day before, in the SOFA room; one field a press."""
        if isinstance(self.room, SofaRoom):
            self._hint(self.room.copy_before())

    def action_scroll(self, lines: int) -> None:
        """Scroll the answer while a field keeps the keyboard."""
        self.room.query_one(Panel).action_scroll(lines)
