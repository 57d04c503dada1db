"""Kinds of value that a field of the sheet can hold, and what a row of the table of fields says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from immunosep_tui.record.patient import LONGEST
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_

LONGEST_WORDS = 200
"""Most characters of words for people. Local convention."""


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """A measurement of an analyte, or several parted by semicolons.

    ``earlier`` marks one from before the time that the sheet's place speaks of, which is no observation of it.
    """

    analyte: str
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class TimeValue:
    """An instant on the site's clock.

    Args:
        past: whether one that has not come yet is refused.
        after: name of the field beside it whose instant it cannot come before; empty for none.
    """

    past: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One answer of a list: the key typed for it, the text that is stored, the label (English)."""

    key: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ChoiceValue:
    """One answer of a list; ``several`` where more than one can be given, parted by semicolons.

    Args:
        listed: the texts that can be stored, by the protocol, where the list is not the same for all.
    """

    choices: tuple[FieldChoice, ...] = ()
    several: bool = False
    listed: Callable[[Protocol], tuple[str, ...]] | None = None

    def choices_by(self, protocol: Protocol) -> tuple[FieldChoice, ...]:
        """The answers under a protocol; those of its lists are numbered from 1."""
        if self.listed is None:
            return self.choices
        return tuple(FieldChoice(str(n), text, text) for n, text in enumerate(self.listed(protocol), start=1))


YES_OR_NO: Final = (FieldChoice("y", "yes", N_("yes")), FieldChoice("n", "no", N_("no")))
YES_NO: Final = ChoiceValue(YES_OR_NO)


@dataclass(frozen=True, slots=True)
class WholeValue:
    """A whole number from 0 to ``highest``."""

    highest: int


@dataclass(frozen=True, slots=True)
class WordsValue:
    """Words for people: anything printable of at most ``longest`` characters."""

    longest: int = LONGEST_WORDS


@dataclass(frozen=True, slots=True)
class IdentifierValue:
    """A place or an identifier: printable, neither blank nor longer than ``longest``."""

    longest: int = LONGEST


FieldValue = QuantityValue | TimeValue | ChoiceValue | WholeValue | WordsValue | IdentifierValue


@dataclass(frozen=True, slots=True)
class SheetField:
    """One field of the sheet: everything that is said of it, once. Texts are English and translated where they are shown.

    Args:
        section: where it stands: ``identity``, ``screening``, ``labs`` (of every blood sample), ``sofa`` (of every day),
            ``treatment`` or ``response``.
        name: the last part of its key on the sheet; no two fields share one.
        value: the kind of value.
        label: what its row is called, in a few letters; ``{drug}`` stands for the analyte named by ``drug``. Empty: the
            name of the analyte.
        full: its name in the record, where the label of the row is too short for it.
        beside: what stands beside an empty row. Empty: the unit of the value.
        unit: of a whole number.
        hint: below the form while the row is active.
        heading: above its row, where a new group begins.
        group: rows that are shown together, where a section has several.
        has_row: whether it is typed into the form of its room.
        first_sample: whether it stands only with the first blood sample.
        by_protocol: whether its row is there only where the protocol asks it, in the protocol's own words.
        decides: whether the phenotype rests on it, so that a decision freezes it.
        typed_twice: whether it is typed a second time, unseen, before it is signed.
        organ: whose points it counts for.
        columns: its columns in a table of patient-days, one a unit in the order of the analyte's units.
        option: help of the command-line option that takes it; empty where none does.
    """

    section: str
    name: str
    value: FieldValue
    label: str = ""
    full: str = ""
    beside: str = ""
    unit: str = ""
    hint: str = ""
    heading: str = ""
    group: str = ""
    drug: str = ""
    has_row: bool = True
    first_sample: bool = False
    by_protocol: bool = False
    decides: bool = False
    typed_twice: bool = False
    organ: str = ""
    columns: tuple[str, ...] = ()
    option: str = ""
