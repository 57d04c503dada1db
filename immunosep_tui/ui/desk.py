"""What every room works with: the protocol, the ward, the clock and the site's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _
from immunosep_tui.record.entry import Author
from immunosep_tui.store.drafts import Drafts
from immunosep_tui.store.store import Store
from immunosep_tui.ui.times import until
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.settings import read_zone
from immunosep_tui.ward.ward import Ward

if TYPE_CHECKING:
    from immunosep_tui.record.patient import Patient
    from immunosep_tui.rules.protocol import Protocol


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


class Desk:
    """The things on the desk of a shared workstation; the protocol is read when it is first asked for.

    Args:
        read_protocol: gives the protocol, not blinded, or raises ProfileError.
        store: the records.
        drafts: what is typed on this machine.
        zone: the time zone of this machine; the one that the ward has set goes before it.
        now: the present instant.
        is_demo: whether the store is thrown away at the end.
        place: names this workstation.
        follows: whether this workstation takes the protocol of the ward, because none was asked for.
        care: the store as ``--store`` takes it, to be verified and backed up now and then; empty for one that is not.
    """

    def __init__(
        self,
        read_protocol: Callable[[], Protocol],
        store: Store,
        drafts: Drafts,
        zone: ZoneInfo,
        now: Callable[[], datetime] = utc_now,
        *,
        is_demo: bool = False,
        place: str = "",
        care: str = "",
        follows: bool = False,
    ) -> None:
        self.read_protocol = cache(read_protocol)
        """Gives the protocol that was asked for here, or raises ProfileError."""
        self.now = now
        self.is_demo = is_demo
        self.place = place
        self.care = care
        self.author: Author | None = None
        """Who is signed in."""
        self.sealed_list: Path | None = None
        """Where the pharmacist's sealed list lies; nowhere for a store that is thrown away."""
        self.is_locked = False
        """Whether nobody may read what is on the desk."""
        self.clock_doubt = ""
        """Why the clock of this machine cannot be believed, as ``Store.doubt`` names it; empty where it can."""
        self.ward = Ward(store, drafts, self.read_protocol, zone, now, lambda: bool(self.clock_doubt), follows=follows)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the ward, for display and for typed local times."""
        return self.ward.zone

    def read_zone(self) -> None:
        """Take the zone that the ward has set, before the protocol is read. StoreError."""
        self.ward.zone = read_zone(self.ward.store, self.ward.machine_zone)

    @property
    def initials(self) -> str:
        """Who is signed in, empty for nobody."""
        return self.author.initials if self.author else ""

    @property
    def protocol(self) -> Protocol:
        """The protocol of this workstation, as the bedside may see it: what it says of no patient in particular."""
        return self.ward.protocols.own

    def protocol_of(self, patient: Patient) -> Protocol:
        """The protocol by which a patient is read, as the bedside may see it. StoreError."""
        return self.ward.protocol_of(patient.key)

    def is_past(self, instant: int) -> bool:
        """Whether an instant, in milliseconds of UTC, lies in the past; of none is that known by a clock in doubt."""
        return not self.clock_doubt and ms(self.now()) > instant

    def until(self, due: datetime) -> str:
        """How far an instant lies ahead or behind, which a clock in doubt cannot tell."""
        return _("time not known: clock in doubt") if self.clock_doubt else until(due, self.now())

    def close(self) -> bool:
        """Write the drafts and close the store; whether everything typed is on the disk."""
        written = self.ward.drafts.close()
        self.ward.store.close()
        return written


def site_zone() -> ZoneInfo:
    """The zone of this machine, UTC where it cannot be told."""
    import os

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
