"""What every room works with: the protocol, the patients, the clock and the site's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from immunosep_tui.ward.patients import Patients

if TYPE_CHECKING:
    from immunosep_tui.rules.protocol import Protocol


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


class Desk:
    """The things on the desk of a shared workstation; the protocol is read when it is first asked for.

    Args:
        read_protocol: gives the protocol or raises ProfileError.
        patients: of this ward.
        zone: the site's time zone, for display and for typed local times.
        now: the present instant.
    """

    def __init__(
        self,
        read_protocol: Callable[[], Protocol],
        patients: Patients,
        zone: ZoneInfo,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._read_protocol = read_protocol
        self.patients = patients
        self.zone = zone
        self.now = now

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol that answers are given by."""
        return self._read_protocol()


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
