"""The clocks of this machine."""

from __future__ import annotations

import time
import uuid
from functools import cache
from pathlib import Path

from immunosep_tui.record.clock import Reading


def machine_clock() -> Reading:
    """The present moment by this machine's clocks."""
    return Reading(time.time_ns() // 1_000_000, time.monotonic_ns(), _boot())


@cache
def _boot() -> str:
    """Names the time since this machine was started; where it gives no name, since this program was."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return uuid.uuid4().hex
