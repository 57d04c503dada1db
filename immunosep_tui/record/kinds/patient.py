"""Kinds of entry that say who the patient is, what is known before a course, and how it went on after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from immunosep_tui.i18n import _
from immunosep_tui.record.kinds.kind import Facts, Kind, Objection, Texts, Words, as_they_are, filled, on_day
from immunosep_tui.rules.reason import N_

if TYPE_CHECKING:
    from immunosep_tui.record.chart import Chart
    from immunosep_tui.record.entry import Entry, Proposal


@dataclass(frozen=True, slots=True)
class Admitted(Kind):
    """Who the patient is: a place and two identifiers."""

    kind, title = "admitted", N_("Identity")
    section = "identity"

    place: str
    case: str
    identifier: str

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return {"place": self.place, "case": self.case, "identifier": self.identifier}, ()

    def told(self, words: Words) -> Facts:
        return words.values(self.on_sheet()[0])

    def guard(self, chart: Chart, proposal: Proposal) -> Objection:
        there = chart.latest.get("identity")
        return ("admitted_once", there) if there and proposal.corrects != there.n else ("", None)


@dataclass(frozen=True, slots=True)
class Screened(Kind):
    """What is known of the trial's criteria, as typed; what is not known is left out."""

    kind, title = "screened", N_("Screening")
    section = "screening"

    texts: Texts
    kept: tuple[str, ...] = ()

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return self.texts, self.kept

    def told(self, words: Words) -> Facts:
        return words.values(self.texts, self.kept)


@dataclass(frozen=True, slots=True)
class Labs(Kind):
    """The laboratory values that decide the phenotype, of one blood sample, counted from 1.

    ``kept`` names those that were asked about and confirmed.
    """

    kind, title = "labs", N_("Labs")

    texts: Texts
    kept: tuple[str, ...] = ()
    sample: int = 1

    @property
    def section(self) -> str:
        return "labs" if self.sample == 1 else f"sample.{self.sample}"

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return self.texts, self.kept

    def told(self, words: Words) -> Facts:
        return [(_("Sample"), str(self.sample)), *words.values(self.texts, self.kept)]

    def brief(self, words: Words) -> str:
        texts = ", ".join(f"{label} {text}" for label, text in words.values(self.texts, self.kept))
        return texts if self.sample == 1 else _("sample {n}, {texts}").format(n=self.sample, texts=texts)


@dataclass(frozen=True, slots=True)
class SofaDay(Kind):
    """Raw values or points of a treatment day and what they scored then; ``total`` is None where it was incomplete."""

    kind, title = "sofa", N_("SOFA")

    day: int
    texts: Texts
    low: int
    high: int
    total: int | None
    kept: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        return f"sofa.{self.day}"

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return self.texts, self.kept

    def told(self, words: Words) -> Facts:
        return [(_("Day"), str(self.day)), (_("SOFA 1996"), self._score()), *words.values(self.texts, self.kept)]

    def brief(self, words: Words) -> str:
        return on_day(self.day, self._score())

    def _score(self) -> str:
        if self.total is not None:
            return str(self.total)
        return _("incomplete, {low} to {high} possible").format(low=self.low, high=self.high)


@dataclass(frozen=True, slots=True)
class SofaTotal(Kind):
    """The SOFA total of a day, typed as one number."""

    kind, title = "total", N_("SOFA total")

    day: int
    total: int

    @property
    def section(self) -> str:
        return f"response.{self.day}"

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return {"": str(self.total)}, ()

    def told(self, words: Words) -> Facts:
        return as_they_are(self, ("day", N_("Day")), ("total", N_("SOFA total")))

    def brief(self, words: Words) -> str:
        return on_day(self.day, str(self.total))


@dataclass(frozen=True, slots=True)
class Decision(Kind):
    """The phenotype that the protocol gave to values frozen here; later values never change it.

    ``inputs`` are the quantities with their units. ``regimen`` is what the trial gave, None where it gave nothing.
    ``cautions`` are the codes of what a person was told to weigh. ``sample`` is that of the values where the decision was
    made anew at the start of a course, 0 where it was signed right after them.
    """

    kind, title = "decision", N_("Phenotype")

    phenotype: str
    regimen: str | None
    inputs: Texts
    missing: tuple[str, ...]
    cautions: tuple[str, ...]
    sample: int = 0

    def told(self, words: Words) -> Facts:
        facts = [(_("Phenotype"), words.phenotype(self.phenotype)), (_("The trial's regimen"), self._drug(words))]
        facts += [(_("From {name}").format(name=words.label(name)), text) for name, text in self.inputs.items()]
        missing = ", ".join(words.label(name) for name in self.missing)
        cautions = ", ".join(code.replace("_", " ") for code in self.cautions)
        return filled([*facts, (_("Missing"), missing), (_("Cautions"), cautions)])

    def brief(self, words: Words) -> str:
        return f"{words.phenotype(self.phenotype)}; {self._drug(words)}"

    def _drug(self, words: Words) -> str:
        return words.product(self.regimen) if self.regimen else _("no drug")


@dataclass(frozen=True, slots=True)
class Died(Kind):
    """The patient died on a treatment day."""

    kind, title = "died", N_("Death")
    room = "response"
    proves = is_death = True

    day: int

    @property
    def section(self) -> str:
        return f"response.{self.day}"

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return {"": "D"}, ()

    def told(self, words: Words) -> Facts:
        return as_they_are(self, ("day", N_("Died on day")))

    def brief(self, words: Words) -> str:
        return _("day {day}").format(day=self.day)


@dataclass(frozen=True, slots=True)
class Left(Kind):
    """The patient left alive, so that no more values come."""

    kind, title = "left", N_("No more values")
    section = "response.final"
    room = "response"
    proves = True

    text: str

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return {"": self.text}, ()

    def told(self, words: Words) -> Facts:
        return as_they_are(self, ("text", N_("The patient left alive")))

    def brief(self, words: Words) -> str:
        return _("the patient left alive")

    def guard(self, chart: Chart, proposal: Proposal) -> Objection:
        """Who came back leaves again after that."""
        back = max((back for _left, back in chart.absences), default=None)
        if back is not None and proposal.at < back:
            return "left_after_return", _last(chart, Returned.kind)
        return Kind.guard(self, chart, proposal)

    def guard_taken(self, chart: Chart, entry: Entry, proposal: Proposal) -> Objection:
        """A leaving stays while the patient's return stands on it."""
        after = _first_after(chart, entry, Left.kind, Returned.kind)
        return ("stands_on", after) if after is not None and isinstance(after.body, Returned) else ("", None)


@dataclass(frozen=True, slots=True)
class Returned(Kind):
    """The patient came back after leaving alive; ``text`` says from where."""

    kind, title = "returned", N_("Back on the ward")
    proves = True
    room = "response"

    text: str

    def told(self, words: Words) -> Facts:
        return as_they_are(self, ("text", N_("From")))

    def guard(self, chart: Chart, proposal: Proposal) -> Objection:
        """Only who left alive comes back, and not before leaving."""
        left = chart.left_without(proposal.corrects)
        if left is None or chart.died:
            return "return_after_leaving", chart.gone
        return ("return_after_leaving", left) if proposal.at < left.at else ("", None)

    def guard_taken(self, chart: Chart, entry: Entry, proposal: Proposal) -> Objection:
        """A return stays while a later leaving, or a course that was started since, stands on it."""
        after = _first_after(chart, entry, Left.kind, "course")
        return ("", None) if after is None else ("stands_on", after)


def _first_after(chart: Chart, entry: Entry, *kinds: str) -> Entry | None:
    """The first entry of some kinds that stands behind another one."""
    return next((each for n, each in chart.standing.items() if n > entry.n and each.kind in kinds), None)


def _last(chart: Chart, kind: str) -> Entry | None:
    """The last entry of a kind that stands."""
    return next((each for each in reversed(list(chart.standing.values())) if each.kind == kind), None)


@dataclass(frozen=True, slots=True)
class FollowUp(Kind):
    """Whether the patient was alive on a day after the course: ``alive`` or ``died``."""

    kind, title = "follow-up", N_("Follow-up")

    day: int
    status: str

    @property
    def is_death(self) -> bool:
        return self.status == "died"

    @property
    def section(self) -> str:
        return f"response.day{self.day}"

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return {"": self.status}, ()

    def told(self, words: Words) -> Facts:
        return [(_("Day"), str(self.day)), (_("Status"), _(self.status))]

    def brief(self, words: Words) -> str:
        return on_day(self.day, _(self.status))
