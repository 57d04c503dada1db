"""The trial's two immune states, from the rule as printed (doi:10.1001/jama.2025.24175)."""

from __future__ import annotations

from fractions import Fraction


def classify(ferritin: str | None, hla_dr: str | None) -> str:
    """Name the phenotype: mals, immunoparalysis, unclassified or indeterminate.

    `ferritin` in ng/mL, `hla_dr` in receptors per monocyte; None or an empty text means not measured.
    """
    if not ferritin:
        return "indeterminate"
    if Fraction(ferritin) > 4420:
        return "mals"
    if not hla_dr:
        return "indeterminate"
    if Fraction(hla_dr) < 5000:
        return "immunoparalysis"
    return "unclassified"
