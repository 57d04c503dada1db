"""Reading a TOML file within limits: what is too large, too deep or no TOML is refused with its line."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from immunosep_tui.profile.errors import Fault, ProfileError

LARGEST_FILE = 1_000_000
"""Bytes; a profile is a few pages of text."""
MOST_POINTS = 100
"""On one line: a key of many parts takes the square of their number to read, and no sentence has so many."""


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The text and the tables of a TOML file, its numbers exact; ProfileError where it cannot be read."""
    return parse_toml(path, _bytes(path))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ProfileError(Fault(str(path), 0, "", f"it cannot be read: {reason}")) from None
    if len(raw) > LARGEST_FILE:
        raise ProfileError(Fault(str(path), 0, "", f"it is larger than {LARGEST_FILE} bytes"))
    return raw


def parse_toml(path: Path, raw: bytes) -> tuple[str, dict[str, Any]]:
    """The text and the tables of bytes that were read from a file; ProfileError where they are no TOML."""
    try:
        text = raw.decode("utf-8")
        for number, line in enumerate(text.split("\n"), start=1):
            if line.count(".") > MOST_POINTS:
                raise ProfileError(Fault(str(path), number, "", f"it has more than {MOST_POINTS} points"))
        return text, tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        line_of_fault = raw[: error.start].count(b"\n") + 1
        raise ProfileError(Fault(str(path), line_of_fault, "", "it is not UTF-8 text")) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line ([0-9]+), column [0-9]+\)$", str(error))
        line_of_fault = int(place[1]) if place else text.count("\n") + 1
        raise ProfileError(Fault(str(path), line_of_fault, "", f"it is not TOML: {error}")) from None
    except (RecursionError, ValueError, ArithmeticError) as error:
        raise ProfileError(Fault(str(path), 0, "", f"it is not TOML: {type(error).__name__}")) from None
