"""Which line of a TOML file a key stands on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_HEADER = re.compile(r"(\[\[?)([^\]]+)\]\]?\s*(#.*)?")
_KEY = re.compile(r"([A-Za-z0-9_.\-\"]+)\s*=")

Path = tuple[str | int, ...]


def line_of(text: str, path: Path) -> int:
    """The line, from 1, on which the text names ``path`` or first names anything under it; 0 if it names neither.

    Args:
        text: TOML with one key a line, tables by header.
        path: keys and list positions, as in ``("regimens", "anakinra", "dose")``.
    """
    return _first_lines(text).get(path, 0)


@lru_cache(maxsize=4)
def _first_lines(text: str) -> Mapping[Path, int]:
    """The line of every place, and of every place that another one lies under; kept for the next fault of the file."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        header = _HEADER.fullmatch(stripped)
        place: Path = ()
        if header:
            table = _resolve(header[2].strip().replace('"', "").split("."), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            place, shortest = table, 0
        elif key := _KEY.match(stripped):
            place, shortest = (*table, *key[1].replace('"', "").split(".")), len(table)
        if place:
            for length in range(shortest, len(place) + 1):
                lines.setdefault(place[:length], number)
    return lines


def _resolve(keys: list[str], counts: dict[Path, int]) -> Path:
    """A header's path, with the position of the latest element wherever a part of it is a list."""
    path: Path = ()
    for index, key in enumerate(keys):
        path = (*path, key)
        if index < len(keys) - 1 and path in counts:
            path = (*path, counts[path])
    return path
