"""PostgreSQL's errors in the words of the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import psycopg

from immunosep_tui.store.engine import Broken, Violated

_CODES: Final[Mapping[str, str]] = {
    "25006": "read-only",
    "25P03": "lost",
    "40": "busy",
    "42501": "privilege",
    "42P07": "occupied",
    "42723": "occupied",
    "53100": "full",
    "55P03": "timeout",
    "57014": "timeout",
    "57P": "lost",
    "08": "lost",
    "58": "io",
    "XX001": "damaged",
    "XX002": "damaged",
}
"""What a state of PostgreSQL (appendix A of its manual) means to us, by its start; the longest start counts."""

_STORABLE: Final = "storable"
"""The rule that a text or a number must be one that the database can hold."""


def ours(error: Exception) -> Broken | Violated:
    """An error of the driver as one of the store's own; ``lost`` where the connection is gone without a word."""
    if isinstance(error, UnicodeEncodeError):
        return Violated(_STORABLE)
    state = getattr(error, "sqlstate", None) or ""
    detail = one_line(error)
    if not isinstance(error, psycopg.Error):
        return Broken("io", detail)
    if state == "P0001":  # RAISE EXCEPTION: the message of a guard is its name
        return Violated(error.diag.message_primary or detail)
    if state.startswith("23"):
        return Violated(error.diag.constraint_name or error.diag.column_name or detail)
    if state.startswith("22") or isinstance(error, psycopg.DataError):
        return Violated(_STORABLE)
    for start in sorted(_CODES, key=len, reverse=True):
        if state.startswith(start):
            return Broken(_CODES[start], detail)
    return Broken("io" if state else "lost", detail)


def one_line(error: Exception) -> str:
    """The driver's own words in one line; it never says the password."""
    return " ".join(str(error).split())
