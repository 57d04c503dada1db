"""Kinds of entry of a course: its plan, what became of each dose, its end, and the numbers of a blinded one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from immunosep_tui.i18n import _
from immunosep_tui.record.kinds.kind import Facts, Kind, Objection, Texts, Words, as_they_are, filled, numbers
from immunosep_tui.record.kinds.patient import Decision
from immunosep_tui.rules.reason import N_

if TYPE_CHECKING:
    from immunosep_tui.record.chart import Chart, Course
    from immunosep_tui.record.entry import Entry, Proposal

OUTCOMES = ("given", "held", "refused", "omitted")
"""What can become of a dose."""

_COURSE = ("course", N_("Course, entry no."))


@dataclass(frozen=True, slots=True)
class Slot:
    """One dose of a course as it was planned: ``due`` in milliseconds of UTC, ``day`` of treatment from 1."""

    number: int
    day: int
    due: int
    product: str
    dose: str
    route: str
    placebo: bool

    @property
    def drug(self) -> str:
        """Product, dose and route, blind where the course is."""
        return f"{self.product} {self.dose} {self.route}"


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """One line of the checklist over a course: the treatment days on which it is due, each with its instant.

    ``days`` and ``due`` (milliseconds of UTC) are as long as each other; a day that asks for several looks stands in
    them several times.
    """

    item: str
    label: str
    days: tuple[int, ...]
    due: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CourseStarted(Kind):
    """A course with all its doses and checks, as the protocol gave it.

    ``start`` is the time as typed, ``design`` too (empty: open). ``decision`` is the number, within the patient's
    record, of the decision that it rests on, ``sample`` that of the blood sample. ``least_gap`` is the shortest time
    between two given doses of the same product in milliseconds, 0 where there is no such convention; ``window`` is how
    far from its time a dose still counts as on time, 0 likewise. ``ends`` is the instant after which no dose can be
    recorded. ``answers`` are those to the questions asked before the start.
    """

    kind, title = "course", N_("Course started")
    refers = ("decision",)
    room = "treatment"
    section = "treatment"
    proves = True

    regimen: str
    design: str
    start: str
    decision: int
    slots: tuple[Slot, ...]
    ends: int
    least_gap: int = 0
    window: int = 0
    sample: int = 1
    answers: Texts = field(default_factory=dict)
    checks: tuple[PlannedCheck, ...] = ()

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        texts = {"start": self.start, "design": self.design, "regimen": self.regimen, "sample": str(self.sample)}
        return texts, ()

    def told(self, words: Words) -> Facts:
        rests_on = _("decision no. {n}, sample {sample}").format(n=self.decision, sample=self.sample)
        facts = [
            (_("Regimen"), words.product(self.regimen)),
            (_("Design"), self.design or _("open")),
            (_("First dose at"), self.start),
            (_("Rests on"), rests_on),
            (_("Ends"), words.time(self.ends)),
            (_("On time within"), _minutes(self.window)),
            (_("Least gap"), _minutes(self.least_gap)),
        ]
        facts += [(words.question(self.regimen, name), text) for name, text in self.answers.items()]
        for slot in self.slots:
            label = _("Dose {n}, day {day}").format(n=slot.number, day=slot.day)
            facts.append((label, f"{slot.drug}, {words.time(slot.due)}"))
        for check in self.checks:
            days = ", ".join(str(day) for day in dict.fromkeys(check.days))
            facts.append((_("Check {name}").format(name=_(check.label)), _("on days {days}").format(days=days)))
        return filled(facts)

    def brief(self, words: Words) -> str:
        told = _("{product}, {count} doses, first at {start}")
        return told.format(product=words.product(self.regimen), count=len(self.slots), start=self.start)

    def guard(self, chart: Chart, proposal: Proposal) -> Objection:
        """A course begins after the one before has ended; one that is corrected is still running."""
        running = chart.running
        if proposal.corrects is not None and (running is None or running.n != proposal.corrects):
            return "dose_in_running_course", chart.latest.get("treatment.stop")
        if chart.ended:
            return "patient_gone", None
        if running is not None and proposal.corrects is None and proposal.at <= running.plan.ends:
            return "one_active_course", chart.entries[running.n - 1]
        decision = chart.standing.get(self.decision)
        rests = decision is not None and isinstance(decision.body, Decision) and decision.body.regimen == self.regimen
        return ("", None) if rests else ("course_has_decision", None)


@dataclass(frozen=True, slots=True)
class CourseStopped(Kind):
    """The end of a course before its last dose; ``stop`` is the time as typed."""

    kind, title = "stop", N_("Course stopped")
    refers = ("course",)
    room = "treatment"
    section = "treatment.stop"
    proves = True

    course: int
    stop: str

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return {"": self.stop}, ()

    def told(self, words: Words) -> Facts:
        return [(_("Course"), numbers(self.course)), (_("Stopped at"), self.stop)]

    def guard(self, chart: Chart, proposal: Proposal) -> Objection:
        course = chart.course_of(self.course)
        return ("dose_has_course", None) if course is None else _in_running(chart, course)


@dataclass(frozen=True, slots=True)
class Dose(Kind):
    """What became of one dose of a course: given, held, refused or omitted; not more than once a slot."""

    kind, title = "dose", N_("Dose")
    refers = ("course",)
    room = "treatment"
    proves = True

    course: int
    slot: int
    outcome: str

    def told(self, words: Words) -> Facts:
        slot = self._slot(words)
        return filled(
            [
                (_("Course"), numbers(self.course)),
                (_("Dose"), self._which(words)),
                (_("Outcome"), _(self.outcome)),
                (_("Planned"), slot.drug if slot else ""),
                (_("Due"), words.time(slot.due) if slot else ""),
            ]
        )

    def brief(self, words: Words) -> str:
        slot = self._slot(words)
        return f"{self._which(words)} {_(self.outcome)}" + (f": {slot.drug}" if slot else "")

    def _slot(self, words: Words) -> Slot | None:
        return next((slot for slot in _slots(words, self.course) if slot.number == self.slot), None)

    def _which(self, words: Words) -> str:
        """Which dose of its course it is."""
        count = len(_slots(words, self.course))
        return _("{slot} of {count}").format(slot=self.slot, count=count) if count else str(self.slot)

    def guard(self, chart: Chart, proposal: Proposal) -> Objection:
        course = chart.course_of(self.course)
        if course is None:
            return "dose_has_course", None
        if all(slot.number != self.slot for slot in course.plan.slots):
            return "dose_has_slot", None
        there = course.doses.get(self.slot)
        if there is not None and there.n != proposal.corrects:
            return "one_dose", there
        rule, entry = _in_running(chart, course)
        if rule or self.outcome != "given":
            return rule, entry
        too_close = course.too_close(self.slot, proposal.at, proposal.corrects)
        return ("dose_after_gap", too_close) if too_close else ("", None)


@dataclass(frozen=True, slots=True)
class CourseContinued(Kind):
    """A course goes on although these entries say something else than it rests on; the reason says why."""

    kind, title = "continued", N_("Course continued")
    refers = ("course", "entries")

    course: int
    entries: tuple[int, ...]

    def told(self, words: Words) -> Facts:
        return [(_("Course"), str(self.course)), (_("Entries"), numbers(*self.entries))]

    def brief(self, words: Words) -> str:
        return _("in spite of {entries}").format(entries=numbers(*self.entries))


@dataclass(frozen=True, slots=True)
class Allocated(Kind):
    """The number under which a blinded course was prepared; what is behind it stands in the sealed list alone."""

    kind, title = "allocated", N_("Allocation")

    course: int
    number: str

    def told(self, words: Words) -> Facts:
        return as_they_are(self, _COURSE, ("number", N_("Number")))

    def brief(self, words: Words) -> str:
        return _("course no. {n}, number {number}").format(n=self.course, number=self.number)


@dataclass(frozen=True, slots=True)
class CodeBroken(Kind):
    """The blinding of a course was lifted; ``contents`` says what was given. It cannot be taken back."""

    kind, title = "code-break", N_("CODE BROKEN")
    stays = True

    course: int
    contents: str

    def told(self, words: Words) -> Facts:
        return as_they_are(self, _COURSE, ("contents", N_("What was given")))

    def brief(self, words: Words) -> str:
        return self.contents


def _slots(words: Words, course: int) -> tuple[Slot, ...]:
    """The doses of the course of an entry number."""
    entry = words.entry(course)
    return entry.body.slots if entry is not None and isinstance(entry.body, CourseStarted) else ()


def _minutes(milliseconds: int) -> str:
    """A span of a local convention; empty where there is none."""
    return _("{minutes} min (local convention)").format(minutes=milliseconds // 60_000) if milliseconds else ""


def _in_running(chart: Chart, course: Course) -> tuple[str, Entry | None]:
    running = chart.running
    is_running = running is not None and running.n == course.n
    return ("", None) if is_running else ("dose_in_running_course", chart.latest.get("treatment.stop"))
