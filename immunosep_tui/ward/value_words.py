"""The names and units of the values on a sheet, by the names that they are stored under. No screen."""

from __future__ import annotations

from typing import Final

from immunosep_tui.i18n import _
from immunosep_tui.record.patient import parts
from immunosep_tui.rules.analytes import ANALYTES, Analyte
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.sofa.day import Organ
from immunosep_tui.rules.units import DECIMALS

ORGAN_LABELS: Final[dict[Organ, str]] = {
    "respiration": N_("Respiration"),
    "coagulation": N_("Coagulation"),
    "liver": N_("Liver"),
    "cardiovascular": N_("Cardiovascular"),
    "cns": N_("Nervous system"),
    "renal": N_("Kidneys"),
}

_LABELS: Final = {
    "place": N_("Bed"),
    "case": N_("Case"),
    "identifier": N_("Second identifier"),
    "ferritin_before": N_("Earlier ferritin"),
    "covid19": N_("COVID-19"),
    "sampled": N_("Drawn at"),
    "resulted": N_("Resulted at"),
    "gcs_before_sedation": N_("GCS before sedation"),
    "other_agents": N_("Other vasoactive"),
    "sepsis_at": N_("Sepsis classified at"),
    "sofa_admission": N_("SOFA on admission"),
}
_ANALYTES: Final = {"ferritin_before": "ferritin", "gcs_before_sedation": "gcs", "neutrophils": "anc"}
"""Values that are read as an analyte of another name."""

_SUFFIXES: Final = {
    "_concentration": ("concentration", N_("{drug}, in pump")),
    "_minutes": ("minutes", N_("{drug}, ran")),
}
_POINTS: Final = "points_"


def analyte_of(name: str) -> Analyte | None:
    """The analyte that the text of a value is read as; None for words, choices and points."""
    for suffix, (analyte, _label) in _SUFFIXES.items():
        if name.endswith(suffix):
            return ANALYTES[analyte]
    return ANALYTES.get(_ANALYTES.get(name, name))


def value_label(name: str) -> str:
    """The name of a value as its form has it."""
    for organ, label in ORGAN_LABELS.items():
        if name == f"{_POINTS}{organ}":
            return _(label)
    for suffix, (_analyte, label) in _SUFFIXES.items():
        drug = ANALYTES.get(name.removesuffix(suffix))
        if name.endswith(suffix) and drug is not None:
            return _(label).format(drug=_(drug.label))
    found = analyte_of(name)
    label = _LABELS.get(name) or (found.label if found else "")
    return _(label) if label else name.replace("_", " ").capitalize()


def readings(text: str, analyte: Analyte | None) -> str:
    """One or several readings, with the unit of the analyte behind each number that was typed without one."""
    return text if analyte is None else "; ".join(with_unit(analyte.name, part) for part in parts(text))


def value_text(name: str, text: str) -> str:
    """The typed text of a value with its unit."""
    return _("{points} points").format(points=text) if name.startswith(_POINTS) else readings(text, analyte_of(name))


def with_unit(analyte: str, text: str) -> str:
    """A number that was typed without a unit with the one that it is read in."""
    known = ANALYTES.get(analyte)
    if known is None or isinstance(parse_number(text, DECIMALS), Refusal):
        return text
    return f"{text} {known.canonical.name}".rstrip()
