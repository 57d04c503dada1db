"""The trial's published criteria, one by one."""

from __future__ import annotations

from immunosep_tui.ui.rooms.room import Room


class ScreeningRoom(Room):
    """The trial's published criteria, one by one."""
