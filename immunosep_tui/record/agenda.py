"""The agenda of a course: its doses and checks of which nothing is recorded, and the state that it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from immunosep_tui.record import attention as kinds
from immunosep_tui.record.attention import CourseState, OpenDose, OpenLook
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import Course
from immunosep_tui.record.days import DAY, course_days
from immunosep_tui.record.kinds import PlannedCheck
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
        self._length = max(1, course.length // DAY)
        self._sofa_days = course_days(chart.courses[0], settings.zone)
        self._sofa_length = max(1, chart.courses[0].length // DAY)
        self._shift = self._sofa_days.calendar_day(self._days.first) - 1

    def looks(self) -> tuple[OpenLook, ...]:
        """The checks of a course that nothing signed answers yet, and the SOFA of each day.

        Nothing is asked for a time at which the patient was away. Days are those of the pages on which they are typed:
        they count from the first course, as SOFA does.
        """
        found = [look for planned in self._course.plan.checks for look in self._open(planned)]
        found = [look for look in found if not self._is_away(look.due)]
        scored = self._chart.totals
        for day in range(1, self._sofa_length + 1):
            if day not in scored:
                # The baseline is due when the course is started, the others when their day is over.
                started = self._chart.entries[self._chart.courses[0].n - 1].recorded
                due = min(started, self._sofa_days.first) if day == 1 else self._sofa_days.span(day)[1]
                if not self._is_away(due):
                    found.append(OpenLook(kinds.SOFA, "SOFA", day, due, self._sofa_days.span(day + 1)[1]))
        return tuple(sorted(found, key=lambda look: (look.due, look.label)))

    def _is_away(self, at: int) -> bool:
        return any(left <= at < back for left, back in self._chart.absences)

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
        asked: dict[int, list[int]] = {}
        moved = (days.calendar_day(course.planned) - 1) * DAY  # the first dose was given on another day than planned
        for on, due in zip(planned.days, planned.due, strict=True):
            day, at = (days.calendar_day(due), due) if planned.lead else (on, due - moved)
            asked.setdefault(day, []).append(at)
        for day, dues in asked.items():
            for at in dues[done.count(day) :]:
                yield OpenLook(kinds.CHECK, planned.label, day + self._shift, at, max(days.span(day)[1], at + 1))

    def _day_of(self, observation: Observation) -> int | None:
        """The calendar day of the course on which a reading was surely taken, whatever page it was typed on."""
        if observation.earliest is None:
            return None
        first, last = (self._days.calendar_day(each) for each in (observation.earliest, observation.latest))
        return first if first == last else None

    def doses(self) -> tuple[OpenDose, ...]:
        """The doses of which nothing is recorded.

        Each closes when the next one of its product enters its window, the last one when the course ends; one that was
        due while the patient was away is closed when he or she comes back.
        """
        plan, done = self._course.plan, self._course.doses
        slots = sorted(plan.slots, key=lambda slot: slot.due)
        found = []
        for index, slot in enumerate(slots):
            later = (other.due - plan.window for other in slots[index + 1 :] if other.product == slot.product)
            away = (back for left, back in self._chart.absences if left <= slot.due < back)
            if slot.number not in done:
                closes = min((*later, *away), default=self._course.ends)
                found.append(OpenDose(slot.number, slot.product, slot.due, closes))
        return tuple(found)

    def course(self, *, is_gone: bool) -> CourseState:
        """The state of the course; one of a patient who died or left has ended."""
        course, days = self._course, self._days
        held = [course.doses[slot].at for slot in course.waiting]
        is_stopped = course.stopped is not None
        return CourseState(
            course.n,
            course.plan.regimen,
            kinds.STOPPED if is_stopped else kinds.ENDED if is_gone else kinds.RUNNING,
            days.first,
            days.is_given,
            self._length,
            self._course.ends,
            len(course.plan.slots),
            course.stopped,
            len(held),
            min(held, default=0),
        )
