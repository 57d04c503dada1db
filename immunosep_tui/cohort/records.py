"""A CSV text cut into rows without losing one: a row that cannot be read is told apart and reading goes on behind it."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple, TextIO

from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_, Sentence, say

LONGEST_CELL = 131_072
"""Characters; the same limit as Python's csv module has. A longer cell makes its row an error."""
LONGEST_RECORD = 4_194_304
"""Characters of a row that runs over several lines; a quote that is not closed by then is a stray one."""
MOST_LINES = 10_000
"""Lines that one row may run over."""
LONGEST_LINE = 16_777_216
"""Characters; a file with a longer line is no table, and reading it would fill the memory."""

BYTE_ORDER_MARK = "\ufeff"

_UNDECODED = re.compile("[\ud800-\udfff]")


class TableRefused(Exception):
    """A table that is not scored at all: where the fault is, and why."""

    def __init__(self, where: str, refusal: Refusal) -> None:
        super().__init__(f"{where}: {refusal}")
        self.where = where
        self.refusal = refusal


class Record(NamedTuple):
    """A row: its text without the end of the line, that end, its cells, and what is wrong with the row as a whole."""

    text: str
    end: str
    cells: list[str]
    fault: Sentence | None


def records(stream: TextIO, name: str) -> Iterator[Record]:
    """The rows of a comma-separated text; a line with nothing in it is a row without cells.

    A byte order mark stays in the text of the first row and is no part of its first cell.

    Args:
        stream: opened with ``newline=""``; bytes that are not UTF-8 stand in it as lone surrogates.
        name: of the file, for messages.

    Raises:
        TableRefused: a line is too long to be one of a table.
    """
    lines = _Lines(stream, name)
    first = next(lines, None)
    if first is None:
        return
    mark = BYTE_ORDER_MARK if first.startswith(BYTE_ORDER_MARK) else ""
    header = _record(first.removeprefix(mark), lines)
    yield header._replace(text=mark + header.text)
    for line in lines:
        yield _record(line, lines)


def _record(line: str, lines: _Lines) -> Record:
    if '"' in line:
        return _quoted(line, lines)
    text = line.rstrip("\r\n")
    cells = text.split(",") if text else []
    return Record(text, line[len(text) :], cells, _fault(text, cells))


def rejoined(cells: list[str]) -> str:
    """Cells as the text of a row, in quotes where they need them."""
    return ",".join('"' + c.replace('"', '""') + '"' if any(s in c for s in ',"\r\n') else c for c in cells)


class _Lines:
    """The lines of a stream, of which some can be put back."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._read = partial(stream.readline, LONGEST_LINE + 1)
        self._name = name
        self._back: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._back:
            return self._back.popleft()
        try:
            line = self._read()
        except OSError as error:
            raise OSError(error.errno, error.strerror, self._name) from None
        if not line:
            raise StopIteration
        if len(line) > LONGEST_LINE:
            why = say(N_("A line is longer than {most} characters."), most=LONGEST_LINE)
            accepted = say(N_("Accepted: a table with one row a patient-day."))
            raise TableRefused(self._name, Refusal("too_long", line[:40], why, accepted))
        return line

    def put_back(self, lines: list[str]) -> None:
        """Give these lines again, in their order."""
        self._back.extendleft(reversed(lines))


def _quoted(line: str, lines: _Lines) -> Record:
    """A row with quotes, which may run over several lines; if it cannot be read, its first line alone is the row."""
    taken = [line]

    def feed() -> Iterator[str]:
        yield line
        size = len(line)
        while size < LONGEST_RECORD and len(taken) < MOST_LINES:
            following = next(lines, None)
            if following is None:
                return
            taken.append(following)
            size += len(following)
            yield following

    before = csv.field_size_limit(LONGEST_LINE + LONGEST_RECORD)
    try:
        cells = next(csv.reader(feed(), strict=True))
    except csv.Error:
        lines.put_back(taken[1:])
        text = line.rstrip("\r\n")
        cells = text.split(",")
        why = say(
            N_("The quotes do not match, so the cells cannot be told apart. Accepted: quotes around a whole cell.")
        )
        return Record(rejoined(cells), line[len(text) :], cells, why)
    finally:
        csv.field_size_limit(before)
    whole = "".join(taken)
    text = whole.rstrip("\r\n")
    return Record(text, whole[len(text) :], cells, _fault(text, cells))


def _fault(text: str, cells: list[str]) -> Sentence | None:
    """What makes a row unusable as a whole, however its cells read."""
    if not text.isascii() and _UNDECODED.search(text):
        return say(N_("It holds bytes that are not UTF-8. Accepted: a table saved as UTF-8."))
    if len(text) > LONGEST_CELL and any(len(cell) > LONGEST_CELL for cell in cells):
        return say(N_("A cell is longer than {most} characters. Accepted: shorter cells."), most=LONGEST_CELL)
    return None
