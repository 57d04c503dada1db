"""What is done in the Record room of a patient."""

from __future__ import annotations

from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.command_table.command import of_patient

COMMANDS: Final = (
    of_patient(
        "correct",
        "enter",
        N_("Correct"),
        N_("In Record: take the chosen entry back, or go where it is corrected."),
        "correct",
        21,
        rooms=("record",),
        priority=False,
    ),
    of_patient(
        "filter",
        "slash",
        N_("Filter"),
        N_("In Record: show the entries with these words, this kind or this author."),
        "filter",
        22,
        rooms=("record",),
        priority=False,
    ),
    of_patient(
        "note", "ctrl+w", N_("Note"), N_("Write a note into the record."), "deed('note')", 23, rooms=("record",)
    ),
    of_patient(
        "sign-off",
        "ctrl+x",
        N_("Reviewed"),
        N_("In Record: sign that the record was reviewed up to now."),
        "deed('sign-off')",
        24,
        rooms=("record",),
    ),
)
