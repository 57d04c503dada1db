"""The protocols that a ward has named or been given, as entries of its own record; no body is read to find them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import IMPORTER, WardProtocol

PROTOCOL: Final = WardProtocol.kind


@dataclass(frozen=True, slots=True)
class KeptProtocols:
    """The protocols in the record of a ward.

    Args:
        named: the entry of the one that the ward plans by, None where it has named none.
        entries: the latest entry of each, by the hash of the protocol.
    """

    named: Entry | None = None
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The hash of the one that the ward plans by, empty for none."""
        return self.named.protocol if self.named is not None else ""


def kept_protocols(entries: Iterable[Entry]) -> KeptProtocols:
    """The protocols among the entries of a ward's own record; none of them is ever taken back."""
    named: Entry | None = None
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.kind == PROTOCOL:
            found[entry.protocol] = entry
            named = named if entry.role == IMPORTER else entry
    return KeptProtocols(named, found)
