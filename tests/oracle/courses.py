"""A second model of courses: which deeds a record takes, and what a course is at an instant, written apart.

Plain numbers only: instants and spans are milliseconds, entries count from 1. Nothing of the program is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

Found = TypeVar("Found")

DAY = 86_400_000

TAKEN, ASKS = "taken", "asks a reason"
"""What becomes of a deed that no rule refuses; every other verdict names what refuses it."""

PLANNED, RUNNING, STOPPED, ENDED = "PLANNED", "RUNNING", "STOPPED", "ENDED"


class Slot(NamedTuple):
    """One planned dose."""

    number: int
    due: int
    product: str


class Plan(NamedTuple):
    """A course as it was ordered: its doses, days of treatment, and two conventions (0: none)."""

    slots: tuple[Slot, ...]
    days: int
    window: int = 0
    gaps: Mapping[str, int] = {}
    """The least gap of each product."""

    @property
    def begins(self) -> int:
        """The first planned dose."""
        return min(slot.due for slot in self.slots)


class Deed(NamedTuple):
    """What somebody says; ``what`` is course, dose, part, go-on, move, stop, void, died, left or returned."""

    what: str
    at: int
    course: int = 0
    slot: int = 0
    outcome: str = ""
    entries: tuple[int, ...] = ()
    corrects: int = 0
    plan: Plan | None = None


class Line(NamedTuple):
    """An entry that was taken."""

    n: int
    deed: Deed


class Word(NamedTuple):
    """What a course is at an instant; slots by number, ``day`` 0 before the first given dose."""

    state: str
    held: int
    day: int
    due: tuple[int, ...]
    not_charted: tuple[int, ...]
    next: int


class Record:
    """The record of one patient."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._out: set[int] = set()
        self._kept: dict[tuple[Any, ...], Any] = {}  # what was found of these lines

    # ---- what stands ----------------------------------------------------------------------------------------------
    def add(self, deed: Deed) -> int:
        """Take a deed; the number of its entry."""
        n = len(self.lines) + 1
        self.lines.append(Line(n, deed))
        self._out = _not_standing(self.lines)
        self._kept.clear()
        return n

    def _once(self, make: Callable[..., Found], *of: object) -> Found:
        """What a function finds, looked for once until the next line."""
        key = (make, *of)
        if key not in self._kept:
            self._kept[key] = make(*of)
        found: Found = self._kept[key]
        return found

    def standing(self, what: str, course: int = 0) -> list[Line]:
        return self._once(self._standing, what, course)

    def _standing(self, what: str, course: int) -> list[Line]:
        return [
            line
            for line in self.lines
            if line.deed.what == what and line.n not in self._out and course in (0, line.deed.course)
        ]

    def stands(self, n: int, what: str = "") -> bool:
        return 0 < n <= len(self.lines) and n not in self._out and what in ("", self.lines[n - 1].deed.what)

    def _plan(self, course: int) -> Plan:
        plan = self.lines[course - 1].deed.plan
        assert plan is not None
        return plan

    def _of(self, course: int) -> dict[int, Line]:
        """What stands of each slot."""
        return {line.deed.slot: line for line in self.standing("dose", course)}

    def _given(self, course: int) -> list[Line]:
        return [line for line in self.standing("dose", course) if line.deed.outcome == "given"]

    def _stop(self, course: int) -> Line | None:
        return next(iter(self.standing("stop", course)), None)

    def _death(self) -> Line | None:
        return next(iter(self.standing("died")), None)

    def absences(self) -> list[tuple[int, int | None]]:
        """When the patient was away, each from when to when, None for not back yet."""
        return self._once(self._absences)

    def _absences(self) -> list[tuple[int, int | None]]:
        found: list[tuple[int, int | None]] = []
        moves = [
            (line.deed.at, line.n, line.deed.what) for what in ("left", "returned") for line in self.standing(what)
        ]
        for at, _n, what in sorted(moves):
            if what == "left" and not (found and found[-1][1] is None):
                found.append((at, None))
            elif what == "returned" and found and found[-1][1] is None:
                found[-1] = (found[-1][0], at)
        return found

    def away_since(self) -> int | None:
        """Since when the patient is away."""
        last = self.absences()[-1:]
        return last[0][0] if last and last[0][1] is None else None

    # ---- the plan as it is now ------------------------------------------------------------------------------------
    def _shift(self, course: int) -> tuple[int, int]:
        """From which planned instant on the plan was moved, and how far."""
        there = self._of(course)
        for line in reversed(self.standing("move", course)):
            dose = there.get(line.deed.slot)
            planned = next(slot.due for slot in self._plan(course).slots if slot.number == line.deed.slot)
            return planned, dose.deed.at - planned if dose is not None and dose.deed.outcome == "given" else 0
        return 0, 0

    def slots(self, course: int) -> list[Slot]:
        """The slots of a course in order of time, moved where the plan was moved."""
        return self._once(self._slots, course)

    def _slots(self, course: int) -> list[Slot]:
        since, shift = self._shift(course)
        found = [slot._replace(due=slot.due + shift * (slot.due >= since)) for slot in self._plan(course).slots]
        return sorted(found, key=lambda slot: (slot.due, slot.number))

    def ends(self, course: int) -> int:
        """When the last treatment day ends: by the plan, later where the first dose was given late."""
        return self._once(self._ends, course)

    def _ends(self, course: int) -> int:
        plan, (since, shift) = self._plan(course), self._shift(course)
        by_plan = plan.begins + plan.days * DAY + (shift if shift > 0 or since == plan.begins else 0)
        return max([by_plan, *(line.deed.at + plan.days * DAY for line in self._first_given(course))])

    def _first_given(self, course: int) -> list[Line]:
        return sorted(self._given(course), key=lambda line: line.deed.at)[:1]

    def closes(self, course: int, slot: Slot) -> int:
        """When it is too late for a dose: the next one of its product is near, or the course ends."""
        later = [each.due for each in self.slots(course) if each.product == slot.product and each.due > slot.due]
        return min(later) - self._plan(course).window if later else self.ends(course)

    def waiting(self, course: int) -> list[Line]:
        """The held doses that wait: nothing of the product was given after it was held, or due if that is earlier."""
        return self._once(self._waiting, course)

    def _waiting(self, course: int) -> list[Line]:
        if self._stop(course) is not None:
            return []
        slots = {slot.number: slot for slot in self.slots(course)}
        over = {n for line in self.standing("go-on", course) for n in line.deed.entries}
        given = [(slots[line.deed.slot].product, line.deed.at) for line in self._given(course)]
        return [
            line
            for line in self.standing("dose", course)
            if line.deed.outcome == "held"
            and line.n not in over
            and not any(
                product == slots[line.deed.slot].product and at > min(line.deed.at, slots[line.deed.slot].due)
                for product, at in given
            )
        ]

    def uncertain(self, course: int, product: str, at: int) -> set[int]:
        """Doses that may have been given since the last of the product that surely was, their window being over."""
        known = [when for when in self._times(product, within=course) if when < at]
        there, window = self._of(course), self._plan(course).window
        return {
            slot.number
            for slot in self.slots(course)
            if slot.product == product
            and (not known or slot.due > max(known))
            and slot.due + window < at
            and (slot.number not in there or there[slot.number].deed.outcome == "not charted")
        }

    # ---- what is taken --------------------------------------------------------------------------------------------
    def verdict(self, deed: Deed) -> str:
        """What becomes of a deed: taken, taken with a reason only, or the name of what refuses it."""
        if deed.corrects and not self.stands(deed.corrects, deed.what):
            return "does not stand"
        if deed.corrects and self._is_leant_on(deed.corrects):
            return "leant on"
        if deed.course and not self.stands(deed.course, "course"):
            return "no course"
        found = {
            "course": self._course,
            "dose": self._dose,
            "part": self._part,
            "go-on": self._go_on,
            "move": self._move,
            "stop": self._stopping,
            "void": self._void,
            "died": self._died,
            "left": self._left,
            "returned": self._returned,
        }[deed.what](deed)
        return ASKS if found == TAKEN and deed.corrects else found

    def _course(self, deed: Deed) -> str:
        if self._death() is not None or self.away_since() is not None:
            return "gone"
        for line in self.standing("course")[-1:]:  # one that another has followed is over
            if self._stop(line.n) is None and deed.at < self.ends(line.n):
                return "still runs"
        return TAKEN

    def _dose(self, deed: Deed) -> str:
        slots = {slot.number: slot for slot in self.slots(deed.course)}
        slot = slots.get(deed.slot)
        if slot is None:
            return "no slot"
        there = {number: line for number, line in self._of(deed.course).items() if line.n != deed.corrects}
        if deed.slot in there:
            return "second tap"
        stop, death = self._stop(deed.course), self._death()
        if deed.outcome == "given":
            if stop is not None and deed.at > stop.deed.at:
                return "after the stop"
            open_ones = [each for each in slots.values() if each.number not in there and each != slot]
            if any(each.product == slot.product and deed.at <= each.due < slot.due for each in open_ones):
                return "another is next"
        elif any(end is not None and slot.due >= end.deed.at for end in (stop, death)):
            return "not due any more"
        return ASKS if self._asks(deed, slot) else TAKEN

    def _asks(self, deed: Deed, slot: Slot) -> bool:
        plan = self._plan(deed.course)
        if deed.outcome != "given" or deed.corrects:
            return True
        if plan.window and abs(deed.at - slot.due) > plan.window:
            return True
        if not plan.window and deed.at < plan.begins - min(plan.gaps.values(), default=0):
            return True  # nobody says how far from its time a dose is on time, but it belongs to the course
        near = self._times(slot.product, but=deed.corrects)
        if any(abs(deed.at - other) < plan.gaps.get(slot.product, 0) for other in near):
            return True
        followed = any(line.n > deed.course for line in self.standing("course"))
        if self._stop(deed.course) is not None or followed or deed.at >= self.ends(deed.course):
            return True
        if self._death() is not None or self.away_since() is not None:
            return True
        return any(since <= deed.at and (until is None or deed.at < until) for since, until in self.absences())

    def _times(self, product: str, but: int = 0, within: int = 0) -> list[int]:
        """When a product was given, parts too, over all courses or within one."""
        found = []
        for course in self.standing("course"):
            products = {slot.number: slot.product for slot in self._plan(course.n).slots}
            for line in [*self._given(course.n), *self.standing("part", course.n)]:
                if products[line.deed.slot] == product and line.n != but and within in (0, course.n):
                    found.append(line.deed.at)
        return found

    def _part(self, deed: Deed) -> str:
        if deed.slot not in {slot.number for slot in self._plan(deed.course).slots}:
            return "no slot"
        stop = self._stop(deed.course)
        return "after the stop" if stop is not None and deed.at > stop.deed.at else ASKS

    def _go_on(self, deed: Deed) -> str:
        waiting = {line.n for line in self.waiting(deed.course)}
        return ASKS if deed.entries and set(deed.entries) <= waiting else "no hold"

    def _move(self, deed: Deed) -> str:
        there = self._of(deed.course)
        alone = list(there) == [deed.slot] and there[deed.slot].deed.outcome == "given"
        more = [*self.standing("move", deed.course), *self.standing("part", deed.course), self._stop(deed.course)]
        return TAKEN if alone and not any(more) else "not the first"

    def _stopping(self, deed: Deed) -> str:
        there = self._stop(deed.course)
        if there is not None and there.n != deed.corrects:
            return "second stop"
        course = self.lines[deed.course - 1].deed
        if deed.at < min(course.at, self._plan(deed.course).begins):
            return "before the start"
        given = [line.deed.at for line in [*self._given(deed.course), *self.standing("part", deed.course)]]
        if given and deed.at < max(given):
            return "before a dose"
        death, away = self._death(), self.away_since()
        ends = [end for end in (death.deed.at if death else None, away) if end is not None]
        if any(deed.at > end for end in ends):
            return "gone"
        return "still runs" if self._is_followed(deed.course, deed.at) else TAKEN

    def _is_followed(self, course: int, until: int) -> bool:
        """Whether the next course was started before an instant until which this one would run."""
        return any(line.deed.at < until for line in [each for each in self.standing("course") if each.n > course][:1])

    def _is_leant_on(self, n: int) -> bool:
        """Whether a return stands on a leaving, or a leaving or a course on a return."""
        what = self.lines[n - 1].deed.what
        later = [line.deed.what for line in self.lines[n:] if self.stands(line.n)]
        moves = [each for each in later if each in ("left", "returned")]
        if what == "left":
            return moves[:1] == ["returned"]
        return what == "returned" and ("left" in later or "course" in later)

    def _void(self, deed: Deed) -> str:
        (n,) = deed.entries
        if not self.stands(n):
            return "does not stand"
        back = self.lines[n - 1].deed
        if back.what == "course" and (self._of(n) or self.standing("part", n)):
            return "has doses"
        if self._is_leant_on(n):
            return "leant on"
        if back.what == "stop" and self._is_followed(back.course, self.ends(back.course)):
            return "still runs"
        again = back.entries[0] if back.what == "void" else back.corrects
        revived = self.lines[again - 1].deed if again else None
        if revived is not None and revived.what in ("dose", "part"):
            return "not restored"
        if again in _not_standing([*self.lines, Line(len(self.lines) + 1, deed)]):
            return ASKS
        if revived is not None and revived.what == "move":
            return "not the first"
        if revived is not None and revived.what == "go-on":
            return "no hold"
        if revived is not None and revived.what == "died":
            return "twice" if self._death() not in (None, self.lines[n - 1]) else ASKS
        if revived is not None and revived.what == "course":  # it comes back as the one that runs
            is_gone = self._death() is not None or self.away_since() is not None
            is_last = all(line.n < again or line.n == n for line in self.standing("course"))
            return ASKS if is_last and not is_gone and self._stop(again) is None else "still runs"
        if revived is not None and revived.what in ("stop", "returned"):
            after = Record()
            after.lines = [*self.lines, Line(len(self.lines) + 1, deed)]
            after._out = _not_standing(after.lines) | {again}
            return after.verdict(revived._replace(corrects=0)).replace(TAKEN, ASKS)
        return ASKS

    def _died(self, deed: Deed) -> str:
        there = self._death()
        return "twice" if there is not None and there.n != deed.corrects else TAKEN

    def _left(self, deed: Deed) -> str:
        if self._death() is not None or self._away_without(deed.corrects) is not None:
            return "twice"
        return "before the return" if any(until and deed.at < until for _since, until in self.absences()) else TAKEN

    def _returned(self, deed: Deed) -> str:
        since = self._away_without(deed.corrects)
        return "not away" if since is None or deed.at < since or self._death() is not None else TAKEN

    def _away_without(self, n: int) -> int | None:
        """Since when the patient would be away were it not for an entry."""
        without = Record()
        without.lines, without._out = self.lines, self._out | {n}
        return without.away_since()

    def left_open(self, course: int) -> int:
        """How many doses of a course that another has followed are still to be closed."""
        stop = self._stop(course)
        return sum(stop is None or slot.due < stop.deed.at for slot, _closes in self._once(self._open, course))

    def _open(self, course: int) -> list[tuple[Slot, int]]:
        """The doses of which nothing is recorded, each with when it is too late for it: at once for one while away."""
        there, found = self._of(course), []
        for slot in self.slots(course):
            absent = any(until is not None and since <= slot.due < until for since, until in self.absences())
            if slot.number not in there:
                found.append((slot, 0 if absent else self.closes(course, slot)))
        return found

    # ---- what a course is -----------------------------------------------------------------------------------------
    def word(self, course: int, now: int) -> Word:
        """What a course is at an instant at or after the last entry."""
        stop, death, away = self._stop(course), self._death(), self.away_since()
        ends, plan, first = self.ends(course), self._plan(course), self._first_given(course)
        is_gone = death is not None or away is not None
        if stop is not None:
            state = STOPPED
        elif is_gone or now >= ends:
            state = ENDED
        else:
            state = RUNNING if first else PLANNED
        day = (now - first[0].deed.at) // DAY + 1 if first and state == RUNNING else 0
        over = min(
            (end for end in (stop and stop.deed.at, death and death.deed.at, away) if end is not None), default=None
        )
        due: list[int] = []
        lost: list[int] = []
        ahead: list[int] = []
        for slot, closes in self._once(self._open, course):
            if over is not None and slot.due >= over:
                continue
            if over is not None or now >= closes:
                lost.append(slot.number)
            elif now >= slot.due - plan.window:
                due.append(slot.number)
            else:
                ahead.append(slot.number)
        held = len(self.waiting(course)) if state in (PLANNED, RUNNING) else 0
        return Word(state, held, day, tuple(due), tuple(lost), (due + ahead + [0])[0])


def _not_standing(lines: list[Line]) -> set[int]:
    """The entries that were corrected or taken back, by something that was not itself taken back."""
    voided: set[int] = set()
    for line in reversed(lines):
        if line.deed.what == "void" and line.n not in voided:
            voided.add(line.deed.entries[0])
    corrected = {line.deed.corrects for line in lines if line.deed.corrects and line.n not in voided}
    return voided | corrected
