"""STOP and CALL that nobody has acknowledged: what each says, and what is done until it asks again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import LOOK, Item
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.rules.number import Refusal
from immunosep_tui.ui.attention_words import item_lines
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.verdicts import refusal_text
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.deeds import acknowledge
from immunosep_tui.ward.reading import whole

_HOUR = timedelta(hours=1)


def _numbers(items: Iterable[Item]) -> list[int]:
    """The numbers of the entries behind some items."""
    return sorted({number for item in items for number in item.entries})


class AcknowledgeScreen(RecordingScreen):
    """The one notice that interrupts: once for each new fact. Leaving it leaves the fact open, and it only calms."""

    SCOPE: ClassVar[str] = "acknowledge"
    SHEET: ClassVar[str] = "acknowledge"
    ASKS_PIN = True
    TELLS_ACTIONS = True

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self.compare()

    def compare(self) -> None:
        """What is open as the record is now; what is acknowledged can be acknowledged anew."""
        self._items = [item for item in self.attention.alarms if not item.draft]
        self._looks = [item for item in self.attention.of(LOOK) if not item.draft]

    @property
    def _most(self) -> int:
        """Most hours for which an acknowledgement calms, by the ward."""
        return self.desk.ward.settings.acknowledged // _HOUR

    def about(self) -> str:
        """The entries that are open."""
        return " ".join(str(number) for number in _numbers((*self._items, *self._looks)))

    def fields(self) -> list[Field]:
        """What is done, and for how long that holds."""
        hours = _("Asks again after so many hours, at most {most}; empty is {most} (local convention).")
        return [
            Field("reason", _("What is done"), hint=_("Whom was called, what was decided.")),
            Field("hours", _("Holds for"), "h", hint=hours.format(most=self._most)),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Printable words; a whole number of hours."""
        if name == "reason":
            return self.judge_reason(text)
        found = whole(text, self._most)
        return Verdict("refused", message=refusal_text(found)) if text and isinstance(found, Refusal) else Verdict()

    def what(self) -> list[Line]:
        """Until when it is calm; the items stand above."""
        if self.has_nothing():
            return [("plain", _("No STOP, no CALL and nothing to look at is open."))]
        lines: list[Line] = [("title", _("LOOK AT THIS"))]
        zone, now = self.desk.zone, self.desk.now()
        lines += [line for item in self._looks for line in item_lines(item, zone, now)]
        if self._looks:
            until = moment_text(self._shift_end, zone)
            lines.append(
                ("dim", _("What is to be looked at counts as seen to the end of the shift, {when}.").format(when=until))
            )
        if not self._items:
            return lines
        lines.append(("dim", _("Nothing is changed by the program: a person decides.")))
        lines.append(("dim", _("It stays in sight, and asks again {when}.").format(when=self._until_text)))
        return lines

    @property
    def _until_text(self) -> str:
        return moment_text(self._until, self.desk.zone)

    @property
    def _shift_end(self) -> datetime:
        """The end of the shift that runs, by the ward's hours."""
        settings, now = self.desk.ward.settings, self.desk.now().astimezone(self.desk.zone)
        begins = now.replace(hour=settings.due_from.hour, minute=settings.due_from.minute, second=0, microsecond=0)
        if begins > now:
            begins -= timedelta(days=1)
        return begins + ((now - begins) // settings.shift + 1) * settings.shift

    @property
    def _until(self) -> datetime:
        found = whole(self.text("hours"), self._most)
        return self.desk.now() + _HOUR * (self._most if isinstance(found, Refusal) else found)

    def has_nothing(self) -> bool:
        """Whether nothing is open."""
        return not (self._items or self._looks)

    def wanted(self) -> str:
        """What is done about it, and a usable number of hours."""
        if self.judge_reason(self.text("reason")).mark != "ok":
            return _("Say what is done about it.")
        return _("Correct the number of hours.") if self.judge("hours", self.text("hours")).mark == "refused" else ""

    def proposals(self) -> Sequence[Proposal]:
        """An entry for the alarms, and one for what is to be looked at, which is seen to the end of the shift."""
        signature = self.signature(self.text("reason"))
        listed = [(self._items, self._until), (self._looks, self._shift_end)]
        return [
            replace(acknowledge(self.chart, _numbers(items), until, signature), key=f"{signature.key}:{part}")
            for part, (items, until) in enumerate(listed)
            if items
        ]
