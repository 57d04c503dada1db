"""Every screen that records, with something unusable in any one of its rows: Enter records nothing and names the row."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui import screens
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.sealed import SealedScreen
from immunosep_tui.ui.screens.take_back import TakeBackScreen
from immunosep_tui.ward.deeds import record_dose
from tests.support.followed import IDENTITY, LABS, Followed, alarming
from tests.ui.test_recording import Bedside

GARBAGE = "\u202e7"
"""No choice, time, number, identifier or printable words."""

for _found in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
    importlib.import_module(_found.name)


def kinds(kind: type[RecordingScreen]) -> list[type[RecordingScreen]]:
    """The screens that are made of a kind, without those that others are made of."""
    below = [each for sub in kind.__subclasses__() for each in kinds(sub)]
    return below or [kind]


KINDS = [kind for kind in kinds(RecordingScreen) if not issubclass(kind, SealedScreen)]
"""The secret of a sealed list is tried, never judged: its screens are tested with the study drug."""


def made(kind: type[RecordingScreen], desk: Desk, chart: Chart) -> RecordingScreen:
    author = Author("AB", "doctor")
    if issubclass(kind, TakeBackScreen):
        take_back: Callable[..., RecordingScreen] = kind
        return take_back(desk, author, chart, "deed", entry=chart.n - 1, go=lambda _place: None)
    return kind(desk, author, chart, "deed")


def ready_for(kind: type[RecordingScreen], ward: Followed) -> str:
    """The patient of whom a screen has something to record."""
    if kind.__name__ == "StartScreen":
        when = f"{ward.now + timedelta(minutes=5):%Y-%m-%d %H:%M}"
        ward.desk.ward.put(ward.desk.ward.get("ready").typed("treatment.start", when))
        return "ready"
    if kind.__name__ == "HoldEndScreen":
        chart = ward.desk.ward.store.chart("p")
        assert chart.next_slot is not None
        held = record_dose(chart, chart.next_slot.number, "held", ward.now, ward.signature("bleeding"))
        ward.desk.ward.store.append([held], chart.n)
    return "p"


@pytest.fixture
async def ward(protocol: Protocol, tmp_path: Path) -> AsyncIterator[Followed]:
    """One patient on a course with a corrected value on the sheet, one who is ready for the start."""
    ward = Followed(tmp_path, protocol)
    ward.sign("ready", IDENTITY | LABS | {"identity.place": "8", "identity.case": "B-13"})
    alarming(ward)
    ward.desk.ward.put(ward.desk.ward.get("p").typed("labs.ferritin", "9900"))
    yield ward
    ward.desk.close()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_nothing_is_recorded_while_a_row_is_refused(kind: type[RecordingScreen], ward: Followed) -> None:
    key = ready_for(kind, ward)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(120, 60)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        chart = ward.desk.ward.read_again(key)
        screen = made(kind, ward.desk, chart)
        app.push_screen(screen)
        await bed.sees("Sign as AB")
        form = screen.query_one(Form)
        assert form.fields
        for field in form.fields:
            form.activate(field.name)
            form.type_text(GARBAGE)
            await pilot.pause()
            await bed.may_sign() if kind.__name__ != "SignScreen" else None
            screen._opened -= 1
            screen.action_record()
            await bed.sees(f"Correct first: {field.label}")
            assert ward.desk.ward.store.chart(key).n == chart.n
            form.activate(field.name)
            form.type_text("")
        await pilot.pause()


def test_every_screen_is_among_them() -> None:
    names = {kind.__name__ for kind in KINDS}
    assert {"BleedingScreen", "DispositionScreen", "DoseScreen", "SignScreen", "StartScreen", "StopScreen"} <= names
