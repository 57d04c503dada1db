"""Go on after a hold: the held doses that wait, and why the course goes on all the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.entry import Proposal
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.dose_words import AGAINST_WORDS, entry_text
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.whose import judge_whose, wanted_whose, whose_field
from immunosep_tui.ward.deeds import end_hold


class HoldEndScreen(RecordingScreen):
    """Records that the course goes on although doses were held; what was held stays held."""

    SCOPE: ClassVar[str] = "hold-end"
    SHEET: ClassVar[str] = "hold-end"
    ASKS_PIN = True

    @property
    def _waiting(self) -> tuple[int, ...]:
        """The held doses that wait; none where no course runs."""
        return () if self.chart.running is None else self.chart.running.waiting

    def about(self) -> str:
        """The course and the held doses that wait."""
        running = self.chart.running
        return "" if running is None else ".".join(str(n) for n in (running.n, *self._waiting))

    def fields(self) -> list[Field]:
        """Why and whose."""
        if self.has_nothing():
            return []
        return [Field("reason", _("Why it goes on"), hint=_("What was found and decided, with whom.")), whose_field()]

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself."""
        return self.judge_reason(text) if name == "reason" else judge_whose(self.chart, text)

    def what(self) -> list[Line]:
        """What is held, since when and why, and what still stands against a dose."""
        running = self.chart.running
        if running is None or not self._waiting:
            return [("plain", _("No dose is held and waits."))]
        lines: list[Line] = [("title", _("THE COURSE GOES ON AFTER A HOLD"))]
        for number in self._waiting:
            text = _("Dose {n}: {what}").format(n=number, what=entry_text(self.desk, running.doses[number]))
            lines.append(("plain", text))
        if against := self.attention.against_dose:
            lines.append(("bad", _(AGAINST_WORDS[against])))
        stop, dose = (key_name(command(each).keys[0]) for each in ("course", "dose"))
        other = _("The held doses stay held. The next dose goes on without this: {dose}. {stop} stops the course.")
        return [*lines, ("dim", other.format(dose=dose, stop=stop))]

    def has_nothing(self) -> bool:
        """Whether no dose waits."""
        return not self._waiting

    def wanted(self) -> str:
        """The first answer that is missing or refused."""
        if self.judge_reason(self.text("reason")).mark != "ok":
            return _("Say why the course goes on.")
        return wanted_whose(self.chart, self.text("whose"))

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        running = self.chart.running
        if running is None:
            return ()
        entries = [running.doses[number].n for number in self._waiting]
        return [end_hold(self.chart, running.n, entries, self.signature(self.text("reason")))]
