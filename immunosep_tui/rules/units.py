"""Analytes, their units, and the way from typed text to an exact quantity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.reason import N_, Caution, Sentence, say
from immunosep_tui.rules.text import show

DECIMALS = 20
"""Most digits after the decimal point: a value that a program has written out in full is taken as it is."""

MAX_TEXT = 40
"""Longest text that a quantity is read from; anything longer is refused whole."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of one analyte.

    ``factor`` times a value in this unit is the value in the analyte's canonical unit; None where the
    conversion needs more than the value (a weight, a concentration).
    """

    name: str
    factor: Fraction | None
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analyte:
    """A measurement that can be typed; the first unit is the canonical one.

    ``above_zero`` marks what others are divided by or multiplied with: 0 is refused whatever a protocol's band says.
    """

    name: str
    label: str
    units: tuple[Unit, ...]
    refused_units: tuple[tuple[str, str], ...] = ()
    whole: bool = False
    above_zero: bool = False

    @property
    def canonical(self) -> Unit:
        """The unit that a bare number is read in."""
        return self.units[0]

    def unit(self, name: str) -> Unit:
        """The unit of that name; KeyError when the analyte has none."""
        for unit in self.units:
            if unit.name == name:
                return unit
        raise KeyError(f"{self.name} has no unit {name}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact value as it was reported, with its unit."""

    analyte: str
    value: Decimal
    unit: str

    @property
    def canonical(self) -> Fraction:
        """The exact value in the analyte's canonical unit; ValueError when that needs more than the value."""
        factor = ANALYTES[self.analyte].unit(self.unit).factor
        if factor is None:
            raise ValueError(f"{self.unit} cannot be converted without more facts")
        return Fraction(self.value) * factor

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}".rstrip()


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


_ONE = Fraction(1)
_KPA = Unit("kPa", Fraction("7.50062"))
_NEVER_RECEPTORS = N_(
    "Percent positive and mean fluorescence intensity cannot be turned into receptors per cell: no valid conversion "
    "exists. Ask the laboratory for antibodies bound per CD14 monocyte from calibrated beads."
)
_HOURLY = N_("SOFA takes the total of 24 hours, not an hourly rate: add up the day's urine.")
_TUBE = N_(
    "A T marks an untestable verbal score: enter the total that your unit's convention gives, and mark sedation."
)


def _infusion(name: str, label: str) -> Analyte:
    return Analyte(
        name,
        label,
        (
            Unit("mcg/kg/min", _ONE),
            Unit("mcg/min", None),
            Unit("mL/h", None, ("ml/hr",)),
        ),
        (("mg/h", N_("Convert to mcg/min first, or give mL/h with the concentration.")),),
    )


_TABLE = (
    Analyte(
        "ferritin",
        N_("Ferritin"),
        (
            Unit("ng/mL", _ONE),
            Unit("mcg/L", _ONE),
            Unit("mg/L", Fraction(1000)),
            Unit("pmol/L", 1 / Fraction("2.247")),
        ),
    ),
    Analyte(
        "hla_dr",
        N_("Monocyte HLA-DR"),
        (Unit("receptors/cell", _ONE, ("ab/c", "abc", "receptors", "ab/cell", "receptors/monocyte")),),
        (("%", _NEVER_RECEPTORS), ("mfi", _NEVER_RECEPTORS)),
    ),
    Analyte("pao2", N_("PaO2"), (Unit("mmHg", _ONE, ("torr",)), _KPA)),
    Analyte("fio2", N_("FiO2"), (Unit("", _ONE, ("fraction",)), Unit("%", Fraction(1, 100))), above_zero=True),
    Analyte("spo2", N_("SpO2"), (Unit("%", _ONE),)),
    Analyte(
        "platelets",
        N_("Platelets"),
        (
            Unit("10^9/L", _ONE, ("x10^9/l", "10e9/l", "g/l", "10^3/ul", "k/ul")),
            Unit("/mcL", Fraction(1, 1000), ("/mm3", "/mm^3")),
        ),
    ),
    Analyte("bilirubin", N_("Bilirubin"), (Unit("mg/dL", _ONE), Unit("umol/L", 1 / Fraction("17.104")))),
    Analyte("creatinine", N_("Creatinine"), (Unit("mg/dL", _ONE), Unit("umol/L", 1 / Fraction("88.4")))),
    Analyte(
        "urine",
        N_("Urine output"),
        (Unit("mL/24h", _ONE, ("ml", "ml/d", "ml/day", "ml/24 h")),),
        (("ml/h", _HOURLY), ("ml/hr", _HOURLY), ("ml/kg/h", _HOURLY)),
    ),
    Analyte("urine_hours", N_("Urine collected over"), (Unit("h", _ONE, ("hours",)),)),
    Analyte("map", N_("Mean arterial pressure"), (Unit("mmHg", _ONE, ("torr",)), _KPA)),
    _infusion("norepinephrine", N_("Norepinephrine")),
    _infusion("epinephrine", N_("Epinephrine")),
    _infusion("dopamine", N_("Dopamine")),
    _infusion("dobutamine", N_("Dobutamine")),
    Analyte(
        "vasopressin",
        N_("Vasopressin"),
        (
            Unit("units/min", _ONE, ("u/min", "iu/min", "unit/min")),
            Unit("units/h", Fraction(1, 60), ("u/h", "iu/h", "unit/h", "units/hr", "u/hr")),
        ),
    ),
    Analyte(
        "concentration",
        N_("Concentration"),
        (Unit("mcg/mL", _ONE), Unit("mg/mL", Fraction(1000))),
        above_zero=True,
    ),
    Analyte("minutes", N_("Running for"), (Unit("min", _ONE, ("minutes",)),), whole=True),
    Analyte("gcs", N_("Glasgow Coma Scale"), (Unit("", _ONE, ("points",)),), (("t", _TUBE), ("vt", _TUBE)), whole=True),
    Analyte("weight", N_("Weight"), (Unit("kg", _ONE), Unit("lb", 1 / Fraction("2.2046"), ("lbs",))), above_zero=True),
    Analyte(
        "hemoglobin",
        N_("Hemoglobin"),
        (Unit("g/dL", _ONE), Unit("g/L", Fraction(1, 10)), Unit("mmol/L", 1 / Fraction("0.6206"))),
    ),
    Analyte(
        "anc",
        N_("Neutrophils (ANC)"),
        (Unit("10^9/L", _ONE, ("x10^9/l", "10e9/l", "10^3/ul", "k/ul")), Unit("/mm3", Fraction(1, 1000), ("/ul",))),
    ),
    Analyte("fibrinogen", N_("Fibrinogen"), (Unit("g/L", _ONE), Unit("mg/dL", Fraction(1, 100)))),
    Analyte("inr", N_("INR"), (Unit("", _ONE),)),
    Analyte("aptt", N_("aPTT"), (Unit("s", _ONE, ("sec",)),)),
    Analyte("alt", N_("ALT"), (Unit("units/L", _ONE, ("u/l", "iu/l")), Unit("ukat/L", Fraction(60)))),
    Analyte("ast", N_("AST"), (Unit("units/L", _ONE, ("u/l", "iu/l")), Unit("ukat/L", Fraction(60)))),
    Analyte("creatinine_clearance", N_("Creatinine clearance"), (Unit("mL/min", _ONE),)),
    Analyte("sofa_points", N_("SOFA points"), (Unit("", _ONE, ("points",)),), whole=True),
    Analyte("age", N_("Age"), (Unit("years", _ONE, ("y",)),), whole=True),
)

ANALYTES: Mapping[str, Analyte] = {analyte.name: analyte for analyte in _TABLE}
"""Every analyte that can be typed, by name.

Conversion factors: PaO2 and MAP 7.50062 mmHg per kPa; bilirubin 17.104 and creatinine 88.4 umol/L per mg/dL;
hemoglobin 0.6206 mmol/L per g/dL; 2.2046 lb per kg. Ferritin 2.247 pmol/L per ng/mL rests on an assumed molar mass
(general knowledge, not verified). SOFA never uses the bilirubin and creatinine factors: it has a column a unit.
"""

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
    text = f"{Decimal(scaled).scaleb(-places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fold_unit(text: str) -> str:
    """A unit's spelling without case, spaces and the three ways of writing micro."""
    folded = text.lower().replace("\N{MICRO SIGN}", "u").replace("\N{GREEK SMALL LETTER MU}", "u")
    return re.sub(r"\bmc(?=[a-z])", "u", folded)


def _spellings(analyte: Analyte) -> dict[str, Unit]:
    return {fold_unit(spelling): unit for unit in analyte.units for spelling in (unit.name, *unit.spellings)}


_SPELLINGS = {analyte.name: _spellings(analyte) for analyte in _TABLE}
_NUMBER_THEN_UNIT = re.compile(r"([0-9.,]*[0-9.,])( ?)([A-Za-z%/\u00b5\u03bc].*|10\^[39]/.*|10e9/.*)")


def accepted_quantity(analyte: Analyte) -> Sentence:
    """What the analyte takes, in words."""
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


def read_quantity(text: str, name: str, bands: Bands) -> Entry | Refusal:
    """Read typed text as a quantity of an analyte.

    Args:
        text: a number, with one of the analyte's units behind it or none for the canonical unit.
        name: a key of ``ANALYTES``.
        bands: plausible values; an analyte without a band has no limits.

    Returns:
        The entry with any cautions, or a refusal with its reason and what would be accepted.
    """
    analyte = ANALYTES[name]
    if len(text) > MAX_TEXT:
        return _refuse(analyte, text, "too_long", say(N_("It is longer than {most} characters."), most=MAX_TEXT))
    number, unit, stated = text, analyte.canonical, False
    parts = _NUMBER_THEN_UNIT.fullmatch(text)
    if parts is not None and not re.match(r"[eE][+-]?[0-9]", parts[3]):
        found = _SPELLINGS[name].get(fold_unit(parts[3]))
        if found is None:
            return _refuse(analyte, text, "wrong_unit", _why_not_unit(analyte, parts[3]))
        number, unit, stated = parts[1], found, True
    value = parse_number(number, DECIMALS)
    if isinstance(value, Refusal):
        return _refuse(analyte, text, value.code, value.why)
    if analyte.whole and value != value.to_integral_value():
        return _refuse(analyte, text, "not_whole", say(N_("A whole number is wanted here.")))
    if analyte.above_zero and value == 0:
        return _refuse(analyte, text, "zero", say(N_("It cannot be 0.")))
    quantity = Quantity(name, value, unit.name)
    return _within(quantity, analyte, bands.get(name, ()), text, stated)


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
        return say(HINTS[hint], typed=plain(quantity.value))
    analyte = ANALYTES[quantity.analyte]
    meant = Quantity(quantity.analyte, quantity.value, hint)
    return say(
        N_("If it was reported in {unit}, write {meant}, which is {canonical} {canonical_unit}."),
        unit=hint,
        meant=meant,
        canonical=plain(meant.canonical),
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
