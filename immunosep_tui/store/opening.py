"""Opening the store that a place names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from immunosep_tui.record.clock import Clock
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.files import open_file
from immunosep_tui.store.place import Place
from immunosep_tui.store.sqlite import Connect, plain
from immunosep_tui.store.store import Store

Ask = Callable[[], str]
"""Asks a person for the passphrase."""


def open_store(place: Place, *, clock: Clock = machine_clock, ask: Ask | None = None) -> Store:
    """The store at a place, made where there is none; Unusable where it cannot be opened.

    Args:
        place: a file or a server.
        clock: tells the time of recording.
        ask: asks for the passphrase of an encrypted file; without it such a file is not opened.
    """
    if place.path is None:
        from immunosep_tui.store.postgres import open_server

        return open_server(place.url, clock=clock)
    return open_file(place.path, connect=connect_to(place.path, ask), clock=clock)


def connect_to(path: Path, ask: Ask | None) -> Connect:
    """How a file is opened, or will be: as it is, or with the key that the passphrase gives. Unusable without one."""
    if not path.with_name(path.name + ".key").exists():
        return plain
    from immunosep_tui.store.encrypted import connector, is_encrypted, needs_passphrase, unlock

    if not is_encrypted(path):
        return plain
    if ask is None:
        raise needs_passphrase(path)
    return connector(unlock(path, ask()))
