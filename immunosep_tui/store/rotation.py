"""The automatic backups of a store: one after each change of its ledger, the last of them kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from immunosep_tui.record.chain import Head
from immunosep_tui.rules.reason import N_
from immunosep_tui.store.backup import STAMP, cannot, connect_of, dated_path, open_copy, write_backup
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.files import FOLDER_MODE
from immunosep_tui.store.folders import sync_folder
from immunosep_tui.store.place import SCHEMES, Place, data_folder, key_file
from immunosep_tui.store.sqlite import Connect, SqliteEngine, plain
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify

KEEP: Final = 14
"""How many automatic backups of a store are kept."""

FOLDER_NAME: Final = "backups"
_STAMP: Final = r"\d{4}-\d\d-\d\dT\d{6}Z"


@dataclass(frozen=True, slots=True)
class Backup:
    """An automatic backup, and the instant that its name says."""

    path: Path
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The backup that has the ledger as it is now; ``is_new`` where it has just been made."""

    backup: Backup
    head: Head
    is_new: bool


def backup_folder(place: Place) -> Path:
    """Where the automatic backups of the store at a place go: beside a file, into the data folder for a server."""
    return (place.path.absolute().parent if place.path else data_folder()) / FOLDER_NAME


def backup_name(where: str) -> str:
    """What the names of a store's automatic backups begin with: that of its file, or of its host and database."""
    if where.startswith(SCHEMES):
        address = where.partition("://")[2].rpartition("@")[2].partition("?")[0]
        return re.sub(r"[^A-Za-z0-9.]+", "-", address).strip("-.") or "server"
    return Path(where).stem


def automatic_backup(store: Store, folder: Path, now: datetime) -> Kept | None:
    """Back a store up, unless a sound backup has the same ledger already; None where there is nothing to keep.

    Older ones are removed when there are more than ``KEEP``; one that cannot be read counts for none and stays.

    Args:
        store: may be in use; see ``write_backup``.
        folder: made where there is none.
        now: the present instant.

    Raises:
        StoreError: no backup was made.
    """
    head = store.head()
    if not head.seq:
        return None
    name, connect = backup_name(store.engine.where), connect_of(store)
    for known in reversed(backups(folder, name)):
        if _is_alike(known.path, store) and head_of(known.path, connect) == head and is_sound(known.path, connect):
            return Kept(known, head, is_new=False)
    _make(folder)
    path = dated_path(folder, name, now)
    report = write_backup(store, path)
    _prune((known.path for known in backups(folder, name) if known.path != path), connect)
    return Kept(Backup(path, now.astimezone(UTC).replace(microsecond=0)), report.head, is_new=True)


def _is_alike(path: Path, store: Store) -> bool:
    """Whether a backup is encrypted where its store is: a plain one does not count for one that is encrypted by now."""
    engine = store.engine
    return key_file(path).exists() == (isinstance(engine, SqliteEngine) and key_file(engine.path).exists())


def backups(folder: Path, name: str) -> list[Backup]:
    """The automatic backups whose names begin so, the oldest first."""
    shape = re.compile(rf"{re.escape(name)}-({_STAMP})\.db")
    found = []
    if folder.is_dir():
        for path in folder.iterdir():
            if match := shape.fullmatch(path.name):
                with suppress(ValueError):
                    found.append(Backup(path, datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)))
    return sorted(found, key=lambda backup: backup.at)


def last_backup(folder: Path, name: str = "ward") -> Backup | None:
    """The latest automatic backup; it was verified when it was made, ``is_sound`` tells whether it still is whole.

    Args:
        folder: see ``backup_folder``.
        name: see ``backup_name``.
    """
    return next(iter(reversed(backups(folder, name))), None)


def is_sound(path: Path, connect: Connect = plain) -> bool:
    """Whether a backup is whole, entry by entry."""
    try:
        with closing(open_copy(path, connect=connect)) as copied:
            return verify(copied).sound
    except StoreError:
        return False


def _make(folder: Path) -> None:
    """Make the folder durably, its owner's alone."""
    if folder.is_dir():
        return
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        sync_folder(folder.parent)
    except OSError as error:
        raise cannot(N_("The folder {path} cannot be made: {why}"), error, folder) from error


def _prune(others: Iterable[Path], connect: Connect) -> None:
    """Remove the oldest, so that ``KEEP`` are left with the one that was just made."""
    readable = [path for path in others if head_of(path, connect) is not None]
    for path in readable[: max(0, len(readable) + 1 - KEEP)]:
        with suppress(OSError):
            path.unlink()
            key_file(path).unlink(missing_ok=True)


def head_of(path: Path, connect: Connect) -> Head | None:
    """Where the ledger of a backup ends, None where that cannot be read."""
    try:
        with closing(open_copy(path, connect=connect)) as copied:
            return copied.head()
    except StoreError:
        return None
