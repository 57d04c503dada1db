"""The end of a STOP, of a bleeding's call, or of a doubt about what a course rests on: a deed of its own, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import CALL, LIMIT, PHENOTYPE, RESTS_ON, STOP, Item
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import ENDS_STOP
from immunosep_tui.ui.attention_words import item_lines, tagged
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Choice, Field, Verdict, choice_of
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ward.deeds import continue_course, end_limit

_BLEEDING = "Bleeding"


def is_closed_by_a_person(item: Item) -> bool:
    """Whether a deed ends an item: a STOP, the call of a bleeding, and what a course rests on or may rest on."""
    if item.draft:
        return False
    is_bleeding = item.code == LIMIT and item.level == CALL and item.about == _BLEEDING
    return item.level == STOP or is_bleeding or item.code in (RESTS_ON, PHENOTYPE)


class CloseAlarmScreen(RecordingScreen):
    """Records that one alarm is over, by whom and why; a better value never does that for a STOP."""

    SCOPE: ClassVar[str] = "close-alarm"
    ASKS_PIN = True

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self.compare()

    def compare(self) -> None:
        """What can be ended as the record is now."""
        self._items = [item for item in self.attention.items if is_closed_by_a_person(item)]

    def fields(self) -> list[Field]:
        """Which one, and why it is over."""
        listed = tuple(Choice(str(n), str(n), tagged(item)) for n, item in enumerate(self._items, start=1))
        return [
            Field("item", _("Which is over"), choices=listed, hint=_("One at a time; nothing is chosen for you.")),
            Field("reason", _("Why"), hint=_("What was found, what was decided, with whom.")),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Printable words."""
        return self.judge_reason(text) if name == "reason" else Verdict()

    @property
    def _chosen(self) -> Item | None:
        choice = choice_of(self.fields()[0], self.text("item"))
        return self._items[int(choice.value) - 1] if choice else None

    def what(self) -> list[Line]:
        """Each with its number."""
        if not self._items:
            return [("plain", _("Nothing is open that a person ends."))]
        lines: list[Line] = [("title", _("WHAT IS OVER?"))]
        for n, item in enumerate(self._items, start=1):
            (part, text), *_rest = item_lines(item, self.desk.zone, self.desk.now())
            lines.append((part, f"{n}  {text}"))
        roles = ", ".join(_(role) for role in ENDS_STOP)
        lines.append(("dim", _("A STOP is ended by: {roles}. A better value never ends it.").format(roles=roles)))
        return lines

    def has_nothing(self) -> bool:
        """Whether nothing can be ended."""
        return not self._items

    def wanted(self) -> str:
        """Which one, who may, and why."""
        item = self._chosen
        if item is None:
            return _("Say which one is over.")
        if item.level == STOP and self.author.role not in ENDS_STOP:
            roles = ", ".join(_(role) for role in ENDS_STOP)
            return _("A STOP is ended by: {roles}. You sign as {role}.").format(roles=roles, role=_(self.author.role))
        return "" if self.judge_reason(self.text("reason")).mark == "ok" else _("Say why it is over.")

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        item = self._chosen
        if item is None:
            return ()
        signature = self.signature(self.text("reason"))
        if item.code in (RESTS_ON, PHENOTYPE):
            return [continue_course(self.chart, item.entries, signature)]
        return [end_limit(self.chart, item.entries[0], item.level, signature)]
