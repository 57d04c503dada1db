"""Published scales for anemia and bleeding. The tables are fixed publications, each with its source beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.units import Quantity

CTCAE_SOURCE = "CTCAE version 5, anemia"
CTCAE_ANEMIA: Mapping[str, tuple[Decimal, Decimal]] = {
    "g/dL": (Decimal(10), Decimal(8)),
    "g/L": (Decimal(100), Decimal(80)),
    "mmol/L": (Decimal("6.2"), Decimal("4.9")),
}
"""Hemoglobin below which anemia is grade 2 and grade 3, by the unit it was reported in: a column a unit, as printed."""


@dataclass(frozen=True, slots=True)
class Grade:
    """One step of a scale, with a short description."""

    grade: int
    description: str


WHO_BLEEDING_SOURCE = "WHO bleeding scale"
WHO_BLEEDING: tuple[Grade, ...] = (
    Grade(0, N_("No bleeding.")),
    Grade(1, N_("Minor bleeding or petechiae.")),
    Grade(2, N_("Mild bleeding that matters clinically.")),
    Grade(3, N_("Gross bleeding that needs transfusion.")),
    Grade(4, N_("Disabling, retinal, cerebral or fatal bleeding.")),
)
"""The grades of the WHO bleeding scale, lowest first."""

ISTH_SOURCE = "ISTH definition of major bleeding, Schulman and Kearon 2005"
ISTH_CRITICAL_SITES: Mapping[str, str] = {
    "intracranial": N_("Intracranial"),
    "intraspinal": N_("Intraspinal"),
    "intraocular": N_("Intraocular"),
    "retroperitoneal": N_("Retroperitoneal"),
    "intra-articular": N_("Intra-articular"),
    "pericardial": N_("Pericardial"),
    "intramuscular-compartment": N_("Intramuscular with compartment syndrome"),
}
"""Sites at which any overt bleeding is major, with their labels."""

OTHER_SITE = "other"
"""A site that is known and not critical."""

ISTH_HEMOGLOBIN_FALL = Fraction(2)
"""Smallest fall in hemoglobin that makes overt bleeding major, in g/dL."""

ISTH_RED_CELL_UNITS = 2
"""Fewest transfused units of red cells that make overt bleeding major."""


def anemia_grade(hemoglobin: Quantity, lower_normal: Quantity | None) -> int | None:
    """The numeric CTCAE version 5 grade of anemia, 0 to 3; grades 4 and 5 are clinical and never come from a number.

    Args:
        hemoglobin: in g/dL, g/L or mmol/L.
        lower_normal: the laboratory's lower limit of normal, in any of these units.

    Returns:
        The grade, or None when hemoglobin is not below the limit of grade 2 and the lower limit of normal is not
        known: grade 1 cannot then be told from 0.

    Raises:
        ValueError: a quantity is not a hemoglobin.
    """
    for quantity in (hemoglobin, lower_normal):
        if quantity is not None and quantity.analyte != "hemoglobin":
            raise ValueError(f"anemia is graded from hemoglobin, not {quantity.analyte}")
    second, third = CTCAE_ANEMIA[hemoglobin.unit]
    if hemoglobin.value < third:
        return 3
    if hemoglobin.value < second:
        return 2
    if lower_normal is None:
        return None
    return 1 if hemoglobin.canonical < lower_normal.canonical else 0


def isth_major(
    *,
    overt: bool | None,
    fatal: bool | None,
    site: str | None,
    hemoglobin_fall: Quantity | None,
    red_cell_units: int | None,
) -> bool | None:
    """Whether bleeding is major by the ISTH definition of 2005; None in any place means not known.

    Args:
        overt: whether the bleeding is clinically overt; without that nothing is major.
        fatal: whether it caused death.
        site: a key of ``ISTH_CRITICAL_SITES``, or ``OTHER_SITE``.
        hemoglobin_fall: how far hemoglobin fell (0 for no fall), in g/dL, g/L or mmol/L; major from 2 g/dL.
        red_cell_units: units of red cells transfused for it; major from 2.

    Returns:
        True, False, or None when what is not known could decide.

    Raises:
        ValueError: an unknown site, or a fall that is not of hemoglobin.
    """
    if site is not None and site != OTHER_SITE and site not in ISTH_CRITICAL_SITES:
        raise ValueError(f"unknown site of bleeding: {site}")
    if hemoglobin_fall is not None and hemoglobin_fall.analyte != "hemoglobin":
        raise ValueError(f"a fall of hemoglobin is wanted, not of {hemoglobin_fall.analyte}")
    criteria = (
        fatal,
        None if site is None else site != OTHER_SITE,
        None if hemoglobin_fall is None else hemoglobin_fall.canonical >= ISTH_HEMOGLOBIN_FALL,
        None if red_cell_units is None else red_cell_units >= ISTH_RED_CELL_UNITS,
    )
    return _both(overt, _any(criteria))


def _any(facts: tuple[bool | None, ...]) -> bool | None:
    """True if one is true, False if all are false, else not known."""
    if True in facts:
        return True
    return None if None in facts else False


def _both(first: bool | None, second: bool | None) -> bool | None:
    """False if one is false, True if both are true, else not known."""
    if first is False or second is False:
        return False
    return None if first is None or second is None else True
