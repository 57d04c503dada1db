"""The checklist of a sheet: what is due, what a value asks for, and immune reversal."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.days import Days
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.checks import due_items, reversal, typed_readings
from immunosep_tui.ward.instants import ms

ZONE = ZoneInfo("UTC")
FIRST = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
DAYS = Days(ZONE, ms(FIRST))
INTERFERON = {"labs.ferritin": "900", "labs.hla_dr": "3000", "treatment.start": "2026-03-02 08:00"}
ANAKINRA = {"labs.ferritin": "9000", "treatment.start": "2026-03-02 08:00"}


def names(patient: Patient, day: int, protocol: Protocol) -> list[str]:
    return [item.id.removeprefix("interferon-gamma-") for item in due_items(patient, day, protocol, ZONE, DAYS)]


def test_what_comes_before_a_dose_is_due_on_the_days_of_the_doses(protocol: Protocol) -> None:
    """Doses fall at 08:00 of days 1, 3, 5: platelets are looked at before each, on its day."""
    patient = Patient("1", INTERFERON)
    assert ["platelets" in names(patient, day, protocol) for day in (1, 2, 3, 4)] == [True, False, True, False]
    stopped = patient.typed("treatment.stop", "2026-03-02 09:00")
    assert ["platelets" in names(stopped, day, protocol) for day in (1, 3)] == [True, False]


def test_bleeding_is_first_on_interferon_and_hemoglobin_on_anakinra(protocol: Protocol) -> None:
    assert names(Patient("1", INTERFERON), 1, protocol)[0] == "bleeding"
    assert due_items(Patient("1", ANAKINRA), 1, protocol, ZONE, DAYS)[0].id == "anakinra-hemoglobin"
    assert due_items(Patient("1"), 1, protocol, ZONE, DAYS) == ()


@pytest.mark.parametrize(
    ("day1", "day2", "day4", "met"),
    [
        ("11", "10.5", "8.5", ["fall"]),  # from the value of two days before
        ("11", "10.5", "8.6", []),
        ("11", "10.6", "8.7", []),
        ("11", "", "8.7", []),  # day 1 ended more than 48 hours before day 4 did
    ],
)
def test_a_fall_is_counted_from_the_highest_of_48_hours(
    day1: str, day2: str, day4: str, met: list[str], protocol: Protocol
) -> None:
    item = next(item for item in protocol.checklist if item.id == "anakinra-hemoglobin")
    texts = {f"monitoring.{day}.anakinra-hemoglobin": text for day, text in ((1, day1), (2, day2), (4, day4)) if text}
    readings = typed_readings(Patient("1", ANAKINRA | texts), protocol, ZONE, LATER)
    found = readings.finding(item, "monitoring.4.anakinra-hemoglobin")
    assert found is not None
    assert [limit.when for limit in found.met] == met


def test_reversal_needs_a_later_draw(protocol: Protocol) -> None:
    patient = Patient("1", ANAKINRA)
    assert reversal(patient, protocol) is None
    exactly = reversal(patient.typed("monitoring.15.anakinra-ferritin-day-3", "7650"), protocol)
    assert exactly is not None
    assert exactly.reversed is True
    less = reversal(patient.typed("monitoring.15.anakinra-ferritin-day-3", "7651"), protocol)
    assert less is not None
    assert less.reversed is False


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("6.5", "call"),
        ("9; 6.5", "call"),
        ("6.5; 9", "call"),
        ("9; 6.5; 9.2", "call"),
        ("7.5; 9", "review"),
        ("9; 9.2", ""),
    ],
)
def test_of_several_values_of_a_day_the_most_urgent_counts(text: str, level: str, protocol: Protocol) -> None:
    """A better value later on the same day does not take away what the worse one says of the cell."""
    item = next(item for item in protocol.checklist if item.id == "anakinra-hemoglobin")
    key = "monitoring.2.anakinra-hemoglobin"
    readings = typed_readings(Patient("p", {**ANAKINRA, key: text}).keeping(key), protocol, ZONE, LATER)
    found = readings.finding(item, key)
    assert found is not None
    assert (found.met[0].level if found.met else "") == level == readings.level_at(key)
