"""How urgent a bleeding is by the limits of the checklist."""

from __future__ import annotations

from decimal import Decimal

from immunosep_tui.rules.monitoring import LEVELS, assess
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.units import Quantity

GRADE, CRITERIA = "-bleeding", "-major-bleeding"
"""How the ids of the two lines end: the WHO grade, and how many ISTH criteria are met."""


def bleeding_level(protocol: Protocol, regimen: str, grade: int, criteria: int) -> str:
    """The most urgent limit that a bleeding meets; without a regimen that of any drug, empty for none."""
    levels = set()
    for item in protocol.checklist:
        if (regimen and item.regimen != regimen) or not item.id.endswith(GRADE):
            continue
        number = criteria if item.id.endswith(CRITERIA) else grade
        finding = assess(item, Quantity("", Decimal(number), ""))
        levels |= {limit.level for limit in finding.met}
    return next((level for level in LEVELS if level in levels), "")
