"""``immunosep-tui encrypt`` and what asks for the passphrase, on a real terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("sqlcipher3", reason="the extra 'encrypt' is not installed")

from immunosep_tui.record.kinds import Note
from immunosep_tui.store.drafts import Draft, Drafts
from immunosep_tui.store.encrypted import HANDED, is_encrypted, unlock, unlock_by_recovery
from immunosep_tui.store.files import open_file
from immunosep_tui.store.rotation import automatic_backup
from immunosep_tui.ui.upkeep import Care, take_care
from tests.store.acts import admitted, record
from tests.support.sealed import PASSPHRASE, key_of, make_guesses_cheap, sealed
from tests.terminal import ROOT, Terminal

make_guesses_cheap()

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not on Windows")

PROGRAM = [sys.executable, "-m", "immunosep_tui"]
SHEET = re.compile(rb"((?:[0-9A-Z]{5}-){7}[0-9A-Z]{5})")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A plain store with a patient, a backup and a draft."""
    tmp_path.chmod(0o700)
    with closing(open_file(tmp_path / "ward.db")) as store:
        record(store, "p", admitted("p"), Note("quiet night"))
        automatic_backup(store, tmp_path / "backups", datetime(2026, 4, 3, 14, 0, tzinfo=UTC))
    with closing(Drafts(tmp_path / "drafts.db", str(tmp_path / "ward.db"))) as drafts:
        drafts.put(Draft("p", {"labs.ferritin": "900"}))
    return tmp_path / "ward.db"


def terminal(*arguments: object) -> Terminal:
    """The program in a window."""
    return Terminal([*PROGRAM, *map(str, arguments)], columns=140, rows=50)


def answer(window: Terminal, question: str, text: str) -> None:
    """Wait for a question, and answer it when the terminal does not echo any more."""
    window.wait_for(question)
    window.read_for(0.1)
    window.send(f"{text}\n")


def turn_on(window: Terminal) -> str:
    """Go through the questions; the recovery key."""
    answer(window, "New passphrase", PASSPHRASE)
    answer(window, "The same passphrase again", PASSPHRASE)
    window.wait_for("Type it from the paper")
    found = SHEET.search(window.raw)
    assert found is not None
    return found[1].decode()


def test_turning_it_on(path: Path) -> None:
    """The recovery key is typed back before anything is changed, and cleared; what stays plain is named."""
    with terminal("--store", path, "encrypt") as window:
        recovery = turn_on(window)
        assert not is_encrypted(path)
        assert list(path.parent.glob("*.key*")) == []
        answer(window, "Type it from the paper", new_slip(recovery))
        answer(window, "It is not the same[^$]*Type it from the paper", recovery.lower())
        screen = window.wait_for("Encrypted: ")
        assert window.exit_status() == 0
        screen = window.text
        assert PASSPHRASE.encode() not in window.raw
    assert recovery not in screen
    assert "flash disk" in screen
    assert "ward-2026-04-03T140000Z.db" in screen
    assert "--remove-plain-backups" in screen
    assert unlock(path, PASSPHRASE) == unlock_by_recovery(path, recovery)
    files = [file for file in path.parent.rglob("*") if file.is_file()]
    assert [file.name for file in files if b"quiet night" in file.read_bytes()] == ["ward-2026-04-03T140000Z.db"]


def new_slip(recovery: str) -> str:
    """A recovery key with one letter wrong."""
    return ("0" if recovery[0] != "0" else "1") + recovery[1:]


def test_a_recovery_key_that_nobody_wrote_down_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    with terminal("encrypt", "--store", path) as window:
        recovery = turn_on(window)
        for time in range(1, 4):
            answer(window, f"(Type it from the paper[^$]*){{{time}}}", new_slip(recovery))
        assert window.exit_status() == 2
        assert "Nothing was changed" in window.text
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.key*")) == []


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [("short", None, "at least 12"), ("a" * 20, None, "different characters"), (PASSPHRASE, "other", "not the same")],
)
def test_a_passphrase_that_is_not_taken(path: Path, first: str, second: str | None, said: str) -> None:
    with terminal("encrypt", "--store", path) as window:
        answer(window, "New passphrase", first)
        if second is not None:
            answer(window, "The same passphrase again", second)
        assert window.exit_status() == 2
        assert said in window.text
    assert not is_encrypted(path)


def test_changing_the_passphrase_and_recovering(path: Path) -> None:
    with terminal("encrypt", "--store", path) as window:
        recovery = turn_on(window)
        answer(window, "Type it from the paper", recovery)
        assert window.exit_status() == 0
    key = unlock(path, PASSPHRASE)
    with terminal("encrypt", "--change-passphrase", "--store", path) as window:
        answer(window, "Present passphrase", PASSPHRASE)
        answer(window, "New passphrase", "another passphrase")
        answer(window, "The same passphrase again", "another passphrase")
        assert window.exit_status() == 0
    assert unlock(path, "another passphrase") == key
    with terminal("encrypt", "--recover", "--store", path) as window:
        answer(window, "Recovery key", recovery)
        answer(window, "New passphrase", PASSPHRASE)
        answer(window, "The same passphrase again", PASSPHRASE)
        assert window.exit_status() == 0
    assert unlock(path, PASSPHRASE) == key
    with terminal("encrypt", "--recover", "--store", path) as window:
        answer(window, "Recovery key", new_slip(recovery))
        assert window.exit_status() == 3
        assert "slip" in window.text


def test_plain_backups_are_removed_once_there_is_an_encrypted_one(path: Path) -> None:
    sealed(path)
    with terminal("encrypt", "--remove-plain-backups", "--store", path) as window:
        answer(window, "Passphrase of the store", PASSPHRASE)
        assert window.exit_status() == 0
        assert "Plain backups removed: 1" in window.text
    (left,) = (path.parent / "backups").glob("*.db")
    assert b"quiet night" not in left.read_bytes()
    assert unlock(left, PASSPHRASE) == key_of(path)


def test_a_command_asks_again_and_says_the_same(path: Path) -> None:
    sealed(path)
    with terminal("verify", "--store", path) as window:
        answer(window, "Passphrase of the store", "wrong")
        answer(window, "not the one of this store[^$]*Passphrase of the store", PASSPHRASE)
        assert window.exit_status() == 0
        assert "Every one of 2 entries" in window.text
        assert PASSPHRASE.encode() not in window.raw


def test_the_board_asks_before_it_opens_and_finds_the_draft(path: Path) -> None:
    sealed(path)
    with terminal("--store", path) as window:
        answer(window, "Passphrase of the store", PASSPHRASE)
        window.wait_for("case p")
        window.send("\x11")
        assert window.exit_status() == 0
        assert window.left_behind == set()
    assert (path.parent / "ward-drafts.db").read_bytes()[:6] != b"SQLite"


@pytest.mark.parametrize("command", [["encrypt"], ["verify"], ["backup"], ["patient", "list"]])
def test_without_a_terminal_nothing_is_asked(path: Path, command: list[str]) -> None:
    sealed(path)
    done = subprocess.run(
        [*PROGRAM, *command, "--store", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        input=PASSPHRASE,
        check=False,
    )
    assert done.returncode == (2 if command == ["encrypt"] else 3)
    assert "terminal" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--recover"], ["--change-passphrase"], []])
def test_what_does_not_fit_is_refused(path: Path, arguments: list[str]) -> None:
    """Another passphrase for a plain store; encrypting an encrypted one."""
    if not arguments:
        sealed(path)
    with terminal("encrypt", *arguments, "--store", path) as window:
        assert window.exit_status() == 2
        assert "encrypted" in window.text


def test_a_server_is_not_encrypted_here(capsys: pytest.CaptureFixture[str]) -> None:
    from immunosep_tui.cli import main

    assert main(["encrypt", "--store", "postgresql://user@host/ward"]) == 2
    assert "TLS" in capsys.readouterr().err


# The care of the store beside the board.


async def test_the_board_has_an_encrypted_store_verified_and_backed_up(path: Path) -> None:
    """It hands the key over by a pipe: neither the arguments nor the environment of the other program have it."""
    key = bytes(sealed(path))
    assert await take_care(str(path), key) == Care(True, True)
    assert len(list((path.parent / "backups").glob("*.db.key"))) == 1
    assert await take_care(str(path)) == Care(True, False)
    assert await take_care(str(path), bytes(32)) == Care(True, False)
    assert await take_care(str(path), b"x") == Care(True, False)


def test_a_variable_alone_opens_nothing(path: Path) -> None:
    sealed(path)
    done = subprocess.run(
        ["env", f"{HANDED}=stdin", *PROGRAM, "verify", "--store", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        input="",
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
