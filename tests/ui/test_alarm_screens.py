"""The screens about alarms at both sizes: seen for at most eight hours, ended by a doctor, red cells, another dose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.entry import Author
from immunosep_tui.record.kinds import Acknowledged, Dose, LimitEnded, RedCells
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.screens.patient import ROOMS
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.people import enroll
from tests.support.followed import IDENTITY, LABS, START, Followed
from tests.ui.screen import screen_text
from tests.ui.test_recording import NARROW_FIRST, Bedside, keys_of

PIN = "4718"
HOUR = timedelta(hours=1)


class AtTheBed(Bedside):
    """Somebody at a patient who bleeds, whose clock is moved by hand."""

    ward: Followed

    async def signs_here(self) -> None:
        """Read to the end and press Enter."""
        await self.may_sign()
        await self.press("enter")


@pytest.fixture(params=NARROW_FIRST, ids=["80x24", "120x40"])
async def bedside(request: pytest.FixtureRequest, protocol: Protocol, tmp_path: Path) -> AsyncIterator[AtTheBed]:
    """Two hours after the first dose was due: a bleed of WHO 3, a hemoglobin of 6.6, creatinine clearance of 25."""
    ward = Followed(tmp_path, protocol)
    ward.sign("p", IDENTITY | LABS)
    ward.start("p")
    ward.now = START + 2 * HOUR
    ward.sign("p", {"monitoring.1.anakinra-hemoglobin": "6.6 09:30"})
    ward.sign("p", {"monitoring.1.anakinra-creatinine-clearance": "25"})
    ward.bleed("p", 3, "stop", "fresh blood from the stomach tube")
    enroll(ward.desk.ward.store, "AB", "doctor", PIN, None, ms(ward.now))
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=request.param) as pilot:
        bed = AtTheBed(ward.desk, app, pilot)
        bed.ward = ward
        ward.desk.author = None
        await bed.sees("LOCKED", "STOP: 1. CALL: 1.")
        await bed.press(*"ab", "enter", *PIN, "enter")
        await bed.sees("Ward board", "[STOP] Bleeding WHO 3")
        await bed.press("enter")
        await bed.sees("Case A-12")
        yield bed
    ward.desk.close()


async def test_alarms_stand_above_every_room_and_in_its_header(bedside: AtTheBed) -> None:
    for key, _label, _kind in ROOMS.values():
        await bedside.press("ctrl+o" if key == "^O" else key.lower())
        lines = screen_text(bedside.app).splitlines()
        assert "STOP 1  CALL 1" in lines[0], lines[0]
        above = "\n".join(lines[2:6])
        assert above.index("[STOP] Bleeding WHO 3") < above.index("[CALL] Hemoglobin 6.6 g/dL"), key


async def test_an_acknowledgement_holds_for_eight_hours_at_most_and_asks_for_the_pin(bedside: AtTheBed) -> None:
    await bedside.press("ctrl+u")
    await bedside.sees("LOOK AT THIS", "> What is done", "[LOOK]", "asks again Tue 12 May 2026 18:00")
    before = bedside.ward.desk.ward.store.chart("p").n
    await bedside.press(*keys_of("Dr Lee called"), "enter", *"9", "enter", *PIN)
    await bedside.signs_here()
    await bedside.sees("Correct first: Holds for")
    await bedside.press("up", "backspace", "enter", "backspace")
    await bedside.signs_here()
    assert bedside.ward.desk.ward.store.chart("p").n == before, "signed with a wrong PIN"
    await bedside.press("escape", "ctrl+u")
    await bedside.sees("> What is done")
    await bedside.press(*keys_of("Dr Lee called"), "enter", "enter", *PIN)
    await bedside.signs_here()
    await bedside.sees("Saved at", "seen by AB, asks again 18:00")
    alarms, looks = bedside.ward.desk.ward.store.chart("p").entries[-2:]
    assert isinstance(alarms.body, Acknowledged)
    assert isinstance(looks.body, Acknowledged)
    assert (alarms.body.until, looks.body.until) == (ms(START + 10 * HOUR), ms(START + 6 * HOUR))
    bedside.ward.now = START + 10 * HOUR
    await bedside.press("f2")
    await bedside.sees("[2Screening]")
    assert "seen by" not in screen_text(bedside.app)


async def test_a_stop_is_over_when_a_doctor_says_why(bedside: AtTheBed) -> None:
    await bedside.press("ctrl+f6")
    await bedside.sees("WHAT IS OVER?", "1  [STOP] Bleeding WHO 3", "A STOP is ended by: doctor")
    assert "2  [CALL] Hemoglobin" not in screen_text(bedside.app), "a drawing ends that one"
    await bedside.press(*"1", "enter", "enter", *PIN)
    await bedside.signs_here()
    await bedside.sees("Say why it is over.")
    await bedside.press("up", *keys_of("clipped, dry since 12 h"), "enter")
    await bedside.signs_here()
    await bedside.sees("Over: [STOP] Bleeding WHO 3.", "CALL 1", "[SIGNED 10:00 AB]")
    entry = bedside.ward.desk.ward.store.chart("p").entries[-1]
    assert isinstance(entry.body, LimitEnded)
    assert (entry.body.level, entry.reason) == ("stop", "clipped, dry since 12 h")
    assert "STOP" not in screen_text(bedside.app).splitlines()[0]


async def test_a_nurse_does_not_end_a_stop(bedside: AtTheBed) -> None:
    bedside.ward.desk.author = Author("AB", "nurse")
    await bedside.press("ctrl+f6")
    await bedside.sees("WHAT IS OVER?")
    before = bedside.ward.desk.ward.store.chart("p").n
    await bedside.press(*"1", "enter", *keys_of("dry"), "enter", *PIN)
    await bedside.signs_here()
    await bedside.sees("A STOP is ended by: doctor. You sign as nurse.")
    assert bedside.ward.desk.ward.store.chart("p").n == before


async def test_red_cells_are_recorded_with_their_time_and_units(bedside: AtTheBed) -> None:
    await bedside.press("ctrl+f8")
    await bedside.sees("RED CELLS", "> At")
    await bedside.press("ctrl+n", "enter", *"0", "enter")
    await bedside.signs_here()
    await bedside.sees("Correct first: Red cells")
    await bedside.press("backspace", *"2")
    await bedside.signs_here()
    await bedside.sees("Saved at", "2 units of red cells with bleeding: ISTH criteria?")
    entry = bedside.ward.desk.ward.store.chart("p").entries[-1]
    assert (entry.body, entry.at) == (RedCells(2), ms(bedside.ward.now))


async def test_another_dose_than_the_one_that_is_due_is_chosen_on_the_calendar(bedside: AtTheBed) -> None:
    bedside.ward.now = START + 16 * HOUR
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 3 of 45", "STOP: the limits ask to hold it")
    await bedside.press("escape", "f5")
    await bedside.sees("Dose 3 of 45")
    await bedside.press("up", "left", "left", "enter")
    await bedside.sees("Dose 1 of 45", "This is not the next dose: that is dose 3")
    await bedside.press("h", "enter", "ctrl+n", "enter", *keys_of("bleeding"), "enter", *"213", "enter", *PIN)
    await bedside.signs_here()
    await bedside.sees("Saved at", "(1 held)", "due Tue 12 May 2026 08:00: held.", "held 00:00 AB: bleeding")
    body = bedside.ward.desk.ward.store.chart("p").entries[-1].body
    assert isinstance(body, Dose)
    assert (body.slot, body.outcome) == (1, "held")
