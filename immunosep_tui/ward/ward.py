"""The patients of a ward: their records, with what was typed and not signed laid over them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.glance import IN_WARD
from immunosep_tui.record.patient import Patient, confirmed
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import Draft, Drafts
from immunosep_tui.store.store import Store
from immunosep_tui.ward.board import OVERDUE_AFTER, Row, recorded_row, row, urgent_first
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.similar import similar_keys

MOST_ROWS = 200
"""Most rows of the board; a search finds the others."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of the board, and how many patients there are of whom these are the first."""

    rows: tuple[Row, ...]
    count: int
    similar: Mapping[str, str] = field(default_factory=dict)
    """Keys of those who are easily taken for another one, each with the case number of that one."""


class Ward:
    """What the screens read and type into; only a signature changes the record.

    Args:
        store: the records.
        drafts: what is typed on this machine.
        read_protocol: gives the protocol, when it is first needed.
        zone: the site's time zone.
        now: the present instant.
        overdue_after: how long after its time something of which nothing is recorded is overdue.
    """

    def __init__(
        self,
        store: Store,
        drafts: Drafts,
        read_protocol: Callable[[], Protocol],
        zone: ZoneInfo,
        now: Callable[[], datetime],
        overdue_after: Callable[[], timedelta] = lambda: OVERDUE_AFTER,
    ) -> None:
        self.store = store
        self.drafts = drafts
        self._read_protocol = read_protocol
        self._zone = zone
        self._now = now
        self.overdue_after = overdue_after
        self._charts: dict[str, Chart] = {}
        self._cases: dict[str, str] = {}
        self._beds: dict[str, list[tuple[str, str]]] = {}
        self.similar: dict[str, str] = {}
        """Keys of the last whole listing who are easily taken for another patient, with the case number of that one."""

    def begin(self) -> Patient:
        """An empty sheet under a key that no patient has, on any machine; the store is not asked."""
        empty = Patient(uuid.uuid4().hex, deaths=frozenset())
        self._charts[empty.key] = Chart(empty.key, sheet=empty)
        return empty

    def listing(self, search: str = "") -> Listing:
        """Rows of the board, what needs a person first; a draft is shown as it was typed. StoreError."""
        now = self._now()
        late = self.overdue_after()
        glances, count = self.store.board(search, ms(now - late), MOST_ROWS)
        rows = {glance.record: recorded_row(glance, now, late) for glance in glances}
        for draft in self.drafts.all():
            if draft.record in rows:
                rows[draft.record] = replace(rows[draft.record], is_draft=True)
            elif not self.store.glance(draft.record):
                typed = row(
                    _over(Patient(draft.record, deaths=frozenset()), draft), self._read_protocol(), self._zone, now
                )
                if search.casefold() in f"{typed.place}\n{typed.case}\n{typed.identifier}".casefold():
                    rows[draft.record] = replace(typed, is_draft=True)
                    count += 1
        self._cases = {row.case: row.key for row in rows.values() if row.case}
        self._beds = {}
        for each in rows.values():
            if each.place and not (each.died or each.left):
                self._beds.setdefault(each.place.casefold(), []).append((each.key, each.case or _UNNAMED))
        if not search:
            self.similar = similar_keys(rows.values())
        return Listing(tuple(sorted(rows.values(), key=urgent_first)[:MOST_ROWS]), count, self.similar)

    def chart(self, key: str) -> Chart:
        """The record of a patient as it was last read."""
        return self._charts[key] if key in self._charts else self.read_again(key)

    def read_again(self, key: str) -> Chart:
        """The record of a patient as it is now. StoreError, and then the one that was last read stays."""
        chart = self.store.chart(key)
        self._charts = {key: chart}
        return chart

    def get(self, key: str) -> Patient:
        """The sheet of a patient: the record, with the draft over it. StoreError."""
        draft = self.drafts.get(key)
        recorded = self.chart(key).sheet
        return _over(recorded, draft) if draft else recorded

    def put(self, patient: Patient, author: str = "") -> None:
        """Keep a sheet as a draft: what differs from the record."""
        recorded = self.chart(patient.key).sheet
        fresh = confirmed(patient) - confirmed(recorded)
        keys = dict.fromkeys((*patient.texts, *recorded.texts))
        texts = {key: patient.text(key) for key in keys if patient.text(key) != recorded.text(key) or key in fresh}
        kept = frozenset(f"{key}={patient.text(key)}" for key in fresh)
        older = self.drafts.get(patient.key)
        authors = tuple(dict.fromkeys((*(older.authors if older else ()), *([author] if author else []))))
        self.drafts.put(Draft(patient.key, texts, kept, authors, ms(self._now())))

    def discard(self, key: str) -> None:
        """Throw a draft away."""
        self.drafts.put(Draft(key))

    def case_known(self, case: str, key: str) -> bool:
        """Whether another patient of the last listing has this case number; quick, and not the last word."""
        return self._cases.get(case, key) != key

    def case_taken(self, case: str, key: str) -> bool:
        """Whether another patient on the ward or in a draft has this case number. StoreError."""
        holder = self.store.record_of_case(case)
        drafted = (draft.record for draft in self.drafts.all() if draft.texts.get("identity.case") == case)
        return any(other not in (None, key) for other in (holder, *drafted))

    def bed_known(self, place: str, key: str) -> str:
        """The case of another patient of the last listing who lies in this bed, empty for none; quick, not the last word."""
        return next((case for other, case in self._beds.get(place.casefold(), ()) if other != key), "")

    def in_bed(self, place: str, key: str) -> str:
        """The case of another living patient on the ward or in a draft who lies in this bed; empty for none. StoreError."""
        found = {glance.record: glance.case_number for glance in self.store.in_bed(place)}
        for draft in self.drafts.all():
            if draft.texts.get("identity.place", "").casefold() == place.casefold() and draft.record not in found:
                there = self.store.glance(draft.record)
                if there is None or there.state == IN_WARD:
                    found[draft.record] = draft.texts.get("identity.case", "") or (there.case_number if there else "")
        return next((case or _UNNAMED for record, case in found.items() if record != key), "")


_UNNAMED = "?"
"""Stands for the case number of somebody who is typed without one yet."""


def _over(recorded: Patient, draft: Draft) -> Patient:
    """A sheet with a draft over it."""
    texts = {key: text for key, text in {**recorded.texts, **draft.texts}.items() if text}
    return replace(recorded, texts=texts, kept=recorded.kept | draft.kept)
