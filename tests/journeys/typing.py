"""The standard patient as keys: what an intensivist types for one patient from labs to verdict."""

from __future__ import annotations

ENTER = "\r"
F1, F5, F6, F7 = "\x1bOP", "\x1b[15~", "\x1b[17~", "\x1b[18~"
CTRL_N, CTRL_S, ESCAPE, CTRL_Q = "\x0e", "\x13", "\x1b", "\x11"

IDENTITY = ("7", "A-12", "884213")
LABS = ("900", "4999")
SOFA = ("68", "0.55", "4", "99", "33umol/L", "65", "0.05", "15", "n", "300umol/L", "900")
"""PaO2, FiO2, support (4 = invasive), platelets, bilirubin, MAP, norepinephrine, GCS, sedated, creatinine, urine."""

TOTALS = ("13", "12", "12", "11", "11", "10", "10", "10")
"""Days 2 to 9."""


def lines(*values: str) -> str:
    """Values with one Enter each."""
    return "".join(value + ENTER for value in values)


def to_full_sofa() -> str:
    """From an empty board to a phenotype with full SOFA: data and one Enter a field, nothing else.

    The four empty Enters pass the times of the sample and the two optional laboratory fields.
    """
    return lines(*IDENTITY) + lines(*LABS) + lines("", "", "", "") + lines(*SOFA)
