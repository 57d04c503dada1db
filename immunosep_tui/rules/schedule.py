"""When each dose of a regimen is due: elapsed hours on UTC instants. A clock on the wall is only for display."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Literal

from immunosep_tui.rules.instant import utc
from immunosep_tui.rules.protocol import Fact, Presentation, Regimen
from immunosep_tui.rules.reason import N_, Reason, Sentence, say

Design = Literal["open", "double-dummy"]

_HOUR = 3_600_000_000
"""Microseconds in an hour."""

_DAY = timedelta(hours=24)


class NotPublished(LookupError):
    """No source gives a number that the schedule needs, so nothing is scheduled; ``text`` says which."""

    def __init__(self, text: Sentence) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount with its unit, written without trailing zeros."""

    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{without_trailing_zeros(self.value)} {self.unit}"


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of a course.

    ``n`` counts the doses of its product from 1. ``day`` counts periods of 24 elapsed hours from the first dose, from 1.
    ``due`` is an instant in UTC. ``amount`` is None where no source gives it. ``containers`` of the kind ``container``
    hold the dose in the volume ``drawn``; they are None where the pack is not known or the dose is a placebo.
    """

    n: int
    day: int
    due: datetime
    product: str
    amount: Amount | None
    route: str
    placebo: bool
    containers: Decimal | None
    container: str
    drawn: Amount | None
    note: Sentence | None
    cancelled: bool

    @property
    def dose(self) -> str:
        """The dose as it is written on a label, such as "200 mg"; for a placebo its volume."""
        return N_("volume not published") if self.amount is None else str(self.amount)

    @property
    def volume(self) -> str:
        """The volume to give, such as "1.34 mL"; empty where it is not known."""
        return "" if self.drawn is None else str(self.drawn)


@dataclass(frozen=True, slots=True)
class Total:
    """What the doses of one product that were not cancelled add up to; None where a part of it is not known."""

    product: str
    doses: int
    amount: Amount | None
    containers: Decimal | None
    container: str
    volume: Amount | None


@dataclass(frozen=True, slots=True)
class _Line:
    """What every dose of one product has in common."""

    product: str
    route: str
    placebo: bool
    interval_hours: Fact
    days: Fact
    amount: Amount | None
    containers: Decimal | None = None
    container: str = ""
    drawn: Amount | None = None
    note: Sentence | None = None


def schedule(regimen: Regimen, start: datetime, design: Design, stop: datetime | None = None) -> tuple[Dose, ...]:
    """Every dose of a course, in order of time; at the same instant IV before subcutaneous.

    Intervals are elapsed hours from the first dose. A missed dose moves nothing and no catch-up dose exists: no source
    gives a rule for one.

    Args:
        regimen: what the trial gave; its numbers carry their sources.
        start: the instant of the first dose, with its offset from UTC.
        design: ``double-dummy`` adds the placebo partner of the regimen; a blinded one always has both its lines.
        stop: doses due at or after this instant are marked as cancelled; they keep their place.

    Raises:
        NotPublished: no source gives the dose, or a double-dummy course is wanted and no source gives its placebo.
        ValueError: an instant without an offset, or a dose and its pack in different units.
    """
    first = utc(start)
    end = None if stop is None else utc(stop)
    lines = [_active(regimen)]
    if design == "double-dummy" or regimen.is_blinded:
        lines.append(_partner(regimen))
    doses = [dose for line in lines for dose in _doses(line, first, end)]
    return tuple(sorted(doses, key=lambda dose: (dose.due, dose.route != "IV")))


def totals(doses: Sequence[Dose]) -> tuple[Total, ...]:
    """What one schedule adds up to for each product, without its cancelled doses; products in order of first dose."""
    lines: dict[str, list[Dose]] = {}
    for dose in doses:
        lines.setdefault(dose.product, []).append(dose)
    return tuple(_total(line) for line in lines.values())


def dose_on(doses: Sequence[Dose], day: int) -> tuple[Dose, ...]:
    """The doses of one day of the course, cancelled ones included; none outside the course."""
    return tuple(dose for dose in doses if dose.day == day)


def next_dose(doses: Sequence[Dose], now: datetime) -> Dose | None:
    """The first dose due at or after ``now`` that is not cancelled; ValueError for an instant without an offset."""
    at = utc(now)
    return next((dose for dose in doses if not dose.cancelled and dose.due >= at), None)


def after_last_day(regimen: Regimen, day: int) -> Reason | None:
    """Why the regimen's own product is not due on a day beyond its course, or None for a day within it."""
    last = regimen.days
    if day <= last.value:
        return None
    words = N_("No dose of {product} is due on day {day}: its course ends with day {last}.")
    text = say(words, product=regimen.product, day=day, last=without_trailing_zeros(last.value))
    return Reason("course_ended", text, last.source)


def without_trailing_zeros(value: Decimal) -> str:
    """A number as it is written in a dose: plain notation, never 1.0 for 1."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _active(regimen: Regimen) -> _Line:
    if regimen.dose is None:
        words = N_("The dose of {product} was not found in any source: nothing is scheduled.")
        raise NotPublished(say(words, product=regimen.product))
    amount = Amount(regimen.dose.value, regimen.dose.unit)
    pack = regimen.presentation
    containers, note = (None, None) if regimen.is_blinded else _containers(amount, pack)
    drawn = None
    if pack is not None and containers is not None:
        drawn = Amount(containers * pack.volume.value, pack.volume.unit)
    return _Line(
        regimen.product,
        regimen.route,
        False,
        regimen.interval_hours,
        regimen.days,
        amount,
        containers,
        "" if pack is None else pack.container,
        drawn,
        note,
    )


def _containers(amount: Amount, pack: Presentation | None) -> tuple[Decimal | None, Sentence | None]:
    """How many containers hold the dose, exactly, or why that is not said."""
    if pack is None:
        return None, say(N_("The protocol does not give the pack: ask the pharmacist what to draw up."))
    if pack.amount.unit != amount.unit:
        raise ValueError(f"the dose is in {amount.unit} and its {pack.container} in {pack.amount.unit}")
    count = amount.value / pack.amount.value
    if Fraction(count) * Fraction(pack.amount.value) != Fraction(amount.value):
        words = N_("{dose} is not an exact number of packs of {pack}: ask the pharmacist what to draw up.")
        return None, say(words, dose=amount, pack=Amount(pack.amount.value, pack.amount.unit))
    return Decimal(without_trailing_zeros(count)), None


def _partner(regimen: Regimen) -> _Line:
    """The placebo beside the regimen's own product; beside a blinded one the other prepared dose."""
    partner = regimen.dummy
    if partner is None:
        words = N_("The placebo given beside {product} was not found in any source: nothing is scheduled.")
        raise NotPublished(say(words, product=regimen.product))
    if regimen.is_blinded and regimen.dose is not None:
        amount = Amount(regimen.dose.value, regimen.dose.unit)
        return _Line(partner.product, partner.route, False, partner.interval_hours, partner.days, amount)
    volume = None
    note: Sentence | None = say(N_("No source gives the volume of this placebo: ask the pharmacist."))
    if partner.volume is not None:
        volume = Amount(partner.volume.value, partner.volume.unit)
        note = say(N_("About this volume: {note}."), note=partner.volume.note) if partner.volume.note else None
    return _Line(
        partner.product,
        partner.route,
        True,
        partner.interval_hours,
        partner.days,
        volume,
        drawn=volume,
        note=note,
    )


def _doses(line: _Line, first: datetime, stop: datetime | None) -> list[Dose]:
    """The doses of one product; the last one falls within the last day."""
    interval = Fraction(line.interval_hours.value)
    count = ceil(Fraction(line.days.value) * 24 / interval)
    doses = []
    for k in range(count):
        due = first + timedelta(microseconds=int(k * interval * _HOUR))
        doses.append(
            Dose(
                k + 1,
                (due - first) // _DAY + 1,
                due,
                line.product,
                line.amount,
                line.route,
                line.placebo,
                line.containers,
                line.container,
                line.drawn,
                line.note,
                stop is not None and due >= stop,
            )
        )
    return doses


def _total(line: Sequence[Dose]) -> Total:
    """The doses of one product are all alike, so the first one stands for them."""
    first = line[0]
    count = sum(not dose.cancelled for dose in line)
    return Total(
        first.product,
        count,
        _times(count, first.amount),
        None if first.containers is None else count * first.containers,
        first.container,
        _times(count, first.drawn),
    )


def _times(count: int, amount: Amount | None) -> Amount | None:
    return None if amount is None else Amount(count * amount.value, amount.unit)
