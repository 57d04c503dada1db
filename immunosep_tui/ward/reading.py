"""What the rules read in one typed field of a sheet: a value, a refusal, or a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from immunosep_tui.record.clock import moment
from immunosep_tui.record.days import Days
from immunosep_tui.record.looks import cell_readings
from immunosep_tui.record.patient import Patient, parts
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.instant import parse_local
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, Caution, Sentence, say
from immunosep_tui.rules.units import Quantity, plain, read_quantity


@dataclass(frozen=True, slots=True)
class Read:
    """One field: its quantities if they may be used, or why not.

    ``asks`` holds the questions about a text that no person has confirmed yet; until then it is not used. ``times``
    are those of the day behind its readings, where the field has any. ``value`` is that of a field without an analyte.
    """

    text: str
    quantities: tuple[Quantity, ...] = ()
    refusal: Refusal | None = None
    asks: tuple[Caution, ...] = ()
    times: tuple[str, ...] = ()
    value: datetime | int | str | None = None

    @property
    def quantity(self) -> Quantity | None:
        """The first usable quantity."""
        return self.quantities[0] if self.quantities else None

    @property
    def usable(self) -> bool:
        """Whether the field may be used in an answer; an empty one may, as not measured."""
        return self.refusal is None and not self.asks


def read(patient: Patient, key: str, analyte: str, protocol: Protocol, bounds: bool = False) -> Read:
    """Read the field of that key as one or several quantities of an analyte; with ``bounds``, ``<10`` is one too."""
    text = patient.text(key)
    if not text:
        return Read(text)
    quantities: list[Quantity] = []
    cautions: list[Caution] = []
    times = tuple(each.time for each in cell_readings(text)) if key.startswith(TIMED) else ()
    for part in _values(key, text):
        found = read_quantity(part, analyte, protocol.bands, bounds)
        if isinstance(found, Refusal):
            return Read(text, refusal=found)
        quantities.append(found.quantity)
        cautions.extend(found.cautions)
    if cautions and not patient.is_kept(key):
        return Read(text, asks=tuple(cautions), times=times)
    return Read(text, tuple(quantities), times=times)


def whole(text: str, highest: int | None) -> int | Refusal:
    """A whole number from 0 to ``highest``, or without an upper bound where that is None."""
    value = parse_number(text, 0)
    if isinstance(value, Decimal) and (highest is None or value <= highest):
        return int(value)
    if highest is None:
        assert isinstance(value, Refusal)
        return value
    accepted = say(N_("Accepted: a whole number from 0 to {highest}."), highest=highest)
    if isinstance(value, Refusal):
        return Refusal(value.code, text, value.why, accepted)
    why = say(N_("{value} is above the highest value, {highest}."), value=value, highest=highest)
    return Refusal("above_limit", text, why, accepted)


def _values(key: str, text: str) -> list[str]:
    """The readings of a field without the times behind them."""
    return [each.text for each in cell_readings(text)] if key.startswith(TIMED) else parts(text)


def time_of_reading(text: str, day: int, days: Days, now: datetime | None) -> datetime | Refusal:
    """The instant of a time of the day behind a reading, such as 06:00 on day 3; refused where it has not come.

    Args:
        text: as typed.
        day: calendar day of the patient on whose page it stands.
        days: of the patient.
        now: the present instant, None to take any.
    """
    date = moment(days.span(day)[0]).astimezone(days.zone).date().isoformat()
    found = parse_local(f"{date} {text}", days.zone)
    if isinstance(found, datetime) and now is not None and found > now + EARLY:
        past = say(N_("A time that has passed."))
        return Refusal("future", text, say(N_("This time has not come yet.")), past)
    return found


TIMED: Final = "monitoring."
"""Start of the keys of the cells whose readings may have a time of the day behind them."""

EARLY: Final = timedelta(minutes=5)
"""How far clocks may differ before a time counts as in the future. Local convention."""

SCORED_AS_REPORTED = frozenset({"bilirubin", "creatinine"})
"""Analytes that SOFA scores in the unit of the laboratory, so that a converted value would mislead."""


def echo(read: Read) -> str:
    """The value and unit as they were read, where that says more than the typed number: ``4900 ng/mL`` for 4.9 mg/L."""
    if all(q.number == part for q, part in zip(read.quantities, _parts(read), strict=True)):
        return ""
    return "; ".join(_echo(quantity) for quantity in read.quantities)


def _parts(read: Read) -> list[str]:
    return [each.text for each in cell_readings(read.text)] if read.times else parts(read.text)


def _echo(quantity: Quantity) -> str:
    analyte = ANALYTES[quantity.analyte]
    unit = analyte.unit(quantity.unit)
    if unit.factor is None or unit.factor == 1 or quantity.analyte in SCORED_AS_REPORTED:
        return str(quantity)
    return f"{quantity.bound}{plain(quantity.canonical)} {analyte.canonical.name}".rstrip()


def sentence(problem: Refusal | Caution) -> Sentence:
    """The words about a problem, without what would be accepted."""
    return problem.why if isinstance(problem, Refusal) else problem.text
