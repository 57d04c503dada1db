"""Everything that a person can do, one row each: key bindings, footer, help and palette are all made from these."""

from __future__ import annotations

from typing import Final

from immunosep_tui.ui.command_table import board, deeds, everywhere, reading, record_room, rooms, sheet, training
from immunosep_tui.ui.command_table.command import Command

COMMANDS: Final[tuple[Command, ...]] = tuple(
    row
    for module in (rooms, sheet, deeds, record_room, reading, board, training, everywhere)
    for row in module.COMMANDS
)
