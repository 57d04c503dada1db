"""Nothing is lost and nothing done twice when the server is killed, or the network is cut or goes dead.

The figures are those of ``python -m tests.harness.server_kill``, which the long runs use with the same counts.
"""

from __future__ import annotations

import random

import pytest

from tests.harness.server_kill import HARNESSES, Counts
from tests.support.server import Server


def run(server: Server, what: str, rounds: int, *, naive: bool = False) -> Counts:
    """Run a harness with a seed that is printed."""
    seed = random.SystemRandom().randrange(10**9)
    print(f"python -m tests.harness.server_kill {what} --rounds {rounds} --seed {seed}{' --naive' if naive else ''}")
    counts = HARNESSES[what](server, rounds, seed, naive=naive)
    print(counts)
    assert counts.rounds == rounds
    return counts


@pytest.mark.parametrize(
    ("what", "rounds"),
    [
        ("kills", 3),
        ("cuts", 30),
        ("holes", 4),
        pytest.param("kills", 200, marks=pytest.mark.deep),
        pytest.param("cuts", 10_000, marks=pytest.mark.deep),
        pytest.param("holes", 200, marks=pytest.mark.deep),
    ],
)
def test_nothing_is_lost_or_done_twice(own_server: Server, what: str, rounds: int) -> None:
    """Every acknowledged deed is there once and as it was acknowledged, and none that was said not to be recorded.

    Every answer came within ten seconds, also where the network said nothing any more.
    """
    counts = run(own_server, what, rounds)
    assert counts.acknowledged > 0
    assert counts.sound


def test_a_client_that_repeats_under_another_key_is_found_out(own_server: Server) -> None:
    """The negative control: it takes commits whose answer was lost for deeds that were not recorded."""
    counts = run(own_server, "cuts", 60, naive=True)
    assert counts.double
    assert counts.denied
    assert not counts.sound
