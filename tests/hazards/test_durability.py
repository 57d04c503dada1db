"""Durability: what was called saved is there after a kill, a power cut, a broken disk, a backup and an upgrade."""

from __future__ import annotations

import errno
import os
import random
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from immunosep_tui.record.entry import Author, Entry
from immunosep_tui.record.kinds import Note
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store import migration, other_machine, place, schema
from immunosep_tui.store.backup import verified_copy, write_backup
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.engine import Broken, Row, Value
from immunosep_tui.store.errors import NotSaved, OtherMachine, StoreError, Unusable
from immunosep_tui.store.files import open_file
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.place import Place
from immunosep_tui.store.restore import accept, restore
from immunosep_tui.store.sqlite import SETTINGS, Connect, SqliteEngine, plain
from immunosep_tui.store.store import Store, put_line
from immunosep_tui.store.verify import verify
from immunosep_tui.ui.app import ImmunoSepApp
from tests.harness import backup_kill, io_faults, kill
from tests.harness.bases import NAME
from tests.harness.power_cut import Bench, memory
from tests.harness.trace import needs_strace
from tests.hazards.control import Many, Removal, cut, hazard, swap
from tests.store.acts import admitted, proposal, record
from tests.support.followed import START
from tests.support.wards import desk_of
from tests.ui.screen import screen_text
from tests.ui.test_recording import SHEET, Bedside

EMPTY: Mapping[str, Value] = {}

WRITER: dict[str, object] = {"synchronous": "EXTRA", "hasty": False}
"""How the processes that are interrupted write. They are programs of their own: the settings that take a control out are
handed to them."""


def writer(name: str, value: object) -> Removal:
    """Writers that do without something."""
    return lambda patch: patch.setitem(WRITER, name, value)


HASTY = writer("hasty", True)


def _put_and_commit(engine: SqliteEngine, entry: Entry) -> None:
    """Each entry of a deed is a commit of its own."""
    put_line(engine, entry)
    engine.run("COMMIT")
    engine.run("BEGIN IMMEDIATE")


@needs_strace
@hazard("HZ-42", without=writer("synchronous", "FULL"))
def test_a_power_cut_after_any_call_loses_nothing_and_leaves_nothing_by_half(tmp_path: Path, many: Many) -> None:
    """Without the control the database is opened with its own default, which does not make the end of a commit durable."""
    size = (60, 30) if many.deep else (3, 8)
    with TemporaryDirectory(dir=memory()) as workshop:
        found = Bench(tmp_path, Path(workshop) / "w", size[1], 42).cut(size[0], str(WRITER["synchronous"]))
    assert found is not None
    assert found.acknowledged > size[0]
    assert found.wrong == 0, found.examples[:3]


@hazard("HZ-42", without=(HASTY, swap("immunosep_tui.store.store.put_line", _put_and_commit)))
def test_a_kill_at_any_moment_loses_nothing_and_leaves_nothing_by_half(tmp_path: Path, many: Many) -> None:
    """Without the control it is called recorded before the commit, or a deed is several commits."""
    kills = len(many(25, 10_000))
    found = kill.kill_many(kills, 42, tmp_path, hasty=bool(WRITER["hasty"]))
    assert found.heard > kills
    assert found.wrong == [], found.wrong[:3]


class _Forgetful(SqliteEngine):
    """A database that says that it has committed and has not."""

    def run(self, statement: str, values: Mapping[str, Value] = EMPTY) -> list[Row]:
        return super().run("ROLLBACK" if statement == "COMMIT" else statement, values)


@hazard("HZ-42", without=cut(Store._read_back, "found != list(written)", "False"))
def test_what_cannot_be_read_back_is_not_called_saved(tmp_path: Path) -> None:
    open_file(tmp_path / NAME).close()
    with closing(Store(_Forgetful(tmp_path / NAME))) as store, pytest.raises(NotSaved):
        store.append([proposal("p", admitted("p"))], 0)


@hazard("HZ-42", without=cut(SqliteEngine.transaction.__wrapped__, "sync_folder(self.path.parent)"))  # type: ignore[attr-defined]
def test_no_commit_begins_before_the_journal_has_a_lasting_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite goes on where the folder of its journal could not be synced; a power cut then would damage the file."""

    def fails(_folder: Path) -> None:
        raise OSError(errno.EIO, "the disk gave an error")

    with closing(open_file(tmp_path / NAME)) as store:
        assert store.records() == []
        with monkeypatch.context() as patch:
            patch.setattr("immunosep_tui.store.sqlite.sync_folder", fails)
            with pytest.raises(NotSaved):
                store.append([proposal("p", admitted("p"))], 0)
        record(store, "p", admitted("p"))


LOOKS = "if not error.committing and self._in_doubt.isdisjoint(proposal.key for proposal in proposals):"


@needs_strace
@hazard("HZ-43", without=cut(Store._settle, LOOKS, "if True:"))
def test_a_disk_that_fails_at_any_call_loses_nothing_and_is_told_rightly(tmp_path: Path, many: Many) -> None:
    """Without the control a failed commit is called not saved without looking; the long run tries every place."""
    kinds = [
        (base, calls, error, lasting)
        for base in (io_faults.BASES if many.deep else ("old",))
        for calls, error in (
            ("fdatasync", "EIO"),
            ("pwrite64", "ENOSPC"),
            ("openat", "EACCES"),
            ("?unlink,?unlinkat", "EROFS"),
        )
        for lasting in (False, True)
    ]
    found = io_faults.try_all(kinds if many.deep else kinds[:1], 1, "", tmp_path)
    assert found.runs > 2
    assert found.wrong == [], found.wrong[:3]


class _Deaf(sqlite3.Connection):
    """A driver that does not take one setting: asked for it, it gives something else."""

    setting = ""

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return super().execute("SELECT 99" if statement == f"PRAGMA {self.setting}" else statement, *values)


READ_BACK = cut(SqliteEngine.connection.fget, "found and found[0] != answer", "False")  # type: ignore[attr-defined]


@pytest.mark.parametrize("setting", [name for name, _wanted, _answer in SETTINGS])
@hazard("HZ-45", without=READ_BACK)
def test_a_database_that_does_not_take_a_setting_is_not_written(tmp_path: Path, setting: str) -> None:
    def connect(path: Path, writable: bool) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, factory=_Deaf, check_same_thread=False)
        connection.setting = setting
        return connection

    with closing(open_file(tmp_path / NAME)) as store:
        record(store, "p", admitted("p"))
    told = _told_when_recording(tmp_path / NAME, connect)
    assert told in ("ReadOnly", "Unusable")
    with closing(open_file(tmp_path / NAME)) as store:
        assert len(store.entries("p")) == 1


def _told_when_recording(path: Path, connect: Connect = plain) -> str:
    """What a person is told who opens a store and records a note; ``recorded`` where that went well."""
    try:
        with closing(open_file(path, connect=connect)) as store:
            record(store, "p", Note("seen"))
    except StoreError as error:
        return type(error).__name__
    return "recorded"


WITHOUT_THE_MODE = tuple(row for row in SETTINGS if row[0] != "journal_mode")


@hazard("HZ-45", without=swap("immunosep_tui.store.sqlite.SETTINGS", WITHOUT_THE_MODE))
def test_no_write_ahead_log_is_ever_written(tmp_path: Path) -> None:
    """A file that another program has set so is set back, and not written while that program holds it."""
    path = tmp_path / NAME
    with closing(open_file(path)) as store:
        record(store, "p", admitted("p"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        assert other.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        other.execute("BEGIN")
        other.execute("SELECT * FROM head").fetchall()
        with closing(SqliteEngine(path, connect=_impatient)) as engine, suppress(Broken):
            engine.run("SELECT 1")
            pytest.fail("it was opened with a write-ahead log")
    assert _told_when_recording(path) == "recorded"
    with closing(sqlite3.connect(path)) as looked_at:
        assert looked_at.execute("PRAGMA journal_mode").fetchone() == ("delete",)


class _Claims(sqlite3.Connection):
    """An engine that says it is of another version."""

    version = ""

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return super().execute(f"SELECT '{self.version}'" if "sqlite_version" in statement else statement, *values)


FAULTY = ("3.36.0", "3.37.0", "3.37.1", "3.38.0", "3.38.2", "3.51.0", "3.51.1", "3.52.0")
SOUND = ("3.37.2", "3.38.3", "3.40.1", "3.50.4", "3.51.2", "3.51.3", "3.53.4")


@hazard("HZ-45", without=swap("immunosep_tui.store.sqlite.fault_of", lambda _version: None))
def test_nothing_is_written_with_a_version_that_is_known_to_be_faulty(tmp_path: Path) -> None:
    """What is there can be read all the same."""
    said = ""

    def connect(path: Path, writable: bool) -> sqlite3.Connection:
        uri = f"{path.as_uri()}?mode={'rw' if writable else 'ro'}"
        connection = sqlite3.connect(uri, isolation_level=None, factory=_Claims, check_same_thread=False, uri=True)
        connection.version = said
        return connection

    path = tmp_path / NAME
    with closing(open_file(path)) as store:
        record(store, "p", admitted("p"))
    for said in SOUND:
        before = path.read_bytes()
        assert _told_when_recording(path, connect) == "recorded", said
        assert path.read_bytes() != before
    before = path.read_bytes()
    for said in FAULTY:
        assert _told_when_recording(path, connect) == "ReadOnly", said
        with closing(open_file(path, connect=connect)) as store:
            assert len(store.entries("p")) == 1 + len(SOUND)
            assert store.why_read_only is not None
            assert said in str(store.why_read_only.text)
        assert path.read_bytes() == before
        with pytest.raises(Unusable):
            open_file(tmp_path / "new.db", connect=connect)


class _Impatient(sqlite3.Connection):
    """Waits for no other program."""

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return super().execute("PRAGMA busy_timeout=0" if "busy_timeout" in statement else statement, *values)


def _impatient(path: Path, writable: bool) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, factory=_Impatient)


@hazard(
    "HZ-46",
    without=(
        swap("immunosep_tui.store.files.refuse_unsafe", lambda _path: None),
        swap("immunosep_tui.store.place.NETWORK_SYSTEMS", frozenset()),
    ),
)
def test_no_store_is_made_or_opened_on_a_network_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of mounts is made up: each network file system, over and under disks of this machine."""
    drive = tmp_path / "a drive"
    mounts = ""

    def asked(path: Path) -> str:
        return place.network_system(path, mounts)

    monkeypatch.setattr("immunosep_tui.store.files.network_system", asked)
    for system in ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "davfs"):
        point = str(drive).replace(" ", "\\040")
        mounts = f"disk / ext4 rw 0 0\nthere:/x {point} {system} rw 0 0\ndisk {point}/local ext4 rw 0 0\n"
        for path in (drive / NAME, drive / "deep" / NAME, drive / "local" / ".." / NAME):
            with pytest.raises(Unusable) as refused:
                open_file(path).close()
            assert "PostgreSQL" in str(refused.value.advice)
        assert not (drive / NAME).exists()
    open_file(drive / "local" / NAME).close()


@hazard(
    "HZ-46",
    without=(
        swap("immunosep_tui.store.other_machine.stranger", lambda _engine: None),
        cut(Store.append, "if why is not None:", "if False:"),
        swap("immunosep_tui.store.other_machine.machine_of", lambda _boot: ""),
    ),
)
def test_of_two_machines_only_one_writes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: Many) -> None:
    """Each holds the file open, writes when it may and accepts it now and then; what was recorded stays in one chain."""
    chance, place = random.Random(46), Place(tmp_path / NAME)

    def go(machine: str) -> None:
        monkeypatch.setattr("immunosep_tui.store.machine.machine_id", lambda: machine)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / machine))

    go("one")
    with closing(open_store(place)) as store:
        record(store, "p", admitted("p"))
    may_write, entries = {"one"}, 1
    held: dict[str, Store] = {}
    for _turn in many(40, 400):
        machine = chance.choice(("one", "two"))
        go(machine)
        if chance.random() < 0.2:
            accept(place)
            may_write.add(machine)
        if machine not in held or held[machine].why_read_only or chance.random() < 0.2:
            held[machine] = open_store(place)
        try:
            record(held[machine], "p", Note("seen"))
            assert machine in may_write
            may_write, entries = {machine}, entries + 1
        except OtherMachine:
            assert machine not in may_write
        assert len(held[machine].entries("p")) == entries
    for store in held.values():
        assert verify(store).sound
        store.close()


@hazard("HZ-46", without=swap("immunosep_tui.store.other_machine.stranger", lambda _engine: None))
async def test_the_board_says_that_another_machine_took_the_file_over_and_signs_nothing(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    desk.author = Author("AB", "doctor")
    app = ImmunoSepApp(desk)
    other_machine.watch(desk.ward.store)
    async with app.run_test(size=(120, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter")
        await bed.sees("Case A-12")
        elsewhere = lambda: replace(machine_clock(), boot="another:1")  # noqa: E731
        with closing(open_file(tmp_path / NAME, clock=elsewhere)) as store:
            record(store, "q", admitted("q"), place="ws-2")
        await app._look()
        await pilot.pause()
        assert "READ ONLY. ANOTHER MACHINE writes this file: ws-2" in screen_text(app)
        await bed.signs()
        await bed.sees("NOT SAVED: ANOTHER MACHINE writes this file: ws-2")
        assert desk.ward.store.entries("p") == []
    desk.close()


@pytest.mark.parametrize("what", ["backup", "restore"])
@hazard("HZ-48", without=HASTY)
def test_a_backup_or_a_restore_that_is_killed_leaves_everything_usable(tmp_path: Path, what: str, many: Many) -> None:
    """Without the control files are written under their lasting name."""
    found = backup_kill.WHAT[what](len(many(25, 1_000)), 48, tmp_path, hasty=bool(WRITER["hasty"]))
    assert found.wrong == [], found.wrong[:3]


UNVERIFIED = cut(verified_copy.__wrapped__, "if not report.sound:", "if False:")  # type: ignore[attr-defined]


@hazard("HZ-48", without=UNVERIFIED)
def test_what_is_damaged_is_neither_backed_up_nor_restored(tmp_path: Path) -> None:
    path, backup = tmp_path / NAME, tmp_path / "backup.db"
    with closing(open_file(path)) as store:
        record(store, "p", admitted("p"), Note("seen by AB"))
        write_backup(store, backup)
    whole = backup.read_bytes()
    for file in (path, backup):
        file.write_bytes(file.read_bytes().replace(b"seen by AB", b"seen by XY"))
    damaged = path.read_bytes()
    with closing(open_file(path)) as store, pytest.raises(Unusable):
        write_backup(store, tmp_path / "another.db")
    with pytest.raises(Unusable):
        restore(backup, Place(path), START, replace=True)
    assert path.read_bytes() == damaged
    assert [file.name for file in tmp_path.glob("*.db")].count("another.db") == 0
    backup.write_bytes(whole)
    assert restore(backup, Place(path), START, replace=True).report.sound


LATER: tuple[schema.Step, ...] = (
    lambda _dialect: ("CREATE TABLE bed (id INTEGER) STRICT", "ALTER TABLE board ADD COLUMN bed INTEGER"),
    lambda _dialect: ("CREATE INDEX by_bed ON board (bed)", "INSERT INTO bed VALUES (1)"),
)
"""What two later versions of the program would make of a file."""


def _upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on it is the later program that runs."""
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *LATER))
    monkeypatch.setattr(schema, "LATEST", len(schema.MIGRATIONS))


def _killed_at(statement: int, path: Path) -> bool:
    """Let a process open a file and die before it runs so many statements of its upgrade; whether it died."""
    child = os.fork()
    if child == 0:
        run, left = SqliteEngine.run, iter(range(statement))

        def until_then(engine: SqliteEngine, text: str, values: Mapping[str, Value] = EMPTY) -> list[Row]:
            writes = text.startswith(("CREATE", "ALTER", "INSERT", "COMMIT")) or "=" in text
            if writes and next(left, None) is None:
                os._exit(9)
            return run(engine, text, values)

        SqliteEngine.run = until_then  # type: ignore[method-assign, assignment]
        open_file(path).close()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def _content(path: Path) -> tuple[object, ...]:
    """The version of a file, its tables and its ledger."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
        ledger = connection.execute("SELECT * FROM ledger ORDER BY seq").fetchall()
        return connection.execute("PRAGMA user_version").fetchone(), names, ledger


@hazard("HZ-49", without=cut(migration.migrate, "with engine.transaction():", "if True:"))
def test_an_upgrade_that_is_killed_at_any_statement_is_whole_or_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / NAME
    with closing(open_file(path)) as store:
        record(store, "p", admitted("p"), Note("seen"))
    old, before = path.read_bytes(), _content(path)
    _upgraded(monkeypatch)
    for statement in range(100):
        path.write_bytes(old)
        killed = _killed_at(statement, path)
        after = _content(path)
        assert after[2] == before[2]
        assert (after == before) if killed else (after[0] == (schema.LATEST,)), statement
        if not killed:
            break
    assert statement > 5


@hazard("HZ-49", without=swap("immunosep_tui.store.files._copy_before", lambda *_given: None))
def test_a_file_is_copied_before_it_is_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / NAME
    with closing(open_file(path)) as store:
        record(store, "p", admitted("p"), Note("seen"))
    before = _content(path)
    _upgraded(monkeypatch)
    with closing(open_file(path)) as store:
        assert len(store.entries("p")) == 2
    assert [_content(copy) for copy in tmp_path.glob("ward-before-schema-*.db")] == [before]


@hazard("HZ-49", without=swap("immunosep_tui.store.files.refuse_newer", lambda *_given: None))
def test_an_older_program_does_not_touch_a_newer_file(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with closing(open_file(path)) as store:
        record(store, "p", admitted("p"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version={schema.LATEST + 1}")
    newer = path.read_bytes()
    assert _told_when_recording(path) == "Unusable"
    assert path.read_bytes() == newer


@hazard("HZ-43", without=cut(ImmunoSepApp._trouble, "if self._store_trouble is not None:", "if False:"))
async def test_a_store_that_cannot_be_written_is_said_on_every_screen_and_typing_goes_on(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    desk.author = Author("AB", "doctor")
    app = ImmunoSepApp(desk)

    def fails(*_given: object) -> object:
        raise Broken("full", "no space left")

    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        monkeypatch.setattr(desk.ward.store.engine, "changes", fails)
        monkeypatch.setattr(desk.ward.store.engine, "transaction", fails)
        await app._look()
        await pilot.pause()
        assert "NOTHING IS STORED. The disk is full." in screen_text(app)
        await bed.press("enter")
        await bed.sees("Case A-12")
        await app._look()
        await pilot.pause()
        assert "NOTHING IS STORED. The disk is full." in screen_text(app)
        await bed.signs()
        await bed.sees("NOT SAVED: The disk is full.")
        assert desk.ward.drafts.all()[0].texts == SHEET
    monkeypatch.undo()
    desk.close()
