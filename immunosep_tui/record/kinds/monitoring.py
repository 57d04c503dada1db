"""Kinds of entry of the checklist, of bleeding and transfusion, and of what is done about alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from immunosep_tui.i18n import _
from immunosep_tui.record.kinds.kind import (
    Facts,
    Kind,
    Objection,
    Texts,
    Words,
    as_they_are,
    filled,
    level_mark,
    numbers,
    on_day,
)
from immunosep_tui.rules.reason import N_

if TYPE_CHECKING:
    from immunosep_tui.record.chart import Chart
    from immunosep_tui.record.entry import Proposal

STOP: Final = "stop"
"""The most urgent level of a limit."""

ENDS_STOP: Final = ("doctor",)
"""The roles that may end a STOP."""


@dataclass(frozen=True, slots=True)
class Check(Kind):
    """One line of the checklist of a day; ``level`` is the most urgent limit that the value met, empty for none."""

    kind, title = "check", N_("Check")

    day: int
    item: str
    label: str
    text: str
    level: str = ""
    kept: bool = False

    @property
    def section(self) -> str:
        return f"monitoring.{self.day}.{self.item}"

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return {"": self.text}, ("",) if self.kept else ()

    def told(self, words: Words) -> Facts:
        kept = " " + _("(unusual, confirmed)") if self.kept else ""
        facts = [(_("Day"), str(self.day)), (_(self.label), words.readings(self.item, self.text) + kept)]
        return [*facts, (_("Limit met"), _(self.level).upper())] if self.level else facts

    def brief(self, words: Words) -> str:
        return on_day(self.day, f"{_(self.label)} {words.readings(self.item, self.text)}{level_mark(self.level)}")


@dataclass(frozen=True, slots=True)
class Bleeding(Kind):
    """A bleeding event in words, with the site and what was done.

    ``grade`` is that of the WHO scale, 0 to 4, None where it was not said; ``major`` names the ISTH criteria of major
    bleeding that are met; ``level`` is the most urgent limit that it meets, empty for none.
    """

    kind, title = "bleeding", N_("Bleeding")
    room = "monitoring"

    site: str
    text: str
    grade: int | None = None
    major: tuple[str, ...] = ()
    level: str = ""

    def told(self, words: Words) -> Facts:
        return filled(
            [
                (_("Site"), words.site(self.site)),
                (_("WHO grade"), "" if self.grade is None else str(self.grade)),
                (_("Major by ISTH"), ", ".join(each.replace("_", " ") for each in self.major)),
                (_("Limit met"), _(self.level).upper()),
                (_("What happened"), self.text),
            ]
        )

    def brief(self, words: Words) -> str:
        grade = "" if self.grade is None else ", " + _("WHO grade {grade}").format(grade=self.grade)
        return f"{words.site(self.site)}{grade}{level_mark(self.level)}: {self.text}"


@dataclass(frozen=True, slots=True)
class RedCells(Kind):
    """Units of red cells that were transfused."""

    kind, title = "red-cells", N_("Red cells")

    units: int

    def told(self, words: Words) -> Facts:
        return as_they_are(self, ("units", N_("Units of red cells")))

    def brief(self, words: Words) -> str:
        return _("{units} units").format(units=self.units)


@dataclass(frozen=True, slots=True)
class Acknowledged(Kind):
    """Somebody has seen what these entries say and acts on it; ``until`` (milliseconds of UTC) it is not urgent again."""

    kind, title = "acknowledged", N_("Acknowledged")
    refers = ("entries",)

    entries: tuple[int, ...]
    until: int

    def told(self, words: Words) -> Facts:
        return [(_("Entries"), numbers(*self.entries)), (_("Urgent again from"), words.time(self.until))]

    def brief(self, words: Words) -> str:
        listed = ", ".join(str(n) for n in self.entries)
        return _("no. {list}, urgent again from {time}").format(list=listed, time=words.time(self.until))


@dataclass(frozen=True, slots=True)
class LimitEnded(Kind):
    """A person ended what an entry asks for by the limit that it met; the reason says why it is over.

    ``level`` is that of what was ended, ``stop`` or ``call``: the end of a call ends no STOP.
    """

    kind, title = "limit-end", N_("Alarm ended")
    refers = ("entry",)

    entry: int
    level: str

    def told(self, words: Words) -> Facts:
        return [(_("Level"), _(self.level).upper()), (_("Entry"), numbers(self.entry))]

    def brief(self, words: Words) -> str:
        there = words.entry(self.entry)
        told = f"{_(self.level).upper()} {numbers(self.entry)}"
        return told if there is None else f"{told}, {words.line(there)}"

    def guard(self, chart: Chart, proposal: Proposal) -> Objection:
        """A STOP is ended by who has the right, with a reason, and while its entry stands."""
        there = chart.standing.get(self.entry)
        if there is None:
            return "ends_own", None
        if self.level == STOP and proposal.author.role not in ENDS_STOP:
            return "ends_stop", there
        return ("", None) if proposal.reason else ("reason", there)
