"""The training room's screens: what a learner sees and types, and that nothing crosses over to the ward."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.engine import Broken
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.screens.help import HelpScreen
from immunosep_tui.ui.screens.training.classroom import Classroom
from immunosep_tui.ui.screens.training.round import RoundScreen
from immunosep_tui.ui.training_app import TrainingApp
from immunosep_tui.ui.widgets.training_line import TrainingLine
from tests.support.classes import LEARNER, begun, classroom
from tests.support.wards import desk_of
from tests.ui.hands import Hands
from tests.ui.screen import screen_text

CASES = ("made/ferritin-exact/2/7", "made/carried-forward/2/7")


class Room(Hands):
    """The training room with one learner in it."""

    def __init__(self, app: TrainingApp | ImmunoSepApp, pilot: Pilot[int], room: Classroom) -> None:
        super().__init__(app, pilot)
        self.room = room

    async def sees(self, *texts: str) -> str:
        """Wait until the screen shows all of these, below its first line."""
        shown = await super().sees(*texts)
        assert shown.startswith(" TRAINING - NOT A PATIENT")
        assert len(self.app.screen.query(TrainingLine)) == 1
        return shown

    async def goes_on(self) -> None:
        """Go on with the open round."""
        await self.sees("OPEN ROUND")
        await self.press("enter")
        await self.sees("Press the number")

    async def answers_the_first(self) -> None:
        """Go on with the open round and answer its first question rightly."""
        await self.goes_on()
        await self.press("3", "enter")
        await self.sees("[+] RIGHT")


@asynccontextmanager
async def opened(
    folder: Path, names: Sequence[str] = (), mode: str = "learn", *, clock: int = 0, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Room]:
    """The training room, with an open round of these cases where there are any."""
    room = classroom(folder)
    if names:
        begun(room.book, room.protocol, mode, names, clock)
    app = TrainingApp(room)
    async with app.run_test(size=size) as pilot:
        yield Room(app, pilot, room)
    room.book.close()


async def test_a_digit_marks_and_enter_gives_what_is_kept_before_it_is_explained(tmp_path: Path) -> None:
    async with opened(tmp_path, CASES) as seen:
        await seen.sees("OPEN ROUND: Learn, 0 answered", "Training room: AB")
        await seen.press("enter")
        shown = await seen.sees("Case 1 of 2", "4420 ng/mL", "1 MALS", "Press the number")
        assert "exactly at its cut-off" not in shown  # the title would give the answer away
        await seen.press("enter")
        await seen.sees("No answer yet")
        await seen.press("9", "3")
        await seen.sees("> 3 Unclassified", "Enter gives this answer")
        await seen.press("1")
        await seen.sees("> 1 MALS")
        assert not seen.room.book.answers(LEARNER)
        await seen.press("ctrl+r")
        await seen.sees("Hint: Exactly at the cut-off")
        await seen.press("enter")
        await seen.sees(
            "[x] NOT RIGHT: MALS", "Right is: Unclassified", "the comparison is strict", "Case 1 of 2: Ferritin"
        )
        given = seen.room.book.answers(LEARNER)[0]
        assert (given.answer, given.right, given.hinted, given.misreading) == (
            "mals",
            False,
            True,
            "ferritin-at-cut-off",
        )
        await seen.press("d")
        await seen.sees("The debrief follows the last question")
        await seen.press("enter")
        await seen.sees("What did the trial give")
        await seen.press("3", "enter")
        await seen.sees("[+] RIGHT: no drug")
        await seen.press("d")
        await seen.sees("Question 1 of 2", "Answer: Unclassified")
        await seen.press("escape", "enter")
        await seen.sees("Day 5 has no measured total", "> Answer", "Total    6  6  6  -  -  3  4  1  1")


async def test_a_number_is_shown_as_typed_and_refused_with_a_reason(tmp_path: Path) -> None:
    async with opened(tmp_path, CASES[1:]) as seen:
        await seen.sees("OPEN ROUND")
        await seen.press("enter")
        await seen.sees("> Answer")
        await seen.press(*"6,5")
        await seen.sees("6,5", "!!")
        await seen.press("enter")
        await seen.sees("Not given: the reason stands below it.", "6,5", "!!")
        assert not seen.room.book.answers(LEARNER)
        await seen.press("6", "enter")
        await seen.sees("[+] RIGHT: 6")


async def test_keys_in_one_go_come_to_the_question_that_they_lead_to(tmp_path: Path) -> None:
    """From an answer that is chosen to a number that is typed: the row has the keyboard as soon as it is asked for."""
    async with opened(tmp_path, CASES) as seen:
        await seen.answers_the_first()
        await seen.press("enter", "1", "enter", "enter", *"77")
        await seen.sees("> Answer", "77")


async def test_escape_leaves_a_round_and_it_goes_on_where_it_was(tmp_path: Path) -> None:
    async with opened(tmp_path, CASES) as seen:
        await seen.answers_the_first()
        await seen.press("escape")
        await seen.sees("OPEN ROUND: Learn, 1 answered")
        await seen.press("1")
        await seen.sees("A round is open")
        await seen.press("enter")
        await seen.sees("What did the trial give", "Case 1 of 2")
        await seen.press("escape", "x")
        await seen.sees("Last round: Learn, 1 of 1 right")
        assert seen.room.book.open_round(LEARNER) is None


async def test_a_test_gives_no_hint_and_explains_after_the_round(tmp_path: Path) -> None:
    async with opened(tmp_path, CASES[:1], "test") as seen:
        await seen.sees("OPEN ROUND: Test")
        await seen.press("enter")
        await seen.sees("Press the number")
        await seen.press("ctrl+r")
        await seen.sees("no hints in a test")
        await seen.press("1", "enter")
        shown = await seen.sees("What did the trial give", "Press the number")
        assert "RIGHT" not in shown
        await seen.press("3", "enter")
        await seen.sees("The round is over: 1 of 2 right.", "[x] NOT RIGHT, case 1", "You: MALS", "[+] RIGHT, case 1")
        await seen.press("d")
        await seen.sees("Question 1 of 2", "Answer: Unclassified")
        await seen.press("escape", "enter")
        await seen.sees("Training room: AB", "Last round: Test, 1 of 2 right")


@pytest.mark.parametrize("key", ["w", "s"])
async def test_a_form_that_is_finished_under_a_cover_stays_and_hears_keys(tmp_path: Path, key: str) -> None:
    async with opened(tmp_path) as seen:
        await seen.sees("Training room: AB")
        await seen.press(key)
        asked = seen.app.screen
        form = asked.query_one(Form)
        form.type_text("1")
        form.go_to_end(-1)
        form.go_on()
        await seen.app.action_help()
        await seen.pilot.pause(0.1)
        assert isinstance(seen.app.screen, HelpScreen)
        await seen.press("escape")
        assert seen.app.screen is asked
        assert seen.app.typed.is_heard


async def test_what_covers_a_round_at_its_end_does_not_give_way(tmp_path: Path) -> None:
    async with opened(tmp_path, CASES[:1], "test") as seen:
        await seen.goes_on()
        await seen.press("1", "enter")
        await seen.sees("What did the trial give", "Press the number")
        await seen.press("3")
        screen = seen.app.screen
        assert isinstance(screen, RoundScreen)
        await screen.action_answer()
        await seen.app.action_help()
        await seen.app.workers.wait_for_complete()
        assert seen.room.book.open_round(LEARNER) is None
        assert isinstance(seen.app.screen, HelpScreen)
        await seen.press("escape", "enter")
        await seen.sees("The round is over: 1 of 2 right.")


async def test_when_the_time_runs_out_the_answer_counts_as_not_given(tmp_path: Path) -> None:
    async with opened(tmp_path, CASES[:1], "test", clock=1) as seen:
        await seen.sees("OPEN ROUND")
        await seen.press("enter")
        await seen.sees("The round is over: 0 of 2 right.", "You: no answer")
        assert [given.answer for given in seen.room.book.answers(LEARNER)] == ["", ""]


async def test_what_cannot_be_written_is_said_and_can_be_given_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, CASES[:1]) as seen:
        await seen.goes_on()

        def full(*_given: object) -> None:
            raise Broken("full", "disk")

        with monkeypatch.context() as broken:
            broken.setattr(seen.room.book.engine, "run", full)
            await seen.press("3", "enter")
            await seen.sees("NOT SAVED", "Enter tries again", "> 3 Unclassified")
        await seen.press("enter")
        await seen.sees("[+] RIGHT")
        assert len(seen.room.book.answers(LEARNER)) == 1


async def test_a_course_shows_each_day_what_is_new_and_what_was_recorded(tmp_path: Path) -> None:
    async with opened(tmp_path, ["made/responder/2/3"], "bedside") as seen:
        await seen.sees("OPEN ROUND: Bedside")
        await seen.press("enter")
        await seen.sees("Day 1 of 15", "New today", "no decision changes")
        await seen.press("1", "enter")
        await seen.sees("[+] RIGHT")
        await seen.press("enter")
        await seen.sees("is due at 09:55", "1 give it", "2 hold it and ask", "3 stop the whole course")
        await seen.press("2", "enter")
        await seen.sees("Recorded: held", "never made up", "held: day 1", "Enter goes on")
        await seen.press("enter")
        await seen.sees("Day 2 of 15", "When is the next dose due")
        await seen.press("escape", "enter")
        await seen.sees("Day 2 of 15", "held: day 1")


async def test_somebody_new_and_somebody_known(tmp_path: Path) -> None:
    room = classroom(tmp_path, "")
    begun(room.book, room.protocol, "learn", CASES)
    app = TrainingApp(room)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Room(app, pilot, room)
        await seen.sees("Who learns?", "  1 AB", "> Who learns?")
        await seen.press("enter")
        await seen.sees("> Who learns?")
        await seen.press("escape")
        await seen.sees("Nobody learns yet")
        await seen.press("1")
        await seen.sees("Nobody learns yet: W asks who.")
        await seen.press("w")
        await seen.sees("> Who learns?")
        await seen.press("1", "enter")
        await seen.sees("Training room: AB", "OPEN ROUND")
        await seen.press("w", *"cd", "enter")
        shown = await seen.sees("Training room: cd", "Nothing was asked yet.")
        assert "OPEN ROUND" not in shown
        await seen.press("s", *"4711", "enter", *"0", "enter", "enter")
        await seen.sees("A round has one case at least.")
        await seen.press("up", "up", *"3", "enter", "enter")
        await seen.sees("Next round: 3 cases, class, seed 4711, no clock.")
        await seen.press("ctrl+l")
        await seen.sees("Nothing is locked here")
        await seen.press("p")
        await seen.sees("Answers: 0")
        await seen.press("f10")
        await seen.sees("NCT04990232")
    room.book.close()


async def test_nothing_crosses_over_to_the_ward(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    sheet = Patient(
        "p", {"identity.place": "7", "identity.case": "A-12", "identity.identifier": "1", "labs.ferritin": "900"}
    )
    desk = desk_of(protocol, [sheet], folder=tmp_path)
    ward = desk.ward
    before = (ward.store.head().seq, ward.drafts.all(), ward.get("p"))
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Room(app, pilot, classroom(tmp_path))
        while "A-12" not in screen_text(app):
            await pilot.pause(0.02)
        await seen.press("t")
        await seen.sees("Who learns?")
        await seen.press(*"AB", "enter")
        await seen.sees("Training room: AB")
        await seen.press("5")
        await seen.sees("Case 1 of 10")
        await seen.press("1", "enter")
        await seen.sees("RIGHT")
        await seen.press("ctrl+s", "ctrl+y", "n")
        assert not any(name in screen_text(app) for name in ("A-12", "SAMPLE"))
        assert desk.author is None
        assert (ward.store.head().seq, ward.drafts.all(), ward.get("p")) == before
        await seen.press("ctrl+l")
        while "LOCKED" not in screen_text(app):
            await pilot.pause(0.02)
        assert "RIGHT" not in screen_text(app)
        assert desk.is_locked
    desk.close()
