"""Recipes that turn on the response by day 9, and those of the evidence quiz."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Final

from immunosep_tui.profile.results import results
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.response import HIGHEST_SOFA, respond
from immunosep_tui.training.claims import claims
from immunosep_tui.training.making.draft import Draft, Recipe, drawn_regimen

WINDOW: Final = "day9"


def _days(draft: Draft) -> range:
    window = next(each for each in draft.protocol.endpoint.windows if each.name == WINDOW)
    return range(window.first_day, window.last_day + 1)


def _largest_sum(draft: Draft, baseline: int) -> int:
    """The largest sum of the window that makes a responder, asked of the rule itself."""
    window = next(each for each in draft.protocol.endpoint.windows if each.name == WINDOW)
    same = respond(draft.protocol.endpoint, window, baseline, [baseline] * len(_days(draft)))
    spare = getattr(same, "points_to_spare", None)
    assert spare is not None
    return baseline * len(_days(draft)) + int(spare)


def _series(chance: Random, count: int, total: int, start: int) -> list[int]:
    """Daily totals that add up to a sum, wandering down or up from the first day."""
    values = [min(HIGHEST_SOFA, max(0, start))] * count
    while (left := total - sum(values)) != 0:
        step = 1 if left > 0 else -1
        places = [n for n in range(count) if 0 <= values[n] + step <= HIGHEST_SOFA]
        values[max(chance.choice(places), chance.choice(places))] += step  # the later days move most
    return values


def _followed(draft: Draft, chance: Random, baseline: int, values: Sequence[int | str], now_day: int) -> None:
    """A course of either drug whose daily totals were written down; an empty text is a day that was not scored."""
    product = draft.treat(drawn_regimen(chance), draft.now - timedelta(days=now_day - 1, hours=3))
    draft.texts["response.1"] = str(baseline)
    for day, value in zip(_days(draft), values, strict=False):
        if value != "":
            draft.texts[f"response.{day}"] = str(value)
    draft.tell(N_("Treatment with {product} began on day 1; it is day {day} now."), product=product, day=now_day)


def _baseline(chance: Random) -> int:
    return chance.randint(6, 15)


def _whole_window(draft: Draft, chance: Random, level: int) -> tuple[int, list[int]]:
    baseline = _baseline(chance)
    spare = {
        1: chance.choice((-14, -12, 10, 14)),
        2: chance.choice((-8, -5, -3, 3, 6)),
        3: chance.choice((0, 0, -1, -1, 1)),
    }[level]
    count = len(_days(draft))
    total = max(0, min(HIGHEST_SOFA * count, _largest_sum(draft, baseline) - spare))
    return baseline, _series(chance, count, total, baseline)


def _responder(draft: Draft, chance: Random, level: int) -> None:
    baseline, values = _whole_window(draft, chance, level)
    _followed(draft, chance, baseline, values, 10)
    draft.ask(f"verdict/{WINDOW}", "responder")
    draft.ask(f"decrease/{WINDOW}" if level < 3 else f"most/{WINDOW}", "responder")


def _provisional(draft: Draft, chance: Random, level: int) -> None:
    baseline, values = _whole_window(draft, chance, 1)
    known = chance.randint(3, 5) if level == 1 else len(values) - chance.randint(1, 2)
    _followed(draft, chance, baseline, values[:known], _days(draft)[0] + known - 1)
    if level > 1:
        draft.tell(N_("The family asks whether the treatment has worked."))
    draft.ask(f"response/{WINDOW}", "provisional")


def _carried_forward(draft: Draft, chance: Random, level: int) -> None:
    baseline, values = _whole_window(draft, chance, level)
    gaps = sorted(chance.sample(range(1, len(values) - 1), level))
    texts: list[int | str] = [*values]
    for place in gaps:
        texts[place] = ""
    _followed(draft, chance, baseline, texts, 10)
    draft.tell(N_("Nobody scored the patient on {days}."), days=", ".join(f"day {_days(draft)[n]}" for n in gaps))
    draft.ask(f"stands-in/{WINDOW}/{_days(draft)[gaps[-1]]}", "carried-forward")
    draft.ask(f"verdict/{WINDOW}", "carried-forward")


def _death_scored(draft: Draft, chance: Random, level: int) -> None:
    """Improvement, then a death: late enough at higher levels that the numbers still make a responder."""
    days = _days(draft)
    died = {1: days[-1] - chance.randint(1, 4), 2: days[-1] - chance.randint(0, 1), 3: days[-1]}[level]
    baseline = chance.randint(9, 15) if level < 3 else chance.randint(15, 20)
    fall = chance.randint(2, 4) if level < 3 else chance.randint(4, 7)
    values: list[int | str] = [max(0, baseline - fall - (day - days[0]) // 3) for day in days if day < died]
    _followed(draft, chance, baseline, [*values, "D"], died)
    draft.tell(N_("After days of improvement the patient died on day {day}."), day=died)
    draft.ask(f"response/{WINDOW}", "death-scored")
    draft.ask(f"stands-in/{WINDOW}/{died}", "death-scored")
    draft.ask(f"verdict/{WINDOW}", "death-scored")


# ---- the evidence quiz -------------------------------------------------------------------------------------------
def _evidence(draft: Draft, chance: Random, level: int) -> None:
    draft.story.clear()
    draft.tell(N_("A question about the trial itself; there is no patient."))
    shown = chance.sample([outcome.id for outcome in results().outcomes], level)
    for outcome in shown:
        draft.ask(f"evidence/{outcome}", "evidence")


def _limits(draft: Draft, chance: Random, level: int) -> None:
    draft.story.clear()
    draft.tell(N_("A question about the trial itself; there is no patient."))
    for claim in chance.sample(list(claims()), level + 1):
        draft.ask(f"claim/{claim}", "limits")


RECIPES: Final[Mapping[str, Recipe]] = {
    "responder": _responder,
    "provisional": _provisional,
    "carried-forward": _carried_forward,
    "death-scored": _death_scored,
    "evidence": _evidence,
    "limits": _limits,
}
