"""Lines of an answer, wrapped by words; what does not fit is counted and can be scrolled to, never cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.strip import Strip

from immunosep_tui.i18n import _
from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.cells import visible, wrap
from immunosep_tui.ui.seen import Seen

Part = Literal["title", "plain", "dim", "note", "warn", "bad", "good"]
Line = tuple[Part, str]
"""One line of text and the part it plays; a text is wrapped, its first spaces are repeated as the indent."""


class Panel(Seen):
    """Draws lines that its owner sets.

    Args:
        focusable: whether it can have the keyboard.
        more: name of the key that shows what does not fit, where it is another one than usual.
        moved: called where other lines are shown than before.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Panel { height: 1fr; }
    Panel > .panel--title { text-style: bold; }
    Panel > .panel--dim { color: $text-muted; }
    Panel > .panel--note { color: $accent; }
    Panel > .panel--warn { color: $warning; }
    Panel > .panel--bad { color: $error; text-style: bold; }
    Panel > .panel--good { color: $success; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"panel--{part}" for part in ("title", "plain", "dim", "note", "warn", "bad", "good")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(1)", N_("Down"), show=False),
        Binding("up", "scroll(-1)", N_("Up"), show=False),
        Binding("pagedown,space", "page(1)", N_("Next page"), show=False),
        Binding("pageup", "page(-1)", N_("Previous page"), show=False),
        Binding("end", "end", N_("To the end"), show=False),
    ]

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002
        focusable: bool = False,
        more: str = "",
        moved: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(id=id)
        self.can_focus = focusable
        self._more = more
        self._moved = moved
        self._read: frozenset[Line] = frozenset()
        self._lines: tuple[Line, ...] = ()
        self._wrapped: list[Line] = []
        self._top = 0

    @property
    def text(self) -> str:
        """Everything that is in it, whether it fits or not."""
        return "\n".join(text for _part, text in self._lines)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Replace the lines; nothing is repainted where they are the same."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._wrap()
            self.refresh()

    @property
    def below(self) -> int:
        """Number of wrapped lines below those that are shown."""
        hidden = len(self._wrapped) - self._top - self.size.height
        return hidden + 1 if hidden > 0 else 0  # the last row counts them

    @property
    def unread(self) -> int:
        """Number of wrapped lines to go to an end that was not shown with the present lines; 0 where it was."""
        return 0 if set(self._lines) <= self._read else max(1, self.below)

    def read_anew(self) -> None:
        """Go back to the first line; the end has to be shown again."""
        self._top, self._read = 0, frozenset()
        self._wrap()
        self.refresh()

    def on_resize(self) -> None:
        """Wrap and draw anew."""
        self._wrap()
        self.refresh()

    def action_scroll(self, lines: int) -> None:
        """Show later or earlier lines."""
        self._top = max(0, min(len(self._wrapped) - 1, self._top + lines))
        self._wrap()
        self.refresh()

    def fit(self, width: int, most: int) -> int:
        """Be as high as the lines need at a width, at most ``most`` rows; without lines take none. The rows taken."""
        rows = min(len(wrapped_lines(self._lines, width)), most)
        self.display = bool(rows)
        self.styles.height = rows
        return rows

    def to_top(self) -> None:
        """Show the first lines."""
        self._top = 0
        self._wrap()
        self.refresh()

    def action_page(self, pages: int) -> None:
        """Show the next or the previous page; one line of the one before stays."""
        self.action_scroll(pages * max(1, self.size.height - 2))

    def action_end(self) -> None:
        """Show the last line."""
        self.action_scroll(len(self._wrapped))

    def laid(self, width: int) -> list[Line]:
        """The lines as they are drawn at a width."""
        return wrapped_lines(self._lines, width)

    def _wrap(self) -> None:
        width, height = self.size
        if not (width and height):
            return
        self._wrapped = wrapped = self.laid(width)
        if len(wrapped) <= height:
            self._top = 0
        self._top = min(self._top, max(0, len(wrapped) - height))
        if not self.below:
            self._read |= set(self._lines)
        self._moved()

    def render_line(self, y: int) -> Strip:
        """One wrapped line, or the count of those that do not fit."""
        width, height = self.size
        part: Part = "plain"
        text = ""
        hidden = len(self._wrapped) - self._top - height
        if hidden > 0 and y == height - 1:
            part, text = (
                "dim",
                _("+{count} lines: {key}").format(
                    count=hidden + 1, key=self._more or (_("Down") if self.can_focus else _("Ctrl+Down"))
                ),
            )
        elif self._top + y < len(self._wrapped):
            part, text = self._wrapped[self._top + y]
        style = self.rich_style + self.get_component_rich_style(f"panel--{part}", partial=True)
        return Strip([Segment(text, style)]).adjust_cell_length(width, self.rich_style)


def wrapped_lines(lines: Sequence[Line], width: int) -> list[Line]:
    """The lines broken between words where they are wider than a width."""
    wrapped: list[Line] = []
    for part, text in lines:
        clean = visible(text)
        if cell_len(clean) <= width:
            wrapped.append((part, clean))
            continue
        indent = " " * (len(clean) - len(clean.lstrip(" ")))
        pieces = wrap(clean.lstrip(" "), max(2, width - len(indent))) or [""]
        wrapped += [(part, indent + piece) for piece in pieces]
    return wrapped
