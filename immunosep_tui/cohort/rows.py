"""One row of a cohort table becomes the cells that are added to it: its score, or every reason why it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from immunosep_tui.cohort.columns import (
    ADDED,
    COLUMNS,
    DAY,
    PATIENT,
    PHENOTYPE,
    hard_limits,
    patient_fault,
    read_day_number,
    read_died,
)
from immunosep_tui.cohort.ladder import Derived, Reader, RefusedCell, derived_rung, ladder
from immunosep_tui.i18n import _, words
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import phenotype_of
from immunosep_tui.rules.protocol import PhenotypeRule, Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.sofa import sofa_2, sofa_1996
from immunosep_tui.rules.sofa.day import ORGANS, Component, Day, Organ, Score
from immunosep_tui.rules.sofa.reading import read_day
from immunosep_tui.rules.text import show
from immunosep_tui.rules.units import Bands, Quantity

VERSIONS = ("1996", "2")

_CELLS_KEPT = 16_384
"""Texts of one column (or pair of columns) whose rung is remembered; a refused text never is."""
_SUMS_KEPT = 16_384

NO_DAY = -1
"""The day of a row whose cell for it was refused."""

Points = tuple[int | None, bool]
"""An organ's points, None if not measured, and whether they rest on something assumed normal."""
_NO_BASIS = Sentence("")
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


class _Part(Generic[T]):
    """One organ or the phenotype: its columns, and the answer of the rules for every kind of day met so far."""

    def __init__(self, name: str, derived: Sequence[Derived], rule: Callable[[Sequence[str]], T]) -> None:
        places = [place for place, column in enumerate(COLUMNS) if column.part == name]
        where = {column.name: place for place, column in enumerate(COLUMNS)}
        self._columns = slice(places[0], places[-1] + 1)
        self._pairs = [(where[d.one], where[d.other], lru_cache(_CELLS_KEPT)(derived_rung(d))) for d in derived]
        self._rule = rule
        self._known: dict[tuple[int, ...], T] = {}

    def answer(self, rungs: Sequence[int], texts: Sequence[str]) -> T:
        """The rules' answer for a row; there are only as many kinds of day as there are ways to combine rungs."""
        kind = tuple(rungs[self._columns])
        for one, other, place in self._pairs:
            kind += (place(texts[one], texts[other]),)
        if kind not in self._known:
            self._known[kind] = self._rule(texts)
        return self._known[kind]


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
        rungs = ladder(version, protocol.phenotype)
        self._readers = [
            lru_cache(_CELLS_KEPT)(Reader(column, rungs.limits.get(column.name, ()), self._bands)) for column in COLUMNS
        ]
        self._day = lru_cache(_CELLS_KEPT)(_taken(read_day_number))
        self._died = lru_cache(_CELLS_KEPT)(_taken(read_died))
        rules = _rules(protocol, version)
        self._organs = [
            _Part(organ, rungs.derived.get(organ, ()), _points(rules[organ], self._bands)) for organ in ORGANS
        ]
        self._phenotype = _Part(PHENOTYPE, (), _phenotype(protocol.phenotype, self._bands))
        self._sum = lru_cache(_SUMS_KEPT)(_sum(version))

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
            rungs = [read(text) for read, text in zip(self._readers, texts, strict=True)]
        except RefusedCell:
            return self._refused(died, patient, day, texts, row)
        added, total = self._sum(*[organ.answer(rungs, texts) for organ in self._organs])
        return Scored(f"{added},{self._phenotype.answer(rungs, texts)},", patient, number, total, dead, False)

    def _refused(self, died: str, patient: str, day: str, texts: Sequence[str], row: int) -> Scored:
        """Every fault of a row, in the order of the columns."""
        number, dead, no_patient = read_day_number(day), read_died(died), patient_fault(patient)
        read = [(PATIENT, no_patient), (DAY, number), (self._death_name(), dead)]
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


def _rules(protocol: Protocol, version: str) -> Mapping[Organ, Callable[[Day], Component]]:
    """The rules of one version, organ by organ."""
    if version == "2":
        return {
            "respiration": sofa_2.respiration,
            "coagulation": sofa_2.coagulation,
            "liver": sofa_2.liver,
            "cardiovascular": sofa_2.cardiovascular,
            "cns": sofa_2.cns,
            "renal": sofa_2.renal,
        }
    return {
        "respiration": lambda day: sofa_1996.respiration(day, protocol.sofa.support_counts),
        "coagulation": sofa_1996.coagulation,
        "liver": sofa_1996.liver,
        "cardiovascular": sofa_1996.cardiovascular,
        "cns": sofa_1996.cns,
        "renal": sofa_1996.renal,
    }


def _points(rule: Callable[[Day], Component], bands: Bands) -> Callable[[Sequence[str]], Points]:
    """An organ's rule over the cells of a row that were all taken, read as the commands read what is typed."""

    def of(texts: Sequence[str]) -> Points:
        typed: dict[str, list[str]] = {}
        for column, text in zip(COLUMNS, texts, strict=True):
            if text and column.part != PHENOTYPE:
                typed.setdefault(column.analyte, []).append(column.typed(text))
        component = rule(read_day(typed, bands).day)
        return component.points, component.assumed_normal

    return of


def _phenotype(rule: PhenotypeRule, bands: Bands) -> Callable[[Sequence[str]], str]:
    """The phenotype's rule over the cells of a row that were all taken."""
    columns = [(place, column) for place, column in enumerate(COLUMNS) if column.part == PHENOTYPE]

    def of(texts: Sequence[str]) -> str:
        read = [column.read(texts[place], bands) if texts[place] else None for place, column in columns]
        ferritin, hla_dr = (found.canonical if isinstance(found, Quantity) else None for found in read)
        return phenotype_of(ferritin, hla_dr, rule)

    return of


def _sum(version: str) -> Callable[..., tuple[str, int | None]]:
    """A function from the six organs' points to their cells, the total and whether it is complete, and a complete total."""

    def of(*organs: Points) -> tuple[str, int | None]:
        components = tuple(
            Component(organ, points, 0, 0, _NO_BASIS, assumed)
            for organ, (points, assumed) in zip(ORGANS, organs, strict=True)
        )
        score = Score("2" if version == "2" else "1996", components)
        cells = ["" if points is None else str(points) for points in (*(p for p, _assumed in organs), score.total)]
        text = ",".join((*cells, "true" if score.complete else "false"))
        return text, score.total if score.complete else None

    return of
