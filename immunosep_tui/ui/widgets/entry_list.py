"""The entries of a record, newest first, drawn by one widget that makes up only the lines in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from immunosep_tui.ui.times import stamp_text
from immunosep_tui.ui.widgets.cursor_list import CursorList
from immunosep_tui.ward.instants import moment

NUMBER, TIME, WIDE_TIME, AUTHOR, ROLE = 5, 13, 17, 5, 11
"""Widths of the columns; what an entry says takes the rest of the line."""

YEAR = 5
"""Cells that the times are wider where an entry is of another year than the present one."""

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
        self._now = moment(0)
        self._year = 0
        self.is_filtered = False
        """Whether Esc shows all entries again, instead of leaving the patient."""

    def show_entries(self, book: Book, shown: Sequence[Entry], title: str, empty: str, now: datetime) -> None:
        """Show these entries of a record; the cursor stays on its entry, and on the newest where that stood there.

        Args:
            book: the whole record.
            shown: those that are listed, newest first.
            title: the line above them.
            empty: what is said where there are none.
            now: the present instant; an entry of another year says its year.
        """
        was = self.chosen
        was_newest = was is None or self.cursor == 0
        self._book, self._shown, self._title, self._empty = book, tuple(shown), title, empty
        self._now, year = now, now.astimezone(book.zone).year
        times = (moment(time).astimezone(book.zone) for entry in self._shown for time in (entry.at, entry.recorded))
        self._year = YEAR if any(time.year != year for time in times) else 0
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
            wide = WIDE_TIME + self._year
            columns = [(_("When"), wide), (_("Recorded"), wide), (_("By"), AUTHOR), (_("Role"), ROLE)]
        else:
            columns = [(_("When"), TIME + self._year), (_("By"), AUTHOR)]
        cells = [pad(name, size) for name, size in ((_("No."), NUMBER), *columns)]
        return " " + " ".join(cells) + " " + _("What it says")

    def _row(self, book: Book, entry: Entry, active: bool) -> Strip:
        style = self.rich_style
        state = book.took_back(entry)
        if state:
            style += self.get_component_rich_style("entry--gone", partial=True)
        if active:
            style += self.get_component_rich_style("entry--cursor")
        later = abs(entry.recorded - entry.at) > LATER
        late = ""
        if self._is_wide:
            cells = [self._full(book, entry.at), self._full(book, entry.recorded if later else None)]
            cells += [pad(show(entry.author), AUTHOR), pad(show(_(entry.role)), ROLE)]
        else:
            cells = [pad(self._short(book, entry.at), TIME + self._year), pad(show(entry.author), AUTHOR)]
            late = f" {_('recorded {time}').format(time=self._short(book, entry.recorded, entry.at))}" if later else ""
        line = (">" if active else " ") + " ".join([pad(str(entry.n), NUMBER), *cells]) + " "
        words = f"[{visible(state)}] " if state else ""
        words += visible(book.line(entry)) + (f" ({visible(entry.reason)})" if entry.reason else "")
        room = self.size.width - cell_len(line) - cell_len(late)
        return self._strip([Segment(line + pad(cut_words(words, room), room) + late, style)])

    def _full(self, book: Book, instant: int | None) -> str:
        """``Sat 28 Mar 22:00``, or only its room."""
        told = "" if instant is None else stamp_text(moment(instant), self._now, book.zone, dated=True)
        return pad(told, WIDE_TIME + self._year)

    def _short(self, book: Book, instant: int, beside: int | None = None) -> str:
        """``28 Mar 22:00``, without the date where it is that of the time beside it."""
        other = None if beside is None else moment(beside)
        if other is not None and moment(instant).astimezone(book.zone).date() == other.astimezone(book.zone).date():
            return stamp_text(moment(instant), other, book.zone)
        return stamp_text(moment(instant), self._now, book.zone, dated=True, weekday=False)
