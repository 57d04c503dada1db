"""The end of a ledger as a few letters on paper: what was there then can be told from what was taken away since."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from immunosep_tui.record.chain import Head
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.store import Store

LENGTH: Final = 12
"""How many hexadecimal digits of the hash are noted; a trillion tries would not meet them again."""

_SHAPE: Final = re.compile(r"([0-9a-fA-F]{8,64})(?:@(0|[1-9][0-9]{0,17}))?")
_SEQ: Final = "SELECT hash FROM ledger WHERE seq = :seq"
_START: Final = "SELECT seq, hash FROM ledger WHERE hash LIKE :start"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A noted head: the start of its hash, and the number of its entry where that was noted too."""

    start: str
    seq: int | None = None

    def __str__(self) -> str:
        return self.start if self.seq is None else f"{self.start}@{self.seq}"


def anchor_of(head: Head) -> Anchor:
    """What to note of the end of a ledger."""
    return Anchor(head.hash[:LENGTH], head.seq)


def read_anchor(text: str) -> Anchor | None:
    """The anchor as it was noted; None where the text is none."""
    match = _SHAPE.fullmatch(text)
    return Anchor(match[1].lower(), None if match[2] is None else int(match[2])) if match else None


def against(store: Store, anchor: Anchor) -> Sentence | None:
    """What is wrong when a ledger does not contain a head that was noted from it; None where it does."""
    engine = store.engine
    if anchor == anchor_of(Head()):
        return None
    try:
        if anchor.seq is None:
            found = [row[1] for row in engine.run(_START, {"start": f"{anchor.start}%"})]
        else:
            found = [row[0] for row in engine.run(_SEQ, {"seq": anchor.seq})]
    except (Broken, Violated) as error:
        engine.close()
        return say(N_("The anchor cannot be looked up: {detail}."), detail=str(error))
    if any(str(hashed).startswith(anchor.start) for hashed in found):
        return None
    return say(N_("The ledger does not contain {anchor}: entries were taken away or rewritten since."), anchor=anchor)
