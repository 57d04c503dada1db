"""Observations on a line of time: what was measured or seen of a patient, whatever room it was typed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from immunosep_tui.record.chart import Chart, standing_of
from immunosep_tui.record.clock import moment, ms
from immunosep_tui.record.days import Days, days_when_signed
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.fields import field_of
from immunosep_tui.record.kinds import Bleeding, Check, Labs, RedCells, Screened, SofaDay
from immunosep_tui.record.looks import CellReading, cell_readings
from immunosep_tui.record.patient import parts
from immunosep_tui.record.values import QuantityValue
from immunosep_tui.rules.blinding import MARKERS
from immunosep_tui.rules.instant import parse_local
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.rules.units import Quantity, read_quantity

BLEEDING, MAJOR_BLEEDING, RED_CELLS = "bleeding", "major-bleeding", "red-cells"
"""Facts that are no analytes: WHO grade, how many ISTH criteria are met, units of red cells."""

PROBLEM, DONE = "problem", "done"
"""The answers to what is looked at and has no number."""

DRAFT: Final = 0
"""The number that stands for an entry where a reading is typed and not signed."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One reading of one fact; instants are milliseconds of UTC.

    Args:
        fact: name of the analyte, or of what is looked at, the same whatever drug asks for it.
        value: as reported; a count or grade has no analyte, "problem" is 1 and "done" 0.
        text: as typed.
        earliest: the earliest moment at which it can have been taken, None where that is not known.
        latest: the latest one.
        recorded: when it was recorded or typed.
        entry: number of the entry in the patient's record, ``DRAFT`` for none.
        place: the cell of the sheet, or ``entry.N`` for what has none.
        part: which reading of its cell, from 0.
    """

    fact: str
    value: Quantity
    text: str
    earliest: int | None
    latest: int
    recorded: int
    entry: int
    place: str
    part: int = 0

    @property
    def is_draft(self) -> bool:
        """Whether nobody has signed it."""
        return self.entry == DRAFT

    @property
    def is_timed(self) -> bool:
        """Whether the instant at which it was taken is known."""
        return self.earliest == self.latest

    @property
    def key(self) -> tuple[str, int]:
        """Names the reading within one fact."""
        return self.place, self.part


class Typed(NamedTuple):
    """A draft: texts by key of the sheet, and the instant of the last key that was pressed."""

    texts: Mapping[str, str]
    at: int


def fact_of(item: CheckItem) -> str:
    """The fact that a line of the checklist asks for: its analyte, or its name without that of the drug."""
    return item.analyte or item.id.removeprefix(f"{item.regimen}-")


def surely_before(first: Observation, second: Observation) -> bool:
    """Whether one reading was taken before another whatever is not known of their times.

    Looks of one cell without a time were made in their order; a measurement without one can be older than any other.
    """
    if second.earliest is not None and first.latest < second.earliest:
        return True
    untimed = not (first.is_timed and second.is_timed)
    is_look = not first.value.analyte
    return untimed and is_look and first.place == second.place and first.part < second.part


def observations(
    chart: Chart, protocol: Protocol, days: Days, draft: Typed | None = None
) -> dict[str, tuple[Observation, ...]]:
    """Every usable reading by fact, in order of the latest moment at which it can have been taken.

    A text that is refused is no reading; one that is only asked about is. Drafts stand beside what is signed. ``days``
    are those of what is typed; what is signed stays on the date that its day had then.
    """
    reader, signed = _Reader(protocol, days), _Reader(protocol, days)
    days_then = days_when_signed(chart, days.zone)
    found: list[Observation] = []
    for entry, keys in _signed_cells(chart):
        signed.days = days_then[entry.n - 1]
        for key, (text, known) in keys.items():
            found += signed.read(key, text, entry.n, entry.recorded, _instant_of(entry), known)
    for entry in standing_of(chart.entries):
        found += _events(entry)
    if draft is not None:
        for key, text in draft.texts.items():
            at = f"{key.rpartition('.')[0]}.sampled"
            sampled = _typed_instant(draft.texts.get(at, chart.sheet.text(at)), days)
            found += reader.read(key, text, DRAFT, draft.at, sampled, chart.sheet.text(key))
    by_fact: dict[str, list[Observation]] = {}
    for each in sorted(found, key=lambda each: (each.latest, each.recorded, each.place, each.part)):
        by_fact.setdefault(each.fact, []).append(each)
    return {fact: tuple(listed) for fact, listed in by_fact.items()}


def _signed_cells(chart: Chart) -> Iterator[tuple[Entry, dict[str, tuple[str, str]]]]:
    """The cells of each entry that stands: the text, and the text before it to which it only adds, empty for none."""
    seen: dict[str, str] = {}
    for entry in standing_of(chart.entries):
        body = entry.body
        place = body.section
        if place is None or not isinstance(body, Check | Labs | SofaDay | Screened):
            continue
        cells: dict[str, tuple[str, str]] = {}
        for name, text in body.on_sheet()[0].items():
            key = f"{place}.{name}".rstrip(".")
            cells[key] = (text, seen.get(key, ""))
            seen[key] = text
        yield entry, cells


def _instant_of(entry: Entry) -> int | None:
    """When a blood sample was taken, where its entry says so."""
    body = entry.body
    return entry.at if isinstance(body, Labs) and body.texts.get("sampled") else None


def _typed_instant(text: str, days: Days) -> int | None:
    found = parse_local(text, days.zone)
    return None if isinstance(found, Refusal) else ms(found)


def _events(entry: Entry) -> Iterable[Observation]:
    """Bleedings and red cells: both have an instant of their own."""
    body, place = entry.body, f"entry.{entry.n}"

    def seen(fact: str, number: int, text: str) -> Observation:
        value = Quantity("", Decimal(number), "")
        return Observation(fact, value, text, entry.at, entry.at, entry.recorded, entry.n, place)

    if isinstance(body, Bleeding):
        if body.grade is not None:
            yield seen(BLEEDING, body.grade, f"WHO {body.grade}")
        yield seen(MAJOR_BLEEDING, len(body.major), ", ".join(body.major) or "0")
    elif isinstance(body, RedCells):
        yield seen(RED_CELLS, body.units, str(body.units))


class _Reader:
    """Reads one cell of a sheet into observations."""

    def __init__(self, protocol: Protocol, days: Days) -> None:
        self._bands = protocol.bands
        self.days = days
        self._items = {item.id: item for item in protocol.checklist}
        self._analytes = {item.analyte for item in protocol.checklist} | MARKERS | {"anc"}

    def read(
        self, key: str, text: str, entry: int, recorded: int, sampled: int | None, before: str
    ) -> Iterator[Observation]:
        """The readings of a cell that were not in the text before it, where the new text only adds to that one."""
        room, _dot, rest = key.partition(".")
        fact, analyte = self._fact(room, rest)
        if not fact:
            return
        listed = cell_readings(text) if room == "monitoring" else [CellReading(part, "") for part in parts(text)]
        known = cell_readings(before)
        skipped = len(known) if tuple(listed[: len(known)]) == known else 0
        for part, each in enumerate(listed):
            value = self._value(each.text, analyte)
            if value is None or part < skipped:
                continue
            earliest, latest = self._taken(room, rest, each.time, recorded, sampled)
            yield Observation(fact, value, each.text, earliest, latest, recorded, entry, key, part)

    def _fact(self, room: str, rest: str) -> tuple[str, str]:
        """The fact and the analyte of a cell, both empty for what is no observation."""
        name = rest.rpartition(".")[2]
        if room == "monitoring":
            item = self._items.get(name)
            return ("", "") if item is None else (fact_of(item), item.analyte)
        field = field_of(f"{room}.{rest}")
        if field is None and room in ("labs", "sample") and name in self._analytes:
            return name, name  # of an entry that was made with more fields
        if field is None or not isinstance(field.value, QuantityValue) or field.value.earlier:
            return "", ""
        analyte = field.value.analyte
        return (analyte, analyte) if analyte in self._analytes else ("", "")

    def _value(self, text: str, analyte: str) -> Quantity | None:
        if analyte:
            found = read_quantity(text, analyte, self._bands, bounds=True)
            return None if isinstance(found, Refusal) else found.quantity
        if text in (PROBLEM, DONE):
            return Quantity("", Decimal(int(text == PROBLEM)), "")
        number = parse_number(text, 0)
        return None if isinstance(number, Refusal) else Quantity("", number, "")

    def _taken(self, room: str, rest: str, time: str, recorded: int, sampled: int | None) -> tuple[int | None, int]:
        """The earliest and the latest moment at which a reading can have been taken."""
        if room in ("labs", "sample"):
            return (None, recorded) if sampled is None else (sampled, sampled)
        number = rest.partition(".")[0]
        if not number.isdecimal():
            return None, recorded
        begins, ends = self.days.span(int(number))
        if time:
            typed = _typed_instant(f"{self._date(begins)} {time}", self.days)
            if typed is not None and typed <= recorded:
                return typed, typed
        return (None, recorded) if begins > recorded else (begins, min(ends - 1, recorded))

    def _date(self, begins: int) -> str:
        return moment(begins).astimezone(self.days.zone).date().isoformat()
