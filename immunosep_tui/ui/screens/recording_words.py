"""What the screens that record say of their rows and of what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from immunosep_tui.i18n import _
from immunosep_tui.record.entry import Entry
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.times import stamp_text
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
