"""How foreign text is shown: every character that could act on a terminal becomes visible instead."""

from __future__ import annotations

import unicodedata

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


def _escape(character: str) -> str:
    point = ord(character)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
