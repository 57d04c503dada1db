"""The simulated ward in short, and the proof that it can fail."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from immunosep_tui.record import glance
from immunosep_tui.ward import board
from tests.harness.simulated_ward import simulate

SHORT = (14, 9)
"""Patients and days."""


def test_everything_that_needs_a_person_reaches_the_first_screen(tmp_path: Path) -> None:
    found = simulate(*SHORT, seed=2, folder=tmp_path)
    assert found.faults == []
    for mishap in ("hours with limit", "hours with dose", "hours with check", "notices", "doses refused after the end"):
        assert found.seen[mishap] > 0


@pytest.mark.deep
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_whole_ward_of_two_hundred_over_four_weeks(seed: int, tmp_path: Path) -> None:
    assert simulate(200, 28, seed=seed, folder=tmp_path).faults == []


def test_a_limit_that_stays_hidden_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance, "limits_met", lambda chart: ())
    assert any("a limit is met" in fault for fault in simulate(*SHORT, seed=2, folder=tmp_path).faults)


def test_a_check_that_is_never_due_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("immunosep_tui.ward.checks.next_look", lambda chart, planned: None)
    faults = simulate(*SHORT, seed=2, folder=tmp_path).faults
    assert any("hemoglobin is overdue and not among" in fault for fault in faults)


def test_a_dose_that_is_called_overdue_too_late_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = board.recorded_row

    def patient(row: glance.Glance, now: datetime, after: timedelta) -> board.Row:
        return whole(row, now, after + timedelta(hours=2))

    monkeypatch.setattr("immunosep_tui.ward.ward.recorded_row", patient)
    assert any("dose overdue is False" in fault for fault in simulate(*SHORT, seed=2, folder=tmp_path).faults)
