"""The form of the house: rows drawn by one widget, and one real input over the value of the active row."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.ui.cells import NO_ROOM, cut_words, visible
from immunosep_tui.ui.form_cell import Cell
from immunosep_tui.ui.form_model import (
    SIGNS,
    ActiveRow,
    Choice,
    Columns,
    Field,
    Piece,
    Verdict,
    View,
    active_row,
    choice_of,
    columns_for,
    judge_choice,
    lay_message,
    options,
    row_pieces,
    view_of,
)

__all__ = ["Choice", "Field", "Form", "Verdict", "choice_of", "judge_choice"]

READING_SECONDS = 0.4
"""Pause between a question and the Enter that answers it; a key repeated faster is not an answer."""

_MESSAGE_LINES = 2
_WHEEL_LINES = 2


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the last frame was made of, to repaint only what differs in the next."""

    columns: Columns
    view: View
    body: int
    message: tuple[Piece, ...]
    row: ActiveRow | None


class Form(Widget):
    """Rows to fill in by keyboard; the owner judges each text and is told of each change.

    Args:
        fields: the rows, in order.
        texts: what is in them, by name; a row that is left out is empty.
        judge: the verdict on a row's name and text. It is called at each keystroke and must be quick. Where it has
            nothing to say about a row with choices, the form says itself whether the text names one.
        clock: seconds that never run backwards.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Form { height: 1fr; min-height: 4; }
    Form > Cell { position: absolute; }
    Form > Cell > .input--selection { background: $surface; color: $foreground; text-style: reverse; }
    Form > .form--active { text-style: bold; }
    Form > .form--ok { color: $success; }
    Form > .form--refused { color: $error; text-style: bold; }
    Form > .form--asks { color: $warning; text-style: bold; }
    Form > .form--note { color: $accent; }
    Form > .form--heading { color: $text-muted; text-style: underline; }
    Form > .form--unit, Form > .form--dim { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"form--{part}"
        for part in ("label", "value", "unit", "active", "ok", "refused", "asks", "note", "heading", "dim")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,tab", "next", N_("Next row"), show=False),
        Binding("down", "step(1)", N_("Next row"), show=False),
        Binding("up,shift+tab", "step(-1)", N_("Previous row"), show=False),
        Binding("pagedown", "page(1)", N_("Next page"), show=False),
        Binding("pageup", "page(-1)", N_("Previous page"), show=False),
        Binding("ctrl+home", "end(0)", N_("First row"), show=False),
        Binding("ctrl+end", "end(-1)", N_("Last row"), show=False),
    ]

    @dataclass
    class Changed(Message):
        """The text of a row is another one, as typed."""

        form: Form
        name: str
        text: str

        @property
        def control(self) -> Form:
            """The form."""
            return self.form

    @dataclass
    class Kept(Message):
        """The person pressed Enter again on a text that asks."""

        form: Form
        name: str
        text: str

        @property
        def control(self) -> Form:
            """The form."""
            return self.form

    @dataclass
    class Left(Message):
        """The person went on from the last row (``direction`` 1) or back from the first (-1)."""

        form: Form
        direction: int

        @property
        def control(self) -> Form:
            """The form."""
            return self.form

    def __init__(
        self,
        fields: Sequence[Field],
        texts: Mapping[str, str],
        judge: Callable[[str, str], Verdict],
        *,
        id: str | None = None,  # noqa: A002
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(id=id)
        self._judge = judge
        self._clock = clock
        self._cell = Cell(self._typed, self._refuse_edit)
        self._drawn: _Drawn | None = None
        self._placed = Region()
        self._take(fields, texts)

    def _take(self, fields: Sequence[Field], texts: Mapping[str, str]) -> None:
        self._fields = tuple(fields)
        self._index_of = {field.name: index for index, field in enumerate(self._fields)}
        self._texts = {field.name: texts.get(field.name, "") for field in self._fields}
        self._verdicts = {name: self._verdict(name) for name in self._texts}
        self._kept: set[str] = set()
        self._lines: list[tuple[int, bool]] = []
        for index, field in enumerate(self._fields):
            self._lines += [(index, True), (index, False)] if field.heading else [(index, False)]
        self._rows = [line for line, (_index, heading) in enumerate(self._lines) if not heading]
        self._active = 0
        self._was = ""
        self._asked_at: float | None = None
        self._notice = ""
        self._top = 0
        self._reveal = True

    @property
    def fields(self) -> tuple[Field, ...]:
        """The rows, in order."""
        return self._fields

    @property
    def texts(self) -> dict[str, str]:
        """The text of every row, as typed."""
        return dict(self._texts)

    @property
    def active(self) -> str:
        """Name of the row that is typed into; empty when there is no row."""
        return self._fields[self._active].name if self._fields else ""

    def activate(self, name: str) -> None:
        """Go to a row and select its text; ``KeyError`` when there is none of that name."""
        self._go(self._index_of[name])

    def load(self, fields: Sequence[Field], texts: Mapping[str, str]) -> None:
        """Show other rows in the same widget, the first one active."""
        self._take(fields, texts)
        self._go(0)
        self._settle(whole=True)

    def set_text(self, name: str, text: str) -> None:
        """Put a text into a row without a ``Changed``; ``KeyError`` when there is none of that name."""
        index = self._index_of[name]
        self._put(name, text)
        if index == self._active:
            self._cell.value = text
            self._cell.select_all()
        self._settle(index)

    def refresh_verdicts(self) -> None:
        """Ask again for the verdict on every row, for an owner whose answers depend on more than the row."""
        before = self._verdicts
        self._verdicts = {name: self._verdict(name) for name in self._texts}
        self._settle(*(self._index_of[name] for name, verdict in self._verdicts.items() if verdict != before[name]))

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the keyboard to the active row."""
        self._cell.focus(scroll_visible)
        return self

    def compose(self) -> ComposeResult:
        """The one input."""
        yield self._cell

    def on_mount(self) -> None:
        """Go to the row that was chosen before."""
        self._go(self._active)

    def on_resize(self) -> None:
        """Lay the rows out anew."""
        self._reveal = True
        self._settle(whole=True)

    def on_descendant_focus(self) -> None:
        """Show the marker."""
        self._settle(self._active)

    def on_descendant_blur(self) -> None:
        """Take the marker away."""
        self._settle(self._active)

    def on_click(self, event: events.Click) -> None:
        """Go to the row that was clicked."""
        line = self._line_at((event.screen_offset - self.content_region.offset).y)
        if line is not None and not self._lines[line][1]:
            if self._lines[line][0] != self._active:
                self._go(self._lines[line][0])
            self._cell.focus()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Look further down; the active row stays in sight."""
        self._scroll(event, _WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Look further up; the active row stays in sight."""
        self._scroll(event, -_WHEEL_LINES)

    def action_next(self) -> None:
        """Go on, unless the row asks and the question has not been answered."""
        if self._fields and not self._must_ask():
            self.action_step(1)

    def action_step(self, step: int) -> None:
        """Go down or up a row, or leave the form behind its last or before its first."""
        goal = self._active + step
        if 0 <= goal < len(self._fields):
            self._go(goal)
        else:
            self._go(self._active)
            self.post_message(self.Left(self, step))

    def action_page(self, direction: int) -> None:
        """Go down or up as many rows as are in sight."""
        page = max(1, len(self._drawn.view.window) - 1) if self._drawn else 1
        self._go(max(0, min(len(self._fields) - 1, self._active + direction * page)))

    def action_end(self, index: int) -> None:
        """Go to the first row (0) or the last (-1)."""
        self._go(index % len(self._fields) if self._fields else 0)

    def _verdict(self, name: str) -> Verdict:
        text, field = self._texts[name], self._fields[self._index_of[name]]
        verdict = self._judge(name, text)
        return judge_choice(field, text, _) if field.choices and verdict == Verdict() else verdict

    def _put(self, name: str, text: str) -> None:
        self._texts[name] = text
        self._verdicts[name] = self._verdict(name)
        self._kept.discard(name)

    def _typed(self, text: str) -> None:
        if not self._fields or self._texts[self.active] == text:
            return
        self._put(self.active, text)
        self._asked_at, self._notice, self._reveal = None, "", True
        self._settle(self._active)
        self.post_message(self.Changed(self, self.active, text))

    def _refuse_edit(self, why: Sentence) -> None:
        self._notice = words(why)
        self._settle()

    def _go(self, index: int) -> None:
        """Make a row the active one, as if it had just been reached, and select its text."""
        before, self._active = self._active, index
        self._was = self._texts.get(self.active, "")
        self._asked_at, self._notice, self._reveal = None, "", True
        self._cell.value = self._was
        self._cell.select_all()
        self._settle(before, index)

    def _must_ask(self) -> bool:
        """Whether the question of the active row keeps the person here; the second answer, not a repeated key, keeps."""
        name = self.active
        if self._verdicts[name].mark != "asks" or name in self._kept:
            return False
        now, asked_at = self._clock(), self._asked_at
        if asked_at is None or now - asked_at < READING_SECONDS:
            self._asked_at = now
            self._settle(self._active)
            return True
        self._kept.add(name)
        self.post_message(self.Kept(self, name, self._texts[name]))
        return False

    def _scroll(self, event: events.MouseScrollDown | events.MouseScrollUp, lines: int) -> None:
        event.stop()
        self._top += lines
        self._settle()

    def _line_at(self, y: int) -> int | None:
        """The line of the list that is drawn ``y`` lines below the top."""
        window = self._drawn.view.window if self._drawn else ()
        return window[y] if 0 <= y < len(window) else None

    def _shown_verdict(self, name: str) -> Verdict:
        """The verdict as it is drawn: a question that was answered is a note from then on."""
        verdict = self._verdicts[name]
        if verdict.mark == "asks" and name in self._kept:
            return Verdict("note", verdict.echo, verdict.message)
        return verdict

    def _was_text(self) -> str:
        changed = self._was and self._was != self._texts.get(self.active, "")
        return words(say(N_("was {text}"), text=visible(self._was))) if changed else ""

    def _message(self) -> tuple[Piece, str]:
        """The one message that is due, and the sentence behind it that must not be cut."""
        if self._notice:
            return (f"{SIGNS['refused']} {self._notice}", "refused"), ""
        field = self._fields[self._active]
        verdict = self._shown_verdict(field.name)
        if verdict.message:
            tail = _("Enter again to keep it.") if self._asked_at is not None else ""
            return (visible(f"{SIGNS[verdict.mark]} {verdict.message}".lstrip()), verdict.mark or "dim"), tail
        if self._asked_at is not None:
            return (SIGNS["asks"], "asks"), _("Enter again to keep it.")
        if field.choices and not self._texts[field.name]:
            return (visible(f"{field.hint} {options(field)}".lstrip()), "dim"), ""
        for other in self._fields:
            refused = self._verdicts[other.name]
            if refused.mark == "refused":
                return (visible(f"{SIGNS['refused']} {other.label}: {refused.message}"), "refused"), ""
        return ("" if self._texts[field.name] else visible(field.hint), "dim"), ""

    def _settle(self, *changed: int, whole: bool = False) -> None:
        """Bring the screen in line with the state and repaint only what differs."""
        width, height = self.size
        if not (self.is_mounted and width and height):
            return
        columns, row, message = columns_for(width, self._fields), None, ()
        if self._fields:
            field, was = self._fields[self._active], self._was_text()
            row = active_row(columns, field, self._texts[field.name], self._verdicts[field.name], was)
            piece, tail = self._message()
            parts = [(text, part) for text, part in ((row.aside, "dim"), piece) if text]
            message = lay_message(parts, tail, width, max(_MESSAGE_LINES, height // 2))
        body = max(1, height - max(_MESSAGE_LINES, len(message)))
        line = self._rows[self._active] if self._rows else 0
        view = view_of(self._rows, len(self._lines), line, self._top, body, self._reveal)
        self._top, self._reveal = view.top, False
        before, self._drawn = self._drawn, _Drawn(columns, view, body, message, row)
        if whole or before is None or (before.columns, before.view, before.body) != (columns, view, body):
            self.refresh()
        else:
            for index in changed:
                if self._rows[index] in view.window:
                    self.refresh(self._region(view.window.index(self._rows[index]), 1))
            if before.message != message:
                self.refresh(self._region(body, height - body))
        self._place()

    def _region(self, y: int, height: int) -> Region:
        """Lines of the content as a part of the widget with its border and padding."""
        return Region(self.gutter.left, self.gutter.top + y, self.size.width, height)

    def _place(self) -> None:
        """Lay the input over the active row; only a change of place costs a layout."""
        drawn = self._drawn
        self._cell.display = drawn is not None and drawn.row is not None
        if drawn is None or drawn.row is None:
            return
        columns, y = drawn.columns, drawn.view.window.index(self._rows[self._active])
        place = Region(columns.value_at, y, columns.span if drawn.row.wide else columns.value, 1)
        if place != self._placed:
            self._placed = place
            self._cell.styles.offset, self._cell.styles.width = place.offset, place.width
            self._cell.call_after_refresh(self._cell.lead_cursor)

    def render_line(self, y: int) -> Strip:
        """One line of the list, of what is hidden, or of the message."""
        width, drawn = self.size.width, self._drawn
        if drawn is None:
            return Strip.blank(width, self.rich_style)
        pieces: list[Piece] = []
        if y < len(drawn.view.window):
            pieces = self._line_pieces(drawn, drawn.view.window[y])
        elif y == drawn.body - 1:
            pieces = [(self._hidden(drawn.view), "dim")]
        elif 0 <= y - drawn.body < len(drawn.message):
            pieces = [drawn.message[y - drawn.body]]
        strip = Strip([Segment(text, self._style(part)) for text, part in pieces])
        return strip.adjust_cell_length(width, self.rich_style)

    def _line_pieces(self, drawn: _Drawn, line: int) -> list[Piece]:
        index, heading = self._lines[line]
        field = self._fields[index]
        if heading:
            return [(cut_words(visible(field.heading), self.size.width), "heading")]
        active = drawn.row if index == self._active else None
        marker = "> " if active and self._cell.has_focus else "  "
        pieces = row_pieces(drawn.columns, field, self._texts[field.name], self._shown_verdict(field.name), active)
        if sum(cell_len(text) for text, _part in pieces) > self.size.width - len(marker):
            return [(NO_ROOM, "value")]
        first = "active" if active else "label"
        return [(marker, first), (pieces[0][0], first), *pieces[1:]]

    def _hidden(self, view: View) -> str:
        counts = ((view.above, N_("{count} more above")), (view.below, N_("{count} more below")))
        return "  " + ", ".join(words(say(template, count=count)) for count, template in counts if count)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"form--{part}")
