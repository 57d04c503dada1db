"""What every store keeps is kept by an encrypted one, too: each test of the contract once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("sqlcipher3", reason="the extra 'encrypt' is not installed")

from immunosep_tui.record.clock import Clock
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.encrypted import connector
from immunosep_tui.store.store import Store
from tests.store.conftest import FileWard
from tests.store.test_contract import *  # noqa: F403  # its tests are those of this file, with another ward
from tests.support.sealed import key_of, make_guesses_cheap, opened, sealed

make_guesses_cheap()


class EncryptedWard(FileWard):
    """A store in an encrypted file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        sealed(path)

    def open(self, clock: Clock = machine_clock) -> Store:
        self._opened.append(opened(self.path, clock))
        return self._opened[-1]

    def tamper(self, *statements: str) -> None:
        with closing(connector(key_of(self.path))(self.path, True)) as connection:
            guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _sql in guards:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in (*statements, *(sql for _name, sql in guards)):
                connection.execute(statement)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[FileWard]:
    """An encrypted file."""
    with closing(EncryptedWard(tmp_path / "ward.db")) as place:
        yield place
