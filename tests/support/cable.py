"""A cable between a client and a server of the tests: it can be cut at any byte, or go dead without a word."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from contextlib import suppress
from typing import Final

CUT, HOLE = "cut", "hole"
"""What a cable does at its byte: end the connection, or keep all of them open and carry nothing any more."""

_RESET: Final = struct.pack("ii", 1, 0)
"""Ends a connection without taking leave."""


class Cable(threading.Thread):
    """A proxy on loopback; ``arm`` says what happens next, ``fired`` is set when it has happened.

    Args:
        target: port of the server.
    """

    def __init__(self, target: int) -> None:
        super().__init__(name="cable", daemon=True)
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port: int = self._listener.getsockname()[1]
        self.fired = threading.Event()
        self._lock = threading.Lock()
        self._what, self._left, self._aim = CUT, -1, b""
        self._dead = False
        self._ended = False
        self._peers: dict[socket.socket, socket.socket] = {}
        self._clients: set[socket.socket] = set()
        self._held: list[tuple[socket.socket, bytes]] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self.start()

    def arm(self, what: str, left: int, *, aim: bytes = b"") -> None:
        """Let something happen after so many bytes in either direction, counted from when the client says ``aim``."""
        with self._lock:
            self._what, self._left, self._aim = what, left, aim
            self.fired.clear()

    def mend(self) -> None:
        """Carry everything again, first what was held back."""
        with self._lock:
            self._left, self._dead = -1, False

    def end(self) -> None:
        """Stop the cable and close what it holds."""
        self._ended = True
        self.join()
        for end in (*self._peers, self._listener):
            end.close()
        self._selector.close()

    def run(self) -> None:
        while not self._ended:
            if self._dead:
                threading.Event().wait(0.01)
                continue
            while self._held:
                self._send(*self._held.pop(0))
            for key, _events in self._selector.select(0.05):
                end = key.fileobj
                assert isinstance(end, socket.socket)
                if end is self._listener:
                    self._accept()
                elif end in self._peers and not self._dead:
                    self._carry(end)

    def _accept(self) -> None:
        client, _address = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            client.close()
            return
        self._peers |= {client: server, server: client}
        self._clients.add(client)
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(end, selectors.EVENT_READ)

    def _carry(self, source: socket.socket) -> None:
        data = b""
        with suppress(OSError):
            data = source.recv(65536)
        if not data:
            self._drop(source)
            return
        with self._lock:
            passing = self._passing(data, from_client=source in self._clients)
            fires = self._left == 0
            if fires:
                self._left = -1
                self._dead = self._what == HOLE
        self._send(self._peers[source], data[:passing])
        if not fires:
            return
        if self._dead:
            self._held.append((self._peers[source], data[passing:]))
        else:
            self._drop(source, reset=passing % 2 == 0)
        self.fired.set()

    def _passing(self, data: bytes, *, from_client: bool) -> int:
        """How many of these bytes still pass."""
        if self._left < 0 or (self._aim and not (from_client and self._aim in data)):
            return len(data)
        self._aim = b""
        passing = min(self._left, len(data))
        self._left -= passing
        return passing

    def _send(self, target: socket.socket, data: bytes) -> None:
        try:
            target.sendall(data)
        except OSError:
            self._drop(target)

    def _drop(self, end: socket.socket, *, reset: bool = False) -> None:
        """End a connection on both sides."""
        for side in (end, self._peers.get(end)):
            if side is not None and self._peers.pop(side, None) is not None:
                self._clients.discard(side)
                self._selector.unregister(side)
                if reset:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                side.close()
