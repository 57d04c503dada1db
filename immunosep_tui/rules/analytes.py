"""What can be measured and typed, and in which units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from immunosep_tui.rules.reason import N_


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of one analyte.

    ``factor`` times a value in this unit is the value in the analyte's canonical unit; None where the
    conversion needs more than the value (a weight, a concentration).
    """

    name: str
    factor: Fraction | None
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analyte:
    """A measurement that can be typed; the first unit is the canonical one.

    ``above_zero`` marks what others are divided by or multiplied with: 0 is refused whatever a protocol's band says.
    """

    name: str
    label: str
    units: tuple[Unit, ...]
    refused_units: tuple[tuple[str, str], ...] = ()
    whole: bool = False
    above_zero: bool = False

    @property
    def canonical(self) -> Unit:
        """The unit that a bare number is read in."""
        return self.units[0]

    def unit(self, name: str) -> Unit:
        """The unit of that name; KeyError when the analyte has none."""
        for unit in self.units:
            if unit.name == name:
                return unit
        raise KeyError(f"{self.name} has no unit {name}")


_ONE = Fraction(1)
_KPA = Unit("kPa", Fraction("7.50062"))
_NEVER_RECEPTORS = N_(
    "Percent positive and mean fluorescence intensity cannot be turned into receptors per cell: no valid conversion "
    "exists. Ask the laboratory for antibodies bound per CD14 monocyte from calibrated beads."
)
_HOURLY = N_("SOFA takes the total of 24 hours, not an hourly rate: add up the day's urine.")
_TUBE = N_(
    "A T marks an untestable verbal score: enter the total that your unit's convention gives, and mark sedation."
)


def _infusion(name: str, label: str) -> Analyte:
    return Analyte(
        name,
        label,
        (
            Unit("mcg/kg/min", _ONE),
            Unit("mcg/min", None),
            Unit("mL/h", None, ("ml/hr",)),
        ),
        (("mg/h", N_("Convert to mcg/min first, or give mL/h with the concentration.")),),
    )


_TABLE = (
    Analyte(
        "ferritin",
        N_("Ferritin"),
        (
            Unit("ng/mL", _ONE),
            Unit("mcg/L", _ONE),
            Unit("mg/L", Fraction(1000)),
            Unit("pmol/L", 1 / Fraction("2.247")),
        ),
    ),
    Analyte(
        "hla_dr",
        N_("Monocyte HLA-DR"),
        (Unit("receptors/cell", _ONE, ("ab/c", "abc", "receptors", "ab/cell", "receptors/monocyte")),),
        (("%", _NEVER_RECEPTORS), ("mfi", _NEVER_RECEPTORS)),
    ),
    Analyte("pao2", N_("PaO2"), (Unit("mmHg", _ONE, ("torr",)), _KPA)),
    Analyte("fio2", N_("FiO2"), (Unit("", _ONE, ("fraction",)), Unit("%", Fraction(1, 100))), above_zero=True),
    Analyte("spo2", N_("SpO2"), (Unit("%", _ONE),)),
    Analyte(
        "platelets",
        N_("Platelets"),
        (
            Unit("10^9/L", _ONE, ("x10^9/l", "10e9/l", "g/l", "10^3/ul", "k/ul")),
            Unit("/mcL", Fraction(1, 1000), ("/mm3", "/mm^3")),
        ),
    ),
    Analyte("bilirubin", N_("Bilirubin"), (Unit("mg/dL", _ONE), Unit("umol/L", 1 / Fraction("17.104")))),
    Analyte("creatinine", N_("Creatinine"), (Unit("mg/dL", _ONE), Unit("umol/L", 1 / Fraction("88.4")))),
    Analyte(
        "urine",
        N_("Urine output"),
        (Unit("mL/24h", _ONE, ("ml", "ml/d", "ml/day", "ml/24 h")),),
        (("ml/h", _HOURLY), ("ml/hr", _HOURLY), ("ml/kg/h", _HOURLY)),
    ),
    Analyte("urine_hours", N_("Urine collected over"), (Unit("h", _ONE, ("hours",)),)),
    Analyte("map", N_("Mean arterial pressure"), (Unit("mmHg", _ONE, ("torr",)), _KPA)),
    _infusion("norepinephrine", N_("Norepinephrine")),
    _infusion("epinephrine", N_("Epinephrine")),
    _infusion("dopamine", N_("Dopamine")),
    _infusion("dobutamine", N_("Dobutamine")),
    Analyte(
        "vasopressin",
        N_("Vasopressin"),
        (
            Unit("units/min", _ONE, ("u/min", "iu/min", "unit/min")),
            Unit("units/h", Fraction(1, 60), ("u/h", "iu/h", "unit/h", "units/hr", "u/hr")),
        ),
    ),
    Analyte(
        "concentration",
        N_("Concentration"),
        (Unit("mcg/mL", _ONE), Unit("mg/mL", Fraction(1000))),
        above_zero=True,
    ),
    Analyte("minutes", N_("Running for"), (Unit("min", _ONE, ("minutes",)),), whole=True),
    Analyte("gcs", N_("Glasgow Coma Scale"), (Unit("", _ONE, ("points",)),), (("t", _TUBE), ("vt", _TUBE)), whole=True),
    Analyte("weight", N_("Weight"), (Unit("kg", _ONE), Unit("lb", 1 / Fraction("2.2046"), ("lbs",))), above_zero=True),
    Analyte(
        "hemoglobin",
        N_("Hemoglobin"),
        (Unit("g/dL", _ONE), Unit("g/L", Fraction(1, 10)), Unit("mmol/L", 1 / Fraction("0.6206"))),
    ),
    Analyte(
        "anc",
        N_("Neutrophils (ANC)"),
        (Unit("10^9/L", _ONE, ("x10^9/l", "10e9/l", "10^3/ul", "k/ul")), Unit("/mm3", Fraction(1, 1000), ("/ul",))),
    ),
    Analyte("fibrinogen", N_("Fibrinogen"), (Unit("g/L", _ONE), Unit("mg/dL", Fraction(1, 100)))),
    Analyte("inr", N_("INR"), (Unit("", _ONE),)),
    Analyte("aptt", N_("aPTT"), (Unit("s", _ONE, ("sec",)),)),
    Analyte("alt", N_("ALT"), (Unit("units/L", _ONE, ("u/l", "iu/l")), Unit("ukat/L", Fraction(60)))),
    Analyte("ast", N_("AST"), (Unit("units/L", _ONE, ("u/l", "iu/l")), Unit("ukat/L", Fraction(60)))),
    Analyte("ggt", N_("GGT"), (Unit("units/L", _ONE, ("u/l", "iu/l")), Unit("ukat/L", Fraction(60)))),
    Analyte("triglycerides", N_("Triglycerides"), (Unit("mg/dL", _ONE), Unit("mmol/L", Fraction("88.57")))),
    Analyte("creatinine_clearance", N_("Creatinine clearance"), (Unit("mL/min", _ONE),)),
    Analyte("sofa_points", N_("SOFA points"), (Unit("", _ONE, ("points",)),), whole=True),
    Analyte("age", N_("Age"), (Unit("years", _ONE, ("y",)),), whole=True),
)

ANALYTES: Mapping[str, Analyte] = {analyte.name: analyte for analyte in _TABLE}
"""Every analyte that can be typed, by name.

Conversion factors: PaO2 and MAP 7.50062 mmHg per kPa; bilirubin 17.104 and creatinine 88.4 umol/L per mg/dL;
hemoglobin 0.6206 mmol/L per g/dL; triglycerides 88.57 mg/dL per mmol/L; 60 units/L per ukat/L;
2.2046 lb per kg. Ferritin 2.247 pmol/L per ng/mL rests on an assumed molar mass (general knowledge, not verified).
SOFA never uses the bilirubin and creatinine factors: it has a column a unit.
"""
