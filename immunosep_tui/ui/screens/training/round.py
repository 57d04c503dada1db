"""One question of a round: the case on the left, the question on the right, then what is said about the answer."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.number import Refusal
from immunosep_tui.store.errors import StoreError
from immunosep_tui.training import simulation
from immunosep_tui.training.feedback import NOT_GIVEN
from immunosep_tui.training.lines import Line, rows
from immunosep_tui.training.mark import Mark, answer_of, label_of
from immunosep_tui.training.session import Session, Step
from immunosep_tui.training.sheet import groups
from immunosep_tui.training.topics import TOPICS
from immunosep_tui.ui.commands import bindings_for
from immunosep_tui.ui.form import Field, Form, Verdict
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.rooms.verdicts import refusal_text
from immunosep_tui.ui.screens.training.classroom import Classroom
from immunosep_tui.ui.screens.training.options import Options
from immunosep_tui.ui.screens.training.page import TrainingScreen, trouble
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ui.widgets.quiet_line import QuietLine
from immunosep_tui.ui.widgets.training_line import TrainingLine
from immunosep_tui.ui.workers import start_worker

ROW = "answer"


class RoundScreen(TrainingScreen):
    """A digit marks an answer, Enter gives it; it is on the disk before anything is said about it.

    Args:
        classroom: who learns, and the learners' file.
        session: the round, at whatever question it stands.
    """

    SCOPE: ClassVar[str] = "round"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_for("round"))
    DEFAULT_CSS = """
    RoundScreen #parts { height: 1fr; }
    RoundScreen #case { width: 1fr; padding: 0 1; }
    RoundScreen #asked { width: 1fr; border-left: solid $panel; padding: 0 0 0 1; }
    RoundScreen Form { height: 1fr; display: none; }
    RoundScreen.-number Options { height: 9; }
    RoundScreen.-number Form { display: block; }
    RoundScreen #clock { height: 1; display: none; }
    RoundScreen.-clock #clock { display: block; }
    """

    def __init__(self, classroom: Classroom, session: Session) -> None:
        super().__init__()
        self._classroom = classroom
        self._session = session
        self._step: Step | None = None
        self._mark: Mark | None = None
        self._hinted = False
        self._notice: list[Line] = []
        self._asked_at = 0.0
        self._left = 0
        self.ready = False
        """Whether a question or an explanation waits for a key; the shell holds keys until then."""

    def compose(self) -> ComposeResult:
        """The case, the question with its form, what is always said, the keys."""
        yield TrainingLine()
        with Horizontal(id="parts"):
            yield Panel(id="case")
            with Vertical(id="asked"):
                yield Panel(id="clock")
                yield Options(id="question")
                yield Form([Field(ROW, _("Answer"))], {}, self._judge)
        yield QuietLine()
        yield KeyFooter()

    async def on_mount(self) -> None:
        """Ask the first question that has no answer."""
        if self._session.plan.clock:
            self.add_class("-clock")
            self.set_interval(1, self._tick)
        await self._go_on()

    @property
    def _options(self) -> Options:
        return self.query_one(Options)

    # ---- the questions -------------------------------------------------------------------------------------------
    async def _go_on(self) -> None:
        """The next question, or the page at the end of the round."""
        self.ready = False
        before, self._mark, self._notice, self._hinted = self._step, None, [], False
        self._step = await asyncio.to_thread(self._session.next)
        if self._step is None:
            await self._finish()
            return
        step = self._step
        if before is None or (before.place, before.day) != (step.place, step.day) or not step.day:
            self._left = self._session.plan.clock
        self._asked_at = time.monotonic()
        self._ask(step)
        self.ready = True

    async def _finish(self) -> None:
        from immunosep_tui.ui.screens.training.result import ResultScreen

        try:
            await asyncio.to_thread(self._session.end, self._classroom.now())
        except StoreError as error:
            self._options.show_lines([*trouble(error), ("plain", _("Enter tries again. Esc goes back."))])
            self.ready = True
            return
        self.ready = True
        if self.is_active:  # else Enter does it: what covers it must not give way
            self.app.switch_screen(ResultScreen(self._session))  # awaited it would wait for this worker

    def _ask(self, step: Step) -> None:
        asked = step.question
        self.query_one("#case", Panel).show_lines(self._case(step))
        self.set_class(asked.is_number, "-number")
        self._options.choose(asked.options, is_open=not asked.is_number)
        self._draw()
        if asked.is_number:
            hint = " ".join(f"{option.value} = {words(option.label)}" for option in asked.options)
            form = self.query_one(Form)
            form.load([Field(ROW, _("Answer"), hint=hint or _("A number in digits."))], {})
            form.focus()
        else:
            self.set_focus(self._options)
        self._draw_clock()

    def _case(self, step: Step) -> list[Line]:
        """The case as far as it is known; its title tells too much before the answer."""
        if step.day:
            decided = {ask: each.answer for (_place, ask), each in self._session.given.items()}
            is_told = step.question.key != "day" or self._mark is not None
            return simulation.page(step.item, step.day, decided, is_day_told=is_told)
        cases = len(self._session.plan.items)
        title = _("Case {n} of {count}").format(n=step.place + 1, count=cases)
        if self._mark is not None:
            title += f": {step.item.title}"
        return [("title", title), ("plain", step.item.story), *rows(groups(step.item.situation))]

    def _draw(self) -> None:
        """The question with its answers, the hint, and what is to be said about the keys."""
        step = self._step
        assert step is not None
        asked = step.question
        lines: list[Line] = [("title", words(asked.prompt)), ("plain", "")]
        if not asked.is_number:
            lines += self._options.listed()
        if self._hinted:
            lines += [("plain", ""), ("note", _("Hint: {hint}").format(hint=self._hint(step)))]
        if self._notice:
            lines += [("plain", ""), *self._notice]
        elif not asked.is_number:
            chosen = self._options.chosen
            told = _("Press the number of an answer.") if chosen is None else _("Enter gives this answer.")
            lines += [("plain", ""), ("dim", told)]
        self._options.show_lines(lines)

    @staticmethod
    def _hint(step: Step) -> str:
        topic = TOPICS.get(step.question.topic)
        return step.hint or (_(topic.rule) if topic else _("There is none."))

    def _judge(self, _row: str, text: str) -> Verdict:
        if not text or self._step is None:
            return Verdict()
        asked = self._step.question
        found = answer_of(asked, text)
        if isinstance(found, Refusal):
            return Verdict("refused", message=refusal_text(found))
        shown = words(label_of(asked, found))
        return Verdict("ok", "" if shown == text.strip() else shown)

    # ---- answers -------------------------------------------------------------------------------------------------
    @on(Options.Chosen)
    def _chosen(self, event: Options.Chosen) -> None:
        event.stop()
        self._notice = []
        self._draw()

    @on(Form.Left)
    async def _entered(self, event: Form.Left) -> None:
        event.stop()
        event.form.stay()
        if event.direction > 0:
            await self.action_answer()

    def _typed(self, step: Step) -> str | None:
        """The answer that was marked or typed; None where there is none that can be given."""
        if not step.question.is_number:
            return self._options.chosen
        text = self.query_one(Form).texts[ROW]
        found = answer_of(step.question, text) if text else None
        return found if isinstance(found, str) else None

    async def action_answer(self) -> None:
        """Give the answer that is marked; behind an explanation go on."""
        if not self.ready:
            return
        step = self._step
        if step is None or self._mark is not None:
            start_worker(self, self._go_on)
            return
        answer = self._typed(step)
        if answer is None:
            typed = step.question.is_number and self.query_one(Form).texts[ROW]
            self.say(_("Not given: the reason stands below it.") if typed else _("No answer yet."))
            return
        self._keep(step, answer)

    def _keep(self, step: Step, answer: str) -> None:
        self.ready = False
        start_worker(self, partial(self._give, step, answer))

    async def _give(self, step: Step, answer: str) -> None:
        """Write the answer down, then say what there is to say about it."""
        seconds = int(time.monotonic() - self._asked_at)
        try:
            mark = await asyncio.to_thread(
                self._session.give, step, answer, hinted=self._hinted, seconds=seconds, now=self._classroom.now()
            )
        except StoreError as error:
            self._notice = [("bad", _("NOT SAVED")), *trouble(error), ("plain", _("Enter tries again."))]
            self._draw()
            self.ready = True
            return
        if answer == NOT_GIVEN or not self._session.tells_at_once:
            await self._go_on()
            return
        self._mark = mark
        self.remove_class("-number")
        situation = simulation.as_of(simulation.charted(step.item), step.day) if step.day else step.item.situation
        self.query_one("#case", Panel).show_lines(self._case(step))
        self._options.close()
        on_last = self._session.is_last_of_case(step)
        keys = _("Enter goes on. D: debrief of the case.") if on_last else _("Enter goes on.")
        self._options.show_lines([*simulation.told(mark, situation), ("plain", ""), ("dim", keys)])
        self.set_focus(self._options)
        self.ready = True

    # ---- keys ----------------------------------------------------------------------------------------------------
    def action_hint(self) -> None:
        """Show the hint; the answer counts as hinted."""
        if self._step is None or self._mark is not None:
            return
        if not self._session.tells_at_once:
            self.say(_("There are no hints in a test."))
            return
        self._hinted = True
        self._draw()

    async def action_debrief(self) -> None:
        """The debrief of the case, once its last question is answered: it names every answer."""
        from immunosep_tui.ui.screens.training.debriefs import DebriefScreen

        step = self._step
        if step is None or self._mark is None or step.day or not self._session.is_last_of_case(step):
            self.say(_("The debrief follows the last question of a case."))
            return
        await self.app.push_screen(DebriefScreen([step.item]))

    def action_scroll_case(self, lines: int) -> None:
        """Show later or earlier lines of the case."""
        self.query_one("#case", Panel).action_scroll(lines)

    # ---- the clock -----------------------------------------------------------------------------------------------
    def _tick(self) -> None:
        """Count down while a question stands; when the time is over it counts as not answered."""
        if not self.ready or self._step is None or self._mark is not None or not self.is_current:
            return
        self._left = max(0, self._left - 1)
        self._draw_clock()
        if not self._left:
            self._keep(self._step, NOT_GIVEN)

    def _draw_clock(self) -> None:
        if self._session.plan.clock:
            text = _("Time left: {seconds} s").format(seconds=self._left)
            self.query_one("#clock", Panel).show_lines([("dim", text)])
