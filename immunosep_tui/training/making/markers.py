"""Recipes that turn on ferritin and HLA-DR, and on what the trial gave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.training.making.draft import Draft, Recipe, spread, trimmed


def _cuts(draft: Draft) -> tuple[int, int]:
    """The two cut-offs, which are whole numbers."""
    rule = draft.protocol.phenotype
    return int(rule.ferritin_above.value), int(rule.hla_dr_below.value)


def _above(chance: Random, cut: int, level: int) -> int:
    """A value above a cut-off: far, near, next to it."""
    low, high = ((2 * cut, 8 * cut), (cut + cut // 4, 2 * cut), (cut + 1, cut + cut // 50))[level - 1]
    return spread(chance, low, high)


def _below(chance: Random, cut: int, level: int) -> int:
    low, high = ((cut // 8, cut // 2), (cut // 2, cut - cut // 4), (cut - cut // 50, cut - 1))[level - 1]
    return spread(chance, low, high)


def _take(draft: Draft, chance: Random, ferritin: str, hla_dr: str, hours: int | None = None) -> None:
    """Write a sample that was taken some hours ago."""
    hours = chance.randint(2, 9) if hours is None else hours
    sampled = draft.now - timedelta(hours=hours, minutes=10 * chance.randint(0, 4))
    draft.texts |= {"labs.ferritin": ferritin, "labs.sampled": draft.local(sampled)}
    draft.texts["labs.resulted"] = draft.local(draft.now - timedelta(minutes=20))
    if hla_dr:
        draft.texts["labs.hla_dr"] = hla_dr
    draft.tell(
        N_("Blood for ferritin and HLA-DR was taken {sampled}.")
        if hla_dr
        else N_("Blood for ferritin was taken {sampled}; HLA-DR was not measured."),
        sampled=draft.texts["labs.sampled"],
    )


def _asks(draft: Draft, topic: str) -> None:
    draft.ask("phenotype", topic)
    draft.ask("regimen", "regimen")


def _any_hla_dr(chance: Random, cut: int) -> int:
    return _below(chance, cut, 1) if chance.random() < 0.5 else _above(chance, cut, 1)


def _ferritin_above(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    missing = level > 1 and chance.random() < 0.4
    second = "" if missing else str(_any_hla_dr(chance, hla_dr) if level == 1 else _above(chance, hla_dr, 1))
    _take(draft, chance, str(_above(chance, ferritin, level)), second)
    _asks(draft, "ferritin-above")


def _ferritin_below(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    second = "" if level == 2 else str(_any_hla_dr(chance, hla_dr))
    _take(draft, chance, str(_below(chance, ferritin, level)), second)
    _asks(draft, "ferritin-below")


def _ferritin_exact(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    typed = f"{trimmed(Decimal(ferritin) / 1000)} mg/L" if level == 3 else str(ferritin)
    _take(draft, chance, typed, str(_any_hla_dr(chance, hla_dr)))
    _asks(draft, "ferritin-exact")


def _hla_dr_below(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    _take(draft, chance, str(_below(chance, ferritin, 1)), str(_below(chance, hla_dr, level)))
    _asks(draft, "hla-dr-below")


def _hla_dr_above(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    _take(draft, chance, str(_below(chance, ferritin, 1)), str(_above(chance, hla_dr, level)))
    _asks(draft, "hla-dr-above")


def _hla_dr_exact(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    _take(draft, chance, str(_below(chance, ferritin, level)), str(hla_dr))
    _asks(draft, "hla-dr-exact")


def _both_states(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    _take(draft, chance, str(_above(chance, ferritin, level)), str(_below(chance, hla_dr, level)))
    _asks(draft, "both-states")


def _hla_dr_missing(draft: Draft, chance: Random, level: int) -> None:
    ferritin, _hla_dr = _cuts(draft)
    _take(draft, chance, str(_below(chance, ferritin, level)), "")
    _asks(draft, "hla-dr-missing")


def _hla_dr_percent(draft: Draft, chance: Random, level: int) -> None:
    ferritin, _hla_dr = _cuts(draft)
    _take(draft, chance, str(_below(chance, ferritin, level)), f"{chance.randint(8, 70)} %")
    draft.tell(N_("The laboratory reports HLA-DR as the share of monocytes that are positive."))
    _asks(draft, "hla-dr-percent")


def _ferritin_unit(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    value = _above(chance, ferritin, level) if level > 1 or chance.random() < 0.7 else _below(chance, ferritin, 1)
    _take(draft, chance, f"{trimmed(Decimal(value) / 1000)} mg/L", str(_any_hla_dr(chance, hla_dr)))
    _asks(draft, "ferritin-unit")


# ---- doubts ------------------------------------------------------------------------------------------------------
def _old_sample(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    limit = int(draft.protocol.site.stale.value)
    low, high = ((3 * limit, 5 * limit), (limit + 8, 2 * limit), (limit + 1, limit + 4))[level - 1]
    fresh = level == 3 and chance.random() < 0.3
    hours = limit - 2 if fresh else spread(chance, low, high)
    first = _above(chance, ferritin, 1) if chance.random() < 0.5 else _below(chance, ferritin, 1)
    _take(draft, chance, str(first), str(_any_hla_dr(chance, hla_dr)), hours)
    draft.tell(N_("The result has come just now."))
    draft.ask("doubt", "old-sample")


def _earlier(draft: Draft, before: int, where: str) -> None:
    draft.texts["labs.ferritin_before"] = str(before)
    draft.tell(where, before=before)


def _hook_effect(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    _take(draft, chance, str(_below(chance, ferritin, 1)), str(_any_hla_dr(chance, hla_dr)))
    low, high = ((10, 22), (4, 10), (2, 4))[level - 1]
    _earlier(
        draft,
        100 * spread(chance, low * ferritin // 100, high * ferritin // 100),
        N_("Another hospital reported a ferritin of {before} ng/mL yesterday; the patient is no better."),
    )
    draft.ask("doubt", "hook-effect")
    draft.ask("phenotype", "hook-effect")


def _sudden_fall(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    value = spread(chance, ferritin // 10, ferritin // 5)
    _take(draft, chance, str(value), str(_any_hla_dr(chance, hla_dr)))
    percent = int(draft.protocol.hook_fall_percent.value)
    kept = ((20, 30), (35, 44), (percent - 3, percent + 3))[level - 1]  # what is left of it, in percent
    before = min(value * 100 // chance.randint(*kept), ferritin)
    _earlier(draft, before, N_("Yesterday ferritin was {before} ng/mL."))
    draft.ask("doubt", "sudden-fall")


def _near_cut_off(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    if chance.random() < 0.5:
        assay, cut = draft.protocol.ferritin_assay, ferritin
        second = str(_any_hla_dr(chance, hla_dr))
    else:
        assay, cut = draft.protocol.hla_dr_assay, hla_dr
        second = ""
    low, high = int(assay.near_low.value), int(assay.near_high.value)
    edge = ((cut - cut // 40, cut + cut // 40), (low, high), (low - cut // 50, low + cut // 50))[level - 1]
    value = str(spread(chance, *edge))
    if second:
        _take(draft, chance, value, second)
    else:
        _take(draft, chance, str(_below(chance, ferritin, 1)), value)
    draft.ask("doubt", "near-cut-off")
    draft.ask("phenotype", "near-cut-off")


# ---- what was given ----------------------------------------------------------------------------------------------
def _regimen(draft: Draft, chance: Random, level: int) -> None:
    """Each of the three outcomes; a course is counted where the trial gave a drug."""
    ferritin, hla_dr = _cuts(draft)
    outcome = chance.choice(("anakinra", "interferon-gamma", "none"))
    first = _above(chance, ferritin, level) if outcome == "anakinra" else _below(chance, ferritin, level)
    second = _above(chance, hla_dr, level) if outcome == "none" else _below(chance, hla_dr, level)
    _take(draft, chance, str(first), str(second))
    draft.ask("regimen", "regimen")
    if outcome == "none":
        return
    draft.texts["treatment.start"] = draft.local(draft.now + timedelta(hours=1))
    draft.tell(N_("A first dose is planned for {start}."), start=draft.texts["treatment.start"])
    draft.ask("doses", "regimen")


def _covid(draft: Draft, chance: Random, level: int) -> None:
    ferritin, hla_dr = _cuts(draft)
    high = level == 1 and chance.random() < 0.5
    first = _above(chance, ferritin, 1) if high else _below(chance, ferritin, level)
    _take(draft, chance, str(first), str(_below(chance, hla_dr, level)))
    draft.texts["labs.covid19"] = "yes"
    draft.tell(N_("The test for COVID-19 is positive."))
    draft.ask("regimen", "covid-19")
    draft.ask("criterion/covid19", "covid-19")


RECIPES: Final[Mapping[str, Recipe]] = {
    "ferritin-above": _ferritin_above,
    "ferritin-below": _ferritin_below,
    "ferritin-exact": _ferritin_exact,
    "hla-dr-below": _hla_dr_below,
    "hla-dr-above": _hla_dr_above,
    "hla-dr-exact": _hla_dr_exact,
    "both-states": _both_states,
    "hla-dr-missing": _hla_dr_missing,
    "hla-dr-percent": _hla_dr_percent,
    "old-sample": _old_sample,
    "ferritin-unit": _ferritin_unit,
    "hook-effect": _hook_effect,
    "sudden-fall": _sudden_fall,
    "near-cut-off": _near_cut_off,
    "regimen": _regimen,
    "covid-19": _covid,
}
