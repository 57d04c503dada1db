"""A whole table, row by row: read, scored and written, with nothing in place until all of it is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from immunosep_tui.cohort.columns import ADDED, REQUIRED, near_misses
from immunosep_tui.cohort.patients import Patients
from immunosep_tui.cohort.records import Record, TableRefused, records, rejoined
from immunosep_tui.cohort.rows import VERSIONS, RowScorer
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.text import show

STANDARD = "-"
"""Stands for standard input or output in place of a file."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to score and where to put it; ``STANDARD`` may stand for a file.

    Args:
        source: the table of patient-days.
        target: the scored table.
        protocol: plausible values, conventions and cut-offs.
        version: of SOFA, ``1996`` or ``2``.
        respond: the table with one row a patient, if wanted.
        death_column: the column that marks the day of death, if any.
    """

    source: str
    target: str
    protocol: Protocol
    version: str = "1996"
    respond: str | None = None
    death_column: str | None = None


@dataclass(slots=True)
class Summary:
    """How many rows and patients there were, how many with an error, and columns that may be meant but are not read."""

    rows: int = 0
    errors: int = 0
    patients: int = 0
    patient_errors: int = 0
    near_misses: tuple[tuple[str, str], ...] = ()


def score_table(job: Job) -> Summary:
    """Score a table; the files that are written take their places only after the last row.

    Raises:
        TableRefused: the job or the table's header is refused; nothing is written.
        OSError: a file cannot be read or written.
    """
    _check(job)
    with ExitStack() as files:
        source = files.enter_context(_reading(job.source))
        for target in (job.target, job.respond):
            _check_target(source, job.source, target)
        rows = records(source, _shown(job.source))
        header = _header(next(rows, None), job)
        scorer = RowScorer(header.cells, job.protocol, job.version, job.death_column)
        patients = Patients(job.protocol.endpoint) if job.respond is not None else None
        sink = files.enter_context(_replacing(job.target))
        second = files.enter_context(_replacing(job.respond)) if job.respond is not None else None
        sink.write(f"{header.text},{','.join(ADDED)}{header.end}")
        summary = _score_rows(rows, scorer, len(header.cells), sink, patients)
        summary.near_misses = tuple(near_misses(tuple(header.cells)).items())
        if patients is not None and second is not None:
            patients.write(second)
            second.flush()
            summary.patients, summary.patient_errors = len(patients), patients.errors
        # Whatever the disk refuses, it must refuse before the first file takes its place.
        sink.flush()
    return summary


def _score_rows(
    rows: Iterator[Record], scorer: RowScorer, width: int, sink: TextIO, patients: Patients | None
) -> Summary:
    """Write every row with its added cells; rows are numbered as a spreadsheet shows them, the header being row 1."""
    summary = Summary()
    for number, row in enumerate(rows, 2):
        if not row.cells:
            sink.write(row.end)
            continue
        scored = scorer.score(row.cells, number, row.fault)
        summary.rows += 1
        summary.errors += scored.refused
        if patients is not None:
            patients.add(scored)
        if len(row.cells) == width:
            sink.write(f"{row.text},{scored.text}{row.end}")
        else:
            sink.write(_in_columns(row, width, scored.text))
    return summary


def _in_columns(row: Record, width: int, added: str) -> str:
    """A row that is too short or too long, with the added cells under their names and any surplus cells behind them."""
    if len(row.cells) < width:
        return f"{row.text}{',' * (width - len(row.cells))},{added}{row.end}"
    return f"{rejoined(row.cells[:width])},{added},{rejoined(row.cells[width:])}{row.end}"


def _header(header: Record | None, job: Job) -> Record:
    """The header, if every row below it can be read and written by it."""
    where = f"{_shown(job.source)}, row 1"
    columns = say(
        N_("Accepted: a header with {required} and any of the columns of the score command."), required=_REQUIRED
    )
    if header is None or not header.cells:
        raise TableRefused(where, Refusal("empty", "", say(N_("There is no header.")), columns))
    if header.fault is not None:
        accepted = say(N_("Accepted: column names in UTF-8, separated by commas."))
        raise TableRefused(where, Refusal("unreadable", header.text[:40], header.fault, accepted))
    names = header.cells
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        why = say(N_("This column stands in the table twice."))
        raise TableRefused(where, Refusal("twice", twice[0], why, say(N_("Accepted: every name once."))))
    taken = [name for name in names if name in ADDED]
    if taken:
        why = say(N_("The score command adds a column of this name and would overwrite it."))
        accepted = say(N_("Accepted: a table without it; rename or remove it."))
        raise TableRefused(where, Refusal("taken", taken[0], why, accepted))
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        why = say(N_("The column {name} is missing; columns are separated by commas."), name=missing[0])
        raise TableRefused(where, Refusal("missing", header.text[:200], why, columns))
    if job.death_column is not None and job.death_column not in names:
        why = say(N_("There is no column of this name."))
        accepted = say(N_("Accepted: the name of a column of the table."))
        raise TableRefused("--death-column", Refusal("missing", job.death_column, why, accepted))
    return header


_REQUIRED = ", ".join(REQUIRED)


def _check(job: Job) -> None:
    """Refuse what no table could make right."""
    targets = [("-o", job.target)] + ([("--respond", job.respond)] if job.respond is not None else [])
    for where, name in (("COHORT", job.source), *targets):
        if name.lower().endswith(".parquet"):
            why = say(N_("This build reads and writes CSV, not Parquet."))
            raise TableRefused(where, Refusal("parquet", name, why, say(N_("Accepted: a .csv file."))))
    if job.version not in VERSIONS:
        why, accepted = say(N_("There is no such version.")), say(N_("Accepted: 1996, 2."))
        raise TableRefused("--version", Refusal("not_a_choice", job.version, why, accepted))
    if job.respond is not None and job.version != "1996":
        why = say(N_("The responder rule uses SOFA 1996 only."))
        accepted = say(N_("Accepted: --respond with --version 1996, or neither."))
        raise TableRefused("--respond", Refusal("version", job.respond, why, accepted))
    if job.death_column is not None and job.respond is None:
        why = say(N_("Only the response of a patient uses the day of death."))
        raise TableRefused(
            "--death-column", Refusal("unused", job.death_column, why, say(N_("Accepted: with --respond.")))
        )
    if job.respond is not None and _same(job.respond, job.target):
        why = say(N_("The scored table is written there."))
        raise TableRefused("--respond", Refusal("same_file", job.respond, why, say(N_("Accepted: another file."))))


def _same(one: str, other: str) -> bool:
    if STANDARD in (one, other):
        return one == other
    return Path(one).resolve() == Path(other).resolve()


def _check_target(source: TextIO, source_name: str, target: str | None) -> None:
    """Refuse a target that is the table itself by any name, or that is no file that another could replace."""
    if target is None or target == STANDARD or not Path(target).exists():
        return
    accepted = say(N_("Accepted: another file, or - for standard output."))
    if not Path(target).is_file():
        raise TableRefused("-o", Refusal("not_a_file", target, say(N_("This is not a file.")), accepted))
    if os.path.samestat(os.fstat(source.fileno()), Path(target).stat()):
        why = say(N_("This is the table that is read, {name}."), name=_shown(source_name))
        raise TableRefused("-o", Refusal("same_file", target, why, accepted))


def _shown(name: str) -> str:
    return "standard input" if name == STANDARD else show(name)


@contextmanager
def _reading(name: str) -> Iterator[TextIO]:
    """A text of which every byte can be written back: what is not UTF-8 becomes lone surrogates."""
    file = os.dup(0) if name == STANDARD else os.open(name, os.O_RDONLY)
    with os.fdopen(file, encoding="utf-8", errors="surrogateescape", newline="") as stream:
        yield stream


@contextmanager
def _replacing(name: str) -> Iterator[TextIO]:
    """A new file beside ``name`` that takes its place when the block ends, and is gone if the block fails."""
    if name == STANDARD:
        with _writing(os.dup(1)) as stream:
            yield stream
        return
    place = Path(name).resolve()
    try:
        descriptor, beside = tempfile.mkstemp(prefix=".", suffix=".part", dir=place.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, name) from None
    part = Path(beside)
    try:
        with _writing(descriptor) as stream:
            yield stream
        if place.exists():
            shutil.copymode(place, part)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _writing(descriptor: int) -> TextIO:
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="")
