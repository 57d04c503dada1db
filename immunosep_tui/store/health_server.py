"""Whether a PostgreSQL server is fit for the store that a place names; its tables are not made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Final

from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store import schema, troubles
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.health import Check, More, backup_check, clock_check
from immunosep_tui.store.migration import refuse_newer, stored_version
from immunosep_tui.store.place import Place
from immunosep_tui.store.postgres import TAKES_NONE, no_store
from immunosep_tui.store.store import Store

if TYPE_CHECKING:
    from immunosep_tui.store.postgres_engine import PostgresEngine

MOST_SKEW: Final = 5_000
"""Milliseconds by which the clocks of this machine and of the server may differ. Local convention."""

_TLS: Final = (
    "SELECT COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)::int,"
    " (inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr())::int"
)


def server_checks(place: Place, now: datetime, more: More = lambda _store: ()) -> Iterator[Check]:
    """Everything about a server."""
    try:
        from immunosep_tui.store.postgres_engine import PostgresEngine
    except ImportError:
        advice = say(N_("Install it: pip install 'immunosep-tui[postgres]'"))
        yield Check("store", False, say(N_("The driver for PostgreSQL is not installed.")), advice, stops=True)
        return
    engine = PostgresEngine(place.url)
    with closing(engine):
        try:
            yield from _of(engine, place, now, more)
        except StoreError as error:
            yield Check("store", False, error.text, error.advice, stops=True)
        except (Broken, Violated) as error:
            trouble = no_store(place.shown, error)
            yield Check("store", False, trouble.text, trouble.advice, stops=True)


def _of(engine: PostgresEngine, place: Place, now: datetime, more: More) -> Iterator[Check]:
    version = stored_version(engine)
    refuse_newer(version, engine.where)
    server = str(engine.run("SHOW server_version")[0][0])
    facts = {"server": server, "version": version, "latest": schema.LATEST}
    yield Check("server", True, say(N_("Server: PostgreSQL {server}, schema {version} of {latest}."), **facts))
    yield _skew(engine)
    yield _tls(engine)
    if engine.run(TAKES_NONE)[0][0]:
        read_only = troubles.read_only(Broken("read-only", ""))
        yield Check("writable", False, read_only.text, read_only.advice)
    if not version:
        yield Check("store", True, say(N_("There is no store yet; the board makes one when it is opened.")))
        return
    store = Store(engine)
    yield Check("store", True, say(N_("Database: {count} entries."), count=store.head().seq))
    yield clock_check(store)
    yield backup_check(store, place, now)
    yield from more(store)


def _skew(engine: PostgresEngine) -> Check:
    apart = (engine.server_time() or 0) - machine_clock().utc
    text = say(N_("Clocks: the server is {apart} ms from this machine; entries are timed by the server."), apart=apart)
    is_small = abs(apart) <= MOST_SKEW
    return Check("skew", is_small, text, None if is_small else say(N_("Set the clock of this machine or the server.")))


def _tls(engine: PostgresEngine) -> Check:
    encrypted, is_here = engine.run(_TLS)[0]
    if encrypted:
        return Check("tls", True, say(N_("Connection: encrypted (TLS).")))
    if is_here:
        return Check("tls", True, say(N_("Connection: not encrypted, and within this machine.")))
    advice = N_("Add sslmode=verify-full to the address, and TLS to the server: see docs/postgresql.md.")
    return Check("tls", False, say(N_("Connection: not encrypted; patients can be read on the network.")), say(advice))
