"""Keys faster than the screens that they open: whatever the time between them, no screen fails and none hears another's."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.kinds import Note
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.screens.patient import PatientScreen
from immunosep_tui.ui.screens.recording import DEAF
from immunosep_tui.ui.screens.sign_in import SignInScreen
from immunosep_tui.ui.screens.too_small import TooSmall
from immunosep_tui.ui.shell import typed_ahead
from immunosep_tui.ui.shell.typed_ahead import LANDING_SECONDS
from tests.harness import seeded_time
from tests.harness.monkey_pilot import type_at
from tests.harness.random_hands import CTRL_END, DOWN, F3, F4, F8, F9, F10, ctrl
from tests.harness.seeded_time import Threads, settled
from tests.journeys.typing import CTRL_Q, ENTER, ESCAPE, F1, F5, F6
from tests.support.followed import IDENTITY, LABS, Followed
from tests.ui.hands import Hands
from tests.ui.screen import screen_text

pytestmark = pytest.mark.deep
"""Each burst takes seconds in each of its timings; the guard itself is tested with every change."""

EVERY_RUN, ALL = 4, 12
"""In how many ways the work of threads falls between the keys."""

Judge = Callable[[ImmunoSepApp], object]
InManyTimings = Callable[[tuple[str, ...], str, Judge], None]


@pytest.fixture(
    params=[
        pytest.param(range(EVERY_RUN), id="timings"),
        pytest.param(range(EVERY_RUN, ALL), id="more timings", marks=pytest.mark.deep),
    ]
)
def in_many_timings(request: pytest.FixtureRequest, tmp_path: Path, protocol: Protocol) -> InManyTimings:
    """Open a ward of one patient, type, wait, type a burst, and judge what came of it."""

    def every(first: tuple[str, ...], burst: str, judge: Judge) -> None:
        for seed in request.param:
            ward, threads = Followed(Path(tempfile.mkdtemp(dir=tmp_path)), protocol), Threads(seed)
            ward.sign("p", IDENTITY | LABS)

            async def play(ward: Followed = ward) -> None:
                app = ImmunoSepApp(ward.desk)
                async with app.run_test(size=(80, 24)):
                    for key in first:
                        await asyncio.sleep(DEAF + 0.1)
                        type_at(app, key)
                    await asyncio.sleep(DEAF + 0.1)
                    type_at(app, burst)
                    await settled()
                    judge(app)

            seeded_time.run(play(), threads)
            ward.desk.close()

    return every


def sees(*texts: str) -> Callable[[ImmunoSepApp], object]:
    """The screen shows all of these."""

    def judge(app: ImmunoSepApp) -> None:
        shown = screen_text(app)
        assert all(text in shown for text in texts), shown

    return judge


def is_left(app: ImmunoSepApp) -> None:
    """The program is being left, and not by a fault."""
    assert app.leaving
    assert not app.return_code


def test_a_key_for_the_list_does_not_come_to_the_patient_that_opens(in_many_timings: InManyTimings) -> None:
    in_many_timings((), DOWN + ENTER + "1" + "8", sees("Case A-12"))


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (F10 + F9 + F10, ["EvidenceScreen"]),
        (F9 + F10 + F9, ["HelpScreen"]),
        (F9 + F10 + F9 + F9, []),
        (F10 + ctrl("f") + F10 + F9, ["EvidenceScreen", "HelpScreen"]),
        (ctrl("f") + F10 + ctrl("f"), ["SignInScreen", "EvidenceScreen"]),
    ],
)
def test_no_page_opens_over_itself(in_many_timings: InManyTimings, keys: str, left: list[str]) -> None:
    def judge(app: ImmunoSepApp) -> None:
        assert [type(screen).__name__ for screen in app.screen_stack] == ["BoardScreen", "PatientScreen", *left]

    in_many_timings((ENTER,), keys, judge)


def test_who_signs_is_not_changed_under_a_screen_that_records(in_many_timings: InManyTimings) -> None:
    in_many_timings((ENTER, ctrl("w")), ctrl("f"), sees("Sign as AB", "Note"))


@pytest.mark.parametrize(
    ("behind", "judge"),
    [
        ("77", sees("[3Labs]", "77")),
        (ESCAPE, sees("Ward board. Patients: 1")),
        (CTRL_Q, is_left),
    ],
)
def test_what_is_typed_behind_the_key_that_goes_where_a_value_is_corrected_comes_there(
    in_many_timings: InManyTimings, behind: str, judge: Callable[[ImmunoSepApp], object]
) -> None:
    in_many_timings((ENTER, F8, ENTER), F3 + behind, judge)


ROW = "\x1b[<0;10;3M\x1b[<0;10;3m"
"""A click on the first patient of the board."""


@pytest.mark.parametrize("behind", [F1, CTRL_END + ENTER])
def test_a_click_on_a_row_does_not_take_the_keyboard_back_to_a_room_that_was_left(
    in_many_timings: InManyTimings, behind: str
) -> None:
    def judge(app: ImmunoSepApp) -> None:
        focused = app.screen.focused
        assert focused is not None
        assert focused.id == "now"
        assert not getattr(focused, "waiting", False)

    clicked = "\x1b[<0;20;6M\x1b[<0;20;6m"
    in_many_timings((ENTER, F4), clicked + behind, judge)
    in_many_timings((ENTER, F4), behind + clicked, judge)


async def test_a_checklist_that_goes_with_the_draft_leaves_a_room_that_can_be_entered(
    tmp_path: Path, protocol: Protocol
) -> None:
    ward = Followed(tmp_path, protocol)
    ward.sign("p", IDENTITY)
    sheet = ward.desk.ward.get("p")
    ward.desk.ward.put(replace(sheet, texts={**sheet.texts, **LABS}))
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        hands = Hands(app, pilot)
        await hands.sees("A-12")
        await hands.press("enter", "f6")
        await hands.sees("Hemoglobin", "> ")
        type_at(app, ctrl("b") * 2 + F6 + F6)
        await hands.sees("No checklist")
        assert isinstance(app.screen.focused, Panel)
        assert app.screen.focused.has_focus
    ward.desk.close()


@pytest.mark.parametrize("twice", [ENTER * 2, ROW * 2, ROW + ENTER, ENTER + ROW])
def test_a_patient_opens_once(in_many_timings: InManyTimings, twice: str) -> None:
    def judge(app: ImmunoSepApp) -> None:
        assert [type(screen).__name__ for screen in app.screen_stack] == ["BoardScreen", "PatientScreen"]

    in_many_timings((), twice, judge)


async def test_keys_behind_the_one_that_opens_a_patient_wait_for_its_rooms(
    ward: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = ward.desk.ward.read_again

    def slow(key: str) -> Chart:
        time.sleep(LANDING_SECONDS * 2)
        return quick(key)

    monkeypatch.setattr(ward.desk.ward, "read_again", slow)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        hands = Hands(app, pilot)
        await hands.sees("A-12")
        type_at(app, ENTER + F3)
        await hands.sees("[3Labs]")


async def test_a_form_that_was_finished_twice_is_left_once(ward: Followed) -> None:
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await Hands(app, pilot).sees("A-12")
        app.screen.post_message(Room.Finished(1))
        await pilot.pause()
        assert app.is_running


def test_a_patient_can_be_left_while_a_screen_that_records_goes(in_many_timings: InManyTimings) -> None:
    in_many_timings((ENTER, ctrl("w")), ESCAPE + ESCAPE, sees("Ward board"))


@pytest.mark.parametrize("deed", [ctrl("w"), ctrl("y"), ctrl("e"), ctrl("s")], ids=["note", "dose", "start", "sign"])
def test_nothing_opens_over_the_lock(in_many_timings: InManyTimings, deed: str) -> None:
    def judge(app: ImmunoSepApp) -> None:
        assert app.desk.is_locked
        assert "A-12" not in screen_text(app), app.screen_stack

    in_many_timings((ENTER,), deed + ctrl("l"), judge)


@pytest.mark.parametrize("deed", [ENTER, ROW, "t"], ids=["enter", "click", "training"])
def test_nothing_opens_from_the_board_over_the_lock(in_many_timings: InManyTimings, deed: str) -> None:
    def judge(app: ImmunoSepApp) -> None:
        assert app.desk.is_locked
        assert isinstance(app.screen, SignInScreen), app.screen_stack

    in_many_timings((), deed + ctrl("l"), judge)


def test_what_is_recorded_while_the_lock_comes_does_not_open_it(in_many_timings: InManyTimings) -> None:
    def judge(app: ImmunoSepApp) -> None:
        assert isinstance(app.desk.ward.store.chart("p").entries[-1].body, Note)
        assert isinstance(app.screen, SignInScreen)
        assert "A-12" not in screen_text(app)

    note = (ENTER, ctrl("w"), "seen")
    in_many_timings(note, ENTER + ctrl("l"), judge)
    in_many_timings((*note, ENTER + ctrl("l")), "ab" + ENTER, sees("[SIGNED", "[1Overview]"))


def test_a_look_at_the_store_may_fall_into_the_opening_of_a_patient(
    in_many_timings: InManyTimings, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PatientScreen.on_mount

    async def looked_at(screen: PatientScreen) -> None:
        await screen.read_again()
        await whole(screen)

    monkeypatch.setattr(PatientScreen, "on_mount", looked_at)
    in_many_timings((), ENTER, sees("Case A-12"))


@pytest.mark.parametrize("opened", [(), (ENTER,)], ids=["board", "patient"])
def test_keys_behind_the_one_that_leaves_do_nothing(in_many_timings: InManyTimings, opened: tuple[str, ...]) -> None:
    in_many_timings(opened, CTRL_Q + ctrl("w") + F5 + F8 + ENTER, is_left)


@pytest.mark.parametrize("steps", range(6))
async def test_a_page_that_opens_while_the_program_is_left_is_no_fault(ward: Followed, steps: int) -> None:
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        opening = asyncio.create_task(app.action_evidence())
        for _ in range(steps):
            await asyncio.sleep(0)
        app.leave()
        await opening
    assert app.return_code == 0


@pytest.mark.parametrize("steps", [*range(6), 10, 20, 40])
@pytest.mark.parametrize("chosen", ["open", "admit"])
async def test_a_command_behind_which_the_program_is_left_is_no_fault(ward: Followed, chosen: str, steps: int) -> None:
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)):
        app.call_later(app.action_command, chosen)
        for _ in range(steps):
            await asyncio.sleep(0)
        app.leave()
    assert app.return_code == 0


def test_what_is_typed_behind_the_key_for_the_search_is_searched_for(in_many_timings: InManyTimings) -> None:
    in_many_timings((), "/nt1" + ENTER, sees('Patients found for "nt1": 0'))


async def test_a_room_that_has_lost_its_parts_shows_nothing_and_breaks_nothing(ward: Followed) -> None:
    """As when the window has another size at the moment at which the patient is left."""
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await pilot.pause(0.2)
        rooms = list(app.screen.query(Room))
        assert rooms
        for room in rooms:
            await room.remove_children()
            room.redraw()


async def test_a_search_that_gives_way_before_it_has_begun_leaves_nothing_behind(ward: Followed) -> None:
    """What was never awaited is told of by a finalizer: at the bedside that is a crash file, in some places."""
    app = ImmunoSepApp(ward.desk)
    with warnings.catch_warnings(record=True) as told:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("slash")
            field = app.screen.focused
            assert isinstance(field, Input)
            for text in ("n", "nt", "nt1"):
                field.value = text
            async with asyncio.timeout(5):
                while 'Patients found for "nt1": 0' not in screen_text(app):
                    await pilot.pause()
        gc.collect()
    assert not [str(warning.message) for warning in told]


def test_what_is_typed_behind_the_key_for_a_new_patient_is_typed_into_the_form(in_many_timings: InManyTimings) -> None:
    in_many_timings((), "n31" + ENTER + "t-9", sees("ok 31", "> Case", "t-9"))


async def test_a_sign_in_that_goes_on_under_a_cover_hears_keys_behind_it(ward: Followed) -> None:
    """As when the window was too small for a moment: each key was held for two seconds from then on, and went nowhere."""
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+l")
        await Hands(app, pilot).sees("Initials")
        form = app.screen.query_one(Form)
        form.go_on()
        await pilot.resize_terminal(40, 10)
        await pilot.pause(0.1)
        assert isinstance(app.screen, TooSmall)
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.1)
        assert isinstance(app.screen, SignInScreen)
        assert app.typed.is_heard


async def test_one_key_and_no_other_waits_for_what_does_not_come(
    ward: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed_ahead, "LISTENING_SECONDS", 0.05)
    monkeypatch.setattr(Form, "stay", lambda _form: None)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+l")
        await Hands(app, pilot).sees("Initials")
        app.screen.query_one(Form).go_on()
        assert not app.typed.is_heard
        await pilot.press("a", "b")
        await Hands(app, pilot).sees("ab")
        assert app.typed.is_heard
