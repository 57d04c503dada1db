"""The ward's store on a PostgreSQL server: reached, brought to the latest schema, or refused in words."""

from __future__ import annotations

from typing import Final

from immunosep_tui.record.clock import Clock
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store import schema, troubles
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.errors import Unusable
from immunosep_tui.store.migration import migrate, refuse_newer, stored_version
from immunosep_tui.store.store import Store

TAKES_NONE: Final = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on'"


def open_server(url: str, *, clock: Clock = machine_clock) -> Store:
    """The store in a database of a server, its tables made where there are none.

    A server that takes no entries gives a store that says why it is read-only.

    Raises:
        Unusable: there is no connection, the server is not fit, or the database needs a newer program or its owner.
    """
    try:
        from immunosep_tui.store.postgres_engine import PostgresEngine
    except ImportError as error:
        text = N_("The driver for PostgreSQL is not installed.")
        raise Unusable(say(text), say(N_("Install it: pip install 'immunosep-tui[postgres]'"))) from error
    engine = PostgresEngine(url)
    try:
        version = stored_version(engine)
        refuse_newer(version, engine.where)
        if version < schema.LATEST:
            migrate(engine, version)
        why = troubles.read_only(Broken("read-only", "")) if engine.run(TAKES_NONE)[0][0] else None
        return Store(engine, clock=clock, why_read_only=why)
    except Unusable:
        engine.close()
        raise
    except (Broken, Violated) as error:
        engine.close()
        raise no_store(engine.where, error) from error


def no_store(where: str, error: Broken | Violated) -> Unusable:
    """Why a store could not be opened; the server's own words where they say more than ours."""
    if isinstance(error, Violated):
        return troubles.damaged(error.rule)
    if error.code != "unreachable":
        return troubles.unreadable(error)
    text = say(N_("There is no connection to {where} ({detail})."), where=where, detail=error.detail)
    return Unusable(text, say(N_("Check the address, the password (~/.pgpass) and the network.")))
