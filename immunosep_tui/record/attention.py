"""Attention: what of a patient asks for a person, by six levels, at an instant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, Self

from immunosep_tui.record.chart import IN_WARD
from immunosep_tui.record.days import DAY

STOP, CALL, DUE, DECIDE, LOOK, DO = "stop", "call", "due", "decide", "look", "do"
LEVELS: Final = (STOP, CALL, DUE, DECIDE, LOOK, DO)
"""The levels, the most urgent first."""

NOTHING: Final = len(LEVELS)
"""The place in the order of the levels of a patient of whom nothing is asked."""

RUNNING, STOPPED, ENDED = "running", "stopped", "ended"
"""States of a course; before its start it is only planned."""

LIMIT: Final = "limit"
RESTS_ON: Final = "rests-on"
PHENOTYPE: Final = "phenotype"
EQUAL_TIMES: Final = "equal-times"
SAMPLE_TIME: Final = "sample-time"
HOOK: Final = "hook"
ISTH: Final = "isth"
SOFA_DIFFERS: Final = "sofa-differs"
DOSE: Final = "dose"
HELD: Final = "held"
NOT_CHARTED: Final = "not-charted"
EARLIER: Final = "earlier"
CHECK: Final = "check"
BACKLOG: Final = "backlog"
SOFA: Final = "sofa"
MARKER: Final = "marker"
PLAN: Final = "plan"
IDENTITY: Final = "identity"
CLOSE: Final = "close"

HOLD, CALL_FIRST, REVIEW_FIRST = "hold", "call-first", "review-first"
"""What stands against a dose that is due: a STOP, a CALL, or what the course rests on."""


class Seen(NamedTuple):
    """An acknowledgement: by whom, and until when it calms (milliseconds of UTC)."""

    by: str
    until: int


class Item(NamedTuple):
    """One thing that asks for a person; instants are milliseconds of UTC.

    Args:
        level: one of ``LEVELS``.
        code: what kind of thing it is.
        about: what it is about, in words of the profile or of the program.
        since: when it happened, not when it was typed.
        value: as reported, with its unit; for a dose what stands against it.
        entries: numbers of the entries behind it, the worst first; none for a draft.
        draft: whether only something typed and not signed says so.
        asks: what is asked for, in words of the profile or of the program.
        seen: who has acknowledged it until when.
        severity: how bad it is within its level, higher first.
        late: milliseconds since it was overdue, 0 where it is not.
        n: a number of it: of the dose, of the day, or how many there are.
        of: out of how many.
        fact: name of what was measured or seen, where a limit is about one.
    """

    level: str
    code: str
    about: str
    since: int
    value: str = ""
    entries: tuple[int, ...] = ()
    draft: bool = False
    asks: str = ""
    seen: Seen | None = None
    severity: int = 0
    late: int = 0
    n: int = 0
    of: int = 0
    fact: str = ""

    @property
    def is_calm(self) -> bool:
        """Whether somebody has acknowledged it."""
        return self.seen is not None

    @property
    def is_red(self) -> bool:
        """Whether it is drawn in the color of an alarm: a STOP, a CALL, or an overdue dose that may be given."""
        return self.level in (STOP, CALL) or (self.level == DUE and self.late > 0 and not self.value)

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Names the fact that interrupts once: a worse value of the same line is another one."""
        return self.level, self.code, self.about, self.entries[0] if self.entries else 0


class OpenDose(NamedTuple):
    """A dose of which nothing is recorded: from ``closes`` on it is not due any more but not charted."""

    n: int
    product: str
    due: int
    closes: int


class OpenLook(NamedTuple):
    """A check of which nothing is recorded: due on a day until that day ends, then one of the backlog."""

    code: str
    label: str
    day: int
    due: int
    until: int


class CourseState(NamedTuple):
    """The latest course: its entry, regimen, first dose, length, and what became of it so far.

    ``first`` is the first given dose, before it the planned one; ``stopped`` the instant of the stop, None for none;
    ``held`` counts the doses that are held and wait, since ``held_at``.
    """

    n: int
    regimen: str
    state: str
    first: int
    is_given: bool
    days: int
    ends: int
    doses: int
    stopped: int | None
    held: int
    held_at: int

    def state_at(self, at: int) -> str:
        """Running, stopped or ended at an instant."""
        return ENDED if self.state == RUNNING and at >= self.ends else self.state

    def day_at(self, at: int) -> int | None:
        """Treatment day of a running course at an instant; None where it does not run or no day has come."""
        day = (at - self.first) // DAY + 1
        return day if self.state_at(at) == RUNNING and day >= 1 else None


class Attention(NamedTuple):
    """What asks for a person at an instant, the most urgent first."""

    items: tuple[Item, ...]

    def of(self, *levels: str) -> tuple[Item, ...]:
        """The items of some levels."""
        return tuple(item for item in self.items if item.level in levels)

    @property
    def alarms(self) -> tuple[Item, ...]:
        """Every STOP and CALL, acknowledged or not."""
        return self.of(STOP, CALL)

    @property
    def urgent(self) -> tuple[Item, ...]:
        """Every signed STOP and CALL that nobody has acknowledged."""
        return tuple(item for item in self.alarms if not item.is_calm and not item.draft)

    @property
    def against_dose(self) -> str:
        """What stands against giving a dose now: ``HOLD``, ``CALL_FIRST``, ``REVIEW_FIRST``, or nothing."""
        return _against_dose(self.items)

    @property
    def rank(self) -> tuple[int, bool, int, int, int]:
        """The place among patients: level, whether it is calm, severity, how late, how many."""
        if not self.items:
            return NOTHING, False, 0, 0, 0
        first = self.items[0]
        alike = [item for item in self.items if item.level == first.level]
        late = max(item.late for item in alike)
        return LEVELS.index(first.level), first.is_calm, -first.severity, -late, -len(alike)

    def new_since(self, before: Attention) -> tuple[Item, ...]:
        """Each signed STOP and CALL that was not there before and is not covered: these interrupt."""
        known = {item.key for item in before.alarms if not item.draft}
        return tuple(item for item in self.urgent if item.key not in known)

    def ended_since(self, before: Attention) -> tuple[Item, ...]:
        """Each signed STOP, CALL and LOOK that is not in the list any more at that level or a more urgent one.

        It still is where its subject is, or one of its entries under another name.
        """
        return tuple(
            item
            for item in before.of(STOP, CALL, LOOK)
            if not item.draft
            and not any(
                each.code == item.code
                and (each.about == item.about or set(each.entries) & set(item.entries))
                and LEVELS.index(each.level) <= LEVELS.index(item.level)
                for each in self.items
            )
        )


class Standing(NamedTuple):
    """What stands in a chart whatever the clock says; ``at`` gives what of it asks for a person at an instant.

    Args:
        items: what stands until a person, a later value or a correction ends it.
        doses: of the latest course, in order.
        looks: checks of a running course, in order of their time.
        course: the latest course.
        place: ``IN_WARD``, ``LEFT`` or ``DIED``.
        gone_at: when the patient died or left.
        window: how long before its time a dose is due, milliseconds.
        overdue: how long after its time something is overdue, milliseconds.
        late_facts: whether a STOP or CALL stands that was signed after the patient left alive.
    """

    items: tuple[Item, ...] = ()
    doses: tuple[OpenDose, ...] = ()
    looks: tuple[OpenLook, ...] = ()
    course: CourseState | None = None
    place: str = IN_WARD
    gone_at: int | None = None
    window: int = 0
    overdue: int = 0
    late_facts: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether the patient died or left, and no STOP or CALL stands that was signed after leaving alive."""
        return self.place != IN_WARD and not self.late_facts

    def at(self, now: int, *, clock_in_doubt: bool = False) -> Attention:
        """Attention at an instant; while the clock is in doubt nothing is late or over, and no acknowledgement holds."""
        items = [self._as_seen(item, now, clock_in_doubt) for item in self.items]
        if self.place == IN_WARD and self.course is not None:
            items += self._doses_at(now, clock_in_doubt, _against_dose(items))
            items += self._looks_at(now, clock_in_doubt)
        elif self.place != IN_WARD:
            items = [*items, *self._to_close(items)]
        return Attention(tuple(sorted(items, key=_order)))

    def _as_seen(self, item: Item, now: int, clock_in_doubt: bool) -> Item:
        holds = item.seen is not None and now < item.seen.until and not clock_in_doubt
        return item if holds or item.seen is None else item._replace(seen=None)

    def state_at(self, now: int, *, clock_in_doubt: bool = False) -> str:
        """The state of the latest course, empty for none; a clock in doubt ends none."""
        if self.course is None:
            return ""
        return self.course.state if clock_in_doubt else self.course.state_at(now)

    def next_dose(self, now: int, *, clock_in_doubt: bool = False) -> OpenDose | None:
        """The dose that is due, else the next one; None where none comes. By a clock in doubt it is the first open one."""
        if self.place != IN_WARD or self.state_at(now, clock_in_doubt=clock_in_doubt) != RUNNING:
            return None
        return next((dose for dose in self.doses if clock_in_doubt or now < dose.closes), None)

    def not_charted(self, now: int, *, clock_in_doubt: bool = False) -> tuple[OpenDose, ...]:
        """The doses that were due before a stop, a death or a leaving, are not due any more and were not recorded."""
        ends = [each for each in (self.gone_at, self.course.stopped if self.course else None) if each is not None]
        end = min(ends, default=None)
        if end is None:
            return tuple(dose for dose in self.doses if dose.closes <= now and not clock_in_doubt)
        return tuple(dose for dose in self.doses if dose.due < end and min(dose.closes, end) <= now)

    def _due(self, now: int, clock_in_doubt: bool) -> list[OpenDose]:
        """The doses inside or past their window; by a clock in doubt the first open one of each product."""
        begun = [dose for dose in self.doses if dose.due - self.window <= now]
        if clock_in_doubt:
            return list({dose.product: dose for dose in reversed(begun)}.values())
        return [dose for dose in begun if now < dose.closes]

    def _doses_at(self, now: int, clock_in_doubt: bool, against: str) -> list[Item]:
        course = self.course
        assert course is not None
        found: list[Item] = []
        if self.state_at(now, clock_in_doubt=clock_in_doubt) == RUNNING:
            for dose in self._due(now, clock_in_doubt):
                late = 0 if clock_in_doubt else max(0, now - dose.due - self.overdue)
                found.append(Item(DUE, DOSE, dose.product, dose.due, against, late=late, n=dose.n, of=course.doses))
            if course.held:
                found.append(Item(DECIDE, HELD, "", course.held_at, n=course.held, of=course.doses))
        missed = self.not_charted(now, clock_in_doubt=clock_in_doubt)
        if missed:
            found.append(Item(DECIDE, NOT_CHARTED, missed[0].product, missed[0].due, n=len(missed), of=course.doses))
        return found

    def _looks_at(self, now: int, clock_in_doubt: bool) -> list[Item]:
        course = self.course
        if course is None or self.state_at(now, clock_in_doubt=clock_in_doubt) != RUNNING:
            return []
        found: list[Item] = []
        passed: list[OpenLook] = []
        for look in self.looks:
            if look.due > now:
                continue
            if now < look.until:
                late = 0 if clock_in_doubt else max(0, now - look.due - self.overdue)
                found.append(Item(DO, look.code, look.label, look.due, late=late, n=look.day))
            elif look.code == CHECK:
                passed.append(look)
        if passed and not clock_in_doubt:
            found.append(Item(DO, BACKLOG, "", passed[0].due, n=len(passed)))
        return found

    def next_look(self, now: int) -> OpenLook | None:
        """The next check that is not due yet."""
        course = self.course
        if self.place != IN_WARD or course is None or course.state_at(now) != RUNNING:
            return None
        return min((look for look in self.looks if look.due > now), key=lambda look: look.due, default=None)

    def _to_close(self, items: Iterable[Item]) -> list[Item]:
        """What of a patient who died or left is still to be closed."""
        assert self.gone_at is not None
        stops = sum(item.level == STOP for item in items)
        open_doses = len(self.not_charted(self.gone_at))
        return [Item(DO, CLOSE, "", self.gone_at, n=stops, of=open_doses)] if stops or open_doses else []

    def written(self) -> str:
        """The standing as JSON, to be kept beside the ledger."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Self:
        """A standing as ``written`` gives it; ValueError where the text is none."""
        try:
            items, doses, looks, course, *rest = json.loads(text)
            return cls(
                tuple(_item(row) for row in items),
                tuple(OpenDose(*row) for row in doses),
                tuple(OpenLook(*row) for row in looks),
                None if course is None else CourseState(*course),
                *rest,
            )
        except TypeError as error:
            raise ValueError("this is no standing") from error


def _item(row: list[Any]) -> Item:
    item = Item(*row)
    return item._replace(entries=tuple(item.entries), seen=None if item.seen is None else Seen(*item.seen))


def _against_dose(items: Iterable[Item]) -> str:
    alarms = [item for item in items if item.level in (STOP, CALL)]
    if any(item.level == STOP for item in alarms):
        return HOLD
    if any(item.code == RESTS_ON for item in alarms):
        return REVIEW_FIRST
    return CALL_FIRST if alarms else ""


def _order(item: Item) -> tuple[Any, ...]:
    return LEVELS.index(item.level), item.is_calm, item.draft, -item.severity, -item.late, item.since, item.about
