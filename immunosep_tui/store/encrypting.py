"""A plain store becomes an encrypted one, in place; whatever interrupts it, the store is whole and is one or the other."""

from __future__ import annotations

import glob
import os
import secrets
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Final

from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store import schema, troubles
from immunosep_tui.store.backup import cannot, open_copy, part_in
from immunosep_tui.store.encrypted import PLAIN_HEAD, connection, connector, driver, is_encrypted, raw_key
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.envelope import (
    KEY_BYTES,
    open_by_passphrase,
    open_by_recovery,
    read_envelope,
    seal,
    write_envelope,
)
from immunosep_tui.store.errors import Declined, Unusable
from immunosep_tui.store.exchange import JOURNAL, destroy, exchange_content
from immunosep_tui.store.files import error_code
from immunosep_tui.store.folders import sync_folder
from immunosep_tui.store.place import Place, coming_key_file, key_file
from immunosep_tui.store.recovery_key import read_recovery_key
from immunosep_tui.store.rotation import backup_folder, backup_name, backups
from immunosep_tui.store.sqlite import Connect, SqliteEngine
from immunosep_tui.store.verify import verify

_TABLES: Final = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
_MARKS: Final = ("application_id", "user_version")
"""What the export leaves out."""
_ID_AT: Final = 68
"""Where a SQLite file says which program it belongs to."""


def encrypt(path: Path, passphrase: str, recovery: str) -> bytearray:
    """Encrypt the store in a file; the data key.

    The steps: the key file under a name to come; a copy, encrypted and compared; its pages in the place of the plain ones,
    as one commit; the plain pages destroyed; the key file under its name. Programs that have the file open wait, and then
    find that they cannot read it any more.

    Args:
        path: a plain store that this process does not have open: two drivers do not see each other's locks.
        passphrase: opens it from now on.
        recovery: a recovery key, which opens it too.

    Raises:
        Declined: it is encrypted already.
        Unusable: it cannot be encrypted; the plain store is as it was.
    """
    unkeyed: Connect = partial(connection, driver(), key=None)
    if is_encrypted(path):
        raise already_encrypted(path)
    key = bytearray(secrets.token_bytes(KEY_BYTES))
    try:
        with part_in(path.absolute().parent) as part, closing(SqliteEngine(path, connect=unkeyed)) as engine:
            engine.hold()
            if key_file(path).exists():
                raise already_encrypted(path)
            _make_key_file(path, key, passphrase, recovery)
            _export(engine, part, key)
            _refuse_unsound(part, connector(bytearray(key)), path)
            exchange_content(path, part)
            _promote(path)
    except (Broken, Violated, OSError) as error:
        raise cannot(N_("{path} was not encrypted: {why}"), error, path) from error
    return key


def already_encrypted(path: Path) -> Declined:
    """That there is nothing left to do."""
    advice = N_("Another passphrase: immunosep-tui encrypt --change-passphrase")
    return Declined(say(N_("{path} is encrypted already."), path=path), say(advice))


def _make_key_file(path: Path, key: bytearray, passphrase: str, recovery: str) -> None:
    """Write it, read it back, and see that both secrets open it."""
    typed = read_recovery_key(recovery)
    if typed is None:
        raise ValueError("a recovery key is wanted as new_recovery_key gives it")
    write_envelope(coming_key_file(path), seal(key, passphrase, typed))
    found = read_envelope(coming_key_file(path))
    if not open_by_passphrase(found, passphrase) == open_by_recovery(found, typed) == key:
        raise Broken("io", "the key file is not what was written")


def _export(engine: SqliteEngine, part: Path, key: bytearray) -> None:
    """Everything of a plain store into an empty file, encrypted, and compared row by row."""
    engine.run("ATTACH DATABASE :path AS encrypted KEY :key", {"path": str(part), "key": raw_key(key)})
    engine.run("PRAGMA encrypted.journal_mode=OFF")  # the file is worth nothing until it is whole
    engine.run("PRAGMA encrypted.synchronous=OFF")
    engine.run("SELECT sqlcipher_export('encrypted')")
    for mark in _MARKS:
        engine.run(f"PRAGMA encrypted.{mark}={int(engine.run(f'PRAGMA main.{mark}')[0][0] or 0):d}")
    for (table,) in engine.run(_TABLES):
        for one, other in (("main", "encrypted"), ("encrypted", "main")):
            if engine.run(f'SELECT * FROM {one}."{table}" EXCEPT SELECT * FROM {other}."{table}" LIMIT 1'):
                raise Broken("io", f"table {table} was not copied as it is")
    engine.run("DETACH DATABASE encrypted")


def _refuse_unsound(part: Path, connect: Connect, path: Path) -> None:
    with closing(open_copy(part, connect=connect)) as copied:
        report = verify(copied)
    if not report.sound:
        text = say(N_("{path} is damaged: {finding}"), path=path, finding=report.findings[0].text)
        raise Unusable(text, say(N_("Nothing was changed. Restore a backup first: immunosep-tui restore FILE.")))


def _promote(path: Path) -> None:
    """From now on the key file alone says that the store is encrypted."""
    coming_key_file(path).replace(key_file(path))
    sync_folder(path.absolute().parent)


def finish(path: Path, connect: Connect) -> None:
    """Do what is left of an encryption that was interrupted after its commit; Unusable where that fails."""
    if key_file(path).exists():
        return
    try:
        with closing(SqliteEngine(path, connect=connect)) as engine:
            engine.hold()
            if not key_file(path).exists():  # else another program has just done it
                if os.path.lexists(f"{path}{JOURNAL}"):  # void, with plain pages: nothing was written encrypted yet
                    destroy(Path(f"{path}{JOURNAL}"))
                _promote(path)
    except (Broken, OSError) as error:
        raise troubles.unreadable(
            error if isinstance(error, Broken) else Broken(error_code(error), str(error))
        ) from error


# What is left of the plain store.


def plain_copies(path: Path) -> list[Path]:
    """Copies that this program made of a store before it was encrypted: backups, and what a restore set aside."""
    folder, name = path.absolute().parent, backup_name(str(path))
    made = [backup.path for backup in backups(backup_folder(Place(path)), name)]
    return sorted(file for file in (*made, *folder.glob(f"{glob.escape(name)}-before-*.db")) if _is_plain_store(file))


def _is_plain_store(file: Path) -> bool:
    with suppress(OSError), file.open("rb") as opened:
        head = opened.read(_ID_AT + 4)
        return head.startswith(PLAIN_HEAD) and head[_ID_AT:] == schema.APPLICATION_ID.to_bytes(4, "big")
    return False
