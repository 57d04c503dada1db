"""The rooms of a patient, a key each."""

from __future__ import annotations

from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.command_table.command import of_patient

ROOM_KEYS: Final = frozenset(f"f{number}" for number in range(1, 9))
"""Kept for the eight rooms of a patient, so that a key means the same on every screen."""

COMMANDS: Final = tuple(
    of_patient(f"room-{name}", keys, label, text, f"room('{name}')", order)
    for order, (name, keys, label, text) in enumerate(
        (
            ("overview", "f1,1", N_("Overview"), N_("What now: phenotype, regimen, next dose, checks.")),
            ("screening", "f2,2", N_("Screening"), N_("The trial's criteria, one by one, and the 72-hour clock.")),
            ("labs", "f3,3", N_("Labs"), N_("Ferritin and HLA-DR, and the phenotype as they are typed.")),
            ("sofa", "f4,4", N_("SOFA"), N_("SOFA of a day from raw values or points.")),
            ("treatment", "f5,5", N_("Treatment"), N_("Every dose of the course with clock times.")),
            ("monitoring", "f6,6", N_("Monitoring"), N_("The checklist of the treatment day.")),
            ("response", "f7,7", N_("Response"), N_("Daily SOFA and the verdict by day 9 and 15.")),
            ("record", "f8,8", N_("Record"), N_("Every entry: who, when, what it corrected.")),
            ("identity", "ctrl+o", N_("Who"), N_("Bed, case and second identifier.")),
        ),
        start=10,
    )
)
