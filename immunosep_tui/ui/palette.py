"""The command palette: what can be done here, found by typing part of its name; our own registry and nothing else.

Textual's palette is not used: in version 8.2.8 a burst of keys starts a search for each and holds the program up for
a minute, and closing it before it is built, or a page key before its list is laid out, ends the program.
"""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.reason import Sentence
from immunosep_tui.ui.commands import Command, commands_in
from immunosep_tui.ui.form_cell import Cell
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.show import shown

LONGEST_QUERY = 40
"""Most characters that can be typed to find a command."""
PAGE = 8
"""Rows that a page key moves."""


def found(scope: str, query: str) -> list[Command]:
    """The commands of a scope whose name, or else whose help, has the letters typed in their order; the best first."""
    matcher = Matcher(query)
    scored = [
        (max(matcher.match(_(command.label)), matcher.match(_(command.help)) / 4) if query else 1.0, command)
        for command in commands_in(scope)
        if command.id != "palette"
    ]
    return [command for score, command in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


class Hits(Widget):
    """The commands found, one a row, with the one that Enter runs marked."""

    DEFAULT_CSS = "Hits { height: 1fr; width: 100%; background: $surface; color: $foreground; }"

    def __init__(self) -> None:
        super().__init__()
        self._commands: list[Command] = []
        self._marked = 0

    @property
    def marked(self) -> Command | None:
        """The command that Enter runs, if any was found."""
        return self._commands[self._marked] if self._commands else None

    def offer(self, commands: list[Command]) -> None:
        """Show other commands and mark the first."""
        self._commands, self._marked = commands, 0
        self.refresh()

    def move(self, rows: int) -> None:
        """Mark another row; the ends hold."""
        self._marked = max(0, min(len(self._commands) - 1, self._marked + rows))
        self.refresh()

    def at(self, row: int) -> Command | None:
        """The command drawn on that row of the widget."""
        place = self._first + row
        return self._commands[place] if 0 <= place < len(self._commands) else None

    @property
    def _first(self) -> int:
        """The first command drawn, such that the marked one is in sight."""
        return max(0, self._marked - max(1, self.size.height) + 1)

    def render(self) -> Text:
        """The rows that fit; a help sentence that does not fit ends in three dots."""
        if not self._commands:
            return Text(_("No command has these letters."), no_wrap=True)
        names = max(cell_len(_(command.label)) for command in self._commands)
        keys = max(cell_len(key_name(command.keys[0])) for command in self._commands)
        lines = []
        for place in range(self._first, min(len(self._commands), self._first + self.size.height)):
            command = self._commands[place]
            name, key = _(command.label), key_name(command.keys[0])
            line = Text("> " if place == self._marked else "  ", no_wrap=True)
            line.append(name + " " * (names - cell_len(name) + 2), "bold")
            line.append(key + " " * (keys - cell_len(key) + 2))
            line.append(_(command.help))
            if line.cell_len > self.size.width:
                line.truncate(max(0, self.size.width - 3))
                line.append("...")
            line.pad_right(self.size.width - line.cell_len)
            if place == self._marked:
                line.stylize("reverse")
            lines.append(line)
        return Text("\n", no_wrap=True).join(lines)


class Palette(ModalScreen[Command]):
    """A field and the commands found; dismissed with the command that was chosen, or with nothing."""

    SCOPE: ClassVar[str] = "palette"
    OVER_LOCK: ClassVar[bool] = True
    AUTO_FOCUS = "Cell"
    DEFAULT_CSS = """
    Palette { align: center top; background: $background 60%; }
    Palette > Vertical { width: 76; height: 18; margin-top: 2; border: round $accent; background: $surface; }
    Palette Cell { height: 1; background: $panel; }
    Palette Static { height: 1; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", f"move({-PAGE})", show=False),
        Binding("pagedown", f"move({PAGE})", show=False),
    ]

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._scope = scope
        self._hits = Hits()
        self._hits.offer(found(scope, ""))
        self._field = Cell(self._find, self._refused, self._take, LONGEST_QUERY)

    def compose(self) -> ComposeResult:
        """The field over the commands found."""
        with Vertical():
            yield self._field
            yield Static(shown(_("Type part of a command's name.")))
            yield self._hits

    def _find(self, query: str) -> None:
        """Find again."""
        self._hits.offer(found(self._scope, query.strip()))

    def _refused(self, why: Sentence) -> None:
        self.query_one(Static).update(shown(words(why)))

    def _take(self, event: events.Key) -> bool:
        """Enter chooses the marked command; without one it does nothing."""
        if event.key == "enter":
            self._choose(self._hits.marked)
        return event.key == "enter"

    def on_click(self, event: events.Click) -> None:
        """Choose the command clicked; a click beside the palette closes it."""
        if event.widget is self._hits:
            self._choose(self._hits.at(event.y))
        elif event.widget is self:
            self.action_close()

    def action_move(self, rows: int) -> None:
        """Mark another command."""
        self._hits.move(rows)

    def action_close(self) -> None:
        """Go back without choosing."""
        if self.is_active:
            self.dismiss(None)

    def _choose(self, command: Command | None) -> None:
        if command is not None and self.is_active:
            self.dismiss(command)
