"""Ferritin and HLA-DR: the phenotype, what the trial gave, and what to doubt before believing either."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from immunosep_tui.rules.blinding import is_blinded
from immunosep_tui.rules.phenotype import (
    HOOK_EFFECT_SUSPECTED,
    IMMUNOPARALYSIS,
    INDETERMINATE,
    LABELS,
    MALS,
    PHENOTYPES,
    UNCLASSIFIED,
    Answer,
    phenotype_of,
)
from immunosep_tui.rules.protocol import PhenotypeRule
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.units import plain
from immunosep_tui.training.question import Kind, Misreading, Option, Places, Situation, Solution, listed
from immunosep_tui.ward import samples
from immunosep_tui.ward.reading import read

NONE = "none"
"""No regimen, or nothing to doubt."""


def _answer(situation: Situation) -> Answer:
    return samples.phenotype(situation.patient, situation.protocol)


def _value(situation: Situation, marker: str) -> Fraction | None:
    """A marker of the sample that decides, in its canonical unit; None where it is missing or cannot be used."""
    place = samples.place_of_sample(samples.deciding(situation.patient, situation.protocol))
    found = read(situation.patient, f"{place}.{marker}", marker, situation.protocol).quantity
    return found.canonical if found else None


def _digits(situation: Situation, marker: str) -> Fraction | None:
    """The bare number of a marker, whatever its unit."""
    place = samples.place_of_sample(samples.deciding(situation.patient, situation.protocol))
    found = re.match(r"[0-9]+(\.[0-9]+)?", situation.patient.text(f"{place}.{marker}"))
    return Fraction(found[0]) if found else None


def _rule(situation: Situation) -> PhenotypeRule:
    return situation.protocol.phenotype


def _row(situation: Situation) -> Sentence:
    rule = _rule(situation)
    return say(
        N_(
            "Ferritin above {ferritin} {unit}: MALS | otherwise HLA-DR below {hla_dr} {per}: immunoparalysis | "
            "otherwise unclassified"
        ),
        ferritin=plain(rule.ferritin_above.value),
        unit=rule.ferritin_above.unit,
        hla_dr=plain(rule.hla_dr_below.value),
        per=rule.hla_dr_below.unit,
    )


# ---- phenotype ---------------------------------------------------------------------------------------------------
def _solve_phenotype(situation: Situation, _places: Places) -> Solution | None:
    if is_blinded(situation.protocol):
        return None
    answer = _answer(situation)
    first = answer.reasons[0]
    rule = say(
        N_("Ferritin first: above its cut-off it is MALS. Otherwise HLA-DR decides. Both comparisons are strict.")
    )
    decided = tuple(reason.text for reason in answer.reasons if not reason.rule.startswith("regimen."))
    return Solution(answer.phenotype, rule, decided, first.source, _row(situation))


def _of(ferritin: Fraction | None, hla_dr: Fraction | None, situation: Situation) -> str:
    return phenotype_of(ferritin, hla_dr, _rule(situation))


def _hla_dr_first(situation: Situation, _places: Places) -> str | None:
    ferritin, hla_dr = _value(situation, "ferritin"), _value(situation, "hla_dr")
    if hla_dr is None or hla_dr >= _rule(situation).hla_dr_below.value:
        return None
    return IMMUNOPARALYSIS if ferritin is not None else None


def _ferritin_at_cut_off(situation: Situation, _places: Places) -> str | None:
    return MALS if _value(situation, "ferritin") == _rule(situation).ferritin_above.value else None


def _hla_dr_at_cut_off(situation: Situation, _places: Places) -> str | None:
    ferritin, hla_dr = _value(situation, "ferritin"), _value(situation, "hla_dr")
    if ferritin is None or ferritin > _rule(situation).ferritin_above.value:
        return None
    return IMMUNOPARALYSIS if hla_dr == _rule(situation).hla_dr_below.value else None


def _missing_is_normal(situation: Situation, _places: Places) -> str | None:
    ferritin = _value(situation, "ferritin")
    hla_dr = _value(situation, "hla_dr")
    return UNCLASSIFIED if ferritin is not None and hla_dr is None and _answer(situation).phenotype != MALS else None


def _missing_is_low(situation: Situation, places: Places) -> str | None:
    return IMMUNOPARALYSIS if _missing_is_normal(situation, places) else None


def _percent_is_a_count(situation: Situation, _places: Places) -> str | None:
    place = samples.place_of_sample(samples.deciding(situation.patient, situation.protocol))
    typed = situation.patient.text(f"{place}.hla_dr")
    if not typed.endswith("%") or _value(situation, "ferritin") is None:
        return None
    return _of(_value(situation, "ferritin"), _digits(situation, "hla_dr"), situation)


def _unit_not_read(situation: Situation, _places: Places) -> str | None:
    ferritin, digits = _value(situation, "ferritin"), _digits(situation, "ferritin")
    return None if ferritin == digits else _of(digits, _value(situation, "hla_dr"), situation)


def _mals_needs_both(situation: Situation, _places: Places) -> str | None:
    """Whoever waits for HLA-DR although ferritin has decided."""
    above = (_value(situation, "ferritin") or 0) > _rule(situation).ferritin_above.value
    if not above:
        return None
    hla_dr = _value(situation, "hla_dr")
    if hla_dr is None:
        return INDETERMINATE
    return UNCLASSIFIED if hla_dr >= _rule(situation).hla_dr_below.value else None


def _earlier_ferritin(situation: Situation, _places: Places) -> str | None:
    """Whoever lets an earlier ferritin decide."""
    before = read(situation.patient, "labs.ferritin_before", "ferritin", situation.protocol).quantity
    return None if before is None else _of(before.canonical, _value(situation, "hla_dr"), situation)


def _ferritin_settles_all(situation: Situation, _places: Places) -> str | None:
    """Whoever stops reading at a ferritin that is not above its cut-off."""
    return UNCLASSIFIED if _answer(situation).phenotype == IMMUNOPARALYSIS else None


def _upside_down(situation: Situation, _places: Places) -> str | None:
    """Whoever takes low ferritin or high HLA-DR for the disease."""
    hla_dr = _value(situation, "hla_dr")
    if hla_dr is None or _answer(situation).phenotype != UNCLASSIFIED:
        return None
    return IMMUNOPARALYSIS if hla_dr > _rule(situation).hla_dr_below.value else None


PHENOTYPE_MISREADINGS = (
    Misreading(
        "ferritin-at-cut-off",
        "ferritin-exact",
        _ferritin_at_cut_off,
        N_("Exactly the cut-off is not above it: the comparison is strict."),
    ),
    Misreading(
        "hla-dr-at-cut-off",
        "hla-dr-exact",
        _hla_dr_at_cut_off,
        N_("Exactly the cut-off is not below it: the comparison is strict."),
    ),
    Misreading(
        "percent-is-a-count",
        "hla-dr-percent",
        _percent_is_a_count,
        N_(
            "A percentage of positive monocytes is no number of receptors: the cut-off does not apply to "
            "it, and no conversion exists. HLA-DR is unknown here."
        ),
    ),
    Misreading(
        "unit-not-read",
        "ferritin-unit",
        _unit_not_read,
        N_("The number was taken without its unit: 1 mg/L is 1000 ng/mL."),
    ),
    Misreading(
        "hla-dr-first",
        "both-states",
        _hla_dr_first,
        N_(
            "HLA-DR is low, but ferritin comes first: above its cut-off it decides alone, and both states "
            "present count as hyper-inflammation."
        ),
    ),
    Misreading(
        "mals-needs-both",
        "ferritin-above",
        _mals_needs_both,
        N_("A ferritin above its cut-off needs no HLA-DR: it is MALS whatever HLA-DR is, measured or not."),
    ),
    Misreading(
        "earlier-ferritin",
        "hook-effect",
        _earlier_ferritin,
        N_(
            "The earlier value does not decide: the rule takes the present one. A fall like this is a "
            "reason to ask for dilution and a repeat, not to go back to the old number."
        ),
    ),
    Misreading(
        "missing-is-normal",
        "hla-dr-missing",
        _missing_is_normal,
        N_(
            "HLA-DR was not measured, which is not the same as normal: unclassified can be said only with "
            "a value at or above the cut-off."
        ),
    ),
    Misreading(
        "missing-is-low",
        "hla-dr-missing",
        _missing_is_low,
        N_("HLA-DR was not measured: immunoparalysis needs a value below the cut-off, not a suspicion."),
    ),
    Misreading(
        "ferritin-settles-all",
        "hla-dr-below",
        _ferritin_settles_all,
        N_("A ferritin that is not above its cut-off settles nothing: HLA-DR is read next, and it is below its own."),
    ),
    Misreading("upside-down", "hla-dr-above", _upside_down, N_("Immunoparalysis is too little HLA-DR, not too much.")),
)


# ---- what the trial gave -----------------------------------------------------------------------------------------
def _solve_regimen(situation: Situation, _places: Places) -> Solution | None:
    if is_blinded(situation.protocol):
        return None
    answer = _answer(situation)
    given = [reason for reason in answer.reasons if reason.rule.startswith("regimen.")]
    rule = say(N_("MALS was given anakinra, immunoparalysis interferon gamma-1b; nobody else was randomized."))
    decided = (answer.reasons[0].text, *(reason.text for reason in given))
    value = answer.regimen.name if answer.regimen else NONE
    return Solution(value, rule, decided, (given or answer.reasons)[-1].source)


def _regimen_options(situation: Situation, _places: Places) -> tuple[Option, ...]:
    named = [Option(r.name, say("{drug}", drug=r.product)) for r in situation.protocol.regimens.values()]
    return (*named, Option(NONE, say(N_("no drug"))))


def _covid_is_no_matter(situation: Situation, _places: Places) -> str | None:
    regimen = situation.protocol.regimen_for(_answer(situation).phenotype)
    return regimen.name if regimen and situation.patient.text("labs.covid19") == "yes" else None


def _as_if(gives: Callable[[Situation, Places], str | None]) -> Callable[[Situation, Places], str | None]:
    """The regimen of the phenotype that a misreading of the phenotype arrives at."""

    def drug(situation: Situation, places: Places) -> str | None:
        name = gives(situation, places)
        if name is None:
            return None
        regimen = situation.protocol.regimen_for(name)
        return regimen.name if regimen else NONE

    return drug


REGIMEN_MISREADINGS = (
    Misreading(
        "covid-is-no-matter",
        "covid-19",
        _covid_is_no_matter,
        N_("With COVID-19 the trial took patients only with hyper-inflammation: to this one it gave no drug."),
    ),
    *(replace(each, gives=_as_if(each.gives)) for each in PHENOTYPE_MISREADINGS),
)


# ---- what to doubt -----------------------------------------------------------------------------------------------
DOUBTS = {
    HOOK_EFFECT_SUSPECTED: ("sudden-fall", N_("have the laboratory dilute the sample and repeat ferritin")),
    "ferritin_near_cutoff": ("near-cut-off", N_("have ferritin repeated, because it lies near its cut-off")),
    "hla_dr_near_cutoff": ("near-cut-off", N_("have HLA-DR repeated, because it lies near its cut-off")),
    "stale": ("old-sample", N_("take blood again, because the sample is too old to decide today")),
}
"""By the code of the caution: where it is learned, and what is done about it."""


def _doubts(situation: Situation) -> dict[str, Sentence]:
    """What the rules themselves doubt about the sample that decides, by code, in their words."""
    answer = _answer(situation)
    found = {caution.code: caution.text for caution in answer.cautions if caution.code in DOUBTS}
    number = samples.deciding(situation.patient, situation.protocol)
    draw = next(
        each for each in samples.draws(situation.patient, situation.protocol, situation.zone) if each.number == number
    )
    old = samples.age(draw, situation.now)
    if old is not None and samples.is_stale(draw, situation.now, situation.protocol):
        found["stale"] = say(
            N_("Blood was taken {hours} hours ago; fresh is up to {limit} hours (local convention)."),
            hours=int(old.total_seconds() // 3600),
            limit=plain(situation.protocol.site.stale.value),
        )
    return found


def _solve_doubt(situation: Situation, _places: Places) -> Solution | None:
    found = _doubts(situation)
    if len(found) > 1 or is_blinded(situation.protocol):
        return None
    rule = say(N_("Before a number decides, ask what could make it false: its age, its assay, and whether it fits."))
    if not found:
        return Solution(NONE, rule, (say(N_("Nothing about these values stands out.")),), "S15; S26")
    ((code, text),) = found.items()
    sources = {"stale": situation.protocol.site.stale.source, HOOK_EFFECT_SUSPECTED: "S26"}
    return Solution(code, rule, (text,), sources.get(code, "S15"))


def _believes(code: str) -> Callable[[Situation, Places], str | None]:
    return lambda situation, _places: NONE if code in _doubts(situation) else None


DOUBT_MISREADINGS = (
    Misreading(
        "believes-a-fall",
        "sudden-fall",
        _believes(HOOK_EFFECT_SUSPECTED),
        N_(
            "A ferritin that falls like this may be an assay that saturates: until it is diluted and "
            "repeated it decides nothing."
        ),
    ),
    Misreading(
        "believes-ferritin-near",
        "near-cut-off",
        _believes("ferritin_near_cutoff"),
        N_("So near the cut-off a repeat may well fall on the other side."),
    ),
    Misreading(
        "believes-hla-dr-near",
        "near-cut-off",
        _believes("hla_dr_near_cutoff"),
        N_("Laboratories differ by 15 to 25 percent: so near the cut-off a repeat may well fall on the other side."),
    ),
    Misreading(
        "believes-an-old-sample",
        "old-sample",
        _believes("stale"),
        N_("The result is new, the blood is not: look at the time of sampling."),
    ),
)


KINDS = (
    Kind(
        "phenotype",
        "ferritin-above",
        lambda _situation, _places: say(N_("Which immune phenotype is it by the trial's rule?")),
        listed({name: LABELS[name] for name in PHENOTYPES}),
        _solve_phenotype,
        PHENOTYPE_MISREADINGS,
    ),
    Kind(
        "regimen",
        "regimen",
        lambda _situation, _places: say(N_("What did the trial give to such a patient?")),
        _regimen_options,
        _solve_regimen,
        REGIMEN_MISREADINGS,
    ),
    Kind(
        "doubt",
        "hook-effect",
        lambda _situation, _places: say(N_("What do you do before these values decide anything?")),
        listed(
            {code: text for code, (_topic, text) in DOUBTS.items()}
            | {NONE: N_("nothing: the values can be used as they are")}
        ),
        _solve_doubt,
        DOUBT_MISREADINGS,
    ),
)
