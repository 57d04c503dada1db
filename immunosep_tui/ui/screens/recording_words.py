"""What the screens that record say of their rows and of what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from immunosep_tui.i18n import _, words
from immunosep_tui.record.entry import Entry
from immunosep_tui.store.errors import InDoubt, StoreError
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.times import moment_text, stamp_text
from immunosep_tui.ward.instants import moment


def with_keys(field: Field) -> Field:
    """A row with choices says which keys it takes."""
    if not field.choices or field.unit:
        return field
    *first, last = (choice.key for choice in field.choices)
    return replace(field, unit=_("{keys} or {last}").format(keys=", ".join(first), last=last) if first else last)


def reads_on(count: int) -> Line | None:
    """That so many lines are still to be read; None for none."""
    said = _("Enter reads on, or {key}: {count} lines below. It signs once the end was shown. Esc goes back.")
    return ("warn", said.format(key=key_name(command("read-on").keys[0]), count=count)) if count else None


def confirmed_reason(reason: str) -> str:
    """A reason that also says that the time was confirmed."""
    return "; ".join(part for part in (reason, _("the time of this machine was confirmed")) if part)


def saved_text(entries: Sequence[Entry], desk: Desk) -> str:
    """When and by whom entries were recorded."""
    when = stamp_text(moment(entries[-1].recorded), desk.now(), desk.zone)
    one = _("Saved at {time} by {initials}: one entry, read back from the store.")
    several = _("Saved at {time} by {initials}: {count} entries, read back from the store.")
    template = one if len(entries) == 1 else several
    return template.format(time=when, initials=entries[-1].author, count=len(entries))


def trouble_lines(trouble: StoreError, desk: Desk, unread: int, *, asks_time: bool) -> list[Line]:
    """Why nothing was recorded, or that it is not known whether it was, and what the keys do about it.

    Args:
        trouble: of the last try.
        desk: tells the time.
        unread: how many lines are still to be read.
        asks_time: whether the person is asked if the clock of this machine is right.
    """
    head = _("NOT KNOWN YET") if isinstance(trouble, InDoubt) else _("NOT SAVED")
    again = _("Enter tries again. Esc goes back; what was typed stays.")
    if asks_time:
        now = moment_text(desk.now(), desk.zone)
        again = _("Is it {now}? Enter records it so, with your name. Esc goes back.").format(now=now)
    told = f"{head}: {words(trouble.text)} {words(trouble.advice)}"
    return [("bad", told), reads_on(unread) or ("plain", again)]
