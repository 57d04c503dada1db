"""What a sheet would say as entries: the typed texts that may be used, and the answers that the rules give to them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.fields import ALIVE, DECIDING
from immunosep_tui.record.kinds import (
    Admitted,
    Check,
    Decision,
    FollowUp,
    Kind,
    Labs,
    Left,
    Screened,
    SofaDay,
    SofaTotal,
)
from immunosep_tui.record.looks import cell_readings
from immunosep_tui.record.observations import DONE, PROBLEM
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.raised import Judged
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.rules.sofa.reading import YES_NO
from immunosep_tui.ward import checks
from immunosep_tui.ward.answers import SCORED, day_total, sofa_day
from immunosep_tui.ward.field_reading import read_field, unusable_in
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.reading import read, time_of_reading
from immunosep_tui.ward.samples import phenotype_of_sample, place_of_sample


@dataclass(frozen=True, slots=True)
class Said:
    """What the texts at one place of the sheet would say.

    Args:
        bodies: what would be recorded, in order; none where nothing usable is there.
        withheld: keys whose text is refused or waits for an answer, and which are not recorded.
        at: instant of the fact, where the texts say it.
    """

    bodies: tuple[Kind, ...]
    withheld: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What the texts are read with: the sheet, the chart that it lies over, the protocol, the site's zone, the instant.

    ``readings`` are those of the chart and the sheet, held against their limits.
    """

    sheet: Patient
    chart: Chart
    protocol: Protocol
    zone: ZoneInfo
    readings: Judged
    now: datetime | None = None

    def has_come(self, day: int) -> bool:
        """Whether a calendar day of the patient has begun: nothing is observed on one that has not."""
        return self.now is None or self.readings.days.has_come(day, ms(self.now))


def said_at(place: str, view: View) -> Said:
    """What the sheet says at a place."""
    return _SAYERS[place.partition(".")[0]](place, view)


def _identity(place: str, view: View) -> Said:
    sheet = view.sheet
    wanted = {"place": sheet.place, "case": sheet.case, "identifier": sheet.identifier}
    unusable = _unusable(place, view) | {name for name, text in wanted.items() if not text}
    withheld = tuple(f"{place}.{name}" for name in wanted if name in unusable)
    return Said((), withheld) if withheld else Said((Admitted(**wanted),))


def _unusable(place: str, view: View) -> frozenset[str]:
    return unusable_in(place, view.sheet, view.protocol, view.zone, view.now)


@dataclass(frozen=True, slots=True)
class _Used:
    """The texts at a place that may be recorded, by name; those of them that were confirmed; the keys of the others."""

    texts: dict[str, str]
    kept: tuple[str, ...]
    withheld: tuple[str, ...]


def _used(place: str, view: View, unusable: Collection[str]) -> _Used:
    texts = view.sheet.within(place)
    used = {name: text for name, text in texts.items() if name not in unusable}
    kept = tuple(sorted(name for name in used if view.sheet.is_kept(f"{place}.{name}")))
    return _Used(used, kept, tuple(f"{place}.{name}" for name in texts if name in unusable))


def _labs(place: str, view: View) -> Said:
    sheet, protocol = view.sheet, view.protocol
    number = int(place.partition(".")[2] or 1)
    used = _used(place, view, _unusable(place, view))
    if not used.texts:
        return Said((), used.withheld)
    decision = decision_of(sheet, number, protocol, view.zone, used.texts, view.now)
    sampled = read_field(sheet, f"{place}.sampled", protocol, view.zone, view.now).value
    at = sampled if isinstance(sampled, datetime) else None
    return Said((Labs(used.texts, used.kept, number), decision), used.withheld, at)


def decision_of(
    sheet: Patient,
    number: int,
    protocol: Protocol,
    zone: ZoneInfo,
    names: Collection[str] | None = None,
    now: datetime | None = None,
) -> Decision:
    """The phenotype that the protocol gives to the values of a sample.

    Args:
        sheet: with the sample.
        number: of the sample, from 1.
        protocol: that classifies.
        zone: of the site.
        names: of the values that may be used; all that are there without.
        now: values of a later time are not used.
    """
    place = place_of_sample(number)
    answer = phenotype_of_sample(sheet, number, protocol)
    usable = sheet.within(place) if names is None else names
    inputs = {}
    for field in DECIDING:
        if field.name in usable:
            found = read_field(sheet, f"{place}.{field.name}", protocol, zone, now)
            inputs[field.name] = str(found.quantity or found.value)
    return Decision(
        answer.phenotype,
        answer.regimen.name if answer.regimen else None,
        inputs,
        tuple(answer.missing),
        tuple(dict.fromkeys(caution.code for caution in answer.cautions)),
    )


def _screening(place: str, view: View) -> Said:
    used = _used(place, view, _unusable(place, view))
    return Said((Screened(used.texts, used.kept),) if used.texts else (), used.withheld)


def _sofa(place: str, view: View) -> Said:
    day = int(place.partition(".")[2])
    if not view.has_come(day):
        return Said((), _used(place, view, view.sheet.within(place)).withheld)
    found = sofa_day(view.sheet, day, view.protocol)
    unusable = {name for name, _refusal in found.reading.refusals} | set(found.unconfirmed)
    unusable |= {name for name in _unusable(place, view) if name not in SCORED}
    used = _used(place, view, unusable)
    if not used.texts:
        return Said((), used.withheld)
    score = found.score
    total = score.total if score.complete else None
    return Said((SofaDay(day, used.texts, score.low, score.high, total, used.kept),), used.withheld)


def _response(place: str, view: View) -> Said:
    name = place.partition(".")[2]
    text = view.sheet.text(place)
    if name.startswith("day"):
        day = int(name.removeprefix("day"))
        is_known = text == ALIVE.value and view.has_come(day + 1)
        return Said((FollowUp(day, text),)) if is_known else Said((), (place,) if text else ())
    if name == "final":
        return Said((Left(text),)) if YES_NO.get(text) else Said((), (place,) if text else ())
    if not view.has_come(int(name)):
        return Said((), (place,))
    total = day_total(view.sheet, int(name), view.protocol)
    return Said((SofaTotal(int(name), total),)) if isinstance(total, int) else Said((), (place,))


def _treatment(place: str, view: View) -> Said:
    """A planned course is started and stopped through a check of its own, never by signing a sheet."""
    texts = view.sheet.within("treatment")
    names = ("stop",) if place == "treatment.stop" else tuple(name for name in texts if name != "stop")
    return Said((), tuple(f"treatment.{name}" for name in names if name in texts))


def _monitoring(place: str, view: View) -> Said:
    _room, day, name = place.split(".", 2)
    item = next((item for item in view.protocol.checklist if item.id == name), None)
    text = view.sheet.text(place)
    if item is None or not view.has_come(int(day)) or not _is_usable(item, place, view):
        return Said((), (place,))
    level = view.readings.level_at(place)
    return Said((Check(int(day), name, item.label, text, level, view.sheet.is_kept(place)),))


def _is_usable(item: CheckItem, place: str, view: View) -> bool:
    text = view.sheet.text(place)
    if not all(_is_time_of_day(each.time, int(place.split(".")[1]), view) for each in cell_readings(text)):
        return False
    if item.analyte:
        return read(view.sheet, place, item.analyte, view.protocol, bounds=True).usable
    if item.limits:
        return checks.worst(text) is not None
    return text in (DONE, PROBLEM)


def _is_time_of_day(text: str, day: int, view: View) -> bool:
    """Whether a time behind a reading exists on that day and has come; none is as good."""
    return not text or not isinstance(time_of_reading(text, day, view.readings.days, view.now), Refusal)


_SAYERS: dict[str, Callable[[str, View], Said]] = {
    "identity": _identity,
    "screening": _screening,
    "labs": _labs,
    "sample": _labs,
    "sofa": _sofa,
    "response": _response,
    "treatment": _treatment,
    "monitoring": _monitoring,
}
