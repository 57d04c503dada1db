"""One row of a cohort table becomes the cells that are added to it: its score, or every reason why it has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, TypeVar

from immunosep_tui.cohort.columns import (
    ADDED,
    COLUMNS,
    DAY,
    PATIENT,
    hard_limits,
    patient_fault,
    read_day_number,
    read_died,
)
from immunosep_tui.cohort.ladder import TEXTS_KEPT, Reader, RefusedCell, ladder
from immunosep_tui.cohort.parts import organ_parts, phenotype_part, summing
from immunosep_tui.i18n import _, words
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.text import show

VERSIONS = ("1996", "2")

NO_DAY = -1
"""The day of a row whose cell for it was refused."""
T = TypeVar("T")


class Scored(NamedTuple):
    """What a row adds: the text of the cells of ``ADDED``, and what the response of its patient needs.

    ``patient`` is empty and ``day`` is ``NO_DAY`` where that cell was refused. ``total`` is None unless the score is
    complete. ``refused`` is whether the row has an error.
    """

    text: str
    patient: str
    day: int
    total: int | None
    died: bool
    refused: bool


class RowScorer:
    """Scores the rows of a table with one header; a refused cell is never read as missing or normal.

    Args:
        header: the names of the table's columns, ``REQUIRED`` among them.
        protocol: plausible values, conventions and cut-offs.
        version: of SOFA, one of ``VERSIONS``.
        death_column: the column that marks the day of death, if any.
    """

    def __init__(
        self, header: Sequence[str], protocol: Protocol, version: str, death_column: str | None = None
    ) -> None:
        self._width = len(header)
        self._patient = header.index(PATIENT)
        self._bands = hard_limits(protocol.bands)
        self._death_column = death_column
        # A column that the table does not have is read from one more, empty cell behind the last one.
        place = {name: index for index, name in enumerate(header)}
        wanted = (PATIENT, DAY, *(column.name for column in COLUMNS))
        died = self._width if death_column is None else place[death_column]
        self._pick = itemgetter(died, *(place.get(name, self._width) for name in wanted))
        limits = ladder(version, protocol.phenotype).limits
        self._readers = [
            lru_cache(TEXTS_KEPT)(Reader(column, limits.get(column.name, ()), self._bands)) for column in COLUMNS
        ]
        self._day = lru_cache(TEXTS_KEPT)(_taken(read_day_number))
        self._died = lru_cache(TEXTS_KEPT)(_taken(read_died))
        self._organs = organ_parts(protocol, version)
        self._phenotype = phenotype_part(protocol)
        self._sum = summing(version)

    def score(self, cells: list[str], row: int, fault: Sentence | None = None) -> Scored:
        """Score one row.

        Args:
            cells: as they stand in the table.
            row: its number, for messages.
            fault: what is already known to be wrong with the row as a whole.
        """
        if fault is not None or len(cells) != self._width:
            return self._misshapen(cells, row, fault)
        died, patient, day, *texts = self._pick([*cells, ""])
        try:
            if not (patient.isprintable() and patient.strip()) and patient_fault(patient):
                raise RefusedCell
            number, dead = self._day(day), self._died(died)
            rungs = tuple([read(text) for read, text in zip(self._readers, texts, strict=True)])
        except RefusedCell:
            return self._refused(died, patient, day, texts, row)
        added, total = self._sum(*[organ.answer(rungs, texts) for organ in self._organs])
        return Scored(f"{added},{self._phenotype.answer(rungs, texts)},", patient, number, total, dead, False)

    def _refused(self, died: str, patient: str, day: str, texts: Sequence[str], row: int) -> Scored:
        """Every fault of a row, in the order of the columns."""
        number, dead, no_patient = read_day_number(day), read_died(died), patient_fault(patient)
        read: list[tuple[str, object]] = [(PATIENT, no_patient), (DAY, number), (self._death_name(), dead)]
        read += [
            (column.name, column.read(text, self._bands)) for column, text in zip(COLUMNS, texts, strict=True) if text
        ]
        faults = [
            _("{column}, row {row}: {refusal}").format(column=name, row=row, refusal=_in_words(found))
            for name, found in read
            if isinstance(found, Refusal)
        ]
        return _with_error(
            " | ".join(faults),
            "" if no_patient else patient,
            NO_DAY if isinstance(number, Refusal) else number,
            dead is True,
        )

    def _death_name(self) -> str:
        # The name is the table's own: in quotes it cannot begin a message with a sign that a spreadsheet obeys.
        return f'"{show(self._death_column or "", 40)}"'

    def _misshapen(self, cells: Sequence[str], row: int, fault: Sentence | None) -> Scored:
        """A row whose cells cannot be told apart for sure: none is used, but the patient is told that a row is lost."""
        why = fault or say(
            N_("It has {count} cells, the header has {width}. Accepted: a row as long as the header."),
            count=len(cells),
            width=self._width,
        )
        patient = cells[self._patient].strip('"') if self._patient < len(cells) else ""
        error = _("row {row}: {why}").format(row=row, why=words(why))
        return _with_error(error, "" if patient_fault(patient) else patient, NO_DAY, False)


def quoted(text: str) -> str:
    """A cell in quotes, whatever it holds."""
    return '"' + text.replace('"', '""') + '"'


def _with_error(error: str, patient: str, day: int, died: bool) -> Scored:
    return Scored("," * (len(ADDED) - 1) + quoted(error), patient, day, None, died, True)


def _in_words(refusal: Refusal) -> str:
    return f'"{show(refusal.typed, 40)}": {words(refusal.why)} {words(refusal.accepted)}'


def _taken(read: Callable[[str], T | Refusal]) -> Callable[[str], T]:
    """The same reading, with an exception for a refused text: a cache keeps none of those, however long they are."""

    def taken(text: str) -> T:
        found = read(text)
        if isinstance(found, Refusal):
            raise RefusedCell
        return found

    return taken
