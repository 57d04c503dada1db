"""Attention for scripts: what ``patient list`` and ``patient show`` say, with the names that are relied on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from immunosep_tui.cli import main
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.store import Store
from immunosep_tui.ward.deeds import acknowledge
from tests.support.followed import IDENTITY, LABS, START, Followed

LEVELS = ("stop", "call", "due", "decide", "look", "do")
NAMES = {"level", "about", "since", "value", "entries", "draft", "acknowledged", "asks"}


@pytest.fixture
def path(tmp_path: Path, protocol: Protocol, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of a patient on anakinra who bled after the first dose, seen at the end of the second hour."""
    tmp_path.chmod(0o700)
    ward = Followed(tmp_path, protocol)
    ward.sign("p", IDENTITY | LABS)
    ward.start("p")
    ward.give_until("p", START + timedelta(hours=1))
    ward.now = START + timedelta(hours=1)
    ward.bleed("p", 3, "stop", "fresh blood")
    store = ward.desk.ward.store
    chart = store.chart("p")
    until = ward.now + timedelta(hours=8)
    store.append([acknowledge(chart, (chart.n,), until, ward.signature("surgeon is called"))], chart.n)
    ward.desk.close()
    at(2, monkeypatch)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(Store, "doubt", lambda _store: "")
    return tmp_path / "ward.db"


def at(hours: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands run so many hours after the first dose."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            found = START + timedelta(hours=hours)
            return cls.fromtimestamp(found.timestamp(), tz)

    monkeypatch.setattr("immunosep_tui.cli.patient.datetime", Clock)


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """The one object on standard output."""
    assert main([*map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def shown(capsys: pytest.CaptureFixture[str], path: Path) -> dict[str, Any]:
    """The patient as both commands tell it."""
    patient: dict[str, Any] = answer(capsys, "patient", "show", "p", "--store", path)["patient"]
    (listed,) = answer(capsys, "patient", "list", "--store", path)["patients"]
    assert (listed["course"], listed["attention"]) == (patient["course"], patient["attention"])
    return patient


def test_a_stop_is_told_with_its_entries_and_who_has_seen_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patient = shown(capsys, path)
    assert patient["course"] == {"state": "running", "day": 1, "days": 15}
    assert all(set(item) == NAMES and item["level"] in LEVELS for item in patient["attention"])
    levels = [LEVELS.index(item["level"]) for item in patient["attention"]]
    assert levels == sorted(levels)
    assert patient["attention"][0] == {
        "level": "stop",
        "about": "Bleeding",
        "since": "2026-05-12T09:00+00:00",
        "value": "WHO 3",
        "entries": [patient["entries"] - 1],
        "draft": False,
        "acknowledged": {"by": "AB", "until": "2026-05-12T17:00+00:00"},
        "asks": "Hold anakinra, call the physician now and escalate.",
    }


def test_after_eight_hours_it_is_as_urgent_as_before(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(9, monkeypatch)
    stop, due, *_rest = shown(capsys, path)["attention"]
    assert (stop["level"], stop["acknowledged"]) == ("stop", None)
    assert (due["level"], due["about"], due["since"]) == ("due", "anakinra", "2026-05-12T16:00+00:00")
    assert "hold" in due["asks"]


def test_by_a_clock_in_doubt_no_acknowledgement_holds(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "doubt", lambda _store: "ahead")
    assert shown(capsys, path)["attention"][0]["acknowledged"] is None


def test_a_course_that_is_over_has_no_day(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(16 * 24, monkeypatch)
    patient = shown(capsys, path)
    assert patient["course"] == {"state": "ended", "day": None, "days": 15}
    assert [item["level"] for item in patient["attention"]][:2] == ["stop", "decide"]


def test_for_people_the_stop_is_a_word_in_a_sign(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("show", "p"), ("list",)):
        assert main(["patient", *arguments, "--store", str(path)]) == 0
        out = capsys.readouterr().out
        assert "[STOP]" in out
        assert "WHO 3" in out
