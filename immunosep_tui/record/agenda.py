"""The agenda of a course: its doses and checks of which nothing is recorded, and the state that it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from immunosep_tui.record import attention as kinds
from immunosep_tui.record.attention import CourseState, OpenDose, OpenLook
from immunosep_tui.record.chart import Chart, Course
from immunosep_tui.record.days import DAY, course_days
from immunosep_tui.record.kinds import Dose, PlannedCheck
from immunosep_tui.record.observations import Observation, fact_of
from immunosep_tui.record.settings import Settings
from immunosep_tui.rules.monitoring import is_start_check
from immunosep_tui.rules.protocol import Protocol


class Agenda:
    """What of a course is open.

    Args:
        chart: of the patient.
        course: the latest one.
        protocol: tells what a planned check measures.
        settings: of the ward.
        found: readings by fact.
    """

    def __init__(
        self,
        chart: Chart,
        course: Course,
        protocol: Protocol,
        settings: Settings,
        found: Mapping[str, Sequence[Observation]],
    ) -> None:
        self._chart = chart
        self._course = course
        self._protocol = protocol
        self._settings = settings
        self._found = found
        self._days = course_days(course, settings.zone)
        self._length = max(1, (course.plan.ends - course.begins) // DAY)

    def looks(self) -> tuple[OpenLook, ...]:
        """The checks of a course that nothing signed answers yet, and the SOFA of each day."""
        found = [look for planned in self._course.plan.checks for look in self._open(planned)]
        scored = self._chart.totals
        for day in range(1, self._length + 1):
            if day not in scored:
                # The baseline is due when the course is started, the others when their day is over.
                started = self._chart.entries[self._course.n - 1].recorded
                due = min(started, self._days.first) if day == 1 else self._days.span(day)[1]
                found.append(OpenLook(kinds.SOFA, "SOFA", day, due, self._days.span(day + 1)[1]))
        return tuple(sorted(found, key=lambda look: (look.due, look.label)))

    def _open(self, planned: PlannedCheck) -> Iterator[OpenLook]:
        course, days = self._course, self._days
        item = next((each for each in self._protocol.checklist if each.id == planned.item), None)
        fact = fact_of(item) if item is not None else planned.item.removeprefix(f"{course.plan.regimen}-")
        if {fact, planned.item.removeprefix(f"{course.plan.regimen}-")} & self._settings.unavailable:
            return
        signed = [each for each in self._found.get(fact, ()) if not each.is_draft]
        if item is not None and is_start_check(item) and any(each.latest < planned.due[0] for each in signed):
            return  # what is asked before the start was known by then
        done = [self._day_of(each) for each in signed]
        moved = (days.calendar_day(course.begins) - 1) * DAY  # the first dose was given on another day than planned
        for day in dict.fromkeys(planned.days):
            dues = [due for on, due in zip(planned.days, planned.due, strict=True) if on == day]
            for due in dues[done.count(day) :]:
                asked = due - moved
                yield OpenLook(kinds.CHECK, planned.label, day, asked, max(days.span(day)[1], asked + 1))

    def _day_of(self, observation: Observation) -> int | None:
        """The calendar day of the course on which a reading was surely taken, whatever page it was typed on."""
        if observation.earliest is None:
            return None
        first, last = (self._days.calendar_day(each) for each in (observation.earliest, observation.latest))
        return first if first == last else None

    @property
    def _ends(self) -> int:
        """The end of the last treatment day, counted from the first given dose where that was given late."""
        return max(self._course.plan.ends, self._days.first + self._length * DAY)

    def doses(self) -> tuple[OpenDose, ...]:
        """The doses of which nothing is recorded.

        Each closes when the next one of its product enters its window, the last one when the course ends.
        """
        plan, done = self._course.plan, self._course.doses
        slots = sorted(plan.slots, key=lambda slot: slot.due)
        found = []
        for index, slot in enumerate(slots):
            later = (other.due - plan.window for other in slots[index + 1 :] if other.product == slot.product)
            if slot.number not in done:
                found.append(OpenDose(slot.number, slot.product, slot.due, min(later, default=self._ends)))
        return tuple(found)

    def course(self, *, is_gone: bool) -> CourseState:
        """The state of the course; one of a patient who died or left has ended."""
        course, days = self._course, self._days
        held = [course.doses[slot].at for slot in held_slots(course)]
        is_stopped = course.stopped is not None
        return CourseState(
            course.n,
            course.plan.regimen,
            kinds.STOPPED if is_stopped else kinds.ENDED if is_gone else kinds.RUNNING,
            days.first,
            days.is_given,
            self._length,
            self._ends,
            len(course.plan.slots),
            course.stopped,
            len(held),
            min(held, default=0),
        )


def held_slots(course: Course) -> tuple[int, ...]:
    """Held doses after which no dose of the same product was given."""
    product = {slot.number: slot.product for slot in course.plan.slots}
    given = {n for n, e in course.doses.items() if isinstance(e.body, Dose) and e.body.outcome == "given"}
    held = [n for n, e in course.doses.items() if isinstance(e.body, Dose) and e.body.outcome == "held"]
    return tuple(n for n in sorted(held) if not any(o > n and product.get(o) == product.get(n) for o in given))
