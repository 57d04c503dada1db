"""A power cut after any system call of a backup or a restore leaves everything whole that was whole before."""

from __future__ import annotations

import pytest

from tests.harness.programs import run
from tests.harness.trace import needs_strace

pytestmark = needs_strace


@pytest.mark.parametrize("what", ["backup", "restore"])
@pytest.mark.parametrize("states", [6, pytest.param(40, marks=pytest.mark.deep)])
def test_no_power_cut_damages_anything(what: str, states: int) -> None:
    """The store, the earlier backup, the new one once it was announced, and what was set aside."""
    found = run("backup_power_cut", what, "--states", states, "--seed", states)
    assert found.status == 0, found.output
    assert found.figure("done") == 1
    assert found.figure("wrong") == 0


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_a_program_that_makes_nothing_durable_is_found_out(what: str) -> None:
    found = run("backup_power_cut", what, "--states", 5, "--seed", 1, "--unsynced")
    assert found.status == 1
    assert found.figure("wrong") > 0
