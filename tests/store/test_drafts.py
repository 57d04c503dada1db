"""Drafts of forms and of sheets that record: what another program finds of them, and a file of before."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from immunosep_tui.store import drafts as module
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.drafts import Draft, Drafts

STORE = "/wards/a.db"

OLD_TABLE = """
CREATE TABLE draft (
  store TEXT NOT NULL,
  record TEXT NOT NULL,
  process INTEGER NOT NULL,
  boot TEXT NOT NULL,
  texts TEXT NOT NULL,
  kept TEXT NOT NULL,
  authors TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (store, record, process, boot)
) STRICT
"""
"""The only table of the file before sheets that record were drafts."""


def bleeding(text: str, *, at: int = 1, about: str = "", key: str = "k", author: str = "AB") -> Draft:
    """What is typed on the bleeding sheet."""
    return Draft("p", {"reason": text}, frozenset(), (author,), at, "bleeding", about, key)


def typed_elsewhere(path: Path, *programs: tuple[Draft, ...]) -> None:
    """Other programs, open at one time, keep these drafts and are killed."""
    started = []
    for listed in programs:
        code = (
            "import os; from pathlib import Path; from immunosep_tui.store.drafts import Draft, Drafts\n"
            f"drafts = Drafts(Path({str(path)!r}), {STORE!r})\n"
            "print('open', flush=True); input()\n"
            f"for each in {list(listed)!r}: drafts.put(each)\n"
            "assert drafts.flush(); os.kill(os.getpid(), 9)"
        )
        started.append(
            subprocess.Popen([sys.executable, "-c", code], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )
    for each in started:
        assert each.stdout is not None
        assert each.stdout.readline() == "open\n"
    for each in started:
        each.communicate("go\n")
        assert each.returncode == -9


def opened(path: Path, store: str = STORE) -> closing[Drafts]:
    """The drafts as the next start reads them."""
    return closing(Drafts(path, store))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path / module.FILE_NAME


def test_what_is_typed_on_a_sheet_is_found_after_a_kill(path: Path) -> None:
    form, sheet = Draft("p", {"labs.ferritin": "900"}, at=1), bleeding("melena")
    typed_elsewhere(path, (form, sheet))
    for _start in range(2):
        with opened(path) as drafts:
            assert drafts.get("p", "bleeding") == sheet
            assert drafts.get("p") == form


def test_a_sheet_is_no_form(path: Path) -> None:
    with opened(path) as drafts:
        drafts.put(bleeding("melena"))
        assert drafts.all() == ()
        assert drafts.get("p") is None
        assert drafts.sheets() == drafts.sheets("p") == (bleeding("melena"),)
        assert drafts.sheets("q") == ()


def test_dropping_a_sheet_drops_no_other(path: Path) -> None:
    form, dose, later = Draft("p", {"labs.ferritin": "900"}), bleeding("one", about="3.1"), bleeding("two", about="3.2")
    with opened(path) as drafts:
        for each in (form, dose, later):
            drafts.put(each)
        drafts.drop(dose)
    with opened(path) as drafts:
        assert drafts.sheets() == (later,)
        assert drafts.all() == (form,)


def test_sheets_of_two_programs_are_not_mixed(path: Path) -> None:
    """Two events of one patient: their facts never become one."""
    gums, melena = bleeding("gums", at=2, key="old", author="CD"), bleeding("melena", at=3, key="new")
    typed_elsewhere(path, (gums,), (melena,))
    with opened(path) as drafts:
        found = drafts.get("p", "bleeding")
        assert found == melena
        assert [each.texts["reason"] for each in drafts.sheets("p")] == ["gums", "melena"]
        drafts.drop(found)
    with opened(path) as drafts:
        assert [(each.texts["reason"], each.authors) for each in drafts.sheets("p")] == [("gums", ("CD",))]
        assert drafts.get("p", "bleeding") is None


def test_sheets_of_another_store_are_not_seen(path: Path) -> None:
    with opened(path) as drafts:
        drafts.put(bleeding("melena"))
    with opened(path, "/wards/b.db") as drafts:
        assert drafts.sheets() == ()


def test_a_sheet_in_the_hands_of_a_running_program_is_left_to_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(path) as drafts:
        drafts.put(bleeding("melena"))
    own = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: own + 1)  # another program; that of the row runs
    with opened(path) as drafts:
        assert drafts.sheets() == ()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the states of processes are told by Linux")
def test_a_program_that_ended_unheard_is_not_running(path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    stat = Path(f"/proc/{child.pid}/stat")
    for _turn in range(1000):
        if stat.read_text("ascii").rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.01)
    assert not module._is_alive(child.pid)
    child.wait()


def test_a_file_of_before_is_read_and_takes_sheets(path: Path) -> None:
    row = (STORE, "p", 0, "a boot of before", '{"labs.ferritin": "900"}', "[]", '["AB"]', 5)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(OLD_TABLE)
        file.execute("INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    with opened(path) as drafts:
        assert drafts.get("p") == Draft("p", {"labs.ferritin": "900"}, frozenset(), ("AB",), 5)
        drafts.put(bleeding("melena"))
    with opened(path) as drafts:
        assert len(drafts.all()) == len(drafts.sheets()) == 1
    with closing(sqlite3.connect(path)) as file:  # as the program of before reads it
        found = file.execute("SELECT record, texts, kept, authors, at FROM draft").fetchall()
    assert found == [("p", '{"labs.ferritin": "900"}', "[]", '["AB"]', 5)]
    assert machine_clock().boot != row[3]
