"""Who learns: one of those who did before, by number, or a new name."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from immunosep_tui.i18n import _
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.text import show
from immunosep_tui.training.book import learner_of
from immunosep_tui.training.lines import Line
from immunosep_tui.ui.form import Field, Form, Verdict
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.rooms.verdicts import refusal_text
from immunosep_tui.ui.screens.training.classroom import Classroom
from immunosep_tui.ui.screens.training.page import TrainingScreen
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ui.widgets.quiet_line import QuietLine
from immunosep_tui.ui.widgets.training_line import TrainingLine

ROW = "learner"


class WhoScreen(TrainingScreen):
    """No PIN: there are no patients here."""

    AUTO_FOCUS = None
    DEFAULT_CSS = """
    WhoScreen Panel { padding: 0 0 0 1; }
    WhoScreen Form { height: 6; }
    """

    def __init__(self, classroom: Classroom, known: tuple[str, ...]) -> None:
        super().__init__()
        self._classroom = classroom
        self._known = known

    def compose(self) -> ComposeResult:
        """Those who learned here before, and one row."""
        hint = _("A number from the list, or a new name or initials. Enter goes on.")
        yield TrainingLine()
        yield Panel()
        yield Form([Field(ROW, _("Who learns?"), hint=hint)], {}, self._judge)
        yield QuietLine()
        yield KeyFooter()

    def on_mount(self) -> None:
        """Show the list."""
        lines: list[Line] = [("title", _("Who learns?"))]
        lines += [("plain", f"{number:>3} {show(name)}") for number, name in enumerate(self._known, start=1)]
        if not self._known:
            lines.append(("plain", _("Nobody has learned on this machine yet.")))
        self.query_one(Panel).show_lines(lines)
        self.query_one(Form).focus()

    def _learner(self, text: str) -> str | Refusal:
        typed = text.strip()
        if typed.isascii() and typed.isdecimal() and 0 < int(typed[:6]) <= len(self._known):
            return self._known[int(typed) - 1]
        return learner_of(text, self._known)

    def _judge(self, _row: str, text: str) -> Verdict:
        if not text:
            return Verdict()
        found = self._learner(text)
        if isinstance(found, Refusal):
            return Verdict("refused", message=refusal_text(found))
        new = "" if found in self._known else _("New here: {name}. Enter goes on.").format(name=show(found))
        return Verdict("ok", show(found) if found != text else "", new)

    @on(Form.Left)
    def _chosen(self, event: Form.Left) -> None:
        event.stop()
        event.form.stay()
        found = self._learner(event.form.texts[ROW])
        if event.direction > 0 and self.is_active and not isinstance(found, Refusal):
            self._classroom.learner = found
            self.dismiss(None)
