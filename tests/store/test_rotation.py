"""Automatic backups: one for each state of the ledger, the last of them kept, and the newest known."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from immunosep_tui.record.kinds import Note
from immunosep_tui.store.files import open_file
from immunosep_tui.store.place import Place
from immunosep_tui.store.rotation import (
    KEEP,
    automatic_backup,
    backup_folder,
    backup_name,
    backups,
    is_sound,
    last_backup,
)
from immunosep_tui.store.store import Store
from tests.store.acts import record, running_course
from tests.store.conftest import Ward

NOON = datetime(2026, 4, 3, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a file, with a patient."""
    with closing(open_file(tmp_path / "ward.db")) as opened:
        running_course(opened, "p")
        yield opened


def test_a_backup_is_named_by_its_instant_and_belongs_to_its_owner(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = automatic_backup(store, folder, NOON.astimezone(timezone(timedelta(hours=3))))
    assert made is not None
    assert made.is_new
    assert made.head == store.head()
    assert made.backup == last_backup(folder)
    assert (made.backup.path, made.backup.at) == (folder / "ward-2026-04-03T140000Z.db", NOON)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(made.backup.path.stat().st_mode) == 0o600


def test_a_ledger_that_has_not_changed_is_not_backed_up_again(store: Store, tmp_path: Path) -> None:
    first = automatic_backup(store, tmp_path / "backups", NOON)
    again = automatic_backup(store, tmp_path / "backups", NOON + HOUR)
    assert first is not None
    assert again is not None
    assert not again.is_new
    assert again.backup == first.backup
    record(store, "p", Note("something new"))
    third = automatic_backup(store, tmp_path / "backups", NOON + 2 * HOUR)
    assert third is not None
    assert third.is_new
    assert len(backups(tmp_path / "backups", "ward")) == 2


def test_a_damaged_backup_is_made_again(store: Store, tmp_path: Path) -> None:
    """Also where its end can still be read."""
    first = automatic_backup(store, tmp_path / "backups", NOON)
    assert first is not None
    raw = bytearray(first.backup.path.read_bytes())
    at = raw.index(b"900 ng/mL")
    raw[at] ^= 1
    first.backup.path.write_bytes(raw)
    assert not is_sound(first.backup.path)
    again = automatic_backup(store, tmp_path / "backups", NOON + HOUR)
    assert again is not None
    assert again.is_new
    assert is_sound(again.backup.path)
    assert first.backup.path.exists()


def test_the_last_ones_are_kept(store: Store, tmp_path: Path) -> None:
    """What cannot be read counts for none and stays; other files are nobody's business."""
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o700)
    unreadable = folder / "ward-2020-01-01T000000Z.db"
    others = [folder / name for name in ("ward-2020-01-01T000000Z.txt", "other-2020-01-01T000000Z.db", "ward.db")]
    for path in (unreadable, *others):
        path.write_bytes(b"x" * 5000)
    made = []
    for number in range(KEEP + 3):
        record(store, "p", Note(str(number)))
        kept = automatic_backup(store, folder, NOON + number * HOUR)
        assert kept is not None
        made.append(kept.backup)
    assert backups(folder, "ward")[1:] == made[-KEEP:]
    assert all(path.exists() for path in (unreadable, *others))
    assert all(is_sound(backup.path) for backup in made[-KEEP:])


def test_a_clock_that_was_set_back_costs_no_backup(store: Store, tmp_path: Path) -> None:
    """The newest by its entries has the oldest name, and stays until a newer one is made."""
    folder = tmp_path / "backups"
    for number in range(KEEP):
        record(store, "p", Note(str(number)))
        automatic_backup(store, folder, NOON + number * HOUR)
    record(store, "p", Note("the clock is wrong"))
    kept = automatic_backup(store, folder, datetime(1970, 1, 2, tzinfo=UTC))
    assert kept is not None
    assert kept.backup.path.name == "ward-1970-01-02T000000Z.db"
    again = automatic_backup(store, folder, NOON + 100 * HOUR)
    assert again is not None
    assert not again.is_new
    assert again.backup == kept.backup


def test_two_programs_within_one_second_both_have_a_backup(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    automatic_backup(store, folder, NOON)
    record(store, "p", Note("more"))
    second = automatic_backup(store, folder, NOON)
    assert second is not None
    assert second.backup.path.name == "ward-2026-04-03T140001Z.db"


def test_an_empty_ledger_is_not_backed_up(tmp_path: Path) -> None:
    with closing(open_file(tmp_path / "ward.db")) as store:
        assert automatic_backup(store, tmp_path / "backups", NOON) is None
    assert not (tmp_path / "backups").exists()
    assert last_backup(tmp_path / "backups") is None


def test_a_server_is_backed_up_under_its_own_name(server_ward: Ward, tmp_path: Path) -> None:
    store = server_ward.open()
    running_course(store, "p")
    made = automatic_backup(store, tmp_path, NOON)
    assert made is not None
    name = backup_name(store.engine.where)
    assert made.backup.path.name == f"{name}-2026-04-03T140000Z.db"
    assert last_backup(tmp_path, name) == made.backup
    again = automatic_backup(store, tmp_path, NOON + HOUR)
    assert again is not None
    assert not again.is_new


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("/data/ward.db", "ward"),
        ("icu-2.sqlite", "icu-2"),
        ("postgresql://nurse@icu.example:5433/ward?sslmode=verify-full", "icu.example-5433-ward"),
        ("postgresql://nurse@[::1]/../../etc", "1-..-..-etc"),
        ("postgres://", "server"),
    ],
)
def test_names_are_those_of_the_store(where: str, name: str) -> None:
    assert backup_name(where) == name


def test_the_folder_lies_beside_a_file_and_among_the_data_for_a_server(tmp_path: Path) -> None:
    assert backup_folder(Place(tmp_path / "ward.db")) == tmp_path / "backups"
    assert backup_folder(Place(url="postgresql://host/ward")).name == "backups"
