"""A second opinion on limits, written from their table: hemoglobin, platelets, neutrophils, fibrinogen, bleeding.

Readings are exact numbers with known distinct times. Nothing of the program is used but its names of levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HOUR = 3_600_000

NO_DRUG, ANAKINRA, INTERFERON = "", "anakinra", "interferon-gamma"


class Read(NamedTuple):
    """A reading: of what, its number in the usual unit, when taken, whether it was taken back or ended by a person."""

    what: str
    number: float
    at: int
    ended: frozenset[str] = frozenset()


def level_of(read: Read, all_reads: Sequence[Read], drug: str) -> dict[str, str]:
    """The limits that a reading meets, by name, each with its level."""
    same = [other for other in all_reads if other.what == read.what and other.at < read.at]
    met: dict[str, str] = {}
    urgent = "look" if drug == ANAKINRA else "call"
    if read.what == "hemoglobin":
        if read.number <= 7:
            met["seven"] = "call"
        if read.number < 8:
            met["eight"] = "look"
        recent = [other.number for other in same if read.at - other.at <= 48 * HOUR]
        if recent and max(recent) - read.number >= 2 - 1e-9:
            met["fall"] = "look"
    elif read.what == "platelets":
        if read.number < 50:
            met["fifty"] = urgent
        recent = [other.number for other in same if read.at - other.at <= 168 * HOUR]
        last = max(same, key=lambda other: other.at, default=None)
        recovering = last is not None and read.number > last.number
        if recent and read.number <= 150 and read.number < max(recent) / 2 and not recovering:
            met["fall"] = urgent
    elif read.what == "anc":
        if read.number < 0.5:
            met["half"] = "stop"
        if read.number < 1:
            met["one"] = "look"
    elif read.what == "fibrinogen":
        if read.number < 1.5:
            met["low"] = urgent
    elif read.what == "bleeding":
        if read.number >= 3:
            met["three"] = "stop"
        elif read.number >= 2:
            met["two"] = "call"
    elif read.what == "major-bleeding" and read.number >= 1:
        met["isth"] = "stop"
    return met


def can_tell(read: Read, limit: str, all_reads: Sequence[Read]) -> bool:
    """Whether a fall can be told at all: there is an earlier reading in its hours, or the value is too high for one."""
    if limit != "fall":
        return True
    hours = 48 if read.what == "hemoglobin" else 168
    if read.what == "platelets" and read.number > 150:
        return True
    return any(o.what == read.what and 0 < read.at - o.at <= hours * HOUR for o in all_reads)


ORDER = ("stop", "call", "look")
FIRST = {"hemoglobin": ("seven", "eight", "fall"), "platelets": ("fifty", "fall"), "anc": ("half", "one")}
"""Which limit of one level a reading is told by."""


def standing_levels(reads: Sequence[Read], drug: str) -> dict[str, set[tuple[str, float, int]]]:
    """What stands of each fact: level, number and time of each reading that still asks."""
    found: dict[str, set[tuple[str, float, int]]] = {}
    for read in reads:
        met = level_of(read, reads, drug)
        if not met:
            continue
        names = FIRST.get(read.what, tuple(met))
        limit = min(met, key=lambda name: (ORDER.index(met[name]), names.index(name)))
        level = met[limit]
        if level in read.ended:
            continue
        later = [other for other in reads if other.what == read.what and other.at > read.at]
        over = level != "stop" and any(
            can_tell(other, limit, reads) and limit not in _met_at_least(other, reads, drug, limit) for other in later
        )
        if not over:
            found.setdefault(read.what, set()).add((level, read.number, read.at))
    return found


def _met_at_least(read: Read, reads: Sequence[Read], drug: str, limit: str) -> set[str]:
    met = set(level_of(read, reads, drug))
    return met | ({"two"} if "three" in met else set()) | ({limit} & met)
