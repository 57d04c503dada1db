"""The page of a course: its lines, and a calendar in which a cursor moves from dose to dose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.calendar import CalendarCell, CalendarDay, Page, page_lines
from immunosep_tui.ui.panel import Line, Panel, wrapped_lines

DoseKey = tuple[int, int]
"""Number of the entry of a course, and number of a dose in it."""

_FAR: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a dose is drawn: the line from the first one of the page, the column, and its text."""

    line: int
    column: int
    cell: CalendarCell


class CoursePanel(Panel):
    """Draws the page and moves a cursor over its doses; a page without doses is scrolled like any other.

    Args:
        moved_to: called where the cursor stands on another dose.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"course--cursor"}
    DEFAULT_CSS = """
    CoursePanel > .course--cursor { text-style: reverse bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", N_("Next dose"), show=False),
        Binding("left", "step(-1)", N_("Dose before"), show=False),
        Binding("down", "row(1)", N_("Next day"), show=False),
        Binding("up", "row(-1)", N_("Day before"), show=False),
        Binding("pagedown,space", "rows(1)", N_("Next page"), show=False),
        Binding("pageup", "rows(-1)", N_("Previous page"), show=False),
        Binding("home", f"step({-_FAR})", N_("First dose"), show=False),
        Binding("end", f"step({_FAR})", N_("Last dose"), show=False),
        Binding("enter", "choose", N_("Chart"), show=False),
    ]

    @dataclass
    class Chosen(Message):
        """The person wants to chart the dose under the cursor."""

        dose: DoseKey

    @dataclass
    class Left(Message):
        """The person went up from the first line."""

    def __init__(self, moved_to: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._moved_to = moved_to
        self._page: Page = ()
        self._places: list[_Place] = []
        self._cursor: DoseKey | None = None
        self._reveal = False
        self._is_first_look = True
        self.follows = True
        """Whether the page opens where the cursor is; at its top where something above it is read first."""

    @property
    def cursor(self) -> DoseKey | None:
        """The dose under the cursor, None on a page without any."""
        return self._cursor

    def show_page(self, page: Page, start: DoseKey | None) -> None:
        """Replace the page; the cursor stays on its dose, and stands on ``start``, else the first, where it has none."""
        keys = [cell.key for each in page if isinstance(each, CalendarDay) for cell in each.cells if cell.key]
        before = self._cursor
        if before not in keys:
            self._cursor = start if start in keys else next(iter(keys), None)
            self._is_first_look = True
        self._page = tuple(page)
        self.show_lines(page_lines(page))
        self._wrap()
        self.refresh()
        if self._cursor != before:
            self._moved_to()

    def go_to(self, key: DoseKey) -> None:
        """Put the cursor on a dose of the page, and show the first lines where that is in sight with them."""
        if any(place.cell.key == key for place in self._places):
            self._move(key)
            self._is_first_look = True
            self._wrap()

    def laid(self, width: int) -> list[Line]:
        """The lines at a width, with the place of each dose kept."""
        lines: list[Line] = []
        self._places = []
        for each in self._page:
            if not isinstance(each, CalendarDay):
                lines += wrapped_lines([each], width)
                continue
            for text, placed in each.rows(width):
                self._places += [_Place(len(lines), column, cell) for column, cell in placed]
                lines.append((each.part, text))
        return lines

    def action_scroll(self, lines: int) -> None:
        """Show later or earlier lines."""
        self._is_first_look = False
        super().action_scroll(lines)

    def _wrap(self) -> None:
        if self._is_first_look:
            self._top, self._reveal = 0, self.follows
        super()._wrap()
        place = self._place
        if self._reveal and place is not None and self.size.height:
            self._reveal = False
            shown = max(1, self.size.height - 1)  # the last row counts what is below
            if place.line < shown:
                self._top = 0  # where the course stands is said there
                super()._wrap()
            elif not self._top <= place.line < self._top + shown:
                self._top = max(0, place.line - shown + 1) if place.line >= self._top else place.line
                super()._wrap()

    def on_resize(self) -> None:
        """The dose under the cursor stays in sight, and with it where the course stands where both have room."""
        self._reveal = self.follows
        super().on_resize()

    @property
    def _place(self) -> _Place | None:
        return next((each for each in self._places if each.cell.key == self._cursor), None)

    def _move(self, key: DoseKey | None) -> None:
        self._cursor, self._reveal, self._is_first_look = key, True, False
        self._wrap()
        self.refresh()
        self._moved_to()

    def action_step(self, doses: int) -> None:
        """Go to a later or an earlier dose, at most to an end."""
        place = self._place
        if place is None:
            self.action_scroll(max(-_FAR, min(_FAR, doses)))
            return
        index = max(0, min(len(self._places) - 1, self._places.index(place) + doses))
        self._move(self._places[index].cell.key)

    def action_row(self, rows: int) -> None:
        """Go to the line below or above; past an end of the calendar the page is scrolled."""
        place = self._place
        lines = sorted({each.line for each in self._places})
        if place is None:
            self.action_scroll(rows)
            return
        goal = lines.index(place.line) + rows
        if 0 <= goal < len(lines):
            near = [each for each in self._places if each.line == lines[goal]]
            self._move(min(near, key=lambda each: abs(each.column - place.column)).cell.key)
        elif rows < 0 and not self._top:
            self.post_message(self.Left())
        else:
            self.action_scroll(rows)

    def action_rows(self, pages: int) -> None:
        """Go a page of lines up or down."""
        place, page = self._place, max(1, self.size.height - 2)
        lines = sorted({each.line for each in self._places})
        if place is None or place.line == lines[-1 if pages > 0 else 0]:
            self.action_scroll(pages * page)
            return
        index = max(0, min(len(lines) - 1, lines.index(place.line) + pages * page))
        near = [each for each in self._places if each.line == lines[index]]
        self._move(min(near, key=lambda each: abs(each.column - place.column)).cell.key)

    def action_choose(self) -> None:
        """Chart the dose under the cursor."""
        if self._cursor is not None:
            self.post_message(self.Chosen(self._cursor))

    def on_click(self, event: events.Click) -> None:
        """Go to the dose that was clicked."""
        for place in self._places:
            if place.line == self._top + event.y and 0 <= event.x - place.column < cell_len(place.cell.text):
                self._move(place.cell.key)

    def render_line(self, y: int) -> Strip:
        """One line, with the dose under the cursor marked in it."""
        strip, place = super().render_line(y), self._place
        is_counted = bool(self.below) and y == self.size.height - 1
        if place is None or place.line != self._top + y or is_counted:
            return strip
        width = self.size.width
        end = min(width, place.column + cell_len(place.cell.text))
        marked = Strip([Segment(place.cell.text, self.rich_style + self.get_component_rich_style("course--cursor"))])
        before, after = strip.crop(0, place.column), strip.crop(end, width)
        return Strip.join([before, marked.crop(0, end - place.column), after])
