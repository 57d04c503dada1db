"""What is in a form and what the person is being told: texts, verdicts, the active row and its question. No screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.ui.cells import Piece, visible
from immunosep_tui.ui.form_model import SIGNS, Field, Verdict, judge_choice, options

READING_SECONDS = 0.4
"""Pause between a question and the Enter that answers it; a key repeated faster is not an answer."""


class FormState:
    """The rows of a form, by name and in order; every text is kept as it was typed."""

    def __init__(self, fields: Sequence[Field], texts: Mapping[str, str], judge: Callable[[str, str], Verdict]) -> None:
        self.fields = tuple(fields)
        self.index_of = {field.name: index for index, field in enumerate(self.fields)}
        self.texts = {field.name: texts.get(field.name, "") for field in self.fields}
        self.lines: list[tuple[int, bool]] = []
        for index, field in enumerate(self.fields):
            self.lines += [(index, True), (index, False)] if field.heading else [(index, False)]
        self.rows = [line for line, (_index, heading) in enumerate(self.lines) if not heading]
        self.notice = ""
        self._judge = judge
        self._verdicts = {name: self._judged(name) for name in self.texts}
        self._kept: set[str] = set()
        self._asked_at: float | None = None
        self.go(0)

    def _judged(self, name: str) -> Verdict:
        text, field = self.texts[name], self.fields[self.index_of[name]]
        verdict = self._judge(name, text)
        return judge_choice(field, text, _) if field.choices and verdict == Verdict() else verdict

    @property
    def name(self) -> str:
        """Name of the active row; empty when there is no row."""
        return self.fields[self.active].name if self.fields else ""

    @property
    def text(self) -> str:
        """Text of the active row."""
        return self.texts.get(self.name, "")

    @property
    def is_secret(self) -> bool:
        """Whether of the active row's text only the length may be seen."""
        return bool(self.fields) and self.fields[self.active].secret

    def go(self, index: int, was: str | None = None) -> None:
        """Make a row the active one, as if it had just been reached, or with the text that it had when it was."""
        self.active = index
        self._was = self.text if was is None else was
        self._asked_at, self.notice = None, ""

    def put(self, name: str, text: str) -> None:
        """Change a text; an answer that was given for the old one is forgotten."""
        self.texts[name] = text
        self._verdicts[name] = self._judged(name)
        self._kept.discard(name)
        if name == self.name:
            self._asked_at, self.notice = None, ""

    def judge_again(self) -> list[int]:
        """Ask again for every verdict and return the rows whose verdict is another one."""
        before = self._verdicts
        self._verdicts = {name: self._judged(name) for name in self.texts}
        return [self.index_of[name] for name in self.texts if self._verdicts[name] != before[name]]

    def ask(self, now: float) -> bool:
        """Whether the active row holds the person back with its question; the question is asked by this.

        A second call answers it, unless it follows the last one too fast to have been read.
        """
        if not self.asks:
            return False
        asked_at = self._asked_at
        if asked_at is None or now - asked_at < READING_SECONDS:
            self._asked_at = now
            return True
        self._kept.add(self.name)
        return False

    @property
    def asks(self) -> bool:
        """Whether the active row has a question that was not answered."""
        return bool(self.fields) and self._verdicts[self.name].mark == "asks" and self.name not in self._kept

    def verdict(self, name: str) -> Verdict:
        """The verdict as it is shown: a question that was answered is a note from then on."""
        verdict = self._verdicts[name]
        if verdict.mark == "asks" and name in self._kept:
            return Verdict("note", verdict.echo, verdict.message)
        return verdict

    @property
    def was_text(self) -> str:
        """The text that the active row had when it was reached."""
        return self._was

    def was(self) -> str:
        """What the active row held when it was reached, if it held something else than now."""
        changed = self._was and self._was != self.text and not self.is_secret
        return words(say(N_("was {text}"), text=visible(self._was))) if changed else ""

    def message(self) -> tuple[Piece, str]:
        """The one message that is due, and the sentence behind it that must not be cut."""
        if self.notice:
            return (f"{SIGNS['refused']} {self.notice}", "refused"), ""
        field = self.fields[self.active]
        verdict = self.verdict(field.name)
        tail = _("Enter again to keep it.") if self._asked_at is not None and self.asks else ""
        if verdict.message or tail:
            return (visible(f"{SIGNS[verdict.mark]} {verdict.message}".strip()), verdict.mark or "dim"), tail
        if field.choices and not self.text:
            return (visible(f"{field.hint} {options(field)}".lstrip()), "dim"), ""
        for other in self.fields:
            refused = self._verdicts[other.name]
            if refused.mark == "refused":
                return (visible(f"{SIGNS['refused']} {other.label}: {refused.message}"), "refused"), ""
        return ("" if self.text else visible(field.hint), "dim"), ""
