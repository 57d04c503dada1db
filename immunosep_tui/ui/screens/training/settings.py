"""How a round is made: the seed of a class, how many cases, and the clock."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from immunosep_tui.i18n import _
from immunosep_tui.rules.number import Refusal
from immunosep_tui.training.rounds import SEEDS
from immunosep_tui.ui.form import Field, Form, Verdict
from immunosep_tui.ui.rooms.verdicts import refusal_text
from immunosep_tui.ui.screens.training.classroom import DEFAULT_COUNT, Classroom
from immunosep_tui.ui.screens.training.page import TrainingScreen
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ui.widgets.quiet_line import QuietLine
from immunosep_tui.ui.widgets.training_line import TrainingLine
from immunosep_tui.ward.reading import whole

MOST_CASES = 50
LONGEST_CLOCK = 3600
HIGHEST = {"seed": SEEDS - 1, "count": MOST_CASES, "clock": LONGEST_CLOCK}
"""The largest number that each row takes."""


class SettingsScreen(TrainingScreen):
    """Kept until the training room is left."""

    AUTO_FOCUS = None

    def __init__(self, classroom: Classroom) -> None:
        super().__init__()
        self._classroom = classroom

    def compose(self) -> ComposeResult:
        """Three rows."""
        room = self._classroom
        clock = _("Seconds for each question of a test, or for each day at a bedside. 0: no clock.")
        fields = [
            Field(
                "seed",
                _("Seed of a class"),
                hint=_("The same seed gives everybody the same cases. Empty: your own round."),
            ),
            Field("count", _("Cases"), hint=_("How many cases a round has.")),
            Field("clock", _("Clock"), _("seconds"), hint=clock),
        ]
        texts = {
            "seed": "" if room.seed is None else str(room.seed),
            "count": str(room.count),
            "clock": str(room.clock),
        }
        yield TrainingLine()
        yield Form(fields, texts, self._judge)
        yield QuietLine()
        yield KeyFooter()

    def on_mount(self) -> None:
        """Begin at the first row."""
        self.query_one(Form).focus()

    def _judge(self, row: str, text: str) -> Verdict:
        if not text:
            return Verdict()
        found = whole(text, HIGHEST[row])
        if isinstance(found, Refusal):
            return Verdict("refused", message=refusal_text(found))
        if row == "count" and not found:
            return Verdict("refused", message=_("A round has one case at least."))
        return Verdict("ok")

    @on(Form.Left)
    def _done(self, event: Form.Left) -> None:
        event.stop()
        form = event.form
        refused = [row for row, text in form.texts.items() if self._judge(row, text).mark == "refused"]
        form.stay()
        if refused:
            form.activate(refused[0])
        if event.direction < 0 or refused or not self.is_active:
            return
        numbers = {row: whole(text, HIGHEST[row]) for row, text in form.texts.items() if text}
        given = {row: number if isinstance(number, int) else None for row, number in numbers.items()}
        room = self._classroom
        room.seed, room.count, room.clock = (
            given.get("seed"),
            given.get("count") or DEFAULT_COUNT,
            given.get("clock") or 0,
        )
        self.dismiss(None)
