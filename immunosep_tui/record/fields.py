"""The table of fields: every value that can be typed on a sheet, in the order of its form, described once.

Forms, their verdicts, the signature, the record, the commands, the columns of a cohort and the case files read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from immunosep_tui.record.sofa_fields import SOFA_FIELDS
from immunosep_tui.record.values import (
    YES_NO,
    ChoiceValue,
    FieldChoice,
    IdentifierValue,
    QuantityValue,
    SheetField,
    TimeValue,
    WholeValue,
    WordsValue,
)
from immunosep_tui.rules.analytes import ANALYTES, Analyte
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.response import HIGHEST_SOFA

DAY: Final = "day"
"""Stands for the number in the name of a day's total, such as that of ``response.9``."""

OTHER: Final = "other"
"""An infection or organism that is none of those which the protocol names."""

OLDEST: Final = 120
"""Years that a person can be old. Local convention."""

ALIVE: Final = FieldChoice("a", "alive", N_("alive"))
DIED: Final = FieldChoice("d", "died", N_("died"))
_DESIGNS: Final = (FieldChoice("o", "open", N_("open")), FieldChoice("d", "double-dummy", N_("double-dummy")))


def _infections(protocol: Protocol) -> tuple[str, ...]:
    rule = protocol.eligibility
    return (*rule.infections_included, *rule.infections_excluded, OTHER)


def _organisms(protocol: Protocol) -> tuple[str, ...]:
    return (*protocol.eligibility.organisms_excluded, OTHER)


IDENTITY_FIELDS: Final = (
    SheetField(
        "identity",
        "place",
        IdentifierValue(),
        N_("Bed"),
        hint=N_("Bed or room; it is a place, not an identifier."),
    ),
    SheetField("identity", "case", IdentifierValue(), N_("Case"), hint=N_("Case number, the first identifier.")),
    SheetField(
        "identity",
        "identifier",
        IdentifierValue(),
        N_("Second identifier"),
        hint=N_("Record number or date of birth, the second identifier."),
    ),
)

SCREENING_FIELDS: Final = (
    SheetField("screening", "age", WholeValue(OLDEST), N_("Age"), unit=N_("years")),
    SheetField("screening", "consent", YES_NO, N_("Consent"), by_protocol=True),
    SheetField("screening", "no-pregnancy", YES_NO, N_("No pregnancy"), by_protocol=True),
    SheetField("screening", "infection", ChoiceValue(listed=_infections), N_("Infection")),
    SheetField(
        "screening",
        "organism",
        ChoiceValue(listed=_organisms),
        N_("Organism"),
        hint=N_("Counts only in primary bacteremia."),
    ),
    SheetField(
        "screening",
        "in_hospital",
        YES_NO,
        N_("In hospital"),
        hint=N_("No: the total at presentation counts. Yes: the rise over the total at admission counts."),
    ),
    SheetField(
        "screening",
        "sofa_admission",
        WholeValue(HIGHEST_SOFA),
        N_("SOFA, admission"),
        full=N_("SOFA on admission"),
        unit=N_("points"),
        hint=N_("Total at admission, for the rise."),
    ),
    SheetField(
        "screening",
        "sepsis_at",
        TimeValue(past=True),
        N_("Sepsis at"),
        full=N_("Sepsis classified at"),
        hint=N_("When the criteria of Sepsis-3 were met."),
    ),
    SheetField("screening", "malignancy", YES_NO, N_("Stage IV cancer"), by_protocol=True),
    SheetField("screening", "dnr", YES_NO, N_("DNR decision"), by_protocol=True),
    SheetField("screening", "neutrophils", QuantityValue("anc"), N_("Neutrophils"), full=N_("Neutrophils (ANC)")),
)

LABS_FIELDS: Final = (
    SheetField(
        "labs",
        "ferritin",
        QuantityValue("ferritin"),
        hint=N_("In ng/mL, or write the unit behind it: mcg/L, mg/L, pmol/L."),
        decides=True,
        typed_twice=True,
        columns=("ferritin_ng_ml",),
        option=N_("ferritin in ng/mL, or with ug/L, mg/L, pmol/L"),
    ),
    SheetField(
        "labs",
        "hla_dr",
        QuantityValue("hla_dr"),
        N_("HLA-DR"),
        full=N_("Monocyte HLA-DR"),
        beside=N_("per cell"),
        hint=N_("Antibodies bound per CD14 monocyte, calibrated beads; % and MFI cannot be used."),
        decides=True,
        typed_twice=True,
        columns=("hla_dr_receptors",),
        option=N_("monocyte HLA-DR in receptors per cell (AB/C)"),
    ),
    SheetField("labs", "sampled", TimeValue(past=True), N_("Sample taken at"), hint=N_("When the blood was drawn.")),
    SheetField(
        "labs",
        "resulted",
        TimeValue(past=True, after="sampled"),
        N_("Result came at"),
        hint=N_("When the laboratory reported it."),
    ),
    SheetField(
        "labs",
        "ferritin_before",
        QuantityValue("ferritin", earlier=True),
        N_("Earlier ferritin"),
        heading=N_("Only if known"),
        hint=N_("An earlier value: a sudden fall may be a hook effect."),
        first_sample=True,
        decides=True,
        option=N_("an earlier ferritin, to notice a sudden fall"),
    ),
    SheetField(
        "labs",
        "covid19",
        YES_NO,
        N_("COVID-19"),
        hint=N_("Empty is not known."),
        first_sample=True,
        decides=True,
        option=N_("whether the patient has COVID-19"),
    ),
)

TREATMENT_FIELDS: Final = (
    SheetField(
        "treatment",
        "start",
        TimeValue(),
        N_("First dose at"),
        hint=N_("A plan: nothing is given or started by it."),
    ),
    SheetField("treatment", "design", ChoiceValue(_DESIGNS), N_("Design"), hint=N_("Empty is open.")),
    SheetField("treatment", "stop", TimeValue(), N_("Stopped at"), has_row=False),
    SheetField("treatment", "sample", WordsValue(), N_("Sample"), has_row=False),
    SheetField("treatment", "regimen", WordsValue(), N_("Regimen"), has_row=False),
)

RESPONSE_FIELDS: Final = (
    SheetField(
        "response",
        DAY,
        WholeValue(HIGHEST_SOFA),
        N_("Day {day}"),
        hint=N_("SOFA 1996 total, 0 to 24; empty takes it from the SOFA room, or is missing."),
    ),
    SheetField(
        "response",
        "final",
        YES_NO,
        N_("No more values"),
        hint=N_("The patient left: the last value is carried forward."),
    ),
    SheetField(
        "response",
        "day28",
        ChoiceValue((ALIVE, DIED)),
        N_("On day 28"),
        full=N_("Status on day 28"),
        hint=N_("Empty is not known."),
    ),
)

SECTIONS: Final[Mapping[str, tuple[SheetField, ...]]] = {
    "identity": IDENTITY_FIELDS,
    "screening": SCREENING_FIELDS,
    "labs": LABS_FIELDS,
    "sofa": SOFA_FIELDS,
    "treatment": TREATMENT_FIELDS,
    "response": RESPONSE_FIELDS,
}
"""The fields of each section, in the order of its form."""

FIELDS: Final[Mapping[str, SheetField]] = {field.name: field for listed in SECTIONS.values() for field in listed}
"""Every field by its name."""

NUMBER: Final[Mapping[str, int]] = {name: number for number, name in enumerate(FIELDS)}
"""The place of each field among all, in the order in which they are typed."""

DECIDING: Final = tuple(field for field in LABS_FIELDS if field.decides)
"""What the phenotype rests on."""


def names_in(section: str) -> tuple[str, ...]:
    """The names of the fields of a section."""
    return tuple(field.name for field in SECTIONS[section])


def field_of(key: str) -> SheetField | None:
    """The field of a key of the sheet, such as ``sofa.3.pao2``; None for what is none, such as a line of a checklist."""
    section, _dot, rest = key.partition(".")
    name = rest
    if section in ("sample", "sofa"):
        number, _dot, name = rest.partition(".")
        if not number.isdecimal():
            return None
    if section == "response":
        name = DAY if rest.isdecimal() else rest if rest != DAY else ""
    field = FIELDS.get(name)
    if field is None or field.section != ("labs" if section == "sample" else section):
        return None
    return field


def analyte_of(field: SheetField) -> Analyte | None:
    """The analyte that a field is read as; None for what is no measurement."""
    return ANALYTES[field.value.analyte] if isinstance(field.value, QuantityValue) else None
