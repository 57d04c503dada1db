"""Whether the guards and unique rules of the schema are in force on a server, as they were made."""

from __future__ import annotations

from immunosep_tui.store import schema
from immunosep_tui.store.engine import Engine

_IN_FORCE = (
    "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
)
_UNIQUE = "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisunique AND i.indisvalid"


def not_in_force(engine: Engine) -> list[str]:
    """Names of the guards that are missing, switched off or changed, and of the unique rules that are missing."""
    bodies = {guard.name: schema.guard_statements(guard, engine.dialect)[0].split("$guard$")[1] for guard in schema.GUARDS}
    emptied = {f"{table}_is_not_emptied": bodies["ledger_is_not_deleted"] for table in schema.NEVER_EMPTIED}
    missing = set((bodies | emptied).items()) - set(engine.run(_IN_FORCE))
    unique = set(schema.UNIQUE_RULES) - {row[0] for row in engine.run(_UNIQUE)}
    return sorted({name for name, _body in missing} | unique)
