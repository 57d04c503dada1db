"""Lines of text with the part that each plays: the same for a screen, for a printout and for a test."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from immunosep_tui.training.sheet import Group

Part = Literal["title", "plain", "dim", "note", "warn", "bad", "good"]
Line = tuple[Part, str]
"""A text and its part; its first spaces are the indent of every line that it is broken into."""

LABEL: Final = 22
"""Cells that the longest label may take."""


def rows(groups: Iterable[Group]) -> list[Line]:
    """Labelled values in two columns under their headings; the columns of each group are its own."""
    lines: list[Line] = []
    for group in groups:
        width = min(LABEL, max(len(label) for label, _text in group.rows))
        lines += [("dim", group.heading)] if group.heading else []
        lines += [("plain", f"{label:<{width}}  {text}") for label, text in group.rows]
    return lines


def printed(lines: Sequence[Line], width: int = 78) -> list[str]:
    """Lines for a terminal without a screen, wrapped between words; a number keeps the word behind it."""
    found: list[str] = []
    for _part, text in lines:
        indent = " " * (len(text) - len(text.lstrip(" ")))
        bound = re.sub(r"(?<=[0-9]) (?=[A-Za-z%])", "\u00a0", text)
        pieces = textwrap.wrap(bound, width, subsequent_indent=indent, break_on_hyphens=False) if text else [""]
        found += [piece.replace("\u00a0", " ") for piece in pieces]
    return found
