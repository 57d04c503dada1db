"""What a crash leaves: where it happened, and nothing that anybody typed."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from immunosep_tui.ui.shell import crash

MARKER = "PLANTED-" + "MARKER-4711"


def fault() -> BaseException:
    """An error with the marker in messages, notes, causes, groups and variables."""
    patient = MARKER
    try:
        try:
            raise KeyError(patient)
        except KeyError as first:
            second = ValueError(f"no bed for {patient}")
            second.add_note(patient)
            raise ExceptionGroup(patient, [second, OSError(2, patient, patient)]) from first
    except ExceptionGroup as error:
        return error


def test_file_tells_where_and_never_what(tmp_path: Path) -> None:
    met = crash.record(fault(), tmp_path / "log")
    assert met.path is not None
    text = met.path.read_text(encoding="utf-8")
    assert MARKER not in text
    assert "in fault" in text
    assert "test_crash.py" in text
    for name in ("KeyError", "ExceptionGroup", "ValueError", "FileNotFoundError"):
        assert f"builtins.{name}" in text
    assert met.reference in text


def test_file_is_for_its_owner_only(tmp_path: Path) -> None:
    met = crash.record(fault(), tmp_path / "state" / "log")
    assert met.path is not None
    assert stat.S_IMODE(met.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(met.path.parent.stat().st_mode) == 0o700


def test_each_fault_has_its_own_reference(tmp_path: Path) -> None:
    references = {crash.record(fault(), tmp_path).reference for _ in range(20)}
    assert len(references) == 20
    assert all(len(reference) == 8 for reference in references)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    met = crash.record(fault(), tmp_path / "file" / "log")
    assert met.path is None
    words = crash.last_words(met, kept=False)
    assert met.reference in words
    assert "could not be written" in words
    assert "may not have been kept" in words


def test_a_path_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    words = crash.last_words(crash.Fault("0", tmp_path / "a\x1b]0;x\x07b"), kept=True)
    assert "\x1b" not in words
    assert "has been kept" in words


def test_errors_that_cause_each_other_end(tmp_path: Path) -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    met = crash.record(one, tmp_path)
    assert met.path is not None
    assert met.path.read_text(encoding="utf-8").count("builtins.ValueError") == 1


def test_a_fault_in_a_thread_is_recorded_quietly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(crash, "_log_folder", lambda: tmp_path)

    def work() -> None:
        raise ValueError(MARKER)

    with crash.recorded_quietly():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert len(list(tmp_path.iterdir())) == 1
    output = capfd.readouterr()
    assert output.out + output.err == ""
