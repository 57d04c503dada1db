"""A backup becomes the store again, and nothing that was there is lost on the way."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from immunosep_tui.record.chain import Head
from immunosep_tui.record.kinds import Note
from immunosep_tui.store import sqlite
from immunosep_tui.store.backup import open_copy, write_backup
from immunosep_tui.store.errors import Declined, Unusable
from immunosep_tui.store.files import open_file
from immunosep_tui.store.place import Place
from immunosep_tui.store.restore import restore
from immunosep_tui.store.verify import verify
from tests.store.acts import record, running_course
from tests.store.conftest import ServerWard
from tests.store.test_backup import ROOT, names, some_records, whole
from tests.support.server import Server

NOON = datetime(2026, 4, 3, 14, 0, tzinfo=UTC)
ASIDE = "ward-before-restore-2026-04-03T140000Z.db"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A store with two patients, backed up, to which something was added since."""
    place = Place(tmp_path / "ward.db")
    with closing(open_file(tmp_path / "ward.db")) as store:
        some_records(store)
        write_backup(store, tmp_path / "backup.db")
        record(store, "p", Note("later"), Note("later still"))
    return place


def head_of(path: Path) -> str:
    """The hash of the last entry of a store that has to be sound."""
    with closing(open_file(path)) as store:
        report = verify(store)
    assert report.sound, report.findings
    return report.head.hash


def test_a_backup_is_put_where_no_store_is(tmp_path: Path, place: Place) -> None:
    """In a folder that is not there yet, too."""
    target = tmp_path / "new" / "ward.db"
    done = restore(tmp_path / "backup.db", Place(target), NOON)
    assert done.aside is None
    assert head_of(target) == whole(tmp_path / "backup.db") == done.report.head.hash
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert names(target.parent) == {"ward.db"}


def test_later_entries_are_counted_and_not_set_aside_unless_asked(tmp_path: Path, place: Place) -> None:
    assert place.path is not None
    before = place.path.read_bytes()
    with pytest.raises(Declined) as caught:
        restore(tmp_path / "backup.db", place, NOON)
    assert "has 2 entries that the backup lacks, the first of 20" in str(caught.value.text)
    assert place.path.read_bytes() == before
    assert names(tmp_path) == {"ward.db", "backup.db"}
    later = head_of(place.path)
    done = restore(tmp_path / "backup.db", place, NOON, replace=True)
    assert done.aside == tmp_path / ASIDE
    assert whole(done.aside) == later
    assert stat.S_IMODE(done.aside.stat().st_mode) == 0o600
    assert head_of(place.path) == whole(tmp_path / "backup.db")
    assert names(tmp_path) == {"ward.db", "backup.db", ASIDE}
    assert restore(done.aside, place, NOON).report.head.hash == later  # and back: nothing is lacking in that


def test_a_program_that_has_the_store_open_goes_on_with_the_restored_one(tmp_path: Path, place: Place) -> None:
    """It sees the change, and what it writes goes into the store and not into the one that was set aside."""
    assert place.path is not None
    with closing(open_file(place.path)) as program:
        changes, later = program.changes(), program.head()
        done = restore(tmp_path / "backup.db", place, NOON, replace=True)
        assert program.changes() != changes
        assert program.head() == done.report.head
        written = record(program, "p", Note("after it"))
        assert verify(program).sound
    assert head_of(place.path) == written[-1].hash
    assert done.aside is not None
    assert whole(done.aside) == later.hash


def test_a_program_that_is_writing_is_not_disturbed(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    assert place.path is not None
    before = head_of(place.path)
    with closing(sqlite3.connect(place.path, isolation_level=None)) as program:
        program.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unusable) as caught:
            restore(tmp_path / "backup.db", place, NOON, replace=True)
        assert "Another program" in str(caught.value.text)
        program.execute("ROLLBACK")
    assert head_of(place.path) == before
    assert names(tmp_path) == {"ward.db", "backup.db"}


@pytest.mark.parametrize("damage", ["flipped", "cut", "emptied", "foreign", "missing"])
def test_a_damaged_backup_changes_nothing(tmp_path: Path, place: Place, damage: str) -> None:
    assert place.path is not None
    backup, before = tmp_path / "backup.db", place.path.read_bytes()
    raw = bytearray(backup.read_bytes())
    if damage == "flipped":
        raw[raw.index(b"900 ng/mL")] ^= 1
    elif damage == "cut":
        raw = raw[: len(raw) // 2]
    elif damage == "emptied":
        raw.clear()
    backup.unlink()
    if damage == "foreign":
        with closing(sqlite3.connect(backup)) as other:
            other.execute("CREATE TABLE t (x)")
            other.commit()
    elif damage != "missing":
        backup.write_bytes(raw)
    for target in (place, Place(tmp_path / "other.db")):
        with pytest.raises(Unusable):
            restore(backup, target, NOON, replace=True)
    assert place.path.read_bytes() == before
    assert names(tmp_path) <= {"ward.db", "backup.db"}


def test_a_damaged_store_is_replaced_when_asked_and_kept(tmp_path: Path, place: Place) -> None:
    """One that is no database any more is kept byte for byte."""
    assert place.path is not None
    ruin = b"this was a store once" * 500
    place.path.write_bytes(ruin)
    with pytest.raises(Declined) as caught:
        restore(tmp_path / "backup.db", place, NOON)
    assert "cannot be read" in str(caught.value.text)
    assert place.path.read_bytes() == ruin
    done = restore(tmp_path / "backup.db", place, NOON, replace=True)
    assert done.aside is not None
    assert done.aside.read_bytes() == ruin
    assert head_of(place.path) == whole(tmp_path / "backup.db")
    assert names(tmp_path) == {"ward.db", "backup.db", ASIDE}


def test_a_store_with_damaged_entries_is_replaced_when_asked(tmp_path: Path, place: Place) -> None:
    """The database is whole and an entry is not what was written; the damaged one is kept."""
    assert place.path is not None
    raw = bytearray(place.path.read_bytes())
    raw[raw.index(b"later still")] ^= 1
    place.path.write_bytes(raw)
    done = restore(tmp_path / "backup.db", place, NOON, replace=True)
    assert done.aside is not None
    assert head_of(place.path) == whole(tmp_path / "backup.db")
    with closing(open_copy(done.aside)) as kept:
        assert not verify(kept).sound


def test_a_journal_without_its_store_is_not_played_into_the_restored_one(tmp_path: Path, place: Place) -> None:
    """The store was removed by hand while a commit was under way."""
    assert place.path is not None
    with closing(sqlite3.connect(place.path, isolation_level=None)) as program:
        program.execute("PRAGMA cache_size=1")
        program.execute("PRAGMA cache_spill=ON")
        program.execute("BEGIN IMMEDIATE")
        program.execute("UPDATE board SET standing = hex(zeroblob(20000))")
        journal = (tmp_path / "ward.db-journal").read_bytes()
        program.execute("ROLLBACK")
    assert any(journal[:8])
    place.path.unlink()
    (tmp_path / "ward.db-journal").write_bytes(journal)
    restore(tmp_path / "backup.db", place, NOON)
    assert head_of(place.path) == whole(tmp_path / "backup.db")
    assert (tmp_path / f"{ASIDE}-journal").read_bytes() == journal


def test_what_is_not_a_place_for_a_store_is_refused(tmp_path: Path, place: Place) -> None:
    """The backup itself, a file that others can open, a database of another program."""
    backup = tmp_path / "backup.db"
    with pytest.raises(Declined):
        restore(backup, Place(backup), NOON, replace=True)
    open_to_all = tmp_path / "open.db"
    open_to_all.touch()
    open_to_all.chmod(0o644)
    with pytest.raises(Unusable, match="other users"):
        restore(backup, Place(open_to_all), NOON, replace=True)
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("CREATE TABLE t (x)")
        other.commit()
    foreign.chmod(0o600)
    before = foreign.read_bytes()
    with pytest.raises(Unusable, match="another program"):
        restore(backup, Place(foreign), NOON, replace=True)
    assert foreign.read_bytes() == before


def test_an_empty_file_is_as_good_as_no_store(tmp_path: Path, place: Place) -> None:
    target = tmp_path / "empty.db"
    os.close(os.open(target, os.O_CREAT, 0o600))
    assert restore(tmp_path / "backup.db", Place(target), NOON).aside is None
    assert head_of(target) == whole(tmp_path / "backup.db")


def test_a_server_without_entries_takes_a_backup_and_one_with_entries_does_not(
    tmp_path: Path, place: Place, server_ward: ServerWard
) -> None:
    on_server = Place(url=server_ward.url)
    done = restore(tmp_path / "backup.db", on_server, NOON)
    store = server_ward.open()
    assert done.aside is None
    assert verify(store).head == store.head() == done.report.head
    with closing(open_copy(tmp_path / "backup.db")) as backup:
        assert list(store.all_entries()) == list(backup.all_entries())
        assert store.board() == backup.board()
    for replace in (False, True):
        with pytest.raises(Declined, match="already"):
            restore(tmp_path / "backup.db", on_server, NOON, replace=replace)
    running_course(store, "r")
    assert verify(store).sound


def test_a_server_that_takes_a_damaged_backup_has_nothing_of_it(
    tmp_path: Path, place: Place, server_ward: ServerWard
) -> None:
    raw = bytearray((tmp_path / "backup.db").read_bytes())
    raw[raw.index(b"900 ng/mL")] ^= 1
    (tmp_path / "backup.db").write_bytes(raw)
    with pytest.raises(Unusable, match="damaged"):
        restore(tmp_path / "backup.db", Place(url=server_ward.url), NOON)
    assert server_ward.open().head().seq == 0


def test_only_the_owner_of_the_tables_restores_into_a_server(
    tmp_path: Path, place: Place, server_ward: ServerWard
) -> None:
    """Whoever may append only is told so, and nothing is there."""
    server_ward.open()
    server = server_ward.server
    server.run("DROP ROLE IF EXISTS appender")
    server.run("CREATE ROLE appender LOGIN PASSWORD 'known'")
    server.run("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO appender", server_ward.database)
    url = server.url(server_ward.database, user="appender", password="known")
    with pytest.raises(Unusable) as caught:
        restore(tmp_path / "backup.db", Place(url=url), NOON)
    assert "does not give this user the right" in str(caught.value.text)
    assert server_ward.open().head().seq == 0
    server.run("DROP OWNED BY appender", server_ward.database)
    server.run("DROP ROLE appender")


def test_a_restore_into_a_server_that_is_killed_leaves_all_or_nothing(tmp_path: Path, server: Server) -> None:
    """Killed at random moments; what is on the server verifies."""
    rng, backup = random.Random(7), tmp_path / "backup.db"
    with closing(open_file(tmp_path / "ward.db")) as store:
        for number in range(40):
            running_course(store, f"p{number}")
        whole_ledger = write_backup(store, backup).head
    heads = []
    for _try in range(6):
        with closing(ServerWard(server)) as ward:
            ward.open().close()
            command = [sys.executable, "-m", "immunosep_tui", "restore", str(backup), "--store", ward.url]
            program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with suppress(subprocess.TimeoutExpired):
                program.wait(rng.uniform(0.3, 0.9))
            program.kill()
            program.wait()
            report = verify(ward.open())
            assert report.sound, report.findings
            heads.append(report.head)
    assert set(heads) <= {Head(), whole_ledger}
