"""Encryption at rest: nothing readable in any file, the secrets that open it, and the way there under kill -9."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("sqlcipher3", reason="the extra 'encrypt' is not installed")

from immunosep_tui.record.bodies import Admitted, Note
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.store import envelope
from immunosep_tui.store.backup import write_backup
from immunosep_tui.store.drafts import Draft, Drafts
from immunosep_tui.store.encrypted import change_passphrase, connector, encrypt, is_encrypted, recover, unlock
from immunosep_tui.store.errors import Declined, Refused, Stale, StoreError, Unusable
from immunosep_tui.store.files import open_file
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.place import Place
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify

AB = Author("AB", "nurse")
PASSPHRASE = "four words in a row"
MARKERS = (b"MARKERCASE", b"MARKERDRAFT", b"MARKERNOTE")


@pytest.fixture(autouse=True)
def quick_stretching(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a guess takes is not what is tested here."""
    monkeypatch.setitem(envelope._SCRYPT, "n", 2**4)


def entry(record: str, body: Admitted | Note, key: str) -> Proposal:
    return Proposal(record, body, AB, time.time_ns() // 10**6, key)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plain store and a draft."""
    with closing(open_file(tmp_path / "ward.db")) as store:
        store.append([entry("p", Admitted("7", "MARKERCASE", "884213"), "a")], 0)
    drafts = Drafts(tmp_path / "drafts.db", "ward")
    drafts.put(Draft("p", {"labs.ferritin": "MARKERDRAFT"}))
    drafts.close()
    return tmp_path


@pytest.fixture
def opened(folder: Path) -> Iterator[Store]:
    encrypt(folder / "ward.db", folder / "drafts.db", PASSPHRASE)
    with closing(open_store(Place(folder / "ward.db"), ask=lambda: PASSPHRASE)) as store:
        yield store


def readable(folder: Path) -> list[tuple[str, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [(path.name, marker) for path in files for marker in MARKERS if marker in path.read_bytes()]


def test_no_file_holds_a_readable_value(folder: Path, opened: Store) -> None:
    opened.append([entry("p", Note("MARKERNOTE" * 500), "b")], 1)
    write_backup(opened, folder / "copy.db")
    drafts = Drafts(folder / "drafts.db", "ward", connect=connector(unlock(folder / "ward.db", PASSPHRASE)))
    assert drafts.all()[0].texts == {"labs.ferritin": "MARKERDRAFT"}
    with opened.engine.transaction():
        opened.engine.run("UPDATE sign_in SET failures = 0")
        opened.engine.run("INSERT INTO sign_in VALUES ('MARKERNOTE', 0, 0, NULL, 'MARKERCASE')")
        assert readable(folder) == []
    drafts.close()
    assert readable(folder) == []
    assert (folder / "ward.db").read_bytes()[:6] != b"SQLite"


def test_the_verbs_of_the_store_are_the_same(opened: Store) -> None:
    note = entry("p", Note("x"), "b")
    first = opened.append([note], 1)
    assert opened.append([note], 1) == first
    with pytest.raises(Stale):
        opened.append([entry("p", Note("y"), "c")], 1)
    with pytest.raises(Refused) as refused:
        opened.append([entry("q", Admitted("8", "MARKERCASE", "1"), "d")], 0)
    assert refused.value.rule == "one_case"
    assert verify(opened).sound


def test_one_flipped_bit_is_noticed(folder: Path, opened: Store) -> None:
    opened.close()
    path = folder / "ward.db"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert not verify(opened).sound


def test_a_wrong_passphrase_always_gets_the_same_words(folder: Path, opened: Store) -> None:
    said = set()
    for wrong in ("", "x", PASSPHRASE + " ", PASSPHRASE.upper()):
        with pytest.raises(Unusable) as error:
            unlock(folder / "ward.db", wrong)
        said.add((str(error.value.text), str(error.value.advice)))
    assert len(said) == 1
    with pytest.raises(Unusable, match="cannot be asked"):
        open_store(Place(folder / "ward.db"))


def test_the_recovery_key_sets_a_new_passphrase(folder: Path) -> None:
    path = folder / "ward.db"
    recovery = encrypt(path, folder / "drafts.db", PASSPHRASE)
    key = unlock(path, PASSPHRASE)
    recover(path, recovery.lower().replace(" ", "-"), "another passphrase")
    assert unlock(path, "another passphrase") == key
    with pytest.raises(StoreError):
        unlock(path, PASSPHRASE)
    with pytest.raises(StoreError):
        recover(path, recovery[:-1] + ("0" if recovery[-1] != "0" else "1"), "x")
    change_passphrase(path, "another passphrase", PASSPHRASE)
    assert unlock(path, PASSPHRASE) == key


def test_an_encrypted_store_is_not_encrypted_again(folder: Path, opened: Store) -> None:
    with pytest.raises(Declined):
        encrypt(folder / "ward.db", folder / "drafts.db", PASSPHRASE)
    assert verify(opened).sound


def test_a_program_that_has_the_plain_file_open_records_nothing_into_it(folder: Path) -> None:
    with closing(open_file(folder / "ward.db")) as other:
        assert other.chart("p").n == 1
        encrypt(folder / "ward.db", folder / "drafts.db", PASSPHRASE)
        with pytest.raises(StoreError):
            other.append([entry("p", Note("lost?"), "b")], 1)
    with closing(open_store(Place(folder / "ward.db"), ask=lambda: PASSPHRASE)) as store:
        assert store.chart("p").n == 1


def test_a_damaged_envelope_is_said(folder: Path, opened: Store) -> None:
    opened.close()
    path = envelope.envelope_path(folder / "ward.db")
    for content in (b"", b"{}", b"\xff", path.read_bytes()[:-9]):
        path.write_bytes(content)
        with pytest.raises(Unusable, match="damaged"):
            unlock(folder / "ward.db", PASSPHRASE)


_ENCRYPT = """
import sys
from pathlib import Path
from immunosep_tui.store import envelope
envelope._SCRYPT["n"] = 2**4
from immunosep_tui.store.encrypted import encrypt
folder = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
encrypt(folder / "ward.db", folder / "drafts.db", sys.argv[2])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not on Windows")
@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.deep)])
def test_whatever_interrupts_it_a_store_that_opens_is_there(
    folder: Path, kills: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = random.Random(kills)
    plain_left = 0
    for _ in range(kills):
        place = tmp_path_factory.mktemp("kill")
        for name in ("ward.db", "drafts.db"):
            (place / name).write_bytes((folder / name).read_bytes())
            (place / name).chmod(0o600)
        with subprocess.Popen(
            [sys.executable, "-c", _ENCRYPT, str(place), PASSPHRASE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdout.readline()
            process.stdin.write(b"\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0, 0.12))
            process.send_signal(signal.SIGKILL)
        with closing(open_store(Place(place / "ward.db"), ask=lambda: PASSPHRASE)) as store:
            assert store.chart("p").sheet.case == "MARKERCASE"
            assert store.why_read_only is None
            assert verify(store).sound
            encrypted = is_encrypted(place / "ward.db")
            plain_left += not encrypted
            connect = {"connect": connector(unlock(place / "ward.db", PASSPHRASE))} if encrypted else {}
        drafts = Drafts(place / "drafts.db", "ward", **connect)
        assert drafts.trouble is None
        assert drafts.all()[0].texts == {"labs.ferritin": "MARKERDRAFT"}
        drafts.close()
    print(f"{kills} kills, {plain_left} before the encrypted store took its name")


_WRITE = """
import sys, time
from pathlib import Path
from immunosep_tui.store import envelope
envelope._SCRYPT["n"] = 2**4
from immunosep_tui.record.bodies import Note
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.place import Place
store = open_store(Place(Path(sys.argv[1])), ask=lambda: sys.argv[2])
n = store.chart("p").n
while True:
    n += 1
    store.append([Proposal("p", Note("x" * 500), Author("AB", "nurse"), time.time_ns() // 10**6, f"k{n}")], n - 1)
    print(n, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not on Windows")
@pytest.mark.parametrize("kills", [4, pytest.param(100, marks=pytest.mark.deep)])
def test_what_was_acknowledged_survives_kill_9(folder: Path, opened: Store, kills: int) -> None:
    opened.close()
    chance = random.Random(kills)
    acknowledged = 0
    for _ in range(kills):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITE, str(folder / "ward.db"), PASSPHRASE], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            first = process.stdout.readline()
            time.sleep(chance.uniform(0, 0.1))
            os.kill(process.pid, signal.SIGKILL)
            lines = [first, *process.stdout.readlines()]
        acknowledged = int([line for line in lines if line.endswith(b"\n")][-1])
        assert opened.chart("p").n >= acknowledged
        assert verify(opened).sound
    assert acknowledged > kills
