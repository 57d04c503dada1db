"""One entry of the ledger: what was said, by whom, about when and when, and the hash that ties it to the one before."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import cache, cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from immunosep_tui.record.kinds import KINDS, Kind, PlannedCheck, Slot

if TYPE_CHECKING:
    from pydantic import TypeAdapter

GENESIS = "0" * 64
"""What stands for the hash of the entry before the first."""

WARD = ""
"""The record of the ward itself, beside those of its patients: who signs, and what the ward has set."""


class NotReadable(ValueError):
    """A stored body is not what its kind says."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who signs, and in what capacity."""

    initials: str
    role: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry that is not in the ledger yet.

    Args:
        record: key of the patient, or ``WARD``.
        body: what is said.
        author: who says it.
        at: instant of the fact, milliseconds of UTC.
        key: made when the person began, so that the same deed is never recorded twice.
        reason: why, where something is corrected, stopped, held or refused.
        corrects: number within the same record of the entry that this one replaces.
        protocol: hash of the protocol that the answers in the body were given by.
        place: workstation.
        shown: whose record the screen said it was, as ``Patient.fingerprint`` gives it; empty where no screen showed one.
    """

    record: str
    body: Kind
    author: Author
    at: int
    key: str
    reason: str = ""
    corrects: int | None = None
    protocol: str = ""
    place: str = ""
    shown: str = ""

    @property
    def kind(self) -> str:
        """The name of what is said."""
        return self.body.kind


@dataclass(frozen=True)
class Entry:
    """A line of the ledger as it is stored.

    ``seq`` counts all entries from 1, ``n`` those of one record. ``at`` and ``recorded`` are milliseconds of UTC,
    ``mono`` nanoseconds of a clock that never runs backwards within one ``boot``.
    """

    seq: int
    record: str
    n: int
    kind: str
    text: str
    at: int
    recorded: int
    mono: int
    boot: str
    author: str
    role: str
    place: str
    reason: str
    corrects: int | None
    protocol: str
    program: str
    key: str
    prev: str
    hash: str

    @cached_property
    def body(self) -> Kind:
        """What is said; ``NotReadable`` where the stored text does not say it."""
        return read_body(self.kind, self.text)

    def digest(self) -> str:
        """The hash that this line ought to have."""
        line = [getattr(self, name) for name in COLUMNS if name != "hash"]
        return sha256(json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


COLUMNS = tuple(field.name for field in fields(Entry))
"""The columns of the ledger, in the order in which they are hashed."""


def write_body(body: Kind) -> str:
    """A body as canonical JSON: keys in order, no spaces."""
    return json.dumps(asdict(body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_body(kind: str, text: str) -> Kind:
    """The body of a kind; raises NotReadable where the kind or anything in the text is not known."""
    if kind not in KINDS:
        raise NotReadable(f"no entry is of the kind {kind!r}")
    try:
        return _adapter(kind).validate_json(text, strict=True)
    except ValueError as error:
        raise NotReadable(f"an entry of the kind {kind!r} is not readable") from error


@cache
def _adapter(kind: str) -> TypeAdapter[Kind]:
    """The reader of one kind. Importing pydantic takes long: it is loaded with the first record that is read."""
    from pydantic import ConfigDict, TypeAdapter

    for body in (KINDS[kind], Slot, PlannedCheck):
        body.__pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[union-attr]
    return TypeAdapter(KINDS[kind])
