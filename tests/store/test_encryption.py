"""Encryption at rest: nothing readable in any file, the secrets that open it, and what becomes of copies."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("sqlcipher3", reason="the extra 'encrypt' is not installed")

from immunosep_tui.record.kinds import Admitted, Note
from immunosep_tui.store import encrypting
from immunosep_tui.store.backup import connect_of, write_backup
from immunosep_tui.store.drafts import Draft, Drafts
from immunosep_tui.store.encrypted import (
    TRIES,
    Connector,
    connector,
    is_encrypted,
    set_passphrase,
    unlock,
    unlock_by_asking,
    unlock_by_recovery,
)
from immunosep_tui.store.encrypting import encrypt, plain_copies
from immunosep_tui.store.errors import Declined, NotSaved, OtherMachine, StoreError, Unusable
from immunosep_tui.store.exchange import destroy
from immunosep_tui.store.files import open_file
from immunosep_tui.store.opening import connect_to, open_drafts, open_store
from immunosep_tui.store.place import Place, key_file
from immunosep_tui.store.recovery_key import new_recovery_key
from immunosep_tui.store.restore import accept, restore
from immunosep_tui.store.rotation import KEEP, automatic_backup, backups
from immunosep_tui.store.sqlite import SETTINGS
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.store.acts import admitted, proposal, record, running_course
from tests.store.conftest import ServerWard
from tests.support.sealed import PASSPHRASE, key_of, make_guesses_cheap, opened, sealed

make_guesses_cheap()

MARKERS = (b"MARKERCASE", b"MARKERBED", b"MARKERNOTE", b"MARKERDRAFT", b"MARKERTYPED", b"MARKERPLACE")
NOON = datetime(2026, 4, 3, 14, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A plain store with a patient whose data are markers, and a draft of it beside."""
    tmp_path.chmod(0o700)
    path = tmp_path / "ward.db"
    with closing(open_file(path)) as store:
        record(store, "p", Admitted("MARKERBED", "MARKERCASE", "MRN 1"), Note("MARKERNOTE" * 900))
        running_course(store, "q")
        store.engine.run("INSERT INTO sign_in VALUES ('AB', 3, 0, NULL, 'MARKERPLACE')")
    with closing(Drafts(tmp_path / "drafts.db", str(path))) as drafts:
        drafts.put(Draft("p", {"labs.ferritin": "MARKERDRAFT"}, at=1))
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """The same store, encrypted, as the program opens it."""
    sealed(path)
    with closing(opened(path)) as store:
        open_drafts(Place(path), connect_to(path, lambda: PASSPHRASE)).close()
        yield store


def readable(folder: Path) -> list[tuple[str, bytes]]:
    """The files in which a marker can be read."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [(path.name, marker) for path in files for marker in MARKERS if marker in path.read_bytes()]


def test_another_machine_reads_it_and_accepts_it_by_the_same_passphrase(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(path)
    place = Place(path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another"))
    monkeypatch.setattr("immunosep_tui.store.machine.machine_id", lambda: "another")
    for may_write in (False, True):
        with closing(open_store(place, ask=lambda: PASSPHRASE)) as store:
            assert len(store.entries("p")) == 2
            assert isinstance(store.why_read_only, OtherMachine) != may_write
            connect = connect_of(store)
        drafts = open_drafts(place, connect, elsewhere=True)
        drafts.put(Draft("p", {"labs.ferritin": "MARKERDRAFT"}))
        assert drafts.flush()
        drafts.close()
        assert not [
            file for file in (tmp_path / "another").rglob("*") if file.is_file() and b"MARKER" in file.read_bytes()
        ]
        accept(place, connect=connect)


# What lies on the disk.


def test_the_markers_are_found_where_nothing_is_encrypted(path: Path) -> None:
    """The control: this is how they would be found."""
    found = {marker for _name, marker in readable(path.parent)}
    assert found == set(MARKERS) - {b"MARKERTYPED"}


def test_no_file_holds_a_readable_value(store: Store, path: Path) -> None:
    """Store, journal of an open commit, backups, what a restore sets aside, drafts and key files."""
    folder = path.parent
    drafts = open_drafts(Place(path), connect_to(path, lambda: PASSPHRASE))
    drafts.put(Draft("q", {"labs.ferritin": "MARKERTYPED"}))
    assert drafts.flush()
    automatic_backup(store, folder / "backups", NOON)
    write_backup(store, folder / "copy.db")
    store.engine.run("PRAGMA cache_size=2")  # so that pages are written before the commit
    with store.engine.transaction():
        for number in range(30):
            store._write([proposal(f"m{number}", Admitted("MARKERBED", f"MARKERCASE {number}", "1"))], 0, True)
            store._write([proposal(f"m{number}", Note("MARKERNOTE" * 900))], 1, True)
        assert (folder / "ward.db-journal").stat().st_size > 4096
        assert readable(folder) == []
    store.close()
    restore(folder / "copy.db", Place(path), NOON, replace=True, connect=connector(key_of(path)))
    assert len(list(folder.glob("ward-before-restore-*.db"))) == 1
    drafts.close()
    assert readable(folder) == []
    assert {drafts.name for drafts in folder.glob("*drafts*")} == {"drafts.db", "ward-drafts.db"}


_CUT_OFF = """
import os, signal, sys
from pathlib import Path
from immunosep_tui.record.kinds import Admitted, Note
from tests.store.acts import proposal
from tests.support.sealed import opened
store = opened(Path(sys.argv[1]))
store.engine.run("PRAGMA cache_size=2")
with store.engine.transaction():
    for number in range(30):
        store._write([proposal(f"m{number}", Admitted("MARKERBED", f"MARKERCASE {number}", "1"))], 0, True)
        store._write([proposal(f"m{number}", Note("MARKERNOTE" * 900))], 1, True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not on Windows")
def test_a_journal_that_a_kill_left_is_not_readable_and_is_played_back(store: Store, path: Path) -> None:
    head = store.head()
    store.close()
    command = [sys.executable, "-c", _CUT_OFF, str(path)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")
    assert path.with_name("ward.db-journal").stat().st_size > 4096
    assert readable(path.parent) == []
    assert store.head() == head
    assert verify(store).sound


def test_everything_else_is_what_it_was(path: Path, tmp_path: Path) -> None:
    """Ledger, rows, wrong PINs, schema, and who may open the file."""
    tables = ("ledger", "head", "course", "dose", "board", "sign_in", "sqlite_master")
    columns = {"sqlite_master": "type, name, tbl_name, sql"}

    def content(store: Store) -> dict[str, list[object]]:
        found = {table: store.engine.run(f"SELECT {columns.get(table, '*')} FROM {table}") for table in tables}
        return {table: sorted(rows, key=str) for table, rows in found.items()}

    with closing(open_file(path)) as plain:
        before, head = content(plain), plain.head()
    sealed(path)
    with closing(opened(path)) as store:
        assert content(store) == before
        assert (store.head(), verify(store).findings) == (head, ())
    assert [file.stat().st_mode & 0o777 for file in sorted(tmp_path.glob("ward.db*"))] == [0o600, 0o600]
    assert not list(tmp_path.glob(".immunosep-*"))


def test_every_setting_holds(store: Store) -> None:
    for name, _wanted, answer in SETTINGS:
        assert store.engine.run(f"PRAGMA {name}") == [(answer,)]


@pytest.mark.parametrize("seed", range(6))
def test_one_flipped_bit_is_noticed(store: Store, path: Path, seed: int) -> None:
    """Anywhere in the file, the part that is salt or checksum too."""
    store.close()
    content, rng = bytearray(path.read_bytes()), random.Random(seed)
    place = rng.randrange(len(content)) if seed else 3
    content[place] ^= 1 << rng.randrange(8)
    path.write_bytes(content)
    assert not verify(store).sound, place
    with pytest.raises(StoreError):
        write_backup(store, path.with_name("copy.db"))


def test_nothing_is_said_on_the_error_stream(store: Store, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """SQLCipher would write over the screen: on a wrong key, on damage, on a lock."""
    with pytest.raises(Unusable), closing(open_file(path, connect=Connector(bytearray(32)))):
        pass
    with store.engine.transaction(), closing(connector(key_of(path))(path, True)) as other:
        other.execute("PRAGMA busy_timeout=1")
        with pytest.raises(Exception, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    store.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert not verify(store).sound
    assert capfd.readouterr() == ("", "")


# What opens it.


def test_a_wrong_passphrase_always_gets_the_same_words(store: Store, path: Path) -> None:
    said = set()
    for wrong in ("", "x", PASSPHRASE + " ", PASSPHRASE.upper()):
        with pytest.raises(Unusable) as error:
            unlock(path, wrong)
        said.add((str(error.value.text), str(error.value.advice)))
    assert len(said) == 1


def test_each_wrong_passphrase_makes_the_wait_a_second_longer(store: Store, path: Path) -> None:
    waits: list[float] = []
    typed = iter(["wrong", "wrong again", PASSPHRASE])
    assert unlock_by_asking(path, lambda: next(typed), waits.append) == key_of(path)
    assert waits == [1, 2]
    with pytest.raises(Unusable, match="passphrase is not"):
        unlock_by_asking(path, lambda: "wrong", waits.append)
    assert waits[2:] == list(range(1, TRIES + 1))


def test_where_nobody_can_be_asked_that_is_said(store: Store, path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be asked"):
        open_store(Place(path))


def test_without_the_extra_it_is_said_which_one_before_anything_is_asked(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    monkeypatch.setitem(sys.modules, "sqlcipher3.dbapi2", None)
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    with pytest.raises(Unusable) as caught:
        open_store(Place(path), ask=lambda: pytest.fail("asked"))
    assert "immunosep-tui[encrypt]" in str(caught.value.advice)


def test_recovery_drill(path: Path) -> None:
    """Passphrase forgotten: the sheet sets another one, the data key stays, backups that lie here follow."""
    recovery = new_recovery_key()
    sealed(path, recovery)
    with closing(opened(path)) as store:
        head = store.head()
        made = automatic_backup(store, path.parent / "backups", NOON)
    assert made is not None
    set_passphrase(path, unlock_by_recovery(path, recovery.lower().replace("-", " ")), "another passphrase")
    for file in (path, made.backup.path):
        with pytest.raises(Unusable):
            unlock(file, PASSPHRASE)
        with closing(open_store(Place(file), ask=lambda: "another passphrase")) as store:
            assert store.head() == head
        assert unlock_by_recovery(file, recovery) == unlock(file, "another passphrase")


@pytest.mark.parametrize(
    "typed",
    ["", "x", pytest.param(new_recovery_key()[:-1], id="cut short"), pytest.param(new_recovery_key(), id="another")],
)
def test_a_wrong_recovery_key_opens_nothing(store: Store, path: Path, typed: str) -> None:
    with pytest.raises(Unusable, match="recovery key"):
        unlock_by_recovery(path, typed)


def test_the_key_is_overwritten_when_the_store_is_thrown_away(path: Path) -> None:
    sealed(path)
    key = key_of(path)
    with closing(open_file(path, connect=connector(key))):
        assert any(key)
    assert not any(key)


def test_a_store_whose_key_file_is_missing_says_so(store: Store, path: Path) -> None:
    store.close()
    key_file(path).unlink()
    with pytest.raises(Unusable) as caught:
        opened(path)
    assert "ward.db.key" in str(caught.value.text)


def test_a_key_file_that_others_can_read_is_refused(store: Store, path: Path) -> None:
    store.close()
    key_file(path).chmod(0o644)
    with pytest.raises(Unusable, match="other users"):
        opened(path)


def test_the_connection_of_another_thread_is_not_unlocked(store: Store, path: Path) -> None:
    """A second connection of this process must not take away the lock that the first one holds."""
    code = "import sys; from tests.support.sealed import *; from pathlib import Path; s = opened(Path(sys.argv[1]))\n"
    code += "s.engine.run('PRAGMA busy_timeout=1')\n"
    code += "try:\n s.engine.run('BEGIN IMMEDIATE'); print('got it')\nexcept Exception as e: print(e.code)"
    with store.engine.transaction():
        store.engine.run("UPDATE sign_in SET failures = 0")
        assert isinstance(store.engine.connect, Connector)  # type: ignore[attr-defined]
        store.engine.connect(path, False).close()  # type: ignore[attr-defined]
        command = [sys.executable, "-c", code, str(path)]
        done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert done.stdout == "busy\n"


# Turning it on.


def test_an_encrypted_store_is_not_encrypted_again(store: Store, path: Path) -> None:
    with pytest.raises(Declined):
        encrypt(path, PASSPHRASE, new_recovery_key())
    assert verify(store).sound


def test_a_damaged_store_is_not_encrypted(path: Path) -> None:
    content = path.read_bytes()
    assert content.count(b"MARKERCASE") > 1
    path.write_bytes(content.replace(b"MARKERCASE", b"MARKERCASf"))
    damaged = path.read_bytes()
    with pytest.raises(Unusable, match="damaged"):
        encrypt(path, PASSPHRASE, new_recovery_key())
    assert path.read_bytes() == damaged
    assert not is_encrypted(path)


@pytest.mark.parametrize("step", ["_make_key_file", "_export", "_refuse_unsound", "exchange_content"])
def test_a_step_that_fails_leaves_the_plain_store(path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def fails(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(encrypting, step, fails)
        with pytest.raises(Unusable) as caught:
            encrypt(path, PASSPHRASE, new_recovery_key())
    assert "full" in str(caught.value.text)
    assert path.read_bytes() == before
    with closing(opened(path)) as store:
        record(store, "later", admitted("later"))
    sealed(path)


_STALE = """
import sys
from pathlib import Path
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.files import open_file
from tests.store.acts import admitted, record
store = open_file(Path(sys.argv[1]))
print(store.head().seq, flush=True)
for line in sys.stdin:
    try:
        if line == "hold\\n":
            store.engine.run("BEGIN IMMEDIATE")
            print("held", flush=True)
        elif line == "read\\n":
            print(store.changes(), flush=True)
        else:
            record(store, "stale", admitted("stale"))
            print("recorded", flush=True)
    except StoreError as error:
        print(type(error).__name__, error.text, flush=True)
"""


@pytest.fixture
def stale(path: Path) -> Iterator[Callable[[str], str]]:
    """A program that opened the plain store and still has it open; it does what it is told, and says what came of it."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", _STALE, str(path)], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        told, said = program.stdin, program.stdout
        said.readline()

        def tell(word: str) -> str:
            told.write(f"{word}\n")
            told.flush()
            return said.readline().strip()

        yield tell
        told.close()


def test_a_program_that_writes_meanwhile_is_waited_for(path: Path, stale: Callable[[str], str]) -> None:
    """Not without end; nothing is changed then."""
    assert stale("hold") == "held"
    with pytest.raises(Unusable, match="not encrypted"):
        encrypt(path, PASSPHRASE, new_recovery_key())
    assert not is_encrypted(path)


def test_a_program_that_has_the_plain_file_open_records_nothing_and_says_why(
    path: Path, stale: Callable[[str], str]
) -> None:
    sealed(path)
    for word in ("write", "read", "write"):
        assert stale(word) == "Unusable The store has been encrypted."
    with closing(opened(path)) as store:
        assert store.chart("stale").n == 0
        assert verify(store).sound


def test_a_program_that_has_the_plain_file_open_leaves_the_journal_of_the_encrypted_one_alone(
    path: Path, stale: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It would take it for that of a crash; were the writer then killed, nothing could be played back any more."""
    sealed(path)
    left = tmp_path_factory.mktemp("left") / "disk"
    with closing(opened(path)) as store:
        head = store.head()
        store.engine.run("PRAGMA cache_size=2")
        with store.engine.transaction():
            for number in range(30):
                bodies = admitted(f"m{number}"), Note("x" * 9000)
                store._write([proposal(f"m{number}", body) for body in bodies], 0, True)
            assert stale("read").startswith("Unusable")
            shutil.copytree(path.parent, left)  # what a kill would leave
    with closing(opened(left / "ward.db")) as store:
        assert (verify(store).findings, store.head()) == ((), head)


# Drafts.


def texts(drafts: Drafts) -> dict[str, str]:
    """What is typed for the patient of the tests."""
    with closing(drafts):
        draft = drafts.get("p")
        return dict(draft.texts) if draft else {}


def test_drafts_move_into_an_encrypted_file(store: Store, path: Path) -> None:
    connect = connect_to(path, lambda: PASSPHRASE)
    assert texts(open_drafts(Place(path), connect)) == {"labs.ferritin": "MARKERDRAFT"}
    assert texts(Drafts(path.with_name("drafts.db"), str(path))) == {}
    assert readable(path.parent) == []


def test_drafts_of_other_stores_in_the_folder_stay_as_they_are(path: Path) -> None:
    """They share the plain file, and have no key."""
    with closing(Drafts(path.with_name("drafts.db"), "other")) as drafts:
        drafts.put(Draft("x", {"labs.ferritin": "900"}))
    sealed(path)
    open_drafts(Place(path), connect_to(path, lambda: PASSPHRASE)).close()
    with closing(Drafts(path.with_name("drafts.db"), "other")) as drafts:
        assert drafts.trouble is None
        assert drafts.all()[0].texts == {"labs.ferritin": "900"}


def test_what_an_open_program_typed_after_the_encryption_is_not_lost(store: Store, path: Path) -> None:
    """It still had the plain file; the newer of two texts stands."""
    with closing(Drafts(path.with_name("drafts.db"), str(path))) as drafts:
        drafts.put(Draft("p", {"labs.ferritin": "901", "labs.hla_dr": "7000"}, at=5))
    found = texts(open_drafts(Place(path), connect_to(path, lambda: PASSPHRASE)))
    assert found == {"labs.ferritin": "901", "labs.hla_dr": "7000"}


# Copies.


def test_a_backup_opens_when_its_own_disk_is_all_that_is_left(store: Store, path: Path, tmp_path: Path) -> None:
    """The key file goes with it; the passphrase or the recovery key is enough."""
    stick = tmp_path / "stick"
    stick.mkdir()
    head = write_backup(store, stick / "copy.db").head
    store.close()
    for file in path.parent.glob("ward*"):
        file.unlink()
    new = tmp_path / "new" / "ward.db"
    new.parent.mkdir(mode=0o700)
    restore(stick / "copy.db", Place(new), NOON, connect=connect_to(stick / "copy.db", lambda: PASSPHRASE))
    assert is_encrypted(new)
    with closing(opened(new)) as restored:
        assert (restored.head(), verify(restored).sound) == (head, True)


def test_automatic_backups_come_and_go_with_their_key_files(store: Store, path: Path) -> None:
    folder = path.parent / "backups"
    for hour in range(KEEP + 3):
        record(store, "q", Note(f"hour {hour}"))
        assert automatic_backup(store, folder, NOON.replace(day=4 + hour // 20, hour=hour % 20)) is not None
    kept = backups(folder, "ward")
    assert len(kept) == KEEP
    assert sorted(folder.iterdir()) == sorted(file for each in kept for file in (each.path, key_file(each.path)))


def test_a_copy_never_gets_the_key_file_of_another_one(store: Store, path: Path, tmp_path: Path) -> None:
    """Neither a plain copy, which would be taken for an encrypted one, nor a copy with another key."""
    write_backup(store, tmp_path / "copy.db")
    write_backup(store, tmp_path / "copy.db", replace=True)
    with closing(open_file(tmp_path / "plain.db")) as plain:
        record(plain, "p", admitted("p"))
        for name in ("copy.db", "gone.db"):
            shutil.copy(tmp_path / "copy.db.key", tmp_path / f"{name}.key") if name == "gone.db" else None
            with pytest.raises(Declined, match="key file"):
                write_backup(plain, tmp_path / name, replace=True)
    sealed(tmp_path / "plain.db")
    with closing(opened(tmp_path / "plain.db")) as other, pytest.raises(Declined, match="key file"):
        write_backup(other, tmp_path / "copy.db", replace=True)
    with closing(opened(tmp_path / "copy.db")) as copied:
        assert copied.head() == store.head()


def test_an_older_plain_backup_becomes_an_encrypted_store(path: Path, tmp_path: Path) -> None:
    with closing(open_file(path)) as store:
        head = write_backup(store, tmp_path / "older.db").head
    sealed(path)
    with closing(opened(path)) as store:
        record(store, "q", Note("later"))
    done = restore(tmp_path / "older.db", Place(path), NOON, replace=True, connect=connector(key_of(path)))
    (tmp_path / "older.db").unlink()
    assert done.aside is not None
    with closing(opened(path)) as store, closing(opened(done.aside)) as aside:
        assert (store.head(), aside.head().seq) == (head, head.seq + 1)
    assert readable(tmp_path) == [("drafts.db", b"MARKERDRAFT")]


def test_an_encrypted_backup_does_not_become_a_store_that_another_key_opens(path: Path, tmp_path: Path) -> None:
    """Neither a plain one; the advice is another file."""
    sealed(path)
    with closing(opened(path)) as store:
        write_backup(store, tmp_path / "copy.db")
    for name in ("plain.db", "other.db"):
        with closing(open_file(tmp_path / name)) as store:
            record(store, "p", admitted("p"))
        if name == "other.db":
            sealed(tmp_path / name)
        before = (tmp_path / name).read_bytes()
        with pytest.raises(Declined, match="encrypted"):
            restore(tmp_path / "copy.db", Place(tmp_path / name), NOON, replace=True, connect=connector(key_of(path)))
        assert (tmp_path / name).read_bytes() == before


def test_an_encrypted_backup_goes_into_a_server(store: Store, path: Path, server_ward: ServerWard) -> None:
    write_backup(store, path.with_name("copy.db"))
    head = store.head()
    place = Place(url=server_ward.url)
    done = restore(path.with_name("copy.db"), place, NOON, connect=connector(key_of(path)))
    assert done.report.head == head == server_ward.open().head()


def test_plain_copies_are_found_and_destroyed(path: Path) -> None:
    """Those of this store, not those of a neighbor, nor encrypted ones."""
    folder = path.parent
    with closing(open_file(path)) as store:
        automatic_backup(store, folder / "backups", NOON)
        write_backup(store, folder / "ward-before-schema-2.db")
        write_backup(store, folder / "neighbor.db")
        write_backup(store, folder / "backups" / "neighbor-2026-04-03T140000Z.db")
    sealed(path)
    with closing(opened(path)) as store:
        automatic_backup(store, folder / "backups", NOON.replace(hour=15))
    found = plain_copies(path)
    assert [file.name for file in found] == ["ward-2026-04-03T140000Z.db", "ward-before-schema-2.db"]
    watched = [os.open(file, os.O_RDONLY) for file in found]
    for file in found:
        destroy(file)
    for handle in watched:
        assert set(os.read(handle, 10_000_000)) == {0}
        os.close(handle)
    assert plain_copies(path) == []
    assert (folder / "neighbor.db").exists()


# Rounds of the verbs under a key, in the words of the contract, are in test_contract.py; this is the rest.


def test_a_full_disk_is_told_in_the_same_words(store: Store) -> None:
    store.engine.run("PRAGMA max_page_count=1")
    deed = [proposal("f", admitted("f")), *(proposal("f", Note("x" * 90_000)) for _time in range(9))]
    with pytest.raises(NotSaved, match="full"):
        store.append(deed, 0)
