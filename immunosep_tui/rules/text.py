"""Foreign text: what may be recorded at all, and how every character that could act on a terminal becomes visible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that a terminal may obey, hide or cannot encode."""


def show(text: str, limit: int = 200) -> str:
    """Text with control, format, unassigned and surrogate characters written as escapes, cut at ``limit``.

    Args:
        text: anything typed, pasted or read from a file.
        limit: most characters of ``text`` that are shown; the rest becomes ``...``.
    """
    visible = "".join(_escape(c) if unicodedata.category(c) in _ACTIVE else c for c in text[:limit])
    return visible + "..." if len(text) > limit else visible


_HARMLESS = re.compile("[\n\t\u200c\u200d]")
"""Line breaks in a note, and the joiners that Persian and Indic names need."""


def unclean(values: object) -> tuple[str, str] | None:
    """The first text that must not be recorded, with the name of the field it stands in; None where all may be.

    A text is clean if it holds nothing that a terminal could obey or hide, line breaks, tabs and joiners apart.

    Args:
        values: plain data: texts, numbers, and mappings and lists of these.
    """
    for name, text in _texts(values):
        plain = _HARMLESS.sub("", text)
        if not plain.isprintable() and show(plain, len(plain)) != plain:
            return name, text
    return None


def _texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value, with the name of the outermost field that it stands in."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(str(key), name or str(key))
            yield from _texts(item, name or str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, name)


def _escape(character: str) -> str:
    point = ord(character)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
