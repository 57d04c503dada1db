"""Copies of a store that are known to be whole: written beside, verified, made durable, then given their name."""

from __future__ import annotations

import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store import troubles
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.envelope import carry_key, same_key
from immunosep_tui.store.errors import Declined, Unusable
from immunosep_tui.store.files import error_code, make_private, schema_version
from immunosep_tui.store.folders import name_new, sync_folder
from immunosep_tui.store.ledger_copy import copy_ledger
from immunosep_tui.store.migration import migrate
from immunosep_tui.store.place import key_file
from immunosep_tui.store.sqlite import Connect, SqliteEngine, plain
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import Report, verify

COMPANIONS: Final = ("-journal", "-wal", "-shm")
"""How SQLite names the files beside a database; one that lies beside another database would be played into it."""

STAMP: Final = "%Y-%m-%dT%H%M%SZ"
"""An instant in the name of a file."""

_PART: Final = ".immunosep-{}.part"
_ABANDONED: Final = 3600
"""Seconds after which a part that nobody wrote to was left behind by a program that was killed."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A sound copy of a store that has no lasting name yet."""

    path: Path
    report: Report
    connect: Connect


def write_backup(store: Store, path: Path, *, replace: bool = False) -> Report:
    """Copy a store into a file of its owner's, also while others write; the file is there whole or not at all.

    Args:
        store: in a file or on a server; the copy is a SQLite file in any case.
        path: where the copy goes, in a folder that exists.
        replace: put it in the place of an older copy.

    Raises:
        Declined: something is in the way.
        Unusable: the copy could not be made, or is not sound because the store is damaged.
    """
    path = path.absolute()
    _refuse_in_the_way(store, path, replace)
    with verified_copy(store, path.parent) as copy:
        _take_key(store, path)
        put_in_place(copy.path, path, replace=replace)
    return copy.report


def _take_key(store: Store, path: Path) -> None:
    """The key of an encrypted store goes with every copy of it."""
    if isinstance(store.engine, SqliteEngine):
        try:
            carry_key(store.engine.path, path)
        except OSError as error:
            raise cannot(N_("The key file of {path} could not be written: {why}"), error, path) from error


def open_copy(path: Path, *, connect: Connect = plain) -> Store:
    """A store in a file that is only read, such as a backup; Unusable where it cannot be or is none."""
    engine = SqliteEngine(path, writable=False, connect=connect)
    try:
        if not path.exists():
            raise Broken("missing", str(path))
        if not schema_version(engine, path):
            raise Unusable(say(N_("{path} is empty."), path=path), say(N_("Take another backup.")))
    except (Broken, Violated, OSError) as error:
        engine.close()
        if isinstance(error, Broken) and error.code == "damaged":
            text = N_("{path} is damaged, or is not a store of this program.")
            raise Unusable(say(text, path=path), say(N_("Take another backup."))) from error
        raise cannot(N_("{path} cannot be read: {why}"), error, path) from error
    except Unusable:
        engine.close()
        raise
    return Store(engine)


def connect_of(store: Store) -> Connect:
    """How copies of a store are opened: as the store is, where it is a file."""
    return store.engine.connect if isinstance(store.engine, SqliteEngine) else plain


@contextmanager
def verified_copy(store: Store, folder: Path) -> Iterator[Copy]:
    """A copy in a folder for the time of the block, sound and durable; whoever wants to keep it renames or links it.

    Raises:
        Unusable: the copy could not be made, or is not sound.
    """
    connect = connect_of(store)
    with part_in(folder) as part:
        try:
            with closing(blank(part, connect)) as target:
                _fill(store, target)
            with closing(open_copy(part, connect=connect)) as copied:
                report = verify(copied)
            sync_file(part)
        except (Broken, Violated, OSError) as error:
            raise cannot(N_("No copy was made in {path}: {why}"), error, folder) from error
        if not report.sound:
            text = N_("{path} is damaged: {finding}")
            advice = N_("Nothing was changed. Earlier backups are as they were: immunosep-tui restore FILE.")
            raise Unusable(say(text, path=store.engine.where, finding=report.findings[0].text), say(advice))
        yield Copy(part, report, connect)


@contextmanager
def part_in(folder: Path) -> Iterator[Path]:
    """A new file of its owner's for the time of the block; what programs that were killed have left there is removed."""
    _sweep(folder)
    part = folder / _PART.format(secrets.token_hex(8))
    try:
        try:
            make_private(part)
        except Broken as error:
            raise cannot(N_("No copy was made in {path}: {why}"), error, folder) from error
        yield part
    finally:
        for name in ("", *COMPANIONS):
            with suppress(OSError):
                Path(f"{part}{name}").unlink()


def blank(part: Path, connect: Connect) -> SqliteEngine:
    """An open part to be filled. It is worth nothing until it is whole: it is made durable once and not page by page,
    so that other programs wait for the store no longer than reading it takes."""
    target = SqliteEngine(part, connect=connect)
    try:
        target.run("PRAGMA journal_mode=OFF")
        target.run("PRAGMA synchronous=OFF")
    except BaseException:
        target.close()
        raise
    return target


def sync_file(path: Path) -> None:
    """Make what was written into a file durable; OSError where that fails."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_in_place(part: Path, path: Path, *, replace: bool) -> None:
    """Give a part its name, durably; Declined where another file has it and ``replace`` was not asked for."""
    try:
        if replace:
            part.replace(path)
        else:
            name_new(part, path)
        sync_folder(path.parent)
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        raise cannot(N_("{path} could not be given its name: {why}"), error, path) from error


def dated_path(folder: Path, name: str, now: datetime) -> Path:
    """A name with an instant of UTC in it that no file of the folder has; seconds later where one has it."""
    while True:
        path = folder / f"{name}-{now.astimezone(UTC).strftime(STAMP)}.db"
        if not os.path.lexists(path):
            return path
        now += timedelta(seconds=1)


def cannot(text: str, error: Broken | Violated | OSError, path: Path) -> Unusable:
    """In words why a file could not be made or read."""
    if isinstance(error, OSError):
        error = Broken(error_code(error), str(error))
    why = error.rule if isinstance(error, Violated) else troubles.unreadable(error).text
    advice = N_("Nothing else was changed; the store and earlier backups are as they were.")
    return Unusable(say(text, path=path, why=why), say(advice))


def _refuse_in_the_way(store: Store, path: Path, replace: bool) -> None:
    """Raise Declined where a copy must not be put."""
    elsewhere = say(N_("Name another file."))
    if not path.parent.is_dir():
        text = say(N_("There is no folder {path}."), path=path.parent)
        raise Declined(text, say(N_("Make the folder, or name a file in another one.")))
    engine = store.engine
    if isinstance(engine, SqliteEngine) and same_file(path, engine.path):
        raise Declined(say(N_("{path} is the store itself."), path=path), elsewhere)
    if path.name.endswith(COMPANIONS):
        raise Declined(say(N_("{path} would be taken for a part of another database."), path=path), elsewhere)
    for name in COMPANIONS:
        if os.path.lexists(f"{path}{name}"):
            text = say(
                N_("{path} is left of another database and would be played into the copy."), path=f"{path}{name}"
            )
            raise Declined(text, elsewhere)
    if os.path.lexists(key_file(path)) and not (
        replace and isinstance(engine, SqliteEngine) and same_key(engine.path, path)
    ):
        text = say(
            N_("{path} is the key file of another copy and would be taken for that of this one."), path=key_file(path)
        )
        raise Declined(text, elsewhere)
    if os.path.lexists(path) and not (replace and stat.S_ISREG(path.lstat().st_mode)):
        raise _exists(path)


def same_file(one: Path, other: Path) -> bool:
    """Whether two names lead to one file that is there."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _exists(path: Path) -> Declined:
    advice = say(N_("Name another file, or add --replace to put the copy in the place of an older one."))
    return Declined(say(N_("{path} is there already."), path=path), advice)


def _fill(store: Store, target: SqliteEngine) -> None:
    if isinstance(store.engine, SqliteEngine):
        # A connection of its own: the store's may be in use by another thread.
        own = SqliteEngine(store.engine.path, writable=store.engine.writable, connect=store.engine.connect)
        with closing(own):
            if type(own.connection) is type(target.connection):
                own.copy_into(target)
                return
            # A plain file and an encrypted one have drivers of their own, which do not hand pages to each other.
            migrate(target, 0)
            copy_ledger(Store(own), Store(target))
    else:
        migrate(target, 0)
        copy_ledger(store, Store(target))


def _sweep(folder: Path) -> None:
    """Remove parts that programs which were killed have left."""
    with suppress(OSError):
        for left in folder.glob(f"{_PART.format('*')}*"):
            with suppress(OSError):
                if left.stat().st_mtime < time.time() - _ABANDONED:
                    left.unlink()
