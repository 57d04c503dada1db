"""Rows with the types that their columns have: a damaged file can give any value in any place."""

from __future__ import annotations

from collections.abc import Sequence
from types import UnionType
from typing import get_type_hints

from immunosep_tui.store.engine import Broken, Row

Types = Sequence[type | UnionType]


def types_of(record: type, columns: Sequence[str]) -> Types:
    """The types of these fields of a dataclass."""
    hints = get_type_hints(record)
    return [hints[name] for name in columns]


def typed(row: Row, types: Types) -> Row:
    """The same row; Broken where a value is not of the type of its column."""
    if len(row) != len(types) or not all(map(isinstance, row, types)):
        raise Broken("damaged", "a column holds a value of another type")
    return row


def only(rows: Sequence[Row], types: Types) -> Row:
    """The one row of a table that has one; Broken where it has another number of rows."""
    if len(rows) != 1:
        raise Broken("damaged", f"a table has {len(rows)} rows instead of one")
    return typed(rows[0], types)
