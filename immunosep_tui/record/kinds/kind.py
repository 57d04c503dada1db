"""What a kind of entry is: one class with its body, its words, its section of the sheet and its guard."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from immunosep_tui.i18n import _

if TYPE_CHECKING:
    from immunosep_tui.record.chart import Chart
    from immunosep_tui.record.entry import Entry, Proposal

Texts = dict[str, str]
"""Texts as typed, by the rest of their key on the sheet."""

Facts = list[tuple[str, str]]
"""What an entry says, value by value: the name and the text with its unit."""

Objection = tuple[str, "Entry | None"]
"""The name of the rule that stands against an entry, empty for none, and the entry that is in the way."""


class Words(Protocol):
    """What a kind needs to say itself: the other entries of the record, times, and names by the protocol."""

    def entry(self, n: int) -> Entry | None:
        """The entry of a number; None where the record has none."""

    def line(self, entry: Entry) -> str:
        """One line of another entry."""

    def time(self, instant: int) -> str:
        """An instant, milliseconds of UTC, with its weekday and year."""

    def values(self, texts: Mapping[str, str], kept: Sequence[str] = ()) -> Facts:
        """Typed texts with the labels and units of their fields."""

    def label(self, name: str) -> str:
        """The label of a field."""

    def readings(self, item: str, text: str) -> str:
        """The readings of a line of the checklist with their unit."""

    def product(self, regimen: str) -> str:
        """The drug of a regimen."""

    def question(self, regimen: str, name: str) -> str:
        """A question before the start of a course."""

    def phenotype(self, name: str) -> str:
        """A phenotype in words."""

    def site(self, name: str) -> str:
        """A site of bleeding."""

    def setting(self, name: str) -> str:
        """A setting of the ward."""


@dataclass(frozen=True, slots=True)
class Kind(ABC):
    """Base of every kind of entry; a kind is a frozen dataclass whose fields are what is stored.

    ``kind`` is the name under which it is stored and never changes its meaning; ``title`` is that name for people.
    ``stays`` is set where an entry is never taken back or corrected: what was seen cannot be unseen. ``proves`` is set
    where both the entry and its taking back ask for the PIN of whoever signs. ``of_ward`` is set where it stands in the
    record of the ward, not in that of a patient. ``refers`` names the fields that hold numbers of earlier entries of the
    record, one or several each. ``room`` is where a deed that was taken back is recorded again, empty for what is typed on
    a form.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    stays: ClassVar[bool] = False
    proves: ClassVar[bool] = False
    of_ward: ClassVar[bool] = False
    refers: ClassVar[tuple[str, ...]] = ()
    room: ClassVar[str] = ""

    @property
    def is_death(self) -> bool:
        """Whether the entry says that the patient died."""
        return False

    @property
    def section(self) -> str | None:
        """The start of the keys that the entry stands for on the sheet; None for what is not on the forms."""
        return None

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        """The texts that the entry puts on the sheet, below its section, and the names of those that were confirmed."""
        return {}, ()

    @property
    def named(self) -> tuple[int, ...]:
        """The numbers of earlier entries that the entry names."""
        fields = [getattr(self, name) for name in self.refers]
        return tuple(number for each in fields for number in (each if isinstance(each, tuple) else (each,)))

    @abstractmethod
    def told(self, words: Words) -> Facts:
        """Every value with its unit."""

    def brief(self, words: Words) -> str:
        """What the entry says in one line, without its title."""
        return ", ".join(f"{label} {text}" for label, text in self.told(words) if text)

    def guard(self, chart: Chart, proposal: Proposal) -> Objection:
        """The rule that stands against such an entry in a record; the same words for every kind hold beside it."""
        return ("", None) if chart.n else ("admitted_first", None)

    def guard_taken(self, chart: Chart, entry: Entry, proposal: Proposal) -> Objection:
        """The rule that stands against taking back or correcting ``entry``, which says this."""
        return "", None


def filled(facts: Facts) -> Facts:
    """The values that are not empty."""
    return [(label, text) for label, text in facts if text]


def as_they_are(body: Any, *names: tuple[str, str]) -> Facts:
    """Values of a body that are shown as they are: their names in it, each with its label."""
    return [(_(label), str(getattr(body, name))) for name, label in names]


def on_day(day: int, text: str) -> str:
    """A text with the day that it is about."""
    return _("day {day}, {text}").format(day=day, text=text)


def numbers(*entries: int) -> str:
    """The numbers of entries."""
    return _("no. {n}").format(n=", ".join(str(n) for n in entries))


def level_mark(level: str) -> str:
    """The most urgent limit that was met, as a line shows it."""
    return f" [{_(level).upper()}]" if level else ""
