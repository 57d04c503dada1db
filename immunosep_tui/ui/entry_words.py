"""What an entry of the record says, by the names of a protocol and the clock of a site. For screens and for commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _
from immunosep_tui.record.courses import takers_of
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import Facts, Voided
from immunosep_tui.record.settings import SETTINGS
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.grades import ISTH_CRITICAL_SITES
from immunosep_tui.rules.phenotype import LABELS
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.doubts import LABORATORY
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.value_words import readings, value_label, value_text


@dataclass(frozen=True)
class Book:
    """The entries of one record in order, and what is needed to say them.

    Args:
        entries: of the record.
        zone: for times.
        protocol: names items and questions; an entry of another protocol says what it holds itself.
    """

    entries: tuple[Entry, ...]
    zone: ZoneInfo
    protocol: Protocol | None = None

    @cached_property
    def takers(self) -> Mapping[int, Entry]:
        """The entry that took back each one that does not stand."""
        return takers_of(self.entries)

    def entry(self, n: int) -> Entry | None:
        """The entry of a number; None where the record has none."""
        return self.entries[n - 1] if 0 < n <= len(self.entries) else None

    def took_back(self, entry: Entry) -> str:
        """What took an entry back; empty for one that stands."""
        taker = self.takers.get(entry.n)
        if taker is None:
            return ""
        by_void = isinstance(taker.body, Voided)
        return (_("taken back by no. {n}") if by_void else _("corrected by no. {n}")).format(n=taker.n)

    def line(self, entry: Entry) -> str:
        """One line: the kind and what it says."""
        kind = _(entry.body.title)
        if entry.corrects is not None:
            kind += " " + _("(corrects no. {n})").format(n=entry.corrects)
        brief = entry.body.brief(self)
        return f"{kind}: {brief}" if brief else kind

    def changes(self, entry: Entry) -> list[tuple[str, str, str]]:
        """Name, text before and text of each value that a correction changed; one that was not there before is empty."""
        old = None if entry.corrects is None else self.entry(entry.corrects)
        if old is None:
            return []
        before, after = dict(old.body.told(self)), dict(entry.body.told(self))
        names = dict.fromkeys((*before, *after))
        return [
            (name, before.get(name, ""), after.get(name, "")) for name in names if before.get(name) != after.get(name)
        ]

    def time(self, instant: int) -> str:
        """An instant of the record with its weekday and year."""
        return moment_text(moment(instant), self.zone)

    def values(self, texts: Mapping[str, str], kept: Sequence[str] = ()) -> Facts:
        """Typed texts with the labels and units of their fields, each that was asked about and confirmed marked so."""
        confirmed = _("(unusual, confirmed)")
        return [
            (value_label(name), value_text(name, text) + (f" {confirmed}" if name in kept else ""))
            for name, text in texts.items()
        ]

    def label(self, name: str) -> str:
        """The label of a field."""
        return value_label(name)

    def readings(self, item: str, text: str) -> str:
        """What was found at a line of the checklist, with its unit."""
        items = self.protocol.checklist if self.protocol else ()
        analyte = next((each.analyte for each in items if each.id == item), "")
        return readings(text, ANALYTES.get(analyte))

    def product(self, regimen: str) -> str:
        """The drug of a regimen."""
        known = self.protocol.regimens.get(regimen) if self.protocol else None
        return known.product if known else regimen

    def question(self, regimen: str, name: str) -> str:
        """The question before the start of a course that was answered."""
        if name == LABORATORY:
            return _("Confirmed by the laboratory")
        known = self.protocol.regimens.get(regimen) if self.protocol else None
        return next((_(each.text) for each in known.questions if each.id == name), name) if known else name

    def phenotype(self, name: str) -> str:
        """A phenotype in words."""
        return _(LABELS[name]) if name in LABELS else name

    def site(self, name: str) -> str:
        """A site of bleeding in words."""
        return _(ISTH_CRITICAL_SITES.get(name, name))

    def setting(self, name: str) -> str:
        """A setting of the ward in words."""
        return _(SETTINGS[name].label) if name in SETTINGS else name
