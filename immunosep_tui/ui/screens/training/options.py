"""The answers of a question: the digit of one marks it, and another digit moves the mark."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from immunosep_tui.i18n import words
from immunosep_tui.training.lines import Line
from immunosep_tui.training.question import Option
from immunosep_tui.ui.panel import Panel


class Options(Panel):
    """A panel that takes digits, and the sign of an answer such as ``?``."""

    class Chosen(Message):
        """Another answer is marked."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, focusable=True)
        self._offered: tuple[Option, ...] = ()
        self.chosen: str | None = None
        """The value of the answer that is marked."""

    def choose(self, options: Sequence[Option], *, is_open: bool) -> None:
        """Offer other answers; none is marked. ``is_open``: whether digits mark one."""
        self._offered = tuple(options) if is_open else ()
        self.chosen = None
        self.action_scroll(-10_000)

    def close(self) -> None:
        """Take no answer any more."""
        self.choose((), is_open=False)

    def listed(self) -> list[Line]:
        """Every answer with its digit; the marked one has a sign in front."""
        lines: list[Line] = []
        for number, option in enumerate(self._offered, start=1):
            is_chosen = option.value == self.chosen
            lines.append(
                ("title" if is_chosen else "plain", f"{'>' if is_chosen else ' '} {number} {words(option.label)}")
            )
        return lines

    def on_key(self, event: events.Key) -> None:
        """Mark the answer of a digit, or of its own sign."""
        character = event.character or ""
        values = [option.value for option in self._offered]
        if character.isdecimal() and character.isascii() and 0 < int(character) <= len(values):
            found = values[int(character) - 1]
        elif character and not character.isalnum() and character in values:
            found = character
        else:
            return
        event.stop()
        event.prevent_default()
        self.chosen = found
        self.post_message(self.Chosen())
