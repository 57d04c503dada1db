"""Readings of one cell of the checklist: values parted by semicolons, each with a time of the day behind it where known."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from immunosep_tui.record.patient import parts

_TIME: Final = re.compile(r"(.*\S) +([0-9]{1,2}:[0-9]{2})")


class CellReading(NamedTuple):
    """One value of a cell as typed, and the time of day at which it was taken, empty where none was typed."""

    text: str
    time: str


def cell_readings(text: str) -> tuple[CellReading, ...]:
    """The readings of a cell, in order: ``6.6 06:00; 8.9`` has two, the second without a time."""
    return tuple(_reading(part) for part in parts(text))


def _reading(part: str) -> CellReading:
    found = _TIME.fullmatch(part)
    return CellReading(part, "") if found is None else CellReading(found[1], found[2].rjust(5, "0"))


def adds_to(before: str, after: str) -> bool:
    """Whether a text keeps everything that stood in the cell and puts further readings behind it."""
    old, new = cell_readings(before), cell_readings(after)
    return bool(before) and len(new) > len(old) and new[: len(old)] == old
