"""A learner whose program is killed loses no answer that was acknowledged, and goes on at the next question."""

from __future__ import annotations

import pytest

from tests.harness.programs import run


@pytest.mark.parametrize("kills", [pytest.param(15), pytest.param(2_000, marks=pytest.mark.deep)])
def test_no_kill_loses_an_answer_or_leaves_half_a_round(kills: int) -> None:
    found = run("book_kill", "--kills", kills, "--seed", kills)
    assert found.status == 0, found.output
    assert found.figure("lost") == 0


def test_a_program_that_acknowledges_too_early_is_found_out() -> None:
    found = run("book_kill", "--kills", 12, "--seed", 3, "--hasty")
    assert found.status == 1
    assert found.figure("lost") > 0
