"""Whatever system call fails, the store loses nothing and tells the truth."""

from __future__ import annotations

import pytest

from tests.harness.programs import run
from tests.harness.trace import needs_strace


@needs_strace
def test_a_failing_call_loses_nothing_and_is_told_rightly() -> None:
    for base, step in (("old", 41), ("new", 67), ("cut-off", 67)):
        found = run("io_faults", "--base", base, "--error", "EIO", "--step", step)
        assert found.status == 0, found.output


@needs_strace
@pytest.mark.deep
def test_no_failing_call_at_all_loses_anything() -> None:
    found = run("io_faults")
    assert found.status == 0, found.output


@needs_strace
@pytest.mark.parametrize("weak", ["careless", "pessimist"])
def test_a_store_that_does_not_look_what_became_of_a_commit_is_found_out(weak: str) -> None:
    found = run("io_faults", "--base", "old", "--call", "fdatasync", "--error", "EIO", "--weak", weak)
    assert found.status == 1
    assert ("lost" if weak == "careless" else "although it was told NotSaved") in found.output
