"""What is done on the ward board."""

from __future__ import annotations

from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.command_table.command import Command

COMMANDS: Final = (
    *(
        Command(identity, key, label, text, action, frozenset({"board"}), footer=True, order=order)
        for order, (identity, key, label, text, action) in enumerate(
            (
                ("admit", "n", N_("New patient"), N_("Put a new patient on the board."), "admit"),
                ("open", "enter", N_("Open"), N_("Open the patient under the cursor."), "open_patient"),
                ("search", "slash", N_("Search"), N_("Search all patients by bed, case or identifier."), "search"),
                (
                    "training",
                    "t",
                    N_("Training"),
                    N_("Learn on made-up patients; nothing of it comes near the ward."),
                    "training",
                ),
            ),
            start=10,
        )
    ),
    Command(
        "ward-settings",
        "f12",
        N_("Ward settings"),
        N_("Upper limits of normal, times, the zone and the lock of this ward; signed by a doctor or a pharmacist."),
        "settings",
        frozenset({"board"}),
        order=20,
    ),
)
