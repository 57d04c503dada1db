"""The review of a record: up to which entry, and what the signature means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart, standing_of
from immunosep_tui.record.entry import Author, Entry, Proposal
from immunosep_tui.record.kinds import SignedOff
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.entry_words import Book
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.times import stamp_text
from immunosep_tui.ward.deeds import sign_off
from immunosep_tui.ward.instants import moment


class SignOffScreen(RecordingScreen):
    """Signs the record off as reviewed up to its last entry, which is listed with all that are new since the last time."""

    SCOPE: ClassVar[str] = "sign"
    SHEET: ClassVar[str] = "sign-off"

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self.compare()

    def about(self) -> str:
        """The last entry that is reviewed."""
        return str(self.chart.n)

    def fields(self) -> list[Field]:
        """What the signature means."""
        hint = _("What your signature says, in your words: reviewed by the physician in charge, checked at handover.")
        return [Field("meaning", _("Meaning"), hint=hint)]

    def judge(self, name: str, text: str) -> Verdict:
        """Any printable words."""
        return self.judge_reason(text)

    def compare(self) -> None:
        """Each entry since the last review, said once: they can be many, and the panel is drawn with every key."""
        book = Book(self.chart.entries, self.desk.zone, self.protocol)
        fresh = self._fresh()
        self._lines: list[Line] = [
            ("title", _("REVIEWED UP TO ENTRY {n}").format(n=self.chart.n)),
            ("plain", _("Entries since the last review: {count}").format(count=len(fresh))),
        ]
        kept, key = self.desk.ward.drafts, self.chart.key
        if kept.get(key) is not None or any(each.sheet != self.SHEET for each in kept.sheets(key)):
            self._lines.insert(1, ("warn", _("What is typed and not signed is no part of it.")))
        now, zone = self.desk.now(), self.desk.zone
        for entry in reversed(fresh):
            when = stamp_text(moment(entry.at), now, zone, dated=True)
            state = f" [{book.took_back(entry)}]" if book.took_back(entry) else ""
            self._lines.append(
                ("dim" if state else "plain", f"  {entry.n} {when} {entry.author}{state} {book.line(entry)}")
            )

    def what(self) -> list[Line]:
        """What is reviewed."""
        return self._lines

    def _fresh(self) -> list[Entry]:
        """What was recorded after the last review that stands."""
        upto = max((e.body.upto for e in standing_of(self.chart.entries) if isinstance(e.body, SignedOff)), default=0)
        return [e for e in self.chart.entries[upto:] if not isinstance(e.body, SignedOff)]

    def has_nothing(self) -> bool:
        """Whether the record is empty."""
        return not self.chart.n

    def wanted(self) -> str:
        """The meaning, where it is missing."""
        if self.judge_reason(self.text("meaning")).mark == "ok":
            return ""
        return _("Say first what your signature means.")

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        return [sign_off(self.chart, self.text("meaning"), self.signature(""))]
