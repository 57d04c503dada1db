"""Where a simulated patient has to be seen: the rows, order, counts and alarms of the board, and the Overview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from immunosep_tui.record.attention import LEVELS, NOT_CHARTED, Item
from immunosep_tui.ui.attention_words import alarm_lines
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.overview import OverviewRoom
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.ward import Listing
from tests.harness.ward_model import CALL, LOOK, STOP, Alarm, Patient

MOST_RED = 3
"""Most red lines on an Overview where nothing asks to stop or to call."""

EVERY = 24
"""Hours after which an Overview is read although nothing has changed."""


class Surfaces:
    """Compares what is shown with what the model says.

    Args:
        desk: whose ward is looked at.
        seen: counts what was compared.
        faults: what does not agree.
    """

    def __init__(self, desk: Desk, seen: Counter[str], faults: list[str]) -> None:
        self._desk, self._seen, self._faults = desk, seen, faults
        self._now = desk.now()
        self._shown: dict[str, tuple[object, datetime]] = {}
        self.told: Counter[tuple[str, int]] = Counter()
        """Interruptions by patient and day."""
        self.most_red = 0

    def _fault(self, key: str, text: str) -> None:
        self._faults.append(f"{self._now} {key}: {text}")

    def compare(self, patients: Iterable[Patient], now: datetime) -> None:
        """Everything at one hour."""
        self._now = now
        listing = self._desk.ward.listing()
        rows = {row.key: row for row in listing.rows}
        here = [patient for patient in patients if patient.is_in]
        for patient in here:
            if patient.key not in rows:
                self._fault(patient.key, "is not on the board")
                return
            self._row(patient, rows[patient.key])
        self._counts(here, listing)
        self._order({patient.key: patient for patient in here}, listing.rows)
        self._alarms(here, listing)

    # ---- the board ---------------------------------------------------------------------------------------------
    def _row(self, patient: Patient, row: Row) -> None:
        now, items = self._now, row.attention.items
        expected = patient.alarms(now, (STOP, CALL, LOOK))
        shown = sorted(
            (item.level, item.fact, item.is_calm) for item in items if item.level in (STOP, CALL, LOOK) and item.fact
        )
        wanted = sorted((alarm.level, alarm.fact, alarm.is_calm) for alarm in expected)
        if shown != wanted:
            self._fault(patient.key, f"limits {shown}, not {wanted}")
        entries = {n for item in items if item.level == STOP for n in item.entries}
        if entries != {n for alarm in expected if alarm.level == STOP for n in alarm.entries}:
            self._fault(patient.key, f"STOPs of the entries {entries}, not {expected}")
        due = [item.n for item in items if item.level == "due"]
        if due != patient.due_now(now):
            self._fault(patient.key, f"doses due {due}, not {patient.due_now(now)}")
        late = [item.n for item in items if item.level == "due" and item.late]
        if late != patient.overdue(now):
            self._fault(patient.key, f"doses overdue {late}, not {patient.overdue(now)}")
        missed = sum(item.n for item in items if item.code == NOT_CHARTED)
        wanted_missed = len(patient.not_charted(now)) if patient.gone is None else 0
        if missed != wanted_missed:
            self._fault(patient.key, f"{missed} doses not charted, not {wanted_missed}")
        if row.is_gone == patient.counts(now):
            self._fault(patient.key, f"is gone: {row.is_gone}")
        for what, hours in (("stop", entries), ("dose due", due), ("dose overdue", late), ("dose missed", missed)):
            self._seen[f"hours with {what}"] += bool(hours)
        for alarm in expected:
            self._seen[f"hours with {alarm.level} of {alarm.fact}"] += 1
        self._overview(patient, row, expected)

    def _counts(self, patients: Sequence[Patient], listing: Listing) -> None:
        living = [patient for patient in patients if patient.counts(self._now)]
        alarms = [alarm for patient in living for alarm in patient.alarms(self._now)]
        may_be_given = (patient for patient in living if not patient.alarms(self._now))
        overdue = sum(len(patient.overdue(self._now)) for patient in may_be_given)
        summary = listing.summary
        shown = summary.patients, summary.stops, summary.calls, summary.overdue
        stops = sum(alarm.level == STOP for alarm in alarms)
        wanted = len(living), stops, len(alarms) - stops, overdue
        if shown != wanted:
            self._fault("board", f"counts {shown}, not {wanted}")

    def _order(self, patients: dict[str, Patient], rows: Sequence[Row]) -> None:
        places = [self._place(patients[row.key]) for row in rows]
        for row, place, following in zip(rows, places, places[1:], strict=False):
            if place > following:
                self._fault(row.key, f"stands at {place} above {following}")

    def _place(self, patient: Patient) -> tuple[bool, int, bool, int]:
        """Gone or not, the most urgent level, whether it is calm, and of a STOP how bad it is."""
        now = self._now
        alarms, is_gone = patient.alarms(now), not patient.counts(now)
        for level in (STOP, CALL):
            at_level = [alarm for alarm in alarms if alarm.level == level]
            open_ = [alarm for alarm in at_level if not alarm.is_calm]
            if at_level:
                severity = max(alarm.severity for alarm in open_ or at_level) if level == STOP else 0
                return is_gone, LEVELS.index(level), not open_, -severity
        return is_gone, LEVELS.index("due") + (not patient.due_now(now)), False, 0

    def _alarms(self, patients: Sequence[Patient], listing: Listing) -> None:
        """What other screens tell: every alarm of the living that nobody has seen."""
        shown = sorted((alarm.key, alarm.item.level, alarm.item.fact) for alarm in listing.alarms)
        wanted = sorted(
            (patient.key, alarm.level, alarm.fact)
            for patient in patients
            if patient.counts(self._now)
            for alarm in patient.alarms(self._now)
            if not alarm.is_calm
        )
        if shown != wanted:
            self._fault("board", f"alarms {set(shown) ^ set(wanted)} are not told, or are none")

    # ---- the Overview ------------------------------------------------------------------------------------------
    def _overview(self, patient: Patient, row: Row, expected: list[Alarm]) -> None:
        alarms = alarm_lines(row.attention, self._desk.zone, self._now)
        for alarm in expected:
            if alarm.level in (STOP, CALL) and not _is_said(alarms, alarm.level, _value(alarm)):
                self._fault(patient.key, f"{alarm} is not among the alarms: {alarms}")
        state = _state(row.attention.items), row.standing.place, patient.stopped
        known = self._shown.get(patient.key)
        if known is not None and known[0] == state and (self._now - known[1]).total_seconds() < EVERY * 3600:
            return
        self._shown[patient.key] = state, self._now
        self._seen["Overviews read"] += 1
        ward = self._desk.ward
        ward.read_again(patient.key)
        sheet = ward.get(patient.key)
        if ward.attention(sheet).items != row.attention.items:
            self._fault(patient.key, "the Overview is of another attention than the row")
        lines = OverviewRoom(self._desk, Sheet(sheet, lambda _patient: None)).lines()
        for alarm in expected:
            if alarm.level == LOOK and not _is_said(lines, LOOK, ""):
                self._fault(patient.key, f"{alarm} is not on the Overview")
        self._doses(patient, lines)
        red = sum(part == "bad" for part, _text in (*alarms, *lines))
        if not any(alarm.level in (STOP, CALL) for alarm in expected):
            self.most_red = max(self.most_red, red)
            if red > MOST_RED:
                self._fault(patient.key, f"{red} red lines on the Overview: {lines}")

    def _doses(self, patient: Patient, lines: Sequence[Line]) -> None:
        now, text = self._now, "\n".join(line for _part, line in lines)
        for slot in patient.due_now(now):
            if f"[DUE] Dose {slot} " not in text:
                self._fault(patient.key, f"dose {slot} is due and not on the Overview")
        against = bool(patient.alarms(now))
        for slot in patient.overdue(now):
            word = "OVERDUE" if not against else "due, "
            if not any(f"Dose {slot} " in line and word in line for _part, line in lines):
                self._fault(patient.key, f"dose {slot} is overdue and not on the Overview")
        missed, held = len(patient.not_charted(now)), len(patient.held(now))
        if missed and patient.gone is None and f"not charted: {missed}" not in text:
            self._fault(patient.key, f"{missed} doses were missed and are not on the Overview")
        if held and f"held: {held}" not in text:
            self._fault(patient.key, f"{held} doses are held and are not on the Overview")


def _state(items: Iterable[Item]) -> tuple[object, ...]:
    """What is asked for, without how late it is."""
    return tuple(
        (item.level, item.code, item.about, item.entries, item.n, item.late > 0, item.is_calm) for item in items
    )


def _value(alarm: Alarm) -> str:
    if alarm.fact == "bleeding":
        return f"WHO {alarm.number:.0f}"
    return "ISTH" if alarm.fact == "major-bleeding" else f"{alarm.number:g}"


def _is_said(lines: Iterable[Line], level: str, value: str) -> bool:
    return any(f"[{level.upper()}]" in line and value in line for _part, line in lines)
