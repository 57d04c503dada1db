"""What every room works with: the protocol, the patients, the clock and the site's zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.patients import Patients


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """The things on the desk of a shared workstation."""

    protocol: Protocol
    patients: Patients
    zone: ZoneInfo
    now: Callable[[], datetime] = utc_now


def site_zone() -> ZoneInfo:
    """The zone of this machine, UTC where it cannot be told."""
    import os
    from pathlib import Path

    named = os.environ.get("TZ", "").lstrip(":")
    link = Path("/etc/localtime")
    candidates = [named, str(link.resolve()).partition("zoneinfo/")[2] if link.exists() else ""]
    for name in candidates:
        if name:
            try:
                return ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")
