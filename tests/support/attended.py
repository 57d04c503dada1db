"""Random histories of one patient by seed, made of what the wards sign: for the properties of attention.

Each deed is one that the ledger takes; entries are built without a store, so that many thousands can be played.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.profile.files import load
from immunosep_tui.record.attention import CALL, LOOK, RESTS_ON, STOP
from immunosep_tui.record.chart import Chart, fold, standing_of
from immunosep_tui.record.days import days_of
from immunosep_tui.record.entry import WARD, Author, Entry, Proposal, write_body
from immunosep_tui.record.kinds import (
    Acknowledged,
    Admitted,
    Bleeding,
    Check,
    CourseContinued,
    CourseStarted,
    CourseStopped,
    Decision,
    Died,
    Dose,
    Kind,
    Labs,
    Left,
    LimitEnded,
    RedCells,
    Screened,
    Setting,
    SofaDay,
    SofaTotal,
    Voided,
)
from immunosep_tui.record.objections import objection
from immunosep_tui.record.observations import Typed, fact_of
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.settings import Settings, effective, settings_of
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.starting import Plan, plan

START: Final = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)
MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
ZONE: Final = ZoneInfo("UTC")

MARKERS: Final = {"high": ("9800", "6100"), "low": ("800", "3000"), "neither": ("800", "9000")}
"""Ferritin and HLA-DR of each phenotype that the histories know."""

PHENOTYPES: Final = {
    "high": ("mals", "anakinra"),
    "low": ("immunoparalysis", "interferon-gamma"),
    "neither": ("unclassified", None),
}

TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "hemoglobin": ("6.2", "6.9", "7.0", "7.1", "7.9", "8.0", "9.5", "11.0", "<7", "<8", ">9"),
    "anc": ("0.3", "0.5", "0.7", "1.2", "1.4", "2.5", "<0.5", "<1.0", "<2.0"),
    "platelets": ("300", "160", "150", "85", "50", "48", "30", "<50", "<10", "<100", ">100"),
    "fibrinogen": ("1.2", "1.4", "1.5", "2.8", "<1.5", "<3.0"),
    "bleeding": ("0", "1", "2", "3", "4"),
    "major-bleeding": ("0", "0", "1", "2"),
    "alt": ("30", "190", "210", "320"),
    "ferritin": ("800", "3000", "6000", "9800"),
    "creatinine_clearance": ("25", "30", "60"),
    "mental-state": ("done", "problem"),
}
"""What is typed of each fact, on both sides of its limits."""


@cache
def protocol_at_hand() -> Protocol:
    """The protocol that the program starts with."""
    return load()


@cache
def _planned(regimen: str) -> CourseStarted:
    """The course of a regimen whose first dose is due at ``START``, as the ward plans it."""
    protocol = protocol_at_hand()
    ferritin, hla_dr = next(MARKERS[name] for name, (_word, given) in PHENOTYPES.items() if given == regimen)
    texts = {"ferritin": ferritin, "hla_dr": hla_dr, "covid19": "no"}
    word = next(word for word, given in PHENOTYPES.values() if given == regimen)
    entries = []
    bodies: tuple[Kind, ...] = (Admitted("7", "A-1", "1"), Labs(texts), Decision(word, regimen, {}, (), ()))
    for n, body in enumerate(bodies, start=1):
        entries.append(entry_of(Proposal("plan", body, Author("AB", "doctor"), ms(START), f"k{n}"), n, ms(START)))
    chart = fold("plan", entries)
    sheet = chart.sheet.typed("treatment.start", f"{START:%Y-%m-%d %H:%M}")
    found = plan(sheet, chart, protocol, ZONE)
    assert isinstance(found, Plan), found
    return found.body


def course_of(regimen: str, first: int, decision: int, sample: int) -> CourseStarted:
    """The course of a regimen whose first dose is due at an instant."""
    body, moved = _planned(regimen), first - ms(START)
    return replace(
        body,
        start=f"{moment(first):%Y-%m-%d %H:%M}",
        decision=decision,
        slots=tuple(replace(slot, due=slot.due + moved) for slot in body.slots),
        checks=tuple(replace(each, due=tuple(due + moved for due in each.due)) for each in body.checks[:4]),
        ends=body.ends + moved,
        sample=sample,
    )


def entry_of(proposal: Proposal, n: int, recorded: int) -> Entry:
    """The entry that a ledger makes of a proposal, but for its chain."""
    entry = Entry(
        n, proposal.record, n, proposal.kind, write_body(proposal.body), proposal.at, recorded, 0, "boot",
        proposal.author.initials, proposal.author.role, proposal.place, proposal.reason, proposal.corrects,
        proposal.protocol, "0", proposal.key, "", "",
    )  # fmt: skip
    entry.__dict__["body"] = proposal.body  # read back from its text it is the same, and that takes long
    return entry


@dataclass(frozen=True)
class Step:
    """One change: which deed, what was appended, the chart and the settings before and after it, and when."""

    deed: str
    proposals: tuple[Proposal, ...]
    before: Chart
    after: Chart
    settings_before: Settings
    settings: Settings
    at: int

    @property
    def added(self) -> tuple[Entry, ...]:
        """The entries that it appended to the record of the patient."""
        return self.after.entries[self.before.n :]


class Attended:
    """A patient to whom things happen.

    Args:
        seed: of the history.
        key: of the patient.
        place: bed.
    """

    def __init__(self, seed: object, key: str = "p", place: str = "7") -> None:
        self.rng = random.Random(f"attended/{seed}")
        self.protocol = protocol_at_hand()
        self.author = Author("AB", "doctor")
        self.now = ms(START) - self.rng.randrange(0, 30) * HOUR
        self.chart = Chart(key)
        self.settings = effective({}, self.protocol, ZONE)
        self._place = place
        self._ward: list[Entry] = []
        self._keys = 0

    def steps(self, many: int) -> Iterator[Step]:
        """The admission and so many further deeds that the ledger takes, at most; each is tried once."""
        yield from self._step("admitted", lambda: [(Admitted(self._place, f"A-{self.chart.key}", "884213"), None)])
        names, weights = list(DEEDS), [weight for _deed, weight in DEEDS.values()]
        while self.chart.n < many:
            self.now += self.rng.choice((MINUTE, 20 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR, 20 * HOUR))
            name = self.rng.choices(names, weights)[0]
            yield from self._step(name, lambda name=name: DEEDS[name][0](self))  # type: ignore[misc]

    def _step(self, name: str, make: Callable[[], list[tuple[Kind, int | None]]]) -> Iterator[Step]:
        at, before, was = self.now, self.chart, self.settings
        self._at = self.now
        chart, listed = before, []
        for body, corrects in make():
            self._keys += 1
            role = "doctor" if self.rng.random() < 0.9 or isinstance(body, LimitEnded) else "nurse"
            record = WARD if isinstance(body, Setting) else chart.key
            proposal = Proposal(
                record, body, Author("AB", role), self._at, f"{chart.key}/{self._keys}", "because", corrects,
                self.protocol.sha256, "ws",
            )  # fmt: skip
            if record == WARD:
                self._ward.append(entry_of(proposal, len(self._ward) + 1, at))
                self.settings = effective(settings_of(self._ward), self.protocol, ZONE)
            elif objection(chart, proposal)[0]:
                return
            else:
                chart = fold(chart.key, (*chart.entries, entry_of(proposal, chart.n + 1, at)))
            listed.append(proposal)
        self.chart = chart
        if listed:
            yield Step(name, tuple(listed), before, chart, was, self.settings, at)

    # What can be done.

    def items(self) -> list[CheckItem]:
        """The lines of the checklist that are asked about: of the course, without one of both drugs."""
        course = self.chart.course
        found = [item for item in self.protocol.checklist if fact_of(item) in TEXTS]
        return found if course is None else [item for item in found if item.regimen == course.plan.regimen]

    def day(self) -> int:
        """A calendar day of the patient that has come."""
        today = days_of(self.chart, ZONE, now=self.now).calendar_day(self.now)
        return max(1, today - self.rng.choice((0, 0, 0, 1, 2)))

    def readings(self, fact: str, day: int) -> str:
        """What is typed into a cell of a day: up to three readings, with times that have come, without, out of order."""
        begins = days_of(self.chart, ZONE, now=self.now).span(day)[0]
        latest = min((self.now - begins) // MINUTE, 24 * 60 - 1)
        found = []
        for _each in range(self.rng.choice((1, 1, 1, 2, 3)) if fact not in ("mental-state",) else 1):
            text = self.rng.choice(TEXTS[fact])
            if latest >= 0 and fact != "mental-state" and self.rng.random() < 0.5:
                minute = self.rng.randrange(0, latest + 1)
                text += f" {minute // 60:02}:{minute % 60:02}"
            found.append(text)
        return "; ".join(found)

    def check(self) -> list[tuple[Kind, int | None]]:
        item, day = self.rng.choice(self.items()), self.day()
        place = f"monitoring.{day}.{item.id}"
        text, there, corrects = self.readings(fact_of(item), day), self.chart.sheet.text(place), None
        if there and place in self.chart.latest:
            if self.rng.random() < 0.6 and ";" not in there:
                text = f"{there}; {text}"
            else:
                corrects = self.chart.latest[place].n
        return [(Check(day, item.id, item.label, text), corrects)]

    def labs(self) -> list[tuple[Kind, int | None]]:
        kind = self.rng.choice(("high", "high", "low", "low", "neither"))
        ferritin, hla_dr = MARKERS[kind]
        texts = {"ferritin": ferritin, "hla_dr": hla_dr, "covid19": self.rng.choice(("no", "no", "no", "yes"))}
        number = self.rng.choice((1, 1, 2, 3))
        word, regimen = PHENOTYPES[kind]
        if self.rng.random() < 0.7:
            self._at = (self.now - self.rng.choice((MINUTE, HOUR, 6 * HOUR, 30 * HOUR))) // MINUTE * MINUTE
            texts["sampled"] = f"{moment(self._at):%Y-%m-%d %H:%M}"
        place = "labs" if number == 1 else f"sample.{number}"
        there = self.chart.latest.get(place)
        decision = Decision(word, regimen, {"covid19": texts["covid19"]}, (), ())
        return [(Labs(texts, (), number), there.n if there else None), (decision, None)]

    def sofa(self) -> list[tuple[Kind, int | None]]:
        day = self.day()
        there = self.chart.latest.get(f"sofa.{day}")
        texts = {
            "platelets": self.rng.choice(TEXTS["platelets"][:7]),
            "bilirubin": self.rng.choice(("1.0", "5.9", "6.1")),
        }
        if self.rng.random() < 0.3:
            del texts[self.rng.choice(sorted(texts))]
        total = self.rng.choice((None, 5, 9))
        return [(SofaDay(day, texts, total or 3, total or 20, total), there.n if there else None)]

    def total(self) -> list[tuple[Kind, int | None]]:
        day = self.day()
        there = self.chart.latest.get(f"response.{day}")
        return [(SofaTotal(day, self.rng.randrange(0, 15)), there.n if there else None)]

    def screened(self) -> list[tuple[Kind, int | None]]:
        there = self.chart.latest.get("screening")
        return [(Screened({"neutrophils": self.rng.choice(TEXTS["anc"][:6])}), there.n if there else None)]

    def bleeding(self) -> list[tuple[Kind, int | None]]:
        self._at = self.now - self.rng.choice((0, MINUTE, 2 * HOUR, 30 * HOUR))
        grade = self.rng.choice((None, 0, 1, 2, 2, 3, 4))
        return [(Bleeding("line", "seen", grade, self.rng.choice(((), (), ("organ",), ("organ", "fall")))), None)]

    def red_cells(self) -> list[tuple[Kind, int | None]]:
        self._at = self.now - self.rng.choice((0, HOUR, 5 * HOUR))
        return [(RedCells(self.rng.choice((1, 2, 3))), None)]

    def course(self) -> list[tuple[Kind, int | None]]:
        decided = [e for e in standing_of(self.chart.entries) if isinstance(e.body, Decision) and e.body.regimen]
        if not decided:
            return self.labs()
        entry = self.rng.choice(decided[-2:])
        assert isinstance(entry.body, Decision)
        assert entry.body.regimen
        first = (self.now + self.rng.choice((-HOUR, 0, HOUR, 4 * HOUR, 20 * HOUR))) // MINUTE * MINUTE
        labs = self.chart.entries[entry.n - 2].body
        return [(course_of(entry.body.regimen, first, entry.n, labs.sample if isinstance(labs, Labs) else 1), None)]

    def started(self, regimen: str, first: int) -> list[Kind]:
        """What is signed before and with a course of a regimen in a record that holds an admission only."""
        name = next(name for name, (_word, given) in PHENOTYPES.items() if given == regimen)
        texts = {"ferritin": MARKERS[name][0], "hla_dr": MARKERS[name][1], "covid19": "no"}
        decision = Decision(PHENOTYPES[name][0], regimen, {"covid19": "no"}, (), ())
        return [Labs(texts), decision, course_of(regimen, first, 3, 1)]

    def dose(self) -> list[tuple[Kind, int | None]]:
        course = self.chart.running
        if course is None:
            return self.course()
        slot = next((slot for slot in course.plan.slots if slot.number not in course.doses), None)
        if slot is None:
            return []
        self._at = self.now - self.rng.choice((0, 5 * MINUTE, HOUR, 6 * HOUR))
        return [(Dose(course.n, slot.number, self.rng.choice(("given", "given", "given", "held", "omitted"))), None)]

    def stop(self) -> list[tuple[Kind, int | None]]:
        course = self.chart.running
        return [] if course is None else [(CourseStopped(course.n, f"{moment(self.now):%Y-%m-%d %H:%M}"), None)]

    def left(self) -> list[tuple[Kind, int | None]]:
        return [(Left("yes"), None)] if "response.final" not in self.chart.latest else []

    def died(self) -> list[tuple[Kind, int | None]]:
        return [(Died(self.day()), None)]

    def acknowledged(self) -> list[tuple[Kind, int | None]]:
        found = [n for item in self._alarms(STOP, CALL, LOOK) for n in item[1]]
        return [(Acknowledged((self.rng.choice(found),), self.now + 8 * HOUR), None)] if found else []

    def ended(self) -> list[tuple[Kind, int | None]]:
        found = self._alarms(STOP, CALL)
        if not found:
            return []
        level, entries = self.rng.choice(found)
        return [(LimitEnded(self.rng.choice(entries), level), None)]

    def continued(self) -> list[tuple[Kind, int | None]]:
        course = self.chart.running
        items = standing(self.chart, self.protocol, self.settings).items
        rests = [item for item in items if item.code == RESTS_ON]
        return [(CourseContinued(course.n, self.rng.choice(rests).entries), None)] if rests and course else []

    def void(self) -> list[tuple[Kind, int | None]]:
        found = [e.n for e in standing_of(self.chart.entries) if e.n > 1]
        return [(Voided(self.rng.choice(found[-8:])), None)] if found else []

    def corrected(self) -> list[tuple[Kind, int | None]]:
        """A bleeding or red cells or the time of a dose, typed wrongly."""
        kinds = (Bleeding, RedCells, Dose)
        found = [e for e in standing_of(self.chart.entries) if isinstance(e.body, kinds)]
        if not found:
            return []
        entry = self.rng.choice(found[-4:])
        body = entry.body
        if isinstance(body, Bleeding):
            return [(self.bleeding()[0][0], entry.n)]
        if isinstance(body, RedCells):
            return [(self.red_cells()[0][0], entry.n)]
        self._at = min(self.now, entry.at + self.rng.choice((-20 * HOUR, -HOUR, HOUR, 20 * HOUR)))
        return [(body, entry.n)]

    def setting(self) -> list[tuple[Kind, int | None]]:
        name, texts = self.rng.choice(
            (
                ("alt", ("40", "60", "")),
                ("acknowledged", ("2", "8")),
                ("overdue", ("0", "120")),
                ("unavailable", ("alt", "")),
            )
        )
        return [(Setting(name, self.rng.choice(texts)), None)]

    def _alarms(self, *levels: str) -> list[tuple[str, tuple[int, ...]]]:
        items = standing(self.chart, self.protocol, self.settings).items
        return [(item.level, item.entries) for item in items if item.level in levels and item.entries]

    # What is typed and not signed.

    def draft(self) -> dict[str, str]:
        """A few texts typed over the record, by key of the sheet."""
        texts: dict[str, str] = {}
        for _each in range(self.rng.choice((1, 2, 4))):
            room = self.rng.choice(("monitoring", "monitoring", "monitoring", "labs", "sofa", "screening", "start"))
            if room == "monitoring":
                item, day = self.rng.choice(self.items()), self.day() + self.rng.choice((0, 0, 0, 1))
                key = f"monitoring.{day}.{item.id}"
                there = self.chart.sheet.text(key)
                typed = self.readings(fact_of(item), day)
                texts[key] = f"{there}; {typed}" if there and self.rng.random() < 0.5 else typed
            elif room == "labs":
                where = self.rng.choice(("labs", "sample.2", "sample.3"))
                texts[f"{where}.ferritin"], texts[f"{where}.hla_dr"] = MARKERS[self.rng.choice(sorted(MARKERS))]
                at = self.now - self.rng.choice((MINUTE, 6 * HOUR, 30 * HOUR))
                texts[f"{where}.sampled"] = f"{moment(at):%Y-%m-%d %H:%M}"
            elif room == "sofa":
                texts[f"sofa.{self.day()}.platelets"] = self.rng.choice(TEXTS["platelets"][:7])
            elif room == "screening":
                texts["screening.neutrophils"] = self.rng.choice(TEXTS["anc"][:6])
            elif self.chart.course is None:
                at = self.now + self.rng.choice((-30 * HOUR, HOUR, 30 * HOUR))
                texts["treatment.start"] = f"{moment(at):%Y-%m-%d %H:%M}"
        return texts

    def typed(self, texts: dict[str, str]) -> tuple[Typed, int | None]:
        """A draft as the fold takes it, and the first dose that it plans."""
        start = texts.get("treatment.start")
        planned = ms(datetime.strptime(start, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)) if start else None
        return Typed(texts, self.now), planned


Deed = Callable[[Attended], list[tuple[Kind, int | None]]]

DEEDS: Final[dict[str, tuple[Deed, int]]] = {
    "check": (Attended.check, 30),
    "labs": (Attended.labs, 9),
    "sofa": (Attended.sofa, 5),
    "total": (Attended.total, 2),
    "screened": (Attended.screened, 2),
    "bleeding": (Attended.bleeding, 8),
    "red-cells": (Attended.red_cells, 2),
    "course": (Attended.course, 6),
    "dose": (Attended.dose, 14),
    "stop": (Attended.stop, 2),
    "left": (Attended.left, 1),
    "died": (Attended.died, 1),
    "acknowledged": (Attended.acknowledged, 6),
    "ended": (Attended.ended, 6),
    "continued": (Attended.continued, 6),
    "void": (Attended.void, 6),
    "corrected": (Attended.corrected, 4),
    "setting": (Attended.setting, 2),
}
"""What staff do, by the name of the deed, and how often."""


def sheet_over(chart: Chart, texts: dict[str, str]) -> Patient:
    """The sheet of a record with these texts typed over it."""
    return replace(chart.sheet, texts={**chart.sheet.texts, **texts})


def within_a_minute(at: int) -> tuple[int, int, int]:
    """One minute before an instant, the instant, and one minute after it."""
    return at - MINUTE, at, at + MINUTE
