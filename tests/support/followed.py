"""Patients that are followed day by day with a clock of the test's own, for screens in a known state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from immunosep_tui.record.clock import Reading
from immunosep_tui.record.entry import Author
from immunosep_tui.record.kinds import Bleeding
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.files import open_file
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ward.deeds import (
    record_bleeding,
    record_death,
    record_dose,
    record_leaving,
    record_return,
    stop_course,
    take_back,
)
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.signing import parts, sign
from tests.support.courses import begin
from tests.support.wards import UTC as ZONE

START = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)
"""When the first dose of every course here is due."""

IDENTITY = {"identity.place": "7", "identity.case": "A-12", "identity.identifier": "884213"}


class Followed:
    """A desk in a folder on which time goes on only when it is told to."""

    def __init__(self, folder: Path, protocol: Protocol) -> None:
        self.now = START - timedelta(hours=2)
        self.protocol = protocol
        store = open_file(folder / "ward.db", clock=lambda: Reading(ms(self.now), ms(self.now) * 1_000_000, "boot"))
        self.desk = Desk(lambda: protocol, store, Drafts(folder / FILE_NAME, "ws-1"), ZONE, lambda: self.now)
        self.desk.author = Author("AB", "doctor")
        self._deeds = 0

    def signature(self, reason: str = "") -> Signature:
        """Who signs, now."""
        self._deeds += 1
        assert self.desk.author is not None
        return Signature(self.desk.author, self.now, f"deed-{self._deeds}", self.protocol.sha256, "ws-1", reason)

    def sign(self, key: str, texts: dict[str, str], reason: str = "") -> None:
        """Type these texts over the record, confirm the unusual ones and sign them."""
        chart = self.desk.ward.store.chart(key)
        sheet = chart.sheet
        for name, text in texts.items():
            sheet = sheet.typed(name, text).keeping(name)
        found = parts(chart, replace(sheet, key=key), self.protocol, ZONE, self.now)
        sign(self.desk.ward.store, chart, found, self.signature(reason))

    def start(self, key: str, first: datetime = START) -> None:
        """Start a course whose first dose is due at an instant."""
        sheet = self.desk.ward.store.chart(key).sheet.typed("treatment.start", f"{first:%Y-%m-%d %H:%M}")
        begin(self.desk.ward.store, sheet, self.protocol, ZONE, self.now, self.desk.author)

    def give_until(self, key: str, until: datetime, minutes_late: int = 10) -> None:
        """Record each dose that is due before an instant as given, so many minutes after its time."""
        while True:
            chart = self.desk.ward.store.chart(key)
            slot = chart.next_slot
            if slot is None or moment(slot.due) >= until:
                return
            at = moment(slot.due) + timedelta(minutes=minutes_late)
            self.now = max(self.now, at + timedelta(minutes=1))
            self.desk.ward.store.append([record_dose(chart, slot.number, "given", at, self.signature())], chart.n)

    def die(self, key: str, at: datetime | None = None) -> None:
        """Record a death, now unless an instant is given."""
        chart = self.desk.ward.store.chart(key)
        self.desk.ward.store.append([record_death(chart, at or self.now, ZONE, self.signature())], chart.n)

    def stop(self, key: str, at: datetime, reason: str = "fever") -> None:
        """Stop the course at an instant."""
        chart = self.desk.ward.store.chart(key)
        text = f"{at:%Y-%m-%d %H:%M}"
        self.desk.ward.store.append([stop_course(chart, text, at, self.signature(reason))], chart.n)

    def leave(self, key: str, at: datetime) -> None:
        """Leave alive at an instant."""
        chart = self.desk.ward.store.chart(key)
        self.desk.ward.store.append([record_leaving(chart, at, self.signature("to the regional hospital"))], chart.n)

    def come_back(self, key: str, at: datetime) -> None:
        """Come back at an instant."""
        chart = self.desk.ward.store.chart(key)
        self.desk.ward.store.append([record_return(chart, "the regional hospital", at, self.signature())], chart.n)

    def take_back(self, key: str, entry: int) -> None:
        """Take an entry back."""
        chart = self.desk.ward.store.chart(key)
        self.desk.ward.store.append([take_back(chart, entry, self.signature("wrong"))], chart.n)

    def bleed(self, key: str, grade: int, level: str, text: str) -> None:
        """Record a bleeding event now."""
        chart = self.desk.ward.store.chart(key)
        body = Bleeding("other", text, grade, (), level)
        self.desk.ward.store.append([record_bleeding(chart, body, self.now, self.signature())], chart.n)


SCREENING = {"screening.age": "67", "screening.infection": "community-acquired pneumonia"}
LABS = {"labs.ferritin": "9800", "labs.hla_dr": "6100", "labs.sampled": "2026-05-12 04:00", "labs.covid19": "no"}


def sofa(day: int, platelets: str, map_: str = "68") -> dict[str, str]:
    """A complete day of SOFA values."""
    values = {
        "pao2": "80",
        "fio2": "0.4",
        "support": "invasive",
        "platelets": platelets,
        "bilirubin": "1.9",
        "map": map_,
        "gcs": "15",
        "sedated": "no",
        "creatinine": "1.1",
        "urine": "1500",
    }
    return {f"sofa.{day}.{name}": text for name, text in values.items()}


def typical(ward: Followed, key: str = "p") -> None:
    """A patient with MALS in the evening of day 4 of anakinra, everything in time."""
    ward.sign(key, IDENTITY | SCREENING | LABS | sofa(1, "80", "60"))
    ward.start(key)
    for day in (1, 2, 3, 4):
        ward.give_until(key, START + timedelta(days=day - 1, hours=9))
        ward.now = START + timedelta(days=day - 1, hours=9, minutes=30)
        checks = {f"monitoring.{day}.anakinra-hemoglobin": f"{10.4 - day / 5:.1f}"}
        checks |= {
            f"monitoring.{day}.anakinra-bleeding": "0",
            f"monitoring.{day}.anakinra-platelets": f"{70 + 9 * day}",
        }
        ward.sign(key, checks | (sofa(day, f"{70 + 9 * day}") if day > 1 else {}))
    ward.sign(key, {"sample.2.ferritin": "7400", "sample.2.hla_dr": "6800", "sample.2.sampled": "2026-05-15 05:00"})


def alarming(ward: Followed, key: str = "p") -> None:
    """The same patient a day later: hemoglobin has fallen, blood from the tube, a dose and checks are overdue."""
    typical(ward, key)
    ward.give_until(key, START + timedelta(days=4))
    ward.now = START + timedelta(days=4, hours=3)
    ward.sign(key, {"monitoring.5.anakinra-hemoglobin": "6.8", "monitoring.5.anakinra-bleeding": "2"})
    ward.bleed(key, 3, "stop", "fresh blood from the stomach tube")
    ward.sign(key, {"sample.3.ferritin": "1900", "sample.3.hla_dr": "3100", "sample.3.sampled": "2026-05-16 06:00"})
    ward.now = START + timedelta(days=4, hours=4)
