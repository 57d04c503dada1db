"""The checklist of a sheet: what is due, what a value asks for, and immune reversal."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.checks import due_items, finding, met_now, reversal

UTC = ZoneInfo("UTC")
INTERFERON = {"labs.ferritin": "900", "labs.hla_dr": "3000", "treatment.start": "2026-03-02 08:00"}
ANAKINRA = {"labs.ferritin": "9000", "treatment.start": "2026-03-02 08:00"}


def names(patient: Patient, day: int, protocol: Protocol) -> list[str]:
    return [item.id.removeprefix("interferon-gamma-") for item in due_items(patient, day, protocol, UTC)]


def test_what_comes_before_a_dose_is_due_on_the_day_that_ends_with_it(protocol: Protocol) -> None:
    """Doses fall at the first minute of days 1, 3, 5: platelets are due on each day from then or up to then."""
    patient = Patient("1", INTERFERON)
    assert "platelets" in names(patient, 1, protocol)
    assert "platelets" in names(patient, 2, protocol)
    stopped = patient.typed("treatment.stop", "2026-03-02 09:00")
    assert "platelets" in names(stopped, 1, protocol)
    assert "platelets" not in names(stopped, 2, protocol)


def test_bleeding_is_first_on_interferon_and_hemoglobin_on_anakinra(protocol: Protocol) -> None:
    assert names(Patient("1", INTERFERON), 1, protocol)[0] == "bleeding"
    assert due_items(Patient("1", ANAKINRA), 1, protocol, UTC)[0].id == "anakinra-hemoglobin"
    assert due_items(Patient("1"), 1, protocol, UTC) == ()


def test_a_fall_is_counted_from_the_latest_earlier_value(protocol: Protocol) -> None:
    item = next(item for item in protocol.checklist if item.id == "anakinra-hemoglobin")
    texts = {"monitoring.1.anakinra-hemoglobin": "11", "monitoring.2.anakinra-hemoglobin": "10.5"}
    patient = Patient("1", {**ANAKINRA, **texts, "monitoring.4.anakinra-hemoglobin": "8.6"})
    found = finding(patient, item, 4, protocol)
    assert found is not None
    assert found.met == ()
    fallen = finding(patient.typed("monitoring.4.anakinra-hemoglobin", "8.5"), item, 4, protocol)
    assert fallen is not None
    assert [limit.when for limit in fallen.met] == ["fall"]


def test_the_most_urgent_limit_comes_first_and_only_the_latest_value_counts(protocol: Protocol) -> None:
    texts = {"monitoring.1.anakinra-hemoglobin": "6.5", "monitoring.1.anakinra-bleeding": "3"}
    patient = Patient("1", {**ANAKINRA, **texts}).keeping("monitoring.1.anakinra-hemoglobin")
    assert [found.item.id for found in met_now(patient, 3, protocol)] == ["anakinra-bleeding", "anakinra-hemoglobin"]
    better = patient.typed("monitoring.2.anakinra-bleeding", "0").typed("monitoring.2.anakinra-hemoglobin", "9")
    assert met_now(better, 3, protocol) == ()


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
    """A better value later on the same day does not take a limit back."""
    item = next(item for item in protocol.checklist if item.id == "anakinra-hemoglobin")
    key = "monitoring.2.anakinra-hemoglobin"
    sheet = Patient("p", {"labs.ferritin": "9000", key: text}).keeping(key)
    found = finding(sheet, item, 2, protocol)
    assert found is not None
    assert (found.met[0].level if found.met else "") == level
