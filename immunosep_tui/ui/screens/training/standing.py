"""How a learner stands: per topic what was seen, what was right, when it is due; and the misreadings that were followed."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from immunosep_tui.store.errors import StoreError
from immunosep_tui.training import export
from immunosep_tui.ui.screens.training.classroom import Classroom
from immunosep_tui.ui.screens.training.page import TrainingPage, trouble


class StandingScreen(TrainingPage):
    """The same lines as a supervisor gets.

    Args:
        classroom: who learns, and the learners' file.
    """

    SCOPE: ClassVar[str] = "progress"

    def __init__(self, classroom: Classroom) -> None:
        super().__init__()
        self._classroom = classroom

    async def on_mount(self) -> None:
        """Show the page."""
        try:
            lines = await asyncio.to_thread(self._report)
        except StoreError as error:
            self.show(trouble(error))
            return
        below = lines[1:]  # the first line says what this screen says already
        self.show([("plain" if text.startswith(" ") else "title", text) for text in below])

    def _report(self) -> tuple[str, ...]:
        room = self._classroom
        return export.lines(export.report(room.book, room.learner, room.now()))
