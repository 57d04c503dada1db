"""Backups and restores that are killed at random moments leave everything whole that was whole before."""

from __future__ import annotations

import pytest

from tests.harness.programs import run


@pytest.mark.parametrize("what", ["backup", "restore"])
@pytest.mark.parametrize("kills", [pytest.param(50), pytest.param(1000, marks=pytest.mark.deep)])
def test_no_kill_damages_anything(what: str, kills: int) -> None:
    """The earlier backups, the store, and what was set aside."""
    found = run("backup_kill", what, "--kills", kills, "--seed", kills)
    assert found.status == 0, found.output
    assert found.figure("wrong") == 0


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_files_that_are_written_under_their_lasting_name_are_found_out(what: str) -> None:
    found = run("backup_kill", what, "--kills", 60, "--seed", 1, "--hasty")
    assert found.status == 1
    assert found.figure("wrong") > 0
