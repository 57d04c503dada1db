"""The one real input of a form: it lets every character in, draws none raw, and refuses what it cannot show whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widgets import Input

from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.ui.cells import visible
from immunosep_tui.ui.seen import Seen

LONGEST = 200
"""Most characters of a row; an edit that would exceed them is refused whole."""

_LINE_BREAK = re.compile("[\n\r\v\f\x85\u2028\u2029]")


class Cell(Input, Seen):
    """An editor of one line without borders; ``typed`` is called with each new text, ``refused`` with why not.

    ``taken`` is asked first about each key; it holds at most ``longest`` characters.
    """

    def __init__(
        self,
        typed: Callable[[str], None],
        refused: Callable[[Sentence], None],
        taken: Callable[[events.Key], bool],
        longest: int = LONGEST,
    ) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._typed = typed
        self._refused = refused
        self._taken = taken
        self._longest = longest
        self.waiting = False
        self.secret = False
        self.disable_messages(Input.Changed, Input.Submitted, Input.Blurred)

    def watch_value(self, value: str) -> None:
        """Tell the form in the same frame."""
        self._typed(value)

    async def _on_key(self, event: events.Key) -> None:
        """Let the form have its keys here, in the order they were typed: a key that bubbles is overtaken by the next."""
        if self._taken(event):
            event.stop()
            event.prevent_default()

    def lead_cursor(self) -> None:
        """Put the terminal's own cursor, which input methods follow, where the text is edited."""
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if event.text:
            self.replace(event.text, *self.selection)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put ``text`` in place of a range, or refuse all of it: never a part."""
        start, end = sorted((start, end))
        if _LINE_BREAK.search(text):
            self._refused(say(N_("The pasted text has a line break: nothing was pasted. Paste a single line.")))
        elif len(self.value) - (end - start) + len(text) > self._longest:
            why = N_("A row takes at most {most} characters: nothing was added.")
            self._refused(say(why, most=self._longest))
        else:
            super().replace(text, start, end)

    def _drawn(self, text: str) -> str:
        """A part of the text as it may be seen."""
        return "*" * len(text) if self.secret else visible(text)

    @property
    def content_width(self) -> int:
        """Cells of the visible text and the cursor behind it; never less than the cell, so that typing needs no layout."""
        return max(cell_len(self._drawn(self.value)) + 1, self.size.width)

    @property
    def _scrolled(self) -> int:
        """Cells that are scrolled out on the left: none where the text fits, also after it was hidden."""
        return self.scroll_offset.x if cell_len(self._drawn(self.value)) + 1 > self.size.width else 0

    def _position_to_cell(self, position: int) -> int:
        return cell_len(self._drawn(self.value[:position]))

    def _cell_offset_to_index(self, offset: int) -> int:
        wanted = offset + self._scrolled
        ends = (self._position_to_cell(index + 1) for index in range(len(self.value)))
        return next((index for index, end in enumerate(ends) if wanted < end), len(self.value))

    def render_line(self, y: int) -> Strip:
        """The visible text with its selection and cursor."""
        base, width = self.rich_style, self.size.width
        if y:
            return Strip.blank(width, base)
        start, end = sorted(self.selection)
        caret, length = self.cursor_position, len(self.value)
        cuts = sorted({0, start, end, caret, min(caret + 1, length), length})
        segments = []
        for left, right in pairwise(cuts):
            style = base
            if self.has_focus and left == caret:
                style = self.get_component_rich_style("input--cursor")
            elif self.has_focus and start <= left < end:
                style = self.get_component_rich_style("input--selection")
            segments.append(Segment(self._drawn(self.value[left:right]), style))
        if self.has_focus and caret == length:
            segments.append(Segment(" ", self.get_component_rich_style("input--cursor")))
        return Strip(segments).crop_extend(self._scrolled, self._scrolled + width, base)
