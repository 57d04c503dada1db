"""Which schema a database has, and how it is brought to the latest; the same runner for both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store import schema
from immunosep_tui.store.engine import Engine
from immunosep_tui.store.errors import Unusable

VERSION_TABLE: Final = """
CREATE TABLE IF NOT EXISTS schema_version (
  version BIGINT PRIMARY KEY,
  since TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
)
"""
"""PostgreSQL has no number in the file's head; SQLite keeps its version there."""

_HAS_VERSION: Final = (
    "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'schema_version' AND schemaname = ANY (current_schemas(false))"
)
"""Asks the rows of the catalog: ``to_regclass`` can answer from a memory of before somebody else's migration."""


def stored_version(engine: Engine) -> int:
    """The schema version of a database, 0 for an empty one."""
    if engine.dialect == "sqlite":
        return int(engine.run("PRAGMA user_version")[0][0] or 0)
    if not engine.run(_HAS_VERSION)[0][0]:
        return 0
    return int(engine.run("SELECT MAX(version) FROM schema_version")[0][0] or 0)


def migrate(
    engine: Engine,
    version: int,
    migrations: Sequence[Sequence[str]] | None = None,
    application: int = schema.APPLICATION_ID,
) -> None:
    """Bring a database from a version to the latest in one transaction; one that others have brought on stays as it is.

    Args:
        engine: the connection.
        version: of the schema that it has.
        migrations: the statements of each step that it lacks; those of the ledger unless given.
        application: the mark of a file of this purpose.
    """
    steps = schema.steps(engine.dialect, version) if migrations is None else migrations
    with engine.transaction():
        if engine.dialect == "postgresql":
            engine.run(f"SELECT pg_advisory_xact_lock({schema.APPLICATION_ID:d})")
        if stored_version(engine) != version:
            return
        for number, statements in enumerate(steps, start=version + 1):
            engine.script((*statements, *_mark(engine.dialect, number, application)))


def _mark(dialect: str, version: int, application: int) -> tuple[str, ...]:
    """The statements that say which version a database has from now on."""
    if dialect == "sqlite":
        return f"PRAGMA application_id={application:d}", f"PRAGMA user_version={version:d}"
    return VERSION_TABLE, f"INSERT INTO schema_version (version) VALUES ({version:d})"


def refuse_newer(version: int, where: str, latest: int = schema.LATEST) -> None:
    """Raise Unusable where a newer program made the schema: this one would not know what it means."""
    if version > latest:
        text = N_("{path} was written by a newer version of this program.")
        raise Unusable(say(text, path=where), say(N_("Update immunosep-tui on this machine.")))
