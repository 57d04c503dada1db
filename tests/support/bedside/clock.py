"""A false clock for programs: they start at another moment, and time runs on for them as it does for everybody."""

from __future__ import annotations

import sysconfig
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from tests.support.server import skip_or_fail

LIBRARY: Final = "libfaketimeMT.so.1"
"""Of Debian's package ``faketime``; this build of it is made for programs with threads."""

LONGEST_GAP: Final = timedelta(days=30)
"""The ledger doubts a clock that is further ahead of its last entry and asks; a journey enters something sooner."""

SLEEP: Final = "import select, time; time.sleep = lambda seconds: select.select([], [], [], seconds) and None"
"""For the start of a Python program: the library refuses the system call with which Python sleeps."""


def library() -> Path | None:
    """Where the library is installed, that of this machine's own kind first; None where it is not."""
    own = sysconfig.get_config_var("MULTIARCH") or ""
    roots = (Path("/usr/lib"), Path("/usr/local/lib"), Path("/usr/lib64"))
    folders = [place for root in roots for place in (root / own, root, *sorted(root.glob("*-linux-*")))]
    return next((path for folder in folders if (path := folder / "faketime" / LIBRARY).is_file()), None)


def library_or_skip() -> Path:
    """The library; without it the test is skipped in words, or fails where it is needed."""
    found = library()
    if found is None:
        skip_or_fail("libfaketime is not installed: apt-get install faketime")
    return found


class FalseClock:
    """The clock of a journey: as far from the true one for every program, until it is moved.

    Args:
        start: the moment at which it begins, with a zone.
        zone: of the site; programs find it as the zone of their machine.
    """

    def __init__(self, start: datetime, zone: ZoneInfo) -> None:
        self.zone = zone
        self._library = library_or_skip()
        self._ahead = start - datetime.now(UTC)

    def now(self) -> datetime:
        """The moment that its programs take for the present."""
        return (datetime.now(UTC) + self._ahead).astimezone(self.zone)

    def move_to(self, moment: datetime) -> None:
        """Move it on; ``ValueError`` for a moment that has passed, or one that the ledger would doubt."""
        gap = moment.astimezone(UTC) - datetime.now(UTC) - self._ahead
        if gap < timedelta():
            raise ValueError(f"the clock is at {self.now():%Y-%m-%d %H:%M} and goes on to later moments only")
        if gap > LONGEST_GAP:
            raise ValueError(f"{gap.days} days without an entry: the ledger asks after {LONGEST_GAP.days}; jump twice")
        self._ahead += gap

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which a program is started under it.

        The clock that never runs backwards stays true, and so do the waits for it: the library's own repair of them
        would let them end at once, and each thread that waits for another would turn in a circle.
        """
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME": f"{self._ahead.total_seconds():+.3f}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "TZ": self.zone.key,
        }
