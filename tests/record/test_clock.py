"""Whether the clock on the wall can be believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.record.clock import AHEAD, APART, BEHIND, Reading, doubt

NOW = 1_767_225_600_000
AT_START = Reading(NOW, 5_000_000_000, "boot")


def later(wall: int, mono: int | None = None, boot: str = "boot") -> Reading:
    """A reading so many milliseconds later by each clock."""
    return Reading(NOW + wall, AT_START.mono + (wall if mono is None else mono) * 1_000_000, boot)


@pytest.mark.parametrize(
    ("now", "last", "why"),
    [
        (later(0), None, ""),
        (later(0), NOW, ""),
        (later(0), NOW + BEHIND, ""),
        (later(0), NOW + BEHIND + 1, "behind"),
        (later(0), NOW - AHEAD, ""),
        (later(0), NOW - AHEAD - 1, "ahead"),
        (later(APART, 0), NOW, ""),
        (later(APART + 1, 0), NOW, "jumped"),
        (later(-APART, 0), NOW, ""),
        (later(-APART - 1, 0), NOW, "jumped"),
        (later(0, APART + 1), NOW, "jumped"),
        (later(0, -APART - 1), NOW, "jumped"),
        (later(10 * APART, 10 * APART), NOW, ""),
        (later(APART + 1, 0, "another"), NOW, ""),
        (Reading(0, AT_START.mono, "another"), NOW, "behind"),
        (Reading(0, 0, "another"), None, ""),
    ],
)
def test_the_clock_is_doubted(now: Reading, last: int | None, why: str) -> None:
    assert doubt(now, AT_START, last) == why


YEARS = 20 * 365 * 86_400_000


@given(st.integers(-YEARS, YEARS), st.integers(0, AHEAD), st.integers(0, 86_400_000))
def test_a_jump_is_seen_wherever_it_would_matter(jump: int, since_last: int, passed: int) -> None:
    """Within one boot any jump of more than the tolerance is told, whatever the last entry says."""
    now = Reading(NOW + passed + jump, AT_START.mono + passed * 1_000_000, "boot")
    found = doubt(now, AT_START, NOW - since_last)
    if abs(jump) > APART:
        assert found in ("behind", "ahead", "jumped")
    elif since_last + passed + jump <= AHEAD and jump + passed + since_last >= -BEHIND:
        assert found == ""
