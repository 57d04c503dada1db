"""What the rules read in one typed field of a sheet: a value, a refusal, or a question."""

from __future__ import annotations

from dataclasses import dataclass

from immunosep_tui.record.patient import Patient, parts
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import Caution, Sentence
from immunosep_tui.rules.units import Quantity, plain, read_quantity


@dataclass(frozen=True, slots=True)
class Read:
    """One field: its quantities if they may be used, or why not.

    ``asks`` holds the questions about a text that no person has confirmed yet; until then it is not used.
    """

    text: str
    quantities: tuple[Quantity, ...] = ()
    refusal: Refusal | None = None
    asks: tuple[Caution, ...] = ()

    @property
    def quantity(self) -> Quantity | None:
        """The first usable quantity."""
        return self.quantities[0] if self.quantities else None

    @property
    def usable(self) -> bool:
        """Whether the field may be used in an answer; an empty one may, as not measured."""
        return self.refusal is None and not self.asks


def read(patient: Patient, key: str, analyte: str, protocol: Protocol, bounds: bool = False) -> Read:
    """Read the field of that key as one or several quantities of an analyte; with ``bounds``, ``<10`` is one too."""
    text = patient.text(key)
    if not text:
        return Read(text)
    quantities: list[Quantity] = []
    cautions: list[Caution] = []
    for part in parts(text):
        found = read_quantity(part, analyte, protocol.bands, bounds)
        if isinstance(found, Refusal):
            return Read(text, refusal=found)
        quantities.append(found.quantity)
        cautions.extend(found.cautions)
    if cautions and not patient.is_kept(key):
        return Read(text, asks=tuple(cautions))
    return Read(text, tuple(quantities))


SCORED_AS_REPORTED = frozenset({"bilirubin", "creatinine"})
"""Analytes that SOFA scores in the unit of the laboratory, so that a converted value would mislead."""


def echo(read: Read) -> str:
    """The value and unit as they were read, where that says more than the typed number: ``4900 ng/mL`` for 4.9 mg/L."""
    if all(q.number == part for q, part in zip(read.quantities, parts(read.text), strict=True)):
        return ""
    return "; ".join(_echo(quantity) for quantity in read.quantities)


def _echo(quantity: Quantity) -> str:
    analyte = ANALYTES[quantity.analyte]
    unit = analyte.unit(quantity.unit)
    if unit.factor is None or unit.factor == 1 or quantity.analyte in SCORED_AS_REPORTED:
        return str(quantity)
    return f"{quantity.bound}{plain(quantity.canonical)} {analyte.canonical.name}".rstrip()


def sentence(problem: Refusal | Caution) -> Sentence:
    """The words about a problem, without what would be accepted."""
    return problem.why if isinstance(problem, Refusal) else problem.text
