"""What is said about the place of a store, and that looking changes nothing."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.kinds import Note
from immunosep_tui.store import health
from immunosep_tui.store.files import open_file
from immunosep_tui.store.health import BACKUP_AGE, Check, store_checks
from immunosep_tui.store.place import Place
from immunosep_tui.store.rotation import automatic_backup, backup_folder
from tests.store.acts import record, running_course
from tests.store.conftest import ServerWard

NOON = datetime(2026, 4, 3, 14, 0, tzinfo=UTC)


def looked(place: Place, now: datetime = NOON) -> dict[str, Check]:
    """The checks by name."""
    return {check.id: check for check in store_checks(place, now)}


def test_a_server_without_a_store_stays_without_one(server_ward: ServerWard) -> None:
    found = looked(Place(url=server_ward.url))
    assert "no store yet" in str(found["store"].text)
    assert all(check.ok for check in found.values())
    assert server_ward.server.run(
        "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'", server_ward.database
    ) == [(0,)]


def test_a_server_is_looked_at(server_ward: ServerWard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version, clocks, encryption, entries, backup; the password is not said."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    running_course(server_ward.open(), "p")
    place = Place(url=server_ward.url)
    found = looked(place)
    assert {"place", "server", "skew", "tls", "store", "clock", "backup"} == set(found)
    assert "3 entries" in str(found["store"].text)
    assert "within this machine" in str(found["tls"].text)
    assert not found["backup"].ok
    password = server_ward.url.partition("://")[2].partition("@")[0].partition(":")[2]
    assert not any(password in f"{check.text} {check.advice}" for check in found.values())
    automatic_backup(server_ward.open(), backup_folder(place), NOON)
    assert looked(place)["backup"].ok


def test_a_server_that_takes_no_entries_is_named(server_ward: ServerWard) -> None:
    server_ward.open().close()
    server_ward.server.run(f'ALTER DATABASE "{server_ward.database}" SET default_transaction_read_only = on')
    found = looked(Place(url=server_ward.url))
    assert not found["writable"].ok
    assert not found["writable"].stops


def test_a_server_without_an_answer_stops(server_ward: ServerWard) -> None:
    found = looked(Place(url=server_ward.server.url("no_such_database")))
    assert found["store"].stops
    assert found["store"].advice is not None


def test_an_old_backup_is_enough_until_something_is_added(tmp_path: Path) -> None:
    place = Place(tmp_path / "ward.db")
    with closing(open_file(tmp_path / "ward.db")) as store:
        assert looked(place)["backup"].ok
        running_course(store, "p")
        assert not looked(place)["backup"].ok
        automatic_backup(store, backup_folder(place), NOON)
        later = NOON + BACKUP_AGE + timedelta(hours=1)
        assert looked(place, later)["backup"].ok
        record(store, "p", Note("more"))
        assert looked(place, NOON + BACKUP_AGE)["backup"].ok
        found = looked(place, later)["backup"]
        assert not found.ok
        assert "1 day, 1:00:00 old" in str(found.text)


def test_a_network_file_system_and_a_full_disk_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(tmp_path / "ward.db")
    open_file(tmp_path / "ward.db").close()
    monkeypatch.setattr(health, "LEAST_SPACE", 10**18)
    found = looked(place)["space"]
    assert not found.ok
    assert found.advice is not None
    monkeypatch.setattr(health, "network_system", lambda _path: "nfs4")
    found = looked(place)["file-system"]
    assert found.stops
    assert "nfs4" in str(found.text)


def test_looking_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ward.db"
    with closing(open_file(path)) as store:
        running_course(store, "p")
    before = path.read_bytes(), path.stat().st_mtime_ns
    looked(Place(path))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [found.name for found in tmp_path.iterdir()] == ["ward.db"]
