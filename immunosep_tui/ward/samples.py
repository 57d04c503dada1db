"""The blood samples of a sheet: the phenotype by each of them, and the one that treatment rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from immunosep_tui.record.fields import LABS_FIELDS
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.sampling import last_taken
from immunosep_tui.record.values import TimeValue
from immunosep_tui.rules.blinding import classify_at_bedside
from immunosep_tui.rules.phenotype import INDETERMINATE, Answer
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.sofa.reading import YES_NO
from immunosep_tui.rules.units import Quantity
from immunosep_tui.ward.instants import instant, ms
from immunosep_tui.ward.reading import read

MOST_SAMPLES = 30
"""How many samples a sheet has room for."""

MARKERS = tuple(field.name for field in LABS_FIELDS if field.typed_twice)
TIMES = tuple(field.name for field in LABS_FIELDS if isinstance(field.value, TimeValue))
"""The texts of a sample that name an instant: when blood was taken, and when the result came."""


def place_of_sample(number: int) -> str:
    """Where on the sheet a sample stands, counted from 1."""
    return "labs" if number == 1 else f"sample.{number}"


def numbers(patient: Patient) -> tuple[int, ...]:
    """The samples of which something was typed, in order."""
    found = {1} if any(key.startswith("labs.") for key in patient.texts) else set()
    for key in patient.texts:
        room, _, rest = key.partition(".")
        if room == "sample":
            found.add(int(rest.partition(".")[0]))
    return tuple(sorted(found))


def phenotype_of_sample(patient: Patient, number: int, protocol: Protocol) -> Answer:
    """The phenotype by one sample alone; a value that is refused or not confirmed counts as missing."""
    place = place_of_sample(number)
    ferritin = read(patient, f"{place}.ferritin", "ferritin", protocol).quantity
    return classify_at_bedside(
        protocol,
        ferritin,
        read(patient, f"{place}.hla_dr", "hla_dr", protocol).quantity,
        ferritin_before=_ferritin_before(patient, number, protocol),
        covid19=YES_NO.get(patient.text("labs.covid19")),
    )


def _ferritin_before(patient: Patient, number: int, protocol: Protocol) -> Quantity | None:
    """The ferritin before that of a sample: of the one taken before it, before the first the one typed as earlier."""
    order = in_order(patient)
    earlier = (
        f"{place_of_sample(n)}.ferritin" for n in reversed(order[: order.index(number)] if number in order else order)
    )
    values = (read(patient, key, "ferritin", protocol).quantity for key in (*earlier, "labs.ferritin_before"))
    return next((value for value in values if value is not None), None)


def sampled_at(patient: Patient, number: int) -> datetime | None:
    """When a sample was taken, for the order of samples alone: by a clock that never changes, None where not known."""
    found = instant(patient, f"{place_of_sample(number)}.sampled", _ONE_CLOCK)
    return found if isinstance(found, datetime) else None


def in_order(patient: Patient) -> list[int]:
    """The samples in the order in which they were taken; those without a time come first, in order of their numbers."""
    return sorted(numbers(patient), key=lambda n: (sampled_at(patient, n) or _BEFORE_ALL, n))


def deciding(patient: Patient, protocol: Protocol) -> int:
    """The sample that treatment rests on.

    Once a course runs it is the one that the course was started with, so that no later value changes it. Before that,
    and after its stop, it is, of those that settle the phenotype, the one taken last, whatever the order of typing;
    where none does the one taken last.
    """
    fixed = "" if patient.text("treatment.stop") else patient.text("treatment.sample")
    if fixed.isdecimal() and 1 <= int(fixed) <= MOST_SAMPLES:
        return int(fixed)
    listed = numbers(patient)
    settled = [n for n in listed if phenotype_of_sample(patient, n, protocol).phenotype != INDETERMINATE]
    times = ((n, sampled_at(patient, n)) for n in settled or listed)
    return last_taken([(n, None if at is None else ms(at)) for n, at in times]) or 1


def phenotype(patient: Patient, protocol: Protocol) -> Answer:
    """The phenotype that treatment rests on."""
    return phenotype_of_sample(patient, deciding(patient, protocol), protocol)


_ONE_CLOCK = ZoneInfo("UTC")
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Draw:
    """One sample as it is told: when it was taken, what it said, and the phenotype by it alone."""

    number: int
    sampled: datetime | None
    ferritin: Quantity | None
    hla_dr: Quantity | None
    phenotype: str


def draws(patient: Patient, protocol: Protocol, zone: ZoneInfo) -> tuple[Draw, ...]:
    """Every sample, in the order in which they were taken; one without a time stands where it was entered."""
    found: list[Draw] = []
    for number in numbers(patient):
        place = place_of_sample(number)
        sampled = instant(patient, f"{place}.sampled", zone)
        ferritin, hla_dr = (read(patient, f"{place}.{name}", name, protocol).quantity for name in MARKERS)
        answer = phenotype_of_sample(patient, number, protocol)
        taken = sampled if isinstance(sampled, datetime) else None
        found.append(Draw(number, taken, ferritin, hla_dr, answer.phenotype))
    times = {draw.number: draw.sampled for draw in found if draw.sampled is not None}
    if len(times) == len(found):
        found.sort(key=lambda draw: (times[draw.number], draw.number))
    return tuple(found)


def transitions(found: Iterable[Draw]) -> tuple[tuple[Draw, Draw], ...]:
    """Neighbors among the samples that settle the phenotype and settle it differently."""
    settled = [draw for draw in found if draw.phenotype != INDETERMINATE]
    return tuple((before, after) for before, after in pairwise(settled) if before.phenotype != after.phenotype)


def age(draw: Draw, now: datetime) -> timedelta | None:
    """How long ago a sample was taken, None where that is not known."""
    return None if draw.sampled is None else now - draw.sampled


def is_stale(draw: Draw, now: datetime, protocol: Protocol) -> bool:
    """Whether a sample is older than the site calls fresh; one without a time is not known to be."""
    old = age(draw, now)
    return old is not None and old > timedelta(hours=float(Fraction(protocol.site.stale.value)))
