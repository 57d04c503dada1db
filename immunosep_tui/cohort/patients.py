"""One row a patient: the trial's response over the windows of the protocol, from the scored patient-days."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from typing import TextIO

from immunosep_tui.cohort.rows import NO_DAY, Scored
from immunosep_tui.i18n import words
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Endpoint, Window
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.response import DIED, Day, Response, respond
from immunosep_tui.rules.units import distinct, plain

COLUMNS_OF_WINDOW = ("mean", "decrease", "responder", "provisional", "died", "imputed_days")

_NO_ROW, _NO_TOTAL = 255, 254
"""What stands for a day without a row, and for one whose score is missing or incomplete; both are missing days."""
_NO_DEATH, _LATE = 255, 254
"""No day is marked as that of death, and one so late that it lies behind every window."""
_FAULTS = (
    N_("Two rows have the same day. Accepted: one row a day."),
    N_("A row was refused, so a day is not known: see its error in the scored table."),
    N_("Two days are marked as the day of death. Accepted: one."),
)
_DUPLICATE, _UNREAD, _TWO_DEATHS = 1, 2, 4
"""Bits of the faults of a patient, in the order of ``_FAULTS``."""


class Patients:
    """The days of every patient of a table, one byte a day.

    A day's total is used only if its score is complete; otherwise the day counts as missing, and the rule carries the
    last known total forward. A row that was refused is not a missing day: its patient gets an error and no verdict.
    Days after the last window are not looked at.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._days = 1 + max(window.last_day for window in endpoint.windows)
        # Behind the days from 0 on stand the day of death and the faults.
        self._death, self._faults = self._days, self._days + 1
        self._blank = bytes([*[_NO_ROW] * self._days, _NO_DEATH, 0])
        self._place: dict[str, int] = {}
        self._bytes = bytearray()
        self.errors = 0

    def __len__(self) -> int:
        return len(self._place)

    def add(self, row: Scored) -> None:
        """Take note of one scored row, in any order; a row without a patient belongs to nobody."""
        if not row.patient:
            return
        place = self._place.get(row.patient)
        if place is None:
            place = self._place[row.patient] = len(self._bytes)
            self._bytes += self._blank
        of, faults, death, day = self._bytes, place + self._faults, place + self._death, row.day
        if row.refused and day < self._days:
            of[faults] |= _UNREAD
        if day == NO_DAY:
            return
        if row.died:
            if of[death] != _NO_DEATH:
                of[faults] |= _TWO_DEATHS
            of[death] = min(of[death], day, _LATE)
        if day < self._days:
            if of[place + day] != _NO_ROW:
                of[faults] |= _DUPLICATE
            of[place + day] = _NO_TOTAL if row.total is None else row.total

    def write(self, sink: TextIO) -> None:
        """Write one row a patient, in the order in which they first came; ``errors`` then counts those with an error."""
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(("patient_id", "baseline", *self._names(), "error"))
        for patient, place in self._place.items():
            error, cells = self._judged(self._bytes[place : place + len(self._blank)])
            self.errors += bool(error)
            writer.writerow((patient, *cells, error))

    def _names(self) -> Iterator[str]:
        """The first window's columns, and those of the others with the window's name in front."""
        for number, window in enumerate(self._endpoint.windows):
            yield from (f"{window.name}_{name}" if number else name for name in COLUMNS_OF_WINDOW)

    def _judged(self, record: bytearray) -> tuple[str, list[str]]:
        """An error or none, and the cells from the baseline on."""
        totals = [None if total in (_NO_ROW, _NO_TOTAL) else total for total in record[: self._days]]
        death = record[self._death]
        faults = [words(say(text)) for bit, text in enumerate(_FAULTS) if record[self._faults] >> bit & 1]
        late = next((day for day, total in enumerate(totals) if total is not None and day > death), None)
        if late is not None:
            text = N_("Day {day} has a SOFA total, but the patient died on day {death}.")
            faults.append(words(say(text, day=late, death=death)))
        baseline = totals[self._endpoint.baseline_day]
        cells = [_text(baseline)]
        for window in self._endpoint.windows:
            answer = respond(self._endpoint, window, baseline, _days(window, totals, death))
            if isinstance(answer, Refusal):
                faults.append(words(answer.why))
            else:
                cells += self._cells(answer)
        if faults:
            return " | ".join(dict.fromkeys(faults)), [""] * (1 + len(COLUMNS_OF_WINDOW) * len(self._endpoint.windows))
        return "", cells

    def _cells(self, answer: Response) -> list[str]:
        limit = Fraction(self._endpoint.decrease_at_least.value)
        return [
            "" if answer.mean is None else plain(answer.mean, 4),
            "" if answer.decrease is None else distinct(answer.decrease, limit, 4),
            _text(answer.responder),
            _text(answer.provisional),
            _text(answer.died),
            " ".join(str(entry.day) for entry in answer.imputed),
        ]


def _days(window: Window, totals: list[int | None], death: int) -> list[Day]:
    """The days of a window up to that of death, which counts from the first day of the window on."""
    before = totals[window.first_day : min(window.last_day + 1, death)]
    return [*before, DIED] if death <= window.last_day else list(before)


def _text(value: bool | int | None) -> str:
    return "" if value is None else str(value).lower()
