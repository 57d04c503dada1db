"""``immunosep-tui allocation import`` on a real terminal: a pharmacist seals the list, and nobody else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.files import open_file
from immunosep_tui.store.place import Place
from immunosep_tui.store.sealed_list import list_file, open_envelope, open_list, read_list
from immunosep_tui.ward.people import enroll
from tests.support.sealed import PASSPHRASE
from tests.terminal import ROOT, Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not on Windows")

PROGRAM = [sys.executable, "-m", "immunosep_tui"]
PIN = "4718"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ward with a pharmacist and a nurse, and an open list beside it."""
    tmp_path.chmod(0o700)
    with closing(open_file(tmp_path / "ward.db")) as store:
        first = enroll(store, "PH", "pharmacist", PIN, None, machine_clock().utc)
        enroll(store, "CD", "nurse", PIN, first, machine_clock().utc)
    (tmp_path / "list.csv").write_text("number,arm\n001,precision\n002,placebo\n", "ascii")
    return tmp_path / "ward.db"


def sealing(path: Path, *more: object) -> Terminal:
    """The command in a window."""
    words = ("allocation", "import", path.with_name("list.csv"), "--store", path, *more)
    return Terminal([*PROGRAM, *map(str, words)], columns=140, rows=30)


def answer(window: Terminal, question: str, text: str) -> None:
    """Wait for a question, and answer it when the terminal does not echo any more."""
    window.wait_for(question)
    window.read_for(0.1)
    window.send(f"{text}\n")


def as_person(window: Terminal, initials: str) -> None:
    answer(window, "Your own initials", initials)
    answer(window, "Your own PIN", PIN)


def test_a_pharmacist_seals_the_list(path: Path) -> None:
    envelopes = path.with_name("codes.csv")
    with sealing(path, "--envelopes", envelopes) as window:
        as_person(window, "PH")
        answer(window, "New passphrase", PASSPHRASE)
        answer(window, "The same passphrase again", PASSPHRASE)
        window.wait_for("Sealed: 2 numbers")
        assert window.exit_status() == 0
        assert PASSPHRASE.encode() not in window.raw
        assert b"placebo" not in window.raw
    sealed = read_list(list_file(Place(path)))
    assert open_list(sealed, PASSPHRASE) == {"001": "precision", "002": "placebo"}
    codes = dict(line.split(",") for line in envelopes.read_text("ascii").splitlines())
    assert {number: open_envelope(sealed, number, code) for number, code in codes.items()} == {
        "001": "precision",
        "002": "placebo",
    }
    with sealing(path) as window:
        as_person(window, "PH")
        answer(window, "New passphrase", PASSPHRASE)
        answer(window, "The same passphrase again", PASSPHRASE)
        window.wait_for("There is a sealed list already")
        assert window.exit_status() == 2


def wrong_list(path: Path) -> None:
    path.with_name("list.csv").write_text("number,arm\n001,both\n", "ascii")


@pytest.mark.parametrize(
    ("initials", "change", "said"),
    [("CD", None, "Only a pharmacist seals the list"), ("", wrong_list, "line 2: The arm is not known")],
)
def test_others_and_other_lists_are_refused(
    path: Path, initials: str, change: Callable[[Path], None] | None, said: str
) -> None:
    if change is not None:
        change(path)
    with sealing(path) as window:
        if initials:
            as_person(window, initials)
        window.wait_for(said)
        assert window.exit_status() == 2
    assert not list_file(Place(path)).exists()


def test_without_a_terminal_no_passphrase_is_taken(path: Path) -> None:
    command = [*PROGRAM, "allocation", "import", str(path.with_name("list.csv")), "--store", str(path)]
    done = subprocess.run(command, input=PASSPHRASE, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "on a terminal only" in done.stderr
    assert not list_file(Place(path)).exists()
