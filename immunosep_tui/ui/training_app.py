"""``immunosep-tui train``: the training room alone, without a ward behind it."""

from __future__ import annotations

from immunosep_tui.i18n import _
from immunosep_tui.ui.screens.training.classroom import Classroom
from immunosep_tui.ui.screens.training.home import HomeScreen
from immunosep_tui.ui.shell.shell import Shell


class TrainingApp(Shell):
    """Nothing on any of its screens belongs to a patient.

    Args:
        classroom: who learns, and the learners' file.
        mode: begin in this way at once; empty to choose.
    """

    def __init__(self, classroom: Classroom, mode: str = "") -> None:
        super().__init__()
        self._classroom = classroom
        self._mode = mode

    @property
    def is_training(self) -> bool:
        """Every screen says so."""
        return True

    def get_default_screen(self) -> HomeScreen:
        """The training room."""
        return HomeScreen(self._classroom, self._mode)

    async def action_evidence(self) -> None:
        """Open the evidence page, or go back to it, or from it."""
        from immunosep_tui.ui.screens.evidence import toggle_evidence

        await toggle_evidence(self, self._classroom.protocol)

    async def action_change_user(self) -> None:
        """Somebody else learns from now on; an open round keeps its place."""
        home = self.screen
        if isinstance(home, HomeScreen):
            await home.action_who()
        else:
            self.hint = _("Esc first: somebody else begins in the training room.")

    def action_lock(self) -> None:
        """There is nothing to hide here."""
        self.hint = _("Nothing is locked here: no patient is in the training room.")
