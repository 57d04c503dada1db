"""The application: screens, the watch over the store and the signature wired to the shell, nothing else."""

from __future__ import annotations

from immunosep_tui.record.entry import Author
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store import troubles
from immunosep_tui.store.errors import StoreError
from immunosep_tui.ui import upkeep
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.screens.board import BoardScreen
from immunosep_tui.ui.shell import Shell
from immunosep_tui.ui.watch import EVERY, StoreWatch
from immunosep_tui.ui.widgets.quiet_line import QuietLine


class ImmunoSepApp(Shell):
    """The ward board and the rooms behind it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.fault: Exception | None = None
        """Why the protocol cannot be used; the program has then ended without classifying anybody."""
        self._watch = StoreWatch(desk.ward.store, self._store_changed, self._store_troubled)
        self._store_trouble: StoreError | None = desk.ward.store.why_read_only
        self._backup_failed = False

    def get_default_screen(self) -> BoardScreen:
        """The board."""
        return BoardScreen(self.desk)

    def on_ready(self) -> None:
        """Read the protocol and load the rooms behind the first screen, while a person reads it."""
        from immunosep_tui.profile.errors import ProfileError

        try:
            _ = self.desk.protocol
        except ProfileError as error:
            self.fault = error
            self.leave(2)
            return
        import immunosep_tui.ui.screens.patient  # noqa: F401

        self.set_interval(EVERY, self._look)
        if self.desk.care and self._at_terminal:
            self.set_timer(upkeep.FIRST_AFTER, self._take_care)
            self.set_interval(upkeep.EVERY, self._take_care)

    def before_leaving(self) -> bool:
        """Write the drafts; whether all of them are on the disk."""
        return self.desk.ward.drafts.flush()

    async def ask_author(self) -> Author | None:
        """Who signs: who is signed in, or who signs in now; None for nobody."""
        return self.desk.author

    # The store.

    async def _look(self) -> None:
        await self._watch.look()
        self._show_trouble()

    def _take_care(self) -> None:
        self.run_worker(self._verify_and_back_up(), exclusive=True, group="care")

    async def _verify_and_back_up(self) -> None:
        """What is damaged is not written any more; what cannot be backed up is said."""
        care = await upkeep.take_care(self.desk.care)
        if not care.is_sound:
            store = self.desk.ward.store
            store.why_read_only = store.why_read_only or troubles.damaged_for_writing()
        self._backup_failed = care.is_sound and not care.is_backed_up

    async def _store_changed(self) -> None:
        read_again = getattr(self.screen, "read_again", None)
        if read_again is not None:
            await read_again()

    def _store_troubled(self, error: StoreError | None) -> None:
        self._store_trouble = error

    def _show_trouble(self) -> None:
        """The worst thing about the store, on every screen that has the quiet line."""
        text, advice = self._trouble()
        for line in self.screen.query(QuietLine):
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
        if drafts.trouble is not None:
            return say(N_("DRAFT NOT SAVED. What is typed is on the screen only.")), None
        if self._backup_failed:
            return say(N_("NO BACKUP could be made.")), say(N_("See immunosep-tui backup."))
        return None, None

    # Commands.

    def action_evidence(self) -> None:
        """Open the evidence page, or close it."""
        from immunosep_tui.ui.screens.evidence import EvidenceScreen

        if isinstance(self.screen, EvidenceScreen):
            self.screen.dismiss()
        else:
            self.push_screen(EvidenceScreen(self.desk))
