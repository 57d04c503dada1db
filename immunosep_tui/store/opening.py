"""Opening the store that a place names."""

from __future__ import annotations

from immunosep_tui.record.clock import Clock
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.files import open_file
from immunosep_tui.store.place import Place
from immunosep_tui.store.store import Store


def open_store(place: Place, *, clock: Clock = machine_clock) -> Store:
    """The store at a place, made where there is none; Unusable where it cannot be opened."""
    if place.path is not None:
        return open_file(place.path, clock=clock)
    from immunosep_tui.store.postgres import open_server

    return open_server(place.url, clock=clock)
