"""The safety checklist of a treatment day, and what a measured value asks for. Nothing here changes a dose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.protocol import CheckItem, Limit
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.units import Quantity, plain

LEVELS = ("stop", "call", "review")
"""How urgent a limit is, most urgent first: hold treatment and call, call, look again. An action is always a person's."""

REFERENCE = "reference"
UPPER_NORMAL = "upper_normal"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a limit is compared.

    ``holds`` takes the value, the limit and the value ``against`` which it is judged (0 where there is none), all
    exact and in the analyte's canonical unit. ``unit`` is the unit the limit must have, None for a unit of the
    analyte; ``against`` names the further value needed: ``REFERENCE``, ``UPPER_NORMAL`` or none.
    """

    text: str
    holds: Callable[[Fraction, Fraction, Fraction], bool]
    unit: str | None = None
    against: str = ""


COMPARISONS: Mapping[str, Comparison] = {
    "below": Comparison(N_("{label}: {value} is below {limit}."), lambda value, limit, _: value < limit),
    "at_or_below": Comparison(N_("{label}: {value} is at or below {limit}."), lambda value, limit, _: value <= limit),
    "at_or_above": Comparison(N_("{label}: {value} is at or above {limit}."), lambda value, limit, _: value >= limit),
    "above": Comparison(N_("{label}: {value} is above {limit}."), lambda value, limit, _: value > limit),
    "fall": Comparison(
        N_("{label}: {value} is a fall of {limit} or more from {against}."),
        lambda value, limit, before: before - value >= limit,
        against=REFERENCE,
    ),
    "fall_percent": Comparison(
        N_("{label}: {value} is a fall of more than {number} percent from {against}."),
        lambda value, limit, before: (before - value) * 100 > limit * before,
        unit="%",
        against=REFERENCE,
    ),
    "fall_percent_below": Comparison(
        N_("{label}: {value} is not a fall of {number} percent or more from {against}."),
        lambda value, limit, before: (before - value) * 100 < limit * before,
        unit="%",
        against=REFERENCE,
    ),
    "above_times_upper_normal": Comparison(
        N_("{label}: {value} is above {number} times the upper limit of normal, which is {against}."),
        lambda value, limit, upper: value > limit * upper,
        unit="x ULN",
        against=UPPER_NORMAL,
    ),
}
"""Every way in which a limit can be met, by the name that a profile uses."""

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

    ``met`` holds the limits that are met, most urgent first; ``not_judged`` those that need a value which is not
    known. ``value`` None means not measured, which is never read as normal.
    """

    item: CheckItem
    value: Quantity | None
    met: tuple[Limit, ...]
    not_judged: tuple[Limit, ...]
    text: tuple[Sentence, ...]


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


def assess(
    item: CheckItem,
    value: Quantity | None,
    reference: Quantity | None = None,
    upper_normal: Quantity | None = None,
) -> Finding:
    """Compare a value with the limits of its checklist item.

    Args:
        item: the line of the checklist.
        value: what was measured, in any unit of the analyte; None when it was not. The count or grade of an
            observation is a quantity with no analyte and no unit.
        reference: the earlier value that a fall is counted from.
        upper_normal: the laboratory's upper limit of normal.

    Raises:
        ValueError: a quantity is not of the item's analyte, or a limit has an unknown ``when``, level or unit.
    """
    for quantity in (value, reference, upper_normal):
        if quantity is not None and quantity.analyte != item.analyte:
            raise ValueError(f"{item.id} is about {item.analyte}, not {quantity.analyte}")
    judged = [(limit, _comparison(item, limit)) for limit in sorted(item.limits, key=_urgency)]
    label = _profile_text(item.label)
    if value is None:
        template = N_("{label}: not measured.") if item.analyte else N_("{label}: not recorded.")
        return Finding(item, None, (), (), (say(template, label=label),))

    known = {REFERENCE: reference, UPPER_NORMAL: upper_normal}
    met: list[Limit] = []
    not_judged: list[Limit] = []
    said: list[Sentence] = []
    unable: list[Sentence] = []
    for limit, comparison in judged:
        against = known.get(comparison.against)
        if comparison.against and against is None:
            not_judged.append(limit)
            unable.append(say(_CANNOT_JUDGE[comparison.against], label=label))
        elif comparison.holds(_exact(value), _bound(item, limit, comparison), _exact(against)):
            met.append(limit)
            said.append(_met(label, value, limit, comparison, against))
    if not met:
        said.append(_quiet(label, value, bool(judged), bool(not_judged)))
    return Finding(item, value, tuple(met), tuple(not_judged), (*said, *dict.fromkeys(unable)))


def _urgency(limit: Limit) -> int:
    if limit.level not in LEVELS:
        raise ValueError(f"unknown level {limit.level}")
    return LEVELS.index(limit.level)


def _comparison(item: CheckItem, limit: Limit) -> Comparison:
    if limit.when not in COMPARISONS:
        raise ValueError(f"{item.id}: unknown comparison {limit.when}")
    comparison = COMPARISONS[limit.when]
    units = {""} if not item.analyte else {unit.name for unit in ANALYTES[item.analyte].units}
    if limit.value.unit not in (units if comparison.unit is None else {comparison.unit}):
        raise ValueError(f"{item.id}: {limit.when} cannot have the unit {limit.value.unit}")
    return comparison


def _bound(item: CheckItem, limit: Limit, comparison: Comparison) -> Fraction:
    """The limit's exact number: of the analyte in its canonical unit, or a bare percentage or multiple."""
    if comparison.unit is not None:
        return Fraction(limit.value.value)
    return _exact(Quantity(item.analyte, limit.value.value, limit.value.unit))


def _exact(quantity: Quantity | None) -> Fraction:
    if quantity is None:
        return Fraction(0)
    return quantity.canonical if quantity.analyte else Fraction(quantity.value)


def _met(label: Sentence, value: Quantity, limit: Limit, comparison: Comparison, against: Quantity | None) -> Sentence:
    fact = limit.value
    finding = say(
        comparison.text,
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
        converted=f"{plain(quantity.canonical, 4)} {canonical}",
    )


def _amount(value: Decimal, unit: str) -> str:
    return f"{plain(value)} {unit}".rstrip()


def _profile_text(text: str) -> Sentence:
    """Text from a profile as a sentence that can be translated; braces in it are letters, not placeholders."""
    return say(text.replace("{", "{{").replace("}", "}}"))
