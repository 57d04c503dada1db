"""Regimens, endpoints and limits as published, built by hand so that no rule test depends on a profile file."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from immunosep_tui.rules.protocol import (
    DummyPartner,
    Eligibility,
    Endpoint,
    Fact,
    Presentation,
    Regimen,
    Reversal,
    Window,
)

ABSTRACT, CHECK, REGISTRY, LABEL, PROVIDE = "S1", "S2", "S3", "S17", "S7"


def fact(value: str, unit: str, source: str = ABSTRACT, note: str = "") -> Fact:
    return Fact(Decimal(value), unit, source, "V", note)


ANAKINRA = Regimen(
    name="anakinra",
    product="anakinra",
    phenotype="mals",
    route="IV",
    dose=fact("200", "mg", CHECK),
    interval_hours=fact("8", "h", CHECK),
    days=fact("15", "days"),
    presentation=Presentation("prefilled syringe", fact("100", "mg", LABEL), fact("0.67", "mL", LABEL)),
    dummy=DummyPartner(
        "placebo", "subcutaneous", fact("48", "h"), fact("15", "days"), fact("0.5", "mL", CHECK, "which is inferred")
    ),
)

INTERFERON = Regimen(
    name="interferon-gamma",
    product="interferon gamma-1b",
    phenotype="immunoparalysis",
    route="subcutaneous",
    dose=fact("100", "mcg", CHECK),
    interval_hours=fact("48", "h", CHECK),
    days=fact("15", "days"),
    presentation=Presentation("vial", fact("100", "mcg", LABEL), fact("0.5", "mL", LABEL)),
    dummy=DummyPartner("placebo", "IV", fact("8", "h"), fact("15", "days"), fact("20", "mL", CHECK)),
)

PROVIDE_ANAKINRA = replace(
    ANAKINRA,
    days=fact("7", "days", PROVIDE),
    dummy=DummyPartner(
        "placebo", "subcutaneous", fact("48", "h", PROVIDE), fact("15", "days", PROVIDE), fact("1", "mL", PROVIDE)
    ),
)

PROVIDE_INTERFERON = replace(INTERFERON, dose=None, presentation=None, dummy=None)

DAY9, DAY15 = Window("day9", 2, 9), Window("day15", 2, 15)

ENDPOINT = Endpoint(1, fact("1.4", "points"), fact("24", "points", CHECK), (DAY9, DAY15))

REVERSAL = Reversal(fact("15", "%", "S2a"), fact("8000", "receptors/cell", "S2b"), fact("4420", "ng/mL", "S2c"))

ELIGIBILITY = Eligibility(
    age_at_least=fact("18", "years", REGISTRY),
    hours_below=fact("72", "h", "S3h"),
    neutrophils_at_least=fact("1.5", "10^9/L", "S3n"),
    sofa_rise_at_least=fact("2", "points", "S20"),
    infections_included=(
        "community-acquired pneumonia",
        "hospital-acquired pneumonia",
        "ventilator-associated pneumonia",
        "primary bacteremia",
    ),
    infections_excluded=("acute pyelonephritis", "intra-abdominal infection", "meningitis", "skin infection"),
    organisms_excluded=("coagulase-negative staphylococci", "skin commensals", "catheter-related infection"),
    covid19_phenotypes=("mals",),
)
