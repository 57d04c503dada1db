"""Rows of the table of fields for one day of SOFA: raw values of every day, those needed now and then, and points."""

from __future__ import annotations

from typing import Final

from immunosep_tui.record.values import (
    YES_OR_NO,
    ChoiceValue,
    FieldChoice,
    QuantityValue,
    SheetField,
    WholeValue,
    WordsValue,
)
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.sofa.agents import CATECHOLAMINES, OTHER_AGENTS
from immunosep_tui.rules.sofa.day import ORGANS, WORST_POINTS, Organ

ORDINARY, NEEDED, POINTS = "ordinary", "needed", "points"
"""Groups of the rows of a SOFA day."""

ORGAN_LABELS: Final[dict[Organ, str]] = {
    "respiration": N_("Respiration"),
    "coagulation": N_("Coagulation"),
    "liver": N_("Liver"),
    "cardiovascular": N_("Cardiovascular"),
    "cns": N_("Nervous system"),
    "renal": N_("Kidneys"),
}

_YES_NO: Final = ChoiceValue(YES_OR_NO, several=True)
_SUPPORT: Final = (
    FieldChoice("0", "none", N_("none")),
    FieldChoice("1", "hfnc", N_("HFNC")),
    FieldChoice("2", "niv", N_("NIV")),
    FieldChoice("3", "cpap", N_("CPAP")),
    FieldChoice("4", "invasive", N_("invasive")),
    FieldChoice("5", "ecmo", N_("ECMO")),
)
_OTHER_AGENTS: Final = tuple(FieldChoice(agent[:2], agent, agent.replace("_", " ")) for agent in OTHER_AGENTS[1:])
_GAS_HINT: Final = N_("Several gases of the day: 68; 120, paired in order with FiO2 and support.")
_RATE_HINT: Final = N_("mcg/kg/min; or 10 mL/h or 8 mcg/min with weight and concentration below. Empty is not running.")
_SALT_HINT: Final = N_("Dose of the base. At least 1 hour; a shorter run: give its minutes below.")
_POINTS_HINT: Final = N_("0 to 4 points, straight in; they stand for the organ instead of its raw values.")


def _of_day(
    name: str,
    organ: str,
    hint: str = "",
    columns: tuple[str, ...] = (),
    option: str = "",
    *,
    label: str = "",
    beside: str = "",
    heading: str = "",
    group: str = NEEDED,
) -> SheetField:
    """A measurement of a SOFA day that has the name of its analyte."""
    return SheetField(
        "sofa",
        name,
        QuantityValue(name),
        label,
        full=ANALYTES[name].label if label else "",
        beside=beside,
        hint=hint,
        heading=heading,
        group=group,
        organ=organ,
        columns=columns,
        option=option,
    )


def _rate(agent: str, group: str = NEEDED) -> SheetField:
    option = N_("{agent} in mcg/kg/min, or mcg/min or mL/h with --weight")
    return _of_day(agent, "cardiovascular", _RATE_HINT, (f"{agent}_mcg_kg_min",), option, group=group)


def _pump(agent: str) -> tuple[SheetField, SheetField]:
    """What the pump of a drug holds, and how long it ran."""
    concentration, minutes = QuantityValue("concentration"), QuantityValue("minutes")
    in_pump, ran = N_("{drug}, in pump"), N_("{drug}, ran")
    hint = N_("For a rate in mL/h.")
    return (
        SheetField("sofa", f"{agent}_concentration", concentration, in_pump, hint=hint, group=NEEDED, drug=agent),
        SheetField("sofa", f"{agent}_minutes", minutes, ran, hint=_SALT_HINT, group=NEEDED, drug=agent),
    )


_SOFA_ORDINARY: Final = (
    _of_day("pao2", "respiration", _GAS_HINT, ("pao2_mmhg",), N_("PaO2 in mmHg or kPa"), group=ORDINARY),
    _of_day(
        "fio2",
        "respiration",
        N_("As a fraction, 0.4, or with a percent sign, 40%. Room air is 0.21."),
        ("fio2",),
        N_("FiO2 as a fraction, or with %%"),
        beside="0.21-1",
        group=ORDINARY,
    ),
    SheetField(
        "sofa",
        "support",
        ChoiceValue(_SUPPORT, several=True),
        N_("Support"),
        hint=N_("Respiratory support on that gas."),
        group=ORDINARY,
        organ="respiration",
        columns=("support",),
        option=N_("respiratory support on that gas: none, hfnc, niv, cpap, invasive, ecmo"),
    ),
    _of_day(
        "platelets",
        "coagulation",
        columns=("platelets_10e9_l",),
        option=N_("platelets in 10^9/L, or with /uL"),
        group=ORDINARY,
    ),
    _of_day(
        "bilirubin",
        "liver",
        N_("mg/dL, or write 33 umol/L: each unit is scored in its own printed column."),
        ("bilirubin_mg_dl", "bilirubin_umol_l"),
        N_("bilirubin in mg/dL, or with umol/L"),
        group=ORDINARY,
    ),
    _of_day(
        "map",
        "cardiovascular",
        columns=("map_mmhg",),
        option=N_("mean arterial pressure in mmHg or kPa"),
        label=N_("MAP"),
        group=ORDINARY,
    ),
    _rate("norepinephrine", ORDINARY),
    _of_day(
        "gcs",
        "cns",
        N_("3 to 15; under sedation say so below and give the last score before it."),
        ("gcs",),
        N_("Glasgow Coma Scale, 3 to 15"),
        label=N_("GCS"),
        beside="3-15",
        group=ORDINARY,
    ),
    SheetField(
        "sofa",
        "sedated",
        _YES_NO,
        N_("Sedated"),
        group=ORDINARY,
        option=N_("whether the patient is sedated: yes or no"),
    ),
    _of_day(
        "creatinine",
        "renal",
        N_("mg/dL, or write 171 umol/L: each unit is scored in its own column."),
        ("creatinine_mg_dl", "creatinine_umol_l"),
        N_("creatinine in mg/dL, or with umol/L"),
        group=ORDINARY,
    ),
    _of_day(
        "urine",
        "renal",
        N_("Total of 24 hours."),
        ("urine_ml_24h",),
        N_("urine output in mL/24h"),
        label=N_("Urine"),
        group=ORDINARY,
    ),
)

_SOFA_NEEDED: Final = (
    _of_day(
        "spo2",
        "respiration",
        N_("Used only where there is no PaO2, as a labelled surrogate, up to 98 %."),
        ("spo2",),
        N_("SpO2 in %%, as a surrogate where there is no PaO2"),
        heading=N_("If needed"),
    ),
    *(_rate(agent) for agent in CATECHOLAMINES[1:]),
    _of_day(
        "vasopressin",
        "cardiovascular",
        N_("Not in the 1996 table: noted, no points."),
        option=N_("vasopressin in units/min (not in the 1996 table)"),
    ),
    SheetField(
        "sofa",
        "other_agents",
        ChoiceValue(_OTHER_AGENTS, several=True),
        N_("Other vasoactive"),
        hint=N_("Not in the 1996 table: no points."),
        group=NEEDED,
        option=N_("another vasoactive drug: terlipressin, phenylephrine, angiotensin_ii, milrinone, levosimendan"),
    ),
    _of_day("weight", "", option=N_("weight in kg or lb")),
    *(field for agent in CATECHOLAMINES for field in _pump(agent)),
    SheetField(
        "sofa",
        "gcs_before_sedation",
        QuantityValue("gcs", earlier=True),
        N_("GCS before sedation"),
        beside="3-15",
        hint=N_("The last one before sedation."),
        group=NEEDED,
        option=N_("the last Glasgow Coma Scale before sedation"),
    ),
    _of_day(
        "urine_hours",
        "renal",
        N_("If fewer than 24 hours: not extrapolated."),
        option=N_("hours over which the urine was collected, if fewer than 24"),
        label=N_("Urine over"),
    ),
    SheetField(
        "sofa",
        "renal_replacement",
        _YES_NO,
        N_("Renal replacement"),
        group=NEEDED,
        option=N_("renal replacement therapy: yes or no"),
    ),
    SheetField(
        "sofa",
        "renal_note",
        WordsValue(),
        N_("About it"),
        full=N_("About renal replacement"),
        hint=N_("In words: mode, since when. It scores nothing."),
        group=NEEDED,
    ),
    SheetField(
        "sofa",
        "sedation_note",
        WordsValue(),
        N_("About sedation"),
        hint=N_("In words: drug, target, pauses. It scores nothing."),
        group=NEEDED,
    ),
)

_SOFA_POINTS: Final = tuple(
    SheetField(
        "sofa",
        f"points_{organ}",
        WholeValue(WORST_POINTS),
        ORGAN_LABELS[organ],
        unit=N_("points"),
        hint=_POINTS_HINT,
        group=POINTS,
    )
    for organ in ORGANS
)

SOFA_FIELDS: Final = (*_SOFA_ORDINARY, *_SOFA_NEEDED, *_SOFA_POINTS)
