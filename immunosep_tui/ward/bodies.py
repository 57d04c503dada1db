"""What a sheet would say as entries: the typed texts that may be used, and the answers that the rules give to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
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
from immunosep_tui.record.patient import Patient, is_identifying
from immunosep_tui.record.raised import Judged
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.rules.sofa.day import ORGANS
from immunosep_tui.rules.sofa.reading import YES_NO
from immunosep_tui.ward import checks, screening
from immunosep_tui.ward.answers import day_total, organ_points, sofa_day
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.reading import read, time_of_reading
from immunosep_tui.ward.samples import TIMES, phenotype_of_sample, time_of_sample

ALIVE = "alive"
"""What a follow-up on a sheet can say; a death is recorded by itself, with its instant."""

_MARKERS = (("ferritin", "ferritin"), ("hla_dr", "hla_dr"), ("ferritin_before", "ferritin"))


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


def _identity(_place: str, view: View) -> Said:
    sheet = view.sheet
    wanted = {"place": sheet.place, "case": sheet.case, "identifier": sheet.identifier}
    unusable = tuple(f"identity.{name}" for name, text in wanted.items() if not is_identifying(text))
    return Said((), unusable) if unusable else Said((Admitted(**wanted),))


def _labs(place: str, view: View) -> Said:
    sheet, protocol = view.sheet, view.protocol
    number = int(place.partition(".")[2] or 1)
    texts = sheet.within(place)
    reads = {name: read(sheet, f"{place}.{name}", analyte, protocol) for name, analyte in _MARKERS if name in texts}
    withheld = [f"{place}.{name}" for name, found in reads.items() if not found.usable]
    if "covid19" in texts and texts["covid19"] not in YES_NO:
        withheld.append(f"{place}.covid19")
    withheld += [
        f"{place}.{name}"
        for name in TIMES
        if isinstance(time_of_sample(sheet, number, name, view.zone, view.now), Refusal)
    ]
    used = {name: text for name, text in texts.items() if f"{place}.{name}" not in withheld}
    if not used:
        return Said((), tuple(withheld))
    kept = tuple(sorted(name for name in used if sheet.is_kept(f"{place}.{name}")))
    answer = phenotype_of_sample(sheet, number, protocol)
    inputs = {name: str(found.quantity) for name, found in reads.items() if found.quantity is not None}
    if "covid19" in used:
        inputs["covid19"] = used["covid19"]
    decision = Decision(
        answer.phenotype,
        answer.regimen.name if answer.regimen else None,
        inputs,
        tuple(answer.missing),
        tuple(dict.fromkeys(caution.code for caution in answer.cautions)),
    )
    sampled = time_of_sample(sheet, number, "sampled", view.zone, view.now)
    at = sampled if isinstance(sampled, datetime) else None
    return Said((Labs(used, kept, number), decision), tuple(withheld), at)


def _screening(place: str, view: View) -> Said:
    texts = view.sheet.within(place)
    unusable = screening.unusable(view.sheet, view.protocol, view.zone, view.now)
    used = {name: text for name, text in texts.items() if name not in unusable}
    withheld = tuple(f"{place}.{name}" for name in texts if name in unusable)
    kept = tuple(sorted(name for name in used if view.sheet.is_kept(f"{place}.{name}")))
    return Said((Screened(used, kept),), withheld) if used else Said((), withheld)


def _sofa(place: str, view: View) -> Said:
    day = int(place.partition(".")[2])
    texts = view.sheet.within(place)
    if not view.has_come(day):
        return Said((), tuple(f"{place}.{name}" for name in texts))
    found = sofa_day(view.sheet, day, view.protocol)
    unusable = {name for name, _refusal in found.reading.refusals} | set(found.unconfirmed)
    points = {f"points_{organ}" for organ in ORGANS}
    unusable |= {name for name in points & set(texts) if isinstance(organ_points(texts[name]), Refusal)}
    used = {name: text for name, text in texts.items() if name not in unusable}
    withheld = tuple(f"{place}.{name}" for name in texts if name in unusable)
    if not used:
        return Said((), withheld)
    kept = tuple(sorted(name for name in used if view.sheet.is_kept(f"{place}.{name}")))
    score = found.score
    total = score.total if score.complete else None
    return Said((SofaDay(day, used, score.low, score.high, total, kept),), withheld)


def _response(place: str, view: View) -> Said:
    name = place.partition(".")[2]
    text = view.sheet.text(place)
    if name.startswith("day"):
        day = int(name.removeprefix("day"))
        is_known = text == ALIVE and view.has_come(day + 1)
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
