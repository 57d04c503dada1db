"""Stores of both kinds for the tests of this folder: a file each, or a database each on a server of the tests' own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from immunosep_tui.record.clock import Clock
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.files import open_file
from immunosep_tui.store.postgres import open_server
from immunosep_tui.store.store import Store
from tests.support.server import Server, programs_or_skip


class Ward(Protocol):
    """A place that holds one store, and may be opened by several programs at once."""

    dialect: str

    def open(self, clock: Clock = machine_clock) -> Store:
        """Open the store as another program would; it is closed after the test."""
        ...

    def tamper(self, *statements: str) -> None:
        """Run statements as somebody who can switch the guards off."""
        ...

    def close(self) -> None:
        """Close what was opened."""
        ...


class FileWard:
    """A store in a file."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: list[Store] = []

    def open(self, clock: Clock = machine_clock) -> Store:
        self._opened.append(open_file(self.path, clock=clock))
        return self._opened[-1]

    def tamper(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _sql in guards:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in (*statements, *(sql for _name, sql in guards)):
                connection.execute(statement)
            connection.commit()

    def close(self) -> None:
        for store in self._opened:
            store.close()


class ServerWard:
    """A store in a database of its own."""

    dialect = "postgresql"

    def __init__(self, server: Server) -> None:
        self.server = server
        self.database = server.new_database()
        self.url = server.url(self.database)
        self._opened: list[Store] = []

    def open(self, clock: Clock = machine_clock) -> Store:
        self._opened.append(open_server(self.url, clock=clock))
        return self._opened[-1]

    def tamper(self, *statements: str) -> None:
        with psycopg.connect(self.url) as connection:
            for statement in ("SET session_replication_role = replica", *statements):
                connection.execute(statement.encode())

    def close(self) -> None:
        for store in self._opened:
            store.close()
        self.server.run(f'DROP DATABASE "{self.database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for all tests of this process."""
    server = Server(programs_or_skip())
    yield server
    server.stop()


@pytest.fixture
def server_ward(server: Server) -> Iterator[ServerWard]:
    """A database for one test."""
    with closing(ServerWard(server)) as ward:
        yield ward


@pytest.fixture(params=["sqlite", "postgresql"])
def ward(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ward]:
    """A place for a store, once of each kind."""
    if request.param == "postgresql":
        yield request.getfixturevalue("server_ward")
        return
    with closing(FileWard(tmp_path / "ward.db")) as place:
        yield place


@pytest.fixture
def store(ward: Ward) -> Store:
    """A new store, once of each kind."""
    return ward.open()
