"""A connection that always answers: whatever happens to the network or the server, a call ends at its hour."""

from __future__ import annotations

import threading
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import suppress
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from immunosep_tui.store.engine import Broken
from immunosep_tui.store.postgres_errors import one_line

PARAMETERS: Final[dict[str, Any]] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 3000,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "application_name": "immunosep-tui",
}
"""What libpq is told where the address does not say otherwise: seconds, ``tcp_user_timeout`` in milliseconds."""


class Link(psycopg.Connection[Any]):
    """A connection whose every call ends ``until`` an instant of the monotonic clock.

    psycopg hands the conversation of each call, as a generator, to ``wait``; the settings of libpq and of the server
    alone do not end a call whose other end keeps the connection open and says nothing.
    """

    until: float = 0.0

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **named: Any) -> Any:
        """Wait as psycopg does, and raise Broken when it is too late."""
        return super().wait(_ending(gen, self.until), *args, **named)


def _ending(conversation: Generator[Any, Any, Any], until: float) -> Generator[Any, Any, Any]:
    """The same conversation, given up when its hour has come, also where a little arrives now and then."""
    try:
        wanted = next(conversation)
        while True:
            wanted = conversation.send((yield wanted))
            if monotonic() > until:
                raise Broken("timeout", "no answer in time")
    except StopIteration as end:
        return end.value


def dial(url: str, until: float) -> Link:
    """A connection to the server at an address, unchanged but for what it leaves open.

    It is made in a thread of its own: no setting bounds the wait for a name server that does not answer.

    Raises:
        Broken: ``address`` where it cannot be read, ``unreachable`` with the driver's words in any other case.
    """
    options = {name: value for name, value in PARAMETERS.items() if name not in _read(url)}
    reached: Future[Link] = Future()

    def connect() -> None:
        try:
            reached.set_result(Link.connect(url, autocommit=True, client_encoding="UTF8", **options))
        except Exception as error:
            reached.set_exception(error)

    threading.Thread(target=connect, name="dial", daemon=True).start()
    try:
        return reached.result(max(0.0, until - monotonic()))
    except TimeoutError:
        reached.add_done_callback(_hang_up)
        raise Broken("unreachable", "no answer in time") from None
    except psycopg.Error as error:
        raise Broken("unreachable", one_line(error)) from error


def _read(url: str) -> dict[str, Any]:
    """The parts of an address. A password with ``@`` or ``/`` in it would be taken for other parts, and then be shown."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        raise Broken("address", "the address cannot be read") from None
    if any("@" in str(parts.get(name) or "") for name in ("host", "port", "dbname")):
        raise Broken("address", "a special character of the password is not written as %XX")
    return parts


def _hang_up(reached: Future[Link]) -> None:
    """Close a connection that came too late."""
    with suppress(Exception):
        reached.result().close()
