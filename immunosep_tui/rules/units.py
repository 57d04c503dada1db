"""The way from typed text to an exact quantity, through the limits of what is plausible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from immunosep_tui.rules.analytes import ANALYTES, Analyte, Unit
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.reason import N_, Caution, Sentence, say
from immunosep_tui.rules.text import show

DECIMALS = 20
"""Most digits after the decimal point: a value that a program has written out in full is taken as it is."""

MAX_TEXT = 40
"""Longest text that a quantity is read from; anything longer is refused whole."""


BOUNDS = ("<", "<=", ">", ">=")
"""The signs before a value that the laboratory reports as a bound."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact value as it was reported, with its unit; with one of ``BOUNDS``, only the end of where it lies."""

    analyte: str
    value: Decimal
    unit: str
    bound: str = ""

    @property
    def canonical(self) -> Fraction:
        """The exact value, or the end of a bound, in the analyte's canonical unit.

        Raises:
            ValueError: the conversion needs more than the value.
        """
        factor = ANALYTES[self.analyte].unit(self.unit).factor
        if factor is None:
            raise ValueError(f"{self.unit} cannot be converted without more facts")
        return Fraction(self.value) * factor

    def __str__(self) -> str:
        return f"{self.number} {self.unit}".rstrip()

    @property
    def number(self) -> str:
        """The number as it was reported, with its sign if it is a bound."""
        return f"{self.bound}{plain(self.value)}"


@dataclass(frozen=True, slots=True)
class Band:
    """Plausible values of an analyte in one unit: outside ``refuse`` is an error, outside ``ask`` is asked about once.

    The ends are inside the band, but for ``ask_up_to``: values at or below it are asked about. ``low_hint`` and
    ``high_hint`` name the usual entry error beyond that end: a unit of the analyte or a key of ``HINTS``.
    """

    unit: str
    refuse_below: Decimal | None = None
    refuse_above: Decimal | None = None
    ask_below: Decimal | None = None
    ask_above: Decimal | None = None
    ask_up_to: Decimal | None = None
    low_hint: str | None = None
    high_hint: str | None = None


Bands = Mapping[str, tuple[Band, ...]]
"""The bands of each analyte, by analyte name, one per unit that has its own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A quantity that was taken, and what a person should be asked about it."""

    quantity: Quantity
    unit_stated: bool
    cautions: tuple[Caution, ...] = ()


HINTS: Mapping[str, str] = {
    "percent": N_("{typed} looks like a percentage: receptors per cell are usually in the thousands."),
    "systolic": N_("{typed} looks like a systolic pressure: the mean arterial pressure is wanted."),
    "per_minute": N_("{typed} looks like mcg/min without the weight, or a dose of salt: mcg/kg/min of base is wanted."),
    "dilute": N_("Values this high may need dilution: ask the laboratory whether the sample was diluted."),
}
"""Words for entry errors that are not another unit of the analyte."""


def plain(value: Decimal | Fraction, places: int = 2) -> str:
    """A number in plain notation: a decimal to its last digit, a fraction rounded to ``places`` and marked if inexact.

    A rounded figure is for the eye only; no rule compares it.
    """
    if isinstance(value, Decimal):
        return format(value, "f")
    scaled = round(value * 10**places)
    digits = str(abs(scaled)).rjust(places + 1, "0")  # a Decimal would round to the digits of its context
    sign = "-" if scaled < 0 else ""
    text = f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fold_unit(text: str) -> str:
    """A unit's spelling without case, spaces and the three ways of writing micro."""
    folded = text.lower().replace("\N{MICRO SIGN}", "u").replace("\N{GREEK SMALL LETTER MU}", "u")
    return re.sub(r"\bmc(?=[a-z])", "u", folded)


def _spellings(analyte: Analyte) -> dict[str, Unit]:
    return {fold_unit(spelling): unit for unit in analyte.units for spelling in (unit.name, *unit.spellings)}


_SPELLINGS = {name: _spellings(analyte) for name, analyte in ANALYTES.items()}
_NUMBER_THEN_UNIT = re.compile(r"([0-9.,]*[0-9.,]) ?([A-Za-z%/\u00b5\u03bc].*|(?<= )10(?:\^[39]|e9)/.*)")
"""Behind the digits of a value those of ``10^9/L`` need a space: in ``2510^9/L`` nobody can see where one ends."""


def accepted_quantity(analyte: Analyte, bounds: bool = False) -> Sentence:
    """What the analyte takes, in words; with ``bounds``, a value that is reported as one too."""
    if bounds:
        words = N_("{accepted} A value reported as a bound is taken with its sign, such as <10 or >=150.")
        return say(words, accepted=accepted_quantity(analyte))
    kind = say(N_("a whole number") if analyte.whole else N_("a number with a decimal point if needed"))
    names = ", ".join(unit.name for unit in analyte.units if unit.name)
    if not names:
        return say(N_("Accepted: {kind}, no unit."), kind=kind)
    return say(
        N_("Accepted: {kind}, in {canonical}; units taken: {names}."),
        kind=kind,
        canonical=analyte.canonical.name or say(N_("fraction")),
        names=names,
    )


def _refuse(analyte: Analyte, text: str, code: str, why: Sentence) -> Refusal:
    return Refusal(code, text, why, accepted_quantity(analyte))


_SIGN_THEN_NUMBER = re.compile("(<=|>=|<|>|\N{LESS-THAN OR EQUAL TO}|\N{GREATER-THAN OR EQUAL TO}) ?(.*)")
_ASCII_SIGNS = {"\N{LESS-THAN OR EQUAL TO}": "<=", "\N{GREATER-THAN OR EQUAL TO}": ">="}


def read_quantity(text: str, name: str, bands: Bands, bounds: bool = False) -> Entry | Refusal:
    """Read typed text as a quantity of an analyte.

    Args:
        text: a number, with one of the analyte's units behind it or none for the canonical unit.
        name: a key of ``ANALYTES``.
        bands: plausible values; an analyte without a band has no limits.
        bounds: whether one of ``BOUNDS`` may stand before the number, which then passes the same limits.

    Returns:
        The entry with any cautions, or a refusal with its reason and what would be accepted.
    """
    found = _read(text, ANALYTES[name], bands.get(name, ()), bounds)
    if bounds and isinstance(found, Refusal):
        return replace(found, accepted=accepted_quantity(ANALYTES[name], bounds))
    return found


def _read(text: str, analyte: Analyte, bands: tuple[Band, ...], bounds: bool) -> Entry | Refusal:
    if len(text) > MAX_TEXT:
        return _refuse(analyte, text, "too_long", say(N_("It is longer than {most} characters."), most=MAX_TEXT))
    signed = _SIGN_THEN_NUMBER.fullmatch(text) if bounds else None
    bound, number = (_ASCII_SIGNS.get(signed[1], signed[1]), signed[2]) if signed else ("", text)
    unit, stated = analyte.canonical, False
    parts = _NUMBER_THEN_UNIT.fullmatch(number)
    if parts is not None and not re.match(r"[eE][+-]?[0-9]", parts[2]):
        found = _SPELLINGS[analyte.name].get(fold_unit(parts[2]))
        if found is None:
            return _refuse(analyte, text, "wrong_unit", _why_not_unit(analyte, parts[2]))
        number, unit, stated = parts[1], found, True
    value = parse_number(number, DECIMALS)
    if isinstance(value, Refusal):
        return _refuse(analyte, text, value.code, value.why)
    if analyte.whole and value != value.to_integral_value():
        return _refuse(analyte, text, "not_whole", say(N_("A whole number is wanted here.")))
    if analyte.above_zero and value == 0:
        return _refuse(analyte, text, "zero", say(N_("It cannot be 0.")))
    if bound == "<" and value == 0:
        return _refuse(analyte, text, "zero", say(N_("Nothing that is measured is below 0.")))
    quantity = Quantity(analyte.name, value, unit.name, bound)
    return _within(quantity, analyte, bands, text, stated)


def _why_not_unit(analyte: Analyte, typed: str) -> Sentence:
    folded = fold_unit(typed)
    for refused, why in analyte.refused_units:
        if folded == refused or folded.startswith(refused + " "):
            return say(why)
    return say(N_("{unit} is not a unit of this measurement."), unit=show(typed, 24))


def _within(quantity: Quantity, analyte: Analyte, bands: tuple[Band, ...], text: str, stated: bool) -> Entry | Refusal:
    """The entry if its value lies in the band of its unit (or, converted, in the canonical one)."""
    band = next((b for b in bands if b.unit == quantity.unit), None)
    value = Fraction(quantity.value)
    if band is None:
        band = next((b for b in bands if b.unit == analyte.canonical.name), None)
        if band is None or analyte.unit(quantity.unit).factor is None:
            return Entry(quantity, stated)
        value = quantity.canonical
    if band.refuse_below is not None and value < band.refuse_below:
        return _refuse(
            analyte,
            text,
            "below_limit",
            _limit(N_("below the lowest value taken"), band.refuse_below, band, quantity, True),
        )
    if band.refuse_above is not None and value > band.refuse_above:
        return _refuse(
            analyte,
            text,
            "above_limit",
            _limit(N_("above the highest value taken"), band.refuse_above, band, quantity, False),
        )
    low = (band.ask_below is not None and value < band.ask_below) or (
        band.ask_up_to is not None and value <= band.ask_up_to
    )
    high = band.ask_above is not None and value > band.ask_above
    if not (low or high):
        return Entry(quantity, stated)
    return Entry(quantity, stated, (_unusual(quantity, band, low),))


def _limit(side: str, limit: Decimal, band: Band, quantity: Quantity, low: bool) -> Sentence:
    hint = _hint(quantity, band.low_hint if low else band.high_hint)
    return say(
        N_("{quantity} is {side}, {limit} {unit}. {hint}"),
        quantity=quantity,
        side=say(side),
        limit=plain(limit),
        unit=band.unit,
        hint=hint or "",
    )


def _unusual(quantity: Quantity, band: Band, low: bool) -> Caution:
    name = quantity.analyte
    hint = _hint(quantity, band.low_hint if low else band.high_hint)
    side = N_("unusually low") if low else N_("unusually high")
    return Caution(
        f"{name}_{'low' if low else 'high'}",
        say(
            N_("{label} {quantity} is {side}: check the number and its unit. {hint}"),
            label=say(ANALYTES[name].label),
            quantity=quantity,
            side=say(side),
            hint=hint or "",
        ),
    )


def _hint(quantity: Quantity, hint: str | None) -> Sentence | None:
    if hint is None:
        return None
    if hint in HINTS:
        return say(HINTS[hint], typed=quantity.number)
    analyte = ANALYTES[quantity.analyte]
    meant = Quantity(quantity.analyte, quantity.value, hint, quantity.bound)
    return say(
        N_("If it was reported in {unit}, write {meant}, which is {canonical} {canonical_unit}."),
        unit=hint,
        meant=meant,
        canonical=f"{meant.bound}{plain(meant.canonical)}",
        canonical_unit=analyte.canonical.name,
    )


def distinct(value: Fraction, other: Fraction, places: int | None = None) -> str:
    """A number for the eye that is never shown as equal to ``other`` unless it is.

    Args:
        value: the number.
        other: the limit that it must stay apart from.
        places: decimals to begin with; None for the exact number where four decimals hold it, else one or three.
    """
    if places is None:
        if (value * 10_000).denominator == 1:
            return plain(value, 4)
        places = 1 if value >= 10 else 3
    while value != other and plain(value, places) == plain(other, places):
        places += 1
    return plain(value, places)
