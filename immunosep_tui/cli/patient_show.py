"""A patient's record as plain lines and as JSON: who, what was decided from what, each day, each dose, the last entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.cli.attention import attention_json, course_json
from immunosep_tui.cli.output import Json
from immunosep_tui.cli.table import aligned
from immunosep_tui.i18n import _
from immunosep_tui.record.attention import ENDED, RUNNING, STOPPED, Standing
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import Course
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.glance import glance, settling_entry
from immunosep_tui.record.kinds import Check, SofaDay
from immunosep_tui.rules.phenotype import LABELS
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.text import show
from immunosep_tui.ui.attention_words import item_lines
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.protocols import Edition

LAST = 10
"""How many of the last entries are shown."""


def instant_text(instant: int, zone: ZoneInfo) -> str:
    """An instant of the record as the ward's zone writes it, with its offset."""
    return moment(instant).astimezone(zone).isoformat(timespec="minutes")


def chart_json(
    chart: Chart, zone: ZoneInfo, standing: Standing | None, now: datetime, *, clock_in_doubt: bool = False
) -> Json:
    """The state of a patient with the names that scripts rely on.

    Args:
        chart: of the patient.
        zone: of the ward.
        standing: what stands, None where nobody could judge.
        now: the present instant.
        clock_in_doubt: whether it cannot be believed.
    """
    seen = glance(chart)
    found = standing.at(ms(now), clock_in_doubt=clock_in_doubt) if standing is not None else None
    return {
        "record": chart.key,
        "place": seen.place,
        "case": seen.case_number,
        "identifier": seen.identifier,
        "state": seen.state,
        "gone_since": None if chart.gone is None else instant_text(chart.gone.at, zone),
        "absences": [[instant_text(each, zone) for each in absence] for absence in chart.absences],
        "entries": chart.n,
        "course": course_json(standing.course, now) if standing is not None else None,
        "attention": attention_json(found, zone) if found is not None else None,
        "labs": chart.sheet.within("labs"),
        "decision": _decision(chart, zone),
        "totals": {str(day): total for day, total in chart.totals.items()},
        "days": _days(chart),
        "courses": [_course(chart, course, zone, now) for course in chart.courses],
        "last": [_entry(entry, zone) for entry in chart.entries[-LAST:]],
    }


def _decision(chart: Chart, zone: ZoneInfo) -> Json | None:
    """The decision that treatment rests on."""
    entry = settling_entry(chart)
    return None if entry is None else {**asdict(entry.body), **_signed(entry, zone)}


def _days(chart: Chart) -> dict[str, Json]:
    """What is recorded of each day, by its number."""
    days: dict[int, Json] = {}
    for entry in chart.latest.values():
        body = entry.body
        if isinstance(body, SofaDay):
            scored = {"low": body.low, "high": body.high, "total": body.total, "values": body.texts}
            days.setdefault(body.day, {})["sofa"] = scored
        elif isinstance(body, Check):
            found = {"item": body.item, "label": body.label, "text": body.text, "level": body.level}
            days.setdefault(body.day, {}).setdefault("checks", []).append(found)
    for day, total in chart.totals.items():
        days.setdefault(day, {})["total"] = total
    return {str(day): days[day] for day in sorted(days)}


def _state(chart: Chart, course: Course, now: datetime) -> str:
    """What became of a course: running, stopped, or ended by its last day, the next course, a death or a leaving."""
    if course.stopped is not None:
        return STOPPED
    return ENDED if chart.running is not course or ms(now) >= course.ends else RUNNING


def _course(chart: Chart, course: Course, zone: ZoneInfo, now: datetime) -> Json:
    plan = course.plan
    doses = []
    for slot in plan.slots:
        entry = course.doses.get(slot.number)
        done = {"outcome": None, "at": None, "author": None}
        if entry is not None:
            done = {"outcome": getattr(entry.body, "outcome", None), **_signed(entry, zone)}
        planned = {**asdict(slot), "due": instant_text(slot.due, zone)}
        doses.append({**planned, **done})
    further = [{"dose": getattr(e.body, "slot", 0), **asdict(e.body), **_signed(e, zone)} for e in course.further]
    state = _state(chart, course, now)
    return {
        "entry": course.n,
        "regimen": plan.regimen,
        "design": plan.design or "open",
        "protocol": chart.entries[course.n - 1].protocol or None,
        "state": state,
        "running": state == RUNNING,
        "stopped": None if course.stopped is None else instant_text(course.stopped, zone),
        "stop_reason": "" if course.stop is None else course.stop.reason,
        "moved": course.is_moved,
        "doses": doses,
        "further": further,
    }


def _signed(entry: Entry, zone: ZoneInfo) -> Json:
    return {"at": instant_text(entry.at, zone), "author": entry.author, "role": entry.role}


def _entry(entry: Entry, zone: ZoneInfo) -> Json:
    said = {"n": entry.n, "kind": entry.kind, "says": asdict(entry.body)}
    more = {"recorded": instant_text(entry.recorded, zone), "reason": entry.reason, "corrects": entry.corrects}
    return {**said, **_signed(entry, zone), **more}


def chart_lines(
    chart: Chart,
    zone: ZoneInfo,
    standing: Standing | None,
    now: datetime,
    *,
    clock_in_doubt: bool = False,
    edition: Edition | None = None,
) -> Iterator[str]:
    """The same for people, line by line; foreign text in it is not made harmless yet.

    ``edition`` is the protocol by which the patient is read, None where none can be read.
    """
    state = chart_json(chart, zone, standing, now)
    gone = {"died": _("[DIED {when}]"), "left": _("[LEFT {when}]")}.get(state["state"], "")
    gone = gone.format(when=state["gone_since"])
    told = _("{place}  case {case}  identifier {identifier}  {gone}")
    yield told.format(place=state["place"], case=state["case"], identifier=state["identifier"], gone=gone).rstrip()
    for left, back in state["absences"]:
        yield _("Away from {left} to {back}.").format(left=left, back=back)
    yield from _attention_lines(standing, zone, now, clock_in_doubt)
    yield from _decision_lines(state["decision"])
    for day, said in state["days"].items():
        yield from _day_lines(day, said)
    if edition is not None:
        yield from _protocol_lines(edition)
    for course in state["courses"]:
        yield from _course_lines(course)
    yield _("Last of {count} entries:").format(count=state["entries"])
    yield from _entry_lines(chart, zone, None if edition is None else edition.protocol)


def _attention_lines(standing: Standing | None, zone: ZoneInfo, now: datetime, clock_in_doubt: bool) -> Iterator[str]:
    """What asks for a person, before anything else."""
    if standing is None:
        yield _("Attention: not judged, because the protocol cannot be read.")
        return
    for item in standing.at(ms(now), clock_in_doubt=clock_in_doubt).items:
        for _part, text in item_lines(item, zone, now):
            yield text


def _protocol_lines(edition: Edition) -> Iterator[str]:
    if edition.missing:
        yield _("The protocol of this course, {protocol}, is not at hand.").format(protocol=edition.missing)
    else:
        protocol = edition.protocol
        yield _("Protocol {id} version {version}.").format(id=protocol.id, version=protocol.version)


def _entry_lines(chart: Chart, zone: ZoneInfo, protocol: Protocol | None) -> Iterator[str]:
    """The last entries, each with what took it back and with its reason."""
    from immunosep_tui.ui.entry_words import Book

    book = Book(chart.entries, zone, protocol)
    rows = []
    for entry in chart.entries[-LAST:]:
        state = f"[{book.took_back(entry)}] " if book.took_back(entry) else ""
        reason = f" ({entry.reason})" if entry.reason else ""
        by = f"{entry.author} ({entry.role})"
        rows.append((f"  {entry.n}", instant_text(entry.recorded, zone), by, f"{state}{book.line(entry)}{reason}"))
    yield from aligned([[show(text) for text in row] for row in rows])


def _decision_lines(decision: Json | None) -> Iterator[str]:
    if decision is None:
        yield _("Phenotype: no decision is recorded.")
        return
    label = LABELS.get(decision["phenotype"])
    regimen = decision["regimen"] or _("none")
    told = _("Phenotype: {label}. The trial's regimen: {regimen}. Decided {at} by {author} ({role}) from:")
    named = {**decision, "label": _(label) if label else decision["phenotype"], "regimen": regimen}
    yield told.format(**named)
    for name, value in decision["inputs"].items():
        yield f"  {name} {value}"
    if decision["missing"]:
        yield _("  missing: {names}").format(names=", ".join(decision["missing"]))


def _day_lines(day: str, said: Json) -> Iterator[str]:
    sofa = said.get("sofa")
    if "total" in said:
        yield _("Day {day}: SOFA {total}").format(day=day, total=said["total"])
    elif sofa:
        yield _("Day {day}: SOFA incomplete, {low} to {high}").format(day=day, low=sofa["low"], high=sofa["high"])
    else:
        yield _("Day {day}:").format(day=day)
    if sofa:
        yield "  " + "  ".join(f"{name} {value}" for name, value in sofa["values"].items())
    for check in said.get("checks", ()):
        level = f"  [{check['level'].upper()}]" if check["level"] else ""
        yield f"  {check['label']} {check['text']}{level}"


def _course_lines(course: Json) -> Iterator[str]:
    told = {
        STOPPED: _("Course of {regimen} ({design}), stopped {stopped}: {stop_reason}"),
        RUNNING: _("Course of {regimen} ({design}), running:"),
        ENDED: _("Course of {regimen} ({design}), ended:"),
    }[course["state"]]
    yield told.format(**course)
    rows = []
    for dose in course["doses"]:
        done = "-"
        if dose["outcome"]:
            done = _("{outcome} {at} by {author} ({role})").format(**{**dose, "outcome": _(dose["outcome"])})
        planned = f"{dose['product']} {dose['dose']} {dose['route']}"
        rows.append((f"  {dose['number']}", _("day {day}").format(day=dose["day"]), planned, dose["due"], done))
    for extra in course["further"]:
        done = _("{amount}, {at} by {author} ({role})").format(**extra)
        rows.append((f"  {extra['dose']}", "", _("part or further syringe"), "", done))
    if rows:
        yield from aligned([[show(text) for text in row] for row in rows])
