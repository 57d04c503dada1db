"""The clocks of this machine."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from immunosep_tui.record.clock import Reading
from immunosep_tui.store import machine

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def machine_clock() -> Reading:
    """The present moment by this machine's clocks."""
    return Reading(time.time_ns() // 1_000_000, time.monotonic_ns(), f"{machine.machine_id()}:{_start()}")


def machine_of(boot: str) -> str:
    """The machine whose clocks were read; empty where that is not known, as with those of a server."""
    return boot.rpartition(":")[0]


def shown(instant: int) -> str:
    """An instant of UTC in milliseconds, to the minute; as it is where a calendar has no such day."""
    try:
        return (_EPOCH + timedelta(milliseconds=instant)).isoformat(timespec="minutes")
    except OverflowError:
        return str(instant)


@cache
def _start() -> str:
    """Names the time since this machine was started; where it gives no name, since this program was."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return uuid.uuid4().hex
