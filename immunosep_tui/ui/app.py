"""The application: screens, the watch over the store and the signature wired to the shell, nothing else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from textual.screen import Screen
from textual.timer import Timer

from immunosep_tui.i18n import _
from immunosep_tui.record.entry import Author
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store import troubles
from immunosep_tui.store.errors import StoreError
from immunosep_tui.ui import upkeep
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.elsewhere import Elsewhere, news_text
from immunosep_tui.ui.idle import Idle, lock_seconds
from immunosep_tui.ui.screens.board import BoardScreen
from immunosep_tui.ui.shell.going import is_going, may_go
from immunosep_tui.ui.shell.shell import Shell
from immunosep_tui.ui.watch import EVERY, StoreWatch
from immunosep_tui.ui.widgets.alarm_line import AlarmLine
from immunosep_tui.ui.widgets.quiet_line import QuietLine
from immunosep_tui.ui.workers import start_worker


class ImmunoSepApp(Shell):
    """The ward board and the rooms behind it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.fault: Exception | None = None
        """Why the protocol cannot be used; the program has then ended without classifying anybody."""
        self._watch = StoreWatch(desk.ward.store, self._store_changed, self._store_troubled, self._doubt_clock)
        self._store_trouble: StoreError | None = desk.ward.store.why_read_only
        self._backup_failed = False
        self.elsewhere = Elsewhere()
        """What this workstation has told of alarms."""
        self._is_untold = False
        self._idle = Idle(0 if desk.is_demo else lock_seconds())
        self._pause: Timer | None = None

    @property
    def is_training(self) -> bool:
        """The sample ward is made up as a whole."""
        return self.desk.is_demo

    def get_default_screen(self) -> BoardScreen:
        """The board."""
        return BoardScreen(self.desk)

    def on_load(self) -> None:
        """A ward with people is locked from the first frame on."""
        super().on_load()
        with suppress(StoreError):
            self.desk.is_locked = self.desk.ward.store.has_people()

    def on_mount(self) -> None:
        """Show the lock, where there is one, and look after the pause."""
        super().on_mount()
        if self.desk.is_locked:
            self._show_lock()
        self._wait_for_pause()

    def on_ready(self) -> None:
        """Read the protocol and load the rooms behind the first screen, while a person reads it."""
        from immunosep_tui.profile.errors import ProfileError

        try:
            self.desk.read_protocol()
        except ProfileError as error:
            self.fault = error
            self.leave(2)
            return
        import immunosep_tui.ui.screens.patient  # noqa: F401

        start_worker(self, self.read_settings, "settings")
        self.set_interval(EVERY, self._look)
        if self.desk.care and self._at_terminal:
            self.set_timer(upkeep.FIRST_AFTER, self._take_care)
            self.set_interval(upkeep.EVERY, self._take_care)

    def before_leaving(self) -> bool:
        """Write the drafts; whether all of them are on the disk."""
        return self.desk.ward.drafts.flush()

    def push_screen(self, screen: Screen[Any], *given: Any, **named: Any) -> Any:  # type: ignore[override]
        """Open a screen; over the lock only what says ``OVER_LOCK``, as it shows nothing of a patient.

        A key before the lock may open something after it: whoever waits for such a screen is told nothing.
        """
        if self.desk.is_locked and not getattr(screen, "OVER_LOCK", False):
            refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            refused.set_result(None)
            return refused
        return super().push_screen(screen, *given, **named)

    # People.

    async def ask_author(self) -> Author | None:
        """Who signs: who is signed in, or who signs in now; None for nobody. Call it from a worker."""
        if self.desk.author is None:
            from immunosep_tui.ui.screens.sign_in import SignInScreen

            await self.push_screen_wait(SignInScreen(self.desk))
            self._show_who()
        return self.desk.author

    async def action_change_user(self) -> None:
        """Somebody else signs from now on: a colleague, or one who is enrolled by whoever is signed in."""
        from immunosep_tui.ui.screens.recording import RecordingScreen
        from immunosep_tui.ui.screens.sign_in import SignInScreen

        busy = self.is_open(SignInScreen) or self.is_open(RecordingScreen)  # that one names who signs
        if not self.desk.is_locked and not busy:
            self.push_screen(SignInScreen(self.desk), self._show_who)

    def _show_who(self, _author: Author | None = None) -> None:
        """Name whoever sits at the desk by now: a screen may have gone a while before this is heard."""
        author = self.desk.author
        self.who = "" if author is None else f"{author.initials} {_(author.role)}"

    def action_lock(self) -> None:
        """Let nothing be read until somebody signs in; what was typed is kept."""
        if not self.desk.is_locked and not self.leaving:
            self.desk.is_locked = True
            self.desk.ward.drafts.flush()
            self.desk.author = None
            self._show_who()
            self._show_lock()

    def _show_lock(self) -> None:
        from immunosep_tui.ui.screens.sign_in import SignInScreen

        self.push_screen(SignInScreen(self.desk, locked=True), self._show_who)

    def touched(self) -> None:
        """Somebody is there."""
        self._idle.touch()

    def _wait_for_pause(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        left = self._idle.left
        if left is None:
            return
        if left == 0:
            self.action_lock()
            self._idle.touch()
        self._pause = self.set_timer(max(1.0, left), self._wait_for_pause)

    # The store.

    async def _look(self) -> None:
        await self._watch.look()
        if self._is_untold:
            await self._tell_elsewhere()
        self.show_trouble()

    def _take_care(self) -> None:
        start_worker(self, self._verify_and_back_up, "care")

    async def _verify_and_back_up(self) -> None:
        """What is damaged is not written any more; what cannot be backed up is said."""
        from immunosep_tui.store.encrypted import key_to_hand

        care = await upkeep.take_care(self.desk.care, key_to_hand(self.desk.ward.store))
        if not care.is_sound:
            store = self.desk.ward.store
            store.why_read_only = store.why_read_only or troubles.damaged_for_writing()
        self._backup_failed = care.is_sound and not care.is_backed_up

    async def read_settings(self) -> None:
        """Take the settings of the ward: the zone, and the pause before the lock."""
        with suppress(StoreError):  # what was read before stays; the watch says why
            found = await asyncio.to_thread(self.desk.ward.read_settings)
            if not self.desk.is_demo:
                self._idle.wait_for(lock_seconds(default=found.lock))
                self._wait_for_pause()
            self.show_trouble()

    async def _store_changed(self) -> None:
        await self.read_settings()
        for screen in self.screen_stack[-1:]:  # none is left where the program was ended while the store was looked at
            read_again = getattr(screen, "read_again", None)
            if read_again is not None:
                with may_go(screen):
                    await read_again()
        self._is_untold = True

    async def _tell_elsewhere(self) -> None:
        """Say each new STOP or CALL of another patient on the screen in front; behind a lock it waits."""
        if self.desk.is_locked or self.leaving:
            return
        try:
            alarms = (await asyncio.to_thread(self.desk.ward.listing)).alarms
        except StoreError:
            return  # the watch says so, and asks again
        self._is_untold = False
        for screen in self.screen_stack[-1:]:
            found = self.elsewhere.new(alarms, screen)
            if found and not self.desk.is_locked and not is_going(screen):
                await screen.query(AlarmLine).remove()
                await screen.mount(AlarmLine(news_text(found)))

    def _store_troubled(self, error: StoreError | None) -> None:
        self._store_trouble = error

    def _doubt_clock(self, why: str) -> None:
        """Nothing is shown as late or over by a clock that cannot be believed."""
        if why != self.desk.clock_doubt:
            self.desk.clock_doubt = why
            start_worker(self, self._store_changed, "clock")

    def show_trouble(self) -> None:
        """The worst thing about the store, on every screen that has the quiet line."""
        text, advice = self._trouble()
        for screen in self.screen_stack[-1:]:
            for line in screen.query(QuietLine):
                line.show_trouble(text, advice)

    def _trouble(self) -> tuple[Sentence | None, Sentence | None]:
        store, drafts = self.desk.ward.store, self.desk.ward.drafts
        if self._store_trouble is not None:
            head = (
                N_("READ ONLY. {cause}")
                if self._store_trouble is store.why_read_only
                else N_("NOTHING IS STORED. {cause}")
            )
            return say(head, cause=self._store_trouble.text), self._store_trouble.advice
        if self.desk.clock_doubt:
            cause = troubles.clock_wrong(self.desk.clock_doubt).text
            return say(N_("CLOCK WRONG: nothing is shown as late or over. {cause}"), cause=cause), None
        if drafts.trouble is not None:
            return say(N_("DRAFT NOT SAVED. What is typed is on the screen only.")), None
        protocols = self.desk.ward.protocols
        if (told := protocols.told()) is not None:
            return told, None
        if self._backup_failed:
            return say(N_("NO BACKUP could be made.")), say(N_("See immunosep-tui backup."))
        due = protocols.ward.review_by
        if self.desk.now().astimezone(self.desk.zone).date().isoformat() > due:
            return say(N_("PROTOCOL NOT REVIEWED since {date}: newer evidence may exist."), date=due), None
        return None, None

    # Commands.

    async def action_evidence(self) -> None:
        """Open the evidence page, or go back to it, or from it."""
        from immunosep_tui.ui.screens.evidence import toggle_evidence

        await toggle_evidence(self, self.desk.protocol, is_demo=self.desk.is_demo)
