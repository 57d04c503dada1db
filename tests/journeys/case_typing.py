"""A sample patient typed by keyboard in a real terminal, one treatment day after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.settings import effective
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.store import Store
from immunosep_tui.ui.desk import utc_now
from immunosep_tui.ui.rooms.labs import LabsRoom
from immunosep_tui.ui.rooms.monitoring import MonitoringRoom
from immunosep_tui.ui.rooms.response import ResponseRoom
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.sofa import SofaRoom
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ward.answers import first_dose
from immunosep_tui.ward.doubts import to_confirm
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.judging import judge_of
from immunosep_tui.ward.protocols import Protocols
from immunosep_tui.ward.second_entry import typed_twice
from immunosep_tui.ward.signing import parts
from tests.support.wards import desk_of
from tests.terminal import Terminal

UTC = ZoneInfo("UTC")
PIN = "4718"
ENTER, DOWN, RIGHT, HOME = "\r", "\x1b[B", "\x1b[C", "\x1b[H"
FIRST_ROW = "\x1b[1;5H"  # Ctrl+Home
CTRL_END, CTRL_F7 = "\x1b[1;5F", "\x1b[18;5~"
F3, F4, F5, F6, F7 = "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~"
NEXT_PAGE, PAGE_BEFORE = "\x1b[1;5C", "\x1b[1;5D"
CTRL_E, CTRL_R, CTRL_S = "\x05", "\x12", "\x13"
READ = 0.55
"""Seconds after which a screen that records, or a question, can have been read."""


class Typist:
    """Types one patient into a fresh store and looks into the store after each deed."""

    def __init__(self, terminal: Terminal, store: Callable[[], Store], sheet: Patient, protocol: Protocol) -> None:
        self.terminal, self.sheet, self.protocol = terminal, sheet, protocol
        self._store = store
        self._desk = desk_of(protocol)
        self.keys = 0
        self._enrolled = False

    def close(self) -> None:
        """Put the desk away that told the order of the rows."""
        self._desk.close()

    def chart(self) -> Chart:
        """The record as it is now."""
        store = self._store()
        try:
            (key,) = [key for key in store.records() if key] or [""]
            return store.chart(key)
        finally:
            store.close()

    def send(self, keys: str) -> None:
        """Type."""
        self.keys += len(keys)
        self.terminal.send(keys)

    def _until(self, entries: int) -> Chart:
        """Wait until the record has more entries than that."""
        end = time.monotonic() + 20
        while (chart := self.chart()).n <= entries:
            assert time.monotonic() < end, f"nothing was recorded\n{self.terminal.text}"
            self.terminal.read_for(0.1)
        return chart

    def _rows(self, rows: list[str], texts: Mapping[str, str], prefix: str) -> None:
        """From the first row down: the text where there is one, and on to the next row."""
        self.send(FIRST_ROW)
        for name in rows[: max((rows.index(name) for name in texts), default=-1) + 1]:
            if name not in texts:
                self.send(DOWN)
                continue
            self.send(texts[name] + ENTER)
            if self.sheet.is_kept(f"{prefix}.{name}"):
                self.terminal.read_for(READ)
                self.send(ENTER)
        self.terminal.wait_for("DRAFT")

    def _room(self, kind: type[Room]) -> Room:
        return kind(self._desk, Sheet(self.sheet, lambda _: None))

    def admit(self) -> None:
        """The empty board asks who the patient is, then come the laboratory values."""
        self.terminal.wait_for("> Bed")
        self.send("".join(text + ENTER for text in (self.sheet.place, self.sheet.case, self.sheet.identifier)))
        self.terminal.wait_for("> Ferritin")
        rows = [field.name for field in self._room(LabsRoom).fields()]
        self._rows(rows, self.sheet.within("labs"), "labs")

    def day(self, day: int) -> None:
        """SOFA values, the total and the checks of a day, then the signature."""
        sofa = self.sheet.within(f"sofa.{day}")
        if sofa:
            room = self._room(SofaRoom)
            assert isinstance(room, SofaRoom)
            room.day, room.by_points = day, any(name.startswith("points_") for name in sofa)
            self._page(F4, "SOFA 1996 .trial version., day", day)
            if room.by_points:
                self.send(CTRL_R)
                self.terminal.wait_for("> Respiration")
            self._rows([field.name for field in room.fields()], sofa, f"sofa.{day}")
            if room.by_points:
                self.send(CTRL_R)
        total = self.sheet.text(f"response.{day}")
        if total == "D":
            self.die(day)
        elif total:
            self.send(F7)
            self.terminal.wait_for("Day 1, baseline")
            rows = [field.name for field in self._room(ResponseRoom).fields()]
            self._rows(rows, {str(day): total}, "response")
        checks = self.sheet.within(f"monitoring.{day}")
        if checks:
            checklist = self._room(MonitoringRoom)
            assert isinstance(checklist, MonitoringRoom)
            checklist.day = day
            self._page(F6, "Checklist, day", day)
            self._rows([field.name for field in checklist.fields()], checks, f"monitoring.{day}")
        if sofa or total or checks or day == 1:
            self.sign()

    def die(self, day: int) -> None:
        """A death in the box of its own, on the calendar day of its SOFA day."""
        before = self.chart().n
        start = first_dose(self.sheet, UTC)
        assert isinstance(start, datetime)
        self.send(CTRL_F7)
        self.terminal.wait_for("THE PATIENT DIED")
        at = f"{start.astimezone(UTC) + timedelta(days=day - 1):%Y-%m-%d %H:%M}"
        self.send(at + ENTER + ENTER + self.sheet.identifier[-3:] + ENTER + PIN)
        self.terminal.read_for(READ)
        self.send(ENTER)
        self._until(before)
        self.terminal.wait_for("Saved at")

    def _page(self, room: str, title: str, day: int) -> None:
        """Go to a room and leaf to its day."""
        self.send(room)
        self.terminal.wait_for(title)
        self.send(PAGE_BEFORE * 15)
        self.terminal.wait_for(f"{title} 1\\b")
        self.send(NEXT_PAGE * (day - 1))
        self.terminal.wait_for(f"{title} {day}\\b")

    def sign(self) -> None:
        """Sign what is new; the first time somebody enrolls. A notice is answered."""
        before = self.chart().n
        self.send(CTRL_S)
        if not self._enrolled:
            self.terminal.wait_for("Nobody is enrolled yet")
            self.send("ab" + ENTER)
            self.terminal.wait_for("New here: AB")
            self.send("".join(text + ENTER for text in ("d", PIN, PIN)))
            self._enrolled = True
        shown = self.terminal.wait_for("Enter signs|Enter reads on|Nothing is new|Esc goes back")
        if "Enter signs" not in shown and "Enter reads on" not in shown:
            self.send("\x1b")
            self.terminal.wait_for("DRAFT|SIGNED")
            return
        self.send(CTRL_END)
        self.terminal.read_for(READ)
        again = [text for _key, text in self._twice()]
        self.send("".join(text + ENTER for text in again) or ENTER)
        self._answer(self._until(before), before)

    def _twice(self) -> list[tuple[str, str]]:
        """What the signature asks for a second time."""
        chart, protocol = self.chart(), self.protocol
        found = parts(chart, self._drafted(chart), protocol, UTC)
        return list(typed_twice(chart, found, protocol).items())

    def _drafted(self, chart: Chart) -> Patient:
        """What of the sheet has been typed by now: everything but a course, and at first nothing but the values."""
        texts = {key: text for key, text in self.sheet.texts.items() if key.startswith(("identity.", "labs."))}
        return Patient(chart.key, {**chart.sheet.texts, **texts}, self.sheet.kept)

    def _answer(self, chart: Chart, before: int) -> None:
        """The one notice after a recording, if something urgent is new."""
        judge, now = judge_of(Protocols(self.protocol), effective({}, self.protocol, UTC)), ms(utc_now())
        earlier = judge(fold(chart.key, chart.entries[:before])).at(now)
        if not judge(chart).at(now).new_since(earlier):
            self.terminal.wait_for("Saved at|Over: ")
            return
        self.terminal.wait_for("LOOK AT THIS")
        self.terminal.read_for(READ)
        self.send(CTRL_END + "physician called" + ENTER + ENTER + PIN + ENTER)
        self._until(chart.n)
        self.terminal.wait_for("(?s)\\A(?!.*LOOK AT THIS)")

    def start(self) -> None:
        """Plan the first dose and go through the check."""
        before = self.chart().n
        self.send(F5)
        self.terminal.wait_for("> First dose at")
        texts = {name: text for name, text in self.sheet.within("treatment").items() if name in ("start", "design")}
        self._rows(["start", "design"], texts, "treatment")
        self.send(CTRL_E)
        self.terminal.wait_for("START: ")
        regimen = self.protocol.regimen_for(self.chart().decision.phenotype)  # type: ignore[union-attr]
        assert regimen is not None
        confirmed = ["laboratory"] if to_confirm(self.sheet, self.protocol) else []
        identifiers = [self.sheet.case, self.sheet.identifier]
        answers = [*identifiers, *["n"] * len(regimen.questions), *confirmed, "consented", PIN]
        self.send("".join(text + ENTER for text in answers[:-1]) + PIN)
        self.send(CTRL_END)
        self.terminal.read_for(READ)
        self.send(ENTER)
        self._until(before)
        self.terminal.wait_for("RUNNING|ENDED")

    def doses(self, until: timedelta) -> None:
        """Each dose that was due before a time of the course, given when it was due."""
        while True:
            chart = self.chart()
            slot = chart.next_slot
            if slot is None or chart.course is None:
                return
            if moment(slot.due) - moment(chart.course.plan.slots[0].due) >= until:
                return
            self.send(F5 + DOWN * 3 + HOME + RIGHT * (slot.number - 1))
            self.terminal.wait_for(rf"Dose {slot.number} of {len(chart.course.plan.slots)}, ")
            self.send(ENTER)
            self.terminal.wait_for(rf"Dose {slot.number} of {len(chart.course.plan.slots)}, day")
            at = moment(slot.due).strftime("%Y-%m-%d %H:%M")
            self.send("g" + ENTER + at + ENTER)
            self.terminal.wait_for("> (Reason|Identifier ends)")
            if "> Reason" in self.terminal.text:
                self.send("as the case says" + ENTER)
            self.send(self.sheet.identifier[-3:] + ENTER + PIN + CTRL_END)
            self.terminal.read_for(READ)
            self.send(ENTER)
            self._until(chart.n)
            self.terminal.wait_for("Saved at")

    def stop(self) -> None:
        """Stop the course as the case says."""
        before = self.chart().n
        self.send(CTRL_E)
        self.terminal.wait_for("STOP THE COURSE")
        at, ending = self.sheet.text("treatment.stop"), self.sheet.identifier[-3:]
        self.send(at + ENTER + "as the case says" + ENTER + ending + ENTER + PIN + CTRL_END)
        self.terminal.read_for(READ)
        self.send(ENTER)
        self._until(before)

    def leave(self) -> None:
        """No more values, and the status of day 28, where the case has them."""
        texts = {name: text for name, text in self.sheet.within("response").items() if not name.isdecimal()}
        if texts:
            self.send(F7)
            self.terminal.wait_for("Day 1, baseline")
            self._rows([field.name for field in self._room(ResponseRoom).fields()], texts, "response")
            self.sign()


def store_of(path: Path) -> Callable[[], Store]:
    """Opens the store that the program writes."""
    from immunosep_tui.store.files import open_file

    return lambda: open_file(path)
