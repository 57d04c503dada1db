"""Which line of a TOML file a key stands on."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\-\"]+)\s*=")

Path = tuple[str | int, ...]


def line_of(text: str, path: Path) -> int:
    """The line, from 1, on which the text names ``path`` or first names anything under it; 0 if it names neither.

    Args:
        text: TOML with one key a line, tables by header.
        path: keys and list positions, as in ``("regimens", "anakinra", "dose")``.
    """
    positions: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            table = _resolve(header[2].replace('"', "").split("."), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            positions.setdefault(table, number)
        elif key := _KEY.match(line):
            positions.setdefault((*table, *key[1].replace('"', "").split(".")), number)
    return min((line for place, line in positions.items() if place[: len(path)] == path), default=0)


def _resolve(keys: list[str], counts: dict[Path, int]) -> Path:
    """A header's path, with the position of the latest element wherever a part of it is a list."""
    path: Path = ()
    for index, key in enumerate(keys):
        path = (*path, key)
        if index < len(keys) - 1 and path in counts:
            path = (*path, counts[path])
    return path
