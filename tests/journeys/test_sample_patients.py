"""Sample patients typed from nothing in a real terminal; after each day the record says what the case file says."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from immunosep_tui.cli.demo import moved
from immunosep_tui.record.kinds import Check
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.response import DIED
from immunosep_tui.ward.answers import LAST_DAY, day_total, first_dose, response
from immunosep_tui.ward.cases import Case, cases, patient_of
from immunosep_tui.ward.instants import instant, moment
from tests.journeys.case_typing import UTC as ZONE
from tests.journeys.case_typing import Typist, store_of
from tests.journeys.test_sign_in import BOARD
from tests.terminal import Terminal

QUICK = ("both-states", "bleeding-on-interferon", "hla-dr-missing")
SHORT = [case for case in cases() if case.id in QUICK]
LONG = [case for case in cases() if case.id not in QUICK]


def type_case(case: Case, size: tuple[int, int], protocol: Protocol, folder: Path) -> int:
    """Type a case and compare day by day; how many keys it took."""
    path = folder / "ward.db"
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    sheet = moved(case, now, ZONE)
    start = first_dose(sheet, ZONE)
    command = [*BOARD, "--store", str(path)]
    env: dict[str, str | None] = {"TZ": "UTC", "XDG_DATA_HOME": str(folder), "IMMUNOSEP_LOCK_SECONDS": "0"}
    with Terminal(command, columns=size[0], rows=size[1], env=env) as terminal:
        typist = Typist(terminal, store_of(path), sheet, protocol)
        try:
            typist.admit()
            for day in range(1, LAST_DAY + 1):
                typist.day(day)
                if day == 1 and isinstance(start, datetime):
                    typist.start()
                if isinstance(start, datetime) and not typist.chart().ended:
                    typist.doses(min(timedelta(days=day), _until(sheet, start, now)))
                _as_the_case_says(case, typist, day)
            if sheet.text("treatment.stop") and not typist.chart().ended:
                typist.stop()
            typist.leave()
            _ends_as_the_case_says(case, typist, protocol)
            return typist.keys
        finally:
            typist.close()


def _until(sheet: Patient, start: datetime, now: datetime) -> timedelta:
    """How long after the first dose the case is looked at, or was stopped; typing takes no time of the case."""
    stop = instant(sheet, "treatment.stop", ZONE)
    return (min(stop, now) if isinstance(stop, datetime) else now) - start


def _as_the_case_says(case: Case, typist: Typist, day: int) -> None:
    """The phenotype, the total of the day if it has one, and what met a limit on it."""
    chart = typist.chart()
    assert chart.decision is not None
    assert (chart.decision.phenotype, chart.decision.regimen) == (case.expected.phenotype, case.expected.regimen)
    typed = case.texts.get(f"response.{day}", "")
    if typed.isdecimal() and f"response.{day}" not in case.expected.refused:
        assert chart.totals[day] == int(typed)
    if day == 1 and "response.1" not in case.texts and case.expected.sofa_day1.complete:
        assert chart.totals.get(1) == case.expected.sofa_day1.low
    prefix = f"monitoring.{day}."
    met = {
        place: entry.body.level
        for place, entry in chart.latest.items()
        if place.startswith(prefix) and isinstance(entry.body, Check) and entry.body.level
    }
    assert met == {key: level for key, level in case.expected.findings.items() if key.startswith(prefix)}


def _ends_as_the_case_says(case: Case, typist: Typist, protocol: Protocol) -> None:
    """The verdicts, the next dose, and that nothing but what was refused stays a draft."""
    chart = typist.chart()
    assert chart.died == any(day_total(typist.sheet, day, protocol) is DIED for day in range(1, LAST_DAY + 1))
    for window in protocol.endpoint.windows:
        expected = case.expected.responses.get(window.name)
        found = response(chart.sheet, window, protocol)
        if expected is not None:
            assert not isinstance(found, Refusal)
            assert (found.responder, found.provisional, found.died) == (
                expected.responder,
                expected.provisional,
                expected.died,
            )
            assert found.decrease == expected.decrease
    slot = chart.next_slot
    if case.expected.next_dose is None or chart.ended:
        assert slot is None or chart.ended or case.expected.next_dose is None
    else:
        assert slot is not None
        start = first_dose(typist.sheet, ZONE)
        assert isinstance(start, datetime)
        assert moment(slot.due) - start == case.expected.next_dose - _first(case)


def _first(case: Case) -> datetime:
    found = first_dose(patient_of(case), case.zone)
    assert isinstance(found, datetime)
    return found


@pytest.mark.parametrize("case", SHORT, ids=lambda case: case.id)
def test_a_short_case_is_typed_day_by_day(case: Case, protocol: Protocol, tmp_path: Path) -> None:
    assert type_case(case, (80, 24), protocol, tmp_path) > 0


@pytest.mark.deep
@pytest.mark.parametrize("case", LONG, ids=lambda case: case.id)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_every_case_is_typed_day_by_day(case: Case, size: tuple[int, int], protocol: Protocol, tmp_path: Path) -> None:
    assert type_case(case, size, protocol, tmp_path) > 0
