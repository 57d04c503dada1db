"""``immunosep-tui train`` without a screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from immunosep_tui.cli import main
from immunosep_tui.profile.files import data_folder
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.book import open_book
from tests.support.classes import LEARNER, NOW, begun


@pytest.fixture
def book(tmp_path: Path, protocol: Protocol) -> Path:
    """A learners' file with one wrong answer."""
    path = tmp_path / "training.db"
    opened = open_book(path)
    session = begun(opened, protocol, "learn", ["made/ferritin-exact/2/7"])
    step = session.next()
    assert step is not None
    session.give(step, "mals", hinted=False, seconds=5, now=NOW)
    opened.close()
    return path


def test_list_and_debrief(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed) >= 40
    assert main(["train", "debrief", listed[0]["id"]]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("TRAINING - NOT A PATIENT\n")
    assert listed[0]["title"] in shown
    assert main(["train", "debrief", "first-ten"]) == 0
    assert capsys.readouterr().out.count("What it teaches") == 10
    assert main(["train", "list"]) == 0
    assert capsys.readouterr().out.count("\n") == len(listed)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["debrief"], "is not a case"),
        (["debrief", "no-such-case"], '"no-such-case" is not a case'),
        (["debreif", "x"], '"debreif" is not known'),
        (["check"], "which files"),
        (["--mode", "exam"], "There is no such way to learn"),
        (["--count", "0"], "at least"),
        (["--count", "many"], "--count"),
        (["--seed", "1000000"], "above the highest value"),
        (["--learner", ""], "There is no name"),
    ],
)
def test_what_is_refused(arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *arguments]) == 2
    assert why in capsys.readouterr().err


def test_without_a_terminal_no_room_is_opened(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["train", "--book", str(tmp_path / "b.db")]) == 3
    assert "terminal" in capsys.readouterr().err
    assert not (tmp_path / "b.db").exists()


def test_a_case_is_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    good = data_folder() / "cases" / "first-one-above.toml"
    assert main(["train", "check", str(good)]) == 0
    assert "as the rules compute" in capsys.readouterr().out
    bad = tmp_path / "bad.toml"
    bad.write_text(good.read_text(encoding="utf-8").replace('answer = "mals"', 'answer = "immunoparalysis"'))
    assert main(["train", "check", str(good), str(bad)]) == 2
    assert "bad.toml" in capsys.readouterr().err


def test_an_export_names_what_was_missed(book: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["train", "export", "--book", str(book), "--learner"]
    assert main([*arguments, "ab"]) == 0
    assert "TRAINING - NOT A PATIENT" in capsys.readouterr().out
    assert main([*arguments, LEARNER, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["learner"] == LEARNER
    out = tmp_path / "out.csv"
    assert main([*arguments, LEARNER, "--csv", "-o", str(out)]) == 0
    assert "ferritin-at-cut-off" in out.read_text(encoding="utf-8")
    assert main([*arguments, LEARNER, "--csv", "-o", str(out)]) == 2
    assert main([*arguments, "nobody"]) == 2
    assert f"Accepted: {LEARNER}" in capsys.readouterr().err


def test_a_file_of_patients_is_no_learners_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from immunosep_tui.store.files import open_file

    open_file(tmp_path / "ward.db").close()
    assert main(["train", "export", "--book", str(tmp_path / "ward.db"), "--learner", LEARNER]) == 3
    assert "never share a file" in capsys.readouterr().err
