"""Reading what would be recorded, while a row of the screen that records has the keyboard."""

from __future__ import annotations

from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.command_table.command import Command

RECORDING: Final = frozenset(
    {"sign", "dose", "start", "stop", "bleeding", "acknowledge", "study-drug", "death", "further-dose", "hold-end"}
)
"""The scopes of the screens that record."""

COMMANDS: Final = tuple(
    Command(identity, key, label, text, action, RECORDING, order=order, priority=True)
    for order, (identity, key, label, text, action) in enumerate(
        (
            ("read-on", "pagedown", N_("Read on"), N_("The next page of what would be recorded."), "read(1)"),
            ("read-back", "pageup", N_("Read back"), N_("The page before of what would be recorded."), "read(-1)"),
            ("read-end", "ctrl+end", N_("To the end"), N_("The end of what would be recorded."), "read_to_end"),
            (
                "discard-sheet",
                "ctrl+b",
                N_("Drop draft"),
                N_("Throw away what is typed on the sheet, at the second press."),
                "discard",
            ),
        ),
        start=40,
    )
)
