"""What can be done with an entry that is wrong: take it back, or go to the room in which its value is corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events

from immunosep_tui.i18n import _, words
from immunosep_tui.record.chart import Chart, standing_of
from immunosep_tui.record.entry import Author, Entry, Proposal
from immunosep_tui.record.kinds import Admitted, CourseStarted, Decision, Labs
from immunosep_tui.record.objections import objection
from immunosep_tui.store.troubles import refused
from immunosep_tui.ui.attention_words import item_lines, over_text
from immunosep_tui.ui.commands import Command, command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.entry_panel import head_lines
from immunosep_tui.ui.entry_words import Book
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ward.consequences import consequences
from immunosep_tui.ward.deeds import take_back
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.signature import Signature


class TakeBackScreen(RecordingScreen):
    """Takes one entry back, with a reason; the entry stays readable.

    Args:
        entry: number of the entry.
        go: opens the room of a place of the sheet.
    """

    SCOPE: ClassVar[str] = "sign"
    SHEET: ClassVar[str] = "take-back"

    def __init__(
        self, desk: Desk, author: Author, chart: Chart, key: str, *, entry: int, go: Callable[[str], object]
    ) -> None:
        super().__init__(desk, author, chart, key)
        self._n = entry
        self._go = go
        self.compare()

    def compare(self) -> None:
        """Whether it can still be taken back."""
        self._book = Book(self.chart.entries, self.desk.zone, self.protocol)
        signature = Signature(self.author, self.desk.now(), "asked", "", reason="asked")
        proposal = take_back(self.chart, self._n, signature)
        self._rule, self._there = objection(self.chart, proposal)
        ward, at = self.desk.ward, ms(self.desk.now())
        listed = [] if self._rule else [proposal]
        self._changes = consequences(self.chart, listed, ward.judge, self.protocol, ward.settings, at)

    @property
    def asks_pin(self) -> bool:
        """Whether what is taken back was recorded with a PIN."""
        return not self._rule and self._entry.body.proves

    @property
    def _entry(self) -> Entry:
        return self.chart.entries[self._n - 1]

    @property
    def _place(self) -> str:
        """The place of the sheet, or the room, in which what the entry says is typed; empty for none."""
        body = self._entry.body
        if isinstance(body, Decision):
            return "labs"
        return body.room or body.section or ""

    @property
    def _room(self) -> Command | None:
        """The command that opens the room; none for an entry that does not stand."""
        if self._n in self._book.takers:
            return None
        room = self._place.partition(".")[0]
        return command(f"room-{'labs' if room == 'sample' else room}") if room else None

    def about(self) -> str:
        """The entry."""
        return str(self._n)

    def fields(self) -> list[Field]:
        """The reason, where it can be taken back."""
        hint = _("Why it is wrong. The entry stays readable and is marked as taken back.")
        return [] if self._rule else [Field("reason", _("Reason"), hint=hint)]

    def judge(self, name: str, text: str) -> Verdict:
        """Any printable words."""
        return self.judge_reason(text)

    def what(self) -> list[Line]:
        """The entry, what can be done, and why not."""
        entry = self._entry
        lines = [*head_lines(self._book, entry), ("plain", self._book.line(entry)), *self._signed(entry), ("plain", "")]
        if self._rule:
            lines.append(("bad", _("It cannot be taken back: {why}").format(why=words(refused(self._rule, None).text))))
            if self._there is not None and self._there.n != entry.n:
                told = _("In the way: no. {n}, {line}")
                lines.append(("plain", told.format(n=self._there.n, line=self._book.line(self._there))))
        else:
            lines.append(("warn", _("TAKE IT BACK: nothing takes its place; it stays readable.")))
            lines += [("warn", text) for text in self._stays()]
            lines += [line for item in self._changes.new for line in item_lines(item, self.desk.zone, self.desk.now())]
            lines += [("good", over_text(self._changes.over))] if self._changes.over else []
        return [*lines, *self._elsewhere()]

    def _signed(self, entry: Entry) -> list[Line]:
        told = _("Recorded {when} by {author} ({role}).")
        when = self._book.time(entry.recorded)
        return [("dim", told.format(when=when, author=entry.author, role=_(entry.role)))]

    def _stays(self) -> list[str]:
        """What was recorded together with the entry, or rests on it, and is not taken back with it."""
        if isinstance(self._entry.body, Admitted):
            return [_("The patient then has no bed, no case and no identifier: better correct them.")]
        if not isinstance(self._entry.body, Labs | Decision):
            return []
        standing = {entry.n: entry for entry in standing_of(self.chart.entries)}
        follows = standing.get(self._n + 1)
        resting = [follows] if follows is not None and isinstance(follows.body, Decision) else []
        decided = {self._n, *(entry.n for entry in resting)}
        resting += [e for e in standing.values() if isinstance(e.body, CourseStarted) and e.body.decision in decided]
        told = _("Not taken back with it: no. {n}, {line}")
        return [told.format(n=entry.n, line=self._book.line(entry)) for entry in resting]

    def _elsewhere(self) -> list[Line]:
        room, body = self._room, self._entry.body
        if room is None:
            return []
        names = {"key": key_name(room.keys[0]), "room": _(room.label)}
        if isinstance(body, Decision):
            text = _(
                "{key} goes to {room}: a corrected value there gives a new decision, which takes the place of this."
            )
        elif self._rule:
            text = _("{key} goes to {room}.")
        elif body.room:
            text = _("{key} goes to {room}, where it is recorded again once it is taken back.")
        else:
            text = _("A wrong value is corrected in its room: {key} goes to {room}; type it there and sign it.")
        return [("note", text.format(**names))]

    def on_key(self, event: events.Key) -> None:
        """The key of the room goes there, as it does everywhere."""
        room = self._room
        if room is not None and event.key == room.keys[0] and not self._busy and self.is_active:
            event.stop()
            self.dismiss(False)
            self._go(self._place)

    def has_nothing(self) -> bool:
        """Whether a rule stands against it."""
        return bool(self._rule)

    def wanted(self) -> str:
        """The reason, where it is missing."""
        if self.judge_reason(self.text("reason")).mark == "ok":
            return ""
        return _("Say why first: an entry is taken back.")

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        return [take_back(self.chart, self._n, self.signature(self.text("reason")))]
