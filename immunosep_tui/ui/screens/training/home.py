"""The training room: who learns, what was left open, what is due, and the five ways to learn."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from textual.binding import BindingType

from immunosep_tui.i18n import _
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import StoreError
from immunosep_tui.training.book import Round
from immunosep_tui.training.lines import Line
from immunosep_tui.training.progress import Standing
from immunosep_tui.training.rounds import MODES
from immunosep_tui.training.session import Session
from immunosep_tui.training.topics import TOPICS
from immunosep_tui.ui.commands import bindings_for
from immunosep_tui.ui.screens.training.classroom import Classroom
from immunosep_tui.ui.screens.training.page import TrainingPage, trouble
from immunosep_tui.ui.screens.training.who import WhoScreen
from immunosep_tui.ui.workers import start_worker

MODE_WORDS: Final = {
    "learn": (N_("Learn"), N_("one question at a time, with hints; explained at once")),
    "test": (N_("Test"), N_("no hints; everything is explained after the round")),
    "sofa": (N_("SOFA"), N_("score one organ or a whole day from raw values")),
    "bedside": (N_("Bedside"), N_("one course over 15 days: doses, checklist, response")),
    "evidence": (N_("Evidence"), N_("what the trial showed, and what it did not")),
}
"""Each way to learn: its name and what happens in it."""

DUE_NAMED: Final = 4
"""Topics that are due of which the name is given; the others are counted."""


@dataclass(frozen=True, slots=True)
class _State:
    """What the home page says of a learner."""

    standing: Standing
    open: Session | None
    last: Round | None


class HomeScreen(TrainingPage):
    """The first screen of the training room.

    Args:
        classroom: who learns, and the learners' file.
        mode: begin in this way at once; empty to choose.
    """

    SCOPE: ClassVar[str] = "training"
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_for("training"))

    def __init__(self, classroom: Classroom, mode: str = "") -> None:
        super().__init__()
        self._classroom = classroom
        self._mode = mode
        self._open: Session | None = None
        self._asked = False
        self.ready = False
        """Whether the page has read what it shows; the shell holds keys until then."""

    async def on_screen_resume(self) -> None:
        """Ask who learns, then show what there is; a way that was asked for begins."""
        if not self._classroom.learner and not self._asked:
            self._asked = True
            await self.action_who()
        elif self._classroom.learner:
            await self._look()
        else:
            self.show([("title", _("Training room")), ("warn", _("Nobody learns yet: W asks who.")), *_ways()])
            self.ready = True

    async def _look(self) -> None:
        try:
            state = await asyncio.to_thread(self._read)
        except StoreError as error:
            self.show(trouble(error))
            self.ready = True
            return
        self._open = state.open
        self.show(self._lines(state))
        self.ready = True
        mode, self._mode = self._mode, ""
        if mode and (state.open is None or state.open.plan.mode == mode):
            await (self.action_resume() if state.open else self.action_begin(mode))

    def _read(self) -> _State:
        room = self._classroom
        ended = [each for each in room.book.rounds(room.learner) if each.ended is not None]
        return _State(room.standing(), room.resumed(), ended[-1] if ended else None)

    def _lines(self, state: _State) -> list[Line]:
        room = self._classroom
        lines: list[Line] = [("title", _("Training room: {name}").format(name=show(room.learner))), ("plain", "")]
        if state.open is not None:
            text = _("OPEN ROUND: {mode}, {done} answered. Enter goes on with it; X ends it as it is.")
            mode = _(MODE_WORDS[state.open.plan.mode][0])
            lines += [("warn", text.format(mode=mode, done=len(state.open.given))), ("plain", "")]
        lines += [*_ways(), ("plain", ""), *self._due(state.standing)]
        if state.last is not None:
            last = state.last
            text = _("Last round: {mode}, {right} of {count} right.")
            mode = _(MODE_WORDS[last.plan.mode][0])
            lines.append(("plain", text.format(mode=mode, right=last.right, count=last.answered)))
        if state.standing.streak:
            lines.append(("plain", _("Days in a row: {days}.").format(days=state.standing.streak)))
        seed = _("your own cases") if room.seed is None else _("class, seed {seed}").format(seed=room.seed)
        clock = _("no clock") if not room.clock else _("clock {seconds} s").format(seconds=room.clock)
        text = _("Next round: {count} cases, {seed}, {clock}. S changes it.")
        return [*lines, ("dim", text.format(count=room.count, seed=seed, clock=clock))]

    @staticmethod
    def _due(known: Standing) -> list[Line]:
        due = [_(TOPICS[topic].title) for topic in known.due if topic in TOPICS]
        if not due:
            return [("plain", _("Nothing is due." if known.topics else _("Nothing was asked yet.")))]
        named = ", ".join(due[:DUE_NAMED])
        more = _(" and {count} more").format(count=len(due) - DUE_NAMED) if len(due) > DUE_NAMED else ""
        return [("plain", _("Due again: {topics}{more}.").format(topics=named, more=more))]

    # Commands.

    async def action_who(self) -> None:
        """Ask who learns."""
        try:
            known = await asyncio.to_thread(self._classroom.book.learners)
        except StoreError as error:
            self.show(trouble(error))
            self.ready = True
            return
        self.ready = True
        if self.is_active:
            await self.app.push_screen(WhoScreen(self._classroom, known))

    async def action_settings(self) -> None:
        """Ask how rounds are made."""
        from immunosep_tui.ui.screens.training.settings import SettingsScreen

        await self.app.push_screen(SettingsScreen(self._classroom))

    async def action_progress(self) -> None:
        """Show how the learner stands, topic by topic."""
        from immunosep_tui.ui.screens.training.standing import StandingScreen

        if self._classroom.learner:
            await self.app.push_screen(StandingScreen(self._classroom))

    async def action_resume(self) -> None:
        """Go on with the round that was not ended."""
        if self._open is None:
            self.say(_("No round is open: press 1 to 5."))
        else:
            await self._enter(self._open)

    async def action_close(self) -> None:
        """End the open round as it is."""
        if self._open is None:
            self.say(_("No round is open."))
            return
        try:
            await asyncio.to_thread(self._open.end, self._classroom.now())
        except StoreError as error:
            self.show(trouble(error))
            return
        await self._look()

    async def action_begin(self, mode: str) -> None:
        """Begin a round, unless one is open."""
        if not self._classroom.learner:
            self.say(_("Nobody learns yet: W asks who."))
        elif self._open is not None:
            self.say(_("A round is open: Enter goes on with it, X ends it as it is."))
        elif self.ready:
            self.ready = False
            self.say(_("Choosing the cases ..."))
            start_worker(self, partial(self._begin, mode))

    async def _begin(self, mode: str) -> None:
        try:
            session = await asyncio.to_thread(self._classroom.begun, mode)
        except StoreError as error:
            self.show(trouble(error))
            session = None
        self.ready = True
        self.say("" if session else _("No case fits."))
        if session is not None:
            await self._enter(session)

    async def _enter(self, session: Session) -> None:
        from immunosep_tui.ui.screens.training.round import RoundScreen

        if self.is_active:
            await self.app.push_screen(RoundScreen(self._classroom, session))


def _ways() -> list[Line]:
    lines: list[Line] = []
    for key, mode in enumerate(MODES, start=1):
        name, text = MODE_WORDS[mode]
        lines.append(("plain", f"  {key}  {_(name):<10} {_(text)}"))
    return lines
