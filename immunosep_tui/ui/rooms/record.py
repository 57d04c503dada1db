"""Every entry of the patient's record."""

from __future__ import annotations

from immunosep_tui.ui.rooms.room import Room


class RecordRoom(Room):
    """Every entry of the patient's record."""
