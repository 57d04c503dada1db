"""The application: screens wired to the shell, nothing else."""

from __future__ import annotations

from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.screens.board import BoardScreen
from immunosep_tui.ui.shell import Shell


class ImmunoSepApp(Shell):
    """The ward board and the rooms behind it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.fault: Exception | None = None
        """Why the protocol cannot be used; the program has then ended without classifying anybody."""

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

    def action_evidence(self) -> None:
        """Open the evidence page, or close it."""
        from immunosep_tui.ui.screens.evidence import EvidenceScreen

        if isinstance(self.screen, EvidenceScreen):
            self.screen.dismiss()
        else:
            self.push_screen(EvidenceScreen(self.desk))
