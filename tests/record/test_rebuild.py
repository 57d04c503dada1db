"""The rows beside the ledger: kept entry by entry, they are what the whole ledger adds up to, after any history."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from immunosep_tui.record.entry import COLUMNS, Author, Proposal
from immunosep_tui.record.kinds import Decision, Dose, Kind, Labs
from immunosep_tui.store import index
from immunosep_tui.store.engine import Row
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.record.histories import ADMITTED, DECISION, MINUTE, HandClock, plan, play

TABLES = {"course": "record, n", "dose": "record, n", "board": "record"}
RECORDS = ("p", "q", "r")
DEEDS = 45
TIERS = [pytest.param(30, id="quick"), pytest.param(1000, id="deep", marks=pytest.mark.deep)]


def tables(store: Store) -> dict[str, list[Row]]:
    """Every row beside the ledger, in order."""
    return {name: store.engine.run(f"SELECT * FROM {name} ORDER BY {order}") for name, order in TABLES.items()}


def rebuilt(store: Store, path: Path) -> dict[str, list[Row]]:
    """The rows that the same ledger gives in a new store, all at once."""
    places = ", ".join(f":{name}" for name in COLUMNS)
    with closing(open_file(path)) as fresh:
        with fresh.engine.transaction():
            for entry in store.all_entries():
                line = {name: getattr(entry, name) for name in COLUMNS}
                fresh.engine.run(f"INSERT INTO ledger ({', '.join(COLUMNS)}) VALUES ({places})", line)
                move = "UPDATE head SET seq = :seq, hash = :hash, recorded = :recorded WHERE id = 1"
                fresh.engine.run(move, {name: line[name] for name in ("seq", "hash", "recorded")})
            for record in store.records():
                index.bring_up_to_date(fresh.engine, store.chart(record))
        report = verify(fresh)
        assert report.sound, report.findings
        return tables(fresh)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own, in memory where the machine has such a place: nothing is cut here."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    place = memory / f"rebuild-{os.getpid()}"
    place.mkdir(mode=0o700)
    yield place
    for file in place.iterdir():
        file.unlink()
    place.rmdir()


@pytest.mark.parametrize("histories", TIERS)
def test_rows_kept_entry_by_entry_are_those_of_the_whole_ledger(folder: Path, histories: int) -> None:
    recorded, refused = 0, Counter[str]()
    for seed in range(histories):
        clock = HandClock()
        with closing(open_file(folder / f"{seed}.db", clock=clock)) as store:
            for record in RECORDS:
                played = play(store, clock, record, seed, DEEDS)
                recorded += played.recorded
                refused += played.refused
            report = verify(store, rows=True)
            assert report.sound, f"seed {seed}: {report.findings}"
            assert tables(store) == rebuilt(store, folder / f"{seed}-rebuilt.db"), f"seed {seed}"
        for file in folder.iterdir():
            file.unlink()
    assert recorded > 10 * histories
    assert refused.keys() >= {"already_corrected", "one_dose", "one_active_course", "dose_in_running_course", "stale"}
    print(f"{histories} histories: {recorded} entries recorded; refused: {dict(refused.most_common())}")


def test_a_row_that_was_changed_by_hand_is_found(tmp_path: Path) -> None:
    """The comparison can fail: it is not blind to any of the tables."""
    clock = HandClock()
    with closing(open_file(tmp_path / "ward.db", clock=clock)) as store:
        author = Author("AB", "nurse")
        bodies: list[Kind] = [ADMITTED, DECISION, plan(), Dose(3, 1, "held")]
        store.append([Proposal("p", body, author, clock.utc, f"k{i}", "why") for i, body in enumerate(bodies)], 0)
        assert verify(store).sound
        for change, back in (
            ("UPDATE board SET urgency = urgency + 1", "UPDATE board SET urgency = urgency - 1"),
            ("UPDATE course SET ends = ends + 1", "UPDATE course SET ends = ends - 1"),
        ):
            store.engine.run(change)
            assert not verify(store).sound, change
            assert verify(store, rows=False).sound
            store.engine.run(back)
            assert verify(store).sound
        begins = store.engine.run("SELECT begins FROM course")[0][0]
        store.engine.run(f"INSERT INTO dose VALUES ('p', 1, 3, 2, 'drug one', 'given', {begins}, NULL)")
        assert not verify(store).sound


def test_later_labs_leave_the_entry_and_the_row_of_the_course_bit_for_bit(tmp_path: Path) -> None:
    clock = HandClock()
    with closing(open_file(tmp_path / "ward.db", clock=clock)) as store:
        author = Author("AB", "nurse")
        bodies: list[Kind] = [ADMITTED, DECISION, plan()]
        store.append([Proposal("p", body, author, clock.utc, f"k{i}") for i, body in enumerate(bodies)], 0)

        def course() -> tuple[list[Row], list[Row]]:
            line = store.engine.run("SELECT * FROM ledger WHERE record = 'p' AND kind = 'course'")
            return line, store.engine.run("SELECT * FROM course")

        before = course()
        for number in range(20):
            clock.wait(MINUTE)
            later = (
                Labs({"ferritin": str(9000 + number), "hla_dr": str(number)}),
                Decision("other", ("first", "second", None)[number % 3], {}, (), ()),
            )
            entries = [Proposal("p", body, author, clock.utc, f"l{number}{body!r}") for body in later]
            store.append(entries, 3 + 2 * number)
            assert course() == before
        running = store.chart("p").running
        assert running is not None
        assert running.plan == plan()
