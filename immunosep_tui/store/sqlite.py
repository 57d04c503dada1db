"""A ledger in one SQLite file: opened with the settings that lose nothing when the power goes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from immunosep_tui.store.engine import Broken, Row, Value, Violated
from immunosep_tui.store.engine_versions import fault_of
from immunosep_tui.store.folders import sync_folder
from immunosep_tui.store.place import key_file

BUSY_SECONDS: Final = 5.0
"""Longest wait for another program that is writing."""

SETTINGS: Final = (
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("temp_store", "MEMORY", 2),
    ("secure_delete", "ON", 1),
    ("mmap_size", "0", 0),
    ("fullfsync", "ON", 1),
    ("journal_mode", "DELETE", "delete"),
    ("synchronous", "EXTRA", 3),
)
"""Each setting, how it is asked for, and what the file must answer. DELETE with EXTRA was the only pair without WAL that
lost no acknowledged entry in replayed power cuts; FULL, the default, loses the last one."""

_CODES: Final = {
    "SQLITE_FULL": "full",
    "SQLITE_READONLY_DBMOVED": "replaced",
    "SQLITE_READONLY": "read-only",
    "SQLITE_PERM": "permission",
    "SQLITE_CANTOPEN": "permission",
    "SQLITE_BUSY": "busy",
    "SQLITE_LOCKED": "busy",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
}

_RULES: Final = {
    "dose.record, dose.course, dose.slot": "one_dose",
    "course.record": "one_active_course",
    "board.case_number": "one_case",
    "ledger.key": "one_deed",
    "ledger.prev": "one_chain",
    "ledger.hash": "one_hash",
    "ledger.record, ledger.n": "one_place",
    "FOREIGN KEY constraint failed": "corrects_own",
}
"""The rule behind SQLite's message about a unique column."""

Connect = Callable[[Path, bool], sqlite3.Connection]
"""Opens a file, for writing or not."""


def plain(path: Path, writable: bool) -> sqlite3.Connection:
    """A connection of the standard library; Broken where the file has been encrypted."""
    if key_file(path).exists():
        raise Broken("encrypted", str(path))
    mode = "rw" if writable else "ro"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )


class SqliteEngine:
    """One connection to a file that exists; ``store.files`` makes it.

    Args:
        path: the file.
        writable: whether it may be written.
        connect: opens it; another one is given for an encrypted file.
    """

    dialect = "sqlite"

    def __init__(self, path: Path, *, writable: bool = True, connect: Connect = plain) -> None:
        self.path = path
        self.where = str(path)
        self.writable = writable
        self.connect = connect
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection, with every setting read back."""
        if self._connection is None:
            with _translated():
                self._opened = self._there()
                connection = self.connect(self.path, self.writable)
                try:
                    version = str(connection.execute("SELECT sqlite_version()").fetchone()[0])
                    if self.writable and fault_of(version):
                        raise Broken("engine", version)
                    connection.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
                    for name, wanted, answer in SETTINGS:
                        if self.writable or name not in ("journal_mode", "secure_delete"):
                            connection.execute(f"PRAGMA {name}={wanted}").fetchall()
                            found = connection.execute(f"PRAGMA {name}").fetchone()
                            if found and found[0] != answer:
                                raise Broken("settings", f"{name} is {found[0]}, not {answer}")
                    if self.writable:
                        sync_folder(self.path.parent)  # what a commit that was cut short left is now certain
                except BaseException:
                    connection.close()
                    raise
                self._connection = connection
        return self._connection

    def _there(self) -> tuple[int, int] | None:
        """Which file has the name now."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def run(self, statement: str, values: Mapping[str, Value] = {}) -> list[Row]:
        """Run a statement and give its rows."""
        connection = self.connection
        with _translated():
            return connection.execute(statement, dict(values)).fetchall()

    def stream(self, statement: str, values: Mapping[str, Value] = {}) -> Iterator[Row]:
        """The rows of a statement, a few at a time."""
        connection = self.connection
        with _translated():
            yield from connection.execute(statement, dict(values))

    def script(self, statements: Sequence[str]) -> None:
        """Run statements of the schema in order."""
        for statement in statements:
            self.run(statement)

    @contextmanager
    def transaction(self, *, slow: bool = False) -> Iterator[None]:
        """The write lock from the first statement on."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            with _translated():
                sync_folder(self.path.parent)  # the journal's name; SQLite does not look whether its own sync failed
        except BaseException:
            self._roll_back()
            raise
        try:
            self.run("COMMIT")
        except Broken as error:
            self._roll_back()
            raise error.after_commit() from error
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One state of the file for all statements of the block."""
        self.run("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        """Leave the transaction, if need be with the connection."""
        connection = self._connection
        if connection is not None and connection.in_transaction:
            try:
                connection.execute("ROLLBACK")
            except Exception:
                self.close()

    def copy_into(self, other: SqliteEngine) -> None:
        """Make what is in this file, page by page, the content of another one: as one commit, beside other programs."""
        source, target = self.connection, other.connection

        def give_up(status: int, _left: int, _all: int) -> None:
            if status & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):  # it would be tried without end
                raise Broken("busy", "another program holds the file")

        with _translated():
            source.backup(target, progress=give_up)

    def hold(self) -> None:
        """Keep every other program out until the connection is closed."""
        for statement in ("PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE", "COMMIT"):
            self.run(statement)

    def changes(self) -> int:
        """SQLite's own counter of commits by other connections.

        Broken where the open file has lost its name, as when a program that synchronizes folders puts another there: SQLite
        itself notices that before it writes, and reads on.
        """
        if self._connection is not None and self._there() != self._opened:
            raise Broken("replaced", self.where)
        return int(self.run("PRAGMA data_version")[0][0] or 0)

    def server_time(self) -> int | None:
        """A file has no clock."""
        return None

    def close(self) -> None:
        """Close the connection; it is opened again by the next call."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the driver in our words. A damaged file raises more than the driver's own errors."""
    try:
        yield
    except (Broken, Violated):
        raise
    except Exception as error:
        raise _ours(error) from error


def _ours(error: Exception) -> Broken | Violated:
    name = str(getattr(error, "sqlite_errorname", "") or "")
    message = str(error)
    if name.startswith("SQLITE_CONSTRAINT"):
        rule = message.removeprefix("UNIQUE constraint failed: ").removeprefix("CHECK constraint failed: ")
        return Violated(_RULES.get(rule, rule))
    if isinstance(error, UnicodeEncodeError | OverflowError):
        return Violated("storable")
    for start, code in _CODES.items():
        if name.startswith(start):
            return Broken(code, message)
    wrong_content = (UnicodeDecodeError, TypeError, ValueError)
    return Broken(
        "damaged" if isinstance(error, wrong_content) or "file is not a database" in message else "io", message
    )
