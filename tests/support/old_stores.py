"""Stores of earlier programs: a dump of a file, and the same rows in a database that has the schema of then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from immunosep_tui.store import schema
from immunosep_tui.store.migration import VERSION_TABLE

TABLES = ("ledger", "head", "course", "dose", "board", "sign_in")


@dataclass(frozen=True, slots=True)
class OldStore:
    """A store as a program of a schema version left it.

    Args:
        dump: statements that make the file.
        version: of its schema.
    """

    dump: Path
    version: int

    def file(self, path: Path) -> Path:
        """The store as a file."""
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(self.dump.read_text(encoding="utf-8"))
        path.chmod(0o600)
        return path

    def database(self, url: str, path: Path) -> str:
        """The same rows in an empty database; ``path`` is where the file is made meanwhile."""
        with psycopg.connect(url) as connection, closing(sqlite3.connect(self.file(path))) as file:
            for step in schema.MIGRATIONS[: self.version]:
                for statement in step("postgresql"):
                    connection.execute(statement.encode())
            connection.execute(b"SET session_replication_role = replica")
            connection.execute(b"DELETE FROM head")
            for table in TABLES:
                for row in file.execute(f"SELECT * FROM {table}"):
                    places = ", ".join(["%s"] * len(row))
                    connection.execute(f"INSERT INTO {table} VALUES ({places})".encode(), row)
            connection.execute(VERSION_TABLE.encode())
            connection.execute(f"INSERT INTO schema_version (version) VALUES ({self.version:d})".encode())
        return url
