"""One row a patient for the ward board, from what the record keeps at a glance or from what is typed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from immunosep_tui.record.attention import (
    LEVELS,
    NOTHING,
    Attention,
    CourseState,
    OpenDose,
    OpenLook,
    Standing,
)
from immunosep_tui.record.chart import DIED, LEFT, Chart
from immunosep_tui.record.glance import Glance, glance
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.phenotype import INDETERMINATE

_DIGITS: Final = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Row:
    """A patient at a glance at an instant.

    Args:
        key: of the patient.
        place: bed or room.
        case: first identifier.
        identifier: second identifier.
        phenotype: that treatment rests on.
        totals: SOFA totals in order of days.
        standing: what stands, with the course and its open doses.
        attention: what asks for a person now.
        at: the instant, milliseconds of UTC.
        clock_in_doubt: whether the instant cannot be believed.
        is_planned: whether a first dose is typed and no course was started.
        is_draft: whether something was typed and not signed.
        is_found: whether the search that was asked for finds it; one with a STOP is listed all the same.
    """

    key: str
    place: str
    case: str
    identifier: str
    phenotype: str
    totals: tuple[int, ...]
    standing: Standing
    attention: Attention
    at: int
    clock_in_doubt: bool = False
    is_planned: bool = False
    is_draft: bool = False
    is_found: bool = True

    @property
    def died(self) -> bool:
        """Whether the patient died."""
        return self.standing.place == DIED

    @property
    def left(self) -> bool:
        """Whether the patient left alive."""
        return self.standing.place == LEFT

    @property
    def is_gone(self) -> bool:
        """Whether the patient died or left, and no alarm was signed of one who left since."""
        return self.standing.is_gone

    @property
    def course(self) -> CourseState | None:
        """The latest course."""
        return self.standing.course

    @property
    def next_dose(self) -> OpenDose | None:
        """The dose that is due, else the next one."""
        return self.standing.next_dose(self.at, clock_in_doubt=self.clock_in_doubt)

    @property
    def not_charted(self) -> tuple[OpenDose, ...]:
        """The doses that are not due any more and were not recorded."""
        return self.standing.not_charted(self.at, clock_in_doubt=self.clock_in_doubt)

    @property
    def state(self) -> str:
        """The state of the latest course, empty for none."""
        return self.standing.state_at(self.at, clock_in_doubt=self.clock_in_doubt)

    @property
    def day(self) -> int | None:
        """The treatment day of a running course; None before its first and where the clock cannot tell."""
        return None if self.course is None or self.clock_in_doubt else self.course.day_at(self.at)

    @property
    def next_look(self) -> OpenLook | None:
        """The next check that is not due yet."""
        return self.standing.next_look(self.at)

    @property
    def level(self) -> str:
        """The most urgent level, empty for none."""
        place = self.attention.rank[0]
        return LEVELS[place] if place < NOTHING else ""


def row(seen: Glance, standing: Standing, now: int, *, clock_in_doubt: bool = False, is_draft: bool = False) -> Row:
    """The row of a patient at an instant, from what the board keeps and from what stands."""
    totals = json.loads(seen.totals)
    return Row(
        key=seen.record,
        place=seen.place,
        case=seen.case_number,
        identifier=seen.identifier,
        phenotype=seen.phenotype or INDETERMINATE,
        totals=tuple(totals.values()),
        standing=standing,
        attention=standing.at(now, clock_in_doubt=clock_in_doubt),
        at=now,
        clock_in_doubt=clock_in_doubt,
        is_draft=is_draft,
    )


def typed_glance(chart: Chart, sheet: Patient, phenotype: str) -> Glance:
    """What is seen of a patient with what is typed over the record: a phenotype only where no course rests on one."""
    seen = glance(chart)
    identity = {"place": sheet.place, "case_number": sheet.case, "identifier": sheet.identifier}
    return Glance(
        **{name: getattr(seen, name) for name in Glance.__slots__}
        | identity
        | {"phenotype": phenotype or seen.phenotype}
    )


def bed_order(place: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts beds as people count them: 2 before 10, B2 before B10."""
    parts = _DIGITS.split(place.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def board_order(row: Row) -> tuple[object, ...]:
    """Sorts rows: who is there before who is gone, then what needs a person first, then by bed and case."""
    return (not row.is_found, row.is_gone, row.attention.rank, bed_order(row.place), row.case)
