"""From a sheet to a signature: what differs from the record, what of it would be recorded, and the deed of signing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Entry, Proposal
from immunosep_tui.record.kinds import Check, Decision, Kind, SofaDay, SofaTotal, Voided
from immunosep_tui.record.looks import adds_to
from immunosep_tui.record.patient import Patient, confirmed, is_death_text
from immunosep_tui.record.raised import Judged
from immunosep_tui.record.settings import effective
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.store import Store
from immunosep_tui.ward.bodies import Said, View, said_at
from immunosep_tui.ward.reading import TIMED
from immunosep_tui.ward.readings import readings_of
from immunosep_tui.ward.signature import Signature, propose

ORDER = ("identity", "screening", "labs", "sample", "sofa", "treatment", "monitoring", "response")
"""Rooms in the order in which they are recorded: a death that is signed with all before it ends the record."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is new at one place of a sheet.

    Args:
        place: start of its keys.
        before: the texts that stand in the record, by key.
        after: the texts on the sheet.
        said: what would be recorded.
        corrects: the entry that would be replaced.
    """

    place: str
    before: dict[str, str]
    after: dict[str, str]
    said: Said
    corrects: Entry | None

    @property
    def removes(self) -> bool:
        """Whether a recorded text was taken away and nothing stands in its place."""
        stays = self.place.startswith("treatment") or self.over_death
        return self.corrects is not None and not self.after and not stays

    @property
    def over_death(self) -> bool:
        """Whether a recorded death stands here, which no sheet takes away."""
        return self.corrects is not None and self.corrects.body.is_death

    @property
    def is_ready(self) -> bool:
        """Whether something would be recorded."""
        return bool(self.said.bodies) or self.removes


def parts(
    chart: Chart,
    sheet: Patient,
    protocol: Protocol,
    zone: ZoneInfo,
    now: datetime | None = None,
    readings: Judged | None = None,
) -> tuple[Part, ...]:
    """Each place at which a sheet differs from the record that it lies over, in the order of recording.

    Args:
        chart: the record.
        sheet: what is typed over it.
        protocol: that the answers are given by.
        zone: of the site.
        now: what would have happened later is held back.
        readings: of chart and sheet, held against their limits by the settings of the ward; by the defaults without.
    """
    if readings is None:
        readings = readings_of(chart, sheet, protocol, effective({}, protocol, zone), now)
    view = View(sheet, chart, protocol, zone, readings, now)
    found = []
    for place in places_that_differ(chart.sheet, sheet):
        before, after = _texts(chart.sheet, place), _texts(sheet, place)
        said = said_at(place, view) if after else Said(())
        if set(said.withheld) & set(before):
            said = Said((), tuple(after))  # recording the rest would silently take a recorded value away
        there = chart.latest.get(place)
        if there is not None and there.body.is_death:
            said = Said((), tuple(after))
        if there is not None and said.bodies and said.bodies[0].on_sheet() == there.body.on_sheet():
            said = Said((), said.withheld)  # what can be signed has been signed
        if there is not None and _only_adds(before, after):
            there = None  # a further reading behind those that were signed corrects nothing
        found.append(Part(place, before, after, said, there))
    return tuple(found)


def _only_adds(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether a cell of the checklist keeps what was signed and has more behind it."""
    return set(before) == set(after) and all(
        key.startswith(TIMED) and adds_to(text, after[key]) for key, text in before.items()
    )


def places_that_differ(recorded: Patient, sheet: Patient) -> list[str]:
    """The places at which two sheets have other texts, or the same texts confirmed and not."""
    keys = {key for key, _text in set(recorded.texts.items()) ^ set(sheet.texts.items())}
    keys |= confirmed(recorded) ^ confirmed(sheet)
    places = {place_of_key(key) for key in keys}
    return sorted(places, key=lambda place: (ORDER.index(place.partition(".")[0]), _days_first(place)))


def place_of_key(key: str) -> str:
    """The place that a key of the sheet belongs to: what is recorded and corrected together."""
    room, _, rest = key.partition(".")
    if room in ("identity", "screening", "labs"):
        return room
    if room in ("sofa", "sample"):
        return f"{room}.{rest.partition('.')[0]}"
    if room == "treatment":
        return key if rest == "stop" else room
    return key


def _days_first(place: str) -> tuple[int, str]:
    number = place.partition(".")[2].partition(".")[0]
    return int(number) if number.isdecimal() else 0, place


def _texts(sheet: Patient, place: str) -> dict[str, str]:
    return {key: text for key, text in sheet.texts.items() if place_of_key(key) == place}


DEATH, STOP, CALL, PHENOTYPE, TOTAL, REST = range(6)
"""What a part of a signature weighs, the heaviest first."""

_LEVELS = {"stop": STOP, "call": CALL}


def weight(part: Part) -> int:
    """What a part weighs: it alone decides what is read first at the signature."""
    if part.over_death or any(
        is_death_text(key, text) for key, text in part.after.items() if key.startswith("response")
    ):
        return DEATH
    bodies = part.said.bodies
    met = [_LEVELS[body.level] for body in bodies if isinstance(body, Check) and body.level in _LEVELS]
    if met:
        return min(met)
    if part.place.startswith("treatment") or any(isinstance(body, Decision) for body in bodies):
        return PHENOTYPE
    return TOTAL if any(isinstance(body, SofaDay | SofaTotal) for body in bodies) else REST


def by_weight(found: Iterable[Part], protocol: Protocol) -> list[list[Part]]:
    """The parts as they are read: what stands under one heading together, the heaviest first.

    Checks of one weight follow the priorities of the checklist, everything else the order of recording.
    """
    groups: dict[str, list[Part]] = {}
    for part in found:
        groups.setdefault(heading_of(part.place), []).append(part)
    priorities = {item.id: item.priority for item in protocol.checklist}
    for group in groups.values():
        group.sort(key=lambda part: (weight(part), priorities.get(part.place.rpartition(".")[2], 0)))
    return sorted(groups.values(), key=lambda group: weight(group[0]))


def heading_of(place: str) -> str:
    """The start of a place that names what is read under one heading: the checks of a day, the totals of all days."""
    room, _dot, rest = place.partition(".")
    if room == "monitoring":
        return f"{room}.{rest.partition('.')[0]}"
    return room if room == "response" and rest.isdecimal() else place


def needs_reason(found: Iterable[Part]) -> bool:
    """Whether something that was recorded would be corrected."""
    return any(part.corrects is not None and part.is_ready for part in found)


def proposals(chart: Chart, found: Sequence[Part], signature: Signature) -> tuple[Proposal, ...]:
    """The entries that signing these parts would append, in order."""
    listed: list[Proposal] = []
    for part in found:
        if not part.is_ready:
            continue
        bodies, corrects = _bodies(part)
        for body in bodies:
            at = part.said.at or signature.now
            corrected = corrects is not None or isinstance(body, Voided)
            signed = signature if corrected else replace(signature, reason="")
            listed.append(propose(chart, body, at, signed, corrects, len(listed)))
            corrects = None
    return tuple(listed)


def _bodies(part: Part) -> tuple[Sequence[Kind], int | None]:
    """What a part records, and the number of the entry that the first of it replaces; what is taken away is voided."""
    bodies, there = part.said.bodies, part.corrects
    if there is None:
        return bodies, None
    return (bodies, there.n) if bodies else ((Voided(there.n),), None)


def sign(store: Store, chart: Chart, found: Sequence[Part], signature: Signature) -> tuple[Entry, ...]:
    """Record what is ready of these parts; raises what ``Store.append`` raises."""
    return store.append(proposals(chart, found, signature), chart.n)


def left_over(recorded: Patient, sheet: Patient, found: Sequence[Part]) -> Patient:
    """The record as it is after signing, with the texts of the sheet that signing held back, to stay as a draft."""
    held = {key for part in found for key in (part.said.withheld if part.is_ready else part.after)}
    return replace(recorded, texts={**recorded.texts, **{key: sheet.text(key) for key in held if sheet.text(key)}})
