"""A SQLite store as a file of its owner's: made, opened, brought to the latest schema, or opened for reading only."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from immunosep_tui.record.clock import Clock
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store import schema, troubles
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.engine import Broken, Engine, Violated
from immunosep_tui.store.errors import StoreError, Unusable
from immunosep_tui.store.place import network_system
from immunosep_tui.store.sqlite import Connect, SqliteEngine, plain
from immunosep_tui.store.store import Store

FOLDER_MODE, FILE_MODE = 0o700, 0o600


def open_file(path: Path, *, connect: Connect = plain, clock: Clock = machine_clock) -> Store:
    """The store in a file, made where there is none.

    A file that is damaged, or that may not be written, gives a store that says why it is read-only.

    Raises:
        Unusable: it is not a store, lies on a network file system, is open to others, or needs a newer program.
    """
    system = network_system(path)
    if system:
        text = N_("{path} lies on a network file system ({system}), where two machines cannot lock a file reliably.")
        advice = N_("Use a folder on this machine's own disk, or a PostgreSQL server for the ward.")
        raise Unusable(say(text, path=path, system=system), say(advice))
    _refuse_open_to_others(path)
    try:
        made = make_private(path)
        engine = SqliteEngine(path, connect=connect)
        version = 0 if made else _version(engine, path)
        if version < schema.LATEST:
            if version:
                _copy_before(engine, path, version)
            migrate(engine, version)
        return Store(engine, clock=clock)
    except Broken as error:
        return _reading_only(path, connect, clock, error)


def _refuse_open_to_others(path: Path) -> None:
    """An existing file is the owner's alone."""
    if sys.platform == "win32" or not path.exists():
        return
    try:
        found = path.stat()
    except OSError as error:
        raise troubles.unreadable(Broken(_code(error), str(error))) from error
    if not stat.S_ISREG(found.st_mode):
        raise Unusable(say(N_("{path} is not a file."), path=path), say(N_("Check the path of --store.")))
    if stat.S_IMODE(found.st_mode) & 0o077:
        text = N_("{path} can be opened by other users of this machine.")
        raise Unusable(say(text, path=path), say(N_("Close it to them: chmod 600 {path}"), path=path))


def make_private(path: Path) -> bool:
    """Make an empty file that only its owner can open, whatever the umask says; whether there was none or an empty one.

    Raises:
        Broken: the folder or the file cannot be made.
    """
    try:
        if not path.parent.exists():
            path.parent.mkdir(mode=FOLDER_MODE, parents=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), FILE_MODE)
    except FileExistsError:
        return path.stat().st_size == 0
    except OSError as error:
        raise Broken(_code(error), str(error)) from error
    os.close(handle)
    return True


def _code(error: OSError) -> str:
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


def _version(engine: Engine, path: Path) -> int:
    """The schema version of an existing file."""
    application = engine.run("PRAGMA application_id")[0][0]
    version = int(engine.run("PRAGMA user_version")[0][0] or 0)
    if application == 0 and version == 0 and not engine.run("SELECT name FROM sqlite_master"):
        return 0
    if application != schema.APPLICATION_ID:
        text = N_("{path} is a database of another program.")
        raise Unusable(say(text, path=path), say(N_("Check the path of --store.")))
    if version > schema.LATEST:
        text = N_("{path} was written by a newer version of this program.")
        raise Unusable(say(text, path=path), say(N_("Update immunosep-tui on this machine.")))
    return version


def migrate(engine: Engine, version: int, migrations: Sequence[Sequence[str]] | None = None) -> None:
    """Bring a database from a version to the latest in one transaction."""
    steps = schema.steps(engine.dialect, version) if migrations is None else migrations
    with engine.transaction():
        if engine.dialect == "sqlite":
            if int(engine.run("PRAGMA user_version")[0][0] or 0) != version:
                return  # another program was faster
            engine.run(f"PRAGMA application_id={schema.APPLICATION_ID:d}")
            engine.run(f"PRAGMA user_version={version + len(steps):d}")
        for statements in steps:
            engine.script(statements)


def _copy_before(engine: SqliteEngine, path: Path, version: int) -> None:
    """A verified copy of the file as it was before a migration."""
    from immunosep_tui.store.backup import write_backup

    write_backup(Store(engine), path.with_name(f"{path.stem}-before-schema-{version + 1}.db"))


def _reading_only(path: Path, connect: Connect, clock: Clock, error: Broken) -> Store:
    """What can still be read of it; Unusable where nothing can."""
    engine = SqliteEngine(path, writable=False, connect=connect)
    why: StoreError = troubles.read_only(error)
    try:
        _version(engine, path)
        engine.run("SELECT seq, hash FROM head WHERE id = 1")
    except (Broken, Violated) as again:
        engine.close()
        raise Unusable(why.text, why.advice) from again
    return Store(engine, clock=clock, why_read_only=why)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if sys.platform != "win32":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
