"""The help screen: every command by the place where it works."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from immunosep_tui.i18n import _
from immunosep_tui.ui.commands import SCOPES, Command, only_in
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.widgets.footer import KeyFooter


class HelpScreen(Screen[None]):
    """All commands, those of the screen the user came from first; arrows and page keys scroll."""

    SCOPE: ClassVar[str] = "help"
    OVER_LOCK: ClassVar[bool] = True
    AUTO_FOCUS = "#help-commands"
    DEFAULT_CSS = """
    HelpScreen #help-commands { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    HelpScreen Static { width: 100%; height: auto; }
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._came_from = scope

    def compose(self) -> ComposeResult:
        """One scrolling text and the footer."""
        with VerticalScroll(id="help-commands"):
            yield Static(help_table(self._came_from))
        yield KeyFooter()


def help_table(first: str) -> Table:
    """Every command of the registry under the heading of its scope, ``first`` before the others."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for scope in sorted(SCOPES, key=lambda scope: scope != first):
        commands = only_in(scope)
        if commands:
            table.add_row(Text(_(SCOPES[scope]), "bold underline"))
            for command in commands:
                table.add_row(_keys(command), Text(_(command.label)), Text(_(command.help)))
            table.add_row()
    return table


def _keys(command: Command) -> Text:
    return Text(" ".join(key_name(key) for key in command.keys), "bold")
