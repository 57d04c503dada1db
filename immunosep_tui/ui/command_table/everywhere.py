"""What can be done on every screen."""

from __future__ import annotations

from functools import partial
from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.command_table.command import EVERYWHERE, Command

_everywhere = partial(Command, where=frozenset({EVERYWHERE}))

COMMANDS: Final = (
    _everywhere(
        "evidence",
        "f10",
        N_("Evidence"),
        N_("The trial on one page: results, limits, sources."),
        "evidence",
        order=89,
        footer=True,
    ),
    _everywhere(
        "help", "f9,question_mark", N_("Help"), N_("Show every key and what it does."), "help", order=90, footer=True
    ),
    _everywhere(
        "palette",
        "ctrl+p",
        N_("Find"),
        N_("Find a command by typing part of its name."),
        "command_palette",
        order=91,
        footer=True,
    ),
    _everywhere("back", "escape", N_("Back"), N_("Go back; nothing typed is lost."), "back", order=92, footer=True),
    _everywhere(
        "change-user",
        "ctrl+f",
        N_("Change user"),
        N_("Sign as somebody else, or enroll a colleague."),
        "change_user",
        order=93,
    ),
    _everywhere(
        "lock", "ctrl+l", N_("Lock"), N_("Lock the screen; what was typed is kept."), "lock", order=93, priority=True
    ),
    _everywhere(
        "theme", "ctrl+t", N_("Colors"), N_("Change the colors: dark, light, high contrast."), "next_theme", order=94
    ),
    _everywhere("contrast", "ctrl+g", N_("Contrast"), N_("Turn high contrast on or off."), "contrast", order=95),
    _everywhere("quit", "ctrl+q", N_("Quit"), N_("Leave the program."), "quit", order=99, footer=True, priority=True),
)
