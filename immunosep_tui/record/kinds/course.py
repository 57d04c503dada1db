"""Kinds of entry of a course: its plan, what became of each dose, its end, and the numbers of a blinded one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.kinds.kind import Facts, Kind, Objection, Texts, Words, as_they_are, filled, numbers
from immunosep_tui.record.kinds.patient import Decision
from immunosep_tui.rules.reason import N_

if TYPE_CHECKING:
    from immunosep_tui.record.chart import Chart
    from immunosep_tui.record.course import Course
    from immunosep_tui.record.entry import Entry, Proposal

GIVEN, HELD, NOT_CHARTED = "given", "held", "not charted"
OUTCOMES = (GIVEN, HELD, "refused", "omitted", NOT_CHARTED)
"""What can become of a dose; of one that is not charted nobody knows whether it was given."""

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
    them several times. ``lead`` is how long before a dose it is asked in milliseconds, 0 for what belongs to a day.
    """

    item: str
    label: str
    days: tuple[int, ...]
    due: tuple[int, ...]
    lead: int = 0


@dataclass(frozen=True, slots=True)
class CourseStarted(Kind):
    """A course with all its doses and checks, as the protocol gave it.

    ``start`` is the time as typed, ``design`` too (empty: open). ``decision`` is the number, within the patient's
    record, of the decision that it rests on, ``sample`` that of the blood sample. ``least_gap`` is the shortest time
    between two given doses of the same product in milliseconds, 0 where there is no such convention; ``window`` is how
    far from its time a dose still counts as on time, 0 likewise. ``ends`` is the instant at which the last
    treatment day ends. ``answers`` are those to the questions asked before the start.
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
        if running is not None and proposal.corrects is None and proposal.at < running.ends:
            return "one_active_course", chart.entries[running.n - 1]
        decision = chart.standing.get(self.decision)
        rests = decision is not None and isinstance(decision.body, Decision) and decision.body.regimen == self.regimen
        return ("", None) if rests else ("course_has_decision", None)

    def guard_taken(self, chart: Chart, entry: Entry, proposal: Proposal) -> Objection:
        """A course of which doses are recorded is stopped, never taken back."""
        course = chart.course_of(entry.n)
        doses = () if course is None else (*course.doses.values(), *course.further)
        return ("course_has_doses", doses[0]) if doses else ("", None)


@dataclass(frozen=True, slots=True)
class InCourse(Kind):
    """Base of the kinds that say what became of a course, by the number of its entry."""

    refers: ClassVar[tuple[str, ...]] = ("course",)
    room = "treatment"

    course: int

    def guard(self, chart: Chart, proposal: Proposal) -> Objection:
        """The course stands in the record; then what the kind itself asks for."""
        course = chart.course_of(self.course)
        return ("dose_has_course", None) if course is None else self.guard_in(course, chart, proposal)

    def guard_in(self, course: Course, chart: Chart, proposal: Proposal) -> Objection:
        """The rule that stands against such an entry in its course."""
        return "", None


@dataclass(frozen=True, slots=True)
class CourseStopped(InCourse):
    """The end of a course before its last dose; ``stop`` is the time as typed."""

    kind, title = "stop", N_("Course stopped")
    section = "treatment.stop"
    proves = True

    stop: str

    def on_sheet(self) -> tuple[Texts, tuple[str, ...]]:
        return {"": self.stop}, ()

    def told(self, words: Words) -> Facts:
        return [(_("Course"), numbers(self.course)), (_("Stopped at"), self.stop)]

    def guard_in(self, course: Course, chart: Chart, proposal: Proposal) -> Objection:
        """A course is stopped once, after its start, before the next one, and not before what was given in it.

        Of somebody who died or left it is stopped only for a time before that.
        """
        if course.stop is not None and course.stop.n != proposal.corrects:
            return "stopped_once", course.stop
        if proposal.corrects is not None and (course.stop is None or course.stop.n != proposal.corrects):
            return "corrects_alike", chart.entries[course.n - 1]
        if proposal.at < min(course.planned, chart.entries[course.n - 1].at):
            return "stop_after_start", chart.entries[course.n - 1]
        last = course.last_given
        if last is not None and proposal.at < last.at:
            return "stop_after_dose", last
        if chart.gone_at is not None and proposal.at > chart.gone_at:
            return "stop_before_gone", chart.gone
        return _next_course(chart, course, proposal.at)

    def guard_taken(self, chart: Chart, entry: Entry, proposal: Proposal) -> Objection:
        """A course does not run again while another one was started before it would have ended."""
        course = chart.course_of(self.course)
        if course is None or proposal.corrects is not None:
            return "", None
        return _next_course(chart, course, course.ends)


def _next_course(chart: Chart, course: Course, until: int) -> Objection:
    """The rule against a course that lasts until an instant, where the one after it was started before that."""
    after = chart.course_after(course)
    if after is None or chart.entries[after.n - 1].at >= until:
        return "", None
    return "one_active_course", chart.entries[after.n - 1]


@dataclass(frozen=True, slots=True)
class Dose(InCourse):
    """What became of one dose of a course, one of ``OUTCOMES``; not more than once a slot."""

    kind, title = "dose", N_("Dose")
    proves = True

    slot: int
    outcome: str

    def told(self, words: Words) -> Facts:
        slot = _slot(words, self.course, self.slot)
        return filled(
            [
                (_("Course"), numbers(self.course)),
                (_("Dose"), _which(words, self.course, self.slot)),
                (_("Outcome"), _(self.outcome)),
                (_("Planned"), slot.drug if slot else ""),
                (_("Due"), words.time(slot.due) if slot else ""),
            ]
        )

    def brief(self, words: Words) -> str:
        slot = _slot(words, self.course, self.slot)
        return f"{_which(words, self.course, self.slot)} {_(self.outcome)}" + (f": {slot.drug}" if slot else "")

    def guard_in(self, course: Course, chart: Chart, proposal: Proposal) -> Objection:
        """Each dose is recorded once, at a time that its course allows, and with a reason where one is asked."""
        slot = course.slot(self.slot)
        if slot is None:
            return "dose_has_slot", None
        there = course.doses.get(self.slot)
        if there is not None and there.n != proposal.corrects:
            return "one_dose", there
        if rule := chart.dose_against(course, slot, self.outcome, proposal.at, proposal.corrects):
            return rule, course.stop
        asks = chart.dose_asks(course, slot, self.outcome, proposal.at, proposal.corrects)
        return ("dose_reason", None) if asks and not proposal.reason else ("", None)


@dataclass(frozen=True, slots=True)
class ExtraDose(InCourse):
    """A part of a dose, or a further syringe, that was given beside the plan; ``amount`` says how much, in words.

    ``slot`` is the dose that it belongs to. It counts for the time between two doses.
    """

    kind, title = "extra-dose", N_("Part or further syringe")
    proves = True

    slot: int
    amount: str

    def told(self, words: Words) -> Facts:
        slot = _slot(words, self.course, self.slot)
        facts = [(_("Course"), numbers(self.course)), (_("Dose"), _which(words, self.course, self.slot))]
        return filled([*facts, (_("Given"), self.amount), (_("Product"), slot.product if slot else "")])

    def brief(self, words: Words) -> str:
        slot = _slot(words, self.course, self.slot)
        told = _("{amount} given beside dose {which}").format(
            amount=self.amount, which=_which(words, self.course, self.slot)
        )
        return told + (f": {slot.product}" if slot else "")

    def guard_in(self, course: Course, chart: Chart, proposal: Proposal) -> Objection:
        """It belongs to a dose of the course, and says why."""
        if course.slot(self.slot) is None:
            return "dose_has_slot", None
        if course.is_stopped_by(proposal.at):
            return "dose_after_stop", course.stop
        return ("", None) if proposal.reason else ("dose_reason", None)


@dataclass(frozen=True, slots=True)
class HoldEnded(InCourse):
    """The course goes on although these doses were held; the reason says why."""

    kind, title = "hold-end", N_("Goes on after a hold")
    refers = ("course", "entries")

    entries: tuple[int, ...]

    def told(self, words: Words) -> Facts:
        return [(_("Course"), numbers(self.course)), (_("Held"), numbers(*self.entries))]

    def brief(self, words: Words) -> str:
        return _("held: {entries}").format(entries=numbers(*self.entries))

    def guard_in(self, course: Course, chart: Chart, proposal: Proposal) -> Objection:
        """The doses are held and wait, and somebody says why they wait no more."""
        waiting = {course.doses[slot].n for slot in course.waiting}
        if not self.entries or not set(self.entries) <= waiting:
            return "hold_waits", None
        return ("", None) if proposal.reason else ("reason", None)


@dataclass(frozen=True, slots=True)
class PlanMoved(InCourse):
    """The plan moves with a first dose that was given at another time than planned: every later dose lies as far off."""

    kind, title = "plan-moved", N_("Plan moved")
    proves = True

    slot: int

    def told(self, words: Words) -> Facts:
        return [(_("Course"), numbers(self.course)), (_("Moved with dose"), _which(words, self.course, self.slot))]

    def guard_in(self, course: Course, chart: Chart, proposal: Proposal) -> Objection:
        """It is moved once, with the first given dose and before anything else is recorded in the course."""
        is_given = self.slot in course.with_outcome(GIVEN)
        there = course.doses.get(self.slot)
        return ("", None) if is_given and course.may_move_with(self.slot) else ("moved_once", there)


@dataclass(frozen=True, slots=True)
class CourseContinued(InCourse):
    """A course goes on although these entries say something else than it rests on; the reason says why."""

    kind, title = "continued", N_("Course continued")
    guard = Kind.guard  # what was given out, seen or decided is recorded whatever became of the course
    refers = ("course", "entries")

    entries: tuple[int, ...]

    def told(self, words: Words) -> Facts:
        return [(_("Course"), str(self.course)), (_("Entries"), numbers(*self.entries))]

    def brief(self, words: Words) -> str:
        return _("in spite of {entries}").format(entries=numbers(*self.entries))


@dataclass(frozen=True, slots=True)
class Allocated(InCourse):
    """The number under which a blinded course was prepared; what is behind it stands in the sealed list alone."""

    kind, title = "allocated", N_("Allocation")
    guard = Kind.guard  # what was given out, seen or decided is recorded whatever became of the course

    number: str

    def told(self, words: Words) -> Facts:
        return as_they_are(self, _COURSE, ("number", N_("Number")))

    def brief(self, words: Words) -> str:
        return _("course no. {n}, number {number}").format(n=self.course, number=self.number)


@dataclass(frozen=True, slots=True)
class CodeBroken(InCourse):
    """The blinding of a course was lifted; ``contents`` says what was given. It cannot be taken back."""

    kind, title = "code-break", N_("CODE BROKEN")
    guard = Kind.guard  # what was given out, seen or decided is recorded whatever became of the course
    stays = True

    contents: str

    def told(self, words: Words) -> Facts:
        return as_they_are(self, _COURSE, ("contents", N_("What was given")))

    def brief(self, words: Words) -> str:
        return self.contents


def _slots(words: Words, course: int) -> tuple[Slot, ...]:
    """The doses of the course of an entry number."""
    entry = words.entry(course)
    return entry.body.slots if entry is not None and isinstance(entry.body, CourseStarted) else ()


def _slot(words: Words, course: int, number: int) -> Slot | None:
    return next((slot for slot in _slots(words, course) if slot.number == number), None)


def _which(words: Words, course: int, number: int) -> str:
    """Which dose of its course it is."""
    count = len(_slots(words, course))
    return _("{slot} of {count}").format(slot=number, count=count) if count else str(number)


def _minutes(milliseconds: int) -> str:
    """A span of a local convention; empty where there is none."""
    return _("{minutes} min (local convention)").format(minutes=milliseconds // 60_000) if milliseconds else ""
