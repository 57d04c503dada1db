"""``immunosep-tui settings``: what is in force and why, what is signed, and what is refused in words."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import argon2
import pytest

from immunosep_tui.cli import main
from immunosep_tui.record.entry import WARD, Author, Proposal
from immunosep_tui.record.kinds import Setting
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import enroll
from tests.store.acts import running_course

PIN = "4718"
Output = pytest.CaptureFixture[str]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store that the environment names, and a person at the keyboard."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(argon2, "PasswordHasher", lambda: cheap)
    monkeypatch.setattr("builtins.input", lambda _prompt: "ab")
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: PIN)
    monkeypatch.setenv("IMMUNOSEP_STORE", str(tmp_path / "ward.db"))
    monkeypatch.setenv("TZ", "UTC")
    tmp_path.chmod(0o700)
    with closing(open_file(tmp_path / "ward.db")) as opened:
        yield opened


def now() -> int:
    return ms(datetime.now(UTC))


def call(output: Output, *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    return status, *output.readouterr()


def test_the_list_names_what_is_assumed_local_and_entered(store: Store, capsys: Output) -> None:
    enroll(store, "AB", "doctor", PIN, None, now())
    assert call(capsys, "settings", "set", "bilirubin", "20", "umol/L", "--reason", "our laboratory")[0] == 0
    status, out, err = call(capsys, "settings", "list")
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert (status, err, len(lines)) == (0, "", 13)
    assert "40 units/L assumed (general knowledge)" in " ".join(lines["alt"].split())
    assert "local convention" in lines["shift"]
    assert "20 umol/L" in lines["bilirubin"]
    assert "entered by AB on" in lines["bilirubin"]
    assert "of this machine" in lines["zone"]
    entry = store.entries(WARD)[-1]
    assert (entry.body, entry.author, entry.role) == (Setting("bilirubin", "20 umol/L"), "AB", "doctor")
    assert entry.reason == "our laboratory"


def test_json_is_one_object_with_the_protocol(store: Store, capsys: Output) -> None:
    enroll(store, "AB", "pharmacist", PIN, None, now())
    status, out, _err = call(capsys, "settings", "set", "shift", "12", "--json")
    done = json.loads(out)
    assert (status, done["setting"]["value"], done["entry"]) == (0, "12 h", 2)
    found = json.loads(call(capsys, "settings", "list", "--json")[1])
    assert set(found) == {"settings", "unread", "protocol"}
    rows = {row["name"]: row for row in found["settings"]}
    assert (rows["shift"]["typed"], rows["shift"]["assumed"], rows["alt"]["typed"]) == ("12", False, None)
    assert all(row["accepted"].startswith("Accepted") for row in rows.values())


def test_unset_makes_it_the_default_again(store: Store, capsys: Output) -> None:
    enroll(store, "AB", "doctor", PIN, None, now())
    call(capsys, "settings", "set", "alt", "45")
    assert call(capsys, "settings", "unset", "alt") == (0, "alt: 40 units/L, assumed (general knowledge).\n", "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("set", "alt", "0.7"), 'settings alt: "0.7": As an upper limit of normal it is outside 10 to 160 units/L.'),
        (("set", "moon", "1"), 'settings: "moon": There is no setting of this name. Accepted: alt, '),
        (("set",), "There is no setting of this name. Accepted: alt, "),
        (("set", "alt"), "settings set alt: no value. Accepted: "),
        (("unset", "alt", "45"), "settings unset alt: a value is not wanted. Accepted: "),
        (("frob",), '"frob" is not known. Accepted: list, set, unset.'),
        (("set", "acknowledged", "12"), "It is outside 1 to 8. Accepted: whole hours from 1 to 8."),
    ],
)
def test_what_is_refused_is_said_and_nobody_is_asked_for_a_pin(
    arguments: tuple[str, ...], told: str, store: Store, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    enroll(store, "AB", "doctor", PIN, None, now())
    monkeypatch.setattr("builtins.input", lambda _prompt: pytest.fail("asked"))
    status, out, err = call(capsys, "settings", *arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert len(store.entries(WARD)) == 1


def test_a_nurse_a_stranger_and_a_wrong_pin_are_refused(
    store: Store, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, _out, err = call(capsys, "settings", "set", "alt", "45")
    assert (status, "nobody is enrolled" in err) == (2, True)
    enroll(store, "AB", "nurse", PIN, None, now())
    status, _out, err = call(capsys, "settings", "set", "alt", "45")
    assert (status, "Accepted: doctor, pharmacist." in err) == (2, True)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: "9999")
    status, _out, err = call(capsys, "settings", "set", "alt", "45")
    assert (status, "not the PIN" in err) == (2, True)
    assert len(store.entries(WARD)) == 1


def test_doctor_names_what_is_assumed_the_zone_and_what_a_newer_program_set(store: Store, capsys: Output) -> None:
    def doctor() -> dict[str, dict[str, object]]:
        return {check["id"]: check for check in json.loads(call(capsys, "doctor", "--json")[1])["checks"]}

    checks = doctor()
    assert checks["zone"]["text"] == "Time zone: UTC, of this machine."
    assert "ALT 40 units/L, AST 40 units/L, GGT 60 units/L" in str(checks["upper-limits"]["text"])
    assert checks["upper-limits"]["ok"]
    assert "settings-unread" not in checks
    texts = {"alt": "45", "ast": "45", "ggt": "55", "bilirubin": "1.1", "zone": "Europe/Athens", "moon": "full"}
    proposals = [
        Proposal(WARD, Setting(name, text), Author("AB", "doctor"), now(), name) for name, text in texts.items()
    ]
    store.append(proposals, 0)
    checks = doctor()
    assert checks["upper-limits"]["text"] == "Upper limits of normal: all are entered."
    assert "Europe/Athens, entered by AB on" in str(checks["zone"]["text"])
    assert checks["settings-unread"]["text"] == "Settings that are not understood here: moon."
    assert not checks["settings-unread"]["ok"]
    assert "moon: set by a newer program" in call(capsys, "settings", "list")[2]


def test_patients_are_shown_in_the_zone_of_the_ward(store: Store, capsys: Output) -> None:
    running_course(store, "p")
    assert "+00:00" in call(capsys, "patient", "list")[1]
    store.append([Proposal(WARD, Setting("zone", "Asia/Tokyo"), Author("AB", "doctor"), now(), "zone")], 0)
    assert "+09:00" in call(capsys, "patient", "list")[1]
    shown = call(capsys, "patient", "show", "p")[1]
    assert ("+09:00" in shown, "+00:00" in shown) == (True, False)
