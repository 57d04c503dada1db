"""The ledger: appends entries and reads them back. The same on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from immunosep_tui import __version__
from immunosep_tui.record.chain import Head
from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.clock import Clock, Reading, doubt
from immunosep_tui.record.entry import COLUMNS, WARD, Entry, NotReadable, Proposal, write_body
from immunosep_tui.record.glance import Glance
from immunosep_tui.record.objections import objection
from immunosep_tui.store import index, troubles
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.engine import Broken, Engine, Row, Value, Violated
from immunosep_tui.store.errors import StoreError

_LINE = ", ".join(COLUMNS)
_APPEND = f"INSERT INTO ledger ({_LINE}) VALUES ({', '.join(':' + name for name in COLUMNS)})"
_MOVE_HEAD = "UPDATE head SET seq = :seq, hash = :hash, recorded = :recorded WHERE id = 1"
_HEAD = "SELECT seq, hash, recorded FROM head WHERE id = 1"
_OF_RECORD = f"SELECT {_LINE} FROM ledger WHERE record = :record ORDER BY n"
_ALL = f"SELECT {_LINE} FROM ledger ORDER BY seq"
_BY_KEY = f"SELECT {_LINE} FROM ledger WHERE key = :key"
_RECORDS = "SELECT DISTINCT record FROM ledger WHERE record <> '' ORDER BY record"

T = TypeVar("T")

FUTURE: Final = 5 * 60 * 1000
"""How far in the future a fact may lie, in milliseconds. Local convention."""


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
        self._clock = clock
        self._start = clock()
        self._lock = threading.RLock()

    # Writing.

    def append(self, proposals: Sequence[Proposal], follows: int, *, despite_clock: bool = False) -> tuple[Entry, ...]:
        """Record these entries of one record together, and give them as they were read back.

        Asked again with the same keys, it gives what was recorded then.

        Args:
            proposals: at least one, all of one record.
            follows: how many entries the record had when the person decided.
            despite_clock: record although the clock is in doubt; the times were typed and the reason given.

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
                    written = self._write(proposals, follows, despite_clock)
                return self._read_back(written)
            except Violated as error:
                raise troubles.refused(error.rule, None) from error
            except Broken as error:
                return self._settle(proposals, error)
            except NotReadable as error:
                raise troubles.damaged(str(error)) from error

    def _write(self, proposals: Sequence[Proposal], follows: int, despite_clock: bool) -> list[Entry]:
        (seq, hashed, recorded), now = self._locked_head(), self._now()
        done = [found for proposal in proposals if (found := self._by_key(proposal.key))]
        if len(done) == len(proposals):
            return done
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
        moment = replace(now, utc=max(now.utc, recorded or 0))
        for proposal in proposals:
            if record != WARD:
                rule, there = objection(chart, proposal)
                if rule:
                    raise troubles.refused(rule, there)
            seq += 1
            entry = _entry(proposal, seq, follows + len(entries) + 1, moment, hashed)
            hashed = entry.hash
            self.engine.run(_APPEND, {name: getattr(entry, name) for name in COLUMNS})
            self.engine.run(_MOVE_HEAD, {"seq": seq, "hash": hashed, "recorded": moment.utc})
            entries.append(entry)
            chart = fold(record, [*before, *entries])
        if record != WARD:
            index.bring_up_to_date(self.engine, chart)
        return entries

    def _locked_head(self) -> tuple[int, str, int | None]:
        lock = " FOR UPDATE" if self.engine.dialect == "postgresql" else ""
        ((seq, hashed, recorded),) = self.engine.run(_HEAD + lock)
        return int(seq or 0), str(hashed), None if recorded is None else int(recorded)

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
        """After a failure: what became of it. Only a commit that failed can have been done all the same."""
        self.engine.close()
        if not error.committing:
            raise troubles.not_saved(error) from error
        found = self.settle(proposals)
        if not found:
            raise troubles.not_saved(error) from error
        return found

    def settle(self, proposals: Sequence[Proposal]) -> tuple[Entry, ...]:
        """What became of a deed in doubt: its entries, none where nothing was recorded; InDoubt if still not known.

        It asks under the lock of the ledger, so that a commit that is still on its way is waited for.
        """
        with self._lock:
            try:
                with self.engine.transaction():
                    self._locked_head()
                    found = [entry for proposal in proposals if (entry := self._by_key(proposal.key))]
            except (Broken, Violated) as error:
                self.engine.close()
                raise troubles.in_doubt(error if isinstance(error, Broken) else Broken("io", error.rule)) from error
            return tuple(found) if len(found) == len(proposals) else ()

    # Reading.

    def chart(self, record: str) -> Chart:
        """The state of one patient; an empty chart where there is no entry."""
        return self._reading(lambda: fold(record, self._entries(record)))

    def entries(self, record: str) -> list[Entry]:
        """The entries of one record, in order."""
        return self._reading(lambda: self._entries(record))

    def find(self, key: str) -> Entry | None:
        """The entry of a deed."""
        return self._reading(lambda: self._by_key(key))

    def head(self) -> Head:
        """Where the ledger ends."""
        ((seq, hashed, _recorded),) = self._reading(lambda: self.engine.run(_HEAD))
        return Head(int(seq or 0), str(hashed))

    def last_recorded(self) -> int | None:
        """Instant of recording of the last entry, milliseconds of UTC."""
        ((_seq, _hash, recorded),) = self._reading(lambda: self.engine.run(_HEAD))
        return None if recorded is None else int(recorded)

    def records(self) -> list[str]:
        """The keys of all patients."""
        return [str(row[0]) for row in self._reading(lambda: self.engine.run(_RECORDS))]

    def board(self, search: str = "", late: int = 0, limit: int = 200) -> tuple[list[Glance], int]:
        """Rows of the board, what needs a person first, and how many there are; see ``index.list_board``."""
        return self._reading(lambda: index.list_board(self.engine, search, late, limit))

    def glance(self, record: str) -> Glance | None:
        """One row of the board."""
        return self._reading(lambda: index.board_of(self.engine, record))

    def record_of_case(self, case: str) -> str | None:
        """The key of the patient on the ward who has this case number."""
        return self._reading(lambda: index.record_of_case(self.engine, case))

    def changes(self) -> int:
        """A number that is another one after a commit of somebody else."""
        return self._reading(self.engine.changes)

    def doubt(self) -> str:
        """Why the clock cannot be believed now, empty where it can."""
        return doubt(self._now(), self._start, self.last_recorded())

    def all_entries(self) -> Iterator[Entry]:
        """The whole ledger in order; Broken where it cannot be read."""
        for row in self.engine.stream(_ALL):
            yield _from_row(row)

    def close(self) -> None:
        """Close the connection; the next call opens it again."""
        with self._lock:
            self.engine.close()

    def _reading(self, question: Callable[[], T]) -> T:
        with self._lock:
            try:
                return question()
            except Broken as error:
                self.engine.close()
                try:
                    return question()
                except Broken as again:
                    raise troubles.unreadable(again) from error
            except NotReadable as error:
                raise troubles.damaged(str(error)) from error

    def _entries(self, record: str) -> list[Entry]:
        return [_from_row(row) for row in self.engine.run(_OF_RECORD, {"record": record})]

    def _by_key(self, key: str) -> Entry | None:
        rows = self.engine.run(_BY_KEY, {"key": key})
        return _from_row(rows[0]) if rows else None


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
    values: dict[str, Value] = dict(zip(COLUMNS, row, strict=True))
    return Entry(**values)  # type: ignore[arg-type]
