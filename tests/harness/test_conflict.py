"""Many programs that do the same at once record it once, and every loser is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.programs import run


@pytest.mark.parametrize(
    ("processes", "attempts"),
    [(2, 500), (8, 1500), *(pytest.param(n, 50_000, marks=pytest.mark.deep) for n in (3, 8))],
)
def test_nothing_is_recorded_twice_or_lost(tmp_path: Path, processes: int, attempts: int) -> None:
    found = run("conflict", "--store", tmp_path / "ward.db", "--processes", processes, "--attempts", attempts)
    assert found.status == 0, found.output
    assert (found.figure("doubles"), found.figure("lost")) == (0, 0)


def test_programs_that_look_first_and_write_afterwards_are_found_out(tmp_path: Path) -> None:
    found = run("conflict", "--store", tmp_path / "ward.db", "--processes", 4, "--attempts", 300, "--naive")
    assert found.status == 1
    assert found.figure("doubles") > 0
