"""The draft of a sheet that records: kept with each key, offered again for its subject only, gone once it is recorded."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.store.drafts import Draft, DraftKey
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, choice_of
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.times import stamp_text
from immunosep_tui.ward.instants import moment, ms

MOST_TOLD: Final = 2
"""Sheets with a draft that the quiet line names, the newest first; of more it says how many."""


class RecordingSheet(NamedTuple):
    """A sheet that records: the command that opens it, and what it is called in a sentence."""

    command: str
    label: str


SHEETS: Final[Mapping[str, RecordingSheet]] = {
    "sign": RecordingSheet("sign", N_("signature")),
    "dose": RecordingSheet("dose", N_("dose")),
    "start": RecordingSheet("course", N_("start")),
    "stop": RecordingSheet("course", N_("stop")),
    "bleeding": RecordingSheet("bleeding", N_("bleeding")),
    "death": RecordingSheet("death", N_("died or left")),
    "acknowledge": RecordingSheet("acknowledge", N_("notice")),
    "close-alarm": RecordingSheet("close-alarm", N_("end of an alarm")),
    "red-cells": RecordingSheet("red-cells", N_("red cells")),
    "further-dose": RecordingSheet("further-dose", N_("part of a dose")),
    "hold-end": RecordingSheet("hold-end", N_("going on")),
    "pharmacy": RecordingSheet("study-drug", N_("study drug")),
    "code-break": RecordingSheet("study-drug", N_("code break")),
    "note": RecordingSheet("note", N_("note")),
    "sign-off": RecordingSheet("sign-off", N_("review")),
    "take-back": RecordingSheet("correct", N_("taking back")),
    "settings": RecordingSheet("settings", N_("ward settings")),
}
"""Every sheet that records, by the name under which its drafts are kept."""


class SheetDraft:
    """What is typed on one sheet that records.

    Args:
        desk: keeps the drafts, and says who types.
        chart: the record as the sheet has read it.
        sheet: name of the sheet.
        about: the entries or the dose that it is about.
        initials: who types.
        idempotency_key: of the entry, where nothing was typed before.
    """

    def __init__(self, desk: Desk, chart: Chart, sheet: str, about: str, initials: str, idempotency_key: str) -> None:
        self._desk = desk
        self._key = DraftKey(chart.key, sheet, about)
        self._initials = initials
        self._is_over = False
        self._drafts = desk.ward.drafts
        for each in self._drafts.sheets(chart.key):
            if each.sheet == sheet and is_recorded(each, chart):
                self._drafts.drop(each)
        self.found = self._drafts.get(*self._key)
        """What was typed before, for what the sheet is about now."""
        self.idempotency_key = self.found.idempotency_key if self.found else idempotency_key
        """Of the entry: that of the draft, so that what was recorded just before a crash is never recorded twice."""

    @property
    def about(self) -> str:
        """The entries or the dose that the sheet is about."""
        return self._key.about

    @property
    def others(self) -> tuple[Draft, ...]:
        """What was typed on this sheet for something else."""
        listed = self._drafts.sheets(self._key.record)
        return tuple(each for each in listed if each.sheet == self._key.sheet and each.about != self._key.about)

    def texts(self, fields: Sequence[Field]) -> dict[str, str]:
        """What was typed before into these rows."""
        found = self.found.texts if self.found else {}
        return {field.name: found[field.name] for field in fields if field.is_kept and field.name in found}

    def keep(self, fields: Sequence[Field], texts: Mapping[str, str]) -> None:
        """Keep what is typed, without what is secret or typed anew each time; nothing once it is recorded."""
        if self._is_over:
            return
        kept = {field.name: text for field in fields if field.is_kept and (text := texts.get(field.name, ""))}
        older = self._drafts.get(*self._key)
        authors = tuple(dict.fromkeys((*(older.authors if older else ()), self._initials)))
        at = ms(self._desk.now())
        record, sheet, about = self._key
        draft = Draft(record, kept, frozenset(), authors, at, sheet, about, self.idempotency_key)
        self._drafts.put(draft)

    def drop(self) -> None:
        """Throw away what is typed for what the sheet is about: it is recorded."""
        self._is_over = True
        self._clear()

    def discard(self) -> None:
        """Throw away what was typed on this sheet, also for something else."""
        for each in self.others:
            self._drafts.drop(each)
        self._clear()
        self.idempotency_key = uuid.uuid4().hex

    def _clear(self) -> None:
        self.found = None
        if (there := self._drafts.get(*self._key)) is not None:
            self._drafts.drop(there)

    def lines(self, fields: Sequence[Field]) -> list[Line]:
        """That something was typed before, when and by whom; what was typed for something else is told and not used."""
        key = _key("discard-sheet")
        lines: list[Line] = []
        if self.found is not None:
            said = _("Typed before, not signed: {when}. {key} throws it away.")
            lines.append(("note", said.format(when=when_typed(self.found, self._desk), key=key)))
        others = sorted(self.others, key=lambda each: each.at)
        if others:
            said = _("Typed before for something else and not used here: {when}. {texts}. {key} throws it away.")
            texts = "; ".join(
                _told(field, others[-1].texts[field.name]) for field in fields if field.name in others[-1].texts
            )
            lines.append(("note", said.format(when=when_typed(others[-1], self._desk), texts=texts or "-", key=key)))
        if len(others) > 1:
            lines[-1] = ("note", f"{lines[-1][1]} {_('Older ones: {n}.').format(n=len(others) - 1)}")
        return lines


def is_recorded(draft: Draft, chart: Chart) -> bool:
    """Whether the record has the entry that a draft would be: the program ended between the entry and the draft."""
    own = draft.idempotency_key
    return any(entry.key == own or entry.key.startswith(f"{own}:") for entry in chart.entries)


def when_typed(draft: Draft, desk: Desk) -> str:
    """When a draft was last typed into, and by whom."""
    by = ", ".join(show(author) for author in draft.authors)
    return _("{time} by {initials}").format(time=_time(draft.at, desk), initials=by)


def state_words(desk: Desk, key: str) -> str:
    """Whether the forms of a patient are signed and when, and each sheet with a draft, for the quiet line."""
    draft, chart, sheets = desk.ward.drafts.get(key), desk.ward.chart(key), desk.ward.drafts.sheets(key)
    told: list[str] = []
    if draft is not None:
        by = f" {show(draft.authors[-1])}" if draft.authors else ""
        told.append(_("[DRAFT {time}{by}: {key}]").format(time=_time(draft.at, desk), by=by, key=_key("sign")))
    elif chart.n:
        last = chart.entries[-1]
        told.append(_("[SIGNED {time} {author}]").format(time=_time(last.recorded, desk), author=show(last.author)))
    told += [_state_of(each, desk) for each in reversed(sheets[-MOST_TOLD:])]
    if more := len(sheets[:-MOST_TOLD]):
        told.append(_("[+{count} DRAFT]").format(count=more))
    return " ".join(told)


def _state_of(draft: Draft, desk: Desk) -> str:
    sheet, by = SHEETS[draft.sheet], ", ".join(show(author) for author in draft.authors)
    text = _("[DRAFT {sheet} {time} {initials}: {key}]")
    return text.format(sheet=_(sheet.label), time=_time(draft.at, desk), initials=by, key=_key(sheet.command))


def _time(at: int, desk: Desk) -> str:
    return stamp_text(moment(at), desk.now(), desk.zone)


def _key(identity: str) -> str:
    return key_name(command(identity).keys[0])


def _told(field: Field, text: str) -> str:
    choice = choice_of(field, text) if field.choices else None
    return f"{field.label}: {choice.label if choice else show(text)}"
