"""Random, damaged and hostile tables at ``score``: every row keeps its place and its bytes, no value changes silently.

Usage: ``python -m tests.harness.fuzz_cohort --inputs 1000000 --seed 1``. An input is one table of 1 to 400 rows,
which the kinds in the report name. The exit
status is 1 where anything but a TableRefused is raised, where a byte of the table is lost or moved, where a cell that is
no plain value is taken, or where a row's score is another one than that of an independent scorer of the same cells.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from immunosep_tui.cohort.columns import ADDED
from immunosep_tui.cohort.records import Record, TableRefused, records
from immunosep_tui.cohort.stream import Job, score_table
from immunosep_tui.profile.files import load
from immunosep_tui.rules.text import show
from immunosep_tui.rules.units import DECIMALS
from tests.harness.fuzzing import Tally, Wrong, changed_bytes, command_line, fuzz
from tests.harness.number_texts import is_plain, text_like_a_number
from tests.harness.power_cut import memory
from tests.oracle import days, phenotype, sofa_1996
from tests.support.hostile import hostile

SOUP = (
    b'"', b'""', b",", b",,", b"\n", b"\r\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b";", b"\t", b"=1+1", b"-1", b"1,5",
    b"1e5", b"nan", b"NA", b" ", b"4420", b"5000", b"0.0", b"invasive", b"\xd9\xa4", b"\xef\xbc\x94", b"\xe2\x80\xae",
    b"patient_id", b"sofa_total", b'"a\nb"', b"9" * 40,
)  # fmt: skip
"""What may stand between the bytes of a table."""

SIZES = (1, 2, 3, 40, 400)
"""Rows of a table."""


@cache
def _days() -> list[dict[str, str]]:
    return list(days.random_days(10, 2_000))


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="cohort-", dir=memory()))


_protocol = cache(load)


def _cell(rng: Random, name: str, text: str) -> str:
    """A cell, most of the time as a laboratory would report it."""
    if name in ("patient_id", "day") or rng.random() < 0.97:
        return text
    return hostile(rng) if rng.random() < 0.3 else text_like_a_number(rng)


def _table(rng: Random) -> list[bytes]:
    """The lines of a table of a few columns and rows, with a column that nobody reads; the last part is the line's end."""
    names = [name for name in days.COLUMNS if name in ("patient_id", "day") or rng.random() < 0.7]
    names.insert(rng.randrange(len(names) + 1), rng.choice(("note", "=sum", "Alter", "FiO2")))
    rows = [
        [_cell(rng, name, row.get(name, hostile(rng))) for name in names]
        for row in rng.sample(_days(), rng.choice(SIZES))
    ]
    plain = rng.random() < 0.5
    return [_line(cells, plain) for cells in (names, *rows)]


def _line(cells: Sequence[str], plain: bool) -> bytes:
    quoted = (not plain or any(sign in cell for sign in '",\r\n') for cell in cells)
    parts = ('"' + c.replace('"', '""') + '"' if q else c for c, q in zip(cells, quoted, strict=True))
    return ",".join(parts).encode("utf-8", "replace")


def _scored(raw: bytes) -> bytes | None:
    source, target = _folder() / "in.csv", _folder() / "out.csv"
    source.write_bytes(raw)
    target.unlink(missing_ok=True)
    try:
        score_table(Job(str(source), str(target), _protocol()))
    except TableRefused as refused:
        if not str(refused.refusal.why) or not refused.where or target.exists():
            raise Wrong(f"refused without a place or a reason, or written all the same: {refused}") from None
        return None
    return target.read_bytes()


def examine(rng: Random) -> tuple[str, bool]:
    """Two tables of three have a good structure and odd cells; of the others some bytes were changed, too."""
    lines, end = _table(rng), rng.choice((b"\n", b"\r\n"))
    raw = end.join(lines) + end
    if rng.random() < 1 / 3:
        raw = changed_bytes(rng, raw, SOUP)
        found = _scored(raw)
        if found is not None:
            _same_rows(_by_program(raw), _by_program(found))
        return f"bytes of {len(lines) - 1:3} rows", found is not None
    found = _scored(raw)
    if found is None:
        raise Wrong(f"a table is refused: {raw!r:.300}")
    _same_bytes(lines, end, found)
    _same_rows(_by_python(raw), _by_python(found))
    return f"cells of {len(lines) - 1:3} rows", True


def _by_program(raw: bytes) -> list[Record]:
    """The rows of a damaged table, of which nobody else can say what they are."""
    return list(records(io.StringIO(raw.decode("utf-8", "surrogateescape"), newline=""), "table"))


def _by_python(raw: bytes) -> list[Record]:
    """The rows of a table as Python's own reader finds them."""
    return [Record("", "", cells, None) for cells in csv.reader(io.StringIO(raw.decode(), newline=""), strict=True)]


def _same_bytes(lines: Sequence[bytes], end: bytes, scored: bytes) -> None:
    """Each line stands where it stood, to the byte, with the added cells behind it."""
    at = 0
    for line in lines:
        if not scored.startswith(line + b",", at):
            raise Wrong(f"{line!r:.200} is not at its place in {scored[at : at + 200]!r}")
        at = scored.index(end, at + len(line)) + len(end)
    if at != len(scored):
        raise Wrong(f"more behind the table: {scored[at:]!r:.200}")


def _same_rows(before: list[Record], after: list[Record]) -> None:
    """Each row is where it was, with its own cells, and its score is that of its cells."""
    if len(before) != len(after):
        raise Wrong(f"{len(before)} rows became {len(after)}")
    names = before[0].cells
    width = len(names)
    for number, (row, other) in enumerate(zip(before, after, strict=True), 1):
        if other.cells[: min(width, len(row.cells))] != row.cells[:width] or other.end != row.end:
            raise Wrong(f"row {number}: {row.cells!r:.300} became {other.cells!r:.300}")
        if number == 1 or not row.cells:
            continue
        added = dict(zip(ADDED, other.cells[width:], strict=False))
        if row.fault is not None or len(row.cells) != width:
            if not added["row_error"]:
                raise Wrong(f"row {number}: it cannot be read and has no error: {row.cells!r:.300}")
            continue
        _judge(number, dict(zip(names, row.cells, strict=True)), added)


def _judge(number: int, row: Mapping[str, str], added: Mapping[str, str]) -> None:
    """What is no plain and possible value is refused, nothing else is, and the score is that of an independent scorer."""
    values = {name: row.get(name, "") for name in days.COLUMNS}
    values["support"] = values["support"].lower()  # a word is read in any case
    wrong = [name for name, text in values.items() if not _is_possible(name, text)]
    if bool(added["row_error"]) is not bool(wrong):
        why = f"{added['row_error']!r:.200}" if added["row_error"] else f"{wrong[0]} {values[wrong[0]]!r:.100} is taken"
        raise Wrong(f"row {number}: {why}: {dict(row)!r:.300}")
    if wrong:
        if any(added[name] for name in ADDED if name != "row_error"):
            raise Wrong(f"row {number}: it has an error and a score")
        return
    expected = {f"sofa_{name}": "" if value is None else str(value) for name, value in sofa_1996.score(values).items()}
    expected["sofa_complete"] = expected["sofa_complete"].lower()
    expected["phenotype"] = phenotype.classify(values["ferritin_ng_ml"], values["hla_dr_receptors"])
    for name, text in expected.items():
        if added[name] != text:
            raise Wrong(f"row {number}: {name} is {added[name]!r}, not {text!r}: {dict(row)!r:.400}")


def _is_possible(name: str, text: str) -> bool:
    """Whether a cell may be taken: empty, or plain and within the limits of its column."""
    if name == "patient_id":
        return bool(text.strip()) and show(text, len(text)) == text
    if name == "day":
        return is_plain(text, 0)
    if not text or name == "support":
        return text in days.SUPPORTS
    if name == "gcs":
        return is_plain(text, DECIMALS) and Decimal(text) in range(3, 16)
    _cuts, low, high = days.CUTS[name]
    return is_plain(text, DECIMALS) and Decimal(low) <= Decimal(text) <= Decimal(high)


def run(seed: int, numbers: Sequence[int]) -> Tally:
    """Examine the tables of these numbers."""
    return fuzz(seed, numbers, examine)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, run))
