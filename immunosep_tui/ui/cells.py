"""Text in terminal cells: measured, padded, wrapped and cut so that a number never loses a digit or its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len, chop_cells

from immunosep_tui.rules.text import show

Piece = tuple[str, str]
"""Text and the part it plays: the component class of the form without its ``form--``."""

NO_ROOM = "####"
"""What stands for a number that does not fit: never its first digits."""

_CUT = "..."
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_CLOSING = "\u3001\u3002\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"
_ASCII_UNIT = re.compile(r"[^ ]*[0-9] [^ ]+|[^ ]+")


@lru_cache
def _any_unit() -> re.Pattern[str]:
    return re.compile(
        rf"[^ {_WIDE}]*[0-9] [^ {_WIDE}]+"  # a number keeps the word behind it, which is its unit
        rf"|[^ {_WIDE}]+[{_CLOSING}]*|[{_WIDE}][{_CLOSING}]*"
    )


def _units(text: str) -> Iterator[re.Match[str]]:
    """The words of a text with what must stay on their line; the full pattern takes 10 ms to compile, so only if needed."""
    return (_ASCII_UNIT if text.isascii() else _any_unit()).finditer(text)


@lru_cache(maxsize=4096)
def visible(text: str) -> str:
    """The whole text with every character that a terminal could obey written as an escape."""
    return show(text, len(text))


def pad(text: str, width: int) -> str:
    """``text`` filled with spaces to ``width`` cells; a text that is wider stays as it is."""
    return text + " " * (width - cell_len(text))


def cut_words(text: str, width: int) -> str:
    """``text`` if it fits ``width`` cells, else its first whole words and three points."""
    if cell_len(text) <= width:
        return text
    kept = ""
    for unit in _units(text):
        if cell_len(text[: unit.end()]) + 1 + len(_CUT) > width:
            break
        kept = text[: unit.end()]
    return f"{kept} {_CUT}" if kept else _CUT[: max(width, 0)]


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` cells (2 or more), broken between words.

    A number and the word behind it stay together; a single word wider than a line is folded, so nothing is lost.
    """
    lines: list[str] = []
    line = ""
    for unit in _units(text):
        gap = " " if line and text[unit.start() - 1] == " " else ""
        if cell_len(line) + len(gap) + cell_len(unit[0]) <= width:
            line += gap + unit[0]
            continue
        if line:
            lines.append(line)
        *folded, line = chop_cells(unit[0], width)
        lines += folded
    return [*lines, line] if line else lines


def lay_message(parts: Sequence[Piece], tail: str, width: int, most: int) -> tuple[Piece, ...]:
    """Parts of a message as at most ``most`` lines; what must be cut is cut between words, and ``tail`` never is."""
    if not parts or width < 2:
        return ()
    *before, (text, kind) = parts
    lines = [(line, part) for part_text, part in before for line in wrap(part_text, width)]
    whole = lines + [(line, kind) for line in wrap(f"{text} {tail}".strip(), width)]
    if len(whole) <= most:
        return tuple(whole)
    end = [(line, kind) for line in wrap(tail, width)][:most]
    kept = (lines + [(line, kind) for line in wrap(text, width)])[: most - len(end)]
    if kept:
        last, part = kept[-1]
        kept[-1] = (cut_words(pad(last, width) + " ...", width), part)
    return tuple(kept + end)
