"""The ledger: appends entries and reads them back. The same on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Final, TypeVar

from immunosep_tui import __version__
from immunosep_tui.record.chain import Head
from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.clock import Clock, Reading, doubt
from immunosep_tui.record.entry import COLUMNS, WARD, Entry, NotReadable, Proposal, write_body
from immunosep_tui.record.glance import Glance
from immunosep_tui.record.objections import is_of_another, objection, objection_to_taking_back
from immunosep_tui.rules.text import unclean
from immunosep_tui.store import index, troubles
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.engine import Broken, Engine, Row, Violated
from immunosep_tui.store.errors import ReadOnly, StoreError
from immunosep_tui.store.judge import Judge
from immunosep_tui.store.rows import only, typed, types_of

_LINE = ", ".join(COLUMNS)
_APPEND = f"INSERT INTO ledger ({_LINE}) VALUES ({', '.join(':' + name for name in COLUMNS)})"
_MOVE_HEAD = "UPDATE head SET seq = :seq, hash = :hash, recorded = :recorded WHERE id = 1"
_HEAD = "SELECT seq, hash, recorded FROM head WHERE id = 1"
_OF_RECORD = f"SELECT {_LINE} FROM ledger WHERE record = :record ORDER BY n"
_ALL = f"SELECT {_LINE} FROM ledger ORDER BY seq"
_BY_KEY = f"SELECT {_LINE} FROM ledger WHERE key = :key"
_ANYBODY = "SELECT n FROM ledger WHERE record = :ward AND kind = 'person' LIMIT 1"
_TYPES = types_of(Entry, COLUMNS)
_RECORDS = "SELECT DISTINCT record FROM ledger WHERE record <> '' ORDER BY record"

T = TypeVar("T")

FUTURE: Final = 5 * 60 * 1000
"""How far in the future a fact may lie, in milliseconds. Local convention."""

JUDGED_TOGETHER: Final = 100
"""How many rows of the board are judged in one transaction, so that others can write in between."""


class Store:
    """An open ledger. It can be used from several threads; what it raises is a StoreError.

    Args:
        engine: the connection.
        clock: tells the time of recording; a database server's own clock goes before it.
        why_read_only: what makes writing unsafe; None where it is safe.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock = machine_clock,
        why_read_only: StoreError | None = None,
    ) -> None:
        self.engine = engine
        self.why_read_only = why_read_only
        self.appended: Callable[[], None] = lambda: None
        """Told where the ledger ends after each append; it must not raise."""
        self.barred: Callable[[], ReadOnly | None] = lambda: None
        """Asked in the transaction of each append why the ledger must not be written here; Broken or Violated."""
        self.judge: Callable[[], Judge | None] = lambda: None
        """Gives who judges what is put on the board; it must not ask this store."""
        self._clock = clock
        self._start = clock()
        self._lock = threading.RLock()
        self._in_doubt: set[str] = set()

    # Writing.

    def append(self, proposals: Sequence[Proposal], follows: int, *, despite_clock: bool = False) -> tuple[Entry, ...]:
        """Record these entries of one record together, and give them as they were read back.

        Asked again with the same keys, it gives what was recorded then.

        Args:
            proposals: at least one, all of one record.
            follows: how many entries the record had when the person decided.
            despite_clock: record although the clock is in doubt: a person has looked at the time and confirmed it.

        Raises:
            Stale: the record has more entries by now.
            Refused: a rule of the ledger forbids it.
            ClockWrong: the clock cannot be believed.
            ReadOnly: the store must not be written.
            NotSaved: nothing was recorded.
            InDoubt: it is not known whether it was.
        """
        with self._lock:
            if self.why_read_only is not None:
                raise self.why_read_only
            try:
                with self.engine.transaction():
                    why = self.barred()
                    if why is not None:
                        raise why
                    written = self._write(proposals, follows, despite_clock)
                found = self._read_back(written)
                self.appended()
                return found
            except ReadOnly as error:
                self.only_read(error)
                raise
            except Violated as error:
                raise troubles.refused(error.rule, None) from error
            except Broken as error:
                return self._settle(proposals, error)
            except NotReadable as error:
                raise troubles.damaged(str(error)) from error

    def only_read(self, why: ReadOnly) -> None:
        """Write nothing from now on; not even what a commit that was cut short has left is put right."""
        with self._lock:
            self.why_read_only = self.why_read_only or why
            self.engine.close()
            self.engine.writable = False

    def _write(self, proposals: Sequence[Proposal], follows: int, despite_clock: bool) -> list[Entry]:
        (seq, hashed, recorded), now = self._locked_head(), self._now()
        done = [found for proposal in proposals if (found := self._by_key(proposal.key))]
        if len(done) == len(proposals):
            others = [found for found in done if found.record != proposals[0].record]
            if others:
                raise troubles.refused("once", others[0])
            return done
        if any(unclean(asdict(proposal)) for proposal in proposals):
            raise troubles.refused("clean", None)
        record = proposals[0].record
        before = self._entries(record)
        if len(before) != follows:
            raise troubles.stale(before[follows:])
        why = "" if despite_clock else doubt(now, self._start, recorded)
        if not why and not despite_clock and any(p.at > now.utc + FUTURE for p in proposals):
            why = "future"
        if why:
            raise troubles.clock_wrong(why)
        entries: list[Entry] = []
        chart = fold(record, before)
        if record != WARD and is_of_another(chart, proposals):
            raise troubles.refused("wrong_patient", chart.latest.get("identity"))
        moment = replace(now, utc=max(now.utc, recorded or 0))
        for proposal in proposals:
            rule, there = (objection_to_taking_back if record == WARD else objection)(chart, proposal)
            if rule:
                raise troubles.refused(rule, there)
            seq += 1
            entry = _entry(proposal, seq, follows + len(entries) + 1, moment, hashed)
            hashed = entry.hash
            put_line(self.engine, entry)
            entries.append(entry)
            chart = fold(record, [*before, *entries])
        if record != WARD:
            index.bring_up_to_date(self.engine, chart, self.judge())
        return entries

    def judge_board(self) -> None:
        """Judge what nobody has judged, so that the order of the board is that of all patients.

        Where that cannot be written it is left as it is, and who reads it judges. StoreError where nothing can be read.
        """
        judge = self.judge()
        if judge is None or self.why_read_only is not None:
            return
        with self._lock:
            while records := self.reading(lambda: index.not_judged(self.engine, JUDGED_TOGETHER)):
                try:
                    with self.engine.transaction():
                        self._locked_head()
                        if self.barred() is not None:
                            return
                        for record in records:
                            index.put_on_board(self.engine, fold(record, self._entries(record)), judge)
                except (Broken, Violated, NotReadable):
                    return

    def _locked_head(self) -> tuple[int, str, int | None]:
        return self._head(" FOR UPDATE" if self.engine.dialect == "postgresql" else "")

    def _head(self, lock: str = "") -> tuple[int, str, int | None]:
        return only(self.engine.run(_HEAD + lock), (int, str, int | None))  # type: ignore[return-value]

    def _now(self) -> Reading:
        now, server = self._clock(), self.engine.server_time()
        return now if server is None else replace(now, utc=server, boot="server")

    def _read_back(self, written: Sequence[Entry]) -> tuple[Entry, ...]:
        try:
            found = [self._by_key(entry.key) for entry in written]
        except Broken as error:
            raise error.after_commit() from error
        if found != list(written):
            raise Broken("damaged", "what was read back is not what was written", committing=True)
        return tuple(written)

    def _settle(self, proposals: Sequence[Proposal], error: Broken) -> tuple[Entry, ...]:
        """After a failure: what became of it. Only a commit that failed can have been done all the same.

        The commit may be that of an earlier try, of which nobody knows yet.
        """
        self.engine.close()
        if not error.committing and self._in_doubt.isdisjoint(proposal.key for proposal in proposals):
            raise troubles.not_saved(error) from error
        found = self.settle(proposals)
        if not found:
            raise troubles.not_saved(error) from error
        return found

    def settle(self, proposals: Sequence[Proposal]) -> tuple[Entry, ...]:
        """What became of a deed in doubt: its entries, none where nothing was recorded; InDoubt if still not known.

        It asks under the lock of the ledger, so that a commit that is still on its way is waited for.
        """
        keys = {proposal.key for proposal in proposals}
        found: list[Entry] | None = None
        with self._lock:
            try:
                with self.engine.transaction():
                    self._locked_head()
                    found = [entry for proposal in proposals if (entry := self._by_key(proposal.key))]
            except (Broken, Violated) as error:
                self.engine.close()
                if found is None:  # else only the end of a transaction failed that wrote nothing
                    self._in_doubt |= keys
                    raise troubles.in_doubt(error if isinstance(error, Broken) else Broken("io", error.rule)) from error
            self._in_doubt -= keys
            return tuple(found) if len(found) == len(proposals) else ()

    # Reading.

    def chart(self, record: str) -> Chart:
        """The state of one patient; an empty chart where there is no entry."""
        return self.reading(lambda: fold(record, self._entries(record)))

    def entries(self, record: str) -> list[Entry]:
        """The entries of one record, in order."""
        return self.reading(lambda: self._entries(record))

    def find(self, key: str) -> Entry | None:
        """The entry of a deed."""
        return self.reading(lambda: self._by_key(key))

    def head(self) -> Head:
        """Where the ledger ends."""
        seq, hashed, _recorded = self.reading(self._head)
        return Head(seq, hashed)

    def last_recorded(self) -> int | None:
        """Instant of recording of the last entry, milliseconds of UTC."""
        _seq, _hash, recorded = self.reading(self._head)
        return recorded

    def records(self) -> list[str]:
        """The keys of all patients."""
        return [str(row[0]) for row in self.reading(lambda: self.engine.run(_RECORDS))]

    def board(self, search: str = "", late: int = 0, limit: int = 200) -> tuple[list[Glance], int]:
        """Rows of the board, what needs a person first, and how many there are; see ``index.list_board``."""
        return self.reading(lambda: index.list_board(self.engine, search, late, limit))

    def glance(self, record: str) -> Glance | None:
        """One row of the board."""
        return self.reading(lambda: index.board_of(self.engine, record))

    def record_of_case(self, case: str) -> str | None:
        """The key of the patient on the ward who has this case number."""
        return self.reading(lambda: index.record_of_case(self.engine, case))

    def in_bed(self, place: str) -> list[Glance]:
        """The rows of those on the ward whose bed this is."""
        return self.reading(lambda: index.in_bed(self.engine, place))

    def changes(self) -> int:
        """A number that is another one after a commit of somebody else; it is also seen whether another machine wrote."""
        with self._lock:
            seen = self.reading(self.engine.changes)
            why = self.reading(self.barred) if self.why_read_only is None else None
            if why is not None:
                self.only_read(why)
            return seen

    def doubt(self) -> str:
        """Why the clock cannot be believed now, empty where it can."""
        return self.reading(lambda: doubt(self._now(), self._start, self.last_recorded()))

    def all_entries(self) -> Iterator[Entry]:
        """The whole ledger in order; Broken where it cannot be read."""
        for row in self.engine.stream(_ALL):
            yield _from_row(row)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A transaction for what lies beside the ledger; Broken or Violated where it fails."""
        with self._lock, self.engine.transaction():
            yield

    def has_people(self) -> bool:
        """Whether anybody was ever enrolled to sign."""
        return bool(self.reading(lambda: self.engine.run(_ANYBODY, {"ward": WARD})))

    def close(self) -> None:
        """Close the connection; the next call opens it again."""
        with self._lock:
            self.engine.close()

    def reading(self, question: Callable[[], T]) -> T:
        """The answer to a question that only reads, asked once more on a new connection; StoreError without one."""
        with self._lock:
            try:
                return question()
            except Broken as error:
                self.engine.close()
                try:
                    return question()
                except Broken as again:
                    raise troubles.unreadable(again) from error
            except Violated as error:
                raise troubles.refused(error.rule, None) from error
            except NotReadable as error:
                raise troubles.damaged(str(error)) from error

    def _entries(self, record: str) -> list[Entry]:
        return [_from_row(row) for row in self.engine.run(_OF_RECORD, {"record": record})]

    def _by_key(self, key: str) -> Entry | None:
        rows = self.engine.run(_BY_KEY, {"key": key})
        return _from_row(rows[0]) if rows else None


def put_line(engine: Engine, entry: Entry) -> None:
    """Put an entry as it is at the end of the ledger, inside the open transaction; Violated where it does not follow."""
    insert_line(engine, entry)
    move_head(engine, entry)


def insert_line(engine: Engine, entry: Entry) -> None:
    """Put an entry into the ledger whose head is moved later."""
    engine.run(_APPEND, {name: getattr(entry, name) for name in COLUMNS})


def move_head(engine: Engine, entry: Entry) -> None:
    """Make an entry the end of the ledger."""
    engine.run(_MOVE_HEAD, {"seq": entry.seq, "hash": entry.hash, "recorded": entry.recorded})


def _entry(proposal: Proposal, seq: int, n: int, now: Reading, prev: str) -> Entry:
    entry = Entry(
        seq=seq,
        record=proposal.record,
        n=n,
        kind=proposal.kind,
        text=write_body(proposal.body),
        at=proposal.at,
        recorded=now.utc,
        mono=now.mono,
        boot=now.boot,
        author=proposal.author.initials,
        role=proposal.author.role,
        place=proposal.place,
        reason=proposal.reason,
        corrects=proposal.corrects,
        protocol=proposal.protocol,
        program=__version__,
        key=proposal.key,
        prev=prev,
        hash="",
    )
    return replace(entry, hash=entry.digest())


def _from_row(row: Row) -> Entry:
    return Entry(*typed(row, _TYPES))  # type: ignore[arg-type]
