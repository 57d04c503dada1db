"""What is typed survives every end of the program; the long runs are ``python -m tests.harness.draft_kill``."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from tests.harness.draft_kill import ENDINGS, run

SEED = 20261123


EVERY_RUN = "kill"
"""The end of which nothing is told; the program hears of the others, and they are gone in the long tier."""


@pytest.mark.parametrize(
    "ending", [pytest.param(each, marks=[] if each == EVERY_RUN else pytest.mark.deep) for each in ENDINGS]
)
def test_a_draft_survives(ending: str) -> None:
    counts = run(3, ending, SEED)
    assert counts["ok"] == 3, counts


@pytest.mark.deep
@pytest.mark.parametrize("ending", ENDINGS)
def test_drafts_survive_a_thousand_ends(ending: str) -> None:
    counts = run(1000, ending, SEED)
    assert counts["ok"] == 1000, counts


def test_drafts_that_are_never_written_are_found() -> None:
    assert run(3, "term", SEED, deaf=True)["lost"] >= 1
