"""What can be done on every screen."""

from __future__ import annotations

from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.command_table.command import EVERYWHERE, Command


def _everywhere(
    identity: str,
    key: str,
    label: str,
    text: str,
    action: str,
    order: int,
    footer: bool = False,
    priority: bool = False,
) -> Command:
    return Command(identity, key, label, text, action, frozenset({EVERYWHERE}), footer, order, priority)


COMMANDS: Final = (
    _everywhere(
        "evidence",
        "f10",
        N_("Evidence"),
        N_("The trial on one page: results, limits, sources."),
        "evidence",
        89,
        footer=True,
    ),
    _everywhere(
        "help", "f9,question_mark", N_("Help"), N_("Show every key and what it does."), "help", 90, footer=True
    ),
    _everywhere(
        "palette",
        "ctrl+p",
        N_("Find"),
        N_("Find a command by typing part of its name."),
        "command_palette",
        91,
        footer=True,
    ),
    _everywhere("back", "escape", N_("Back"), N_("Go back; nothing typed is lost."), "back", 92, footer=True),
    _everywhere(
        "change-user",
        "ctrl+f",
        N_("Change user"),
        N_("Sign as somebody else, or enroll a colleague."),
        "change_user",
        93,
    ),
    _everywhere(
        "lock", "ctrl+l", N_("Lock"), N_("Lock the screen; what was typed is kept."), "lock", 93, priority=True
    ),
    _everywhere(
        "theme", "ctrl+t", N_("Colors"), N_("Change the colors: dark, light, high contrast."), "next_theme", 94
    ),
    _everywhere("contrast", "ctrl+g", N_("Contrast"), N_("Turn high contrast on or off."), "contrast", 95),
    _everywhere("quit", "ctrl+q", N_("Quit"), N_("Leave the program."), "quit", 99, footer=True, priority=True),
)
