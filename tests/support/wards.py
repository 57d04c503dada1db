"""Desks for tests: a real store and real drafts in a folder of the test's own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from immunosep_tui.cli.demo import typed_ward
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.desk import Desk, utc_now

UTC = ZoneInfo("UTC")

_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
"""Removed when the tests end."""


def desk_of(
    protocol: Protocol,
    patients: Iterable[Patient] = (),
    zone: ZoneInfo = UTC,
    now: Callable[[], datetime] = utc_now,
    folder: Path | None = None,
) -> Desk:
    """A desk whose patients are typed and not signed, in a new folder unless one is given."""
    if folder is None:
        _FOLDERS.append(tempfile.TemporaryDirectory(prefix="ward-"))
        folder = Path(_FOLDERS[-1].name)
    return Desk(lambda: protocol, *typed_ward(folder, patients, now()), zone, now)
