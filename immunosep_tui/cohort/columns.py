"""The columns of a cohort table: what each one measures, and the unit that its name states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from immunosep_tui.record.fields import FIELDS, analyte_of
from immunosep_tui.record.values import SheetField
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.sofa.day import ORGANS, SUPPORTS
from immunosep_tui.rules.sofa.reading import one_of
from immunosep_tui.rules.text import show
from immunosep_tui.rules.units import Band, Bands, Entry, Quantity, read_quantity

PATIENT = "patient_id"
DAY = "day"
REQUIRED = (PATIENT, DAY)
ROW_ERROR = "row_error"
ADDED = (*(f"sofa_{organ}" for organ in ORGANS), "sofa_total", "sofa_complete", "phenotype", ROW_ERROR)
"""The columns that a scored table has more than the table it was made from, in their order."""

PHENOTYPE = "phenotype"
CHOICE = "choice"
"""Stands in place of a unit where a column holds a word."""

DIED = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
"""What a cell of the death column may hold, in any case, besides nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of measurements: the organ (or ``PHENOTYPE``) that it counts for, its analyte and its unit."""

    name: str
    part: str
    analyte: str
    unit: str

    @property
    def canonical(self) -> bool:
        """Whether the column's unit is the one in which a bare number is read."""
        return self.unit == CHOICE or self.unit == ANALYTES[self.analyte].canonical.name

    def typed(self, text: str) -> str:
        """The cell as a person would type it where the unit is not understood."""
        return text if self.canonical else f"{text} {self.unit}"

    def read(self, text: str, bands: Bands) -> Quantity | str | Refusal:
        """Read a cell that is not empty.

        Args:
            text: a bare number in the column's unit, or one of the words of a column of words.
            bands: plausible values; a value that should only be asked about is taken.

        Returns:
            The quantity or the word, or the refusal that the commands would give, with what this column accepts.
        """
        if self.unit == CHOICE:
            return one_of(text, SUPPORTS)
        read = read_quantity(self.typed(text), self.analyte, bands)
        if isinstance(read, Entry) and read.unit_stated is not self.canonical:
            return read.quantity
        alone = read_quantity(text, self.analyte, {})
        if isinstance(alone, Refusal):
            return replace(alone, accepted=self._accepted())
        if alone.unit_stated or isinstance(read, Entry):
            why = say(N_("The name of the column states the unit; the cell must not have one of its own."))
            return Refusal("unit_attached", text, why, self._accepted())
        return replace(read, typed=text, accepted=self._accepted())

    def _accepted(self) -> Sentence:
        if ANALYTES[self.analyte].whole:
            return say(N_("Accepted: a whole number, or an empty cell."))
        words = N_(
            "Accepted: a number in {unit}, with a decimal point if needed and without the unit, or an empty cell."
        )
        return say(words, unit=self.unit or say(N_("parts of 1")))


def _columns(field: SheetField) -> list[Column]:
    """The columns of a field, one a unit."""
    analyte = analyte_of(field)
    units = [unit.name for unit in analyte.units] if analyte else [CHOICE]
    measured = analyte.name if analyte else field.name
    named = zip(field.columns, units, strict=False)
    return [Column(name, field.organ or PHENOTYPE, measured, unit) for name, unit in named]


COLUMNS = tuple(
    sorted(
        (column for field in FIELDS.values() for column in _columns(field)),
        key=lambda column: (*ORGANS, PHENOTYPE).index(column.part),
    )
)
"""Every column that is read besides ``REQUIRED``; the columns of one part stand together."""


def hard_limits(bands: Bands) -> Bands:
    """The bands without what is only asked about: a table has nobody to ask."""
    return {name: tuple(_hard(band) for band in of_analyte) for name, of_analyte in bands.items()}


def _hard(band: Band) -> Band:
    return replace(band, ask_below=None, ask_above=None, ask_up_to=None)


def patient_fault(text: str) -> Refusal | None:
    """Why a patient's identifier is refused: it is blank, or holds what cannot be seen; None if it is taken."""
    accepted = say(N_("Accepted: any text with at least one visible character."))
    if not text.strip():
        return Refusal("empty", text, say(N_("There is no patient identifier.")), accepted)
    if show(text, len(text)) != text:
        why = say(N_("It holds a control or invisible character, or is not UTF-8."))
        return Refusal("control_character", text, why, accepted)
    return None


def read_day_number(text: str) -> int | Refusal:
    """The number of a patient's day, a whole number from 0 up."""
    number = parse_number(text, 0)
    if isinstance(number, Refusal):
        return replace(number, accepted=say(N_("Accepted: a whole number from 0 up, such as 1.")))
    return int(number)


def read_died(text: str) -> bool | Refusal:
    """Whether a cell of the death column marks the day of death."""
    if not text:
        return False
    found = one_of(text, tuple(DIED))
    return found if isinstance(found, Refusal) else DIED[found]


def near_misses(header: tuple[str, ...]) -> Mapping[str, str]:
    """Columns that are not read although they differ from one that is only in case, spaces or hyphens."""
    taken = {name: name for name in (*REQUIRED, *(column.name for column in COLUMNS))}
    alike = {name: taken.get(name.strip().lower().replace(" ", "_").replace("-", "_")) for name in header}
    return {name: meant for name, meant in alike.items() if meant is not None and meant not in header}
