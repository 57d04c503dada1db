"""Damaged copies of a store are noticed, and none surprises a reader."""

from __future__ import annotations

import pytest

from tests.harness.programs import run


@pytest.mark.parametrize("copies", [pytest.param(300), pytest.param(10_000, marks=pytest.mark.deep)])
def test_every_damage_is_noticed_or_changes_nothing(copies: int) -> None:
    """SQLite's own check alone would let some of them pass: the chain of hashes is what finds those."""
    found = run("damage", "--copies", copies, "--seed", copies)
    assert found.status == 0, found.output
    assert found.figure("unseen by SQLite alone") > 0
