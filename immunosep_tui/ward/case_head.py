"""The head of a case file, alike for a sample patient and a teaching case: the story, the sheet and the instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.rules.instant import parse_start
from immunosep_tui.rules.number import Refusal
from immunosep_tui.ward.case_table import CaseTable, sheet_keys

HEAD: Final = ("id", "title", "story", "teaches", "texts", "kept", "now", "zone")
"""What every case has; ``kept`` may be left out."""

LESSON: Final = ("level", "topics", "traps", "sources", "protocol", "course", "ask")
"""What a case that is asked about has besides; the training room reads it."""

EXPECT: Final = "expect"
"""The table that makes a sample patient of a case."""


@dataclass(frozen=True, slots=True)
class Head:
    """A made-up patient.

    ``texts`` are as typed into the rooms; ``kept`` names those that were asked about and confirmed. ``now`` is the
    instant at which the case is looked at, ``zone`` the zone of its site.
    """

    id: str
    title: str
    story: str
    teaches: str
    texts: Mapping[str, str]
    kept: frozenset[str]
    now: datetime
    zone: ZoneInfo


def read_head(table: CaseTable) -> Head:
    """The head of a case; ProfileError where a key of it is unknown, missing or not of its kind."""
    table.only(*HEAD, *LESSON, EXPECT)
    if table.text("id") != table.path.stem:
        raise table.fault("id", f"it must be the name of the file, {table.path.stem}")
    sheet = table.table("texts")
    sheet.only(*sheet_keys(sheet.keys))
    texts = {key: sheet.text(key) for key in sheet.keys}
    return Head(
        id=table.text("id"),
        title=table.text("title"),
        story=table.text("story"),
        teaches=table.text("teaches"),
        texts=texts,
        kept=table.names("kept", texts) if "kept" in table.keys else frozenset(),
        now=instant_at(table, "now"),
        zone=_zone(table),
    )


def instant_at(table: CaseTable, key: str) -> datetime:
    """An instant with its offset."""
    found = parse_start(table.text(key))
    if isinstance(found, Refusal):
        raise table.fault(key, f"{found.why} {found.accepted}")
    return found


def _zone(table: CaseTable) -> ZoneInfo:
    try:
        return ZoneInfo(table.text("zone"))
    except (KeyError, ValueError, OSError):
        raise table.fault("zone", "there is no zone of this name") from None
