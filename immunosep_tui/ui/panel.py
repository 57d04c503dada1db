"""Lines of an answer, wrapped by words; what does not fit is counted and can be scrolled to, never cut."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Draws lines that its owner sets."""

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
        Binding("pagedown", "scroll(10)", N_("Next page"), show=False),
        Binding("pageup", "scroll(-10)", N_("Previous page"), show=False),
    ]

    def __init__(self, *, id: str | None = None, focusable: bool = False) -> None:  # noqa: A002
        super().__init__(id=id)
        self.can_focus = focusable
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

    def on_resize(self) -> None:
        """Wrap and draw anew."""
        self._wrap()
        self.refresh()

    def action_scroll(self, lines: int) -> None:
        """Show later or earlier lines."""
        self._top = max(0, min(len(self._wrapped) - 1, self._top + lines))
        self._wrap()
        self.refresh()

    def fit(self, width: int, most: int) -> None:
        """Be as high as the lines need at a width, at most ``most`` rows; without lines take no row."""
        needed = len(wrapped_lines(self._lines, width))
        self.display = bool(needed)
        self.styles.height = min(needed, most)

    def to_top(self) -> None:
        """Show the first lines."""
        self._top = 0
        self._wrap()
        self.refresh()

    def _wrap(self) -> None:
        width, height = self.size
        if not (width and height):
            return
        self._wrapped = wrapped = wrapped_lines(self._lines, width)
        if len(wrapped) <= height:
            self._top = 0
        self._top = min(self._top, max(0, len(wrapped) - height + 1))

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
                    count=hidden + 1, key=_("Down") if self.can_focus else _("Ctrl+Down")
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
