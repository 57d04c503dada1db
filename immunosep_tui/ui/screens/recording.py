"""What every screen that writes into the record shares: read first, then Enter, then the truth about what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import Attention
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import ClockWrong, Stale, StoreError
from immunosep_tui.ui.attention_words import alarm_lines
from immunosep_tui.ui.cells import wrap
from immunosep_tui.ui.commands import bindings_for, command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.screens.commit import Commit
from immunosep_tui.ui.screens.recording_form import RecordingForm
from immunosep_tui.ui.screens.recording_words import reads_on, saved_text, trouble_lines
from immunosep_tui.ui.widgets.banner import Banner
from immunosep_tui.ui.workers import start_worker
from immunosep_tui.ward.signature import Signature

MOST_ALARMS: Final = 6
"""Rows for the alarms of the patient; where there are more, the last row says how many."""

DEAF: Final = 0.4
"""Seconds in which a key that was typed ahead cannot record what nobody has read."""

ASK_LINES: Final = 5
"""Lines for what the keys do."""

LEAST_LINES: Final = 6
"""Lines that what would be recorded has at least, however many rows are asked."""


class RecordingScreen(RecordingForm):
    """Shows what would be recorded and records it when the person presses Enter; ``True`` when it was recorded."""

    AUTO_FOCUS = None
    STAYS: ClassVar[bool] = False
    """Whether it is still there to be read after it was recorded."""
    TELLS_ACTIONS: ClassVar[bool] = False
    """Whether each alarm above also says what it asks for."""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("sign"),
        Binding("enter", "record", N_("Sign"), show=False),
        Binding("ctrl+n", "now", N_("Now"), show=False, priority=True),
        Binding("escape", "leave", N_("Back"), show=False, priority=True),
    ]
    DEFAULT_CSS = f"""
    RecordingScreen > Vertical {{ width: 100%; height: 100%; background: $surface; padding: 0 1; }}
    RecordingScreen Panel {{ height: 1fr; }}
    RecordingScreen #whose {{ height: 1; }}
    RecordingScreen #ask {{ height: {ASK_LINES}; }}
    """

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self._commit = Commit(desk)
        self._done = False
        self._opened = time.monotonic()
        self._titled = chart.sheet
        self._notice = ""

    # ---- for each screen to say --------------------------------------------------------------------------------
    def what(self) -> list[Line]:
        """What would be recorded."""
        return []

    def wanted(self) -> str:
        """What is still wanted before it can be recorded; empty for nothing."""
        return ""

    def has_nothing(self) -> bool:
        """Whether there is nothing to record."""
        return False

    def proposals(self) -> Sequence[Proposal]:
        """The entries."""
        return ()

    def look_up(self) -> None:
        """Read what else the store has to say to it. StoreError; called in a thread, before anything is shown."""

    def compare(self) -> None:
        """Make up anew what would be recorded, after a colleague was faster."""

    def record_before(self) -> None:
        """Record what the ward's own record has to say before it. StoreError; called in a thread."""

    def recorded(self) -> None:
        """What to do once it is recorded."""

    # ---- the same for all --------------------------------------------------------------------------------------
    def compose(self) -> ComposeResult:
        """What would be recorded, what is asked, what the keys do."""
        with Vertical():
            yield Panel(id="whose")
            yield Panel(id="alarms")
            yield Panel(id="what", focusable=True, more=key_name(command("read-on").keys[0]), moved=self._draw_ask)
            if form := self._form():
                yield form
            yield Panel(id="ask")

    def on_mount(self) -> None:
        """Show it and take the keyboard."""
        self.draw()
        for form in self.query(Form):
            form.focus()
            return
        self.set_focus(self.query_one("#what", Panel))

    @property
    def ready(self) -> bool:
        """Whether keys arrive here."""
        return self.is_mounted

    def signature(self, reason: str) -> Signature:
        """Who signs, now and here."""
        desk = self.desk
        return Signature(self.author, desk.now(), self._key, self.protocol.sha256, desk.place, reason)

    @property
    def protocol(self) -> Protocol:
        """The protocol by which the patient is read."""
        return self.desk.ward.protocols.of(self.chart)

    @property
    def attention(self) -> Attention:
        """What of the patient asks for a person now, with what is typed on the sheet."""
        return self.desk.ward.attention(self.desk.ward.get(self.chart.key))

    @property
    def _is_deaf(self) -> bool:
        return time.monotonic() - self._opened < DEAF

    def on_key(self, event: events.Key) -> None:
        """Ignore what was typed before this screen could be read."""
        if self._is_deaf and event.key == "enter":
            event.stop()
            event.prevent_default()

    @on(Form.Left)
    def _left(self, event: Form.Left) -> None:
        event.stop()
        self.query_one(Form).stay()
        if event.direction > 0:
            self.action_record()

    def action_leave(self) -> None:
        """Go back; what was typed stays a draft."""
        if not self._busy and self.is_active:
            self.dismiss(False)

    def action_read(self, pages: int) -> None:
        """Show the next or the previous page of what would be recorded, while a row keeps the keyboard."""
        self._what.action_page(pages)

    def action_read_to_end(self) -> None:
        """Show the end of what would be recorded."""
        self._what.action_end()

    def action_record(self) -> None:
        """Record, in a thread: a slow store holds up no key."""
        if self._busy or self._is_deaf:
            return
        if self.has_nothing():
            self.action_leave()
        elif refused := self._refused():
            self.draw(refused)
        elif self._what.unread:
            self.action_read(1)
            self._opened = time.monotonic()
        elif wanted := self.wanted() or self._wanted_pin():
            self.draw(wanted)
        else:
            self._busy = True
            self.draw()
            start_worker(self, partial(self._record, self.proposals()))

    async def _is_signer(self) -> str:
        """Why the PIN is not taken; empty where it is, or where none is asked. StoreError."""
        if not self._pin() or self.person is None:
            return ""
        if refused := await self._commit.pin_refusal(self.person, self.text("pin")):
            self._texts["pin"] = ""
            self.query_one(Form).set_text("pin", "")
        return refused

    async def _record(self, wanted: Sequence[Proposal]) -> None:
        try:
            if refused := await self._is_signer():
                self._busy = False
                self.draw(refused)
                return
            if not self._commit.is_in_doubt:
                await asyncio.to_thread(self.record_before)
            entries = await self._commit.append(wanted, self.chart, self._shown_patient())
            if entries and self._draft is not None:
                self._draft.drop()
            self.chart = await asyncio.to_thread(self.desk.ward.read_again, self.chart.key)
        except StoreError as error:
            await self._failed(error)
            return
        self._busy, self._commit.trouble = False, None
        if not entries:
            self.draw(_("It was not recorded. Enter records it."))
            return
        self.recorded()
        self.app.hint = saved_text(entries, self.desk)  # type: ignore[attr-defined]
        self._done = not self.STAYS
        self.draw()
        self._go_on()

    @on(events.ScreenResume)
    def _go_on(self) -> None:
        """Go once it is recorded, but never from under a lock that came meanwhile: that one would go."""
        if self._done and self.is_active:
            self.dismiss(True)

    async def _failed(self, error: StoreError) -> None:
        self._busy, self._commit.trouble = False, error
        if isinstance(error, Stale | ClockWrong):
            self._opened = time.monotonic()
        if isinstance(error, Stale):
            try:
                self.chart = await asyncio.to_thread(self.desk.ward.read_again, self.chart.key)
                await asyncio.to_thread(self.look_up)
            except StoreError as again:
                self._commit.trouble = again
            self.compare()
            self._follow()
            self._what.read_anew()
        self.draw()

    def _shown_patient(self) -> str:
        """Whose record it is by the title of this screen, and by the banner below it where there is one."""
        banners = (banner for screen in reversed(self.app.screen_stack) for banner in screen.query(Banner))
        key = next((banner.key for banner in banners), self._titled.key)
        return replace(self._titled, key=key).fingerprint

    def draw(self, notice: str = "") -> None:
        """Show what would be recorded, and what the keys do."""
        self._titled = sheet = self.chart.sheet if self.chart.n else self.desk.ward.get(self.chart.key)
        who = _("Bed {place} | Case {case} | {identifier}").format(
            place=show(sheet.place), case=show(sheet.case), identifier=show(sheet.identifier)
        )
        title = _("Sign as {initials}, {role}").format(initials=self.author.initials, role=_(self.author.role))
        self.query_one("#whose", Panel).show_lines([("title", f"{title}  -  {who}")])
        self.query_one("#alarms", Panel).show_lines(self.alarm_lines())
        self._fit()
        self._notice = notice
        self._what.show_lines([*self._draft_lines(), *self.what()])
        self._draw_ask()

    def _draw_ask(self) -> None:
        """Say what the keys do, and how much is still to be read."""
        for panel in self.query("#ask").results(Panel):
            panel.show_lines(self._ask(self._notice))

    @property
    def _what(self) -> Panel:
        return self.query_one("#what", Panel)

    def tells(self, key: str, entry: int) -> bool:
        """Whether an alarm of a patient is told here: by the record as it was read."""
        return key == self.chart.key and entry <= self.chart.n

    def alarm_lines(self) -> list[Line]:
        """Every STOP and CALL of the patient: no screen that records leaves them out."""
        return alarm_lines(self.attention, self.desk.zone, self.desk.now(), with_actions=self.TELLS_ACTIONS)

    def on_resize(self) -> None:
        """Whose record it is stays whole in another window."""
        self._fit()

    def _fit(self) -> None:
        """As many lines as the title takes, and as many for the rows as leave some to what would be recorded."""
        whose, (width, height) = self.query_one("#whose", Panel), self.app.size
        whose.styles.height = taken = len(wrap(whose.text, width - 2))
        taken += self.query_one("#alarms", Panel).fit(width - 2, MOST_ALARMS)
        for form in self.query(Form):
            form.styles.height = max(4, min(len(form.fields) + 2, height - taken - ASK_LINES - LEAST_LINES))

    def _ask(self, notice: str) -> list[Line]:
        if self._busy:
            return [("warn", _("Recording ..."))]
        if notice:
            return [("warn", notice)]
        if (trouble := self._commit.trouble) is not None:
            return trouble_lines(trouble, self.desk, self._what.unread, asks_time=self._commit.doubts_clock)
        if self.has_nothing():
            return [("plain", _("Esc goes back."))]
        if left := reads_on(self._what.unread):
            return [left]
        return [("good", _("Enter signs: it is then part of the record. Esc goes back; the draft stays."))]
