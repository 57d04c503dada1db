"""Backups: whole, verified, never in the way of anything, and from both kinds of store in the same kind of file."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from immunosep_tui.record.entry import WARD
from immunosep_tui.record.kinds import Labs, Note, Person
from immunosep_tui.store import sqlite
from immunosep_tui.store.backup import open_copy, write_backup
from immunosep_tui.store.errors import Declined, Unusable
from immunosep_tui.store.files import open_file
from immunosep_tui.store.ledger_copy import copy_ledger
from immunosep_tui.store.place import Place
from immunosep_tui.store.restore import restore
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.record.histories import HandClock, play
from tests.store.acts import admitted, record, running_course
from tests.store.conftest import Ward

ROOT = Path(__file__).parents[2]


def some_records(store: Store) -> None:
    """Patients with a course, and somebody who signs."""
    running_course(store, "p")
    record(store, "q", admitted("q"), Labs({"ferritin": "900"}), Note("Müller — 家属\nsecond line"))
    record(store, WARD, Person("AB", "nurse", "hash of a PIN"))


def names(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {path.name for path in folder.iterdir()}


def whole(path: Path) -> str:
    """The hash of the last entry of a file that has to be sound."""
    with closing(open_copy(path)) as copied:
        report = verify(copied)
    assert report.sound, report.findings
    return report.head.hash


def test_a_backup_has_every_entry_as_it_was_written(ward: Ward, store: Store, tmp_path: Path) -> None:
    """Also those about people, with the same numbers and hashes, and the rows that follow from them."""
    some_records(store)
    path = tmp_path / "copy.db"
    report = write_backup(store, path)
    assert report.head == store.head()
    with closing(open_copy(path)) as copied:
        assert list(copied.all_entries()) == list(store.all_entries())
        assert verify(copied).sound
        assert copied.board() == store.board()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".immunosep-*"))


def test_a_backup_of_any_history_on_a_server_is_sound(server_ward: Ward, tmp_path: Path) -> None:
    """Random histories: every row is built anew from the entries, in both directions."""
    clock, first, second = HandClock(), tmp_path / "first.db", tmp_path / "second.db"
    with closing(open_file(tmp_path / "source.db", clock=clock)) as source:
        for number in range(6):
            play(source, clock, f"p{number}", "backup", 60)
        head = write_backup(source, first).head
        store = server_ward.open()
        copy_ledger(source, store)
        assert verify(store).findings == ()
        assert write_backup(store, second).head == head
        with closing(open_copy(second)) as copied:
            assert list(copied.all_entries()) == list(source.all_entries())
            assert copied.board() == source.board()


def test_backups_beside_a_writer_are_whole(ward: Ward, store: Store, tmp_path: Path) -> None:
    """Each has a state that the ledger went through, and the writer is not disturbed."""
    running_course(store, "p")
    stop, troubles, written = threading.Event(), list[Exception](), list[str]()

    def write() -> None:
        other = ward.open()
        try:
            while not stop.is_set():
                written.extend(
                    entry.hash for entry in record(other, "q", *(() if written else (admitted("q"),)), Note("x"))
                )
        except Exception as error:
            troubles.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    heads = []
    for number in range(8):
        heads.append(write_backup(store, tmp_path / f"{number}.db").head)
        time.sleep(0.02)
    stop.set()
    writer.join()
    assert not troubles, troubles
    known = {entry.seq: entry.hash for entry in store.all_entries()}
    assert all(known[head.seq] == head.hash for head in heads)
    assert all(whole(tmp_path / f"{number}.db") == head.hash for number, head in enumerate(heads))


def test_another_program_that_holds_the_store_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    path = tmp_path / "ward.db"
    with closing(open_file(path)) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        running_course(store, "p")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unusable) as caught:
            write_backup(store, tmp_path / "copy.db")
        assert "Another program" in str(caught.value.text)
        other.execute("ROLLBACK")
    assert names(tmp_path) == {"ward.db"}


def test_nothing_is_overwritten_unless_asked(tmp_path: Path) -> None:
    with closing(open_file(tmp_path / "ward.db")) as store:
        running_course(store, "p")
        path = tmp_path / "copy.db"
        first = write_backup(store, path)
        record(store, "p", Note("later"))
        with pytest.raises(Declined):
            write_backup(store, path)
        assert whole(path) == first.head.hash
        assert write_backup(store, path, replace=True).head == store.head()
        assert whole(path) == store.head().hash


@pytest.mark.parametrize("way", ["itself", "relative", "symbolic link", "hard link"])
def test_the_store_itself_is_never_the_target(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ward.db"
    with closing(open_file(path)) as store:
        running_course(store, "p")
        targets = {"itself": path, "relative": Path("ward.db")}
        target = targets.get(way, tmp_path / "link.db")
        if way == "symbolic link":
            target.symlink_to(path)
        elif way == "hard link":
            target.hardlink_to(path)
        monkeypatch.chdir(tmp_path)
        for replace in (False, True):
            with pytest.raises(Declined):
                write_backup(store, target, replace=replace)
        assert verify(store).sound


def test_what_is_in_the_way_is_refused_in_words(tmp_path: Path) -> None:
    """A folder, a link, a device, a part of another database, a folder that is not there."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "old.db-journal").write_bytes(b"left")
    with closing(open_file(tmp_path / "ward.db")) as store:
        running_course(store, "p")
        for name in ("folder", "link", "pipe", "old.db", "other.db-wal", "ward.db-journal", "none/copy.db"):
            with pytest.raises(Declined) as caught:
                write_backup(store, tmp_path / name, replace=True)
            assert str(tmp_path) in str(caught.value.text)
    left = {"folder", "link", "pipe", "old.db-journal", "ward.db"}
    assert names(tmp_path) == left
    assert (tmp_path / "old.db-journal").read_bytes() == b"left"


def test_a_damaged_store_gives_no_backup(ward: Ward, store: Store, tmp_path: Path) -> None:
    """An earlier one stays as it is."""
    some_records(store)
    earlier = tmp_path / "copy.db"
    head = write_backup(store, earlier).head
    ward.tamper('UPDATE ledger SET text = \'{"text": "another"}\' WHERE seq = 2')
    for replace in (False, True):
        target = earlier if replace else tmp_path / "new.db"
        with pytest.raises(Unusable) as caught:
            write_backup(ward.open(), target, replace=replace)
        assert "damaged" in str(caught.value.text)
    assert whole(earlier) == head.hash
    assert not (tmp_path / "new.db").exists()
    assert not list(tmp_path.glob(".immunosep-*"))


def test_an_old_part_of_a_killed_backup_is_removed_and_a_fresh_one_is_left(tmp_path: Path) -> None:
    """The fresh one may be of a program that is still at it."""
    with closing(open_file(tmp_path / "ward.db")) as store:
        old, fresh, other = (tmp_path / name for name in (".immunosep-0.part", ".immunosep-1.part", "part"))
        for path in (old, fresh, other):
            path.write_bytes(b"x")
        two_hours_ago = time.time() - 7200
        for path in (old, other):
            os.utime(path, (two_hours_ago, two_hours_ago))
        write_backup(store, tmp_path / "copy.db")
    assert names(tmp_path) == {".immunosep-1.part", "copy.db", "part", "ward.db"}


def test_a_backup_is_durable_before_it_has_its_name(tmp_path: Path) -> None:
    """In the system calls: the file is synced, then named, then the folder is synced."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    with closing(open_file(tmp_path / "ward.db")) as store:
        running_course(store, "p")
    log = tmp_path / "calls"
    calls = "trace=openat,fsync,fdatasync,link,linkat,rename,renameat,renameat2"
    command = [sys.executable, "-m", "immunosep_tui", "backup", str(tmp_path / "copy.db")]
    where = ["--store", str(tmp_path / "ward.db")]
    done = subprocess.run(
        ["strace", "-f", "-y", "-e", calls, "-o", str(log), *command, *where],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = log.read_text("utf-8", "replace").splitlines()
    named = next(i for i, line in enumerate(lines) if re.search(r"link(at)?\(.*\.part.*copy\.db", line))
    synced = [i for i, line in enumerate(lines) if re.search(r"f(data)?sync\(\d+<.*\.part>", line)]
    folder = [i for i, line in enumerate(lines) if re.search(rf"fsync\(\d+<{re.escape(str(tmp_path))}>", line)]
    assert any(i < named for i in synced)
    assert any(i > named for i in folder)


def test_a_file_that_is_only_read_is_not_changed(tmp_path: Path) -> None:
    """Reading a backup writes nothing beside it, and another file is refused in words."""
    with closing(open_file(tmp_path / "ward.db")) as store:
        running_course(store, "p")
        write_backup(store, tmp_path / "copy.db")
    path = tmp_path / "copy.db"
    before = path.read_bytes(), path.stat().st_mtime_ns
    whole(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    strangers = {"empty": b"", "text": b"not a database at all, but text\n" * 100}
    for name, content in strangers.items():
        (tmp_path / name).write_bytes(content)
    with closing(sqlite3.connect(tmp_path / "foreign")) as other:
        other.execute("CREATE TABLE t (x)")
        other.commit()
    for name in (*strangers, "foreign", "nowhere"):
        with pytest.raises(Unusable) as caught:
            open_copy(tmp_path / name)
        assert name in str(caught.value.text)


def encrypted(path: Path, writable: bool) -> sqlite3.Connection:
    """Opens a file with a key; one that is plain as it is."""
    if path.read_bytes()[:6] == b"SQLite":
        return sqlite.plain(path, writable)
    sqlcipher = pytest.importorskip("sqlcipher3")
    found: sqlite3.Connection = sqlcipher.connect(
        f"{path.absolute().as_uri()}?mode={'rw' if writable else 'ro'}",
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    found.execute("PRAGMA cipher_log_level=NONE")
    found.execute(f"PRAGMA key=\"x'{'ab' * 32}'\"")
    return found


def test_an_encrypted_store_is_backed_up_and_restored_encrypted(tmp_path: Path) -> None:
    """Copies are opened as the store is; an older, plain backup becomes an encrypted store."""
    place = Place(tmp_path / "ward.db")
    with closing(open_file(tmp_path / "plain.db")) as store:
        record(store, "p", admitted("p", "bed of Schmidt"))
        older = write_backup(store, tmp_path / "older.db").head
    with closing(open_file(tmp_path / "ward.db", connect=encrypted)) as store:
        record(store, "p", admitted("p", "bed of Schmidt"))
        head = write_backup(store, tmp_path / "copy.db").head
    with pytest.raises(Unusable):
        open_copy(tmp_path / "copy.db")
    with closing(open_copy(tmp_path / "copy.db", connect=encrypted)) as copied:
        assert verify(copied).head == head
    now = datetime(2026, 4, 3, 14, 0, tzinfo=UTC)
    done = restore(tmp_path / "older.db", place, now, replace=True, connect=encrypted)
    assert done.report.head == older
    assert restore(tmp_path / "copy.db", place, now, replace=True, connect=encrypted).report.head == head
    for path in tmp_path.iterdir():
        assert (b"Schmidt" in path.read_bytes()) == (path.name in ("plain.db", "older.db")), path
