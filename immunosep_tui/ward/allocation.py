"""Numbers of a blinded trial: read from the pharmacist's list, given out one after the other, and what is behind them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn

from immunosep_tui.record.chart import Chart, standing_of
from immunosep_tui.record.course import Course
from immunosep_tui.record.entry import Proposal
from immunosep_tui.record.fields import DECIDING, analyte_of
from immunosep_tui.record.kinds import Allocated, CodeBroken, Decision
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.blinding import MARKERS, STUDY_DRUG
from immunosep_tui.rules.monitoring import Finding, assess
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import Answer, classify
from immunosep_tui.rules.protocol import CheckItem, Protocol, Regimen
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.schedule import Dose, schedule
from immunosep_tui.rules.sofa.reading import YES_NO
from immunosep_tui.rules.units import Quantity, read_quantity
from immunosep_tui.store.sealed_list import ARMS
from immunosep_tui.store.store import Store
from immunosep_tui.ward.reading import read
from immunosep_tui.ward.samples import numbers, place_of_sample
from immunosep_tui.ward.signature import Signature, propose

LARGEST: Final = 1_000_000
"""Bytes of a list that is read."""

_HEADINGS: Final = "number,arm"
_NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-]{0,19}")
_ANY_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


class ListRefused(Exception):
    """A list is not taken: where in it, why, and what would be accepted. Never says an arm."""

    def __init__(self, where: str, why: Sentence) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why
        self.accepted = say(
            N_("Accepted: UTF-8 text, first the line {headings}, then one line a number with {arms}."),
            headings=_HEADINGS,
            arms=" / ".join(ARMS),
        )


def read_arms(path: Path) -> dict[str, str]:
    """The arm of each number of a CSV file, in its order; OSError where it cannot be opened, ListRefused where it is not
    such a list."""
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        _refuse(0, say(N_("The file is larger than {limit} bytes."), limit=LARGEST))
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        _refuse(raw[: error.start].count(b"\n") + 1, say(N_("It is not UTF-8 text.")))
    if not lines or lines[0].strip() != _HEADINGS:
        _refuse(1, say(N_("The first line does not name the columns.")))
    arms: dict[str, str] = {}
    for place, line in enumerate(lines[1:], start=2):
        number, comma, arm = line.partition(",")
        if not comma:
            _refuse(place, say(N_("There is no comma, or the line is empty.")))
        if not _NUMBER.fullmatch(number):
            _refuse(place, say(N_("A number has up to 20 letters from A to Z, digits and hyphens.")))
        if number in arms:
            _refuse(place, say(N_("The number {number} stands twice."), number=number))
        if arm not in ARMS:
            _refuse(place, say(N_("The arm is not known.")))
        arms[number] = arm
    if not arms:
        _refuse(0, say(N_("There is no number in it.")))
    return arms


def _refuse(line: int, why: Sentence) -> NoReturn:
    raise ListRefused(f"line {line}" if line else "", why)


# ---- numbers -------------------------------------------------------------------------------------------------------


def number_of(chart: Chart, course: Course) -> str:
    """The number under which a course was prepared; empty where it has none."""
    found = [entry.body for entry in standing_of(chart.entries) if isinstance(entry.body, Allocated)]
    return next((each.number for each in reversed(found) if each.course == course.n), "")


def used_numbers(store: Store) -> frozenset[str]:
    """Every number that was ever given out, also where that was taken back. StoreError."""
    kind = Allocated.kind
    bodies = store.reading(lambda: [entry.body for entry in store.all_entries() if entry.kind == kind])
    return frozenset(body.number for body in bodies if isinstance(body, Allocated))


def next_number(arms: Mapping[str, str], used: Collection[str]) -> str | None:
    """The first number of a list that was not given out; None where the list is used up."""
    return next((number for number in arms if number not in used), None)


def allocate(chart: Chart, number: str, signature: Signature) -> Proposal:
    """The running course gets a number; the arm is not written. ValueError where none runs or it has a number.

    The key of the entry is made from the number, so that the ledger cannot hold a number twice.
    """
    course = chart.running
    if course is None or number_of(chart, course):
        raise ValueError("no course that wants a number")
    entry = propose(chart, Allocated(course.n, number), signature.now, signature)
    return replace(entry, key=f"allocated:{number}")


def break_code(chart: Chart, contents: str, signature: Signature) -> Proposal:
    """The blinding of the latest course is lifted; the signature says why. ValueError where there is no course."""
    if chart.course is None:
        raise ValueError("no course")
    return propose(chart, CodeBroken(chart.course.n, contents), signature.now, signature)


# ---- what is behind a number ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prepared:
    """One prepared dose: what the label says, and what is in it, for whoever prepares it."""

    route: str
    content: str
    drawn_from: str
    note: Sentence | None

    @property
    def label(self) -> Sentence:
        """What the label of the syringe says."""
        return say(N_("{route} study drug"), route=self.route)


def state_of(chart: Chart, course: Course, protocol: Protocol) -> Answer:
    """The state that a course rests on, by the values that its decision froze; for the pharmacist's side alone.

    Args:
        chart: of the patient.
        course: one of its courses.
        protocol: not blinded.
    """
    body = chart.entries[course.plan.decision - 1].body
    inputs = body.inputs if isinstance(body, Decision) else {}
    values: dict[str, Quantity | None] = {}
    for field in DECIDING:
        analyte, text = analyte_of(field), inputs.get(field.name)
        found = read_quantity(text, analyte.name, protocol.bands) if analyte and text is not None else None
        values[field.name] = None if found is None or isinstance(found, Refusal) else found.quantity
    return classify(
        protocol,
        values["ferritin"],
        values["hla_dr"],
        ferritin_before=values["ferritin_before"],
        covid19=YES_NO.get(inputs.get("covid19", "")),
    )


def prepared(protocol: Protocol, regimen: Regimen, arm: str) -> tuple[Prepared, ...]:
    """What each syringe of a course holds, IV first: the drug and its dummy, or both dummies.

    Args:
        protocol: not blinded.
        regimen: of the state.
        arm: one of ``ARMS``.
    """
    if arm == ARMS[0]:
        doses = _one_of_each(regimen)
    else:
        every = (dose for each in protocol.regimens.values() for dose in _one_of_each(each).values())
        doses = {dose.route: dose for dose in every if dose.placebo}
    return tuple(_prepared(doses[route]) for route in sorted(doses, key=lambda route: route != "IV"))


def _one_of_each(regimen: Regimen) -> dict[str, Dose]:
    return {dose.route: dose for dose in schedule(regimen, _ANY_DAY, "double-dummy")}


def _prepared(dose: Dose) -> Prepared:
    content = dose.product if dose.placebo else f"{dose.product} {dose.dose}"
    packs = f"{dose.containers} x {dose.container}, " if dose.containers is not None else ""
    return Prepared(dose.route, content, f"{packs}{dose.volume}", dose.note)


def contents_text(arm: str, syringes: Iterable[Prepared]) -> str:
    """What was given, as the record keeps it once the code is broken."""
    return f"{arm}: " + "; ".join(f"{each.route}: {each.content}" for each in syringes)


# ---- limits that the bedside does not see --------------------------------------------------------------------------


def marker_findings(chart: Chart, course: Course, regimen: Regimen, protocol: Protocol) -> tuple[Finding, ...]:
    """Limits on ferritin and HLA-DR that the latest value meets, by the drug's own checklist.

    Args:
        chart: of the patient.
        course: one of its courses.
        regimen: of the state.
        protocol: not blinded.
    """
    sample = course.plan.sample
    items = [each for each in protocol.checklist if each.regimen == regimen.name and each.analyte in MARKERS]
    found = (_finding(chart.sheet, sample, item, protocol) for item in items if item.limits)
    return tuple(each for each in found if each is not None and each.met)


def _finding(sheet: Patient, sample: int, item: CheckItem, protocol: Protocol) -> Finding | None:
    own = f"{STUDY_DRUG}-{item.analyte.replace('_', '-')}"
    samples = [f"{place_of_sample(n)}.{item.analyte}" for n in numbers(sheet) if n > sample]
    keys = [*(f"monitoring.{day}.{own}" for day in item.days), *samples]
    values = [value for key in keys if (value := read(sheet, key, item.analyte, protocol).quantity) is not None]
    baseline = read(sheet, f"{place_of_sample(sample)}.{item.analyte}", item.analyte, protocol).quantity
    return assess(item, values[-1], baseline) if values else None
