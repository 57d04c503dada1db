"""Whether the place of a store is fit for it: nothing is made, changed or brought up to date, and no patient is named."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store import schema, troubles
from immunosep_tui.store.backup import connect_of
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.files import refuse_unsafe, schema_version
from immunosep_tui.store.opening import Ask, connect_to
from immunosep_tui.store.other_machine import stranger
from immunosep_tui.store.place import Place, network_system
from immunosep_tui.store.rotation import backup_folder, backup_name, head_of, is_sound, last_backup
from immunosep_tui.store.sqlite import SETTINGS, SqliteEngine
from immunosep_tui.store.store import Store

LEAST_SPACE: Final = 50_000_000
"""Bytes that ought to be free where the store lies."""

BACKUP_AGE: Final = timedelta(hours=24)
"""How old the last backup of a store that has changed since may be. Local convention."""

_SETTINGS_SAID: Final = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was looked at; ``advice`` says what to do where it is not ``ok``.

    ``stops`` marks what makes the store unusable.
    """

    id: str
    ok: bool
    text: Sentence
    advice: Sentence | None = None
    stops: bool = False


More = Callable[[Store], Iterable[Check]]
"""What else is looked at in an open store."""


def store_checks(
    place: Place, now: datetime, ask: Ask | None = None, more: More = lambda _store: ()
) -> Iterator[Check]:
    """Everything about the store at a place.

    Args:
        place: of the store.
        now: the present instant.
        ask: asks for the passphrase of one that is encrypted.
        more: looks at what is recorded in it.
    """
    yield Check("place", True, say(N_("Store: {where}."), where=place.shown))
    if place.path is None:
        from immunosep_tui.store.health_server import server_checks

        yield from server_checks(place, now, more)
        return
    yield from _folder(place.path.absolute().parent)
    if not os.path.lexists(place.path):
        yield Check("store", True, say(N_("There is no store yet; the board makes one when it is opened.")))
        return
    if place.path.is_file() and not place.path.stat().st_size:
        advice = say(N_("If there were records in it: immunosep-tui restore FILE."))
        yield Check("store", False, say(N_("The file is empty: it holds no store.")), advice)
        return
    yield from _file(place.path, place, now, ask, more)


def _folder(folder: Path) -> Iterator[Check]:
    """The folder, or the nearest one above it that is there."""
    system = network_system(folder)
    words = N_("File system: it is on a network ({system}).") if system else N_("File system: of this machine.")
    move = say(N_("Use a folder on this machine's own disk, or a PostgreSQL server for the ward."))
    yield Check("file-system", not system, say(words, system=system), move if system else None, stops=bool(system))
    there = next((each for each in (folder, *folder.parents) if each.is_dir()), folder)
    if there == folder and sys.platform != "win32":
        mode = stat.S_IMODE(there.stat().st_mode)
        told = say(N_("Folder: {path}, mode {mode}."), path=there, mode=f"{mode:o}")
        close = say(N_("Close it to others: chmod 700 {path}"), path=there)
        yield Check("folder", not mode & 0o077, told, close if mode & 0o077 else None)
    yield _writable(there)
    free = shutil.disk_usage(there).free
    told = say(N_("Free space: {free} MB."), free=free // 1_000_000)
    more = say(N_("Free some: at least {least} MB."), least=LEAST_SPACE // 1_000_000)
    yield Check("space", free >= LEAST_SPACE, told, None if free >= LEAST_SPACE else more)


def _writable(folder: Path) -> Check:
    """Whether a file can be made, written and removed."""
    probe = folder / f".immunosep-{secrets.token_hex(8)}.part"
    try:
        handle = os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            os.write(handle, b"\0" * 4096)
            os.fsync(handle)
        finally:
            os.close(handle)
            probe.unlink()
    except OSError as error:
        text = say(N_("Writing: not possible in {path} ({detail})."), path=folder, detail=error.strerror)
        return Check("writable", False, text, say(N_("Ask for write access, or name another place with --store.")))
    return Check("writable", True, say(N_("Writing: possible in {path}."), path=folder))


def _file(path: Path, place: Place, now: datetime, ask: Ask | None, more: More) -> Iterator[Check]:
    try:
        refuse_unsafe(path)
        with closing(SqliteEngine(path, connect=connect_to(path, ask))) as engine:
            yield from _of_file(engine, place, now)
            yield from more(Store(engine))
    except StoreError as error:
        yield Check("store", False, error.text, error.advice, stops=True)
    except (Broken, Violated) as error:
        trouble = troubles.unreadable(error if isinstance(error, Broken) else Broken("damaged", error.rule))
        yield Check("store", False, trouble.text, trouble.advice, stops=True)


def _of_file(engine: SqliteEngine, place: Place, now: datetime) -> Iterator[Check]:
    version, store, found = schema_version(engine, engine.path), Store(engine), engine.path.stat()
    settings = {name: engine.run(f"PRAGMA {name}")[0][0] for name, _wanted, _answer in SETTINGS}
    text = N_("File: SQLite, {size} kB, mode {mode}, schema {version} of {latest}, {count} entries.")
    facts = {"size": found.st_size // 1000, "mode": f"{stat.S_IMODE(found.st_mode):o}", "latest": schema.LATEST}
    yield Check("store", True, say(text, **facts, version=version, count=store.head().seq))
    said = ", ".join(f"{name} {settings[name]}" for name in _SETTINGS_SAID)
    yield Check("settings", True, say(N_("Settings: as they must be ({settings})."), settings=said))
    yield _machine(engine)
    yield clock_check(store)
    yield backup_check(store, place, now)


def _machine(engine: SqliteEngine) -> Check:
    """Whether this machine may write the file."""
    other = stranger(engine)
    if other is None:
        return Check("machine", True, say(N_("Machine: the store is written on this one.")))
    return Check("machine", False, other.text, other.advice)


def clock_check(store: Store) -> Check:
    """Whether the clock can be believed."""
    why = store.doubt()
    if why:
        wrong = troubles.clock_wrong(why)
        return Check("clock", False, wrong.text, wrong.advice)
    return Check("clock", True, say(N_("Clock: it agrees with the last entry.")))


def backup_check(store: Store, place: Place, now: datetime) -> Check:
    """How old the last automatic backup is and whether it is still whole."""
    head = store.head()
    if not head.seq:
        return Check("backup", True, say(N_("Backup: nothing to back up yet.")))
    advice = say(N_("Make one: immunosep-tui backup"))
    connect = connect_of(store)
    last = last_backup(backup_folder(place), backup_name(store.engine.where))
    if last is None:
        return Check("backup", False, say(N_("Backup: there is none.")), advice)
    age = now - last.at
    facts = {"path": last.path, "age": str(age - timedelta(microseconds=age.microseconds))}
    if not is_sound(last.path, connect):
        text = N_("Backup: {path} is damaged. Earlier ones may be whole.")
        return Check("backup", False, say(text, **facts), advice)
    if head_of(last.path, connect) == head:
        return Check("backup", True, say(N_("Backup: {path} is whole and has every entry."), **facts))
    text = N_("Backup: {path} is whole; it is {age} old and lacks the entries since.")
    is_fresh = age <= BACKUP_AGE
    return Check("backup", is_fresh, say(text, **facts), None if is_fresh else advice)
