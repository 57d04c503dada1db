"""The list of the ward board, drawn by one widget; the cursor belongs to a patient, never to a row number."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import BACKLOG, CHECK, DO, DUE
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.ui.attention_words import SHORT_NAMES, counted_text, course_word, tagged
from immunosep_tui.ui.cells import NO_ROOM, cut_words, pad
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.widgets.cursor_list import CursorList
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.ward import Listing, Summary

COLUMNS: tuple[tuple[str, int], ...] = (
    (N_("Bed"), 6),
    (N_("Case"), 11),
    (N_("Phenotype"), 15),
    (N_("Course"), 9),
    (N_("SOFA"), 7),
)
"""Heading and width of each column; what comes next takes the rest of the line."""

DEAF = 0.4
"""Seconds after the rows have moved by themselves in which a click, or Enter on a row that nobody chose, opens nobody."""

WIDE = 110
"""From this width on the columns share the room."""


class BoardList(CursorList):
    """Arrows move, Enter opens."""

    DEFAULT_CSS = """
    BoardList > .board--heading { text-style: bold underline; }
    BoardList > .board--cursor { background: $cursor-surface; text-style: bold; }
    BoardList > .board--alarm { color: $error; text-style: bold; }
    BoardList > .board--attention { color: $warning; }
    BoardList > .board--gone { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"board--{part}" for part in ("heading", "cursor", "alarm", "attention", "gone")
    }

    @dataclass
    class Opened(Message):
        """A patient was chosen."""

        key: str

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._rows: tuple[Row, ...] = ()
        self._count = 0
        self._search = ""
        self._similar: Mapping[str, str] = {}
        self._summary = Summary()
        self._key = ""
        self._chosen = ""
        self._settled = 0.0

    def show_listing(self, listing: Listing, search: str = "") -> None:
        """Show these rows; the cursor stays on its patient."""
        before = (self._search, self._key, [row.key for row in self._rows])
        self._rows, self._count, self._search = listing.rows, listing.count, search
        self._similar = listing.similar
        self._summary = listing.summary
        offered = self._found or [row.key for row in self._rows]
        if offered and self._key not in offered:
            self._key = offered[0]
        if before[0] == search and before[1] and before != (search, self._key, [row.key for row in self._rows]):
            self._settled = time.monotonic() + DEAF
        self.refresh()

    def is_alone_for(self, search: str) -> bool:
        """Whether the list shows what this search found, and that is one patient."""
        return self._search == search and self._count == len(self._found) == 1

    @property
    def _found(self) -> list[str]:
        """The patients that the search found, without those who are listed because of a STOP only."""
        return [row.key for row in self._rows if row.is_found]

    @property
    def cursor(self) -> int:
        """Where the cursor's patient stands; 0 on an empty list."""
        return next((index for index, row in enumerate(self._rows) if row.key == self._key), 0)

    @property
    def row_count(self) -> int:
        """How many patients are listed."""
        return len(self._rows)

    def go_to(self, row: int) -> None:
        """Put the cursor on a patient."""
        self._key = self._chosen = self._rows[row].key
        self.refresh()

    def open_patient(self) -> None:
        """Open the patient under the cursor, unless it came to stand there a moment ago by itself."""
        if self._rows and self._key != self._chosen and time.monotonic() < self._settled:
            self.app.hint = _("The list has just changed: look again.")  # type: ignore[attr-defined]
        elif self._rows:
            self._chosen = self._key
            self.screen.ready = False  # type: ignore[attr-defined]  # until the rooms are open
            self.post_message(self.Opened(self._key))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a row; a second click on it opens."""
        row = self._row_at(event.y)
        if row is not None and time.monotonic() >= self._settled:
            if self._rows[row].key == self._key:
                self.open_patient()
            else:
                self.go_to(row)

    def render_line(self, y: int) -> Strip:
        """The title, the headings, a row, or the count of those below."""
        width, height = self.size
        index = self._top + y - 2
        if y == 0:
            return self._strip([Segment(f" {self._title()}", self.rich_style)])
        if y == 1:
            cells = [pad(_(name), size) for name, size in self._columns]
            heading = self.get_component_rich_style("board--heading")
            return self._strip([Segment("  " + " ".join(cells) + " " + _("What next"), heading)])
        unlisted = self._count - len(self._found)
        if y == height - 1 and (index < len(self._rows) - 1 or unlisted):
            below = _("+{count} more below").format(count=len(self._rows) - index + unlisted)
            if unlisted:
                below += " " + _("({count} not listed: search with /)").format(count=unlisted)
            return self._strip([Segment(f"  {below}", self.rich_style)])
        if 0 <= index < len(self._rows):
            return self._row(self._rows[index], index == self.cursor)
        return Strip.blank(width, self.rich_style)

    def _title(self) -> str:
        counts = counted_text(self._summary.stops, self._summary.calls)
        if self._search:
            text = _('Patients found for "{search}": {count}. Esc shows all.')
            title = text.format(search=show(self._search), count=self._count)
            others = [show(row.place) for row in self._rows if not row.is_found]
            if others:
                title = _("STOP elsewhere: bed {beds}.").format(beds=", ".join(others)) + " " + title
        else:
            title = _("Ward board. Patients: {count}. Protocol {id}.").format(
                count=self._count, id=self._desk.ward.protocols.ward.id
            )
        title = f"{counts}  {title}" if counts else title
        return title + (" " + _("* DRAFT, not signed") if any(row.is_draft for row in self._rows) else "")

    @property
    def _columns(self) -> list[tuple[str, int]]:
        extra = 4 if self.size.width >= WIDE else 0
        return [(name, size + extra) for name, size in COLUMNS]

    def _row(self, row: Row, active: bool) -> Strip:
        style = self.rich_style
        if row.is_gone or not row.is_found:
            style += self.get_component_rich_style("board--gone", partial=True)
        is_red = any(item.is_red and not item.is_calm for item in row.attention.items) and not row.is_gone
        name = "board--alarm" if is_red else "board--attention" if _asks(row) else "board--gone"
        attention = style + self.get_component_rich_style(name, partial=True)
        if active:
            cursor = self.get_component_rich_style("board--cursor")
            style, attention = style + cursor, attention + cursor
        trend = f"{row.totals[-1]}{_arrow(row.totals)}" if row.totals else "-"
        texts = [
            show(row.place),
            show(row.case),
            _("DIED") if row.died else _("LEFT") if row.left else _(SHORT_NAMES[row.phenotype]),
            "-" if row.is_gone else self._course(row),
            trend,
        ]
        cells = [_fit(text, size) for text, (_name, size) in zip(texts, self._columns, strict=True)]
        line = (">" if active else " ") + ("*" if row.is_draft else " ") + " ".join(cells) + " "
        if row.key in self._similar:
            line += _("[SIMILAR]") + " "
        wanted = _joined(self._wanted(row), self.size.width - cell_len(line))
        return self._strip([Segment(line, style), Segment(wanted, attention)])

    def _course(self, row: Row) -> str:
        """The day of a running course, in the other states the word."""
        if row.course is not None and row.day is not None and not row.is_planned:
            return _("day {day}/{days}").format(day=row.day, days=row.course.days)
        return course_word(row) or "-"

    def _wanted(self, row: Row) -> list[str]:
        """What asks for a person, the most urgent first, then the next dose."""
        items = [item for item in row.attention.items if item.code not in (CHECK, BACKLOG)]
        waits = [tagged(item) for item in items]
        checks = sum(item.code == CHECK for item in row.attention.items)
        if checks:
            waits.append(_("Checks to do: {count}").format(count=checks))
        dose = row.next_dose
        if dose is not None and not any(item.level == DUE for item in items):
            upcoming = _("Dose {due}").format(due=self._desk.until(moment(dose.due)))
            urgent = sum(item.level != DO for item in items)
            waits.insert(urgent, upcoming)
        return waits


def _asks(row: Row) -> bool:
    """Whether something asks for a person that is more than what is to be done anyway."""
    return any(item.level != DO for item in row.attention.items)


def _joined(texts: list[str], room: int) -> str:
    """As many of these as fit, and how many do not; the first one in any case, cut between words."""
    for fitting in range(len(texts), 0, -1):
        further = len(texts) - fitting
        line = "; ".join(texts[:fitting]) + (f" +{further}" if further else "")
        if cell_len(line) <= room:
            return line
    return cut_words(texts[0], room) if texts else ""


def _fit(text: str, width: int) -> str:
    """A text in its column; an identifier or a number that does not fit is not shown in part."""
    return pad(text, width) if cell_len(text) <= width else pad(NO_ROOM, width)


def _arrow(totals: tuple[int, ...]) -> str:
    """Where the score has gone since the day before."""
    if len(totals) < 2 or totals[-1] == totals[-2]:
        return ""
    return " " + (_("up") if totals[-1] > totals[-2] else _("down"))
