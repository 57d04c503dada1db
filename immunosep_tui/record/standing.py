"""The standing of a chart: what asks for a person until it ends, whatever the clock says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from math import inf
from typing import Final

from immunosep_tui.record import attention as kinds
from immunosep_tui.record.agenda import Agenda
from immunosep_tui.record.attention import (
    CALL,
    DECIDE,
    DO,
    LOOK,
    STOP,
    Item,
    Seen,
    Standing,
)
from immunosep_tui.record.chart import IN_WARD, Chart, standing_of
from immunosep_tui.record.days import days_of
from immunosep_tui.record.kept_levels import kept_levels
from immunosep_tui.record.kinds import (
    Acknowledged,
    LimitEnded,
    SofaDay,
    SofaTotal,
)
from immunosep_tui.record.observations import (
    BLEEDING,
    MAJOR_BLEEDING,
    RED_CELLS,
    Observation,
    Typed,
    observations,
)
from immunosep_tui.record.raised import Judged, Raised
from immunosep_tui.record.rests_on import course_items, sample_items
from immunosep_tui.record.sampling import deciding_sample
from immunosep_tui.record.settings import Settings
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.grades import ISTH_RED_CELL_UNITS
from immunosep_tui.rules.monitoring import REFERENCE, needs
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_

_MILLISECOND: Final = timedelta(milliseconds=1)

_ASKS: Final = {
    "": {
        STOP: N_("Start neither drug, and call the physician now."),
        CALL: N_("Call the physician before a drug is started."),
        LOOK: N_("Ask the physician to review the patient."),
    },
    "over": {
        STOP: N_("Escalate; a doctor closes this when it is over."),
        CALL: N_("Call the physician."),
        LOOK: N_("Ask the physician to review the patient."),
    },
}
"""What an alarm asks for where no course runs: before one, and after its end."""


def judged(
    chart: Chart, protocol: Protocol, settings: Settings, draft: Typed | None = None, planned: int | None = None
) -> Judged:
    """Every reading of a chart held against its limits.

    Args:
        chart: of the patient, as it is signed.
        protocol: whose checklist has the limits.
        settings: of the ward.
        draft: what is typed over the record and not signed.
        planned: first dose of a plan that is typed and not signed.
    """
    days = days_of(chart, settings.zone, planned, draft.at if draft else 0)
    return Judged(chart, protocol, days, settings.upper_normal, observations(chart, protocol, days, draft), draft)


def standing(chart: Chart, protocol: Protocol, settings: Settings, readings: Judged | None = None) -> Standing:
    """What stands in a chart: the one answer to what of a patient asks for a person.

    Args:
        chart: of the patient, as it is signed.
        protocol: whose checklist has the limits.
        settings: of the ward.
        readings: as ``judged`` gives them, with a draft where there is one: it raises, and never ends or calms.
    """
    return _Builder(chart, protocol, settings, readings or judged(chart, protocol, settings)).build()


class _Builder:
    def __init__(self, chart: Chart, protocol: Protocol, settings: Settings, readings: Judged) -> None:
        self._chart = chart
        self._protocol = protocol
        self._settings = settings
        self._judged = readings
        self._found = readings.found
        self._entries = standing_of(chart.entries)
        self._ended = {(e.body.entry, e.body.level) for e in self._entries if isinstance(e.body, LimitEnded)}
        self._seen = [(entry, entry.body) for entry in self._entries if isinstance(entry.body, Acknowledged)]
        self._gone = _gone(chart)

    def build(self) -> Standing:
        """Everything, put together."""
        chart, settings = self._chart, self._settings
        course = chart.course
        items = [
            *self._limits(),
            *self._of_other_protocols(),
            *self._equal_times(),
            *self._red_cells(),
            *self._sofa_differs(),
        ]
        items += self._earlier_courses()
        items += sample_items(chart) if course is None or course.stop is not None else course_items(chart)
        agenda = None if course is None else Agenda(chart, course, self._protocol, settings, self._found)
        place, gone_at, left_n = self._gone
        if place == IN_WARD:
            items += self._to_do()
        return Standing(
            items=tuple(items),
            doses=() if agenda is None else agenda.doses(),
            looks=() if agenda is None or chart.running is None else agenda.looks(),
            course=None if agenda is None else agenda.course(is_gone=place != IN_WARD),
            place=place,
            gone_at=gone_at,
            window=0 if course is None else course.plan.window,
            overdue=settings.overdue // _MILLISECOND,
            late_facts=any(left_n < n for item in items if item.level in (STOP, CALL) for n in item.entries),
        )

    # ---- limits -------------------------------------------------------------------------------------------------
    def _limits(self) -> Iterator[Item]:
        """One item a STOP, and one a line for each other level."""
        for group in self._groups():
            raised = [met for fact in group for met in self._judged.raised(fact)]
            open_ = [met for met in raised if (met.observation.entry, met.level) not in self._ended]
            for is_draft in (False, True):
                listed = [met for met in open_ if met.observation.is_draft is is_draft]
                stops = [met for met in listed if met.level == STOP]
                for entry in dict.fromkeys(met.observation.entry for met in stops):
                    of_entry = [met for met in stops if met.observation.entry == entry]
                    yield self._item(STOP, of_entry, open_)
                for level in (CALL, LOOK):
                    if of_level := [met for met in listed if met.level == level]:
                        yield self._item(level, of_level, open_)

    def _of_other_protocols(self) -> Iterator[Item]:
        """What was asked for by lines that the protocol at hand does not have, with what was done about it."""
        ids = {item.id for item in self._protocol.checklist}
        for item in kept_levels(self._chart, ids, BLEEDING in self._judged.facts):
            if (item.entries[0], item.level) not in self._ended:
                yield item._replace(seen=self._seen_of(item.entries[0]))

    def _seen_of(self, number: int) -> Seen | None:
        """The latest acknowledgement that names an entry."""
        longest = self._settings.acknowledged // _MILLISECOND
        named = [(entry, body) for entry, body in self._seen if number in body.entries]
        return Seen(named[-1][0].author, min(named[-1][1].until, named[-1][0].at + longest)) if named else None

    def _groups(self) -> list[tuple[str, ...]]:
        """Facts that are told in one line: both bleeding scales together, everything else by itself."""
        single = [(fact,) for fact in self._judged.facts if fact not in (BLEEDING, MAJOR_BLEEDING)]
        return [(BLEEDING, MAJOR_BLEEDING), *single]

    def _item(self, level: str, met: Sequence[Raised], open_: Sequence[Raised]) -> Item:
        worst = max(met, key=lambda each: (each.badness, -each.observation.latest))
        is_draft = worst.observation.is_draft
        entries = dict.fromkeys((worst.observation.entry, *(each.observation.entry for each in met)))
        is_bleeding = worst.observation.fact in (BLEEDING, MAJOR_BLEEDING)
        values = [each.observation for each in met if each.observation.entry == worst.observation.entry]
        return Item(
            level,
            kinds.LIMIT,
            N_("Bleeding") if is_bleeding else worst.item.label,
            worst.observation.latest,
            "; ".join(dict.fromkeys(_value(each) for each in values)) if is_bleeding else self._value(worst),
            () if is_draft else tuple(entries),
            is_draft,
            self._asks(level, worst),
            None if is_draft else self._acknowledged(level, met, open_),
            _severity(worst),
            fact=worst.observation.fact,
        )

    def _value(self, met: Raised) -> str:
        """The reading, of a fall with the value that it is counted from."""
        said = _value(met.observation)
        if met.limit is None or needs(met.limit) != REFERENCE:
            return said
        before = self._judged.reference(met.item, met.limit, met.observation)
        return said if before is None else f"{before.number} -> {said}"

    def _asks(self, level: str, met: Raised) -> str:
        course = self._chart.course
        if course is not None and self._chart.running is not None:
            return met.limit.action if met.limit is not None else _ASKS[""][LOOK]
        return _ASKS["" if course is None and self._gone[0] == IN_WARD else "over"][level]

    def _acknowledged(self, level: str, met: Sequence[Raised], open_: Sequence[Raised]) -> Seen | None:
        """The latest acknowledgement that covers these: of the entry itself, or of one of the line that is no better.

        An entry can hold an alarm and something to look at, each seen for another time by the same deed: for the alarm
        the shorter one counts.
        """
        longest = (self._settings.shift if level == LOOK else self._settings.acknowledged) // _MILLISECOND
        covering = [(entry, body) for entry, body in self._seen if _covers(body, level, met, open_)]
        if not covering:
            return None
        last = covering[-1][0]
        until = [body.until for entry, body in covering if entry.recorded == last.recorded]
        return Seen(last.author, min((max if level == LOOK else min)(until), last.at + longest))

    # ---- what a person has to decide -----------------------------------------------------------------------------
    def _equal_times(self) -> Iterator[Item]:
        """Different values of one measurement that were taken at the same instant, where none was taken later."""
        for fact, listed in self._found.items():
            signed = [each for each in listed if not each.is_draft and each.value.analyte]
            last = [each for each in signed if each.is_timed and each.latest == signed[-1].latest]
            if len({(each.value.canonical, each.value.bound) for each in last}) > 1:
                value = " / ".join(dict.fromkeys(str(each.value) for each in last))
                entries = tuple(dict.fromkeys(each.entry for each in last))
                yield Item(DECIDE, kinds.EQUAL_TIMES, ANALYTES[fact].label, last[0].latest, value, entries)

    def _red_cells(self) -> Iterator[Item]:
        """Two units of red cells within a day, with overt bleeding in that time: the ISTH question, until it is answered."""
        hours = int(self._protocol.site.red_cells.value) * 3_600_000
        transfused = self._found.get(RED_CELLS, ())
        bled = [each for each in self._found.get(BLEEDING, ()) if each.value.value > 0 and not each.is_draft]
        for given in reversed(transfused):
            together = [each for each in transfused if 0 <= given.latest - each.latest <= hours]
            units = sum(int(each.value.value) for each in together)
            near = [each for each in bled if abs(each.latest - given.latest) <= hours]
            if units < ISTH_RED_CELL_UNITS or not near:
                continue
            judged_since = [each for each in self._found.get(MAJOR_BLEEDING, ()) if each.recorded > given.recorded]
            if not judged_since and not any(each.value.value > 0 for each in self._major(near)):
                entries = (given.entry, near[-1].entry)
                yield Item(DECIDE, kinds.ISTH, N_("Bleeding"), given.latest, str(units), entries)
            return

    def _major(self, bled: Sequence[Observation]) -> list[Observation]:
        """The ISTH criteria that were recorded with these bleedings."""
        entries = {each.entry for each in bled}
        return [each for each in self._found.get(MAJOR_BLEEDING, ()) if each.entry in entries]

    def _sofa_differs(self) -> Iterator[Item]:
        """Days whose typed total is another one than that of their values."""
        typed = {e.body.day: (e, e.body) for e in self._chart.latest.values() if isinstance(e.body, SofaTotal)}
        for entry in self._chart.latest.values():
            body = entry.body
            if isinstance(body, SofaDay) and body.total is not None and body.day in typed:
                other, said = typed[body.day]
                if said.total != body.total:
                    since = max(entry.recorded, other.recorded)
                    value = f"{said.total} / {body.total}"
                    yield Item(DECIDE, kinds.SOFA_DIFFERS, "SOFA", since, value, (other.n, entry.n), n=body.day)

    def _earlier_courses(self) -> Iterator[Item]:
        """Doses of courses before the latest one of which nothing is recorded and that no stop cancelled."""
        for course in self._chart.courses[:-1]:
            if missed := course.left_open:
                entries, of = (course.n,), len(course.plan.slots)
                yield Item(DECIDE, kinds.EARLIER, missed[0].product, missed[0].due, "", entries, n=len(missed), of=of)

    # ---- what is to be done --------------------------------------------------------------------------------------
    def _to_do(self) -> Iterator[Item]:
        chart = self._chart
        since = chart.entries[0].recorded if chart.entries else 0
        if "identity" not in chart.latest and not self._is_typed("identity.case"):
            yield Item(DO, kinds.IDENTITY, "", since, severity=2)
        if chart.course is None:
            yield from self._before_a_course(since)
        has_sofa = bool(chart.totals) or self._is_typed("sofa.1", "response.1")
        if not has_sofa and chart.course is None:
            yield Item(DO, kinds.SOFA, "SOFA", since, n=1)

    def _is_typed(self, *starts: str) -> bool:
        """Whether something is typed and not signed in a place of the sheet."""
        draft = self._judged.draft
        return draft is not None and any(key.startswith(starts) for key, text in draft.texts.items() if text)

    def _before_a_course(self, since: int) -> Iterator[Item]:
        sample = deciding_sample(self._chart)
        decision = sample.decision if sample is not None else None
        missing = ("ferritin",) if decision is None else decision.missing
        for name in missing:
            if name not in self._settings.unavailable and not any(each.is_draft for each in self._found.get(name, ())):
                yield Item(DO, kinds.MARKER, name, since, severity=1)
        if decision is not None and decision.regimen:
            yield Item(DO, kinds.PLAN, decision.regimen, since, severity=1)


def _value(observation: Observation) -> str:
    """A reading as an item tells it: with its unit, or by the name of its scale."""
    if observation.fact == BLEEDING:
        return f"WHO {observation.value.value}"
    if observation.fact == MAJOR_BLEEDING:
        return f"ISTH {observation.text}"
    return str(observation.value) if observation.value.analyte else observation.text


def _covers(body: Acknowledged, level: str, met: Sequence[Raised], open_: Sequence[Raised]) -> bool:
    """Whether an acknowledgement covers what meets a limit; ``open_`` is all that is open of the line."""
    if level == STOP:
        return any(each.observation.entry in body.entries for each in met)
    named = [each.badness for each in open_ if each.observation.entry in body.entries]
    return bool(named) and max(named) >= max(each.badness for each in met)


def _severity(met: Raised) -> int:
    """How bad a limit is within its level: bleeding by its grade, then the rest alike."""
    if met.observation.fact == BLEEDING:
        return 10 + int(met.observation.value.value)
    return 12 if met.observation.fact == MAJOR_BLEEDING else 0


def _gone(chart: Chart) -> tuple[str, int | None, float]:
    """Where the patient is, since when not on the ward, and the number of the entry that says left alive, else infinite."""
    left = None if chart.died else chart.gone
    return chart.state, chart.gone_at, inf if left is None else left.n
