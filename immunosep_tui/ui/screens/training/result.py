"""The end of a round: every question with its mark, and where to read on."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from immunosep_tui.i18n import _, words
from immunosep_tui.training import simulation
from immunosep_tui.training.feedback import NOT_GIVEN, SIGNS
from immunosep_tui.training.lines import Line
from immunosep_tui.training.mark import Mark, label_of
from immunosep_tui.training.session import Session, Step
from immunosep_tui.ui.commands import bindings_for
from immunosep_tui.ui.screens.training.page import TrainingPage


class ResultScreen(TrainingPage):
    """How a round went.

    Args:
        session: the round, which has ended.
    """

    SCOPE: ClassVar[str] = "result"
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_for("result"))

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def on_mount(self) -> None:
        """Show the page."""
        self.show(result_lines(self._session))

    def action_leave(self) -> None:
        """Back to the training room."""
        self.dismiss(None)

    async def action_debrief(self) -> None:
        """The debrief of each case."""
        from immunosep_tui.ui.screens.training.debriefs import DebriefScreen

        places = range(len(self._session.plan.items))
        cases = [case for case in map(self._session.item, places) if case is not None]
        if cases:
            await self.app.push_screen(DebriefScreen(cases))


def result_lines(session: Session) -> list[Line]:
    """The page: the marks of a round, or the record of a course."""
    marks = session.marks()
    right = sum(mark.right for _step, mark in marks)
    lines: list[Line] = [
        ("title", _("The round is over: {right} of {count} right.").format(right=right, count=len(marks)))
    ]
    if session.plan.in_class:
        lines.append(("plain", _("Class, seed {seed}.").format(seed=session.plan.seed)))
    lines += [("dim", _("D: the debrief of each case. Enter: back to the training room.")), ("plain", "")]
    if session.plan.mode == "bedside" and marks:
        lines = [("dim", lines[1][1])] if session.plan.in_class else []
        lines += simulation.summary(marks[0][0].item, {step.ask: mark for step, mark in marks})
        marks = [(step, mark) for step, mark in marks if not mark.right]
    for step, mark in marks:
        lines += _marked(step, mark)
    return lines


def _marked(step: Step, mark: Mark) -> list[Line]:
    """One question: its mark, and of a wrong one both answers and why it tempts."""
    asked = mark.question
    where = _("day {n}").format(n=step.day) if step.day else _("case {n}").format(n=step.place + 1)
    sign = _(SIGNS[mark.right])
    lines: list[Line] = [("good" if mark.right else "bad", f"{sign}, {where}: {words(asked.prompt)}")]
    answer = words(label_of(asked, asked.solution.value))
    if mark.right:
        return [*lines, ("plain", f"    {answer}")]
    given = words(label_of(asked, mark.given)) if mark.given != NOT_GIVEN else _("no answer")
    lines.append(("plain", _("    You: {given}. Right: {answer}.").format(given=given, answer=answer)))
    if mark.misreading is not None:
        lines.append(("warn", f"    {_(mark.misreading.why)}"))
    return lines
