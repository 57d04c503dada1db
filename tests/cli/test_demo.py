"""The demo shows each sample patient at the moment of its story, wherever and whenever it is opened."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.cli.demo import TIMES, moved
from immunosep_tui.profile.files import load
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.schedule import Dose, next_dose
from immunosep_tui.ward.answers import course, first_dose, treatment_day
from immunosep_tui.ward.cases import Case, cases, patient_of
from tests.terminal import Terminal

ZONES = ("UTC", "Europe/Athens", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "Australia/Lord_Howe")
PROTOCOL = load()

instants = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))


def ahead(patient: Patient, zone: ZoneInfo, now: datetime) -> list[tuple[timedelta, Dose]]:
    """How far each dose lies ahead."""
    return [(dose.due - now, dose) for dose in course(patient, PROTOCOL, zone).doses]


@given(st.sampled_from(cases()), instants, st.sampled_from(ZONES))
def test_every_dose_stays_as_far_ahead_as_in_the_story(case: Case, now: datetime, name: str) -> None:
    zone, present = ZoneInfo(name), now.replace(second=0, microsecond=0)
    there, here = ahead(moved(case, now, zone), zone, present), ahead(patient_of(case), case.zone, case.now)
    assert [(span, dose.n, dose.product, dose.cancelled) for span, dose in there] == [
        (span, dose.n, dose.product, dose.cancelled) for span, dose in here
    ]


@given(st.sampled_from(cases()), instants, st.sampled_from(ZONES))
def test_nothing_but_times_is_changed(case: Case, now: datetime, name: str) -> None:
    before, after = patient_of(case), moved(case, now, ZoneInfo(name))
    assert {key: text for key, text in after.texts.items() if key not in TIMES} == {
        key: text for key, text in before.texts.items() if key not in TIMES
    }
    assert after.texts.keys() == before.texts.keys()
    assert after.kept == before.kept


def case_of(identity: str) -> Case:
    return next(case for case in cases() if case.id == identity)


def test_a_time_is_written_for_the_clock_of_the_site() -> None:
    case = case_of("immunoparalysis-clear")  # 79 hours and 20 minutes after the first dose
    now = datetime(2027, 1, 15, 12, 0, 59, tzinfo=UTC)
    patient = moved(case, now, ZoneInfo("Asia/Kathmandu"))
    assert patient.text("treatment.start") == "2027-01-12 10:25"
    start = first_dose(patient, ZoneInfo("Asia/Kathmandu"))
    assert isinstance(start, datetime)
    assert treatment_day(start, now) == 4
    upcoming = next_dose(course(patient, PROTOCOL, ZoneInfo("Asia/Kathmandu")).doses, now)
    assert upcoming is not None
    assert upcoming.n == 3


def test_a_time_in_the_hour_that_happens_twice_carries_its_offset() -> None:
    case = case_of("near-both-cut-offs")  # forty minutes after the first dose
    athens = ZoneInfo("Europe/Athens")
    first = moved(case, datetime(2026, 10, 25, 1, 10, tzinfo=UTC), athens)
    assert first.text("treatment.start") == "2026-10-25T03:30+03:00"
    second = moved(case, datetime(2026, 10, 25, 2, 10, tzinfo=UTC), athens)
    assert second.text("treatment.start") == "2026-10-25T03:30+02:00"


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not on Windows")
@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_the_board_opens_on_every_sample(columns: int, rows: int) -> None:
    command = [sys.executable, "-m", "immunosep_tui", "demo"]
    with Terminal(command, columns=columns, rows=rows, env={"TZ": "Europe/Athens"}) as terminal:
        terminal.wait_for(rf"Patients: {len(cases())}\.")
        if rows > len(cases()) + 10:
            for case in cases():
                terminal.wait_for(case.texts["identity.case"])
        terminal.send("\x11")
        assert terminal.exit_status() == 0
        assert terminal.left_behind == set()


def test_without_a_terminal_it_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from immunosep_tui.cli import main

    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(["demo"]) == 3
    assert "needs a terminal" in capsys.readouterr().err
