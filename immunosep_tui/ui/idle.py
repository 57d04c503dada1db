"""The lock after a pause: a clock that never runs backwards decides, whatever happens to the one on the wall."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Final

DEFAULT_SECONDS: Final = 180.0
"""Pause after which the screen is locked until the setting of the ward is read. Local convention."""

ENVIRONMENT: Final = "IMMUNOSEP_LOCK_SECONDS"
LONGEST: Final = 3600.0


class Idle:
    """Knows for how long nobody has touched the keyboard.

    Args:
        seconds: the pause that counts; 0 for none.
        clock: seconds that never run backwards.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._touched = clock()

    def wait_for(self, seconds: float) -> None:
        """Let another pause count, 0 for none; it began with the last key."""
        self._seconds = seconds

    def touch(self) -> None:
        """Somebody is there."""
        self._touched = self._clock()

    @property
    def left(self) -> float | None:
        """Seconds until the pause is long enough, 0 when it is; None where no pause is."""
        if not self._seconds:
            return None
        return max(0.0, self._touched + self._seconds - self._clock())


def lock_seconds(text: str | None = None, default: float = DEFAULT_SECONDS) -> float:
    """The pause that the environment asks for, the default where it asks for nothing that is a number of seconds.

    ``IMMUNOSEP_LOCK_SECONDS`` goes before the setting of the ward; 0 is none.
    """
    given = os.environ.get(ENVIRONMENT, "") if text is None else text
    if given.isascii() and given.isdecimal():
        return min(float(int(given)), LONGEST)
    return default
