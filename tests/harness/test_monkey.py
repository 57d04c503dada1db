"""Random users in short, and the proof that what they look for is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from tests.harness import monkey_witness
from tests.harness.monkey_pilot import run
from tests.support.followed import IDENTITY, LABS, Followed


def test_random_users_break_nothing(protocol: Protocol) -> None:
    seen, faults = run(400, 1, protocol)
    assert faults == []
    assert seen["steps of work"] > 10


@pytest.mark.deep
def test_many_random_users_break_nothing(protocol: Protocol) -> None:
    seen, faults = run(300_000, 1_000, protocol)
    assert faults == []
    for kind in ("dose", "course", "stop", "labs", "check", "bleeding", "acknowledged", "admitted", "void", "note"):
        assert seen[kind] > 0, kind


def test_a_seed_is_the_same_each_time(protocol: Protocol) -> None:
    assert run(150, 7, protocol) == run(150, 7, protocol)


def _in_a_task(app: ImmunoSepApp) -> None:
    async def fail() -> None:
        raise ValueError

    app._loop.create_task(fail())  # type: ignore[union-attr]


SABOTAGES: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "a fault in a task": (lambda patch: patch.setattr(ImmunoSepApp, "touched", _in_a_task), "nobody was told"),
}


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotaged_program_is_found_out(name: str, protocol: Protocol, monkeypatch: pytest.MonkeyPatch) -> None:
    sabotage, told = SABOTAGES[name]
    sabotage(monkeypatch)
    _seen, faults = run(60, 1, protocol)
    assert any(told in fault for fault in faults), faults


def test_a_second_course_and_a_second_dose_are_found(protocol: Protocol, tmp_path: Path) -> None:
    ward = Followed(tmp_path, protocol)
    ward.sign("p", IDENTITY | LABS)
    ward.start("p")
    chart = ward.desk.ward.store.chart("p")
    monkey_witness._look_at_courses(chart)
    with pytest.raises(monkey_witness.Fault, match="two courses"):
        monkey_witness._look_at_courses(replace(chart, courses=chart.courses * 2))
    ward.desk.close()
