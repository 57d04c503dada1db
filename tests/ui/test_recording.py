"""Signing and recording on screen: what is read before, what is said after, and what happens when the store fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Admitted, CourseStarted, Dose
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.engine import Broken
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.screens import recording
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.sign import SignScreen
from immunosep_tui.ui.widgets import board_list
from tests.support.wards import desk_of
from tests.ui.hands import Hands
from tests.ui.screen import screen_text

SIZES = [(80, 24), (120, 40)]
NARROW_FIRST = [(80, 24), pytest.param((120, 40), marks=pytest.mark.deep)]
"""What is typed on both; the wider window in the long tier, because every room is looked at in both as a snapshot."""

SHEET = {
    "identity.place": "7",
    "identity.case": "A-12",
    "identity.identifier": "884213",
    "labs.ferritin": "900",
    "labs.hla_dr": "4000",
}


class Bedside(Hands):
    """A running app on one typed patient, with a person signed in."""

    app: ImmunoSepApp

    def __init__(self, desk: Desk, app: ImmunoSepApp, pilot: Pilot[int]) -> None:
        super().__init__(app, pilot)
        self.desk = desk

    async def may_sign(self) -> None:
        """Everything was read, what is wanted a second time was typed, and the time is over in which the screen is deaf."""
        screen = self.app.screen
        assert isinstance(screen, RecordingScreen)
        screen.action_read_to_end()
        screen._opened -= recording.DEAF
        if isinstance(screen, SignScreen) and (wanted := [key for key in screen._twice if not screen.text(key)]):
            form = screen.query_one(Form)
            for key in wanted:
                form.activate(key)
                await self.press(*keys_of(screen._twice[key]))
            form.activate(form.fields[-1].name)

    async def signs(self, *seen: str) -> None:
        """Read what is new on the sheet, with these texts in it, and sign; what comes of it is for the test to see."""
        await self.press("ctrl+s")
        await self.sees("Sign as", *seen)
        await self.may_sign()
        await self.press("enter")


@pytest.fixture(params=NARROW_FIRST, ids=["80x24", "120x40"])
async def bedside(request: pytest.FixtureRequest, protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    desk.author = Author("AB", "doctor")
    app = ImmunoSepApp(desk)
    async with app.run_test(size=request.param) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12", "DRAFT")
        await bed.press("enter")
        await bed.sees("Case A-12")
        yield bed
    desk.close()


async def test_what_is_new_is_read_before_it_is_signed(bedside: Bedside) -> None:
    await bedside.press("ctrl+s")
    shown = await bedside.sees("Sign as AB, doctor", "Bed: 7", "-> IMMUNOPARALYSIS", "> Ferritin again", "Enter signs")
    assert "900" not in shown  # what is typed a second time is not shown before
    assert bedside.desk.ward.store.chart("p").n == 0
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Saved at", "3 entries, read back", "[SIGNED")
    assert [entry.kind for entry in bedside.desk.ward.store.chart("p").entries] == ["admitted", "labs", "decision"]
    assert bedside.desk.ward.drafts.all() == ()
    await bedside.press("ctrl+s")
    await bedside.sees("Nothing is new")
    await bedside.press("escape", "escape")
    shown = await bedside.sees("Ward board")
    assert "DRAFT" not in shown


async def test_keys_typed_ahead_sign_nothing(bedside: Bedside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "DEAF", 60.0)
    await bedside.press("ctrl+s", *["enter"] * 20)
    await bedside.sees("Sign as AB")
    assert bedside.desk.ward.store.chart("p").n == 0


async def test_a_correction_asks_why_and_escape_keeps_the_draft(bedside: Bedside) -> None:
    await bedside.signs()
    await bedside.sees("[SIGNED")
    await bedside.press("f3")
    await bedside.sees("> Ferritin")
    await bedside.press(*"9000")
    await bedside.press("ctrl+s")
    await bedside.sees("Ferritin: typed; once more below", "Reason")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Say why first")
    await bedside.press("escape")
    await bedside.sees("[DRAFT")
    await bedside.press("ctrl+s")
    await bedside.sees("> Ferritin again")
    await bedside.may_sign()
    await bedside.press(*"digit")
    await bedside.press("enter")
    await bedside.sees("[SIGNED")
    chart = bedside.desk.ward.store.chart("p")
    assert chart.sheet.text("labs.ferritin") == "9000"
    assert chart.entries[3].reason == "digit"
    assert chart.entries[3].corrects == 2


async def test_a_full_disk_is_said_and_nothing_typed_is_lost(bedside: Bedside, monkeypatch: pytest.MonkeyPatch) -> None:
    await bedside.press("ctrl+s")
    await bedside.sees("Enter signs")
    run = bedside.desk.ward.store.engine.run

    def fails(statement: str, values: dict[str, Any] | None = None) -> Any:
        if statement.startswith("INSERT INTO ledger"):
            raise Broken("full", "database or disk is full")
        return run(statement, values or {})

    monkeypatch.setattr(bedside.desk.ward.store.engine, "run", fails)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("NOT SAVED: The disk is full.", "Ferritin again   ok 900")
    monkeypatch.undo()
    assert bedside.desk.ward.drafts.all()[0].texts == SHEET
    await bedside.press("enter")
    await bedside.sees("[SIGNED")


async def test_a_commit_in_doubt_is_looked_up_and_not_repeated(
    bedside: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bedside.press("ctrl+s")
    await bedside.sees("Enter signs")
    engine = bedside.desk.ward.store.engine
    run, lost = engine.run, False

    def fails(statement: str, values: dict[str, Any] | None = None) -> Any:
        nonlocal lost
        if statement == "COMMIT" and not lost:
            lost = True
            run(statement)
            raise Broken("lost", "the answer never came")
        if statement == "BEGIN IMMEDIATE" and lost:
            raise Broken("unreachable", "no route")
        return run(statement, values or {})

    monkeypatch.setattr(engine, "run", fails)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("NOT KNOWN YET")
    monkeypatch.undo()
    await bedside.press("enter")
    await bedside.sees("[SIGNED")
    assert bedside.desk.ward.store.chart("p").n == 3


async def test_a_colleague_who_signs_first_is_shown(bedside: Bedside) -> None:
    await bedside.press("ctrl+s")
    await bedside.sees("Enter signs")
    other = Proposal("p", Admitted("9", "A-12", "884213"), Author("CD", "nurse"), 0, "other")
    bedside.desk.ward.store.append([other], 0)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("NOT SAVED: CD has changed this record", "Bed: 7", "(was 9)")


def keys_of(text: str) -> list[str]:
    return [{" ": "space", "-": "minus", ":": "colon"}.get(c, c) for c in text]


async def answer_the_check(bedside: Bedside) -> None:
    """Sign the sheet, plan a first dose, and answer everything that the check asks; Enter then starts it."""
    await bedside.signs()
    await bedside.sees("[SIGNED")
    await bedside.press("f5")
    await bedside.sees("> First dose at")
    await bedside.press(*keys_of((datetime.now(UTC) - timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M")))
    await bedside.sees("PLANNED, not started")
    await bedside.press("ctrl+e")
    await bedside.sees("START: interferon gamma-1b 100 mcg subcutaneous", "> Case, again")
    await bedside.press(*keys_of("A-12"), "enter", *"884213", "enter", *["n", "enter"] * 4)
    await bedside.sees("> Reason", "Screening (F2)")
    await bedside.press(*"consent")
    await bedside.may_sign()


async def test_a_course_starts_only_through_its_check(bedside: Bedside) -> None:
    await bedside.press("ctrl+e")
    await bedside.sees("START A COURSE", "Enter the time of the first dose.")
    await bedside.press("escape", "f5")
    await bedside.sees("> First dose at")
    await bedside.press("ctrl+n", "ctrl+e")
    await bedside.sees("Sign the laboratory values first")
    await bedside.press("escape", "ctrl+s")
    await bedside.sees("Enter signs", "NOT SIGNED: started and stopped with Ctrl+E")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Saved at")
    assert bedside.desk.ward.store.chart("p").course is None
    await bedside.press("ctrl+e")
    await bedside.sees("START: interferon", "> Case, again")
    await bedside.may_sign()
    for wanted, typed in (
        ("Type the case number", [*keys_of("A-13"), "enter", *["down"] * 8]),
        ("Type the case number", [*["up"] * 8, *keys_of("A-12"), "enter", *"884213", *["down"] * 8]),
        ("Answer first: E. coli", ["up"]),
    ):
        await bedside.press(*typed)
        await bedside.press("enter", *["down"] * 8)
        await bedside.press("enter")
        if wanted == "Answer first: E. coli":
            await bedside.sees(wanted)
    assert bedside.desk.ward.store.chart("p").course is None


async def test_a_contraindication_forbids_the_start_and_a_caution_asks_why(bedside: Bedside) -> None:
    await answer_the_check(bedside)
    await bedside.press("up", "up", "up", "up", "y", "enter", "y", "enter", "enter", "enter")
    await bedside.sees("YES: it cannot be started")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("It cannot be started: E. coli allergy")
    await bedside.press("up", "up", "up", "up", "n", "enter", "enter", "enter", "enter", "enter")
    await bedside.sees("RUNNING day 1 of 15.")
    entry = bedside.desk.ward.store.chart("p").entries[-1]
    assert entry.reason == "consent"
    assert isinstance(entry.body, CourseStarted)
    assert entry.body.answers == {"e-coli": "no", "seizures": "yes", "heart": "no", "renal": "no"}


async def test_a_dose_is_recorded_for_the_patient_whose_identifier_is_typed(bedside: Bedside) -> None:
    await answer_the_check(bedside)
    await bedside.press("enter")
    await bedside.sees("RUNNING day 1 of 15. Next dose 1 of 8")
    await bedside.press("ctrl+y")
    await bedside.sees("interferon gamma-1b 100 mcg subcutaneous", "Dose 1 of 8")
    await bedside.may_sign()
    await bedside.press("g", "enter", "enter")  # the present minute is offered, and no reason is asked
    await bedside.press(*"999", "enter")
    await bedside.sees("Correct first: Identifier ends")
    assert bedside.desk.ward.store.chart("p").next_slot.number == 1  # type: ignore[union-attr]
    await bedside.press("backspace", "backspace", "backspace", *"213", "enter")
    await bedside.sees("RUNNING day 1 of 15. Next dose 2 of 8")
    chart = bedside.desk.ward.store.chart("p")
    assert chart.entries[-1].body == Dose(4, 1, "given")
    assert chart.next_slot is not None
    assert chart.next_slot.number == 2


async def test_digits_that_were_meant_for_another_row_are_no_reason(bedside: Bedside) -> None:
    await answer_the_check(bedside)
    await bedside.press("enter")
    await bedside.sees("RUNNING day 1 of 15.")
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 1 of 8")
    await bedside.may_sign()
    await bedside.press("h", "enter", "enter", *"213", "enter", *"213", "enter")
    await bedside.sees("Correct first: Reason. Say it in words")
    assert bedside.desk.ward.store.chart("p").next_slot.number == 1  # type: ignore[union-attr]


async def test_a_dose_outside_its_window_asks_why(bedside: Bedside, monkeypatch: pytest.MonkeyPatch) -> None:
    await answer_the_check(bedside)
    await bedside.press("enter")
    await bedside.sees("RUNNING day 1 of 15.")
    now = bedside.desk.now()
    monkeypatch.setattr(bedside.desk, "now", lambda: now + timedelta(hours=3))
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 1 of 8")
    await bedside.press("g", "enter")
    shown = await bedside.sees("> At")
    assert "Reason" not in shown
    await bedside.press("ctrl+n", "enter")
    await bedside.sees("> Reason", "LATE by 3 h 0", "convention)")


async def test_a_course_is_stopped_with_a_reason_and_nothing_can_be_recorded_after(bedside: Bedside) -> None:
    await answer_the_check(bedside)
    await bedside.press("enter")
    await bedside.sees("RUNNING day 1 of 15.")
    await bedside.press("ctrl+e")
    await bedside.sees("STOP THE COURSE", "are cancelled: 8 are open")
    await bedside.may_sign()
    await bedside.press("ctrl+n", "enter", "enter", *"213", "enter")
    await bedside.sees("Say why the course is stopped")
    await bedside.press("up", *"rash", "enter", "enter")
    await bedside.sees("STOPPED", "by AB:", "rash", "s x")
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 1 of 8", "The course was stopped")


async def test_the_board_finds_a_patient_and_opens_only_the_last_one_left(
    bedside: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_list, "DEAF", 0.0)  # nobody has to look again after the list has changed
    bedside.desk.ward.put(Patient("q", {**SHEET, "identity.case": "B-77", "identity.place": "8"}))
    await bedside.press("escape")
    await bedside.sees("Patients: 2", "B-77")
    await bedside.press("slash", "7")
    await bedside.sees("found for", ": 2.")
    await bedside.press("enter")
    await bedside.sees("found for")
    await bedside.press("slash", "end", "7")
    await bedside.sees(": 1.")
    await bedside.press("enter")
    await bedside.sees("Case B-77")


async def test_a_clock_in_doubt_is_confirmed_by_whoever_signs(
    bedside: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = bedside.desk.ward.store
    other = Proposal("q", Admitted("9", "B-1", "5"), Author("CD", "nurse"), 0, "other")
    monkeypatch.setattr("immunosep_tui.store.store.doubt", lambda *_: "")
    now = store._clock()
    monkeypatch.setattr(store, "_clock", lambda: replace(now, utc=now.utc + 3_600_000))
    store.append([other], 0)
    monkeypatch.undo()
    await bedside.signs()
    await bedside.sees("NOT SAVED: The clock of this machine lies before the last entry.", "Is it ")
    await bedside.press("enter")
    assert store.chart("p").n == 0
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("[SIGNED")
    assert all("confirmed" in entry.reason for entry in store.chart("p").entries)


async def test_whose_record_it_is_does_not_scroll_away(bedside: Bedside) -> None:
    await bedside.press("ctrl+s")
    await bedside.sees("Enter signs")
    await bedside.press(*["down"] * 12, "pagedown")
    shown = screen_text(bedside.app)
    assert "Sign as AB, doctor  -  Bed 7 | Case A-12 | 884213" in shown
