"""A SQLite store as a file of its owner's: made, opened, brought to the latest schema, or opened for reading only."""

from __future__ import annotations

import errno
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from immunosep_tui.record.clock import Clock
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store import schema, troubles
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.engine import Broken, Engine, Violated
from immunosep_tui.store.errors import ReadOnly, StoreError, Unusable
from immunosep_tui.store.folders import sync_folder
from immunosep_tui.store.migration import migrate, refuse_newer, stored_version
from immunosep_tui.store.place import network_system
from immunosep_tui.store.sqlite import Connect, SqliteEngine, plain
from immunosep_tui.store.store import Store

FOLDER_MODE, FILE_MODE = 0o700, 0o600


@dataclass(frozen=True, slots=True)
class _Purpose:
    """What is in a file of a kind, and how another place is named for one: after a wrong path, off a network."""

    holds: str
    elsewhere: str = N_("Check the path of --store.")
    off_network: str = N_("Use a folder on this machine's own disk, or a PostgreSQL server for the ward.")


_PURPOSES = {
    schema.APPLICATION_ID: _Purpose(N_("{path} holds the records of patients.")),
    schema.TRAINING_ID: _Purpose(N_("{path} is for training: no patients.")),
    schema.LEARNERS_ID: _Purpose(
        N_("{path} holds the answers of learners: no patients."),
        N_("Name another file for the learners: immunosep-tui train --book PATH."),
        N_("Use a folder on this machine's own disk: immunosep-tui train --book PATH."),
    ),
}
"""By the mark that a file bears."""


def open_file(path: Path, *, connect: Connect = plain, clock: Clock = machine_clock, training: bool = False) -> Store:
    """The store in a file, made where there is none.

    A file that is damaged, or that may not be written, gives a store that says why it is read-only.

    Args:
        path: of the file.
        connect: how it is opened.
        clock: tells the time of recording.
        training: whether it is for training; such a file is never opened for patients, nor one of patients for training.

    Raises:
        Unusable: it is not a store, lies on a network file system, is open to others, or needs a newer program.
    """
    refuse_unsafe(path)
    engine = SqliteEngine(path, connect=connect)
    application = schema.TRAINING_ID if training else schema.APPLICATION_ID
    try:
        version = 0 if make_private(path) else schema_version(engine, path, application)
        if version < schema.LATEST:
            if version:
                _copy_before(engine, path, version)
            else:
                keep_folders(path)
            migrate(engine, version, application=application)
        return Store(engine, clock=clock)
    except Broken as error:
        engine.close()
        return open_to_read(path, troubles.read_only(error), connect=connect, clock=clock, application=application)
    except StoreError:
        engine.close()
        raise


def elsewhere(wanted: int) -> Sentence:
    """What to do where a path is wrong for a file of that mark: how another one is named."""
    return say(_PURPOSES[wanted].elsewhere)


def refuse_unsafe(path: Path, wanted: int = schema.APPLICATION_ID) -> None:
    """Raise Unusable where a file of that mark must not lie: on a network file system, or where others can open it."""
    system = network_system(path)
    if system:
        text = N_("{path} lies on a network file system ({system}), where two machines cannot lock a file reliably.")
        raise Unusable(say(text, path=path, system=system), say(_PURPOSES[wanted].off_network))
    if sys.platform == "win32":
        return
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise troubles.unreadable(Broken(error_code(error), str(error))) from error
    if not stat.S_ISREG(found.st_mode):
        raise Unusable(say(N_("{path} is not a file."), path=path), elsewhere(wanted))
    if stat.S_IMODE(found.st_mode) & 0o077:
        text = N_("{path} can be opened by other users of this machine.")
        raise Unusable(say(text, path=path), say(N_("Close it to them: chmod 600 {path}"), path=path))


def make_private(path: Path) -> bool:
    """Make an empty file that only its owner can open, whatever the umask says; whether there was none or an empty one.

    Raises:
        Broken: the folder or the file cannot be made.
    """
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), FILE_MODE)
        except FileExistsError:
            return path.stat().st_size == 0
        os.close(handle)
    except OSError as error:
        raise Broken(error_code(error), str(error)) from error
    return True


def error_code(error: OSError) -> str:
    """What an error of the system means to the store."""
    known = {
        errno.ENOSPC: "full",
        errno.EDQUOT: "full",
        errno.EROFS: "read-only",
        errno.EACCES: "permission",
        errno.EPERM: "permission",
        errno.ENOENT: "missing",
        errno.ENOTDIR: "missing",
    }
    return known.get(error.errno or 0, "io")


def keep_folders(path: Path) -> None:
    """Make the folders above a new file durable: one that was just made could else be gone after a power cut. Broken."""
    try:
        for folder in path.absolute().parents:
            sync_folder(folder)
    except OSError as error:
        raise Broken(error_code(error), str(error)) from error


def schema_version(engine: Engine, path: Path, wanted: int = schema.APPLICATION_ID, latest: int = schema.LATEST) -> int:
    """The schema version of an existing file; Unusable where it is none of ours, of another purpose, or newer.

    Args:
        engine: the connection.
        path: of the file.
        wanted: the mark of its purpose.
        latest: the version that this program knows.
    """
    application = engine.run("PRAGMA application_id")[0][0]
    version = stored_version(engine)
    if application == 0 and version == 0 and not engine.run("SELECT name FROM sqlite_master"):
        return 0
    if application != wanted:
        found = _PURPOSES.get(application) if isinstance(application, int) else None
        if found is None:
            raise Unusable(say(N_("{path} is a database of another program."), path=path), elsewhere(wanted))
        advice = say(N_("Training and patients never share a file. {what_to_do}"), what_to_do=elsewhere(wanted))
        raise Unusable(say(found.holds, path=path), advice)
    refuse_newer(version, str(path), latest)
    return version


def _copy_before(engine: SqliteEngine, path: Path, version: int) -> None:
    """A verified copy of the file as it was before a migration."""
    from immunosep_tui.store.backup import write_backup

    write_backup(Store(engine), path.with_name(f"{path.stem}-before-schema-{version + 1}.db"), replace=True)


def open_to_read(
    path: Path,
    why: ReadOnly,
    *,
    connect: Connect = plain,
    clock: Clock = machine_clock,
    application: int = schema.APPLICATION_ID,
) -> Store:
    """What can be read of a store that must not be written; Unusable where nothing can.

    Args:
        path: of the file.
        why: it must not.
        connect: how it is opened.
        clock: tells the time.
        application: the mark of its purpose.
    """
    engine = SqliteEngine(path, writable=False, connect=connect)
    try:
        schema_version(engine, path, application)
        engine.run("SELECT seq, hash FROM head WHERE id = 1")
    except (Broken, Violated) as again:
        engine.close()
        raise Unusable(why.text, why.advice) from again
    except StoreError:
        engine.close()
        raise
    return Store(engine, clock=clock, why_read_only=why)
