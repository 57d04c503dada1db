"""The commands that read, copy and check the records: exit statuses, one JSON object, and never a traceback."""

from __future__ import annotations

import json
import os
import pty
import shutil
import sqlite3
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import closing
from fcntl import ioctl
from pathlib import Path
from typing import Any

import pytest

from immunosep_tui.cli import main
from immunosep_tui.record.kinds import Admitted, CourseStopped, Labs, Left, Note, Returned
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from tests.store.acts import admitted, record, running_course
from tests.store.conftest import FileWard

ROOT = Path(__file__).parents[2]
IDENTITIES = ("bed 7", "case p", "MRN 1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of two patients, one with a course, in a folder of its owner's."""
    tmp_path.chmod(0o700)
    with closing(open_file(tmp_path / "ward.db")) as opened:
        record(opened, "q", admitted("q", "bed 7"), Labs({"ferritin": "900"}), Note("quiet night"))
        running_course(opened, "p")
        yield opened


@pytest.fixture
def path(store: Store, tmp_path: Path) -> Path:
    """The file of the store."""
    return tmp_path / "ward.db"


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the program as a script does."""
    command = [sys.executable, "-m", "immunosep_tui", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def answer(capsys: pytest.CaptureFixture[str], status: int, *arguments: object) -> dict[str, Any]:
    """The one JSON object on standard output of a command that ends with a status."""
    assert main([*map(str, arguments), "--json"]) == status
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("\n") == 1
    found: dict[str, Any] = json.loads(out)
    assert set(found["protocol"]) == {"id", "version", "sha256"}
    return found


def plain(capsys: pytest.CaptureFixture[str], status: int, *arguments: object) -> tuple[str, str]:
    """What a command prints and says."""
    assert main([*map(str, arguments)]) == status
    out, err = capsys.readouterr()
    return out, err


# What every command does with a store that it cannot use.

COMMANDS = (
    ("verify",),
    ("backup",),
    ("backup", "copy.db"),
    ("patient", "list"),
    ("patient", "show", "p"),
    ("patient", "export", "p"),
    ("doctor",),
)


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "foreign", "cut", "open to others", "folder", "newer"])
def test_a_store_that_cannot_be_used_is_status_3_in_words(
    kind: str,
    path: Path,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where there is none, none is made; what is there stays as it is."""
    store.close()
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "target.db"
    if kind in ("text", "cut", "empty", "open to others"):
        raw = path.read_bytes()
        content = {"text": b"text, not a database\n" * 300, "cut": raw[:5000], "empty": b"", "open to others": raw}
        target.write_bytes(content[kind])
        target.chmod(0o644 if kind == "open to others" else 0o600)
    elif kind == "folder":
        target.mkdir()
    elif kind != "missing":
        with closing(sqlite3.connect(target)) as other:
            other.execute("CREATE TABLE t (x)")
            if kind == "newer":
                other.execute(f"PRAGMA application_id={0x49534550}")
                other.execute("PRAGMA user_version=99")
            other.commit()
        target.chmod(0o600)
    before = None if kind in ("missing", "folder") else target.read_bytes()
    for command in COMMANDS:
        status = {"missing": 0, "empty": 4}.get(kind, 3) if command == ("doctor",) else 3
        out, err = plain(capsys, status, *command, "--store", target)
        if command != ("doctor",):
            assert out == ""
            assert err.count("\n") == 1
            assert str(target) in err or kind in ("text", "cut")
        assert "Traceback" not in err
    assert target.exists() == (kind != "missing")
    if before is not None:
        assert target.read_bytes() == before
    assert not (tmp_path / "copy.db").exists()


def test_real_programs_end_without_a_traceback(path: Path, tmp_path: Path) -> None:
    """The same as a script sees it, also where the server does not answer."""
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"SQLite format 3\0" + b"\xff" * 9000)
    garbage.chmod(0o600)
    for arguments in (
        ("verify", "--store", garbage),
        ("restore", garbage, "--store", path),
        ("patient", "list", "--store", "postgresql://nobody@127.0.0.1:1/none"),
        ("backup", "--store", "postgresql://nobody@127.0.0.1:1/none"),
        ("restore", tmp_path / "none.db", "--store", path),
    ):
        done = call(*arguments)
        assert (done.returncode, done.stdout) == (3, ""), done
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_disk_that_is_read_only_can_be_read(path: Path, store: Store, tmp_path: Path) -> None:
    """Everything that does not write works; the rest says why not."""
    if os.getuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("a read-only disk can only be mounted by root")
    store.close()
    folder = tmp_path.absolute()
    runs = {
        "verify": 0,
        "patient list": 0,
        f"backup {tmp_path.parent}/from-read-only.db": 0,
        f"backup {folder}/copy.db": 3,
        "backup": 3,
        "doctor": 4,
    }
    for command, status in runs.items():
        line = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && exec {sys.executable}"
        script = f"{line} -m immunosep_tui {command} --store {path}"
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if "permission denied" in done.stderr.lower() and "mount" in done.stderr:
            pytest.skip("mounting is not permitted")
        assert done.returncode == status, (command, done)
        assert "Traceback" not in done.stderr


def test_the_store_may_be_named_before_the_command_or_by_the_environment(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(capsys, 0, "--store", path, "verify")["entries"] == 6
    monkeypatch.setenv("IMMUNOSEP_STORE", str(path))
    assert answer(capsys, 0, "verify")["entries"] == 6


# verify


def test_verify_of_a_sound_store(path: Path, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, 0, "verify", "--store", path)
    head = store.head()
    expected = {"sound": True, "entries": head.seq, "head": head.hash, "findings": []}
    assert expected.items() <= found.items()
    assert found["anchor"] == f"{head.hash[:12]}@{head.seq}"
    out, _err = plain(capsys, 0, "verify", "--store", path)
    assert found["anchor"] in out


def test_verify_names_the_first_bad_entry(path: Path, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.close()
    FileWard(path).tamper("UPDATE ledger SET author = 'ZZ' WHERE seq = 3")
    found = answer(capsys, 4, "verify", "--store", path)
    assert found["sound"] is False
    assert found["findings"][0]["entry"] == 3
    out, _err = plain(capsys, 4, "verify", "--store", path)
    assert "3" in out.splitlines()[0]
    assert "Anchor" not in out


@pytest.mark.parametrize("noted", ["start", "start and number"])
def test_an_anchor_shows_what_was_cut_off_or_written_anew(
    noted: str, path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ledger that was cut short is sound in itself; only what was noted on paper tells."""
    head = store.head()
    anchor = head.hash[:12] if noted == "start" else f"{head.hash[:12].upper()}@{head.seq}"
    answer(capsys, 0, "verify", "--store", path, "--anchor", anchor)
    record(store, "p", Note("later"))
    answer(capsys, 0, "verify", "--store", path, "--anchor", anchor)
    store.close()
    FileWard(path).tamper(
        "DELETE FROM board WHERE record = 'p'",
        "DELETE FROM course",
        "DELETE FROM ledger WHERE seq > 3",
        "UPDATE head SET (seq, hash, recorded) = (SELECT seq, hash, recorded FROM ledger WHERE seq = 3)",
    )
    answer(capsys, 0, "verify", "--store", path)
    found = answer(capsys, 4, "verify", "--store", path, "--anchor", anchor)
    assert [finding["entry"] for finding in found["findings"]] == [None]
    assert anchor.lower() in found["findings"][0]["text"]


def test_an_anchor_of_an_empty_ledger_holds_in_every_one(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer(capsys, 0, "verify", "--store", path, "--anchor", "000000000000@0")


@pytest.mark.parametrize("anchor", ["", "xyz", "0f3a9c2", "0f3a9c27d1b4@", "0f3a9c27d1b4@-1", "%", "0f3a9c27d1b4@1 "])
def test_what_is_no_anchor_is_refused(anchor: str, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _out, err = plain(capsys, 2, "verify", "--store", path, "--anchor", anchor)
    assert "Accepted" in err


# backup and restore


def test_backup_into_a_file_and_back(
    path: Path, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, head = tmp_path / "copy.db", store.head()
    found = answer(capsys, 0, "backup", copy, "--store", path)
    assert {"file": str(copy), "made": True, "entries": head.seq, "head": head.hash}.items() <= found.items()
    _out, err = plain(capsys, 2, "backup", copy, "--store", path)
    assert "is there already" in err
    record(store, "q", Note("later"))
    plain(capsys, 0, "backup", copy, "--replace", "--store", path)
    record(store, "q", Note("later still"))
    _out, err = plain(capsys, 2, "restore", copy, "--store", path)
    assert "has 1 entries that the backup lacks" in err
    found = answer(capsys, 0, "restore", copy, "--replace", "--store", path)
    assert found["entries"] == head.seq + 1
    assert answer(capsys, 0, "verify", "--store", found["aside"])["entries"] == head.seq + 2
    record(store, "q", Note("once more"))
    out, _err = plain(capsys, 0, "restore", copy, "--replace", "--store", path)
    assert "may have been given" in out
    out, _err = plain(capsys, 0, "restore", copy, "--store", tmp_path / "new.db")
    assert str(tmp_path / "new.db") in out


def test_a_store_that_has_moved_is_accepted_on_its_new_machine(
    path: Path, store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, "q", Note("here"), place="ws-1")
    monkeypatch.setattr("immunosep_tui.store.machine.machine_id", lambda: "another")
    monkeypatch.setattr("immunosep_tui.store.last_seen.FOLDER", "of-another")
    found = checks(answer(capsys, 4, "doctor", "--store", path))["machine"]
    assert "ws-1" in found["text"]
    assert "restore --accept" in found["advice"]
    for wrong in (("restore",), ("restore", "copy.db", "--accept")):
        _out, err = plain(capsys, 2, *wrong, "--store", path)
        assert "a backup, or --accept" in err
    _out, err = plain(capsys, 3, "restore", "--accept", "--store", path.with_name("none.db"))
    assert "no store" in err
    out, _err = plain(capsys, 0, "restore", "--accept", "--store", path)
    assert f"{path} is written here from now on" in out
    assert str(store.head().seq) in out
    assert checks(answer(capsys, 4, "doctor", "--store", path))["machine"]["ok"]
    assert answer(capsys, 0, "restore", "--accept", "--store", path)["entries"] == store.head().seq


def test_backup_without_a_file_keeps_one_for_each_state(
    path: Path, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = answer(capsys, 0, "backup", "--store", path)
    again = answer(capsys, 0, "backup", "--store", path)
    assert Path(first["file"]).parent == tmp_path / "backups"
    assert (first["made"], again["made"], again["file"]) == (True, False, first["file"])
    out, _err = plain(capsys, 0, "backup", "--store", path)
    assert "Nothing is new" in out
    with closing(open_file(tmp_path / "empty.db")):
        assert main(["backup", "--json", "--store", str(tmp_path / "empty.db")]) == 0
    assert json.loads(capsys.readouterr().out)["file"] is None


def test_a_damaged_backup_is_status_3_with_the_finding(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert call("backup", copy, "--store", path).returncode == 0
    raw = bytearray(copy.read_bytes())
    raw[raw.index(b"quiet night")] ^= 1
    copy.write_bytes(raw)
    done = call("restore", copy, "--store", path, "--replace")
    assert done.returncode == 3
    assert "Entry 3" in done.stderr
    assert str(copy) in done.stderr


# doctor


def checks(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The checks by their names."""
    assert all(set(check) == {"id", "ok", "text", "advice"} for check in found["checks"])
    by_id = {check["id"]: check for check in found["checks"]}
    assert len(by_id) == len(found["checks"])
    assert found["ok"] == all(check["ok"] for check in found["checks"])
    return by_id


def test_doctor_says_that_all_is_well(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain(capsys, 0, "backup", "--store", path)
    found = checks(answer(capsys, 0, "doctor", "--store", path))
    wanted = {"python", "sqlite", "protocol", "terminal", "letters", "extra-postgres", "extra-encrypt", "place"}
    wanted |= {"file-system", "folder", "writable", "space", "store", "settings", "clock", "backup"}
    assert wanted <= set(found)
    assert "delete" in found["settings"]["text"]


def test_doctor_names_the_fault_of_the_engine(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version", "3.37.1")
    found = checks(answer(capsys, 4, "doctor", "--store", path))["sqlite"]
    assert not found["ok"]
    assert "3.37.1, with which nothing is written" in found["text"]
    assert "sqlite.org/howtocorrupt.html" in found["text"]
    assert "newer SQLite" in found["advice"]


def test_doctor_names_no_patient(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = plain(capsys, 4, "doctor", "--store", path)
    assert not any(text in out + err for text in (*IDENTITIES, "quiet night"))


def test_doctor_makes_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o700)
    found = checks(answer(capsys, 0, "doctor", "--store", tmp_path / "deep" / "ward.db"))
    assert "no store yet" in found["store"]["text"]
    assert list(tmp_path.iterdir()) == []


def test_doctor_says_what_to_do(path: Path, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No backup, a damaged one, a folder that others can enter, a clock that lies before the last entry."""
    found = checks(answer(capsys, 4, "doctor", "--store", path))
    assert "immunosep-tui backup" in found["backup"]["advice"]
    plain(capsys, 0, "backup", "--store", path)
    (copy,) = (tmp_path / "backups").iterdir()
    raw = bytearray(copy.read_bytes())
    raw[raw.index(b"quiet night")] ^= 1
    copy.write_bytes(raw)
    assert "damaged" in checks(answer(capsys, 4, "doctor", "--store", path))["backup"]["text"]
    tmp_path.chmod(0o755)
    assert "chmod 700" in checks(answer(capsys, 4, "doctor", "--store", path))["folder"]["advice"]
    tmp_path.chmod(0o700)
    store.close()
    FileWard(path).tamper("UPDATE head SET recorded = 4102444800000")
    assert checks(answer(capsys, 4, "doctor", "--store", path))["clock"]["ok"] is False


def test_doctor_prints_the_other_checks_where_the_store_cannot_be_opened(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.chmod(0o644)
    assert main(["doctor", "--json", "--store", str(path)]) == 3
    found = checks(json.loads(capsys.readouterr().out))
    assert "chmod 600" in found["store"]["advice"]
    assert found["python"]["ok"]
    assert main(["doctor", "--json", "--store", "postgresql://nobody@127.0.0.1:1/none"]) == 3
    found = checks(json.loads(capsys.readouterr().out))
    assert found["store"]["advice"]


def test_doctor_measures_the_terminal(path: Path) -> None:
    """Too small a window, one that cannot place text, and letters that cannot be written."""
    cases = (
        (20, 60, {"TERM": "xterm-256color"}, "80 by 24"),
        (24, 80, {"TERM": "dumb"}, "TERM"),
        (24, 80, {"TERM": "xterm", "PYTHONIOENCODING": "latin-1"}, "UTF-8"),
    )
    for lines, columns, environment, advice in cases:
        leader, follower = pty.openpty()
        ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        command = [sys.executable, "-m", "immunosep_tui", "doctor", "--json", "--store", str(path)]
        done = subprocess.run(
            command, cwd=ROOT, stdin=follower, capture_output=True, check=False, env={**os.environ, **environment}
        )
        os.close(leader)
        os.close(follower)
        found = json.loads(done.stdout.decode("latin-1"))
        looks = [check["advice"] for check in found["checks"] if not check["ok"] and check["id"] != "backup"]
        assert len(looks) == 1
        assert advice in looks[0]


def test_doctor_reports_a_refused_protocol_and_goes_on(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("kind = 3\n")
    assert main(["doctor", "--json", "--store", str(path), "--protocol", str(bad)]) == 4
    answered = json.loads(capsys.readouterr().out)
    assert answered["protocol"] is None
    assert checks(answered)["protocol"]["ok"] is False


# patient


def test_patients_are_listed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, 0, "patient", "list", "--store", path)
    assert found["count"] == 2
    assert {patient["record"] for patient in found["patients"]} == {"p", "q"}
    found = answer(capsys, 0, "patient", "list", "--search", "BED 7", "--store", path)
    assert [patient["case_number"] for patient in found["patients"]] == ["case q"]
    out, _err = plain(capsys, 0, "patient", "list", "--store", path)
    heading, *lines = out.splitlines()
    assert len(lines) == 2
    column = heading.index("Case")
    assert all(line[column:].startswith("case ") for line in lines)
    _out, err = plain(capsys, 0, "patient", "list", "--search", "%", "--store", path)
    assert "no such patient" in err


@pytest.mark.parametrize("key", ["p", "case p"])
def test_a_patient_is_shown_by_key_or_case_number(key: str, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patient = answer(capsys, 0, "patient", "show", key, "--store", path)["patient"]
    assert (patient["record"], patient["case"], patient["identifier"]) == ("p", "case p", "MRN 1")
    assert patient["decision"]["inputs"] == {"ferritin": "900 ng/mL"}
    (course,) = patient["courses"]
    assert course["running"] is True
    assert [dose["outcome"] for dose in course["doses"]] == [None, None, None]
    assert [entry["kind"] for entry in patient["last"]] == ["admitted", "decision", "course"]
    out, _err = plain(capsys, 0, "patient", "show", key, "--store", path)
    assert "drug one 5 mg intravenous" in out
    assert "900 ng/mL" in out


def test_leaving_return_and_stop_are_told(path: Path, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    record(store, "p", Left("yes"))
    patient = answer(capsys, 0, "patient", "show", "p", "--store", path)["patient"]
    assert (patient["state"], patient["courses"][0]["state"]) == ("left", "ended")
    assert patient["gone_since"]
    assert "[LEFT " in plain(capsys, 0, "patient", "show", "p", "--store", path)[0]
    record(store, "p", Returned("theatre"), CourseStopped(3, "now"), reason="rash")
    patient = answer(capsys, 0, "patient", "show", "p", "--store", path)["patient"]
    (course,) = patient["courses"]
    assert (patient["state"], patient["gone_since"], len(patient["absences"])) == ("in", None, 1)
    assert (course["state"], course["stop_reason"], course["further"]) == ("stopped", "rash", [])
    out, _err = plain(capsys, 0, "patient", "show", "p", "--store", path)
    for text in ("Away from ", "stopped ", ": rash", "Back on the ward: From theatre", "the patient left alive"):
        assert text in out


def test_an_unknown_patient_or_deed_is_refused(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("show", "nobody"), ("export", "nobody"), ("show",), ("import",), ("burn", "p")):
        out, err = plain(capsys, 2, "patient", *arguments, "--store", path)
        assert out == ""
        assert "Accepted" in err


def test_text_that_a_terminal_would_obey_is_shown_as_text(
    path: Path, store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a ledger may hold it that another program wrote into."""
    monkeypatch.setattr("immunosep_tui.store.store.unclean", lambda _values: None)
    evil = "\x1b]0;owned\x07\x1b[2J\u202eevil\x9b"
    record(store, "e", Admitted(f"bed{evil}", f"case{evil}", f"id{evil}"), Labs({"ferritin": evil}), Note(evil))
    record(store, "e", Note("x"), reason=evil)
    for arguments in (("list",), ("show", "e"), ("show", "nobody" + evil), ("list", "--search", evil)):
        main(["patient", *arguments, "--store", str(path)])
        out, err = capsys.readouterr()
        assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(out + err)


def test_a_patient_goes_to_another_store_and_not_twice(
    path: Path, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, other = tmp_path / "p.json", tmp_path / "other.db"
    plain(capsys, 0, "patient", "export", "case p", "-o", file, "--store", path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["format"] == "immunosep-tui patient 1"
    out, _err = plain(capsys, 0, "patient", "export", "p", "--store", path)
    assert out == file.read_text()
    _out, err = plain(capsys, 2, "patient", "export", "p", "-o", file, "--store", path)
    assert "there already" in err
    found = answer(capsys, 0, "patient", "import", file, "--store", other)
    assert (found["record"], found["imported"], found["known"], found["not_taken"]) == ("p", 3, 0, [])
    again = answer(capsys, 0, "patient", "import", file, "--store", other)
    assert (again["imported"], again["known"]) == (0, 3)
    assert answer(capsys, 0, "verify", "--store", other)["entries"] == 4
    back = answer(capsys, 0, "patient", "import", file, "--store", path)
    assert (back["imported"], back["known"]) == (0, 3)


def test_a_bad_import_is_refused_with_its_place(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, other = tmp_path / "p.json", tmp_path / "other.db"
    plain(capsys, 0, "patient", "export", "p", "-o", file, "--store", path)
    whole = json.loads(file.read_text())
    whole["entries"][1]["author"] = "ZZ"
    file.write_text(json.dumps(whole))
    _out, err = plain(capsys, 2, "patient", "import", file, "--store", other)
    assert err.startswith(f"{file}: entry 2, hash: ")
    assert not other.exists()
    file.write_text('{"format": "immunosep-tui patient 1",\n"entries": [}')
    _out, err = plain(capsys, 2, "patient", "import", file, "--store", other)
    assert err.startswith(f"{file}: line 2: ")
    _out, err = plain(capsys, 2, "patient", "import", tmp_path / "none.json", "--store", other)
    assert "no such file" in err


def test_an_export_that_cannot_be_written_leaves_nothing(path: Path, tmp_path: Path) -> None:
    """No file may be larger than a hundred bytes."""
    command = "import resource, sys, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    command += "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100));"
    command += "from immunosep_tui.cli import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["patient", "export", "p", "-o", str(tmp_path / "p.json"), "--store", str(path)]
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "p.json").exists()
