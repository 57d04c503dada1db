"""Writers that are killed at random moments lose nothing that they said was recorded."""

from __future__ import annotations

import pytest

from tests.harness.programs import run


@pytest.mark.parametrize("kills", [pytest.param(100), pytest.param(10_000, marks=pytest.mark.deep)])
def test_no_kill_loses_or_damages_anything(kills: int) -> None:
    found = run("kill", "--kills", kills, "--seed", kills)
    assert found.status == 0, found.output
    assert found.figure("lost") == 0


@pytest.mark.parametrize("kills", [pytest.param(20), pytest.param(500, marks=pytest.mark.deep)])
def test_no_kill_loses_or_damages_anything_in_an_encrypted_store(kills: int) -> None:
    pytest.importorskip("sqlcipher3", reason="the extra 'encrypt' is not installed")
    found = run("kill", "--kills", kills, "--seed", kills, "--encrypted")
    assert found.status == 0, found.output
    assert found.figure("lost") == 0


def test_a_writer_that_says_recorded_too_early_is_found_out() -> None:
    found = run("kill", "--kills", 60, "--seed", 2, "--hasty")
    assert found.status == 1
    assert found.figure("lost") > 0
