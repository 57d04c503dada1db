"""The open patient's sheet: one for all rooms, so that no room ever edits an older state than another."""

from __future__ import annotations

from collections.abc import Callable

from immunosep_tui.record.patient import Patient


class Sheet:
    """Holds the present state; an edit is saved before the next key is read."""

    def __init__(self, patient: Patient, save: Callable[[Patient], None]) -> None:
        self.patient = patient
        self._save = save

    def edit(self, patient: Patient) -> None:
        """Replace the state and save it."""
        self.patient = patient
        self._save(patient)
