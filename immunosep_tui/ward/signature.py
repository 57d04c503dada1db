"""Who signs, and the entry that a signature makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Kind
from immunosep_tui.ward.instants import ms


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, when, with which protocol, where, and for what reason; ``key`` makes the deed happen once.

    Args:
        author: who signs.
        now: the present instant.
        key: made when the person was asked.
        protocol: hash of the protocol.
        place: workstation.
        reason: why, where something is corrected.
    """

    author: Author
    now: datetime
    key: str
    protocol: str
    place: str = ""
    reason: str = ""


def propose(
    chart: Chart, body: Kind, at: datetime, signature: Signature, corrects: int | None = None, part: int = 0
) -> Proposal:
    """An entry as it would be appended; ``part`` counts the entries of one deed from 0."""
    return Proposal(
        record=chart.key,
        body=body,
        author=signature.author,
        at=ms(at),
        key=f"{signature.key}:{part}",
        reason=signature.reason,
        corrects=corrects,
        protocol=signature.protocol,
        place=signature.place,
    )
