"""The immune phenotype: ferritin first, then monocyte HLA-DR, both cut-offs strict and from the protocol."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.protocol import Assay, Fact, PhenotypeRule, Protocol, Regimen
from immunosep_tui.rules.reason import N_, Caution, Reason, Sentence, say
from immunosep_tui.rules.units import Quantity, distinct, plain

MALS = "mals"
IMMUNOPARALYSIS = "immunoparalysis"
UNCLASSIFIED = "unclassified"
INDETERMINATE = "indeterminate"
PHENOTYPES = (MALS, IMMUNOPARALYSIS, UNCLASSIFIED, INDETERMINATE)

STUDY, NOT_RANDOMIZED = "study", "not-randomized"
"""What a blinded bedside is told instead: one of the two states is present, or the trial took no such patient."""

HOOK_EFFECT_SUSPECTED = "ferritin_hook_effect_suspected"
"""The caution that a ferritin may read falsely low: no course starts until the laboratory has confirmed it."""

HOURS_EVERY_OTHER_DAY = 48

LABELS = {
    MALS: N_("MALS (macrophage activation-like syndrome)"),
    IMMUNOPARALYSIS: N_("Sepsis-induced immunoparalysis"),
    UNCLASSIFIED: N_("Unclassified: neither rule is met"),
    INDETERMINATE: N_("Cannot be determined yet"),
    STUDY: N_("One of the two states is present: study drug"),
    NOT_RANDOMIZED: N_("Not randomized by the trial"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A phenotype with everything needed to check it.

    ``regimen`` is what the trial gave this phenotype, None where it gave nothing. ``missing`` names only the values
    that could change the answer.
    """

    phenotype: str
    regimen: Regimen | None
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]
    cautions: tuple[Caution, ...]


def phenotype_of(ferritin: Fraction | None, hla_dr: Fraction | None, rule: PhenotypeRule) -> str:
    """One of ``PHENOTYPES`` from ferritin and HLA-DR in the units of the rule; None is not measured.

    Both states present counts as MALS: ferritin alone decides when it is above its cut-off.
    """
    if ferritin is None:
        return INDETERMINATE
    if ferritin > rule.ferritin_above.value:
        return MALS
    if hla_dr is None:
        return INDETERMINATE
    return IMMUNOPARALYSIS if hla_dr < rule.hla_dr_below.value else UNCLASSIFIED


def classify(
    protocol: Protocol,
    ferritin: Quantity | None,
    hla_dr: Quantity | None,
    *,
    ferritin_before: Quantity | None = None,
    covid19: bool | None = None,
) -> Answer:
    """The phenotype and the trial's regimen, with reasons, what is missing, and the doubts an assay leaves.

    Args:
        protocol: cut-offs, assays and regimens.
        ferritin: None if not measured.
        hla_dr: receptors per CD14 monocyte, None if not measured.
        ferritin_before: an earlier ferritin of the same patient, to notice a fall that a hook effect could explain.
        covid19: whether the patient has COVID-19; the trial took such patients into one arm only.
    """
    rule = protocol.phenotype
    ferritin_value = ferritin.canonical if ferritin else None
    hla_dr_value = hla_dr.canonical if hla_dr else None
    name = phenotype_of(ferritin_value, hla_dr_value, rule)
    reasons = [_main_reason(name, ferritin, hla_dr, rule)]
    if name == MALS and hla_dr_value is not None and hla_dr_value < rule.hla_dr_below.value:
        reasons.append(
            Reason(
                "phenotype.both_states",
                say(N_("HLA-DR is below its cut-off as well: both states present is treated as hyper-inflammation.")),
                rule.ferritin_above.source,
            )
        )
    if ferritin:
        reasons.append(_distance(ferritin, rule.ferritin_above))
    if hla_dr:
        reasons.append(_distance(hla_dr, rule.hla_dr_below))
    regimen, regimen_reasons = _regimen(protocol, name, covid19)
    cautions: list[Caution] = []
    if ferritin:
        cautions.extend(_grey_zone(ferritin, rule.ferritin_above, protocol.ferritin_assay))
        cautions.extend(_hook_effect(protocol, ferritin, ferritin_before))
    if hla_dr:
        cautions.extend(_grey_zone(hla_dr, rule.hla_dr_below, protocol.hla_dr_assay))
    missing = _missing(name, ferritin, hla_dr)
    return Answer(name, regimen, missing, (*reasons, *regimen_reasons), tuple(cautions))


def _main_reason(name: str, ferritin: Quantity | None, hla_dr: Quantity | None, rule: PhenotypeRule) -> Reason:
    ferritin_cut, hla_dr_cut = _cut(rule.ferritin_above), _cut(rule.hla_dr_below)
    sources = rule.ferritin_above.source
    if name == MALS:
        text = say(
            N_("Ferritin {ferritin} is above {cut}: MALS, whatever HLA-DR is."), ferritin=ferritin, cut=ferritin_cut
        )
    elif name == INDETERMINATE:
        text = _indeterminate(ferritin, hla_dr, rule)
    else:
        sources = "; ".join(dict.fromkeys((rule.ferritin_above.source, rule.hla_dr_below.source)))
        template = (
            N_("Ferritin {ferritin} is not above {cut} and HLA-DR {hla_dr} is below {hla_dr_cut}: immunoparalysis.")
            if name == IMMUNOPARALYSIS
            else N_(
                "Ferritin {ferritin} is not above {cut} and HLA-DR {hla_dr} is not below {hla_dr_cut}: "
                "neither rule is met, and the trial did not randomize such patients."
            )
        )
        text = say(template, ferritin=ferritin, cut=ferritin_cut, hla_dr=hla_dr, hla_dr_cut=hla_dr_cut)
    return Reason(f"phenotype.{name}", text, sources)


def _indeterminate(ferritin: Quantity | None, hla_dr: Quantity | None, rule: PhenotypeRule) -> Sentence:
    """What is missing, and what each outcome of it would mean."""
    ferritin_cut, hla_dr_cut = _cut(rule.ferritin_above), _cut(rule.hla_dr_below)
    if ferritin is not None:
        return say(
            N_(
                "HLA-DR is missing and decides: with ferritin {ferritin}, not above {cut}, a value below {hla_dr_cut} "
                "would be immunoparalysis and any other unclassified."
            ),
            ferritin=ferritin,
            cut=ferritin_cut,
            hla_dr_cut=hla_dr_cut,
        )
    if hla_dr is None:
        return say(
            N_("Ferritin and HLA-DR are missing. Ferritin comes first: above {cut} it decides alone."),
            cut=ferritin_cut,
        )
    below = hla_dr.canonical < rule.hla_dr_below.value
    return say(
        N_("Ferritin is missing and decides: above {cut} it would be MALS, otherwise {otherwise}."),
        cut=ferritin_cut,
        otherwise=say(N_("immunoparalysis") if below else N_("unclassified")),
    )


def _cut(fact: Fact) -> str:
    return f"{plain(fact.value)} {fact.unit}"


def _distance(quantity: Quantity, cut: Fact) -> Reason:
    """How far a value lies from its cut-off, in the canonical unit and in percent of the cut-off."""
    value, limit = quantity.canonical, Fraction(cut.value)
    label = say(ANALYTES[quantity.analyte].label)
    rule = f"distance.{quantity.analyte}"
    if value == limit:
        text = say(
            N_("{label} {quantity} is exactly the cut-off: it does not count as {side}, the comparison is strict."),
            label=label,
            quantity=quantity,
            side=say(N_("above") if quantity.analyte == "ferritin" else N_("below")),
        )
        return Reason(rule, text, cut.source)
    gap = abs(value - limit)
    text = say(
        N_("{label} {value} {unit} is {gap} {unit} ({percent} %) {side} the cut-off {cut}."),
        label=label,
        value=distinct(value, limit),
        unit=cut.unit,
        gap=distinct(gap, Fraction(0)),
        percent=distinct(gap / limit * 100, Fraction(0), 1),
        side=say(N_("above") if value > limit else N_("below")),
        cut=plain(cut.value),
    )
    return Reason(rule, text, cut.source)


def _regimen(protocol: Protocol, name: str, covid19: bool | None) -> tuple[Regimen | None, tuple[Reason, ...]]:
    regimen = protocol.regimen_for(name)
    if regimen is None:
        return None, ()
    eligibility = protocol.eligibility
    if covid19 and name not in eligibility.covid19_phenotypes:
        text = say(N_("COVID-19: the trial took such patients only with hyper-inflammation, so it gave no drug here."))
        return None, (Reason("regimen.covid19", text, "S3"),)
    if regimen.dose is None:
        text = say(
            N_("The trial gave {product}; its dose is in no source that could be read."), product=regimen.product
        )
        return regimen, (Reason(f"regimen.{regimen.name}", text, regimen.interval_hours.source),)
    text = say(
        N_("The trial gave this phenotype {product} {dose} {unit} {route} {interval} for up to {days} days."),
        product=regimen.product,
        dose=plain(regimen.dose.value),
        unit=regimen.dose.unit,
        route=regimen.route,
        interval=interval(regimen.interval_hours.value),
        days=plain(regimen.days.value),
    )
    return regimen, (Reason(f"regimen.{regimen.name}", text, regimen.dose.source),)


def interval(hours: Decimal) -> Sentence:
    """A dosing interval in safe words: every other day where it is a whole 48 hours, hours otherwise."""
    if hours == HOURS_EVERY_OTHER_DAY:
        return say(N_("every other day (every {hours} hours)"), hours=plain(hours))
    return say(N_("every {hours} hours"), hours=plain(hours))


def _missing(name: str, ferritin: Quantity | None, hla_dr: Quantity | None) -> tuple[str, ...]:
    if name != INDETERMINATE:
        return ()
    return tuple(key for key, value in (("ferritin", ferritin), ("hla_dr", hla_dr)) if value is None)


def other_side(value: Fraction, cut: Fraction, cv_percent: Decimal) -> float:
    """Estimated probability that a repeat of this measurement falls on the other side of the cut-off.

    Both the value in hand and the repeat scatter with the coefficient of variation ``cv_percent`` (normal, at the size
    of the value), so their difference scatters with the square root of two times as much. An estimate for the eye;
    no rule uses it. Returns 0.5 at the cut-off and for a value of 0 the chance 0.
    """
    spread = float(value) * float(cv_percent) / 100 * math.sqrt(2)
    if spread == 0:
        return 0.5 if value == cut else 0.0
    return 0.5 * math.erfc(abs(float(value - cut)) / spread / math.sqrt(2))


def _grey_zone(quantity: Quantity, cut: Fact, assay: Assay) -> tuple[Caution, ...]:
    """A note when the value lies in the band near the cut-off; the answer itself does not change."""
    value = quantity.canonical
    if not assay.near_low.value <= value <= assay.near_high.value:
        return ()
    chances = sorted(
        round(100 * other_side(value, Fraction(cut.value), cv.value)) for cv in (assay.cv_low, assay.cv_high)
    )
    low, high = chances
    text = say(
        N_(
            "{label} is near {cut}: by estimate a repeat falls on the other side {chance} times in 100 "
            "(assay variation {cv_low} to {cv_high} %). Ask for a repeat or the laboratory's method."
        ),
        label=say(ANALYTES[quantity.analyte].label),
        cut=_cut(cut),
        chance=low if low == high else say(N_("{low} to {high}"), low=low, high=high),
        cv_low=plain(assay.cv_low.value),
        cv_high=plain(assay.cv_high.value),
    )
    return (Caution(f"{quantity.analyte}_near_cutoff", text),)


def _hook_effect(protocol: Protocol, ferritin: Quantity, before: Quantity | None) -> tuple[Caution, ...]:
    """The hook-effect note for a ferritin that is not above its cut-off, urgent after a fall that it could explain."""
    value, cut = ferritin.canonical, protocol.phenotype.ferritin_above.value
    if value > cut:
        return ()
    if before is not None:
        earlier = before.canonical
        fell_far = (earlier - value) * 100 > earlier * Fraction(protocol.hook_fall_percent.value)
        if earlier > cut or fell_far:
            text = say(
                N_(
                    "Ferritin fell from {before} to {now}: a very high ferritin can read falsely low (hook effect). "
                    "Ask the laboratory to dilute and repeat before using this answer."
                ),
                before=before,
                now=ferritin,
            )
            return (Caution(HOOK_EFFECT_SUSPECTED, text),)
    text = say(
        N_(
            "A very high ferritin can read falsely low (hook effect): if the picture suggests hyper-inflammation, "
            "ask the laboratory to dilute and repeat."
        )
    )
    return (Caution("ferritin_hook_effect", text),)
