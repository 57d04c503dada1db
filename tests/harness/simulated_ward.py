"""A whole ward over weeks of its own time: every bleed, fall and missed dose is where it belongs at every hour.

The hours go by one after the other. What each patient asks for is kept by a plain model of its own (``ward_model``);
after each hour it is compared with the board: its rows, its order, its counts and its alarms; and with the lines of the
Overview, those of the alarms each hour, all of them when something has changed and once a day.
``python -m tests.harness.simulated_ward --seed 1``.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from immunosep_tui.profile.files import load
from immunosep_tui.record.clock import ms
from immunosep_tui.record.course import SHORT_GAP
from immunosep_tui.record.kinds import Bleeding
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.verify import verify
from immunosep_tui.ward.deeds import (
    record_bleeding,
    record_death,
    record_dose,
    record_red_cells,
    stop_course,
)
from tests.harness.ward_model import (
    ANAKINRA,
    CALL,
    COURSE,
    DAY,
    DOSES,
    HOUR,
    INTERFERON,
    NONE,
    STOP,
    Patient,
    Reading,
)
from tests.harness.ward_recorder import Recorder
from tests.support.followed import START
from tests.support.wards import UTC

FERRITIN = {ANAKINRA: "9000", INTERFERON: "900", NONE: "800"}
HLA_DR = {ANAKINRA: "6000", INTERFERON: "3000", NONE: "9000"}
USUAL = {
    "hemoglobin": (9.0, 9.6, 10.2, 10.8),
    "platelets": (160, 180, 200),
    "anc": (3, 5, 7),
    "fibrinogen": (2.5, 3.0),
    "creatinine_clearance": (60, 80),
}
UNUSUAL = {
    "hemoglobin": (6.4, 6.9, 7.0, 7.5, 8.1),
    "platelets": (30, 45, 80, 120),
    "anc": ("<0.5", "<1.0", 0.3, 0.8, 1.2),
    "fibrinogen": (1.2, 1.4),
    "creatinine_clearance": (20, 28),
}
ITEMS = {
    "hemoglobin": "hemoglobin",
    "platelets": "platelets",
    "anc": "neutrophils",
    "fibrinogen": "fibrinogen",
    "creatinine_clearance": "creatinine-clearance",
    "bleeding": "bleeding",
    "major-bleeding": "major-bleeding",
}
"""The facts that staff look at, with the ends of the names of their lines on the checklist."""


class Simulation(Recorder):
    """A ward whose patients, staff and mishaps all come from one seed; ``trouble`` multiplies what goes wrong."""

    def __init__(
        self, folder: Path, protocol: Protocol, patients: int, days: int, seed: int, trouble: float = 1
    ) -> None:
        super().__init__(folder, protocol, random.Random(seed))
        self.trouble = trouble
        self.days = days
        self.began = START.replace(hour=0)
        self.patients = [self._patient(number) for number in range(patients)]

    def _patient(self, number: int) -> Patient:
        rng = self.rng
        admitted = self.began + HOUR * rng.randrange(0, max(1, min(8, self.days // 2) * 24))
        regimen = rng.choice((ANAKINRA, ANAKINRA, INTERFERON, INTERFERON, NONE))
        first = (admitted + DAY).replace(hour=rng.randrange(6, 15))
        leaves = admitted + HOUR * rng.randrange(48, max(49, self.days * 24))
        return Patient(f"p{number:03}", regimen, admitted, first, leaves, rng.choice(("died", "left", "stop", "", "")))

    def run(self) -> None:
        """Let all the hours go by."""
        for hour in range(self.days * 24):
            self.ward.now = self.began + HOUR * hour
            for patient in self.patients:
                self._hour(patient)
            self.surfaces.compare(self.patients, self.ward.now)

    def _hour(self, patient: Patient) -> None:
        now = self.ward.now
        if not patient.is_in:
            if now >= patient.admitted:
                self._admit(patient)
            return
        self._staff(patient)
        if patient.gone is not None:
            self._after_leaving(patient)
            return
        if patient.regimen and patient.started is None and now >= patient.first - HOUR:
            self.ward.start(patient.key, patient.first)
            patient.started = now
        if patient.started is not None and patient.stopped is None:
            self._doses(patient)
            self._checks(patient)
        self._bleeds(patient)
        if now >= patient.leaves and patient.how:
            self._leave(patient)

    # ---- what happens ------------------------------------------------------------------------------------------
    def _admit(self, patient: Patient) -> None:
        patient.is_in = True
        number = patient.key[1:]
        texts = {
            "identity.place": number,
            "identity.case": f"C-{number}",
            "identity.identifier": f"88{number}",
            "labs.ferritin": FERRITIN[patient.regimen],
            "labs.hla_dr": HLA_DR[patient.regimen],
            "labs.sampled": f"{patient.admitted - HOUR:%Y-%m-%d %H:%M}",
            "response.1": str(self.rng.randrange(4, 14)),
        }
        self.sign(patient, texts, [])

    def _doses(self, patient: Patient) -> None:
        """Given on time, late, held, refused or omitted; or forgotten, and said to be omitted when it is noticed."""
        now, rng = self.ward.now, self.rng
        for slot in range(1, DOSES[patient.regimen] + 1):
            due = patient.due(slot)
            if due > now or now >= patient.ends + 2 * DAY:
                break
            if slot in patient.done:
                continue
            if slot not in patient.plans:
                kinds = ("given", "late", "held", "refused", "omitted", "forgotten")
                what = rng.choices(kinds, (70, 8, 5, 3, 4, 10))[0] if slot > 1 else rng.choice(("given", "late"))
                wait = {"late": rng.randrange(2, 6), "forgotten": rng.randrange(3, 30)}.get(what, 0)
                patient.plans[slot] = (due + HOUR * wait, what)
                self.seen["doses forgotten"] += what == "forgotten"
            when, what = patient.plans[slot]
            if when <= now:
                self._dose(patient, slot, {"late": "given", "forgotten": "omitted"}.get(what, what))

    def _dose(self, patient: Patient, slot: int, outcome: str) -> None:
        now, ends = self.ward.now, patient.first + COURSE
        if now > ends:  # what was forgotten is said of a time in the course
            now, outcome = ends, "omitted"
        chart = self.chart(patient)
        assert chart.course is not None
        asks = chart.dose_asks(chart.course, chart.course.plan.slots[slot - 1], outcome, ms(now))
        if SHORT_GAP in asks:
            outcome = "held"
            self.seen["doses held as too soon"] += 1
        reason = "said so" if asks else ""
        try:
            self.append(patient, record_dose(chart, slot, outcome, now, self.ward.signature(reason)))
        except Refused as refused:
            self.faults.append(f"{patient.key}: dose {slot} refused by {refused.rule}")
        patient.done[slot] = outcome
        if outcome == "given":
            patient.given = min(patient.given or now, now)

    def _checks(self, patient: Patient) -> None:
        """The day's checklist in the morning or later, most of it, on most days; values of the night, some untimed."""
        now, rng = self.ward.now, self.rng
        day = patient.day(now)
        if not 1 <= day <= 15 or now < patient.first or now.hour not in (15, 20) or rng.random() < 0.3:
            return
        texts: dict[str, str] = {}
        found: list[Reading] = []
        for fact in ITEMS:
            if f"{day}.{fact}" in patient.cells or rng.random() < 0.1:
                continue
            taken = now.replace(hour=rng.randrange(0, now.hour), minute=rng.randrange(60))
            is_timed = rng.random() < 0.8
            value = self._value(patient, fact)
            self._cell(patient, fact, value, taken if is_timed else None, texts, found)
        if texts:
            self.sign(patient, texts, found)

    def _value(self, patient: Patient, fact: str) -> str:
        rng = self.rng
        if fact == "bleeding":
            return str(rng.choices((0, 1, 2, 3, 4), (900, 60, 20, 6, 2))[0])
        if fact == "major-bleeding":
            return str(rng.choices((0, 1), (300, 1))[0])
        value = rng.choice(UNUSUAL[fact] if rng.random() < 0.05 * self.trouble else USUAL[fact])
        self.seen[f"{fact} unusual"] += value in UNUSUAL[fact]
        return str(value)

    def _cell(
        self,
        patient: Patient,
        fact: str,
        text: str,
        taken: datetime | None,
        texts: dict[str, str],
        found: list[Reading],
    ) -> None:
        """One more reading behind what stands in the cell of the day."""
        now, day = self.ward.now, patient.day(self.ward.now)
        before = patient.cells.get(f"{day}.{fact}", "")
        typed = text if taken is None else f"{text} {taken:%H:%M}"
        cell = f"monitoring.{day}.{patient.regimen}-{ITEMS[fact]}"
        if fact == "anc" and day == 1:
            cell += "-start" if patient.regimen == ANAKINRA else ""
        patient.cells[f"{day}.{fact}"] = texts[cell] = f"{before}; {typed}" if before else typed
        number = float(text.removeprefix("<"))
        low, high = (0.0, number - 1e-6) if text.startswith("<") else (number, number)
        earliest, latest = (now.replace(hour=0, minute=0), now) if taken is None else (taken, taken)
        found.append(Reading(fact, number, low, high, earliest, latest, now, 0, cell, before.count(";") + bool(before)))

    def _bleeds(self, patient: Patient) -> None:
        """A bleeding event: mostly in the hours of the night, mostly minor."""
        if self.rng.random() < 0.0008 * self.trouble:
            self._bleed(patient, self.rng.choice((1, 2, 2, 3, 3, 4)), major=self.rng.random() < 0.2)

    def _bleed(self, patient: Patient, grade: int, *, major: bool) -> None:
        now, chart = self.ward.now, self.chart(patient)
        level = STOP if grade >= 3 or major else {2: CALL}.get(grade, "")
        body = Bleeding("other", "tube", grade, ("fall",) if major else (), level)
        cell = f"entry.{chart.n + 1}"
        for fact, number in (("bleeding", grade), ("major-bleeding", int(major))):
            patient.read(Reading(fact, number, number, number, now, now, now, chart.n + 1, cell))
        self.seen[f"bleeds of grade {grade}"] += 1
        self.append(patient, record_bleeding(chart, body, now, self.ward.signature()))

    # ---- what staff do about it --------------------------------------------------------------------------------
    def _staff(self, patient: Patient) -> None:
        """Alarms are seen again, a bleeding has stopped, blood is drawn again, a doctor ends what is over."""
        now, rng = self.ward.now, self.rng
        for alarm in patient.alarms(now):
            roll = rng.random()
            if alarm.level == STOP:
                if roll < 0.02:
                    self.close(patient, alarm.entries, STOP)
            elif alarm.fact == "bleeding":
                if roll < 0.05 and patient.gone is None:
                    self._bleed(patient, rng.choice((0, 1)), major=False)
                elif roll < 0.08:
                    self.close(patient, alarm.entries, CALL)
            elif roll < 0.1:
                self._draw_again(patient, alarm.fact)
            elif roll < 0.12:
                self.close(patient, alarm.entries, CALL)
        if rng.random() < 0.1:
            self.acknowledge(patient)

    def _draw_again(self, patient: Patient, fact: str) -> None:
        """Another value of the same day; after a low hemoglobin often two units of red cells."""
        now, rng = self.ward.now, self.rng
        if not patient.runs(now) or not 1 <= patient.day(now) <= 15 or now < patient.first:
            return
        if fact == "hemoglobin" and rng.random() < 0.5:
            self.append(patient, record_red_cells(self.chart(patient), 2, now, self.ward.signature()))
            self.seen["red cells"] += 1
        texts: dict[str, str] = {}
        found: list[Reading] = []
        text = str(rng.choice(UNUSUAL[fact] if rng.random() < 0.2 else USUAL[fact]))
        self._cell(patient, fact, text, now, texts, found)
        self.sign(patient, texts, found)

    # ---- the end -----------------------------------------------------------------------------------------------
    def _leave(self, patient: Patient) -> None:
        """Died, left, or the course was stopped; no dose can be recorded in it afterwards."""
        now = self.ward.now
        if patient.how == "stop":
            if patient.runs(now):
                stop = stop_course(self.chart(patient), f"{now:%Y-%m-%d %H:%M}", now, self.ward.signature("rash"))
                self.append(patient, stop)
                patient.stopped = now
            patient.how = ""
        elif patient.how == "died":
            self.append(patient, record_death(self.chart(patient), now, UTC, self.ward.signature()))
            patient.gone = now
        else:
            self.sign(patient, {"response.final": "yes"}, [])
            patient.gone = now
        chart = self.chart(patient)
        slot = next((s for s in range(1, DOSES[patient.regimen] + 1) if s not in patient.done), None)
        if chart.course is not None and chart.running is None and slot is not None:
            self.refused(patient, record_dose(chart, slot, "given", now, self.ward.signature()))

    def _after_leaving(self, patient: Patient) -> None:
        """A fact that is signed after the patient has left alive."""
        if patient.how == "left" and not patient.late_fact and self.rng.random() < 0.005:
            patient.late_fact = True
            self._bleed(patient, 3, major=False)
            self.seen["bleeds signed after leaving"] += 1

    def report(self) -> list[str]:
        """Figures of the run; interruptions a patient-day are measured and bar nothing."""
        days = sum((min(self.ward.now, p.gone or self.ward.now) - p.admitted) / DAY for p in self.patients if p.is_in)
        if not verify(self.ward.desk.ward.store).sound:
            self.faults.append("the ledger is not sound")
        told = [f"{name}: {count}" for name, count in sorted(self.seen.items())]
        mean = self.seen["interruptions"] / max(1.0, days)
        most = max(self.surfaces.told.values(), default=0)
        return [
            *told,
            f"patient-days: {days:.0f}",
            f"interruptions a patient-day: mean {mean:.3f}, most {most}",
            f"most red lines on an Overview where nothing asks to stop or call: {self.surfaces.most_red}",
        ]


def simulate(patients: int, days: int, seed: int, folder: Path | None = None, trouble: float = 1) -> Simulation:
    """A run in a folder of its own; its faults say what did not surface."""
    with tempfile.TemporaryDirectory(prefix="simulated-") as own:
        simulation = Simulation(folder or Path(own), load(), patients, days, seed, trouble)
        try:
            simulation.run()
            for line in simulation.report():
                print(line)
        finally:
            simulation.ward.desk.close()
    return simulation


def main() -> int:
    """Run one ward and tell what did not surface."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    simulation = simulate(options.patients, options.days, options.seed)
    print(f"patients: {options.patients}, seed: {options.seed}, seconds: {time.monotonic() - began:.0f}")
    for fault in simulation.faults[:20]:
        print("FAULT", fault)
    print(f"faults: {len(simulation.faults)}")
    return 1 if simulation.faults else 0


if __name__ == "__main__":
    sys.exit(main())
