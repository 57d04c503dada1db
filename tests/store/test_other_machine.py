"""A file is written on one machine: another one reads it, until a person accepts it there; and nothing is lost by it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from immunosep_tui.record.kinds import Note
from immunosep_tui.store import last_seen, machine
from immunosep_tui.store.backup import write_backup
from immunosep_tui.store.clock import machine_clock, shown
from immunosep_tui.store.drafts import Draft
from immunosep_tui.store.errors import Declined, NotSaved, OtherMachine, ReadOnly, Unusable
from immunosep_tui.store.files import open_file
from immunosep_tui.store.folders import write_new
from immunosep_tui.store.health import store_checks
from immunosep_tui.store.machine import machine_id
from immunosep_tui.store.opening import open_drafts, open_store
from immunosep_tui.store.place import Place
from immunosep_tui.store.restore import accept, restore
from immunosep_tui.store.sqlite import plain
from immunosep_tui.store.store import Store
from tests.store.acts import admitted, record

NOON = datetime(2026, 4, 3, 14, 0, tzinfo=UTC)
Go = Callable[[str], None]


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Go:
    """Go to another machine: its id is another one, and so is its data folder."""

    def to(name: str) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / name))
        monkeypatch.setattr(machine, "machine_id", lambda: name)

    to("one")
    return to


@pytest.fixture
def place(tmp_path: Path, go: Go) -> Place:
    """A store that was written on the first machine."""
    found = Place(tmp_path / "shared" / "ward.db")
    with closing(open_store(found)) as store:
        record(store, "p", admitted("p"), Note("first"), place="ws-1")
    return found


def written(place: Place) -> bool:
    """Whether this machine may record a note there; nothing of it is recorded where it may not."""
    with closing(open_store(place)) as store:
        before = len(store.entries("p"))
        try:
            record(store, "p", Note("seen"))
        except OtherMachine:
            assert len(store.entries("p")) == before
            return False
        assert len(store.entries("p")) == before + 1
        return True


def test_another_machine_reads_and_is_told_what_to_do(place: Place, go: Go) -> None:
    assert place.path is not None
    go("two")
    before, folder = place.path.read_bytes(), set(place.path.parent.iterdir())
    with closing(open_store(place)) as store:
        assert len(store.entries("p")) == 2
        why, last = store.why_read_only, store.last_recorded()
        assert isinstance(why, OtherMachine)
        assert str(why.text) == f"ANOTHER MACHINE writes this file: ws-1, last at {shown(last or 0)}."
        assert "PostgreSQL" in str(why.advice)
        assert "restore --accept" in str(why.advice)
        with pytest.raises(OtherMachine):
            record(store, "p", Note("seen"))
    assert place.path.read_bytes() == before
    assert set(place.path.parent.iterdir()) == folder


def test_a_machine_that_lost_its_marks_or_was_killed_before_one_goes_on(
    place: Place, go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_seen, "note", lambda _store: None)  # as if the process ended right after the commit
    assert written(place)
    shutil.rmtree(tmp_path / "one")
    assert written(place)


def test_who_accepts_writes_and_the_one_before_reads(place: Place, go: Go) -> None:
    for here, there in (("two", "one"), ("one", "two"), ("three", "one")):
        go(here)
        assert not written(place)
        assert accept(place).sound
        assert written(place)
        assert written(place)
        go(there)
        assert not written(place)


def test_an_acceptance_ends_with_the_next_entry_of_the_other(place: Place, go: Go) -> None:
    go("two")
    accept(place)
    go("one")
    assert written(place)
    go("two")
    assert not written(place)


def test_a_store_that_is_open_is_taken_over_before_its_next_entry(place: Place, go: Go) -> None:
    with closing(open_store(place)) as store, closing(open_store(place)) as looking:
        looking.changes()
        go("two")
        accept(place)
        assert written(place)
        go("one")
        with pytest.raises(OtherMachine):
            record(store, "p", Note("too late"))
        assert [entry.body for entry in store.entries("p")][2:] == [Note("seen")]
        assert isinstance(store.why_read_only, OtherMachine)
        assert not store.engine.writable
        looking.changes()
        assert isinstance(looking.why_read_only, OtherMachine)
        assert len(looking.entries("p")) == 3


def test_a_ledger_without_entries_or_of_a_server_is_anybodys(tmp_path: Path, go: Go) -> None:
    place = Place(tmp_path / "ward.db")
    open_store(place).close()
    go("two")
    with closing(open_file(tmp_path / "ward.db", clock=lambda: replace(machine_clock(), boot="server"))) as store:
        record(store, "p", admitted("p"))
    go("one")
    assert written(place)
    go("two")
    assert not written(place)


def test_a_backup_is_restored_on_a_new_machine_without_more_ado(place: Place, go: Go, tmp_path: Path) -> None:
    backup, new = tmp_path / "backup.db", Place(tmp_path / "new" / "ward.db")
    with closing(open_store(place)) as store:
        write_backup(store, backup)
    go("two")
    restore(backup, new, NOON)
    assert written(new)


def test_nothing_is_accepted_that_lacks_entries_of_this_machine(place: Place, go: Go, tmp_path: Path) -> None:
    assert place.path is not None
    old = place.path.read_bytes()
    assert written(place)
    place.path.write_bytes(old)
    with closing(open_store(place)) as store:
        assert isinstance(store.why_read_only, ReadOnly)
    with pytest.raises(Declined, match="entries that were recorded on this machine"):
        accept(place)
    with pytest.raises(ReadOnly):
        written(place)
    accept(place, replace=True)
    assert written(place)


def test_what_is_damaged_or_on_a_server_is_not_accepted(place: Place, go: Go) -> None:
    assert place.path is not None
    with pytest.raises(Declined):
        accept(Place(url="postgresql://ward@host/ward"))
    place.path.write_bytes(place.path.read_bytes().replace(b"first", b"worst"))
    go("two")
    with pytest.raises(Unusable):
        accept(place)
    assert not written(place)


def test_a_decision_that_cannot_be_kept_is_none(place: Place, go: Go, tmp_path: Path) -> None:
    go("two")
    (tmp_path / "two").write_text("no folder can be here")
    with pytest.raises(Unusable, match="cannot be written"):
        accept(place)
    assert not written(place)


def test_drafts_are_not_put_where_another_machine_writes(place: Place, go: Go, tmp_path: Path) -> None:
    assert place.path is not None
    go("two")
    drafts = open_drafts(place, plain, elsewhere=True)
    drafts.put(Draft("p", {"labs.ferritin": "900"}))
    assert drafts.flush()
    drafts.close()
    assert not place.path.with_name("drafts.db").exists()
    assert list((tmp_path / "two").rglob("drafts.db"))
    assert [draft.record for draft in open_drafts(place, plain, elsewhere=True).all()] == ["p"]


def test_doctor_says_which_machine_writes(place: Place, go: Go) -> None:
    def looked() -> tuple[bool, str]:
        (found,) = (check for check in store_checks(place, NOON) if check.id == "machine")
        return found.ok, f"{found.text} {found.advice}"

    assert looked()[0]
    go("two")
    ok, said = looked()
    assert not ok
    assert "ws-1" in said
    assert "restore --accept" in said


# ---- a file that is replaced while it is open ----------------------------------------------------------------------


def _replaced(place: Place, tmp_path: Path) -> Store:
    """A store whose file a program has put a newer copy in the place of, as those that synchronize folders do."""
    assert place.path is not None
    store = open_store(place)
    assert len(store.entries("p")) == 2
    store.changes()
    copy = tmp_path / "copy.db"
    shutil.copy(place.path, copy)
    with closing(open_file(copy)) as other:
        record(other, "p", Note("from elsewhere"))
    copy.replace(place.path)
    return store


def test_nothing_is_written_into_a_file_that_has_lost_its_name(place: Place, go: Go, tmp_path: Path) -> None:
    with closing(_replaced(place, tmp_path)) as store:
        with pytest.raises(NotSaved, match="moved or replaced"):
            record(store, "p", Note("here"))
        record(store, "p", Note("here"))
    with closing(open_store(place)) as store:
        assert [entry.body for entry in store.entries("p")][2:] == [Note("from elsewhere"), Note("here")]


def test_who_looks_sees_the_file_that_is_there_now(place: Place, go: Go, tmp_path: Path) -> None:
    with closing(_replaced(place, tmp_path)) as store:
        store.changes()
        assert len(store.entries("p")) == 3


def test_a_file_from_another_machine_that_takes_its_place_is_only_read(place: Place, go: Go, tmp_path: Path) -> None:
    assert place.path is not None
    with closing(open_store(place)) as store:
        assert len(store.entries("p")) == 2
        shutil.copy(place.path, tmp_path / "copy.db")
        go("two")
        accept(Place(tmp_path / "copy.db"))
        assert written(Place(tmp_path / "copy.db"))
        (tmp_path / "copy.db").replace(place.path)
        go("one")
        store.changes()
        with pytest.raises(OtherMachine):
            record(store, "p", Note("here"))


# ---- which machine this is -----------------------------------------------------------------------------------------


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with the system's own id."""
    monkeypatch.setattr(machine, "SYSTEM", tmp_path / "etc-machine-id")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "etc-machine-id"


def asked() -> str:
    """The id as a program that has just been started finds it."""
    machine_id.cache_clear()
    found = machine_id()
    machine_id.cache_clear()
    return found


def test_the_systems_own_id_is_not_shown(system: Path) -> None:
    own = "0123456789abcdef" * 2
    system.write_text(f"{own}\n")
    found = asked()
    assert found == asked()
    assert len(found) == machine.LENGTH
    assert found not in own
    assert not (system.parent / "data").exists()
    system.write_text(f"{own[1:]}0\n")
    assert asked() != found


@pytest.mark.parametrize("text", [None, "", "uninitialized\n", "\xff"])
def test_a_machine_without_an_id_keeps_one_that_is_made(text: str | None, system: Path) -> None:
    if text is not None:
        system.write_text(text, encoding="latin-1")
    found = asked()
    assert found == asked()
    (kept,) = (system.parent / "data").rglob("*machine-id*")
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()
    assert asked() != found


def test_of_two_programs_that_make_an_id_at_once_the_first_ones_counts(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, first = system.parent / "data" / "id", "0123456789abcdef" * 2

    def late(path: Path, text: str) -> None:
        write_new(file, first)
        write_new(path, text)

    monkeypatch.setattr(machine, "write_new", late)
    assert machine._kept(file) == first
    assert list(file.parent.iterdir()) == [file]


def test_where_nothing_can_be_kept_the_name_of_the_host_counts(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (system.parent / "data").write_text("no folder can be here")
    names = iter(("ws-1", "ws-1", "ws-2"))
    monkeypatch.setattr("platform.node", lambda: next(names))
    assert asked() == asked() != asked()
