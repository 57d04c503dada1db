"""The record of one patient told in order, for tests without a store and without a screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from immunosep_tui.record.attention import Attention, Standing
from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.clock import moment, ms
from immunosep_tui.record.days import sofa_day
from immunosep_tui.record.entry import GENESIS, Author, Entry, Proposal, write_body
from immunosep_tui.record.kinds import Acknowledged, Bleeding, Died, Dose, Kind, Left, LimitEnded, RedCells, Voided
from immunosep_tui.record.objections import objection
from immunosep_tui.record.observations import Observation, Typed, observations
from immunosep_tui.record.raised import Judged
from immunosep_tui.record.settings import Settings, effective
from immunosep_tui.record.standing import judged, standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.deeds import start_course
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.signing import parts, proposals
from immunosep_tui.ward.starting import Plan, plan

ZONE = ZoneInfo("UTC")
START = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)
"""Hour 0 of every story: when the first dose of a course is due."""

HOUR = 3_600_000
"""Milliseconds."""

MARKERS = {
    "anakinra": {"ferritin": "9800", "hla_dr": "6100"},
    "interferon-gamma": {"ferritin": "900", "hla_dr": "3000"},
    "": {"ferritin": "900", "hla_dr": "9000"},
}
"""Values of a sample that lead to each drug, and to none."""

DOCTOR, NURSE = Author("AB", "doctor"), Author("CD", "nurse")

Told = tuple[str, str, str]
"""An item by level, what it is about and its value."""


def hour(hours: float) -> int:
    """The instant so many hours after the first dose is due, milliseconds of UTC."""
    return ms(START) + round(hours * HOUR)


def wall(hours: float) -> str:
    """That instant as it is typed."""
    return f"{moment(hour(hours)):%Y-%m-%d %H:%M}"


class Story:
    """A record that grows; hours count from the first dose, and every entry has to be one that the ledger takes.

    Args:
        protocol: that judges and plans.
        settings: texts of settings of the ward, by name.
    """

    def __init__(self, protocol: Protocol, settings: Mapping[str, str] | None = None) -> None:
        self.protocol = protocol
        opened = Entry(1, "", 1, "note", "{}", 0, 0, 0, "", "AB", "doctor", "", "", None, "", "", "k", "", "")
        found = {name: (text, opened) for name, text in (settings or {}).items()}
        self.settings: Settings = effective(found, protocol, ZONE)
        self.entries: list[Entry] = []
        self.now = hour(-6)
        self.sign({"identity.place": "7", "identity.case": "A-12", "identity.identifier": "884213"})

    @property
    def chart(self) -> Chart:
        return fold("p", self.entries)

    def at(self, hours: float) -> Story:
        """Let time go on; nothing can be recorded before what is recorded already."""
        assert hour(hours) >= self.now
        self.now = hour(hours)
        return self

    # ---- what is recorded: each gives the number of its (last) entry ----------------------------------------------
    def propose(self, proposal: Proposal) -> int:
        """Record a proposal; the rule that stands against it fails the test."""
        assert objection(self.chart, proposal)[0] == ""
        last = self.entries[-1] if self.entries else None
        bare = Entry(
            seq=len(self.entries) + 1,
            record="p",
            n=len(self.entries) + 1,
            kind=proposal.kind,
            text=write_body(proposal.body),
            at=proposal.at,
            recorded=self.now,
            mono=self.now * 1_000_000,
            boot="boot",
            author=proposal.author.initials,
            role=proposal.author.role,
            place="",
            reason=proposal.reason,
            corrects=proposal.corrects,
            protocol=self.protocol.sha256,
            program="0",
            key=f"deed-{len(self.entries)}",
            prev=last.hash if last else GENESIS,
            hash="",
        )
        self.entries.append(replace(bare, hash=bare.digest()))
        return bare.n

    def record(
        self, body: Kind, at: float | None = None, by: Author = DOCTOR, reason: str = "", corrects: int | None = None
    ) -> int:
        return self.propose(self.proposal(body, at, by, reason, corrects))

    def proposal(
        self, body: Kind, at: float | None = None, by: Author = DOCTOR, reason: str = "", corrects: int | None = None
    ) -> Proposal:
        instant = self.now if at is None else hour(at)
        return Proposal("p", body, by, instant, f"deed-{len(self.entries)}", reason, corrects)

    def sign(self, texts: Mapping[str, str], reason: str = "typed wrongly") -> int:
        """Type texts over the record as a person does, confirm the unusual ones and sign."""
        chart = self.chart
        sheet = chart.sheet
        for name, text in texts.items():
            sheet = sheet.typed(name, text).keeping(name)
        found = parts(chart, replace(sheet, key="p"), self.protocol, ZONE, moment(self.now))
        for proposal in proposals(chart, found, self.signature(reason)):
            self.propose(proposal)
        return len(self.entries)

    def signature(self, reason: str = "") -> Signature:
        return Signature(DOCTOR, moment(self.now), f"deed-{len(self.entries)}", self.protocol.sha256, "", reason)

    def sample(self, drug: str, taken: float | None = -5, number: int = 1, **more: str) -> int:
        """A blood sample that leads to a drug, drawn at an hour, None for a time that nobody typed."""
        place = "labs" if number == 1 else f"sample.{number}"
        texts = MARKERS[drug] | {"covid19": "no"} | ({} if taken is None else {"sampled": wall(taken)}) | more
        return self.sign({f"{place}.{name}": text for name, text in texts.items()})

    def course(self, drug: str = "anakinra", taken: float | None = -5) -> int:
        """Sign a sample that leads to a drug and start its course; its first dose is due at hour 0."""
        self.sample(drug, taken)
        return self.start()

    def start(self, first: float = 0) -> int:
        """Start the course that the signed sample leads to; every question is answered with no."""
        chart = self.chart
        sheet = chart.sheet.typed("treatment.start", wall(first))
        planned = plan(sheet, chart, self.protocol, ZONE, settings=self.settings)
        assert isinstance(planned, Plan), planned
        answers = {question.id: "no" for question in planned.regimen.questions}
        planned = plan(sheet, chart, self.protocol, ZONE, answers, self.settings)
        assert isinstance(planned, Plan)
        return self.propose(*start_course(chart, planned.body, self.signature()))

    def dose(self, slot: int = 1, outcome: str = "given", at: float | None = None) -> int:
        """What became of a dose, with a reason where one is asked."""
        chart = self.chart
        course = chart.course
        planned = None if course is None else course.slot(slot)
        assert course is not None
        assert planned is not None
        asks = chart.dose_asks(course, planned, outcome, self.now if at is None else hour(at))
        return self.record(Dose(course.n, slot, outcome), at, reason="why" if asks else "")

    def check(self, name: str, text: str, day: int = 1) -> int:
        """A cell of the checklist of the course that runs, or of anakinra."""
        course = self.chart.course
        drug = course.plan.regimen if course is not None else "anakinra"
        return self.sign({f"monitoring.{day}.{drug}-{name}": text})

    def value(self, analyte: str, text: str, taken: float | None, number: int = 2) -> int:
        """One more value of a blood sample, drawn at an hour."""
        place = "labs" if number == 1 else f"sample.{number}"
        texts = {analyte: text} | ({} if taken is None else {"sampled": wall(taken)})
        return self.sign({f"{place}.{name}": value for name, value in texts.items()})

    def bleed(self, grade: int | None, at: float | None = None, major: Sequence[str] = (), level: str = "") -> int:
        return self.record(Bleeding("other", "seen", grade, tuple(major), level), at)

    def red_cells(self, units: int, at: float | None = None) -> int:
        return self.record(RedCells(units), at)

    def acknowledge(self, *entries: int, hours: float = 8) -> int:
        return self.record(Acknowledged(entries, self.now + round(hours * HOUR)), reason="seen")

    def end(self, entry: int, level: str = "stop") -> int:
        return self.record(LimitEnded(entry, level), reason="over")

    def void(self, entry: int) -> int:
        return self.record(Voided(entry), reason="wrong patient")

    def die(self) -> int:
        return self.record(Died(sofa_day(self.chart, ZONE, self.now)))

    def leave(self) -> int:
        return self.record(Left("yes"))

    # ---- what it means --------------------------------------------------------------------------------------------
    def typed(self, texts: Mapping[str, str] | None) -> Typed | None:
        return None if texts is None else Typed(dict(texts), self.now)

    def readings(self, draft: Mapping[str, str] | None = None) -> Judged:
        return judged(self.chart, self.protocol, self.settings, self.typed(draft))

    def facts(self, draft: Mapping[str, str] | None = None) -> dict[str, tuple[Observation, ...]]:
        return observations(self.chart, self.protocol, self.readings().days, self.typed(draft))

    def standing(self, draft: Mapping[str, str] | None = None) -> Standing:
        return standing(self.chart, self.protocol, self.settings, self.readings(draft))

    def attention(
        self, hours: float | None = None, *, draft: Mapping[str, str] | None = None, doubt: bool = False
    ) -> Attention:
        """What asks for a person at an hour, now unless one is given."""
        now = self.now if hours is None else hour(hours)
        return self.standing(draft).at(now, clock_in_doubt=doubt)

    def alarms(self, hours: float | None = None, *, draft: Mapping[str, str] | None = None) -> list[Told]:
        """Every STOP, CALL and LOOK."""
        return told(self.attention(hours, draft=draft), "stop", "call", "look")


def told(found: Attention, *levels: str) -> list[Told]:
    """The items of some levels, of all without one."""
    items = found.of(*levels) if levels else found.items
    return [(item.level, item.about, item.value) for item in items]


def codes(found: Attention) -> Counter[tuple[str, str]]:
    """How many items of each level and kind."""
    return Counter((item.level, item.code) for item in found.items)


def after(hours: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=hours)
