"""The safety checklist of a treatment day, and what a measured value asks for. Nothing here changes a dose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.protocol import CheckItem, Fact, Limit
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.span import Span, span
from immunosep_tui.rules.units import Quantity, plain

LEVELS = ("stop", "call", "review")
"""How urgent a limit is, most urgent first: hold treatment and call, call, look again. An action is always a person's."""

START = "start"
"""The level of a limit that only the check before a start judges: it asks for no attention later."""

ALL_LEVELS = (*LEVELS, START)
"""Every level that a limit can have."""

REFERENCE = "reference"
UPPER_NORMAL = "upper_normal"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a limit is compared: which side of an edge a value must lie on to meet it.

    Args:
        text: what is said of a value that meets the limit.
        doubt: what is said of a bound of which only some values meet it.
        side: ``<``, ``<=``, ``>`` or ``>=``, between the value and the edge.
        unit: the unit that the limit must have, None for a unit of the analyte.
        against: the further value that is needed: ``REFERENCE``, ``UPPER_NORMAL`` or none.
        factor: what that value is multiplied with, by the limit's number; the edge without a unit of its own is that
            product, else the product less the limit.
    """

    text: str
    doubt: str
    side: str
    unit: str | None = None
    against: str = ""
    factor: Callable[[Fraction], Fraction] = lambda _number: Fraction(1)


def _left_after(percent: Fraction) -> Fraction:
    return 1 - percent / 100


COMPARISONS: Mapping[str, Comparison] = {
    "below": Comparison(N_("{label}: {value} is below {limit}."), N_("{label}: {value} may be below {limit}."), "<"),
    "at_or_below": Comparison(
        N_("{label}: {value} is at or below {limit}."), N_("{label}: {value} may be at or below {limit}."), "<="
    ),
    "at_or_above": Comparison(
        N_("{label}: {value} is at or above {limit}."), N_("{label}: {value} may be at or above {limit}."), ">="
    ),
    "above": Comparison(N_("{label}: {value} is above {limit}."), N_("{label}: {value} may be above {limit}."), ">"),
    "fall": Comparison(
        N_("{label}: {value} is a fall of {limit} or more from {against}."),
        N_("{label}: {value} may be a fall of {limit} or more from {against}."),
        "<=",
        against=REFERENCE,
    ),
    "fall_percent": Comparison(
        N_("{label}: {value} is a fall of more than {number} percent from {against}."),
        N_("{label}: {value} may be a fall of more than {number} percent from {against}."),
        "<",
        unit="%",
        against=REFERENCE,
        factor=_left_after,
    ),
    "fall_percent_below": Comparison(
        N_("{label}: {value} is not a fall of {number} percent or more from {against}."),
        N_("{label}: {value} may not be a fall of {number} percent or more from {against}."),
        ">",
        unit="%",
        against=REFERENCE,
        factor=_left_after,
    ),
    "above_times_upper_normal": Comparison(
        N_("{label}: {value} is above {number} times the upper limit of normal, which is {against}."),
        N_("{label}: {value} may be above {number} times the upper limit of normal, which is {against}."),
        ">",
        unit="x ULN",
        against=UPPER_NORMAL,
        factor=lambda multiple: multiple,
    ),
}
"""Every way in which a limit can be met, by the name that a profile uses."""

FALLS = frozenset({"fall", "fall_percent"})
"""The comparisons that look back for the highest value."""

_CANNOT_JUDGE: Mapping[str, str] = {
    REFERENCE: N_("{label}: a fall cannot be judged, because there is no earlier value to compare with."),
    UPPER_NORMAL: N_("{label}: the limit cannot be judged without the upper limit of normal of the laboratory."),
}

FREQUENCIES: Mapping[str, Callable[[CheckItem, int, bool], bool]] = {
    "daily": lambda item, day, dose_due: True,
    "each_shift": lambda item, day, dose_due: True,
    "before_each_dose": lambda item, day, dose_due: dose_due,
    "every_n_days": lambda item, day, dose_due: (day - 1) % item.every == 0,
    "on_days": lambda item, day, dose_due: day in item.days,
}
"""Whether an item is due, from the item, the treatment day and whether a dose is due that day, by frequency."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one item of the checklist shows.

    ``met`` holds the limits that are surely met, ``possible`` those that only some of the values behind a bound meet,
    each the most urgent first; ``not_judged`` those that need a value which is not known. ``value`` None means not
    measured, which is never read as normal.
    """

    item: CheckItem
    value: Quantity | None
    met: tuple[Limit, ...]
    not_judged: tuple[Limit, ...]
    text: tuple[Sentence, ...]
    possible: tuple[Limit, ...] = ()

    @property
    def level(self) -> str:
        """The most urgent of ``LEVELS`` that is surely met, or empty."""
        return next((limit.level for limit in self.met if limit.level in LEVELS), "")


def checklist(items: tuple[CheckItem, ...], regimen: str, day: int, dose_due: bool = True) -> tuple[CheckItem, ...]:
    """The items of one regimen that are due on a treatment day, first things first.

    Args:
        items: the checklist of a profile.
        regimen: the regimen's name.
        day: treatment day, 1 for the first; days after the last dose are the caller's to ask for or not.
        dose_due: whether a dose is due or still open that day; when in doubt True, so that no check is lost.

    Raises:
        ValueError: the day is below 1, or an item has a frequency that is not in ``FREQUENCIES``.
    """
    if day < 1:
        raise ValueError(f"treatment days are counted from 1, not {day}")
    due = [item for item in items if item.regimen == regimen and is_due(item, day, dose_due)]
    return tuple(sorted(due, key=lambda item: item.priority))


def is_due(item: CheckItem, day: int, dose_due: bool) -> bool:
    if item.frequency not in FREQUENCIES:
        raise ValueError(f"{item.id}: unknown frequency {item.frequency}")
    return FREQUENCIES[item.frequency](item, day, dose_due)


def is_start_check(item: CheckItem) -> bool:
    """Whether an item is asked before the start alone: it has limits, and all of them are of the level ``START``."""
    return bool(item.limits) and all(limit.level == START for limit in item.limits)


def needs(limit: Limit) -> str:
    """What a limit is judged against besides its own number: ``REFERENCE``, ``UPPER_NORMAL`` or empty for nothing.

    Raises:
        ValueError: the limit has an unknown ``when``.
    """
    if limit.when not in COMPARISONS:
        raise ValueError(f"unknown comparison {limit.when}")
    return COMPARISONS[limit.when].against


def holds(item: CheckItem, limit: Limit, value: Quantity, against: Quantity | None = None) -> bool | None:
    """Whether a value meets a limit: True if every value behind it does, False if none does, None if only some do.

    Args:
        item: the line of the checklist that the limit is of.
        limit: what is compared with; a value above its ``only_at_or_below`` meets no fall.
        value: an exact quantity or a bound, in any unit of the analyte.
        against: what ``needs`` names: the earlier value or the upper limit of normal. Of a bound every value counts.

    Raises:
        ValueError: a quantity is not of the item's analyte, the limit has an unknown ``when`` or a unit that does not
            fit, or ``against`` is missing where it decides.
    """
    _refuse_others(item, value, against)
    comparison = _comparison(item, limit)
    behind = span(value)
    low_enough = _is_low_enough(item, limit, behind)
    if low_enough is False:
        return False
    if comparison.against and against is None:
        raise ValueError(f"{item.id}: {limit.when} cannot be judged without {comparison.against}")
    met = _is_on_side(behind - _edge(item, limit, comparison, against), comparison.side)
    return met if low_enough or met is False else None


def assess(
    item: CheckItem,
    value: Quantity | None,
    reference: Quantity | None = None,
    upper_normal: Quantity | None = None,
) -> Finding:
    """Compare a value with the limits of its checklist item.

    Args:
        item: the line of the checklist.
        value: what was measured, in any unit of the analyte, or a bound; None when it was not. The count or grade of
            an observation is a quantity with no analyte and no unit.
        reference: the earlier value that a fall is counted from.
        upper_normal: the laboratory's upper limit of normal.

    Raises:
        ValueError: a quantity is not of the item's analyte, or a limit has an unknown ``when``, level or unit.
    """
    _refuse_others(item, value, reference, upper_normal)
    judged = [(limit, _comparison(item, limit)) for limit in sorted(item.limits, key=_urgency)]
    label = _profile_text(item.label)
    if value is None:
        template = N_("{label}: not measured.") if item.analyte else N_("{label}: not recorded.")
        return Finding(item, None, (), (), (say(template, label=label),))

    known = {"": None, REFERENCE: reference, UPPER_NORMAL: upper_normal}
    met: list[Limit] = []
    possible: list[Limit] = []
    not_judged: list[Limit] = []
    said: list[Sentence] = []
    unable: list[Sentence] = []
    for limit, comparison in judged:
        against = known[comparison.against]
        if comparison.against and against is None and _is_low_enough(item, limit, span(value)) is not False:
            not_judged.append(limit)
            unable.append(say(_CANNOT_JUDGE[comparison.against], label=label))
            continue
        answer = holds(item, limit, value, against)
        if answer is not False:
            (met if answer else possible).append(limit)
            template = comparison.text if answer else comparison.doubt
            said.append(_met(label, value, limit, template, against))
    if not met and not possible:
        said.append(_quiet(label, value, bool(judged), bool(not_judged)))
    text = (*said, *dict.fromkeys(unable))
    return Finding(item, value, tuple(met), tuple(not_judged), text, tuple(possible))


def _refuse_others(item: CheckItem, *quantities: Quantity | None) -> None:
    for quantity in quantities:
        if quantity is not None and quantity.analyte != item.analyte:
            raise ValueError(f"{item.id} is about {item.analyte}, not {quantity.analyte}")


def _urgency(limit: Limit) -> int:
    if limit.level not in ALL_LEVELS:
        raise ValueError(f"unknown level {limit.level}")
    return ALL_LEVELS.index(limit.level)


def _comparison(item: CheckItem, limit: Limit) -> Comparison:
    if limit.when not in COMPARISONS:
        raise ValueError(f"{item.id}: unknown comparison {limit.when}")
    comparison = COMPARISONS[limit.when]
    units = {""} if not item.analyte else {unit.name for unit in ANALYTES[item.analyte].units}
    if limit.value.unit not in (units if comparison.unit is None else {comparison.unit}):
        raise ValueError(f"{item.id}: {limit.when} cannot have the unit {limit.value.unit}")
    most = limit.only_at_or_below
    if most is not None and (limit.when not in FALLS or most.unit not in units):
        raise ValueError(f"{item.id}: {limit.when} cannot be taken only at or below {_amount(most.value, most.unit)}")
    return comparison


def _edge(item: CheckItem, limit: Limit, comparison: Comparison, against: Quantity | None) -> Span:
    """What the value is compared with, in the analyte's canonical unit; an interval where ``against`` is a bound."""
    number = Fraction(limit.value.value)
    if comparison.unit is None:
        number = _exact(item, limit.value)
    if against is None:
        return Span(number, number)
    multiple = span(against) * comparison.factor(number)
    return multiple + -number if comparison.unit is None else multiple


def _is_low_enough(item: CheckItem, limit: Limit, behind: Span) -> bool | None:
    if limit.only_at_or_below is None:
        return True
    return (behind + -_exact(item, limit.only_at_or_below)).is_below_zero(or_at=True)


def _exact(item: CheckItem, fact: Fact) -> Fraction:
    """A number of the profile in the canonical unit of the item's analyte."""
    return Quantity(item.analyte, fact.value, fact.unit).canonical if item.analyte else Fraction(fact.value)


def _is_on_side(difference: Span, side: str) -> bool | None:
    """Whether the differences between the value and the edge lie on a side of 0: all True, none False, some None."""
    if side.startswith("<"):
        return difference.is_below_zero(or_at=side == "<=")
    below = difference.is_below_zero(or_at=side == ">")
    return None if below is None else not below


def _met(label: Sentence, value: Quantity, limit: Limit, template: str, against: Quantity | None) -> Sentence:
    fact = limit.value
    finding = say(
        template,
        label=label,
        value=_shown(value),
        limit=_amount(fact.value, fact.unit),
        number=plain(fact.value),
        against=_shown(against) if against is not None else "",
    )
    return say(
        N_("{finding} {action} Source: {source}."),
        finding=finding,
        action=_profile_text(limit.action),
        source=fact.source,
    )


def _quiet(label: Sentence, value: Quantity, has_limits: bool, some_not_judged: bool) -> Sentence:
    if not has_limits:
        template = N_("{label}: {value}. No action limit is set for it.")
    elif some_not_judged:
        template = N_("{label}: {value}. No action limit that could be judged is met.")
    else:
        template = N_("{label}: {value}. No action limit is met.")
    return say(template, label=label, value=_shown(value))


def _shown(quantity: Quantity) -> Sentence | str:
    """The quantity as it was reported, with its canonical value beside it when that is in another unit."""
    canonical = ANALYTES[quantity.analyte].canonical.name if quantity.analyte else quantity.unit
    if quantity.unit == canonical:
        return str(quantity)
    return say(
        N_("{reported} (that is {converted})"),
        reported=quantity,
        converted=f"{quantity.bound}{plain(quantity.canonical, 4)} {canonical}",
    )


def _amount(value: Decimal, unit: str) -> str:
    return f"{plain(value)} {unit}".rstrip()


def _profile_text(text: str) -> Sentence:
    """Text from a profile as a sentence that can be translated; braces in it are letters, not placeholders."""
    return say(text.replace("{", "{{").replace("}", "}}"))
