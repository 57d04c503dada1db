"""What can be done with an entry that is wrong: take it back, or go to the room in which its value is corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart, standing_of
from immunosep_tui.record.entry import Author, Entry, Proposal
from immunosep_tui.record.kinds import Admitted, CourseStarted, CourseStopped, Decision, Labs
from immunosep_tui.record.objections import objection
from immunosep_tui.ui.attention_words import course_change_texts, item_lines, over_text
from immunosep_tui.ui.commands import Command, command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.entry_panel import head_lines
from immunosep_tui.ui.entry_words import Book
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.against import against, in_the_way, rule_text
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ward.consequences import consequences, course_change
from immunosep_tui.ward.deeds import correct_stop, take_back
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.signature import Signature


class TakeBackScreen(RecordingScreen):
    """Takes one entry back, with a reason; the entry stays readable. A stop can be given another time instead.

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
        self._rule, self._there = objection(self.chart, take_back(self.chart, self._n, self._asked_for))

    @property
    def _asked_for(self) -> Signature:
        """A signature that nothing is recorded with."""
        return Signature(self.author, self.desk.now(), "asked", "", reason="asked")

    @property
    def asks_pin(self) -> bool:
        """Whether what is taken back or corrected was recorded with a PIN."""
        return not self.has_nothing() and self._entry.body.proves

    @property
    def _corrects(self) -> bool:
        """Whether the entry can be given another time here: a stop that stands."""
        return isinstance(self._entry.body, CourseStopped) and self._n in self.chart.standing

    def _proposal(self, signature: Signature) -> Proposal | None:
        """What Enter would record; None where the time that is typed is refused."""
        if not (self._corrects and self.text("at")):
            return take_back(self.chart, self._n, signature)
        at = self.time(self.text("at"))
        if not isinstance(at, datetime):
            return None
        return correct_stop(self.chart, self._entry, self.text("at"), at, signature)

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
        reason = [] if self.has_nothing() else [Field("reason", _("Reason"), hint=hint)]
        if not self._corrects:
            return reason
        other = _("Another time corrects the stop. Empty takes the stop back as a whole.")
        return [Field("at", _("Stopped at"), hint=other), *reason]

    def judge(self, name: str, text: str) -> Verdict:
        """Any printable words; another time by what was recorded of the course."""
        if name == "reason":
            return self.judge_reason(text)
        verdict, at = self.judge_time(text), self.time(text)
        if not isinstance(at, datetime):
            return verdict
        why = against(self.desk, self.chart, correct_stop(self.chart, self._entry, text, at, self._asked_for))
        return Verdict("refused", message=why) if why else verdict

    def what(self) -> list[Line]:
        """The entry, what can be done, and why not."""
        entry = self._entry
        lines = [*head_lines(self._book, entry), ("plain", self._book.line(entry)), *self._signed(entry), ("plain", "")]
        is_other_time = self._corrects and bool(self.text("at"))
        if self._rule and not is_other_time:
            lines.append(("bad", _("It cannot be taken back: {why}").format(why=rule_text(self._rule))))
            if self._there is not None and self._there.n != entry.n:
                lines.append(("plain", in_the_way(self._book, self._there)))
        elif is_other_time:
            lines.append(("warn", _("CORRECT THE STOP: the time below takes the place of the one above.")))
            lines += self._consequences()
        else:
            lines.append(("warn", _("TAKE IT BACK: nothing takes its place; it stays readable.")))
            lines += [("warn", text) for text in self._stays()]
            lines += self._consequences()
        return [*lines, *self._elsewhere()]

    def _consequences(self) -> list[Line]:
        """What becomes of the course and of the alarms."""
        proposal, ward, now = self._proposal(self._asked_for), self.desk.ward, self.desk.now()
        if proposal is None or objection(self.chart, proposal)[0]:
            return []
        found = consequences(self.chart, [proposal], ward.judge, self.protocol, ward.settings, ms(now))
        course = course_change(self.chart, [proposal], ward.judge, ms(now))
        lines: list[Line] = [("warn", text) for text in course_change_texts(course)]
        lines += [line for item in found.new for line in item_lines(item, self.desk.zone, now)]
        return lines + ([("good", over_text(found.over))] if found.over else [])

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
        """Whether a rule stands against it, and another time cannot be given either."""
        return bool(self._rule) and not self._corrects

    def wanted(self) -> str:
        """Another time where the entry cannot be taken back; the reason, where it is missing."""
        if self._rule and not self.text("at"):
            return _("It cannot be taken back. Type another time to correct it.")
        if self.judge_reason(self.text("reason")).mark == "ok":
            return ""
        return _("Say why first: an entry is taken back.")

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        proposal = self._proposal(self.signature(self.text("reason")))
        return [] if proposal is None else [proposal]
