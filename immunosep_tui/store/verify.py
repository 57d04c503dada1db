"""Is everything in the store as it was written? The file, the chain of hashes, and the rows that follow from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache

from immunosep_tui.record.chain import Break, Head, follow
from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.courses import course_rows
from immunosep_tui.record.entry import GENESIS, Entry, NotReadable
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store import index, schema
from immunosep_tui.store.engine import Broken, Engine, Row, Violated
from immunosep_tui.store.judge import Judge
from immunosep_tui.store.migration import stored_version
from immunosep_tui.store.postgres_guards import not_in_force
from immunosep_tui.store.store import Store

_SCHEMA = "SELECT name, type, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_stat%' ESCAPE '!'"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written; ``seq`` is the place in the ledger, None where it is beside it."""

    text: Sentence
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """How far the ledger reaches and what is wrong with it; nothing is, where ``findings`` is empty."""

    head: Head
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(store: Store, *, rows: bool = True) -> Report:
    """Read the whole ledger and check it.

    Args:
        store: which may be damaged in any way; nothing is raised.
        rows: also compare the rows of courses, doses and the board with what the entries add up to.
    """
    findings: list[Finding] = []
    head = Head()
    engine = store.engine
    try:
        with engine.reading():
            findings += _file(engine)
            result = follow(store.all_entries())
            if isinstance(result, Break):
                text = N_("Entry {seq}: {why}.")
                findings.append(Finding(say(text, seq=result.seq, why=result.why), result.seq))
            else:
                head = result
                last = engine.run("SELECT seq, hash, recorded FROM ledger WHERE seq = :seq", {"seq": head.seq})
                if engine.run("SELECT seq, hash, recorded FROM head") != (last or [(0, GENESIS, None)]):
                    findings.append(
                        Finding(say(N_("The ledger ends at entry {seq}, not where it should."), seq=head.seq))
                    )
                if rows:
                    findings += _rows(store)
    except (Broken, Violated, NotReadable) as error:
        engine.close()
        findings.append(Finding(say(N_("The store cannot be read: {detail}."), detail=str(error))))
    except Exception as error:  # a damaged file can raise anything
        engine.close()
        findings.append(Finding(say(N_("The store cannot be read: {detail}."), detail=type(error).__name__)))
    return Report(head, tuple(findings))


def _file(engine: Engine) -> Iterator[Finding]:
    """What the database finds wrong with its own file."""
    if engine.dialect == "sqlite":
        for statement in ("PRAGMA integrity_check(5)", "PRAGMA cipher_integrity_check", "PRAGMA foreign_key_check"):
            for row in engine.run(statement):
                if row != ("ok",):
                    words = " ".join(str(value) for value in row)
                    yield Finding(say(N_("The file is damaged: {detail}."), detail=words))
        steps = schema.MIGRATIONS[: int(engine.run("PRAGMA user_version")[0][0] or 0)]
        for name in sorted({str(row[0]) for row in set(engine.run(_SCHEMA)) ^ _schema_after(steps)}):
            yield Finding(say(N_("A table, an index or a guard is not that of this program: {name}."), name=name))
    else:
        for name in not_in_force(engine):
            yield Finding(say(N_("An index or a guard is missing, off or changed: {name}."), name=name))


@cache
def _schema_after(steps: tuple[schema.Step, ...]) -> frozenset[Row]:
    """The tables, indexes and guards that a store ought to have, as SQLite itself puts them down."""
    import sqlite3

    with closing(sqlite3.connect(":memory:")) as connection:
        for step in steps:
            for statement in step("sqlite"):
                connection.execute(statement)
        return frozenset(connection.execute(_SCHEMA))


def _rows(store: Store) -> Iterator[Finding]:
    """Rows that differ from what the entries of their patient add up to."""
    engine = store.engine
    records: dict[str, list[Entry]] = {}
    for entry in store.all_entries():
        if entry.record:
            records.setdefault(entry.record, []).append(entry)
    is_older = stored_version(engine) < schema.LATEST  # a copy of before a migration: its board is that of its program
    for record, entries in records.items():
        chart = fold(record, entries)
        if _stored(engine, record) != _due(chart) or not (is_older or _is_on_board(engine, chart, store.judge())):
            yield Finding(say(N_("The rows of patient {record} are not what the ledger says."), record=record))
    on_board = {row[0] for row in engine.run("SELECT record FROM board")}
    for record in sorted(str(key) for key in on_board - set(records)):
        yield Finding(say(N_("Patient {record} is on the board without a record."), record=record))


def _is_on_board(engine: Engine, chart: Chart, judge: Judge | None) -> bool:
    """Whether the board says of a patient what the entries add up to.

    What stands is compared where it was judged by the rules that are at hand, or by nobody; judged by others it is
    never shown.
    """
    stored = index.board_of(engine, chart.key)
    if stored is None:
        return False
    ours = judge is not None and stored.judged_by == judge.name
    due = index.judged_glance(chart, judge if ours else None)
    if stored.judged_by and not ours:
        due = replace(due, urgency=stored.urgency, standing=stored.standing, judged_by=stored.judged_by)
    sought = engine.run("SELECT sought FROM board WHERE record = :record", {"record": chart.key})[0][0]
    return index.board_row(stored) | {"sought": sought} == index.board_row(due)


Rows = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]


def _stored(engine: Engine, record: str) -> Rows:
    here = {"record": record}
    courses = engine.run(
        "SELECT n, slots, begins, ends, least_gap, closed FROM course WHERE record = :record ORDER BY n", here
    )
    doses = engine.run(
        "SELECT n, course, slot, product, outcome, at, voided FROM dose WHERE record = :record ORDER BY n", here
    )
    return [tuple(row) for row in courses], [tuple(row) for row in doses]


def _due(chart: Chart) -> Rows:
    rows = course_rows(chart)
    courses: list[tuple[object, ...]] = [(r.n, r.slots, r.begins, r.ends, r.least_gap, r.closed) for r in rows]
    doses = sorted((d.n, d.course, d.slot, d.product, d.outcome, d.at, d.voided) for r in rows for d in r.doses)
    return courses, list(doses)
