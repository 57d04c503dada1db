"""The care of the store while the board is open: it is verified and backed up by programs of their own, at low priority.

A long check inside this program would hold up the keys; another process does not.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

FIRST_AFTER: Final = 20.0
"""Seconds after the start until the first round, so that it is not in the way of the first keys."""

EVERY: Final = 3600.0
"""Seconds between two rounds."""

_LOW_PRIORITY: Final = 10


@dataclass(frozen=True, slots=True)
class Care:
    """What a round found: whether the store is as it was written, and whether it could be backed up."""

    is_sound: bool
    is_backed_up: bool


async def take_care(store: str, key: bytes = b"") -> Care:
    """Verify a store and, where it is sound, back it up.

    Args:
        store: as ``--store`` takes it; it goes to the programs by their environment, never by their arguments.
        key: opens it where it is encrypted; it goes to the programs by a pipe.
    """
    verified = await _run("verify", store, key)
    return Care(verified != _ATTENTION, verified == 0 and await _run("backup", store, key) == 0)


_ATTENTION: Final = 4
"""Exit status of ``verify`` where something is not as it was written."""


async def _run(command: str, store: str, key: bytes) -> int:
    """Run one of this program's commands without output; its exit status."""
    from immunosep_tui.store.encrypted import HANDED

    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "immunosep_tui",
        command,
        stdin=asyncio.subprocess.PIPE if key else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "IMMUNOSEP_STORE": store, **({HANDED: "stdin"} if key else {})},
    )
    if sys.platform != "win32":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _LOW_PRIORITY)
    try:
        await process.communicate(key or None)
        return await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        raise
