"""Recipes that turn on the way into the trial, on the course, and on what is watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.rules.blinding import blind
from immunosep_tui.rules.protocol import DOUBLE_DUMMY
from immunosep_tui.rules.reason import N_
from immunosep_tui.training.making.draft import MARKERS, Draft, Recipe, drawn_regimen, spread


def _treated(draft: Draft, regimen: str, start: datetime) -> None:
    product = draft.treat(regimen, start)
    draft.texts["labs.sampled"] = draft.local(start - timedelta(hours=6))
    draft.tell(
        N_("The first dose of {product} was given {start}."), product=product, start=draft.texts["treatment.start"]
    )


# ---- the way in --------------------------------------------------------------------------------------------------
def _infection(draft: Draft, chance: Random, level: int) -> None:
    rule = draft.protocol.eligibility
    taken = level != 2 and chance.random() < 0.4
    infection = chance.choice(rule.infections_included if taken else rule.infections_excluded)
    draft.texts["screening.infection"] = infection
    draft.story.pop()  # the infection of the usual story
    draft.tell(N_("A patient with septic shock has {infection} and needs norepinephrine."), infection=infection)
    if level == 3:
        draft.texts |= {"labs.ferritin": "12400", "labs.hla_dr": "2900"}
        draft.tell(N_("Ferritin is very high and HLA-DR low."))
    draft.ask("criterion/infection", "infection")


def _start_window(draft: Draft, chance: Random, level: int) -> None:
    hours = int(draft.protocol.eligibility.hours_below.value)
    if level == 1:
        before = spread(chance, 20, 48) if chance.random() < 0.4 else spread(chance, hours + 12, hours + 40)
    elif level == 2:
        before = chance.choice((hours - 3, hours + 2, hours + 4))
    else:
        before = chance.choice((hours - 1, hours, hours, hours + 1))
    start = draft.now + timedelta(hours=1)
    draft.texts["screening.sepsis_at"] = draft.local(start - timedelta(hours=before))
    draft.texts["treatment.start"] = draft.local(start)
    draft.texts |= {"labs.ferritin": "9800", "labs.sampled": draft.local(draft.now - timedelta(hours=4))}
    draft.tell(N_("The result came this hour, and the first dose could be given in one hour."))
    draft.ask("criterion/time_to_first_dose", "start-window")


def _sepsis_3(draft: Draft, chance: Random, level: int) -> None:
    rise = int(draft.protocol.eligibility.sofa_rise_at_least.value)
    here = level > 1 or chance.random() < 0.5
    before = chance.randint(2, 7)
    total = before + {1: chance.randint(0, 5), 2: rise - chance.randint(1, 2), 3: rise - chance.randint(0, 1)}[level]
    draft.texts |= {"screening.in_hospital": "yes" if here else "no", "response.1": str(total)}
    if here:
        draft.texts["screening.sofa_admission"] = str(before)
        draft.tell(
            N_("The infection began in hospital; SOFA at admission was {before}, now it is {total}."),
            before=before,
            total=total,
        )
    else:
        draft.tell(N_("The patient came with it to the emergency department; SOFA is {total}."), total=total)
    draft.ask("criterion/sofa", "sepsis-3")


def _not_known(draft: Draft, chance: Random, level: int) -> None:
    listed = ["neutrophils", "consent", "malignancy", "dnr", "no-pregnancy"]
    draft.texts |= {"screening.age": str(chance.randint(19, 84)), "labs.covid19": "no"}
    open_one = chance.choice(listed)
    answers = {"neutrophils": "6.2", "consent": "yes", "malignancy": "no", "dnr": "no", "no-pregnancy": "yes"}
    draft.texts |= {f"screening.{name}": text for name, text in answers.items() if name != open_one}
    if level > 1:
        draft.tell(N_("The colleague who hands over says that the rest was surely fine."))
    draft.ask(f"criterion/{open_one}", "not-known")
    if level == 3:
        draft.ask(f"criterion/{chance.choice([name for name in listed if name != open_one])}", "not-known")


# ---- the course --------------------------------------------------------------------------------------------------
def _day_number(draft: Draft, chance: Random, level: int) -> None:
    days = chance.randint(1, 12)
    if level == 1:  # later in the day than the first dose
        start = draft.now - timedelta(days=days, hours=chance.randint(1, 4))
    else:
        start = draft.now - timedelta(
            days=days - 1, hours=chance.randint(18, 23) if level == 2 else 23, minutes=5 * chance.randint(0, 11)
        )
    _treated(draft, drawn_regimen(chance), start)
    draft.ask("day", "day-number")


_CHANGES: Final = (
    ("Europe/Athens", 3, 29),
    ("Europe/Berlin", 3, 29),
    ("Europe/Athens", 10, 25),
    ("Europe/Berlin", 10, 25),
)
"""Zones and days of 2026 on which their clocks change."""


def _next_dose(draft: Draft, chance: Random, level: int) -> None:
    regimen = drawn_regimen(chance)
    if level == 3:
        zone, month, day = chance.choice(_CHANGES)
        draft.zone = ZoneInfo(zone)
        draft.now = datetime(2026, month, day, chance.randint(6, 20), 15, tzinfo=draft.zone)
        draft.tell(N_("The clocks were changed in the night."))
        start = draft.now - timedelta(days=chance.randint(1, 6), hours=chance.randint(1, 6))
    else:
        start = draft.now - timedelta(days=chance.randint(1, 11), hours=chance.randint(1, 6), minutes=25)
    _treated(draft, regimen, start)
    if level > 1:
        draft.tell(N_("The last dose before now was missed."))
    draft.ask("next-dose", "next-dose")


def _double_dummy(draft: Draft, chance: Random, level: int) -> None:
    regimen = drawn_regimen(chance)
    if level == 1:
        draft.texts["treatment.design"] = "double-dummy"
        _treated(draft, regimen, draft.now + timedelta(hours=1))
        draft.story.pop()
        draft.tell(N_("A course of the double-dummy design is planned; the pharmacist counts what is needed."))
        draft.ask("dummy-doses", "double-dummy")
        draft.ask("doses", "double-dummy")
        return
    draft.protocol = blind(replace(draft.protocol, design=DOUBLE_DUMMY))
    ferritin, hla_dr = MARKERS[regimen] if level == 2 or chance.random() < 0.5 else ("900", "9100")
    draft.texts |= {"labs.ferritin": ferritin, "labs.hla_dr": hla_dr}
    draft.tell(N_("The trial is blinded; you work at the bedside."))
    draft.ask("bedside", "double-dummy")


# ---- what is watched ---------------------------------------------------------------------------------------------
def _anemia(draft: Draft, chance: Random, level: int) -> None:
    day = chance.randint(2, 6)
    _treated(draft, "anakinra", draft.now - timedelta(days=day - 1, hours=2))
    before = chance.randint(90, 125)
    after = {
        1: chance.choice((chance.randint(71, 79), chance.randint(60, 69))),
        2: before - chance.randint(20, 28),
        3: before - chance.choice((19, 20)),
    }[level]
    _tenths(draft, "hemoglobin", "anakinra", ((1, before), (day, after)))
    if level > 1 and chance.random() < 0.4:  # a second sample of the same day looks better
        draft.texts[f"monitoring.{day}.anakinra-hemoglobin"] += f";{(before - 5) / 10:.1f}"
        draft.tell(N_("Hemoglobin was measured twice on that day, before and after a transfusion."))
    draft.ask(f"action/{day}/anakinra-hemoglobin", "anemia")


def _tenths(draft: Draft, item: str, regimen: str, values: tuple[tuple[int, int], ...]) -> None:
    for day, value in values:
        draft.texts[f"monitoring.{day}.{regimen}-{item}"] = f"{value / 10:.1f}"


def _bleeding(draft: Draft, chance: Random, level: int) -> None:
    day = chance.choice((3, 5, 7))
    _treated(draft, "interferon-gamma", draft.now - timedelta(days=day - 1, hours=2))
    if level == 1:
        grade = chance.randint(0, 4)
        draft.texts[f"monitoring.{day}.interferon-gamma-bleeding"] = str(grade)
        draft.tell(N_("The bleeding of this shift was graded by the WHO scale."))
        draft.ask(f"action/{day}/interferon-gamma-bleeding", "bleeding")
        return
    before = spread(chance, 120, 260)
    share = chance.randint(38, 46) if level == 2 else chance.choice((50, 49))  # what is left of it, in percent
    draft.texts["monitoring.1.interferon-gamma-platelets"] = str(before)
    draft.texts[f"monitoring.{day}.interferon-gamma-platelets"] = str(before * share // 100)
    draft.tell(N_("The next dose is due this hour."))
    draft.ask(f"action/{day}/interferon-gamma-platelets", "bleeding")


RECIPES: Final[Mapping[str, Recipe]] = {
    "infection": _infection,
    "start-window": _start_window,
    "sepsis-3": _sepsis_3,
    "not-known": _not_known,
    "day-number": _day_number,
    "next-dose": _next_dose,
    "double-dummy": _double_dummy,
    "anemia": _anemia,
    "bleeding": _bleeding,
}
