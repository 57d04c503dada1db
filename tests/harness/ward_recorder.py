"""How simulated staff record: each deed in the store and in the model, with the box that interrupts after it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

from immunosep_tui.record.attention import Attention, Standing
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Check
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.errors import Refused
from immunosep_tui.ward.deeds import acknowledge, end_limit
from immunosep_tui.ward.instants import ms
from tests.harness.ward_model import CALM, HOUR, STOP, Ack, Patient, Reading
from tests.harness.ward_surfaces import Surfaces
from tests.support.followed import Followed


class Recorder:
    """Records for patients of a ward of its own, and keeps what was told and what does not agree."""

    def __init__(self, folder: Path, protocol: Protocol, rng: random.Random) -> None:
        self.rng = rng
        self.ward = Followed(folder, protocol)
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []
        self.surfaces = Surfaces(self.ward.desk, self.seen, self.faults)

    def chart(self, patient: Patient) -> Chart:
        """The record as it is."""
        return self.ward.desk.ward.store.chart(patient.key)

    def append(self, patient: Patient, *proposals: Proposal) -> None:
        """Record a deed."""
        before = self._attention(patient)
        self.ward.desk.ward.store.append(proposals, self.chart(patient).n)
        self._told(patient, before)

    def sign(self, patient: Patient, texts: dict[str, str], found: list[Reading]) -> None:
        """Sign texts of the sheet; each reading is of the entry that its cell became."""
        before, n = self._attention(patient), self.chart(patient).n
        self.ward.sign(patient.key, texts, "corrected")
        for entry in self.chart(patient).entries[n:]:
            if isinstance(entry.body, Check):
                for reading in found:
                    if reading.cell == f"monitoring.{entry.body.day}.{entry.body.item}":
                        reading.entry = entry.n
                        patient.read(reading)
        self._told(patient, before)

    def _attention(self, patient: Patient) -> Attention:
        glance = self.ward.desk.ward.store.glance(patient.key)
        return Attention(()) if glance is None else Standing.read(glance.standing).at(ms(self.ward.now))

    def _told(self, patient: Patient, before: Attention) -> None:
        """The one box that interrupts after a recording, and what the person does with it."""
        new = self._attention(patient).new_since(before)
        expected = {alarm for alarm in patient.alarms(self.ward.now) if not alarm.is_calm and alarm.level == STOP}
        known = {entry for item in before.alarms for entry in item.entries}
        told = {entry for item in new for entry in item.entries}
        for alarm in expected:
            if not set(alarm.entries) & (known | told):
                self.faults.append(f"{self.ward.now} {patient.key}: nobody was told of {alarm}")
        if not new:
            return
        self.seen["interruptions"] += 1
        self.surfaces.told[patient.key, (self.ward.now - patient.admitted).days] += 1
        if self.rng.random() < 0.6:
            self.acknowledge(patient)

    def acknowledge(self, patient: Patient) -> None:
        """All that stands is seen, for at most eight hours whatever was asked for."""
        now = self.ward.now
        entries = [n for alarm in patient.alarms(now) if not alarm.is_calm for n in alarm.entries]
        if not entries:
            return
        until = now + HOUR * self.rng.choice((2, 8, 8, 12))
        seen = acknowledge(self.chart(patient), entries, until, self.ward.signature("called"))
        self.ward.desk.ward.store.append([seen], self.chart(patient).n)
        patient.acks.append(Ack(frozenset(entries), min(until, now + CALM)))
        self.seen["acknowledged"] += 1

    def close(self, patient: Patient, entries: tuple[int, ...], level: str) -> None:
        """A nurse may not end a STOP; a doctor may, one entry at a time."""
        chart, signature = self.chart(patient), self.ward.signature("over")
        if level == STOP:
            author = Author("CD", "nurse")
            self.refused(patient, end_limit(chart, entries[0], level, replace(signature, author=author)), "ends_stop")
        for entry in entries:
            self.append(patient, end_limit(self.chart(patient), entry, level, self.ward.signature("over")))
            for reading in patient.readings:
                if reading.entry == entry:
                    reading.closed.add(level)
        self.seen[f"{level} ended"] += 1

    def refused(self, patient: Patient, proposal: Proposal, *rules: str) -> None:
        """Try what has to be refused."""
        try:
            self.ward.desk.ward.store.append([proposal], self.chart(patient).n)
            self.faults.append(f"{self.ward.now} {patient.key}: {proposal.body} was recorded")
        except Refused as refused:
            self.seen["refused as it should be"] += 1
            if rules and refused.rule not in rules:
                self.faults.append(f"{patient.key}: refused by {refused.rule}, not by {rules}")
