"""A whole ward over weeks of its own time: every bleed, fall, missed dose and overdue check must reach the first screen.

The hours go by one after the other. What each patient would need is kept by a plain model of its own, with the numbers
written here; after each hour it is compared with the board. ``python -m tests.harness.simulated_ward --seed 1``.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from immunosep_tui.profile.files import load
from immunosep_tui.record.bodies import Bleeding, Dose
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Proposal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.verify import verify
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.checks import due_items, looks, overdue_after, urgent
from immunosep_tui.ward.deeds import acknowledge, record_bleeding, record_death, record_dose, stop_course
from tests.support.followed import START, Followed
from tests.support.wards import UTC

HOUR = timedelta(hours=1)
GRACE = timedelta(minutes=60)
EVERY = {"anakinra": 8, "interferon-gamma": 48}
DOSES = {"anakinra": 45, "interferon-gamma": 8}
FERRITIN = {"anakinra": "9000", "interferon-gamma": "900", "": "800"}
HLA_DR = {"anakinra": "6000", "interferon-gamma": "3000", "": "9000"}


@dataclass
class Expected:
    """What the simulation knows of one patient, without asking the program."""

    key: str
    regimen: str
    admitted: datetime
    first: datetime
    leaves: datetime
    how: str
    is_in: bool = False
    gone: bool = False
    runs: bool = False
    stopped: bool = False
    done: set[int] = field(default_factory=set)
    plans: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    hemoglobin: float = 10.5
    before: float | None = None
    checked: dict[int, datetime] = field(default_factory=dict)
    limits: dict[str, tuple[bool, datetime | None]] = field(default_factory=dict)
    """By what met a limit: whether it asks to call somebody, and until when it is acknowledged."""
    notices: Counter[int] = field(default_factory=Counter)

    def due(self, slot: int) -> datetime:
        return self.first + timedelta(hours=EVERY[self.regimen] * (slot - 1))

    def missed(self, now: datetime) -> bool:
        """Whether nothing is recorded of a dose for an hour."""
        slots = range(1, DOSES[self.regimen] + 1) if self.runs and not self.gone else ()
        return any(slot not in self.done and self.due(slot) + GRACE < now for slot in slots)

    def check_is_late(self, now: datetime) -> bool:
        """Whether hemoglobin was due in the middle of a treatment day, an hour ago, and was not entered since."""
        if not self.runs or self.gone:
            return False
        last = max(self.checked, default=0)
        day = next((day for day in range(max(1, last), 16) if day not in self.checked), None)
        return day is not None and self.first + timedelta(days=day - 1, hours=12) + GRACE < now

    def open_limit(self, now: datetime) -> bool:
        """Whether something met a limit that nobody has acknowledged, or not for so long."""
        return not self.gone and any(until is None or until < now for _call, until in self.limits.values())


class Simulation:
    """A ward whose patients, staff and mishaps all come from one seed."""

    def __init__(self, folder: Path, protocol: Protocol, patients: int, days: int, seed: int) -> None:
        self.rng = random.Random(seed)
        self.ward = Followed(folder, protocol)
        self.protocol = protocol
        self.days = days
        self.began = START.replace(hour=6)
        self.patients = [self._patient(number) for number in range(patients)]
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []

    def _patient(self, number: int) -> Expected:
        rng = self.rng
        admitted = self.began + HOUR * rng.randrange(0, max(1, min(6, self.days // 2) * 24))
        regimen = rng.choice(("anakinra", "anakinra", "interferon-gamma", "interferon-gamma", ""))
        first = admitted + HOUR * rng.randrange(3, 20)
        leaves = admitted + HOUR * rng.randrange(48, max(49, self.days * 24))
        return Expected(f"p{number:03}", regimen, admitted, first, leaves, rng.choice(("died", "left", "stop", "")))

    def run(self) -> None:
        """Let all the hours go by."""
        for hour in range(self.days * 24):
            self.ward.now = self.began + HOUR * hour
            for patient in self.patients:
                self._hour(patient)
            self._compare()

    # ---- what happens ------------------------------------------------------------------------------------------
    def _hour(self, patient: Expected) -> None:
        now = self.ward.now
        if patient.gone:
            return
        if not patient.is_in:
            if now >= patient.admitted:
                self._admit(patient)
            return
        if patient.regimen and not patient.runs and not patient.stopped and now >= patient.first - HOUR:
            self.ward.start(patient.key, patient.first)
            patient.runs = True
        if patient.runs:
            self._doses(patient)
            self._checks(patient)
            self._bleeds(patient)
        if now >= patient.leaves and patient.how:
            self._leave(patient)

    def _sign(self, patient: Expected, texts: dict[str, str]) -> None:
        before = self._chart(patient).n
        self.ward.sign(patient.key, texts, "corrected")
        self._notice(patient, before)

    def _chart(self, patient: Expected) -> Chart:
        return self.ward.desk.ward.store.chart(patient.key)

    def _append(self, patient: Expected, *proposals: Proposal) -> None:
        chart = self._chart(patient)
        self.ward.desk.ward.store.append(proposals, chart.n)
        self._notice(patient, chart.n)

    def _notice(self, patient: Expected, before: int) -> None:
        """The one notice that interrupts after a recording, and what the person does with it."""
        chart = self._chart(patient)
        entries = urgent(chart)
        if not any(entry.n > before for entry in entries):
            return
        patient.notices[(self.ward.now - patient.admitted).days] += 1
        self.seen["notices"] += 1
        if self.rng.random() < 0.6:
            until = self.ward.now + 12 * HOUR
            signature = self.ward.signature("called")
            proposal = acknowledge(chart, [entry.n for entry in entries], until, signature)
            self.ward.desk.ward.store.append([proposal], chart.n)
            for name, (calls, _until) in patient.limits.items():
                if calls:
                    patient.limits[name] = (calls, until)

    def _admit(self, patient: Expected) -> None:
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
        self._sign(patient, texts)

    def _doses(self, patient: Expected) -> None:
        """Given on time, late, held, refused or omitted; or forgotten, and said to be omitted when it is noticed."""
        now, rng = self.ward.now, self.rng
        for slot in range(1, DOSES[patient.regimen] + 1):
            due = patient.due(slot)
            if due > now:
                break
            if slot in patient.done:
                continue
            if slot not in patient.plans:
                what = rng.choices(("given", "late", "held", "refused", "omitted", "forgotten"), (70, 8, 5, 3, 4, 10))[
                    0
                ]
                wait = {"late": rng.randrange(2, 6), "forgotten": rng.randrange(3, 30)}.get(what, 0)
                patient.plans[slot] = (due + HOUR * wait, what)
                self.seen["doses forgotten"] += what == "forgotten"
            when, what = patient.plans[slot]
            if when <= now:
                outcome = {"late": "given", "forgotten": "omitted"}.get(what, what)
                self._dose(patient, slot, outcome)

    def _dose(self, patient: Expected, slot: int, outcome: str) -> None:
        now = min(
            self.ward.now, patient.first + timedelta(days=15)
        )  # what was forgotten is said of a time in the course
        reason = "" if outcome == "given" else "said so"
        try:
            self._append(patient, record_dose(self._chart(patient), slot, outcome, now, self.ward.signature(reason)))
        except Refused as refused:
            if refused.rule != "dose_after_gap":
                self.faults.append(f"{patient.key}: dose {slot} refused by {refused.rule}")
            held = record_dose(self._chart(patient), slot, "held", now, self.ward.signature("too soon"))
            self._append(patient, held)
            self.seen["doses refused as too soon"] += 1
        patient.done.add(slot)

    def _checks(self, patient: Expected) -> None:
        """The day's checklist in the middle of the day, on most days; hemoglobin falls on some."""
        now, rng = self.ward.now, self.rng
        into = now - patient.first
        day, hour = into.days + 1, into.seconds // 3600
        if not 1 <= day <= 15 or day in patient.checked or hour not in (11, 19):
            return
        if rng.random() < (0.15 if hour == 11 else 0.4):
            self.seen["checks forgotten"] += hour == 11
            return
        patient.before, last = patient.hemoglobin, patient.hemoglobin
        if rng.random() < 0.06:
            patient.hemoglobin = rng.choice((6.4, 7.5, max(5.0, last - 2.5)))
        else:
            patient.hemoglobin = rng.choice((9.0, 9.6, 10.2, 10.8))
        grade = rng.choices((0, 1, 2, 3), (90, 6, 3, 1))[0]
        texts: dict[str, str] = {}
        for item in due_items(self._chart(patient).sheet, day, self.protocol, UTC):
            text = self._value(item.id, item.analyte, patient, grade)
            looks_a_day = 3 if item.frequency == "each_shift" else 1
            texts[f"monitoring.{day}.{item.id}"] = "; ".join([text] * looks_a_day) if text.isdecimal() else text
        self._expect(patient, last, grade, is_first=not patient.checked)
        patient.checked[day] = now
        self._sign(patient, texts)

    def _value(self, item: str, analyte: str, patient: Expected, grade: int) -> str:
        if analyte == "hemoglobin":
            return f"{patient.hemoglobin:.1f}"
        if analyte == "ferritin" and patient.regimen == "anakinra":
            return str(int(9000 * 0.7 ** (len(patient.checked) + 1)))  # falls as it should
        usual = {"platelets": "200", "anc": "5", "fibrinogen": "3", "ferritin": "900", "hla_dr": "7000", "inr": "1.1"}
        usual |= {"aptt": "30", "creatinine": "1", "creatinine_clearance": "80", "urine": "1500", "bilirubin": "1"}
        usual |= {"alt": "30", "ast": "30", "triglycerides": "150"}
        if analyte:
            return usual.get(analyte, "1")
        if item.endswith("-major-bleeding"):
            return "0"
        if item.endswith("-bleeding"):
            return str(grade)
        return "0" if item.endswith("ggt") else "done"

    def _expect(self, patient: Expected, last: float, grade: int, *, is_first: bool) -> None:
        """The limits of hemoglobin and bleeding by the numbers of the published scales and the checklist."""
        value = patient.hemoglobin
        fell = not is_first and round(last - value, 1) >= 2
        for name in ("hemoglobin", "grade"):
            patient.limits.pop(name, None)
        if value < 8 or fell:
            patient.limits["hemoglobin"] = (value < 7, None)
            self.seen["hemoglobin limits"] += 1
        if grade >= 2:
            patient.limits["grade"] = (True, None)
            self.seen["bleeds on the checklist"] += 1

    def _bleeds(self, patient: Expected) -> None:
        """A bleeding event, and the word that it has stopped."""
        now, rng = self.ward.now, self.rng
        grade = 0
        if "event" in patient.limits:
            if rng.random() > 0.05:
                return
            patient.limits.pop("event")
        elif rng.random() < 0.0008:
            grade = rng.choice((2, 3))
            patient.limits["event"] = (True, None)
            self.seen["bleeding events"] += 1
        else:
            return
        body = Bleeding("other", "tube", grade, (), {2: "call", 3: "stop"}.get(grade, ""))
        self._append(patient, record_bleeding(self._chart(patient), body, now, self.ward.signature()))

    def _leave(self, patient: Expected) -> None:
        """Died, left, or the course was stopped; nothing can be recorded in it afterwards."""
        now = self.ward.now
        if patient.how == "stop":
            if patient.runs and now <= patient.first + timedelta(days=15):
                chart = self._chart(patient)
                stop = stop_course(chart, f"{now:%Y-%m-%d %H:%M}", now, self.ward.signature("rash"))
                self._append(patient, stop)
            patient.runs, patient.stopped, patient.how = False, True, ""
        else:
            if patient.how == "died":
                self._append(patient, record_death(self._chart(patient), now, UTC, self.ward.signature()))
            else:
                self._sign(patient, {"response.final": "yes"})
            patient.gone = True
        self._nothing_more(patient)

    def _nothing_more(self, patient: Expected) -> None:
        chart = self._chart(patient)
        if chart.course is None:
            return
        slot = next((slot.number for slot in chart.course.plan.slots if slot.number not in chart.course.doses), None)
        if slot is None:
            return
        tried = Proposal(patient.key, Dose(chart.course.n, slot, "given"), self.ward.signature().author, 0, "never")
        late = record_dose(chart, slot, "given", self.ward.now, self.ward.signature())
        for proposal in (tried, late):
            try:
                self.ward.desk.ward.store.append([proposal], chart.n)
                self.faults.append(f"{patient.key}: a dose was recorded after the end")
            except Refused:
                self.seen["doses refused after the end"] += 1

    # ---- what the first screen says ----------------------------------------------------------------------------
    def _compare(self) -> None:
        now = self.ward.now
        listing = self.ward.desk.ward.listing()
        rows = {row.key: (place, row) for place, row in enumerate(listing.rows)}
        quiet = min((place for place, row in rows.values() if row.rank >= 9), default=len(rows))
        for patient in self.patients:
            if not patient.is_in:
                continue
            place, row = rows[patient.key]
            wants = {
                "dose": patient.missed(now),
                "limit": patient.open_limit(now),
                "check": patient.check_is_late(now),
            }
            for what, expected in wants.items():
                self.seen[f"hours with {what}"] += expected
            if any(wants.values()):
                self._surfaces(patient, row, place < quiet, wants)
            elif row.is_overdue or (row.attention is not None and row.attention.template.startswith("Limit")):
                self.faults.append(f"{now} {patient.key}: {row.attention} without a cause")

    def _surfaces(self, patient: Expected, row: Row, is_above: bool, wants: dict[str, bool]) -> None:
        says = row.attention.template if row.attention is not None else ""
        faults = []
        if not is_above:
            faults.append("stands below quiet rows")
        if wants["dose"] != row.is_overdue:
            faults.append(f"dose overdue is {row.is_overdue}")
        if wants["limit"] and not says.startswith(("Limit", "Look at", "Seen")):
            faults.append(f"a limit is met and the row says {says!r}")
        if wants["check"]:
            listed = looks(self._chart(patient), self.ward.now, overdue_after(self.protocol))
            late = {look.label for look in listed if look.late}
            if "Hemoglobin" not in late:
                faults.append("hemoglobin is overdue and not among the late looks")
            if not says:
                faults.append("a check is overdue and the row says nothing")
        self.faults += [f"{self.ward.now} {patient.key}: {fault}" for fault in faults]

    def report(self) -> list[str]:
        """Figures of the run, and what a notice a day comes to."""
        days = sum(max(1, (min(self.ward.now, p.leaves) - p.admitted).days) for p in self.patients if p.is_in)
        most = max((count for p in self.patients for count in p.notices.values()), default=0)
        mean = self.seen["notices"] / max(1, days)
        if mean > 1 or most > 3:
            self.faults.append(f"notices: {mean:.2f} a patient-day, at most {most}")
        if not verify(self.ward.desk.ward.store).sound:
            self.faults.append("the ledger is not sound")
        told = [f"{name}: {count}" for name, count in sorted(self.seen.items())]
        return [*told, f"patient-days: {days}", f"notices a patient-day: mean {mean:.3f}, most {most}"]


def simulate(patients: int, days: int, seed: int, folder: Path | None = None) -> Simulation:
    """A run in a folder of its own; its faults say what did not surface."""
    with tempfile.TemporaryDirectory(prefix="simulated-") as own:
        simulation = Simulation(folder or Path(own), load(), patients, days, seed)
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
    entries = sum(1 for _ in simulation.patients)
    print(f"patients: {entries}, seed: {options.seed}, seconds: {time.monotonic() - began:.0f}")
    for fault in simulation.faults[:20]:
        print("FAULT", fault)
    print(f"faults: {len(simulation.faults)}")
    return 1 if simulation.faults else 0


if __name__ == "__main__":
    sys.exit(main())
