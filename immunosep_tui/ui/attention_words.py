"""Attention in words: the items of a patient as lines for rooms, board, header, prints and commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _, words
from immunosep_tui.record import attention as kinds
from immunosep_tui.record.attention import CALL, DECIDE, DO, DUE, ENDED, LOOK, RUNNING, STOP, STOPPED, Attention, Item
from immunosep_tui.rules.phenotype import IMMUNOPARALYSIS, INDETERMINATE, MALS, NOT_RANDOMIZED, STUDY, UNCLASSIFIED
from immunosep_tui.rules.reason import N_, Sentence
from immunosep_tui.rules.text import show
from immunosep_tui.ui.panel import Line, Part
from immunosep_tui.ui.times import clock_text, date_text, span_text
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.consequences import CourseChange
from immunosep_tui.ward.instants import moment

SHORT_NAMES: Final[Mapping[str, str]] = {
    MALS: "MALS",
    IMMUNOPARALYSIS: N_("IMMUNOPARALYSIS"),
    UNCLASSIFIED: N_("UNCLASSIFIED"),
    INDETERMINATE: N_("NOT DETERMINED"),
    STUDY: N_("STUDY DRUG"),
    NOT_RANDOMIZED: N_("NOT RANDOMIZED"),
}

MARKER_NAMES: Final[Mapping[str, str]] = {"ferritin": N_("Ferritin"), "hla_dr": N_("HLA-DR")}
"""What a phenotype rests on, in a few letters."""

LEVEL_NAMES: Final[Mapping[str, str]] = {
    STOP: N_("STOP"),
    CALL: N_("CALL"),
    DUE: N_("DUE"),
    DECIDE: N_("DECIDE"),
    LOOK: N_("LOOK"),
    DO: N_("DO"),
}

LEVEL_WORDS: Final[Mapping[str, str]] = {
    "stop": N_("STOP AND CALL: the limits ask to hold the drug and to escalate."),
    "call": N_("CALL: the limits ask to call the physician."),
    "review": N_("REVIEW: the limits ask to look again."),
}
"""What each level of a limit asks for."""

MOST_CHECKS: Final = 5
"""Checks that are named in the line that counts them."""

_AGAINST: Final[Mapping[str, str]] = {
    "": N_("due"),
    kinds.HOLD: N_("due, limits ask to hold"),
    kinds.CALL_FIRST: N_("due, call first"),
    kinds.REVIEW_FIRST: N_("due, review first"),
}

_WORDS: Final[Mapping[str, str]] = {
    kinds.LIMIT: N_("{about} {value}"),
    kinds.RESTS_ON: N_("{about}: {value}"),
    kinds.PHENOTYPE: N_("Sample {n}, drawn after the start: {value}"),
    kinds.EQUAL_TIMES: N_("{about}: two values of one time, {value}"),
    kinds.SAMPLE_TIME: N_("Sample {n}: when was it taken? By it {value}"),
    kinds.HOOK: N_("Ferritin: hook effect? Ask for dilution"),
    kinds.ISTH: N_("{value} units of red cells with bleeding: ISTH criteria?"),
    kinds.SOFA_DIFFERS: N_("SOFA day {n}: typed / computed {value}"),
    kinds.HELD: N_("Doses held: {n}. Go on or stop?"),
    kinds.NOT_CHARTED: N_("Doses not charted: {n}"),
    kinds.EARLIER: N_("Doses of an earlier course not charted: {n}"),
    kinds.CHECK: N_("{about}, day {n}"),
    kinds.BACKLOG: N_("Checks of earlier days not charted: {n}"),
    kinds.SOFA: N_("SOFA day {n} to do"),
    kinds.MARKER: N_("Wanted: {about}"),
    kinds.PLAN: N_("Set the first dose"),
    kinds.IDENTITY: N_("Identify the patient"),
    kinds.CLOSE: N_("To close: STOPs {n}, doses {of}"),
}
"""What an item says, by its code; a dose has words of its own."""


_PLANNED: Final = "planned"

_STATES: Final[Mapping[str, str]] = {
    _PLANNED: N_("PLANNED"),
    RUNNING: N_("RUNNING"),
    STOPPED: N_("STOPPED"),
    ENDED: N_("ENDED"),
}
"""States of a course in words."""


def level_tag(item: Item) -> str:
    """The level as a word in brackets, with the board's star on what is typed and not signed."""
    name = _(LEVEL_NAMES[item.level])
    return f"[{name}*]" if item.draft else f"[{name}]"


def item_text(item: Item) -> str:
    """What an item says, in a few words; foreign text in it is made harmless."""
    if item.code == kinds.DOSE:
        return _dose_text(item)
    value = item.value
    if item.code in (kinds.RESTS_ON, kinds.PHENOTYPE, kinds.SAMPLE_TIME):
        value = _(SHORT_NAMES[value]) if value in SHORT_NAMES else value
    about = _(MARKER_NAMES.get(item.about, item.about)) if item.code == kinds.MARKER else _(item.about)
    text = _(_WORDS[item.code]).format(about=about, value=show(value), n=item.n, of=item.of)
    return text.rstrip(": ")


def _dose_text(item: Item) -> str:
    late = _("OVERDUE {span}").format(span=span_text(timedelta(milliseconds=item.late))) if item.is_red else ""
    state = late or _(_AGAINST[item.value])
    return _("Dose {n} {state}").format(n=item.n, state=state)


def tagged(item: Item) -> str:
    """The level and what an item says."""
    return f"{level_tag(item)} {item_text(item)}"


def short_moment(milliseconds: int, zone: ZoneInfo, now: datetime) -> str:
    """An instant with its day where it is not today's."""
    found = moment(milliseconds)
    same = found.astimezone(zone).date() == now.astimezone(zone).date()
    return clock_text(found, zone) if same else f"{date_text(found, zone)} {clock_text(found, zone)}"


def item_lines(item: Item, zone: ZoneInfo, now: datetime) -> list[Line]:
    """An item with its time, who has seen it until when, and what it asks for."""
    since = short_moment(item.since, zone, now) if item.since else ""
    parts = [f"{tagged(item)} ({_('DRAFT')})" if item.draft else tagged(item)]
    if since and item.code not in (kinds.SOFA, kinds.BACKLOG, kinds.MARKER, kinds.PLAN, kinds.IDENTITY):
        parts.append(since)
    if item.seen is not None:
        again = short_moment(item.seen.until, zone, now)
        parts.append(_("seen by {author}, asks again {when}").format(author=show(item.seen.by), when=again))
    lines: list[Line] = [(_tone(item), ", ".join(parts))]
    if item.asks and item.level in (STOP, CALL):
        lines.append(("warn", f"   {_(item.asks)}"))
    return lines


def _tone(item: Item) -> Part:
    if item.is_red:
        return "warn" if item.is_calm else "bad"
    return "dim" if item.level == DO else "plain" if item.level == DUE else "warn"


def alarm_lines(found: Attention, zone: ZoneInfo, now: datetime, *, with_actions: bool = True) -> list[Line]:
    """Every STOP and CALL, acknowledged or not: what no screen of the patient leaves out.

    Args:
        found: of the patient.
        zone: of the ward.
        now: the present instant.
        with_actions: whether each says what it asks for, in a line of its own.
    """
    listed = [item_lines(item, zone, now) for item in found.alarms]
    return [line for lines in listed for line in (lines if with_actions else lines[:1])]


def to_do_lines(found: Attention, zone: ZoneInfo, now: datetime, where: str = "") -> list[Line]:
    """What is to be done: today's checks in one line, then the rest.

    Args:
        found: of the patient.
        zone: of the ward.
        now: the present instant.
        where: key of the room in which checks are entered, where that is another one.
    """
    items = found.of(DO)
    checks = [item for item in items if item.code == kinds.CHECK]
    lines: list[Line] = []
    if checks:
        names = ", ".join(dict.fromkeys(_(item.about) for item in checks[:MOST_CHECKS]))
        more = f" +{len(checks) - MOST_CHECKS}" if len(checks) > MOST_CHECKS else ""
        room = f" ({where})" if where else ""
        text = _("Checks to do: {count}{room}: {names}").format(count=len(checks), room=room, names=names)
        lines.append(("plain", text + more))
    others = [item for item in items if item.code != kinds.CHECK]
    return lines + [line for item in others for line in item_lines(item, zone, now)]


def counts_text(items: Iterable[Item]) -> str:
    """How many STOP and CALL there are: ``STOP 1  CALL 2``; empty for none."""
    levels = [item.level for item in items]
    return counted_text(levels.count(STOP), levels.count(CALL))


def counted_text(stops: int, calls: int) -> str:
    """The same of numbers that are counted already."""
    counted = ((STOP, stops), (CALL, calls))
    return "  ".join(f"{_(LEVEL_NAMES[level])} {count}" for level, count in counted if count)


def course_word(row: Row) -> str:
    """The state of the course in one word; empty where none is planned."""
    state = _PLANNED if row.is_planned else row.state
    return _(_STATES[state]) if state else ""


def course_text(row: Row) -> str:
    """The state of the course in words, with the day of a running one and its held doses; empty where none is planned."""
    course, text = row.course, course_word(row)
    if course is None or row.is_planned or row.state != RUNNING:
        return text
    if row.day is not None:
        text = _("RUNNING day {day} of {days}").format(day=row.day, days=course.days)
    return text + (" " + _("({n} held)").format(n=course.held) if course.held else "")


def course_change_texts(change: CourseChange) -> list[str]:
    """What becomes of the course, where an entry changes it: its state in words, then the doses that are open."""
    if change.before == change.after and not (change.due or change.not_charted):
        return []
    found = []
    if change.before != change.after and change.after:
        found.append(_("The course is {state} then.").format(state=_(_STATES[change.after])))
    if change.due:
        found.append(_("Doses due then: {n}.").format(n=change.due))
    if change.not_charted:
        found.append(_("Doses not charted then: {n}.").format(n=change.not_charted))
    return found


def over_text(over: Iterable[tuple[Item, Sentence | None]]) -> str:
    """What is over and by which value, in one line; empty for nothing."""
    listed = [tagged(item) + (f" ({words(value)})" if value is not None else "") for item, value in over]
    return _("Over: {items}.").format(items="; ".join(listed)) if listed else ""
