"""What a screen shows: whole numbers, the basis of an answer, nothing chosen for anybody, nothing due by a wrong clock."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from immunosep_tui.record import clock
from immunosep_tui.record.attention import Standing
from immunosep_tui.record.clock import AHEAD, BEHIND, SECOND, Reading, doubt
from immunosep_tui.record.kinds import Note
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.eligibility import Candidate, Criterion, criteria
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import say
from immunosep_tui.store import last_seen
from immunosep_tui.store.errors import ReadOnly
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.place import Place
from immunosep_tui.ui import calendar
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.cells import NO_ROOM
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.form_model import SIGNS
from immunosep_tui.ui.screens.start import StartScreen
from immunosep_tui.ui.widgets import board_list
from tests.hazards.control import Many, cut, hazard, swap
from tests.store.acts import admitted, proposal
from tests.support.followed import IDENTITY, LABS, START, Followed
from tests.support.wards import desk_of
from tests.ui.screen import screen_text
from tests.ui.test_recording import SHEET, Bedside, keys_of

LONG = "T-4821300000017"


@hazard("HZ-15", without=cut(board_list._fit, "pad(NO_ROOM, width)", "text[:width]"))
async def test_an_identifier_that_does_not_fit_its_column_is_not_shown_in_part(protocol: Protocol, many: Many) -> None:
    texts = {"identity.place": "12345678", "identity.case": LONG, "identity.identifier": "1"}
    desk = desk_of(protocol, [Patient("p", texts)])
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await Bedside(desk, app, pilot).sees("Ward board")
        for width in [80, 93, 100, 120, 160, 200] if not many.deep else range(80, 201):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            row = next(line for line in screen_text(app).splitlines() if line.startswith(">"))
            whole = LONG in row
            assert whole or (NO_ROOM in row and LONG[:4] not in row), row
        await pilot.resize_terminal(79, 24)
        await pilot.pause()
        assert "too small" in screen_text(app)
        assert LONG not in screen_text(app)
    desk.close()


@pytest.fixture
async def at_start(protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    """The check before a course, with nothing answered."""
    ward = Followed(tmp_path, protocol)
    ward.sign("p", IDENTITY | LABS | {"screening.age": "67"})
    chart = ward.desk.ward.store.chart("p")
    ward.desk.ward.read_again("p")
    ward.desk.ward.put(chart.sheet.typed("treatment.start", f"{START:%Y-%m-%d %H:%M}"))
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(120, 60)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter", "ctrl+e")
        await bed.sees("START: anakinra")
        yield bed
    ward.desk.close()


@hazard("HZ-23", "HZ-25", without=cut(StartScreen.wanted, "if not self._choice(field.name):", "if False:"))
async def test_no_answer_is_chosen_for_anybody_and_enter_alone_starts_nothing(at_start: Bedside, many: Many) -> None:
    screen = at_start.app.screen
    assert isinstance(screen, StartScreen)
    assert screen._answers() == {}
    await at_start.may_sign()
    for _turn in many(4, 1_000):
        await at_start.press("enter")
    form = screen.query_one(Form)
    for name, text in (("case", "A-12"), ("identifier", "884213"), ("reason", "why")):
        form.activate(name)
        await at_start.press(*keys_of(text))
    await at_start.press("enter")
    assert at_start.desk.ward.store.chart("p").course is None
    await at_start.sees("Answer first")


MET = Criterion("any", True, say("met"), "none")


@hazard("HZ-23", without=swap("immunosep_tui.rules.eligibility._statement", lambda *_given: MET))
def test_what_nobody_answered_is_not_known(protocol: Protocol) -> None:
    judged = criteria(protocol.eligibility, Candidate())
    assert [each.id for each in judged if each.met is not None] == []


BASIS = (
    "Ferritin 9800 ng/mL is above 4420 ng/mL", "anakinra 200 mg IV", "every 8 hours", "Protocol immunosep-2025 version 1",
    "mortality at 28 and 90 days did not differ", "criteria are not known", "Case, again",
)  # fmt: skip


@hazard("HZ-25", without=cut(StartScreen.what, "for note in protocol.notes", "for note in ()"))
async def test_the_basis_stands_on_the_screen_that_starts_a_course(at_start: Bedside) -> None:
    shown = " ".join(screen_text(at_start.app).split())
    for text in BASIS:
        assert text in shown, text


@hazard(
    "HZ-29", without=(cut(doubt, "now.utc < last - BEHIND", "False"), cut(doubt, "now.utc > last + AHEAD", "False"))
)
def test_a_clock_that_jumped_is_not_believed(many: Many) -> None:
    chance, last = random.Random(29), 1_800_000_000_000
    years = 20 * 365 * 86_400 * SECOND
    for _turn in many(2_000, 100_000):
        jump = chance.randint(-years, years)
        now = Reading(last + jump, 0, "another boot")
        assert bool(doubt(now, Reading(0, 0, "boot"), last)) == (jump < -BEHIND or jump > AHEAD), jump
        moved = Reading(last + jump, chance.randint(0, 10**15), "boot")
        apart = abs(jump - moved.mono // 1_000_000) > clock.APART
        assert bool(doubt(moved, Reading(last, 0, "boot"), None)) == apart


@hazard("HZ-29", without=cut(Standing._doses_at, "0 if clock_in_doubt else ", ""))
async def test_by_a_clock_in_doubt_nothing_is_due_or_overdue(ward: Followed) -> None:
    ward.start("p")
    ward.now = START + timedelta(hours=43)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("[DUE] Dose 6 OVERDUE")
        ward.now = START + timedelta(days=200)
        await app._look()
        await bed.sees("CLOCK WRONG: nothing is shown as late or over")
        assert "OVERDUE" not in screen_text(app)
        await bed.press("enter", "f5")
        await bed.sees("time not known")
        assert "OVERDUE" not in screen_text(app)


def _without_words(patch: pytest.MonkeyPatch) -> None:
    for mark in SIGNS:
        patch.setitem(SIGNS, mark, "")


@hazard("HZ-40", without=_without_words)
async def test_states_are_told_apart_without_any_color(protocol: Protocol) -> None:
    assert len({sign for sign, _word in calendar.SIGNS.values()}) == len(calendar.SIGNS)
    assert len({word for _sign, word in calendar.SIGNS.values()}) == len(calendar.SIGNS)
    desk = desk_of(protocol, [Patient("p", SHEET)])
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter", "f3")
        seen = set()
        for typed in ("900", "9,0", "12"):
            await bed.press("f3", "ctrl+home", *keys_of(typed))
            shown = await bed.sees("> Ferritin")
            seen.add(next(line for line in shown.splitlines() if "> Ferritin" in line).split()[2])
        assert seen == {"ok", "!!", "??"}
    desk.close()


HISTORIES = ["".join(steps) for steps in product("wcrd", repeat=4)]
"""Write, put an old copy back, take another name, lose the mark."""


@hazard("HZ-47", without=swap("immunosep_tui.store.last_seen._mark_of", lambda name: None))
def test_an_older_copy_is_read_and_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: Many) -> None:
    chance = random.Random(47)
    listed = HISTORIES if many.deep else ["wcww", "wcrw", "wcdw", *chance.sample(HISTORIES, 5)]
    for number, history in enumerate(listed):
        folder = tmp_path / str(number)
        monkeypatch.setenv("XDG_DATA_HOME", str(folder))
        path, copy, marks = folder / "ward.db", folder / "copy.db", folder / "immunosep-tui" / last_seen.FOLDER
        _append(path)
        copy.write_bytes(path.read_bytes())
        there, mark = 1, 1
        for step in history:
            if step == "c":
                path.write_bytes(copy.read_bytes())
                there = 1
            elif step == "r":
                path = path.rename(path.with_suffix(".old"))
            elif step == "d":
                for file in marks.iterdir():
                    assert file.stat().st_size < 100  # a number and a hash, nothing of a patient
                    file.unlink()
                mark = 0
            if there < mark:
                with pytest.raises(ReadOnly):
                    _append(path)
            elif step == "w":
                _append(path)
                there = mark = there + 1


def test_a_deed_that_is_asked_again_takes_no_mark_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path, copy, first = tmp_path / "ward.db", tmp_path / "copy.db", proposal("p", admitted("p"))
    with closing(open_store(Place(path))) as store:
        store.append([first], 0)
        copy.write_bytes(path.read_bytes())
        store.append([proposal("p", Note("seen"))], 1)
        store.append([first], 0)
        assert store.append([], 2) == ()
    path.write_bytes(copy.read_bytes())
    with closing(open_store(Place(path))) as store:
        assert store.why_read_only is not None


def _append(path: Path) -> None:
    with closing(open_store(Place(path))) as store:
        count = store.chart("p").n
        store.append([proposal("p", Note("seen") if count else admitted("p"))], count)
