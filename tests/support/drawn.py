"""Patient-days drawn by hypothesis, with every reading in a unit that a laboratory reports."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from immunosep_tui.rules.sofa.day import SUPPORTS, Day, Gas, Infusion
from immunosep_tui.rules.units import Quantity

AGENTS = ("norepinephrine", "epinephrine", "dopamine", "dobutamine")


def number(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    """A decimal with so many places."""
    return st.decimals(low, high, places=places)


def reading(analyte: str, *ranges: tuple[str, str, str, int]) -> st.SearchStrategy[Quantity]:
    """A quantity in one of the units: (unit, lowest, highest, places)."""
    return st.one_of(
        *(
            st.builds(Quantity, st.just(analyte), number(low, high, places), st.just(unit))
            for unit, low, high, places in ranges
        )
    )


PAO2 = reading("pao2", ("mmHg", "15", "500", 1), ("kPa", "2", "66", 2))
FIO2 = reading("fio2", ("", "0.21", "1", 2), ("%", "21", "100", 0))
SPO2 = reading("spo2", ("%", "30", "97", 0))
PLATELETS = reading("platelets", ("10^9/L", "0", "250", 1), ("/mcL", "0", "250000", 0))
BILIRUBIN = reading("bilirubin", ("mg/dL", "0", "16", 2), ("umol/L", "0", "280", 1))
CREATININE = reading("creatinine", ("mg/dL", "0.05", "7", 2), ("umol/L", "5", "600", 1))
PRESSURE = reading("map", ("mmHg", "10", "120", 0), ("kPa", "2", "15", 2))
URINE = reading("urine", ("mL/24h", "0", "1500", 0))
GCS = st.integers(3, 15)
GAS = st.one_of(
    st.builds(Gas, PAO2, FIO2, st.none(), st.sampled_from(SUPPORTS)),
    st.builds(Gas, st.none(), FIO2, SPO2, st.sampled_from(SUPPORTS)),
)
INFUSION = st.one_of(
    st.builds(Infusion, st.sampled_from(AGENTS[:2]), number("0", "0.5", 3).map(Fraction)),
    st.builds(Infusion, st.sampled_from(AGENTS[2:]), number("0", "50", 1).map(Fraction)),
)


@st.composite
def whole_days(draw: st.DrawFn) -> dict[str, Any]:
    """The readings of a day on which everything was measured once and nobody is sedated."""
    return {
        "gases": (draw(GAS),),
        "platelets": (draw(PLATELETS),),
        "bilirubin": (draw(BILIRUBIN),),
        "map": (draw(PRESSURE),),
        "infusions": tuple(draw(st.lists(INFUSION, max_size=2, unique_by=lambda i: i.agent))),
        "gcs": (draw(GCS),),
        "sedated": False,
        "creatinine": (draw(CREATININE),),
        "urine": draw(URINE),
    }


MISSING: dict[str, Any] = {
    "gases": (),
    "platelets": (),
    "bilirubin": (),
    "map": (),
    "gcs": (),
    "creatinine": (),
}


@st.composite
def days_with_gaps(draw: st.DrawFn) -> tuple[Day, Day]:
    """A whole day, and the same day without some of its readings."""
    whole = draw(whole_days())
    lost = draw(st.sets(st.sampled_from(sorted(MISSING))))
    gaps = whole | {field: MISSING[field] for field in lost}
    if "gases" not in lost:
        gas = whole["gases"][0]
        part = draw(st.sampled_from(("none", "pressure", "fio2", "support")))
        gaps["gases"] = (
            {
                "none": gas,
                "pressure": Gas(None, gas.fio2, None, gas.support),
                "fio2": Gas(gas.pao2, None, gas.spo2, gas.support),
                "support": Gas(gas.pao2, gas.fio2, gas.spo2, None),
            }[part],
        )
    return Day(**whole), Day(**gaps)
