"""Encrypted stores: how a file is known to be one, how its key is had, and how it is opened with that key."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final, cast

from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store.envelope import (
    KEY_BYTES,
    Envelope,
    open_by_passphrase,
    open_by_recovery,
    read_envelope,
    same_key,
    wipe,
    with_passphrase,
    write_envelope,
)
from immunosep_tui.store.errors import Declined, StoreError, Unusable
from immunosep_tui.store.exchange import JOURNAL
from immunosep_tui.store.place import Place, coming_key_file, key_file
from immunosep_tui.store.recovery_key import read_recovery_key
from immunosep_tui.store.sqlite import BUSY_SECONDS, Connect, SqliteEngine, plain
from immunosep_tui.store.store import Store

TRIES: Final = 5
"""Wrong passphrases until the program gives up; after each it waits one second more. Local convention."""

HANDED: Final = "IMMUNOSEP_KEY"
"""With the value ``stdin`` this variable says that the program which started this one writes the data key there."""

PLAIN_HEAD: Final = b"SQLite format 3\0"
"""How a file begins that is not encrypted."""


def is_encrypted(path: Path) -> bool:
    """Whether a file is an encrypted store: it has a key file.

    Only while it is being encrypted, and the key file has its name yet to come, its first bytes decide; and before them a
    journal that plays the plain ones back. Ask before this process has it open: closing a second handle of a file takes
    all locks of the process on it away.
    """
    if key_file(path).exists():
        return True
    is_undone = _first(Path(f"{path}{JOURNAL}"), 1) not in (b"", b"\0")
    return coming_key_file(path).exists() and not is_undone and _first(path) not in (b"", PLAIN_HEAD)


def has_lost_its_key(path: Path) -> bool:
    """Whether a file without a key file may be an encrypted one; ask only where it could not be opened."""
    return not key_file(path).exists() and _first(path) not in (b"", PLAIN_HEAD)


def _first(path: Path, count: int = len(PLAIN_HEAD)) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError:
        return b""


# The connection.


class Connector:
    """Opens files with a data key, and such that are plain, as older backups are, as they are.

    Args:
        key: overwritten when the connector is thrown away.

    Raises:
        Unusable: the extra that does it is not installed.
    """

    def __init__(self, key: bytearray) -> None:
        self.key = key
        self._driver = driver()
        self._known: set[Path] = set()
        weakref.finalize(self, wipe, key)

    def __call__(self, path: Path, writable: bool) -> sqlite3.Connection:
        """A connection that behaves as one of the standard library."""
        # Looked at once, while this process has no lock on the file that closing it could take away.
        if path not in self._known:
            if _first(path) == PLAIN_HEAD:
                return plain(path, writable)
            self._known.add(path)
        return connection(self._driver, path, writable, self.key)


def connector(key: bytearray) -> Connect:
    """Opens files with a data key; Unusable where the extra that does it is not installed."""
    return Connector(key)


def connection(module: ModuleType, path: Path, writable: bool, key: bytearray | None) -> sqlite3.Connection:
    """A connection of SQLCipher; without a key to a plain file."""
    made = module.connect(
        f"{path.absolute().as_uri()}?mode={'rw' if writable else 'ro'}",
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    try:
        made.execute("PRAGMA cipher_log_level=NONE").fetchall()  # first: its log goes to the terminal
        if key is not None:
            made.execute(f'PRAGMA key="{raw_key(key)}"').fetchall()
            made.execute("PRAGMA cipher_compatibility=4").fetchall()
    except BaseException:
        made.close()
        raise
    return cast(sqlite3.Connection, made)


def raw_key(key: bytearray) -> str:
    """A key in the words of SQLCipher: as it is, nothing derived from it."""
    return f"x'{key.hex()}'"


def driver() -> ModuleType:
    """The driver of SQLCipher; Unusable where the extra is not installed."""
    try:
        return import_module("sqlcipher3.dbapi2")
    except ImportError:
        text = say(N_("The extra that opens encrypted stores is not installed."))
        raise Unusable(text, say(N_('Install it: pip install "immunosep-tui[encrypt]"'))) from None


# The key.


def unlock(path: Path, passphrase: str) -> bytearray:
    """The data key of a store; Unusable where the passphrase is wrong or the key file is damaged."""
    key = open_by_passphrase(_envelope_of(path), passphrase)
    if key is None:
        raise _wrong_passphrase()
    return key


def unlock_by_asking(path: Path, ask: Callable[[], str], wait: Callable[[float], None] = time.sleep) -> bytearray:
    """The data key of a store, for a passphrase that somebody is asked for some times over; Unusable."""
    driver()  # before anybody types anything
    envelope = _envelope_of(path)
    for tries in range(1, TRIES + 1):
        key = open_by_passphrase(envelope, ask())
        if key is not None:
            return key
        wait(tries)
    raise _wrong_passphrase()


def _wrong_passphrase() -> Unusable:
    advice = N_("Try again, or use the recovery key: immunosep-tui encrypt --recover")
    return Unusable(say(N_("The passphrase is not the one of this store.")), say(advice))


def unlock_by_recovery(path: Path, recovery: str) -> bytearray:
    """The data key of a store, for a recovery key as it was typed; Unusable where it is wrong."""
    typed = read_recovery_key(recovery)
    if typed is None:
        text = say(N_("There is a slip in the recovery key."))
        raise Unusable(text, say(N_("Compare it with the sheet, group by group: eight groups of five.")))
    key = open_by_recovery(_envelope_of(path), typed)
    if key is None:
        text = say(N_("The recovery key is not the one of this store."))
        raise Unusable(text, say(N_("Take the sheet of this store.")))
    return key


def _envelope_of(path: Path) -> Envelope:
    return read_envelope(key_file(path) if key_file(path).exists() else coming_key_file(path))


def key_to_hand(store: Store) -> bytes:
    """The data key of an open store, for a program of our own that looks after it; empty where it is not encrypted."""
    connect = store.engine.connect if isinstance(store.engine, SqliteEngine) else None
    return bytes(connect.key) if isinstance(connect, Connector) else b""


def handed_key() -> bytearray | None:
    """The data key that the program which started this one wrote on standard input; None where it wrote none."""
    if os.environ.get(HANDED) != "stdin":
        return None
    key = bytearray(sys.stdin.buffer.read(KEY_BYTES))
    return key if len(key) == KEY_BYTES else None


def needs_passphrase(path: Path) -> Unusable:
    """Nobody is there to be asked."""
    text = say(N_("{path} is encrypted, and its passphrase cannot be asked for here."), path=path)
    return Unusable(text, say(N_("Run the command in a terminal.")))


def without_key(path: Path) -> Unusable:
    """A file that does not begin like a plain store and has no key file."""
    text = N_("{path} is damaged, or it is an encrypted store whose key file {file} is missing.")
    advice = N_("Put the key file back: each encrypted backup has a copy of it beside it.")
    return Unusable(say(text, path=path, file=key_file(path).name), say(advice))


def set_passphrase(path: Path, key: bytearray, passphrase: str) -> None:
    """Another passphrase for a store, and for those of its backups that lie with it; OSError, Unusable."""
    from immunosep_tui.store.rotation import backup_folder

    envelope = with_passphrase(_envelope_of(path), key, passphrase)
    write_envelope(key_file(path), envelope)
    for folder in (path.absolute().parent, backup_folder(Place(path))):
        for file in folder.glob("*.db.key"):
            with suppress(StoreError):
                if file != key_file(path.absolute()) and read_envelope(file).id == envelope.id:
                    write_envelope(file, envelope)


# Restoring.


def refuse_other_key(file: Path, path: Path) -> None:
    """Raise Declined where an encrypted backup cannot become the store that is there: another key opens that, or none."""
    if not key_file(file).exists() or not (path.exists() or key_file(path).exists()):
        return
    if not is_encrypted(path):
        text = N_("{file} is encrypted, and the store {path} is not.")
    elif not same_key(file, path):
        text = N_("{file} is encrypted with another key than the store {path}.")
    else:
        return
    advice = N_("Nothing was changed. Restore into a new file: immunosep-tui restore FILE --store NEW")
    raise Declined(say(text, file=file, path=path), say(advice))
