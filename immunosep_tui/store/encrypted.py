"""A store that is encrypted at rest: SQLCipher under the same engine, and the way from a plain file to such a one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store import schema
from immunosep_tui.store.backup import cannot
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.envelope import (
    KEY_BYTES,
    WrongSecret,
    envelope_path,
    new_recovery_key,
    passphrase_secret,
    read_envelope,
    recovery_secret,
    unwrap,
    wrap,
    write_envelope,
)
from immunosep_tui.store.errors import Declined, Unusable
from immunosep_tui.store.folders import sync_folder
from immunosep_tui.store.sqlite import BUSY_SECONDS, Connect, SqliteEngine, plain
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify

_PLAIN: Final = b"SQLite format 3\x00"
"""How a file begins that is not encrypted."""


def is_encrypted(path: Path) -> bool:
    """Whether a file needs a key: it has an envelope beside it and does not begin like a plain one."""
    return envelope_path(path).exists() and not _is_plain(path)


def _is_plain(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_PLAIN)) == _PLAIN
    except FileNotFoundError:
        return False


def unlock(path: Path, passphrase: str) -> bytes:
    """The key of a store; Unusable where the passphrase is wrong or the envelope is damaged."""
    return _opened(
        path, "passphrase", passphrase_secret(passphrase), N_("The passphrase is not the one of this store.")
    )


def _opened(path: Path, name: str, secret: bytes, wrong: str) -> bytes:
    try:
        return unwrap(read_envelope(path)[name], secret)
    except WrongSecret:
        raise Unusable(
            say(wrong), say(N_("Try again, or use the recovery key: immunosep-tui encrypt --recover."))
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = N_("{path} is damaged: the store cannot be opened without it.")
        raise Unusable(
            say(text, path=envelope_path(path)), say(N_("Take the copy of this file that you keep."))
        ) from error


def needs_passphrase(path: Path) -> Unusable:
    """Nobody is there to be asked."""
    text = say(N_("{path} is encrypted, and its passphrase cannot be asked for here."), path=path)
    return Unusable(text, say(N_("Run the command in a terminal.")))


def connector(key: bytes) -> Connect:
    """Opens files with a key; one that is plain, such as an older backup, is opened as it is."""
    cipher = _cipher()

    def connect(path: Path, writable: bool) -> sqlite3.Connection:
        if _is_plain(path):
            return plain(path, writable)
        mode = "rw" if writable else "ro"
        connection: sqlite3.Connection = cipher.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        _give_key(connection, key)
        return connection

    return connect


def _cipher() -> ModuleType:
    """The driver; Unusable where the extra is not installed."""
    try:
        return import_module("sqlcipher3.dbapi2")
    except ImportError:
        text = say(N_("The store is encrypted, and this installation cannot open it."))
        raise Unusable(text, say(N_('Install the extra: pip install "immunosep-tui[encrypt]"'))) from None


def _give_key(connection: sqlite3.Connection, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level=NONE")  # first: its log goes to the terminal
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")


def encrypt(path: Path, drafts: Path, passphrase: str) -> str:
    """Encrypt a store and the drafts beside it; the recovery key, which is shown once and kept nowhere.

    Whatever interrupts it, a store that opens is there: the plain one until the encrypted one has taken its name. Programs
    that have the plain file open find it locked, then emptied, so that nothing is recorded into it any more.

    Raises:
        Declined: it is encrypted already.
        Unusable: it cannot be encrypted; the plain store is as it was.
    """
    if is_encrypted(path):
        raise Declined(say(N_("{path} is encrypted already."), path=path), say(N_("Nothing was changed.")))
    key, recovery = os.urandom(KEY_BYTES), new_recovery_key()
    wraps = {"passphrase": wrap(key, passphrase_secret(passphrase)), "recovery": wrap(key, recovery_secret(recovery))}
    _cipher()
    try:
        write_envelope(path, wraps)
        _exchange(path, key, is_store=True)
        if drafts.exists() and _is_plain(drafts):
            _exchange(drafts, key, is_store=False)
    except (Broken, Violated, OSError) as error:
        raise cannot(N_("{path} was not encrypted: {why}"), error, path) from error
    return recovery


def _exchange(path: Path, key: bytes, *, is_store: bool) -> None:
    """Put an encrypted copy in the place of a plain file, alone with it, then empty the plain one."""
    part = path.with_name(f".{path.name}.encrypting")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    # Opened first and closed last: closing any handle of a file gives up all locks of this program on it.
    with path.open("r+b") as old, closing(SqliteEngine(path, connect=_unkeyed)) as engine:
        engine.run("PRAGMA locking_mode=EXCLUSIVE")
        engine.run("ATTACH DATABASE :part AS encrypted KEY :key", {"part": str(part), "key": f"x'{key.hex()}'"})
        for statement in ("BEGIN EXCLUSIVE", "SELECT sqlcipher_export('encrypted')", "COMMIT"):
            engine.run(statement)
        if is_store:
            engine.run(f"PRAGMA encrypted.application_id={schema.APPLICATION_ID:d}")
            engine.run(f"PRAGMA encrypted.user_version={schema.LATEST:d}")
        engine.run("DETACH DATABASE encrypted")
        _check(part, key, is_store=is_store)
        _sync(part)
        part.replace(path)
        sync_folder(path.parent)
        _empty(old.fileno())


def _unkeyed(path: Path, writable: bool) -> sqlite3.Connection:
    """A plain file, opened by the driver that can also write an encrypted one."""
    mode = "rw" if writable else "ro"
    connection: sqlite3.Connection = _cipher().connect(
        f"{path.absolute().as_uri()}?mode={mode}", timeout=BUSY_SECONDS, isolation_level=None, uri=True
    )
    connection.execute("PRAGMA cipher_log_level=NONE")
    return connection


def _check(part: Path, key: bytes, *, is_store: bool) -> None:
    """The copy opens with the key and is whole."""
    with closing(SqliteEngine(part, connect=connector(key))) as engine:
        sound = verify(Store(engine)).sound if is_store else engine.run("PRAGMA integrity_check(1)") == [("ok",)]
        if not sound:
            raise Broken("damaged", "the encrypted copy is not sound")


def _sync(part: Path) -> None:
    handle = os.open(part, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _empty(handle: int) -> None:
    """Overwrite a file that has lost its name; a flash disk may keep what was there all the same."""
    size = os.fstat(handle).st_size
    os.lseek(handle, 0, os.SEEK_SET)
    block = bytes(1 << 20)
    while size > 0:
        size -= os.write(handle, block[: min(size, len(block))])
    os.fsync(handle)


def change_passphrase(path: Path, old: str, new: str) -> None:
    """Another passphrase for the same key. Unusable where the old one is wrong."""
    _rewrap(path, unlock(path, old), new)


def recover(path: Path, recovery: str, new: str) -> None:
    """Another passphrase, by the recovery key. Unusable where that is wrong."""
    wrong = N_("The recovery key is not the one of this store.")
    _rewrap(path, _opened(path, "recovery", recovery_secret(recovery), wrong), new)


def _rewrap(path: Path, key: bytes, new: str) -> None:
    write_envelope(path, {**read_envelope(path), "passphrase": wrap(key, passphrase_secret(new))})
