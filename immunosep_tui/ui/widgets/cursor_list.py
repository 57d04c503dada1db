"""What the lists share: a title, headings, rows, and a cursor that the same keys move everywhere."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.strip import Strip

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.seen import Seen

FAR = 1_000_000
"""More rows than any list has."""


class CursorList(Seen):
    """A list that is drawn line by line: title and headings above the rows, the count of those below in the last line."""

    can_focus = True
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    CursorList { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", N_("Next"), show=False),
        Binding("up", "move(-1)", N_("Previous"), show=False),
        Binding("pagedown", "page(1)", N_("Next page"), show=False),
        Binding("pageup", "page(-1)", N_("Previous page"), show=False),
        Binding("home", f"move(-{FAR})", N_("First"), show=False),
        Binding("end", f"move({FAR})", N_("Last"), show=False),
    ]

    @property
    @abstractmethod
    def row_count(self) -> int:
        """How many rows there are."""

    @property
    @abstractmethod
    def cursor(self) -> int:
        """The row of the cursor from 0; 0 on an empty list."""

    @abstractmethod
    def go_to(self, row: int) -> None:
        """Put the cursor on a row that is there."""

    def action_move(self, rows: int) -> None:
        """Move the cursor, at most to an end of the list."""
        if self.row_count:
            self.go_to(max(0, min(self.row_count - 1, self.cursor + rows)))

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in sight."""
        self.action_move(pages * max(1, self._in_sight - 1))

    @property
    def _in_sight(self) -> int:
        """How many rows are in sight: the last line counts those below."""
        return max(1, self.size.height - 3)

    @property
    def _top(self) -> int:
        """The first row on the screen, so that the cursor is always in sight."""
        return max(0, self.cursor - self._in_sight + 1)

    def _row_at(self, y: int) -> int | None:
        """The row that is drawn in a line, None where none is."""
        row = self._top + y - 2
        return row if y >= 2 and row < self.row_count else None

    def _strip(self, segments: list[Segment]) -> Strip:
        """A line as wide as the list, in the style of its end."""
        return Strip(segments).adjust_cell_length(self.size.width, segments[-1].style)
