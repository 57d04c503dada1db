"""Values that are typed a second time, unseen, before they are signed: a slip of one digit does not happen twice alike."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.kinds import Decision
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import INDETERMINATE
from immunosep_tui.rules.protocol import Fact, Protocol
from immunosep_tui.rules.units import Quantity, read_quantity
from immunosep_tui.ward.samples import MARKERS
from immunosep_tui.ward.signing import Part


def typed_twice(chart: Chart, found: Iterable[Part], protocol: Protocol) -> dict[str, str]:
    """Keys of the new markers that settle another phenotype than the record has, or lie near their cut-off.

    Each with its text. Which of the two markers settled it is not looked at: of a double-dummy trial it would tell the arm.
    """
    before = chart.decision.phenotype if chart.decision else INDETERMINATE
    asked: dict[str, str] = {}
    for part in found:
        decision = next((body for body in part.said.bodies if isinstance(body, Decision)), None)
        if decision is None:
            continue
        settles = decision.phenotype not in (INDETERMINATE, before)
        for key, text in part.after.items():
            name = key.rpartition(".")[2]
            is_new = name in MARKERS and text != part.before.get(key) and key not in part.said.withheld
            if is_new and (settles or _is_near(text, name, protocol)):
                asked[key] = text
    return asked


def agrees(first: str, again: str, analyte: str, protocol: Protocol) -> bool:
    """Whether two texts are the same quantity, in whatever unit each was typed."""
    one, other = (_quantity(text, analyte, protocol) for text in (first, again))
    return one is not None and other is not None and one.canonical == other.canonical


def _quantity(text: str, analyte: str, protocol: Protocol) -> Quantity | None:
    found = read_quantity(text, analyte, protocol.bands)
    return None if isinstance(found, Refusal) else found.quantity


def _is_near(text: str, name: str, protocol: Protocol) -> bool:
    measured = _quantity(text, name, protocol)
    cut = Fraction(_cut(name, protocol).value)
    return measured is not None and abs(measured.canonical - cut) * 100 <= cut * Fraction(protocol.site.twice.value)


def _cut(name: str, protocol: Protocol) -> Fact:
    rule = protocol.phenotype
    return rule.ferritin_above if name == "ferritin" else rule.hla_dr_below
