"""What the bedside of a double-dummy trial works with: one study drug, and answers that do not tell which state it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.monitoring import ALL_LEVELS, LEVELS
from immunosep_tui.rules.phenotype import (
    HOOK_EFFECT_SUSPECTED,
    IMMUNOPARALYSIS,
    INDETERMINATE,
    MALS,
    NOT_RANDOMIZED,
    STUDY,
    Answer,
    classify,
    interval,
)
from immunosep_tui.rules.protocol import (
    DOUBLE_DUMMY,
    CheckItem,
    DummyPartner,
    Fact,
    Limit,
    Note,
    Protocol,
    Question,
    Regimen,
)
from immunosep_tui.rules.reason import N_, Caution, Reason, Sentence, say
from immunosep_tui.rules.units import Quantity

STUDY_DRUG: Final = "study-drug"
"""The name of the one regimen that a blinded bedside knows."""

ROUTES: Final = ("IV", "subcutaneous")
"""Both are used in every arm."""

PRODUCTS: Final = {"IV": N_("IV study drug"), "subcutaneous": N_("subcutaneous study drug")}

MARKERS: Final = frozenset({"ferritin", "hla_dr"})
"""Their limits differ by state, so that a limit that is met would tell it: the pharmacist's side judges them."""

_SOURCE: Final = "S1; S2"
_NOTES: Final = (
    N_(
        "Double-dummy: every arm gets an IV study drug and a subcutaneous study drug. The pharmacist alone knows which."
    ),
    N_("Keep, prepare and discard it as the pharmacist's label says."),
    N_(
        "Ferritin and HLA-DR: tell the pharmacist each new value. Its limits are judged there, because they differ by state."
    ),
)
_NEUTRAL: Final = {
    "stop": N_("Hold study drug and call the physician now."),
    "call": N_("Call the physician before more study drug is given."),
    "review": N_("Ask the physician and the pharmacist to review the patient."),
    "start": N_("Do not start study drug and call the physician."),
}
"""What is asked for where the two drugs ask for different things at the same limit."""

_OFTEN: Final = ("each_shift", "daily", "every_n_days", "on_days")
"""Frequencies, the most frequent first. Before each dose of an other-day drug is less than daily."""


class CannotBlind(ValueError):
    """The regimens of a protocol do not look alike from outside."""


def is_blinded(protocol: Protocol) -> bool:
    """Whether nobody at the bedside may learn what is given."""
    return protocol.design == DOUBLE_DUMMY


def blind(protocol: Protocol) -> Protocol:
    """The protocol that the bedside works with; an open one, or one that is blinded already, stays as it is.

    Raises:
        CannotBlind: the arms differ in what the bedside sees.
    """
    if not is_blinded(protocol) or STUDY_DRUG in protocol.regimens:
        return protocol
    return _blinded(protocol)


@lru_cache(maxsize=8)
def _blinded(protocol: Protocol) -> Protocol:
    regimens = tuple(protocol.regimens.values())
    return replace(
        protocol,
        regimens={STUDY_DRUG: _study_drug(regimens)},
        phenotype_variants={},
        checklist=_checklist(protocol.checklist, regimens),
    )


def _study_drug(regimens: Sequence[Regimen]) -> Regimen:
    first, second = (_line(route, regimens) for route in ROUTES)
    notes = tuple(Note(text, _SOURCE, "D") for text in _NOTES)
    dose = Fact(Decimal(1), "prepared dose", _SOURCE, "D", "double-dummy convention: both routes in all arms")
    partner = DummyPartner(PRODUCTS[ROUTES[1]], ROUTES[1], *second, None)
    questions = _questions(regimens)
    product = PRODUCTS[ROUTES[0]]
    return Regimen(STUDY_DRUG, product, STUDY, ROUTES[0], dose, *first, None, partner, notes, questions, True)


def _line(route: str, regimens: Sequence[Regimen]) -> tuple[Fact, Fact]:
    """Interval and days of what goes by a route, the same whichever regimen it belongs to."""
    found = []
    for regimen in regimens:
        if regimen.dose is None:
            raise CannotBlind(f"{regimen.name} has no dose")
        lines = {part.route: (part.interval_hours, part.days) for part in (regimen.dummy, regimen) if part is not None}
        if route not in lines:
            raise CannotBlind(f"{regimen.name} gives nothing {route}")
        found.append(lines[route])
    if len({tuple(fact.value for fact in line) for line in found}) != 1:
        raise CannotBlind(f"what is given {route} differs between the regimens")
    return found[0]


def _questions(regimens: Iterable[Regimen]) -> tuple[Question, ...]:
    """Those of every drug, because the patient may get any; what both drugs ask under one name is one question."""
    alike: dict[str, list[Question]] = {}
    for question in dict.fromkeys(each for regimen in regimens for each in regimen.questions):
        alike.setdefault(question.id, []).append(question)
    return tuple(
        replace(
            group[0],
            text=" ".join(dict.fromkeys(each.text for each in group)),
            bars=any(each.bars for each in group),
            source="; ".join(dict.fromkeys(each.source for each in group)),
        )
        for group in alike.values()
    )


# ---- the checklist -------------------------------------------------------------------------------------------------


def _checklist(items: Iterable[CheckItem], regimens: Sequence[Regimen]) -> tuple[CheckItem, ...]:
    """The lines of both drugs, each once, as often as the stricter of them asks."""
    alike: dict[str, list[CheckItem]] = {}
    for item in items:
        own = item.analyte if item.analyte in MARKERS else item.id.removeprefix(f"{item.regimen}-")
        alike.setdefault(own, []).append(item)
    merged = [_merged(name.replace("_", "-"), group, regimens) for name, group in alike.items()]
    ordered = sorted(merged, key=lambda item: (item.priority, item.id))
    return tuple(replace(item, priority=place) for place, item in enumerate(ordered, start=1))


def _merged(name: str, items: Sequence[CheckItem], regimens: Sequence[Regimen]) -> CheckItem:
    often = [_OFTEN.index(_frequency(item)) for item in items]
    strict = items[often.index(min(often))]
    highest = [item.highest for item in items if item.highest is not None]
    is_marker = strict.analyte in MARKERS
    return CheckItem(
        id=f"{STUDY_DRUG}-{name}",
        regimen=STUDY_DRUG,
        label=min((item.label for item in items), key=len),
        frequency=_frequency(strict),
        every=min(item.every for item in items),
        days=tuple(sorted({day for item in items for day in item.days})) if _frequency(strict) == "on_days" else (),
        priority=min(item.priority for item in items),
        analyte=strict.analyte,
        limits=() if is_marker else _limits(items, regimens),
        source=_without_names(strict.source, regimens, "one of the study drugs"),
        confidence=strict.confidence,
        detail=_NOTES[2] if is_marker else _without_names(strict.detail, regimens),
        highest=max(highest) if highest else None,
        problem=min((item.problem for item in items if item.problem), key=LEVELS.index, default=""),
    )


def _frequency(item: CheckItem) -> str:
    return "daily" if item.frequency == "before_each_dose" else item.frequency


def _limits(items: Iterable[CheckItem], regimens: Sequence[Regimen]) -> tuple[Limit, ...]:
    """Every limit once; where both drugs have it, the more urgent one."""
    alike: dict[tuple[str, Decimal, str], list[Limit]] = {}
    for limit in (limit for item in items for limit in item.limits):
        alike.setdefault((limit.when, limit.value.value, limit.value.unit), []).append(limit)
    return tuple(_strictest(group, regimens) for group in alike.values())


def _strictest(limits: Sequence[Limit], regimens: Sequence[Regimen]) -> Limit:
    level = min((limit.level for limit in limits), key=ALL_LEVELS.index)
    urgent = [limit for limit in limits if limit.level == level]
    actions = {_without_names(limit.action, regimens) for limit in urgent}
    action = actions.pop() if len(actions) == 1 else _NEUTRAL[level]
    fact = urgent[0].value
    value = replace(fact, source=_without_names(fact.source, regimens, "one of the study drugs"))
    within, most = _widest(limit.within for limit in limits), _widest(limit.only_at_or_below for limit in limits)
    return Limit(urgent[0].when, value, action, level, within, most)


def _widest(facts: Iterable[Fact | None]) -> Fact | None:
    """The fact that lets a limit be met most often: the highest, or none where one of them is none."""
    known = list(facts)
    return None if None in known else max((fact for fact in known if fact), key=lambda fact: fact.value)


def _without_names(text: str, regimens: Iterable[Regimen], instead: str = "study drug") -> str:
    for regimen in regimens:
        text = text.replace(regimen.product, instead)
    return text


# ---- answers -------------------------------------------------------------------------------------------------------


def classify_at_bedside(
    protocol: Protocol,
    ferritin: Quantity | None,
    hla_dr: Quantity | None,
    *,
    ferritin_before: Quantity | None = None,
    covid19: bool | None = None,
) -> Answer:
    """What ``classify`` says, told as far as the design allows. Arguments as there."""
    answer = classify(protocol, ferritin, hla_dr, ferritin_before=ferritin_before, covid19=covid19)
    if not is_blinded(protocol):
        return answer
    seen = blind(protocol)
    told = _told(answer, seen, covid19)
    if ferritin is None:
        return told
    return replace(told, cautions=(*told.cautions, _hook_effect(protocol, ferritin, ferritin_before)))


def _told(answer: Answer, seen: Protocol, covid19: bool | None) -> Answer:
    """An answer without what tells the state apart: no cut-off, no distance, no drug."""
    both = f"{seen.phenotype.ferritin_above.source}; {seen.phenotype.hla_dr_below.source}"
    source = "; ".join(dict.fromkeys(both.split("; ")))
    excluded = bool(covid19) and answer.phenotype not in seen.eligibility.covid19_phenotypes
    regimen = None
    if answer.phenotype == INDETERMINATE:
        name, text = INDETERMINATE, _missing(answer)
    elif answer.phenotype in (MALS, IMMUNOPARALYSIS) and not excluded:
        name, regimen = STUDY, seen.regimens[STUDY_DRUG]
        text = say(N_("One of the two states is present. In a blinded trial it is not told which."))
    else:
        name, text = NOT_RANDOMIZED, say(N_("The trial did not randomize such patients."))
    reasons = [Reason(f"phenotype.{name}", text, source)]
    if regimen is not None and regimen.dummy is not None:
        words = N_("Every arm gets IV study drug {iv} and subcutaneous study drug {sc}, for up to {days} days.")
        iv, sc = interval(regimen.interval_hours.value), interval(regimen.dummy.interval_hours.value)
        reasons.append(
            Reason(f"regimen.{STUDY_DRUG}", say(words, iv=iv, sc=sc, days=f"{regimen.days.value:f}"), _SOURCE)
        )
    near = any(caution.code.endswith("_near_cutoff") for caution in answer.cautions)
    words = N_("A value is near a cut-off: ask for a repeat or the laboratory's method.")
    cautions = (Caution("value_near_cutoff", say(words)),) if near else ()
    return Answer(name, regimen, answer.missing, tuple(reasons), cautions)


def _missing(answer: Answer) -> Sentence:
    """What is missing, and not what any outcome of it would mean."""
    first, *others = (say(ANALYTES[name].label) for name in answer.missing)
    if others:
        return say(N_("{first} and {second} are missing."), first=first, second=others[0])
    return say(N_("{first} is missing and decides."), first=first)


def _hook_effect(protocol: Protocol, ferritin: Quantity, before: Quantity | None) -> Caution:
    """The hook-effect note for any ferritin, whatever side of the cut-off it is on; urgent after a far fall."""
    limit = Fraction(protocol.hook_fall_percent.value)
    if before is not None and (before.canonical - ferritin.canonical) * 100 > before.canonical * limit:
        words = N_(
            "Ferritin fell from {before} to {now}: a very high ferritin can read falsely low (hook effect). "
            "Ask the laboratory to dilute and repeat before using this answer."
        )
        return Caution(HOOK_EFFECT_SUSPECTED, say(words, before=before, now=ferritin))
    words = N_(
        "A very high ferritin can read falsely low (hook effect): if the picture suggests hyper-inflammation, "
        "ask the laboratory to dilute and repeat."
    )
    return Caution("ferritin_hook_effect", say(words))
