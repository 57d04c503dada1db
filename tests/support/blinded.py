"""A blinded ward for tests: two stores of the same session differ in nothing but the sealed list, or the typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from immunosep_tui.profile.files import load_unblinded
from immunosep_tui.record.clock import Reading
from immunosep_tui.record.entry import Author
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.files import open_file
from immunosep_tui.store.place import Place
from immunosep_tui.store.sealed_list import list_file, seal_list
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ward.allocation import allocate
from immunosep_tui.ward.deeds import record_dose
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.signing import parts, proposals
from tests.support.courses import begin
from tests.support.sealed import PASSPHRASE

NAME = "immunosep-2025-blinded"
ZONE = ZoneInfo("UTC")
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
START = NOW - timedelta(days=3, hours=4)
DOCTOR, NURSE, RESEARCHER = Author("AB", "doctor"), Author("CD", "nurse"), Author("EF", "researcher")
PHARMACIST = Author("PH", "pharmacist")
KEY = "p"

MALS = {"F1": "9000", "H1": "9100", "F3": "8100", "F4": "8200", "H4": "9200"}
PARALYSIS = {"F1": "1200", "H1": "3100", "F3": "1100", "F4": "1300", "H4": "3200"}
"""The values that decide, and later ones; both have as many digits."""


def sheet_of(values: Mapping[str, str]) -> Patient:
    """A patient whose laboratory values are typed, and the first dose planned."""
    texts = {
        "identity.place": "7",
        "identity.case": "A-12",
        "identity.identifier": "884213",
        "labs.ferritin": values["F1"],
        "labs.hla_dr": values["H1"],
        "labs.covid19": "no",
        "treatment.start": START.strftime("%Y-%m-%d %H:%M"),
    }
    return Patient(KEY, texts)


def later(values: Mapping[str, str]) -> dict[str, str]:
    """What is typed during the course."""
    return {
        "sofa.1.points_respiration": "3",
        "monitoring.1.study-drug-hemoglobin": "9",
        "monitoring.1.study-drug-bleeding": "3",
        "monitoring.1.study-drug-platelets": "200",
        "monitoring.3.study-drug-platelets": "40",
        "monitoring.3.study-drug-ferritin": values["F3"],
        "sample.2.ferritin": values["F4"],
        "sample.2.hla_dr": values["H4"],
        **{f"response.{day}": str(12 - day) for day in range(1, 5)},
    }


class BlindedWard:
    """One store with its sealed list, and the deeds of a session.

    Args:
        folder: of its own.
        arms: the sealed list.
        protocol: not blinded; the released one unless given.
    """

    def __init__(self, folder: Path, arms: Mapping[str, str], protocol: Protocol | None = None) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / "ward.db"
        self._deeds = 0
        self.now = START - timedelta(hours=2)
        store, drafts = open_file(self.path, clock=self._clock), Drafts(folder / FILE_NAME, str(self.path))
        self.desk = Desk(lambda: protocol or load_unblinded(NAME), store, drafts, ZONE, lambda: self.now)
        self.desk.sealed_list = list_file(Place(self.path))
        seal_list(self.desk.sealed_list, dict(arms), PASSPHRASE)

    def _clock(self) -> Reading:
        at = ms(self.now) + self._deeds  # how often the clock is read depends on the machine
        return Reading(at, at * 1_000_000, "boot")

    def signature(self, author: Author, reason: str = "") -> Signature:
        """Somebody signs now; the keys count up."""
        self._deeds += 1
        return Signature(author, self.now, f"deed {self._deeds}", self.desk.protocol.sha256, "bedside", reason)

    def type(self, patient: Patient) -> None:
        """Typed and not signed."""
        self.desk.ward.read_again(patient.key)
        self.desk.ward.put(patient, "CD")

    def sign(self, author: Author) -> None:
        """All that is typed and can be signed."""
        store = self.desk.ward.store
        chart = self.desk.ward.read_again(KEY)
        sheet = self.desk.ward.get(KEY)
        found = parts(chart, sheet, self.desk.protocol, ZONE)
        store.append(proposals(chart, found, self.signature(author, "typed again")), chart.n)
        self.desk.ward.discard(KEY)
        self.desk.ward.read_again(KEY)

    def admit(self, values: Mapping[str, str]) -> None:
        """The patient is typed."""
        self.type(sheet_of(values))

    def start(self, values: Mapping[str, str]) -> None:
        """The laboratory values are signed and the course is started; the first number is given to it."""
        self.sign(DOCTOR)
        self.now = START
        ward = self.desk.ward
        begin(ward.store, sheet_of(values), self.desk.protocol, ZONE, self.now, DOCTOR)

    def allocate(self, number: str = "001") -> None:
        """The pharmacist prepares."""
        ward = self.desk.ward
        chart = ward.read_again(KEY)
        ward.store.append([allocate(chart, number, self.signature(PHARMACIST))], chart.n)

    def treat(self, values: Mapping[str, str]) -> None:
        """Doses, checks, totals and a second sample of three days."""
        ward = self.desk.ward
        for place, outcome in enumerate(("given", "given", "given", "held", "given")):
            chart = ward.read_again(KEY)
            slot = chart.next_slot
            assert slot is not None
            self.now = moment(slot.due) + timedelta(minutes=place)
            reason = "bleeding" if outcome == "held" else ""
            deed = record_dose(chart, slot.number, outcome, self.now, self.signature(NURSE, reason))
            ward.store.append([deed], chart.n)
        self.now = NOW
        sheet = ward.get(KEY)
        for key, text in later(values).items():
            sheet = sheet.typed(key, text)
        self.type(sheet)

    def finish(self) -> None:
        """What was typed is signed, and something more is typed."""
        self.sign(NURSE)
        self.type(replace(self.desk.ward.get(KEY)).typed("monitoring.4.study-drug-hemoglobin", "8.5"))

    def close(self) -> None:
        """Close the files."""
        assert self.desk.close()
