"""The printed SOFA table of 1996 (Vincent et al., doi:10.1007/BF01709751), worst cell first.

Each measure has a column for each unit that the table prints. The umol/L columns are not conversions of the mg/dL
ones: 33 umol/L of bilirubin scores 2, and 1 if it were converted. Where the mg/dL columns leave a gap between two
cells (1.9 and 2.0), the lower cell reaches up to the next one; 12.0 and 5.0, printed as excluded, score 4. These two
are conventions of common implementations, and a value that needs one is flagged.
"""

from __future__ import annotations

from fractions import Fraction

from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.sofa.table import Column, step

PAO2_FIO2 = Column(
    N_("PaO2/FiO2"),
    "mmHg",
    (
        step(4, "<", "100", support=True),
        step(3, "<", "200", support=True),
        step(2, "<", "300"),
        step(1, "<", "400"),
    ),
)
SPO2_FIO2 = Column(
    N_("SpO2/FiO2 (surrogate)"),
    "",
    (
        step(4, "<", "89", support=True),
        step(3, "<", "214", support=True),
        step(2, "<", "357"),
        step(1, "<", "512"),
    ),
)
"""Not in the 1996 table: cut-offs of Pandharipande 2009 (doi:10.1097/CCM.0b013e31819cefa9), for SpO2 up to 98 %."""
SPO2_FIO2_HIGHEST_SPO2 = Fraction(98)

PLATELETS = Column(
    N_("Platelets"),
    "10^9/L",
    (step(4, "<", "20"), step(3, "<", "50"), step(2, "<", "100"), step(1, "<", "150")),
)
BILIRUBIN = {
    "mg/dL": Column(
        N_("Bilirubin"),
        "mg/dL",
        (
            step(4, ">=", "12.0", printed_open=True),
            step(3, ">=", "6.0", to="11.9"),
            step(2, ">=", "2.0", to="5.9"),
            step(1, ">=", "1.2", to="1.9"),
        ),
    ),
    "umol/L": Column(
        N_("Bilirubin"),
        "umol/L",
        (
            step(4, ">", "204"),
            step(3, ">=", "102"),
            step(2, ">=", "33", to="101"),
            step(1, ">=", "20", to="32"),
        ),
    ),
}
MEAN_ARTERIAL_PRESSURE = Column(N_("Mean arterial pressure"), "mmHg", (step(1, "<", "70"),))
CATECHOLAMINES = {
    "dopamine": Column(N_("Dopamine"), "mcg/kg/min", (step(4, ">", "15"), step(3, ">", "5"), step(2, ">", "0"))),
    "dobutamine": Column(N_("Dobutamine"), "mcg/kg/min", (step(2, ">", "0"),)),
    "epinephrine": Column(N_("Epinephrine"), "mcg/kg/min", (step(4, ">", "0.1"), step(3, ">", "0"))),
    "norepinephrine": Column(N_("Norepinephrine"), "mcg/kg/min", (step(4, ">", "0.1"), step(3, ">", "0"))),
}
SHORTEST_INFUSION_MINUTES = 60
GLASGOW_COMA_SCALE = Column(
    N_("Glasgow Coma Scale"),
    "",
    (step(4, "<", "6"), step(3, "<=", "9"), step(2, "<=", "12"), step(1, "<=", "14")),
)
CREATININE = {
    "mg/dL": Column(
        N_("Creatinine"),
        "mg/dL",
        (
            step(4, ">=", "5.0", printed_open=True),
            step(3, ">=", "3.5", to="4.9"),
            step(2, ">=", "2.0", to="3.4"),
            step(1, ">=", "1.2", to="1.9"),
        ),
    ),
    "umol/L": Column(
        N_("Creatinine"),
        "umol/L",
        (
            step(4, ">", "440"),
            step(3, ">=", "300"),
            step(2, ">=", "171", to="299"),
            step(1, ">=", "110", to="170"),
        ),
    ),
}
URINE = Column(N_("Urine output"), "mL/24h", (step(4, "<", "200"), step(3, "<", "500")))
