"""Which dose is charted, what was recorded of it, and when the plan can move with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.kinds import GIVEN, HELD, ExtraDose
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.charting import (
    ChosenDose,
    backlog,
    can_move_plan,
    dose_at,
    history,
    last_received,
    moved_slots,
    offered_dose,
)
from immunosep_tui.ward.deeds import record_dose, record_extra_dose, stop_course
from immunosep_tui.ward.instants import moment, ms
from tests.support.followed import IDENTITY, LABS, START, Followed

HOUR = timedelta(hours=1)


class Charted(Followed):
    """One patient on anakinra."""

    def __init__(self, folder: Path, protocol: Protocol) -> None:
        super().__init__(folder, protocol)
        self.sign("p", IDENTITY | LABS)
        self.start("p")
        self.now = START

    @property
    def chart(self) -> Chart:
        return self.desk.ward.read_again("p")

    @property
    def row(self) -> Row:
        return self.desk.ward.row(self.desk.ward.get("p"))

    def dose(self, number: int) -> ChosenDose:
        found = dose_at(self.chart, self.chart.courses[0].n, number)
        assert found is not None
        return found

    def record(self, number: int, outcome: str, hours: float, reason: str = "", corrects: int | None = None) -> None:
        at = START + hours * HOUR
        self.now = max(self.now, at)
        told = record_dose(self.chart, number, outcome, at, self.signature(reason), corrects=corrects)
        self.desk.ward.store.append([told], self.chart.n)


@pytest.fixture
def ward(tmp_path: Path, protocol: Protocol) -> Iterator[Charted]:
    found = Charted(tmp_path, protocol)
    yield found
    found.desk.close()


def test_after_a_stop_what_was_due_before_it_is_offered_and_then_nothing(ward: Charted) -> None:
    ward.record(1, GIVEN, 0)
    ward.now = at = START + 17 * HOUR
    stop = stop_course(ward.chart, f"{at:%Y-%m-%d %H:%M}", at, ward.signature("rash"))
    ward.desk.ward.store.append([stop], ward.chart.n)
    offered = []
    while (dose := offered_dose(ward.chart, ward.row)) is not None:
        offered.append(dose.slot.number)
        ward.record(dose.slot.number, GIVEN, 8 * (dose.slot.number - 1), "charted later")
    assert offered == [3, 2]
    assert backlog(ward.chart.courses[0], ward.row) == ()


def test_the_history_of_a_dose_has_what_was_replaced_and_its_parts(ward: Charted) -> None:
    ward.record(1, HELD, 0, "platelets 30")
    held = ward.chart.n
    ward.record(1, GIVEN, 0.5, "unit given", corrects=held)
    body = ExtraDose(ward.chart.courses[0].n, 1, "half a syringe")
    part = record_extra_dose(ward.chart, body, START + HOUR, ward.signature("it leaked"))
    ward.now = START + HOUR
    ward.desk.ward.store.append([part], ward.chart.n)
    past = list(history(ward.chart, *ward.dose(1).key))
    assert [(each.entry.n, None if each.taker is None else each.taker.n) for each in past] == [
        (held, held + 1),
        (held + 1, None),
        (held + 2, None),
    ]
    last = last_received(ward.chart, ward.dose(2), ms(START + 8 * HOUR))
    assert last is not None
    assert last.n == held + 2


def test_the_plan_can_move_with_the_first_dose_alone(ward: Charted) -> None:
    late, on_time = ms(START + 3 * HOUR), ms(START + HOUR)
    assert can_move_plan(ward.dose(1), GIVEN, late)
    assert not can_move_plan(ward.dose(1), GIVEN, on_time), "inside the window"
    assert not can_move_plan(ward.dose(1), HELD, late)
    assert moment(moved_slots(ward.dose(1), late)[0].due) == START + 11 * HOUR
    ward.record(1, GIVEN, 0)
    assert not can_move_plan(ward.dose(2), GIVEN, ms(START + 11 * HOUR)), "another one is recorded"
