"""The patients of a ward: their records, with what was typed and not signed laid over them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.attention import CALL, DUE, STOP, Attention, Item, Standing
from immunosep_tui.record.chart import IN_WARD, Chart
from immunosep_tui.record.entry import WARD
from immunosep_tui.record.glance import Glance
from immunosep_tui.record.patient import Patient, confirmed
from immunosep_tui.record.protocols import kept_protocols
from immunosep_tui.record.raised import Judged
from immunosep_tui.record.settings import Settings, effective, settings_of
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import Draft, Drafts
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.judge import Judge
from immunosep_tui.store.store import Store
from immunosep_tui.ward.board import Row, board_order, row, typed_glance
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.judging import judge_of, kept_standing
from immunosep_tui.ward.protocols import Protocols
from immunosep_tui.ward.readings import readings_of
from immunosep_tui.ward.samples import phenotype
from immunosep_tui.ward.similar import similar_keys
from immunosep_tui.ward.starting import is_planned, sheet_of_plan

MOST_ROWS = 200
"""Most rows of the board; a search finds the others."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of the living on the ward, by what asks for a person; a STOP or CALL counts acknowledged or not."""

    patients: int = 0
    stops: int = 0
    calls: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Alarm:
    """A STOP or CALL of a patient, as another screen tells it."""

    key: str
    place: str
    case: str
    item: Item


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of the board, and how many patients there are of whom these are the first.

    ``count`` is how many the search finds; those with a STOP that it does not find are listed behind them.
    """

    rows: tuple[Row, ...]
    count: int
    similar: Mapping[str, str] = field(default_factory=dict)
    """Keys of those who are easily taken for another one, each with the case number of that one."""
    summary: Summary = Summary()
    alarms: tuple[Alarm, ...] = ()
    """Every signed STOP and CALL that nobody has acknowledged."""


class Ward:
    """What the screens read and type into; only a signature changes the record.

    Args:
        store: the records.
        drafts: what is typed on this machine.
        read_protocol: gives the protocol of this workstation, when it is first needed.
        zone: the time zone of this machine, in force where the ward has set none.
        now: the present instant.
        clock_in_doubt: whether the clock of this machine cannot be believed.
        follows: whether this workstation takes the protocol of the ward, because none was asked for.
    """

    def __init__(
        self,
        store: Store,
        drafts: Drafts,
        read_protocol: Callable[[], Protocol],
        zone: ZoneInfo,
        now: Callable[[], datetime],
        clock_in_doubt: Callable[[], bool] = lambda: False,
        *,
        follows: bool = False,
    ) -> None:
        self.store = store
        self.drafts = drafts
        self._read_protocol = read_protocol
        self.machine_zone = zone
        """The zone where the ward has set none."""
        self.zone = zone
        """The zone of the ward, for display and for typed local times."""
        self._now = now
        self._clock_in_doubt = clock_in_doubt
        self._follows = follows
        self._protocols: Protocols | None = None
        self._settings: Settings | None = None
        self._judge: Judge | None = None
        self._charts: dict[str, Chart] = {}
        self._standings: dict[str, tuple[int, str, Standing]] = {}
        self._open: tuple[Chart, Patient, Settings, tuple[Judged, Standing]] | None = None
        self._cases: dict[str, str] = {}
        self._beds: dict[str, list[tuple[str, str]]] = {}
        self._compared: frozenset[tuple[str, str, str, bool]] = frozenset()
        self.similar: dict[str, str] = {}
        """Keys of the last whole listing who are easily taken for another patient, with the case number of that one."""
        store.judge = lambda: self.judge

    # The rules of the ward.

    @property
    def settings(self) -> Settings:
        """The settings of the ward as they were last read. StoreError, where they were not read yet."""
        return self._settings or self.read_settings()

    def read_settings(self) -> Settings:
        """The settings of the ward as they are now: somebody may have changed them. StoreError."""
        entries = self.store.entries(WARD)
        kept = kept_protocols(entries)
        if self._protocols is None or kept != self._protocols.kept:
            self._protocols, self._judge = Protocols(self._read_protocol(), kept, follows=self._follows), None
            self._open = None
        found = self.store.reading(lambda: settings_of(entries))
        fresh = effective(found, self._protocols.ward, self.machine_zone)
        if fresh != self._settings:
            self._settings, self._judge, self.zone = fresh, None, fresh.zone
        return self._settings or fresh

    @property
    def protocols(self) -> Protocols:
        """The protocols of the ward as they were last read; where none could be, that of this workstation alone."""
        if self._protocols is None:
            with suppress(StoreError):
                self.read_settings()
        return self._protocols or Protocols(self._read_protocol())

    def protocol_of(self, key: str) -> Protocol:
        """The protocol by which a patient is read. StoreError."""
        return self.protocols.of(self.chart(key))

    @property
    def judge(self) -> Judge:
        """Who judges what stands in a chart. StoreError, ProfileError."""
        settings = self.settings
        if self._judge is None:
            self._judge = judge_of(self.protocols, settings)
        return self._judge

    # One patient.

    def standing(self, sheet: Patient) -> Standing:
        """What stands of a patient, with what is typed on the sheet over the record."""
        return self._of_open(sheet)[1]

    def readings(self, sheet: Patient) -> Judged:
        """Every reading of a patient held against its limits, with what is typed on the sheet over the record."""
        return self._of_open(sheet)[0]

    def _of_open(self, sheet: Patient) -> tuple[Judged, Standing]:
        """Remembered for the open patient, because every part of a screen asks."""
        chart, settings = self.chart(sheet.key), self.settings
        known = self._open
        if known is None or known[0] is not chart or known[1] != sheet or known[2] is not settings:
            self._open = known = (chart, sheet, settings, self._typed(chart, sheet, settings))
        return known[3]

    def _typed(self, chart: Chart, sheet: Patient, settings: Settings) -> tuple[Judged, Standing]:
        protocol = self.protocols.of(chart)
        draft = self.drafts.get(chart.key)
        typed_at = self._now() if draft is None else min(self._now(), moment(draft.at))
        readings = readings_of(chart, sheet, protocol, settings, typed_at)
        return readings, standing(chart, protocol, settings, readings)

    def attention(self, sheet: Patient) -> Attention:
        """What of a patient asks for a person now."""
        return self.standing(sheet).at(ms(self._now()), clock_in_doubt=self._clock_in_doubt())

    def row(self, sheet: Patient) -> Row:
        """A patient at a glance now, with what is typed over the record."""
        chart = self.chart(sheet.key)
        is_draft = sheet != chart.sheet or bool(self.drafts.sheets(sheet.key))
        return self._row_of_sheet(chart, sheet, self.standing(sheet), is_draft=is_draft)

    def _row_of_sheet(self, chart: Chart, sheet: Patient, standing: Standing, *, is_draft: bool) -> Row:
        """The same wherever it is shown: a phenotype by what is typed, unless a course rests on one."""
        plans = is_planned(sheet, chart, self._now())
        decides = plans or chart.course is None or chart.course.stop is not None
        name = phenotype(sheet_of_plan(sheet, chart), self.protocols.ward).phenotype if decides else ""
        found = self._row(typed_glance(chart, sheet, name), standing, is_draft=is_draft)
        return replace(found, is_planned=plans)

    def _row(self, seen: Glance, standing: Standing, *, is_draft: bool = False) -> Row:
        return row(seen, standing, ms(self._now()), clock_in_doubt=self._clock_in_doubt(), is_draft=is_draft)

    # All of them.

    def listing(self, search: str = "") -> Listing:
        """Rows of the board, what needs a person first; a draft is shown as it was typed. StoreError."""
        self.read_settings()
        self.store.judge_board()
        late = ms(self._now())
        glances, count = self.store.board("", late, MOST_ROWS)
        rows, recorded = {each.key: each for each in self._rows(glances)}, {each.record for each in glances}
        found, drafted = rows, [each for each in rows.values() if each.key not in recorded]
        count += len(drafted)
        if search:
            glances, count = self.store.board(search, late, MOST_ROWS)
            found = {each.record: rows.get(each.record) or self._row_of(each, None) for each in glances}
            matching = [each for each in drafted if _is_sought(each, search)]
            found |= {each.key: each for each in matching}
            count += len(matching)
        else:
            self._cases = {row.case: row.key for row in rows.values() if row.case}
            self._beds = _beds(rows.values())
            self._find_similar(rows.values())
        elsewhere = [replace(each, is_found=False) for each in rows.values() if each.level == STOP]
        listed = [*found.values(), *(each for each in elsewhere if each.key not in found)]
        return Listing(
            tuple(sorted(listed, key=board_order)[: MOST_ROWS + len(elsewhere)]),
            count,
            self.similar,
            _summary(rows.values()),
            tuple(_alarms(rows.values())),
        )

    def _find_similar(self, rows: Iterable[Row]) -> None:
        """Compare everybody with everybody, where somebody has come, gone or another name."""
        listed = list(rows)
        compared = frozenset((each.key, each.case, each.identifier, each.died or each.left) for each in listed)
        if compared != self._compared:
            self._compared, self.similar = compared, similar_keys(listed)

    def _rows(self, glances: Iterable[Glance]) -> list[Row]:
        """The rows of these patients, and of those who are typed only."""
        drafts = {each.record: Draft(each.record) for each in self.drafts.sheets() if each.record != WARD}
        drafts = {key: each for key, each in drafts.items() if self.store.glance(key) is None}
        drafts |= {draft.record: draft for draft in self.drafts.all()}
        rows = [self._row_of(each, drafts.pop(each.record, None)) for each in glances]
        rows += [self._drafted(draft) for draft in drafts.values() if self.store.glance(draft.record) is None]
        return rows

    def _row_of(self, seen: Glance, draft: Draft | None) -> Row:
        if draft is None:
            return self._row(seen, self._kept_standing(seen), is_draft=bool(self.drafts.sheets(seen.record)))
        chart = self.store.chart(seen.record)
        sheet = _over(chart.sheet, draft)
        return self._row_of_sheet(chart, sheet, self._typed(chart, sheet, self.settings)[1], is_draft=True)

    def _drafted(self, draft: Draft) -> Row:
        chart = Chart(draft.record)
        sheet = _over(Patient(draft.record, deaths=frozenset()), draft)
        seen = typed_glance(chart, sheet, phenotype(sheet, self.protocols.ward).phenotype)
        found = self._row(seen, self._typed(chart, sheet, self.settings)[1], is_draft=True)
        return replace(found, is_planned=is_planned(sheet, chart, self._now()))

    def _kept_standing(self, seen: Glance) -> Standing:
        """What stands of a patient who has no draft; remembered until an entry or the rules change."""
        judge = self.judge
        known = self._standings.get(seen.record)
        if known is None or known[:2] != (seen.n, judge.name):
            known = (seen.n, judge.name, kept_standing(self.store, judge, seen))
            self._standings[seen.record] = known
        return known[2]

    def chart(self, key: str) -> Chart:
        """The record of a patient as it was last read."""
        return self._charts[key] if key in self._charts else self.read_again(key)

    def read_again(self, key: str) -> Chart:
        """The record of a patient as it is now. StoreError, and then the one that was last read stays."""
        chart = self.store.chart(key)
        self._charts = {key: chart}
        return chart

    def begin(self) -> Patient:
        """An empty sheet under a key that no patient has, on any machine; the store is not asked."""
        empty = Patient(uuid.uuid4().hex, deaths=frozenset())
        self._charts[empty.key] = Chart(empty.key, sheet=empty)
        return empty

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
        """Throw away what is typed into the forms of a patient; of one who was never signed, the sheets too."""
        self.drafts.put(Draft(key))
        if not self.chart(key).n:
            for each in self.drafts.sheets(key):
                self.drafts.drop(each)

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


def _beds(rows: Iterable[Row]) -> dict[str, list[tuple[str, str]]]:
    """Who lies in each bed: keys with case numbers, by the bed as it is written in small letters."""
    beds: dict[str, list[tuple[str, str]]] = {}
    for each in rows:
        if each.place and not (each.died or each.left):
            beds.setdefault(each.place.casefold(), []).append((each.key, each.case or _UNNAMED))
    return beds


def _is_sought(row: Row, search: str) -> bool:
    return search.casefold() in f"{row.place}\n{row.case}\n{row.identifier}".casefold()


def _summary(rows: Iterable[Row]) -> Summary:
    living = [row for row in rows if not row.is_gone]
    items = [item for row in living for item in row.attention.items]
    return Summary(
        len(living),
        sum(item.level == STOP for item in items),
        sum(item.level == CALL for item in items),
        sum(item.level == DUE and item.is_red for item in items),
    )


def _alarms(rows: Iterable[Row]) -> Iterable[Alarm]:
    for each in rows:
        if not each.is_gone:
            for item in each.attention.urgent:
                yield Alarm(each.key, each.place, each.case, item)
