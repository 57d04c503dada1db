"""The entries of a record, newest first, drawn by one widget that makes up only the lines in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from immunosep_tui.i18n import _
from immunosep_tui.record.clock import SECOND
from immunosep_tui.record.entry import Entry
from immunosep_tui.rules.text import show
from immunosep_tui.ui.cells import cut_words, pad, visible
from immunosep_tui.ui.entry_words import Book
from immunosep_tui.ui.times import clock_text, date_text
from immunosep_tui.ui.widgets.cursor_list import CursorList
from immunosep_tui.ward.instants import moment

NUMBER, TIME, WIDE_TIME, AUTHOR, ROLE = 5, 13, 17, 5, 11
"""Widths of the columns; what an entry says takes the rest of the line."""

WIDE = 110
"""From this width on the list also names the weekday and the role, and has a column for the time of recording."""

LATER = 60 * SECOND
"""From this difference on the time of recording is shown beside that of the fact."""


class EntryList(CursorList):
    """Arrows move the cursor, which belongs to an entry and never to a row; Enter asks what can be done with it."""

    DEFAULT_CSS = """
    EntryList > .entry--heading { text-style: bold underline; }
    EntryList > .entry--cursor { background: $cursor-surface; text-style: bold; }
    EntryList > .entry--gone { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"entry--{part}" for part in ("heading", "cursor", "gone")}

    @dataclass
    class Moved(Message):
        """The cursor stands on another entry."""

    @dataclass
    class Left(Message):
        """The person pressed Esc while entries are filtered."""

    def __init__(self) -> None:
        super().__init__()
        self._book: Book | None = None
        self._shown: tuple[Entry, ...] = ()
        self._title = ""
        self._empty = ""
        self._cursor = 0
        self.is_filtered = False
        """Whether Esc shows all entries again, instead of leaving the patient."""

    def show_entries(self, book: Book, shown: Sequence[Entry], title: str, empty: str) -> None:
        """Show these entries of a record; the cursor stays on its entry, and on the newest where that stood there.

        Args:
            book: the whole record.
            shown: those that are listed, newest first.
            title: the line above them.
            empty: what is said where there are none.
        """
        was = self.chosen
        was_newest = was is None or self.cursor == 0
        self._book, self._shown, self._title, self._empty = book, tuple(shown), title, empty
        there = (index for index, entry in enumerate(self._shown) if was is not None and entry.n == was.n)
        self._cursor = 0 if was_newest else next(there, 0)
        self.refresh()

    @property
    def cursor(self) -> int:
        """Where the cursor's entry stands; 0 on an empty list."""
        return self._cursor

    @property
    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        return self._shown[self.cursor] if self._shown else None

    @property
    def row_count(self) -> int:
        """How many entries are listed."""
        return len(self._shown)

    def go_to(self, row: int) -> None:
        """Put the cursor on an entry."""
        self._cursor = row
        self.refresh()
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a row."""
        row = self._row_at(event.y)
        if row is not None:
            self.go_to(row)

    def on_key(self, event: events.Key) -> None:
        """Esc first shows all entries again."""
        if event.key == "escape" and self.is_filtered:
            event.stop()
            event.prevent_default()
            self.post_message(self.Left())

    def render_line(self, y: int) -> Strip:
        """The title, the headings, an entry, or the count of those below."""
        width, height = self.size
        if y == 0:
            return self._strip([Segment(f" {cut_words(visible(self._title), width - 1)}", self.rich_style)])
        if y == 1:
            return self._strip([Segment(self._heading(), self.get_component_rich_style("entry--heading"))])
        index = self._top + y - 2
        if not self._shown and y == 2:
            return self._strip([Segment(f"  {self._empty}", self.rich_style)])
        if y == height - 1 and index < len(self._shown) - 1:
            below = _("+{count} more below").format(count=len(self._shown) - index)
            return self._strip([Segment(f"  {below}", self.rich_style)])
        if index < len(self._shown) and self._book is not None:
            return self._row(self._book, self._shown[index], index == self.cursor)
        return Strip.blank(width, self.rich_style)

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= WIDE

    def _heading(self) -> str:
        if self._is_wide:
            columns = [(_("When"), WIDE_TIME), (_("Recorded"), WIDE_TIME), (_("By"), AUTHOR), (_("Role"), ROLE)]
        else:
            columns = [(_("When"), TIME), (_("By"), AUTHOR)]
        cells = [pad(name, size) for name, size in ((_("No."), NUMBER), *columns)]
        return " " + " ".join(cells) + " " + _("What it says")

    def _row(self, book: Book, entry: Entry, active: bool) -> Strip:
        style = self.rich_style
        state = book.standing(entry)
        if state:
            style += self.get_component_rich_style("entry--gone", partial=True)
        if active:
            style += self.get_component_rich_style("entry--cursor")
        later = abs(entry.recorded - entry.at) > LATER
        late = ""
        if self._is_wide:
            cells = [_full(book, entry.at, WIDE_TIME), _full(book, entry.recorded if later else None, WIDE_TIME)]
            cells += [pad(show(entry.author), AUTHOR), pad(show(_(entry.role)), ROLE)]
        else:
            cells = [pad(_short(book, entry.at), TIME), pad(show(entry.author), AUTHOR)]
            late = f" {_('recorded {time}').format(time=_short(book, entry.recorded, entry.at))}" if later else ""
        line = (">" if active else " ") + " ".join([pad(str(entry.n), NUMBER), *cells]) + " "
        words = f"[{visible(state)}] " if state else ""
        words += visible(book.line(entry)) + (f" ({visible(entry.reason)})" if entry.reason else "")
        room = self.size.width - cell_len(line) - cell_len(late)
        return self._strip([Segment(line + pad(cut_words(words, room), room) + late, style)])


def _full(book: Book, instant: int | None, width: int) -> str:
    """``Sat 28 Mar 22:00``, or only its room."""
    if instant is None:
        return " " * width
    when = moment(instant)
    return pad(f"{date_text(when, book.zone)} {clock_text(when, book.zone)}", width)


def _short(book: Book, instant: int, beside: int | None = None) -> str:
    """``28 Mar 22:00``, without the date where it is that of the time beside it."""
    when, clock = moment(instant), clock_text(moment(instant), book.zone)
    day = date_text(when, book.zone)
    if beside is not None and day == date_text(moment(beside), book.zone):
        return clock
    return f"{day.partition(' ')[2]} {clock}"
