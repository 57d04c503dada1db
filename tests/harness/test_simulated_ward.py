"""The simulated ward in short, and the proof that it can fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from immunosep_tui.record.attention import Attention, Item, Standing
from immunosep_tui.record.raised import Judged
from immunosep_tui.ui.rooms import overview
from immunosep_tui.ward import board
from tests.harness import ward_surfaces
from tests.harness.simulated_ward import simulate

SHORT = {"patients": 20, "days": 5, "seed": 2, "trouble": 4}
"""More goes wrong than on a usual ward."""
SMALL = {"patients": 8, "days": 5, "seed": 4, "trouble": 12}


def test_nothing_is_found_where_nothing_is_broken(tmp_path: Path) -> None:
    assert simulate(**SMALL, folder=tmp_path).faults == []


def test_everything_that_asks_for_a_person_is_where_it_belongs(tmp_path: Path) -> None:
    found = simulate(**SHORT, folder=tmp_path)
    assert found.faults == []
    for mishap in ("stop", "call of bleeding", "dose due", "dose overdue", "dose missed"):
        assert found.seen[f"hours with {mishap}"] > 0, mishap
    assert found.seen["interruptions"] > 0


@pytest.mark.deep
@pytest.mark.parametrize("seed", [1, 2])
def test_a_whole_ward_of_two_hundred_over_four_weeks(seed: int, tmp_path: Path) -> None:
    assert simulate(200, 28, seed=seed, folder=tmp_path).faults == []


def _without(is_left_out: Callable[[Item], bool]) -> Callable[..., Attention]:
    whole = Standing.at

    def at(self: Standing, now: int, **options: Any) -> Attention:
        return Attention(tuple(item for item in whole(self, now, **options).items if not is_left_out(item)))

    return at


def _first_stop_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Standing, "at", _without(lambda item: item.level == "stop"))


def _missed_doses_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Standing, "at", _without(lambda item: item.code == "not-charted"))


def _late_a_little_later(patch: pytest.MonkeyPatch) -> None:
    whole = Standing.at
    patch.setattr(
        Standing, "at", lambda self, now, **options: whole(self._replace(overdue=2 * self.overdue), now, **options)
    )


def _a_better_value_ends_a_stop(patch: pytest.MonkeyPatch) -> None:
    raised = Judged.raised
    patch.setattr(Judged, "raised", lambda self, fact: raised(self, fact)[-1:] if fact == "anc" else raised(self, fact))
    patch.setattr(Judged, "_worst", _unless_another_follows(Judged._worst))


def _unless_another_follows(worst: Callable[..., Any]) -> Callable[..., Any]:
    def found(self: Judged, observation: Any) -> Any:
        later = [each for each in self.found[observation.fact] if each.latest > observation.latest]
        return None if later else worst(self, observation)

    return found


SABOTAGES: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "no STOP is shown": (_first_stop_only, "STOPs of the entries"),
    "a missed dose is forgotten": (_missed_doses_forgotten, "doses not charted, not"),
    "overdue an hour too late": (_late_a_little_later, "doses overdue [], not"),
    "only the last value counts": (_a_better_value_ends_a_stop, "STOPs of the entries set(), not"),
    "beds before alarms": (
        lambda patch: patch.setattr("immunosep_tui.ward.ward.board_order", lambda row: board.bed_order(row.place)),
        "stands at",
    ),
    "an Overview without its doses": (
        lambda patch: patch.setattr(overview, "state_lines", lambda *_facts: []),
        "and not on the Overview",
    ),
    "an Overview without alarms": (
        lambda patch: patch.setattr(ward_surfaces, "alarm_lines", lambda *_facts: []),
        "is not among the alarms",
    ),
}
"""What is broken, and how it is told."""


@pytest.mark.parametrize("name", SABOTAGES)
def test_what_does_not_surface_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks, words = SABOTAGES[name]
    breaks(monkeypatch)
    assert any(words in fault for fault in simulate(**SMALL, folder=tmp_path).faults)
