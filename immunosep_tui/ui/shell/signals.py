"""Signals that end the program, heard even while the main thread is held up in a database or a network call."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

ENDING: Final[tuple[signal.Signals, ...]] = (
    () if sys.platform == "win32" else (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
)
"""What is heard; none on Windows, where the console is simply closed."""


@contextmanager
def heard(at_once: Callable[[int], None], in_main_thread: Callable[[int], None]) -> Iterator[None]:
    """Hear the ending signals inside the block; call it from the main thread.

    Args:
        at_once: called in a thread of its own as soon as a signal comes, whatever the main thread is waiting for.
        in_main_thread: called in the main thread when the interpreter is free to do so.
    """
    if not ENDING:
        yield
        return
    hearing, speaking = socket.socketpair()
    speaking.setblocking(False)
    before = {number: signal.signal(number, lambda number, _frame: in_main_thread(number)) for number in ENDING}
    wakeup_before = signal.set_wakeup_fd(speaking.fileno(), warn_on_full_buffer=False)

    def listen() -> None:
        while numbers := hearing.recv(64):
            for number in numbers:
                if number in ENDING:
                    at_once(number)

    listener = threading.Thread(target=listen, name="signals", daemon=True)
    listener.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        speaking.close()
        listener.join()
        hearing.close()
