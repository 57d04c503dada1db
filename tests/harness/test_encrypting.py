"""A store is whole while it is being encrypted, whatever happens; and what is left out to prove it is found out."""

from __future__ import annotations

import pytest

pytest.importorskip("sqlcipher3", reason="the extra 'encrypt' is not installed")

from tests.harness.programs import run
from tests.harness.trace import needs_strace


@pytest.mark.parametrize("kills", [40, pytest.param(2000, marks=pytest.mark.deep)])
def test_a_kill_leaves_the_plain_store_or_the_encrypted_one(kills: int) -> None:
    found = run("encrypting", "kill", "--rounds", kills, "--seed", kills)
    assert found.status == 0, found.output
    assert found.figure("undone") > 0
    assert found.figure("plain") + found.figure("encrypted") == kills


@needs_strace
@pytest.mark.parametrize("states", [6, pytest.param(40, marks=pytest.mark.deep)])
def test_a_power_cut_leaves_the_plain_store_or_the_encrypted_one(states: int) -> None:
    found = run("encrypting", "power", "--rounds", states, "--seed", states)
    assert found.status == 0, found.output
    assert min(found.figure(name) for name in ("plain", "encrypted", "undone", "unfinished")) > 0


@pytest.mark.parametrize("stores", [5, pytest.param(200, marks=pytest.mark.deep)])
def test_nothing_that_others_recorded_meanwhile_is_lost(stores: int) -> None:
    found = run("encrypting", "writers", "--rounds", stores, "--seed", stores)
    assert found.status == 0, found.output
    assert found.figure("heard") > stores


@needs_strace
@pytest.mark.parametrize(("what", "rounds"), [("kill", 60), ("power", 5), ("writers", 80)])
def test_what_is_left_out_is_found_out(what: str, rounds: int) -> None:
    found = run("encrypting", what, "--rounds", rounds, "--seed", 1, "--hasty")
    assert found.status == 1
    assert found.figure("wrong") > 0
