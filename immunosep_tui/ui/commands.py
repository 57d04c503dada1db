"""The one registry of what a person can do, asked by scope: bindings, clashes of keys, the footer."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.binding import Binding

from immunosep_tui.i18n import _
from immunosep_tui.ui.command_table import COMMANDS
from immunosep_tui.ui.command_table.command import EVERYWHERE, SCOPES, Command
from immunosep_tui.ui.command_table.rooms import ROOM_KEYS
from immunosep_tui.ui.key_names import key_name

__all__ = ["COMMANDS", "EVERYWHERE", "ROOM_KEYS", "SCOPES", "Command"]


def only_in(scope: str) -> tuple[Command, ...]:
    """The commands that name this scope themselves, in order."""
    return tuple(sorted((c for c in COMMANDS if scope in c.where), key=lambda command: command.order))


def commands_in(scope: str) -> tuple[Command, ...]:
    """Everything that can be done in a scope, in order; what can be done everywhere is part of it."""
    return tuple(
        sorted((c for c in COMMANDS if scope in c.where or EVERYWHERE in c.where), key=lambda command: command.order)
    )


def command(identity: str) -> Command:
    """The command of that id; ``KeyError`` when there is none."""
    for candidate in COMMANDS:
        if candidate.id == identity:
            return candidate
    raise KeyError(identity)


def bindings_for(scope: str) -> list[Binding]:
    """Key bindings for the screen of a scope, or for the application when the scope is ``everywhere``.

    A character that can be typed never goes before the field in use, whatever the command says.
    """
    return [
        Binding(
            key,
            c.action,
            c.label,
            show=c.footer,
            priority=c.priority and len(key) > 1 and key != "question_mark",
            id=c.id,
            tooltip=c.help,
        )
        for c in only_in(scope)
        for key in c.keys
    ]


def conflicts(scope: str) -> dict[str, tuple[str, ...]]:
    """Keys that mean two things in a scope, with the ids of the commands that claim them."""
    claims: dict[str, list[str]] = {}
    for candidate in commands_in(scope):
        for key in candidate.keys:
            claims.setdefault(key, []).append(candidate.id)
    return {key: tuple(ids) for key, ids in claims.items() if len(ids) > 1}


def footer_for(scope: str, width: int, room: str = "") -> Text:
    """One line of keys for a scope, at most ``width`` cells; what does not fit is counted, never cut.

    An entry can be clicked, except quitting: a stray click must not end a session.
    """
    offered = [c for c in commands_in(scope) if c.footer and (not c.rooms or room in c.rooms)]
    for fitting in range(len(offered), -1, -1):
        line = _footer_line(offered[:fitting], len(offered) - fitting)
        if cell_len(line.plain) <= width:
            return line
    return Text(no_wrap=True, end="")


def _footer_line(entries: list[Command], left_out: int) -> Text:
    line = Text(no_wrap=True, end="")
    for entry in entries:
        click = Style(meta={"@click": f"app.command('{entry.id}')"}) if entry.action != "quit" else Style()
        part = Text.assemble((f" {key_name(entry.keys[0])}", "bold"), f" {_(entry.label)} ")
        part.stylize(click)
        line.append_text(part)
    if left_out:
        key = key_name(command("help").keys[0])
        line.append(" " + _("+{count} more: {key}").format(count=left_out, key=key))
    return line
