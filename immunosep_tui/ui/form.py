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
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from immunosep_tui.i18n import words
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.ui.cells import NO_ROOM, Piece, cut_words, lay_message, visible
from immunosep_tui.ui.form_cell import Cell
from immunosep_tui.ui.form_model import (
    PARTS,
    ActiveRow,
    Choice,
    Columns,
    Field,
    Verdict,
    View,
    active_row,
    choice_of,
    columns_for,
    judge_choice,
    row_pieces,
    view_of,
)
from immunosep_tui.ui.form_state import FormState

__all__ = ["Choice", "Field", "Form", "Verdict", "choice_of", "judge_choice"]

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


@dataclass
class FormMessage(Message):
    """Something that happened in a form."""

    form: Form

    @property
    def control(self) -> Form:
        """The form, so that a handler can select it."""
        return self.form


class Form(Widget):
    """Rows to fill in by keyboard; the owner judges each text and is told of each change.

    Args:
        fields: the rows, in order.
        texts: what is in them, by name; a row that is left out is empty.
        changed: called at once with a row's name and its new text; the message ``Changed`` follows later.
        kept: called at once where a person has confirmed an unusual text; the message ``Kept`` follows later.
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
    Form > .form--open { color: $text-muted; }
    Form > .form--heading { color: $text-muted; text-style: underline; }
    Form > .form--unit, Form > .form--dim { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"form--{part}" for part in PARTS}

    @dataclass
    class Changed(FormMessage):
        """The text of a row is another one, as typed."""

        name: str
        text: str

    @dataclass
    class Kept(FormMessage):
        """The person pressed Enter again on a text that asks."""

        name: str
        text: str

    @dataclass
    class Left(FormMessage):
        """The person went on from the last row (``direction`` 1) or back from the first (-1).

        The next key is meant for what comes then: the shell holds it until the keyboard is elsewhere or ``stay`` is
        called.
        """

        direction: int

    def __init__(
        self,
        fields: Sequence[Field],
        texts: Mapping[str, str],
        judge: Callable[[str, str], Verdict],
        *,
        changed: Callable[[str, str], None] = lambda _name, _text: None,
        kept: Callable[[str], None] = lambda _name: None,
        id: str | None = None,  # noqa: A002
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(id=id)
        self._judge = judge
        self._changed = changed
        self._kept = kept
        self._clock = clock
        self._cell = Cell(self._typed, self._refuse_edit, self._take)
        self._state = FormState(fields, texts, judge)
        self._top = 0
        self._reveal = True
        self._drawn: _Drawn | None = None
        self._placed = Region()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The rows, in order."""
        return self._state.fields

    @property
    def texts(self) -> dict[str, str]:
        """The text of every row, as typed."""
        return dict(self._state.texts)

    @property
    def active(self) -> str:
        """Name of the row that is typed into; empty when there is no row."""
        return self._state.name

    def activate(self, name: str) -> None:
        """Go to a row and select its text; ``KeyError`` when there is none of that name."""
        self._go(self._state.index_of[name])

    def load(self, fields: Sequence[Field], texts: Mapping[str, str]) -> None:
        """Show other rows in the same widget, the first one active."""
        self._state = FormState(fields, texts, self._judge)
        self._top, self._drawn = 0, None
        self._go(0)

    def put_rows(self, fields: Sequence[Field], texts: Mapping[str, str]) -> None:
        """Show other rows around the active one, which is typed on in; where it is gone, the first is active."""
        name, was = self.active, self._state.was_text
        self._state, self._drawn = FormState(fields, texts, self._judge), None
        if name in self._state.index_of:
            self._state.go(self._state.index_of[name], was)
            self._settle()
        else:
            self._go(0)

    def set_text(self, name: str, text: str) -> None:
        """Put a text into a row without a ``Changed``; ``KeyError`` when there is none of that name."""
        index = self._state.index_of[name]
        self._state.put(name, text)
        if name == self.active:
            self._show_text()
        self._settle(index)

    def type_text(self, text: str) -> None:
        """Replace the text of the active row as if it had been typed."""
        self._cell.value = text

    def refresh_verdicts(self) -> None:
        """Ask again for the verdict on every row, for an owner whose answers depend on more than the row."""
        self._settle(*self._state.judge_again())

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the keyboard to the active row, at once: the next key already goes there."""
        self.screen.set_focus(self._cell, scroll_visible)
        return self

    def stay(self) -> None:
        """Go on typing here after ``Left``."""
        self._cell.waiting = False

    def _take(self, event: events.Key) -> bool:
        """Use a key that moves between rows; whether it was one."""
        deed = _KEYS.get(event.key)
        if deed is not None:
            deed(self)
        return deed is not None

    def compose(self) -> ComposeResult:
        """The one input."""
        yield self._cell

    def on_mount(self) -> None:
        """Show the text of the row that was chosen before."""
        self._show_text()

    def on_resize(self) -> None:
        """Lay the rows out anew."""
        self._reveal, self._drawn = True, None
        self._settle()

    def on_descendant_focus(self) -> None:
        """Show the marker, or take it away."""
        self._settle(self._state.active)

    on_descendant_blur = on_descendant_focus

    def on_click(self, event: events.Click) -> None:
        """Go to the row that was clicked."""
        y = (event.screen_offset - self.content_region.offset).y
        window = self._drawn.view.window if self._drawn else ()
        if not 0 <= y < len(window):
            return
        index, heading = self._state.lines[window[y]]
        if not heading:
            if index != self._state.active:
                self._go(index)
            self.focus()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Look further down; the active row stays in sight."""
        self._scroll(event, _WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Look further up; the active row stays in sight."""
        self._scroll(event, -_WHEEL_LINES)

    def go_on(self) -> None:
        """Go on, unless the row asks and the question has not been answered."""
        asks = self._state.asks
        if self._state.ask(self._clock()):
            self._cell.select_all()
            self._settle(self._state.active)
            return
        if asks:
            self._kept(self.active)
            self.post_message(self.Kept(self, self.active, self._state.text))
        self.step(1)

    def step(self, step: int) -> None:
        """Go down or up a row, or leave the form behind its last or before its first."""
        goal = self._state.active + step
        if 0 <= goal < len(self.fields):
            self._go(goal)
        else:
            self._go(self._state.active)
            self._cell.waiting = True
            self.post_message(self.Left(self, step))

    def page(self, direction: int) -> None:
        """Go down or up as many rows as are in sight."""
        page = max(1, len(self._drawn.view.window) - 1) if self._drawn else 1
        self._go(max(0, min(len(self.fields) - 1, self._state.active + direction * page)))

    def go_to_end(self, index: int) -> None:
        """Go to the first row (0) or the last (-1)."""
        self._go(index % len(self.fields) if self.fields else 0)

    def _typed(self, text: str) -> None:
        state = self._state
        if not state.fields or state.text == text:
            return
        state.put(state.name, text)
        self._reveal = True
        self._settle(state.active)
        self._changed(state.name, text)
        self.post_message(self.Changed(self, state.name, text))

    def _refuse_edit(self, why: Sentence) -> None:
        self._state.notice = words(why)
        self._settle()

    def _go(self, index: int) -> None:
        """Make a row the active one, as if it had just been reached, and select its text."""
        before = self._state.active
        self._state.go(index)
        self._reveal = True
        self._show_text()
        self._settle(before, index)

    def _show_text(self) -> None:
        """Put the text of the active row into the input, selected, so that the first key replaces it."""
        if self._cell.is_attached:
            self._cell.secret = self._state.is_secret
            self._cell.value = self._state.text
            self._cell.select_all()

    def _scroll(self, event: events.MouseScrollDown | events.MouseScrollUp, lines: int) -> None:
        event.stop()
        self._top += lines
        self._settle()

    def _settle(self, *changed: int) -> None:
        """Bring the screen in line with the state and repaint only what differs."""
        (width, height), state = self.size, self._state
        if not (width and height):
            return
        columns = columns_for(width, state.fields)
        row: ActiveRow | None = None
        message: tuple[Piece, ...] = ()
        if state.fields:
            row = active_row(columns, state.fields[state.active], state.text, state.verdict(state.name), state.was())
            piece, tail = state.message()
            parts = [(text, part) for text, part in ((row.aside, "dim"), piece) if text]
            message = lay_message(parts, tail, width, max(_MESSAGE_LINES, height // 2))
        body = max(1, height - max(_MESSAGE_LINES, len(message)))
        line = state.rows[state.active] if state.rows else 0
        view = view_of(state.rows, len(state.lines), line, self._top, body, self._reveal)
        self._top, self._reveal = view.top, False
        before, self._drawn = self._drawn, _Drawn(columns, view, body, message, row)
        if before is None or (before.columns, before.view, before.body) != (columns, view, body):
            self.refresh()
        else:
            for index in changed:
                if state.rows and state.rows[index] in view.window:
                    self.refresh(self._region(view.window.index(state.rows[index]), 1))
            if before.message != message:
                self.refresh(self._region(body, height - body))
        self._place(self._drawn)

    def _region(self, y: int, height: int) -> Region:
        """Lines of the content as a part of the widget with its border and padding."""
        return Region(self.gutter.left, self.gutter.top + y, self.size.width, height)

    def _place(self, drawn: _Drawn) -> None:
        """Lay the input over the active row; only a change of place costs a layout."""
        self._cell.display = drawn.row is not None
        if drawn.row is None:
            return
        y = drawn.view.window.index(self._state.rows[self._state.active])
        width = drawn.columns.span if drawn.row.wide else drawn.columns.value
        place = Region(drawn.columns.value_at, y, width, 1)
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
        index, heading = self._state.lines[line]
        field = self.fields[index]
        if heading:
            return [(cut_words(visible(field.heading), self.size.width), "heading")]
        active = drawn.row if index == self._state.active else None
        marker = "> " if active and self._cell.has_focus else "  "
        text, verdict = self._state.texts[field.name], self._state.verdict(field.name)
        pieces = row_pieces(drawn.columns, field, text, verdict, active)
        if sum(cell_len(text) for text, _part in pieces) > self.size.width - len(marker):
            return [(NO_ROOM, "value")]
        first = "active" if active else "label"
        return [(marker, first), (pieces[0][0], first), *pieces[1:]]

    def _hidden(self, view: View) -> str:
        counts = ((view.above, N_("{count} more above")), (view.below, N_("{count} more below")))
        return "  " + ", ".join(words(say(template, count=count)) for count, template in counts if count)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"form--{part}")


_KEYS: dict[str, Callable[[Form], None]] = {
    "enter": Form.go_on,
    "tab": Form.go_on,
    "down": lambda form: form.step(1),
    "up": lambda form: form.step(-1),
    "shift+tab": lambda form: form.step(-1),
    "pagedown": lambda form: form.page(1),
    "pageup": lambda form: form.page(-1),
    "ctrl+home": lambda form: form.go_to_end(0),
    "ctrl+end": lambda form: form.go_to_end(-1),
}
