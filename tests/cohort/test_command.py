"""The score command from outside: exit status, what is said, and which files are there afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from immunosep_tui.cli import main

TABLE = "patient_id,day,gcs\nP1,1,14\n"
BAD = "patient_id,day,gcs\nP1,1,x\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table, where the command is run."""
    (tmp_path / "in.csv").write_text(TABLE)
    (tmp_path / "bad.csv").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_done_is_0_and_says_how_many(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "in.csv", "-o", "out.csv"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Rows: 1. With an error: 0. Seconds: ")
    assert names(folder) == {"in.csv", "bad.csv", "out.csv"}


def test_a_bad_row_is_4_and_the_table_is_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "bad.csv", "-o", "out.csv", "--respond", "patients.csv"]) == 4
    assert "Rows: 1. With an error: 1." in capsys.readouterr().err
    assert "gcs, row 2" in (folder / "out.csv").read_text()
    assert "A row was refused" in (folder / "patients.csv").read_text()


def test_a_bad_patient_alone_is_4(folder: Path) -> None:
    (folder / "in.csv").write_text("patient_id,day,gcs\nP1,1,14\nP1,1,14\n")
    assert main(["score", "in.csv", "-o", "out.csv"]) == 0
    assert main(["score", "in.csv", "-o", "out.csv", "--respond", "patients.csv"]) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["in.csv", "-o", "in.csv"], "This is the table that is read"),
        (["in.csv", "-o", "link.csv"], "This is the table that is read"),
        (["in.csv", "-o", "hard.csv"], "This is the table that is read"),
        (["in.csv", "-o", "out.csv", "--respond", "./in.csv"], "This is the table that is read"),
        (["in.csv", "-o", "out.csv", "--respond", "./out.csv"], "The scored table is written there"),
        (["in.csv", "-o", "-", "--respond", "-"], "The scored table is written there"),
        (["in.csv", "-o", "deep"], "This is not a file"),
        (["in.csv", "-o", "/dev/null"], "This is not a file"),
        (["in.parquet", "-o", "out.csv"], "reads and writes CSV"),
        (["in.csv", "-o", "OUT.PARQUET"], "reads and writes CSV"),
        (["in.csv", "-o", "out.csv", "--version", "3"], "Accepted: 1996, 2"),
        (["in.csv", "-o", "out.csv", "--version", "2", "--respond", "p.csv"], "SOFA 1996 only"),
        (["in.csv", "-o", "out.csv", "--death-column", "died"], "with --respond"),
        (["in.csv", "-o", "out.csv", "--protocol", "none-such"], "no protocol of this name"),
    ],
)
def test_a_refused_job_is_2_and_leaves_everything(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    (folder / "link.csv").symlink_to("in.csv")
    (folder / "hard.csv").hardlink_to(folder / "in.csv")
    (folder / "deep").mkdir()
    before = names(folder)
    assert main(["score", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert names(folder) == before
    assert (folder / "in.csv").read_text() == TABLE
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone.csv", "-o", "out.csv"], "gone.csv"),
        (["deep", "-o", "out.csv"], "directory"),
        (["in.csv", "-o", "gone/out.csv"], "gone/out.csv"),
        (["in.csv", "-o", "in.csv/out.csv"], "in.csv/out.csv"),
        (["in.csv", "-o", "x" * 300], "x" * 200),
    ],
)
def test_a_file_that_cannot_be_used_is_3(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    (folder / "deep").mkdir()
    before = names(folder)
    assert main(["score", *arguments]) == 3
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert names(folder) == before


def test_an_older_table_stays_until_the_new_one_is_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = folder / "out.csv"
    target.write_text("before")
    target.chmod(0o640)
    (folder / "in.csv").write_text(TABLE + "P1,2," + "x" * 300)
    monkeypatch.setattr("immunosep_tui.cohort.records.LONGEST_LINE", 200)
    assert main(["score", "in.csv", "-o", "out.csv", "--respond", "p.csv"]) == 2
    assert target.read_text() == "before"
    assert names(folder) == {"in.csv", "bad.csv", "out.csv"}
    monkeypatch.undo()
    os.chdir(folder)
    assert main(["score", "in.csv", "-o", "out.csv"]) == 4
    assert target.read_text() != "before"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_link_to_an_older_table_stays_a_link(folder: Path) -> None:
    (folder / "real.csv").write_text("before")
    (folder / "link.csv").symlink_to("real.csv")
    assert main(["score", "in.csv", "-o", "link.csv"]) == 0
    assert (folder / "link.csv").is_symlink()
    assert (folder / "real.csv").read_text().startswith("patient_id")


def run(arguments: list[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = "import sys; from immunosep_tui.cli import main; sys.exit(main())"
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    return subprocess.run(
        [sys.executable, "-c", program, "score", *arguments],
        input=given,
        capture_output=True,
        env=environment,
        check=False,
    )


def test_a_table_through_standard_streams(folder: Path) -> None:
    main(["score", "in.csv", "-o", "out.csv"])
    done = run(["-", "-o", "-"], TABLE.encode())
    assert done.returncode == 0
    assert done.stdout == (folder / "out.csv").read_bytes()
    assert done.stderr.startswith(b"Rows: 1.")


def test_a_bad_table_through_standard_streams(folder: Path) -> None:
    done = run(["-", "-o", "-"], b"")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b'standard input, row 1: "": There is no header.')


def test_a_reader_that_goes_away_is_3_without_a_traceback(folder: Path) -> None:
    (folder / "in.csv").write_text("patient_id,day,gcs\n" + "P1,1,14\n" * 50_000)
    program = "import sys; from immunosep_tui.cli import main; sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", program, "score", "in.csv", "-o", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 3
    assert b"Traceback" not in said
    assert b"Exception ignored" not in said
