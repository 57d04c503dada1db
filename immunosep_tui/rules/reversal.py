"""Immune reversal, a secondary endpoint of the trial: which rule applies depends on the phenotype at baseline."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from immunosep_tui.rules.phenotype import IMMUNOPARALYSIS, MALS, NOT_RANDOMIZED, STUDY
from immunosep_tui.rules.protocol import Fact, Reversal
from immunosep_tui.rules.reason import N_, Reason, say
from immunosep_tui.rules.units import distinct, plain

Value: TypeAlias = Fraction | Decimal | None
"""An exact measurement in the unit of the rule, or None where it was not drawn."""


@dataclass(frozen=True, slots=True)
class ReversalVerdict:
    """Whether immune reversal was reached; None for a phenotype that has no published rule."""

    reversed: bool | None
    reasons: tuple[Reason, ...]


def reverse(
    rule: Reversal, phenotype: str, ferritin_baseline: Value, ferritin_now: Value, hla_dr_now: Value
) -> ReversalVerdict:
    """Judge immune reversal: MALS by the fall of ferritin, immunoparalysis by HLA-DR and ferritin together.

    A patient whose draws do not suffice counts as not reversed, as in the trial (eFigure 6), and the reason says so.

    Args:
        rule: the fall that is enough (percent, exactly that much counts); HLA-DR strictly above; ferritin strictly below.
        phenotype: at baseline.
        ferritin_baseline: ng/mL.
        ferritin_now: ng/mL, of the later draw.
        hla_dr_now: receptors per cell, of the later draw.
    """
    if phenotype == MALS:
        return _mals(rule.ferritin_fall_percent, ferritin_baseline, ferritin_now)
    if phenotype == IMMUNOPARALYSIS:
        return _immunoparalysis(rule, ferritin_now, hla_dr_now)
    words = N_("Immune reversal is defined for MALS and for immunoparalysis only.")
    if phenotype in (STUDY, NOT_RANDOMIZED):
        words = N_("Immune reversal is not told in a blinded trial: its rule depends on the state.")
    return ReversalVerdict(None, (Reason("no_rule", say(words), rule.ferritin_fall_percent.source),))


def _mals(limit: Fact, baseline: Value, now: Value) -> ReversalVerdict:
    if baseline is None or now is None or baseline <= 0:
        return _insufficient(limit.source)
    fall = (Fraction(baseline) - Fraction(now)) * 100 / Fraction(baseline)
    words = N_("Ferritin fell by {fall} percent from baseline; at least {limit} percent is reversal.")
    text = say(words, fall=distinct(fall, Fraction(limit.value)), limit=plain(limit.value))
    return ReversalVerdict(fall >= Fraction(limit.value), (Reason("ferritin_fall", text, limit.source),))


def _immunoparalysis(rule: Reversal, ferritin: Value, hla_dr: Value) -> ReversalVerdict:
    """Both parts must hold; one that fails decides even where the other was not drawn."""
    above, below = rule.hla_dr_above, rule.ferritin_below
    parts: list[bool] = []
    reasons = []
    if hla_dr is not None:
        words = N_("HLA-DR is {value} receptors per cell; above {limit} is needed.")
        text = say(words, value=distinct(Fraction(hla_dr), Fraction(above.value)), limit=plain(above.value))
        parts.append(Fraction(hla_dr) > Fraction(above.value))
        reasons.append(Reason("hla_dr_above", text, above.source))
    if ferritin is not None:
        words = N_("Ferritin is {value} ng/mL; below {limit} is needed.")
        text = say(words, value=distinct(Fraction(ferritin), Fraction(below.value)), limit=plain(below.value))
        parts.append(Fraction(ferritin) < Fraction(below.value))
        reasons.append(Reason("ferritin_below", text, below.source))
    if len(parts) < 2 and all(parts):
        return _insufficient(above.source, reasons)
    return ReversalVerdict(all(parts), tuple(reasons))


def _insufficient(source: str, known: list[Reason] | None = None) -> ReversalVerdict:
    words = N_("The blood draws do not suffice: the trial counted such patients as not reversed.")
    return ReversalVerdict(False, (*(known or ()), Reason("insufficient_draws", say(words), source)))
