"""Doses in words: why one asks for a reason, what stands against one, and what was recorded of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from immunosep_tui.i18n import _
from immunosep_tui.record import course as rules
from immunosep_tui.record.attention import CALL_FIRST, HOLD, REVIEW_FIRST
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import GIVEN, HELD, NOT_CHARTED, Dose, ExtraDose, Slot
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.times import clock_text, date_text, span_text, stamp_text
from immunosep_tui.ward.charting import ChosenDose, Past, last_received, unsure_since
from immunosep_tui.ward.instants import moment

_ENDS: Final[Mapping[str, str]] = {
    rules.AFTER_STOP: N_("The course was stopped {when}: say why it is recorded after that."),
    rules.AFTER_END: N_("The course ended {when}: say why it is recorded after that."),
    rules.AFTER_LEAVING: N_("The patient left {when}: say why it is recorded after that."),
    rules.AFTER_DEATH: N_("The patient died {when}: say why it is recorded after that."),
}

_BEYOND: Final[Mapping[str, str]] = {
    rules.AFTER_LEAVING: N_("This time lies {span} AFTER the leaving ({when}): look at both, and say why."),
    rules.AFTER_DEATH: N_("This time lies {span} AFTER THE DEATH ({when}): look at both, and say why."),
}
"""The same where it was given after that, which is rarely so."""

ALL_KEY: Final = "b"
"""The key that closes the backlog, on the sheet of a dose."""

AGAINST_WORDS: Final[Mapping[str, str]] = {
    HOLD: N_("STOP: the limits ask to hold it. Given all the same, it asks for a reason."),
    CALL_FIRST: N_("CALL: call the physician first. Given all the same, it asks for a reason."),
    REVIEW_FIRST: N_("REVIEW FIRST: what the course rests on has changed. Given all the same, it asks for a reason."),
}
"""What stands against a dose, in words."""

_AGAINST: Final[Mapping[str, str]] = {
    rules.NOT_NEXT: N_(
        "REFUSED: dose {others} of this drug comes before it and is open. Only the next one is given early: record that "
        "one, or type when this one was given."
    ),
    rules.STOPPED_BEFORE: N_(
        "REFUSED: the course was stopped {when}. Type when it was given, or first correct the time of the stop in "
        "Record ({key})."
    ),
    rules.CANCELLED: N_(
        "REFUSED: it was due after the stop or the death and is cancelled. Only that it was given can be recorded; a "
        "stop or a death that is wrong is taken back in Record ({key})."
    ),
}


def stamp(desk: Desk, at: int) -> str:
    """An instant with its day where that is not today's."""
    return stamp_text(moment(at), desk.now(), desk.zone)


def _span(milliseconds: int) -> str:
    return span_text(timedelta(milliseconds=abs(milliseconds)))


def numbers_text(slots: Sequence[Slot]) -> str:
    """Numbers of doses, following ones as a range: ``2 to 9, 11``."""
    parts: list[tuple[int, int]] = []
    for number in sorted(slot.number for slot in slots):
        if parts and number == parts[-1][1] + 1:
            parts[-1] = parts[-1][0], number
        else:
            parts.append((number, number))
    texts = [str(a) if a == b else _("{first} to {last}").format(first=a, last=b) for a, b in parts]
    return ", ".join(texts)


def reason_text(desk: Desk, chart: Chart, chosen: ChosenDose, outcome: str, ask: str, at: int) -> str:
    """Why recording something of a dose asks for a reason: one of what ``Chart.dose_asks`` gives, in words."""
    course, slot, entry = chosen.course, chosen.slot, chosen.entry
    if ask in _ENDS:
        gone = chart.gone_since
        ends = {rules.AFTER_STOP: course.stopped, rules.AFTER_END: course.ends}
        when = ends.get(ask, None if gone is None else gone[1]) or 0
        if ask in _BEYOND and outcome == GIVEN and at > when:
            return _(_BEYOND[ask]).format(span=_span(at - when), when=stamp(desk, when))
        return _(_ENDS[ask]).format(when=stamp(desk, when))
    if ask in (rules.LATE, rules.EARLY):
        text = _("LATE by {span}: say why.") if ask == rules.LATE else _("EARLY by {span}: say why.")
        local = _("On time is {minutes} min before and after (local convention).")
        return f"{text.format(span=_span(at - slot.due))} {local.format(minutes=course.plan.window // 60_000)}"
    if ask == rules.SHORT_GAP:
        near = chart.too_close(course, slot.product, at, chosen.replaces)
        told = _("SHORT GAP: only {span} from {what} (least gap: local convention): say why.")
        return told.format(
            span=_span(0 if near is None else at - near.at), what="-" if near is None else given_text(desk, near)
        )
    if ask == rules.WAS_HELD and entry is not None:
        told = _("It was {what}: say why it is given now. That it was held stays readable.")
        return told.format(what=entry_text(desk, entry))
    if ask == rules.CORRECTED and entry is not None:
        return _("Recorded: {what}. This corrects it: say why.").format(what=entry_text(desk, entry))
    if outcome == NOT_CHARTED:
        return _("Nobody knows whether it was given: say why it is not charted.")
    return _("It was not given: say why.")


def due_list(desk: Desk, slots: Sequence[Slot]) -> list[Line]:
    """Doses with their times, one line a calendar day."""
    days: dict[str, list[str]] = {}
    for slot in slots:
        due = moment(slot.due)
        told = _("dose {n} {when}").format(n=slot.number, when=clock_text(due, desk.zone))
        days.setdefault(date_text(due, desk.zone), []).append(told)
    return [("plain", f"  {day}: {', '.join(told)}") for day, told in days.items()]


def rule_text(desk: Desk, chosen: ChosenDose, rule: str, at: int) -> str:
    """The rule that stands against recording something of a dose, with the way out."""
    course = chosen.course
    return _(_AGAINST[rule]).format(
        others=numbers_text(course.open_between(at, chosen.slot, chosen.replaces)),
        when="" if course.stopped is None else stamp(desk, course.stopped),
        key=key_name(command("room-record").keys[0]),
    )


def since_last_line(desk: Desk, chart: Chart, chosen: ChosenDose, at: int) -> Line:
    """How long ago the drug was given last, parts too, and whether that is certain."""
    last = last_received(chart, chosen, at)
    told = _("Nothing of this drug was given before.")
    if last is not None:
        told = _("Given last: {what}, {span} before.").format(what=given_text(desk, last), span=_span(at - last.at))
    unsure = unsure_since(chosen, at)
    if not unsure:
        return "plain", told
    return "warn", f"{told} " + _("Not certain: not charted since then: {n}.").format(n=numbers_text(unsure))


def given_text(desk: Desk, entry: Entry) -> str:
    """Something that was given, with its time: ``dose 4 at 14:10``."""
    body, when = entry.body, stamp(desk, entry.at)
    if isinstance(body, ExtraDose):
        return _("{amount} beside dose {n} at {when}").format(amount=show(body.amount), n=body.slot, when=when)
    return _("dose {n} at {when}").format(n=body.slot, when=when) if isinstance(body, Dose) else when


def entry_text(desk: Desk, entry: Entry) -> str:
    """What an entry says of a dose: outcome, time, who, and why: ``held 14:00 AB: bleeding``."""
    body = entry.body
    what = show(body.amount) if isinstance(body, ExtraDose) else _(body.outcome) if isinstance(body, Dose) else ""
    text = f"{what} {stamp(desk, entry.at)} {show(entry.author)}"
    return f"{text}: {show(entry.reason)}" if entry.reason else text


def past_text(desk: Desk, past: Sequence[Past]) -> str:
    """Everything that was recorded of a dose, what was taken back too: ``held 14:00 AB: bleeding, then given 15:10 AB``."""
    parts = []
    for entry, taker in ((each.entry, each.taker) for each in past):
        text = entry_text(desk, entry)
        if taker is not None and taker.corrects is None:
            back = _("taken back {when} {author}").format(when=stamp(desk, taker.at), author=show(taker.author))
            text += f" [{back}{f': {show(taker.reason)}' if taker.reason else ''}]"
        elif taker is not None and not _gave_after_hold(entry, taker):
            text += f" [{_('corrected')}]"
        parts.append(text)
    return _(", then ").join(parts)


def _gave_after_hold(entry: Entry, taker: Entry) -> bool:
    """Whether a dose was held and then given, which is no mistake that was corrected."""
    before, after = entry.body, taker.body
    return isinstance(before, Dose) and isinstance(after, Dose) and (before.outcome, after.outcome) == (HELD, GIVEN)
