"""The values of a made-up patient as labelled rows: what was typed with its unit, and what was not measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from immunosep_tui.i18n import _
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_
from immunosep_tui.training.question import Situation
from immunosep_tui.ward import samples
from immunosep_tui.ward.answers import LAST_DAY
from immunosep_tui.ward.value_words import readings, value_label, value_text

Row = tuple[str, str]
"""A label and what stands beside it."""

SOFA_ORDER: Final = (
    "pao2", "fio2", "spo2", "support", "platelets", "bilirubin", "map", "norepinephrine", "epinephrine", "dopamine",
    "dobutamine", "gcs", "sedated", "gcs_before_sedation", "creatinine", "urine", "urine_hours", "renal_replacement",
)  # fmt: skip
"""Values of a SOFA day in the order of its form; others follow."""

SOFA_EXPECTED: Final = ("pao2", "platelets", "bilirubin", "map", "gcs", "creatinine", "urine")
"""Values that an ordinary day has: of each that is not there it is said that it was not measured."""

TREATMENT: Final = {
    "start": N_("First dose"),
    "stop": N_("Stopped"),
    "regimen": N_("Drug"),
    "design": N_("Design"),
}

COVID19: Final = "covid19"
"""Typed with the labs and a criterion of the trial: it stands once, under Screening where anything else does."""

DAYS_IN_LINE: Final = 9
"""Daily totals that stand side by side."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading, both in the reader's language."""

    heading: str
    rows: tuple[Row, ...]


def groups(situation: Situation) -> tuple[Group, ...]:
    """Everything on the sheet, in the order of the rooms; nothing for a question that has no patient."""
    patient, protocol = situation.patient, situation.protocol
    if all(key.startswith("identity.") or key == f"labs.{COVID19}" for key in patient.texts):
        return ()
    now = f"{situation.now.astimezone(situation.zone):%Y-%m-%d %H:%M}"
    found = [
        Group("", ((_("Now"), now), (_("Time zone"), situation.zone.key))),
        Group(_("Screening"), tuple(_screening(patient, protocol))),
        *_samples(patient),
        *(Group(_("SOFA values, day {day}").format(day=day), tuple(_sofa(patient, day))) for day in _days()),
        Group(_("Treatment"), tuple(_treatment(patient))),
        *(Group(_("Checks, day {day}").format(day=day), tuple(checks(patient, day, protocol))) for day in _days()),
        Group(_("SOFA totals"), tuple(_totals(patient))),
    ]
    return tuple(group for group in found if group.rows)


def _days() -> range:
    return range(1, LAST_DAY + 1)


def _screening(patient: Patient, protocol: Protocol) -> Iterator[Row]:
    labels = {each.id: each.label for each in protocol.eligibility.statements}
    texts = patient.within("screening")
    for name, text in texts.items():
        yield _(labels[name]) if name in labels else value_label(name), _(value_text(name, text))
    if texts and COVID19 in patient.within("labs"):
        yield value_label(COVID19), _(patient.text(f"labs.{COVID19}"))
    if texts:
        yield _("Anything else"), _("not asked yet")


def _samples(patient: Patient) -> Iterator[Group]:
    listed = samples.numbers(patient)
    for number in listed:
        place = samples.place_of_sample(number)
        texts = patient.within(place)
        if not texts.keys() & {*samples.MARKERS, *samples.TIMES}:
            continue
        rows = [
            (value_label(name), value_text(name, texts.get(name, "")) or _not_measured()) for name in samples.MARKERS
        ]
        said = (*samples.MARKERS, *([COVID19] if patient.within("screening") else []))
        rows += [(value_label(name), _(value_text(name, text))) for name, text in _rest(texts, said)]
        yield Group(_("Sample {n}").format(n=number) if len(listed) > 1 else _("Labs"), tuple(rows))


def _not_measured() -> str:
    return _("not measured")


def _rest(texts: dict[str, str], listed: Iterable[str]) -> list[Row]:
    known = set(listed)
    return [(name, text) for name, text in texts.items() if name not in known]


def _sofa(patient: Patient, day: int) -> Iterator[Row]:
    texts = patient.within(f"sofa.{day}")
    by_points = any(name.startswith("points_") for name in texts)
    if not texts:
        return
    for name in SOFA_ORDER:
        if name in texts:
            yield value_label(name), _(value_text(name, texts[name]))
        elif name in SOFA_EXPECTED and not by_points and not (name == "pao2" and "spo2" in texts):
            yield value_label(name), _not_measured()
    yield from ((value_label(name), _(value_text(name, text))) for name, text in _rest(texts, SOFA_ORDER))


def _treatment(patient: Patient) -> Iterator[Row]:
    texts = patient.within("treatment")
    return ((_(label), _(texts[name])) for name, label in TREATMENT.items() if name in texts)


def checks(patient: Patient, day: int, protocol: Protocol) -> Iterator[Row]:
    """What was found on a treatment day, in the order of the checklist."""
    texts = patient.within(f"monitoring.{day}")
    for item in protocol.checklist:
        if item.id in texts:
            yield _(item.label), _(readings(texts[item.id], ANALYTES.get(item.analyte)))


def _totals(patient: Patient) -> Iterator[Row]:
    texts = patient.within("response")
    known = [day for day in _days() if str(day) in texts]
    for first in range(1, max(known, default=0) + 1, DAYS_IN_LINE):
        days = range(first, min(first + DAYS_IN_LINE, max(known) + 1))
        yield _("Day"), "".join(f"{day:>3}" for day in days)
        yield _("Total"), "".join(f"{texts.get(str(day), '-'):>3}" for day in days)
    if known and len(known) < max(known):
        yield "-", _("that day was not scored")
    if "D" in texts.values():
        yield "D", _("died on that day")
    if texts.get("final") == "yes":
        yield _("Later"), _("no more values will come")
    if "day28" in texts:
        yield _("Day 28"), _(texts["day28"])
