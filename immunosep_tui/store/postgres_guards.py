"""Whether the guards and indexes of the schema are in force on a server, as they were made."""

from __future__ import annotations

import re
from typing import Final

from immunosep_tui.store import schema
from immunosep_tui.store.engine import Engine, Row

_GUARDS: Final = (
    "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
)
_INDEXES: Final = "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid"


def not_in_force(engine: Engine) -> list[str]:
    """Names of the guards that are missing, switched off or changed, and of the indexes that are missing."""
    text = ";".join(statement for step in schema.steps(engine.dialect, 0) for statement in step)
    bodies = dict(re.findall(r"CREATE FUNCTION (\w+).*?\$guard\$(.*?)\$guard\$", text))
    guards: set[Row] = {
        (name, bodies[function])
        for name, function in re.findall(r"CREATE TRIGGER (\w+)[^;]* EXECUTE FUNCTION (\w+)", text)
    }
    indexes: set[Row] = {(name,) for name in re.findall(r"CREATE (?:UNIQUE )?INDEX (\w+)", text)}
    missing = (guards - set(engine.run(_GUARDS))) | (indexes - set(engine.run(_INDEXES)))
    return sorted({str(row[0]) for row in missing})
