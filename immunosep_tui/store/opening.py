"""Opening the store that a place names, and the drafts beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from immunosep_tui.record.clock import Clock
from immunosep_tui.store import last_seen, other_machine
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.drafts import FILE_NAME, Drafts, merged
from immunosep_tui.store.errors import Unusable
from immunosep_tui.store.files import open_file, open_to_read, refuse_unsafe
from immunosep_tui.store.place import Place, coming_key_file, data_folder, key_file
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
    refuse_unsafe(key_file(place.path))
    connect = connect_to(place.path, ask)
    stranger = other_machine.stranger_in(place.path, connect)
    try:
        if stranger is not None:
            store = open_to_read(place.path, stranger, connect=connect, clock=clock)
        else:
            store = open_file(place.path, connect=connect, clock=clock)
    except Unusable as error:
        from immunosep_tui.store.encrypted import has_lost_its_key, without_key

        if has_lost_its_key(place.path):
            raise without_key(place.path) from error
        raise
    other_machine.watch(store)
    last_seen.watch(store)
    return store


def connect_to(path: Path, ask: Ask | None) -> Connect:
    """How a file is opened, or will be: as it is, or with the key that the passphrase gives. Unusable without one."""
    if not (key_file(path).exists() or coming_key_file(path).exists()):
        return plain
    from immunosep_tui.store.encrypted import connector, handed_key, is_encrypted, needs_passphrase, unlock_by_asking

    if not is_encrypted(path):
        return plain
    from immunosep_tui.store.encrypting import finish

    key = unlock_by_asking(path, ask) if ask else handed_key()
    if key is None:
        raise needs_passphrase(path)
    connect = connector(key)
    finish(path, connect)
    return connect


def open_drafts(place: Place, connect: Connect, *, elsewhere: bool = False) -> Drafts:
    """The drafts of a store on this machine.

    Those of an encrypted store lie in a file of their own, encrypted by its key: other stores share the plain file. What was
    typed into that one before, or by a program that was still open then, is moved.

    Args:
        place: of the store.
        connect: opens the store.
        elsewhere: keep them in the data folder, because another machine writes where the store lies.
    """
    if place.path is None:
        return Drafts(data_folder() / FILE_NAME, place.shown)
    path = place.path.absolute()
    folder = data_folder() if elsewhere else path.parent
    shared = folder / FILE_NAME
    if connect is plain:
        return Drafts(shared, str(path))
    drafts = Drafts(folder / f"{path.stem}-{FILE_NAME}", str(path), connect=connect)
    if shared.exists():
        _move(Drafts(shared, str(path)), drafts)
    return drafts


def _move(source: Drafts, target: Drafts) -> None:
    moved = (*source.all(), *source.sheets())
    for draft in moved:
        there = target.get(*draft.key) or draft
        older, newer = sorted((there, draft), key=lambda each: each.at)
        for each in merged(newer, older):
            target.put(each)
    if target.flush():
        for draft in moved:
            source.drop(draft)
    source.close()
