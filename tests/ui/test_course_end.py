"""How a course ends and goes on, on screen: stop, second course, leaving and return, and what is taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.kinds import CourseStarted, CourseStopped, Left, Returned
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import enroll
from tests.support.followed import IDENTITY, LABS, SCREENING, START, Followed
from tests.ui.screen import screen_text
from tests.ui.test_recording import Bedside, keys_of

PIN = "4718"
HOUR = timedelta(hours=1)
OTHER = {"sample.2.ferritin": "900", "sample.2.hla_dr": "4000", "sample.2.sampled": "2026-05-13 06:00"}


@pytest.fixture
def ward(tmp_path: Path, protocol: Protocol) -> Followed:
    """Doses of 08:00 and 16:00 given, that of 00:00 not charted; it is 08:00 of the second day."""
    found = Followed(tmp_path, protocol)
    found.sign("p", IDENTITY | SCREENING | LABS)
    found.start("p")
    found.give_until("p", START + 9 * HOUR)
    found.now = START + 24 * HOUR
    return found


@pytest.fixture
async def bedside(ward: Followed) -> AsyncIterator[Bedside]:
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter")
        await bed.sees("Case A-12")
        enroll(ward.desk.ward.store, "AB", "doctor", PIN, None, ms(ward.now))
        yield bed
    ward.desk.close()


def bodies(bed: Bedside) -> list[object]:
    return [entry.body for entry in bed.desk.ward.store.chart("p").entries]


async def test_a_stop_names_the_dose_that_was_given_after_it(bedside: Bedside) -> None:
    await bedside.press("ctrl+e")
    await bedside.sees("STOP THE COURSE", "Last given: Tue 12 May 2026 16:10", "> Stopped at")
    await bedside.press(*keys_of("2026-05-12 12:00"))
    shown = " ".join((await bedside.sees("A dose was given")).split())
    assert "in this course after that time. In the way: no." in shown
    await bedside.press(*["backspace"] * 16, *keys_of("2026-05-13 01:00"), "enter", *"fever", "enter", *"213", "enter")
    await bedside.sees("42 doses", "1 doses of before are not charted")
    await bedside.press(*PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Saved at", "MALS STOPPED")


async def test_after_a_stop_another_course_is_planned_and_started(bedside: Bedside, ward: Followed) -> None:
    ward.stop("p", START + 17 * HOUR)
    ward.sign("p", OTHER)
    await bedside.press("escape")
    await bedside.sees("STOPPED")
    await bedside.press("enter")
    await bedside.sees("IMMUNOPARALYSIS STOPPED")
    await bedside.press("f5")
    shown = await bedside.sees("> First dose at", "STOPPED Wed 13 May 2026 01:00 by AB:", "Doses not charted: 1")
    assert "2026-05-12 08:00" not in shown
    await bedside.press(*keys_of("2026-05-13 10:00"))
    await bedside.sees("PLANNED, not started", "IMMUNOPARALYSIS PLANNED")
    await bedside.press("ctrl+e")
    await bedside.sees("START: ", "interferon gamma-1b")
    screen = bedside.app.screen
    form = screen.query_one(Form)
    form.activate("case")
    await bedside.press(*keys_of("A-12"), "enter", *"884213", "enter")
    for _question in [field for field in form.fields if field.choices]:
        await bedside.press("n", "enter")
    form.activate("laboratory")  # the ferritin fell so much that a hook effect is possible
    await bedside.press(*keys_of("Dr Lab diluted it"))
    form.activate("reason")
    await bedside.press(*keys_of("new sample"), "enter", *PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Saved at", "IMMUNOPARALYSIS RUNNING")
    assert sum(isinstance(body, CourseStarted) for body in bodies(bedside)) == 2
    shown = await bedside.sees("Next dose 1 of")
    assert "> First dose at" not in shown
    await bedside.press("pagedown")
    await bedside.sees("Earlier course, planned from Tue 12 May 2026 08:00")
    await bedside.press("end")
    await bedside.sees("Dose 45 of 45, anakinra", "cancelled")
    await bedside.press("f1")
    await bedside.sees("Doses of an earlier course not charted: 1")


async def test_a_first_dose_that_is_taken_out_again_leaves_no_draft(bedside: Bedside, ward: Followed) -> None:
    ward.stop("p", START + 17 * HOUR)
    await bedside.press("f5", "f1", "f5")
    await bedside.press("escape", "enter", "f5")
    await bedside.sees("> First dose at")
    await bedside.press("2", "backspace")
    await bedside.sees("[SIGNED")
    assert "DRAFT" not in screen_text(bedside.app)


async def test_leaving_and_return_are_said_and_the_course_goes_on(bedside: Bedside, ward: Followed) -> None:
    await bedside.press("ctrl+f7")
    await bedside.sees("WHERE THE PATIENT IS", "d or l")
    await bedside.press(
        "l", "enter", *keys_of("2026-05-13 07:30"), "enter", *keys_of("to theatre"), "enter", *"213", "enter"
    )
    await bedside.sees("THE PATIENT LEFT ALIVE", "Left Wed 13 May 2026 07:30.", "the course goes on by its plan")
    await bedside.press(*PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Saved at", "LEFT")
    assert isinstance(bodies(bedside)[-1], Left)
    await bedside.press("f5")
    await bedside.sees("LEFT since Wed 13 May 2026 07:30. Nothing is due.")
    ward.now += 3 * HOUR
    await bedside.press("ctrl+f7")
    await bedside.sees("LEFT since", "d or b")
    await bedside.press("b", "enter", *keys_of("2026-05-13 07:00"))
    shown = " ".join((await bedside.sees("Only who left alive")).split())
    assert "comes back, and not before leaving. In the way: no." in shown
    await bedside.press(
        *["backspace"] * 16, *keys_of("2026-05-13 10:00"), "enter", *keys_of("theatre"), "enter", *"213"
    )
    await bedside.sees("BACK ON THE WARD", "The course is RUNNING then.", "Doses not charted then: 2.")
    await bedside.press("enter", *PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Saved at", "MALS RUNNING day 2")
    assert bodies(bedside)[-1] == Returned("theatre")
    await bedside.press("f8")
    await bedside.sees("Back on the ward: From theatre", "No more values: the patient left")


async def test_taking_back_asks_the_proof_of_the_deed_and_says_what_runs_again(
    bedside: Bedside, ward: Followed
) -> None:
    ward.stop("p", START + 17 * HOUR)
    await bedside.press("escape", "enter", "f8")
    await bedside.sees("Course stopped")
    form_keys = ("enter",)
    await bedside.press(*form_keys)
    await bedside.sees("TAKE IT BACK", "The course is RUNNING then.", "Doses due then: 1.", "> Stopped at", "PIN")
    await bedside.press("enter", *"error", "enter", *PIN[:2], "enter")
    await bedside.may_sign()
    assert isinstance(bodies(bedside)[-1], CourseStopped)
    await bedside.press("up", "up")
    screen = bedside.app.screen
    screen.query_one(Form).activate("at")
    await bedside.press(*keys_of("2026-05-12 12:00"))
    await bedside.sees("CORRECT THE STOP", "A dose was given")
    await bedside.press(*["backspace"] * 16, *keys_of("2026-05-13 00:30"))
    screen.query_one(Form).activate("pin")
    await bedside.press(*["backspace"] * 4, *PIN)
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("Saved at")
    chart = bedside.desk.ward.store.chart("p")
    assert chart.course is not None
    assert chart.course.stopped == ms(START + 16.5 * HOUR)


async def test_a_leaving_is_not_typed_away_without_a_pin(bedside: Bedside, ward: Followed) -> None:
    ward.leave("p", START + 23 * HOUR)
    await bedside.press("escape", "enter", "f7")
    form = bedside.app.screen.query_one("#response-room").query_one(Form)
    form.activate("final")
    await bedside.press(*["backspace"] * 3, "ctrl+s")
    await bedside.sees("is taken away", "Reason", "PIN")
    await bedside.may_sign()
    await bedside.press(*"slip", "enter", "enter")
    await bedside.sees("Type your PIN.")
    assert isinstance(bodies(bedside)[-1], Left)
