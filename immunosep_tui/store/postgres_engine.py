"""A ledger on a PostgreSQL server: the same statements as on SQLite, and an answer within ten seconds whatever happens."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus

from immunosep_tui.store.engine import Broken, Row, Value, Violated
from immunosep_tui.store.place import Place
from immunosep_tui.store.postgres_errors import ours
from immunosep_tui.store.postgres_link import Link, dial

PATIENCE: Final = 3.0
"""Seconds for a transaction with all its statements, or for a statement alone, connecting included. An append is at most
three of them: the transaction, reading back, and asking what became of it."""

PING: Final = 1.0
"""Seconds of these for a connection that was made earlier: it may have been cut since without a word."""

SESSION: Final = {
    "lock_timeout": "2500ms",
    "statement_timeout": "2500ms",
    "idle_in_transaction_session_timeout": "2000ms",
}
"""What the server is told, less than our patience so that it says itself what was wrong. A workstation that dies while it
holds the ledger gives it free before the others lose patience, and before anybody asks what became of a commit."""

OLDEST: Final = 15
"""The oldest version of PostgreSQL that the store is tested with."""

ROWS: Final = 500
"""How many rows a stream fetches at a time."""

_BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
_SLOW: Final = "SET LOCAL idle_in_transaction_session_timeout = '60s'"
_BEGIN_READING: Final = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_SLOW}"
_GREETING: Final = (
    "SELECT current_setting('server_version_num')::bigint, current_setting('server_encoding'),"
    " current_setting('fsync'), current_setting('full_page_writes'),"
    " set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'"
    " ELSE current_setting('synchronous_commit') END, false), "
    + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in SESSION.items())
)
_TIME: Final = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"


class PostgresEngine:
    """One connection to one database; made with the first call, and again after it was lost.

    Args:
        url: ``postgresql://...``, given to libpq as it is.
    """

    dialect = "postgresql"
    writable = True

    def __init__(self, url: str) -> None:
        self.where = Place(url=url).shown
        self._url = url
        self._link: Link | None = None
        self._inside = False
        self._until: float | None = None
        self._names = itertools.count()

    def run(self, statement: str, values: Mapping[str, Value] = {}) -> list[Row]:
        """Run a statement and give its rows."""
        with self._linked() as link:
            if not values:
                cursor = link.execute(statement.encode(), prepare=False)
            else:
                cursor = link.execute(_translated(statement), values)
            return cursor.fetchall() if cursor.description else []

    def stream(self, statement: str, values: Mapping[str, Value] = {}) -> Iterator[Row]:
        """The rows of a statement, a few at a time; outside ``reading`` over a connection of its own."""
        if not self._inside:
            with closing(PostgresEngine(self._url)) as own, own.reading():
                yield from own.stream(statement, values)
            return
        with self._linked() as link:
            cursor = link.cursor(f"stream_{next(self._names)}")
            cursor.execute(_translated(statement), values)
        try:
            while rows := self._fetch(cursor):
                yield from rows
        finally:
            with suppress(Broken, Violated), self._linked():
                cursor.close()

    def _fetch(self, cursor: psycopg.ServerCursor[Any]) -> list[Row]:
        with self._linked():
            return cursor.fetchmany(ROWS)

    def script(self, statements: Sequence[str]) -> None:
        """Run statements of the schema in order, in one round trip."""
        self.run(";\n".join(statements))

    @contextmanager
    def transaction(self, *, slow: bool = False) -> Iterator[None]:
        """A transaction that waits for others at the first row that it locks."""
        self._until = None if slow else monotonic() + PATIENCE
        try:
            with self._begun(f"{_BEGIN}; {_SLOW}" if slow else _BEGIN):
                yield
                try:
                    self.run("COMMIT")
                except Broken as error:
                    raise error.after_commit() from error
        finally:
            self._until = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One snapshot of the database for all statements of the block."""
        with self._begun(_BEGIN_READING):
            yield

    @contextmanager
    def _begun(self, statement: str) -> Iterator[None]:
        """A block between BEGIN and whatever ends it; what is open at its end is rolled back."""
        if self._inside:
            raise Broken("busy", "a transaction is open on this connection")
        self._begin(statement)
        self._inside = True
        try:
            yield
        finally:
            self._roll_back()
            self._inside = False

    def _begin(self, statement: str) -> None:
        """Begin, if need be on a new connection: nothing is lost with an old one before anything was said on it."""
        if self._link is not None:
            whole, self._until = self._until, monotonic() + PING
            try:
                self.run(statement)
                return
            except Broken:
                self.close()
            finally:
                self._until = whole
        self.run(statement)

    def _roll_back(self) -> None:
        """Leave the transaction, if need be with the connection."""
        link = self._link
        if link is None or link.info.transaction_status == TransactionStatus.IDLE:
            return
        if link.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            with suppress(Broken, Violated):
                self.run("ROLLBACK")
                return
        self.close()

    def changes(self) -> int:
        """The number of the last entry."""
        return int(self.run("SELECT seq FROM head WHERE id = 1")[0][0] or 0)

    def server_time(self) -> int | None:
        """Milliseconds of UTC by the server's clock, at this moment and not at the start of the transaction."""
        return int(self.run(_TIME)[0][0] or 0)

    def close(self) -> None:
        """Close the connection; it is opened again by the next call."""
        link, self._link = self._link, None
        if link is not None:
            with suppress(Exception):
                link.close()

    @contextmanager
    def _linked(self) -> Iterator[Link]:
        """The connection with the time that is left for it, and the driver's errors in our words."""
        until = self._until or monotonic() + PATIENCE
        if monotonic() > until:
            raise Broken("timeout", "no time is left")
        if self._link is None:
            if self._inside:
                raise Broken("lost", "the connection was lost within the transaction")
            self._link = _greeted(dial(self._url, until), until)
        link = self._link
        link.until = until
        try:
            yield link
        except (psycopg.Error, UnicodeError) as error:
            if link.closed:
                self.close()
            raise ours(error) from error
        except Broken:
            self.close()
            raise


def _greeted(link: Link, until: float) -> Link:
    """The connection, set up; closed where the server is not one that keeps what it is given."""
    link.until = until
    try:
        version, encoding, fsync, pages, *_set = link.execute(_GREETING).fetchone() or (0, "", "", "")
        if version < OLDEST * 10_000:
            raise Broken("old-server", str(version))
        if encoding != "UTF8":
            raise Broken("not-utf8", encoding)
        if (fsync, pages) != ("on", "on"):
            raise Broken("settings", f"fsync is {fsync}, full_page_writes is {pages}")
    except psycopg.Error as error:
        link.close()
        raise ours(error) from error
    except BaseException:
        link.close()
        raise
    return link


@cache
def _translated(statement: str) -> bytes:
    """A statement with psycopg's parameters, ``%(name)s`` for ``:name``, its texts left alone."""
    parts = re.split(r"('(?:[^']|'')*')", statement.replace("%", "%%"))
    parts[::2] = [re.sub(r"(?<!:):(\w+)", r"%(\1)s", part) for part in parts[::2]]
    return "".join(parts).encode()
