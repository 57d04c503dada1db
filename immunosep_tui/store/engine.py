"""What the store asks of a database: a few verbs that SQLite and PostgreSQL answer alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

Value = str | int | None
Row = tuple[Value, ...]


class Broken(Exception):
    """The database could not do it: disk, file, lock or connection.

    Args:
        code: short and stable, for advice.
        detail: the driver's own words, for a log.
        committing: whether it failed while or after a transaction was committed, so that it may be there all the same.
    """

    def __init__(self, code: str, detail: str, *, committing: bool = False) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.committing = committing

    def after_commit(self) -> Broken:
        """The same failure, met when the commit was under way."""
        return Broken(self.code, self.detail, committing=True)


class Violated(Exception):
    """A constraint or a guard of the schema refused it; ``rule`` is its name."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Engine(Protocol):
    """One connection to one database. Every call raises Broken or Violated, never an error of the driver."""

    dialect: str
    """``sqlite`` or ``postgresql``."""
    where: str
    """The file, or the address without a password."""
    writable: bool

    def run(self, statement: str, values: Mapping[str, Value] = {}) -> list[Row]:
        """Run a statement with ``:name`` parameters and give its rows."""
        ...

    def stream(self, statement: str, values: Mapping[str, Value] = {}) -> Iterator[Row]:
        """The rows of a statement, a few at a time."""
        ...

    def script(self, statements: Sequence[str]) -> None:
        """Run statements of the schema in order, inside the open transaction."""
        ...

    def transaction(self, *, slow: bool = False) -> AbstractContextManager[None]:
        """Alone with the ledger until the end of the block: committed there, rolled back on any error.

        Args:
            slow: it may take minutes, as when a whole ledger is copied; nobody waits at the bedside.
        """
        ...

    def reading(self) -> AbstractContextManager[None]:
        """One state of the database for all statements of the block."""
        ...

    def changes(self) -> int:
        """A number that is another one after a commit of somebody else."""
        ...

    def server_time(self) -> int | None:
        """Milliseconds of UTC by the database's own clock; None where it has none."""
        ...

    def close(self) -> None:
        """Close the connection; it is opened again by the next call."""
        ...
