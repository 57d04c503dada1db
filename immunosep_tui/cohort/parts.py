"""The six organs and the phenotype of a row: each kind of day goes through the rules once, and is then remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Generic, Literal, TypeVar

from immunosep_tui.cohort.columns import COLUMNS, PHENOTYPE, Column
from immunosep_tui.cohort.ladder import TEXTS_KEPT, Derived, derived_rung, ladder
from immunosep_tui.rules.phenotype import phenotype_of
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import Sentence
from immunosep_tui.rules.sofa import sofa_2, sofa_1996
from immunosep_tui.rules.sofa.day import ORGANS, Component, Day, Organ, Score
from immunosep_tui.rules.sofa.reading import read_day
from immunosep_tui.rules.units import Quantity

_SUMS_KEPT = 16_384

Points = tuple[int | None, bool]
"""An organ's points, None if not measured, and whether they rest on something assumed normal."""
Cells = Mapping[Column, str]
"""The cells of one part of a row that are not empty, every one of them taken."""
T = TypeVar("T")
_NO_BASIS = Sentence("")


class Part(Generic[T]):
    """One organ or the phenotype: its columns, and the answer of the rules for every kind of day met so far."""

    def __init__(self, name: str, derived: Sequence[Derived], rule: Callable[[Cells], T]) -> None:
        place = {column.name: index for index, column in enumerate(COLUMNS)}
        self._columns = [column for column in COLUMNS if column.part == name]
        first = place[self._columns[0].name]
        self._slice = slice(first, first + len(self._columns))
        self._pairs = [(place[d.one], place[d.other], lru_cache(TEXTS_KEPT)(derived_rung(d))) for d in derived]
        self._rule = rule
        self._known: dict[tuple[int, ...], T] = {}

    def answer(self, rungs: tuple[int, ...], texts: Sequence[str]) -> T:
        """The rules' answer for a row.

        Args:
            rungs: of every column of ``COLUMNS``. There are only so many ways to combine them.
            texts: the cells themselves, all taken.
        """
        kind = rungs[self._slice]
        if self._pairs:
            kind = (*kind, *[rung(texts[one], texts[other]) for one, other, rung in self._pairs])
        known = self._known.get(kind)
        if known is None:
            cells = zip(self._columns, texts[self._slice], strict=True)
            known = self._known[kind] = self._rule({column: text for column, text in cells if text})
        return known


def organ_parts(protocol: Protocol, version: str) -> list[Part[Points]]:
    """The six organs by the rules of a version of SOFA, ``1996`` or ``2``."""
    rules, derived = _rules(protocol, version), ladder(version, protocol.phenotype).derived
    return [Part(organ, derived.get(organ, ()), _points(rules[organ])) for organ in ORGANS]


def phenotype_part(protocol: Protocol) -> Part[str]:
    """The phenotype by the protocol's rule."""

    def rule(cells: Cells) -> str:
        read = {column.analyte: column.read(text, {}) for column, text in cells.items()}
        values = {name: found.canonical for name, found in read.items() if isinstance(found, Quantity)}
        return phenotype_of(values.get("ferritin"), values.get("hla_dr"), protocol.phenotype)

    return Part(PHENOTYPE, (), rule)


def summing(version: str) -> Callable[..., tuple[str, int | None]]:
    """A function from the six organs' points to the cells up to ``sofa_complete``, and the total if it is complete."""
    label: Literal["1996", "2"] = "2" if version == "2" else "1996"

    @lru_cache(_SUMS_KEPT)
    def of(*organs: Points) -> tuple[str, int | None]:
        score = Score(label, tuple(map(_component, ORGANS, organs)))
        total, complete = score.total, score.complete
        points = ["" if points is None else str(points) for points, _assumed in (*organs, (total, False))]
        return f"{','.join(points)},{'true' if complete else 'false'}", total if complete else None

    return of


@lru_cache
def _component(organ: Organ, points: Points) -> Component:
    return Component(organ, points[0], 0, 0, _NO_BASIS, points[1])


def _points(rule: Callable[[Day], Component]) -> Callable[[Cells], Points]:
    """An organ's rule over cells, which are read as the commands read what is typed; their limits were held before."""

    def of(cells: Cells) -> Points:
        typed: dict[str, list[str]] = {}
        for column, text in cells.items():
            typed.setdefault(column.analyte, []).append(column.typed(text))
        component = rule(read_day(typed, {}).day)
        return component.points, component.assumed_normal

    return of


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
