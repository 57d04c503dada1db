"""Charting at the bedside: the dose chosen on the calendar, the backlog in one deed, parts, holds, and moved plans."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.kinds import NOT_CHARTED, Dose, ExtraDose, HoldEnded, PlanMoved
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.widgets.course_panel import CoursePanel
from immunosep_tui.ward.deeds import record_dose, stop_course, take_back
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.people import enroll
from tests.support.followed import IDENTITY, LABS, START, Followed
from tests.ui.screen import screen_text
from tests.ui.test_recording import NARROW_FIRST, Bedside, keys_of

PIN = "4718"
HOUR = timedelta(hours=1)
WHOSE = (*"213", "enter", *PIN)


class AtTheBed(Bedside):
    """Somebody at a patient on anakinra whose clock is moved by hand."""

    ward: Followed

    @property
    def chart(self) -> Chart:
        """The record as it is in the store."""
        return self.ward.desk.ward.store.chart("p")

    async def signs_here(self) -> None:
        """Read to the end and press Enter."""
        await self.may_sign()
        await self.press("enter")

    async def opens(self, at: datetime) -> None:
        """The Treatment room at an instant."""
        self.ward.now = at
        await self.press("f1", "f5")
        await self.sees("[5Treatment]", "Dose ")

    def append(self, slot: int, outcome: str, at: datetime, reason: str = "why") -> None:
        """Somebody else records a dose."""
        self.ward.now = max(self.ward.now, at)
        told = record_dose(self.chart, slot, outcome, at, self.ward.signature(reason))
        self.ward.desk.ward.store.append([told], self.chart.n)
        self.ward.desk.ward.read_again("p")


@pytest.fixture(params=NARROW_FIRST, ids=["80x24", "120x40"])
async def bedside(request: pytest.FixtureRequest, protocol: Protocol, tmp_path: Path) -> AsyncIterator[AtTheBed]:
    ward = Followed(tmp_path, protocol)
    ward.sign("p", IDENTITY | LABS)
    ward.start("p")
    ward.now = START + timedelta(minutes=4)
    enroll(ward.desk.ward.store, "AB", "doctor", PIN, None, ms(ward.now))
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=request.param) as pilot:
        bed = AtTheBed(ward.desk, app, pilot)
        bed.ward = ward
        ward.desk.author = None
        await bed.sees("LOCKED")
        await bed.press(*"ab", "enter", *PIN, "enter")
        await bed.sees("Ward board")
        await bed.press("enter")
        await bed.sees("Case A-12")
        yield bed
    ward.desk.close()


async def test_a_dose_on_time_needs_its_outcome_the_offered_time_identifier_and_pin(bedside: AtTheBed) -> None:
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 1 of 45", "= now, Tue 12 May 2026 08:04", "Nothing of this drug was given before.")
    await bedside.may_sign()
    await bedside.press("g", "enter", "enter", *"213", "enter", *PIN, "enter")
    await bedside.sees("Saved at 08:04", "Next dose 2 of 45")
    entry = bedside.chart.entries[-1]
    assert (entry.body, entry.at, entry.reason) == (Dose(4, 1, "given"), ms(START + timedelta(minutes=4)), "")


async def test_no_time_is_offered_outside_the_window(bedside: AtTheBed) -> None:
    bedside.ward.now = START + 3 * HOUR
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 1 of 45")
    form = bedside.app.screen.query_one(Form)
    assert form.texts["at"] == ""
    assert [field.name for field in form.fields] == ["outcome", "at", "whose", "pin"]
    await bedside.press("g", "enter", "ctrl+n")
    await bedside.sees("LATE by 3 h 00 min: say why.", "Reason")
    assert [field.name for field in form.fields] == ["outcome", "at", "reason", "move", "whose", "pin"]
    await bedside.press("end", "backspace")
    assert [field.name for field in form.fields] == ["outcome", "at", "whose", "pin"]
    assert form.texts["at"] == "2026-05-12 11:0", "what is typed goes on being typed into"


async def test_three_days_uncharted_and_the_dose_of_tonight_is_charted_as_that(bedside: AtTheBed) -> None:
    bedside.append(1, "given", START)
    tonight = START + timedelta(days=3)
    await bedside.opens(tonight + timedelta(minutes=6))
    await bedside.sees("Doses not charted: 8", "Ctrl+Y, then b: all of them at once.", "Dose 10 of 45, anakinra")
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 10 of 45, day 4", "Not certain:", "charted since then: 2 to 9.")
    await bedside.press("g", "enter", "enter", *WHOSE)
    await bedside.signs_here()
    await bedside.sees("Saved at", "Next dose 11 of 45", "Doses not charted: 8")
    assert bedside.chart.entries[-1].body == Dose(4, 10, "given")
    before = bedside.chart.n
    await bedside.press("ctrl+y")
    await bedside.sees("b all 8 that are not charted", "Dose 11 of 45")
    await bedside.press("b", "enter")
    await bedside.sees("8 DOSES NOT CHARTED", "Tue 12 May: dose 2 16:00", "> Reason")
    await bedside.press(*keys_of("paper chart lost"), "enter", *WHOSE)
    await bedside.signs_here()
    await bedside.sees("Saved at", "8 entries")
    added = bedside.chart.entries[before:]
    assert [entry.body for entry in added] == [Dose(4, number, NOT_CHARTED) for number in range(2, 10)]
    assert {entry.reason for entry in added} == {"paper chart lost"}
    assert [moment(entry.at) for entry in added] == [START + n * 8 * HOUR for n in range(1, 9)]
    assert "Doses not charted" not in screen_text(bedside.app)


async def test_the_cursor_reaches_every_dose_and_stays_in_the_room(bedside: AtTheBed) -> None:
    await bedside.press("f5")
    await bedside.sees("Dose 1 of 45, anakinra, due Tue 12 May 2026 08:00: due.")
    panel = bedside.app.screen.query_one(CoursePanel)
    for number in range(1, 46):
        assert panel.cursor == (4, number)
        assert "reverse" in str(_cursor_style(panel)), f"dose {number} is out of sight"
        await bedside.press("right")
    await bedside.sees("Dose 45 of 45")
    await bedside.press(*["down"] * 40)
    assert panel.cursor == (4, 45)
    await bedside.sees("[5Treatment]", "former units" if "former units" in panel.text else "Dose 45 of 45")
    await bedside.press(*["up"] * 20)
    assert panel.cursor == (4, 3)
    await bedside.press("home")
    assert panel.cursor == (4, 1)


def _cursor_style(panel: CoursePanel) -> list[str]:
    lines = [panel.render_line(y) for y in range(panel.size.height)]
    return ["reverse" for line in lines for segment in line if segment.style is not None and segment.style.reverse]


async def test_a_held_dose_is_given_and_the_hold_stays_readable(bedside: AtTheBed) -> None:
    bedside.append(1, "held", START + timedelta(minutes=5), "platelets 30")
    await bedside.opens(START + timedelta(minutes=50))
    await bedside.sees("(1 held)", "Ctrl+F10: go on.")
    await bedside.press("home", "enter")
    await bedside.sees("Recorded: held 08:05 AB: platelets 30.", "= now, Tue 12 May 2026 08:50")
    await bedside.press("g", "enter", "enter")
    await bedside.sees("> Reason", "It was held 08:05 AB: platelets 30: say why it is given now.")
    await bedside.press(*keys_of("unit gave blood"), "enter", *WHOSE)
    await bedside.signs_here()
    await bedside.sees("held 08:05 AB: platelets 30, then given 08:50 AB: unit gave blood")
    assert "(1 held)" not in screen_text(bedside.app)
    entry = bedside.chart.entries[-1]
    assert (entry.body, entry.corrects) == (Dose(4, 1, "given"), 5)


async def test_a_recorded_dose_is_corrected_from_the_calendar(bedside: AtTheBed) -> None:
    bedside.append(1, "given", START, "")
    await bedside.opens(START + 2 * HOUR)
    await bedside.press("home", "enter")
    await bedside.sees("Recorded: given 08:00 AB.")
    await bedside.press("r", "enter", *keys_of("2026-05-12 08:10"), "enter", *keys_of("refused it"), "enter", *WHOSE)
    await bedside.sees("This corrects it: say why.")
    await bedside.signs_here()
    await bedside.sees("given 08:00 AB [corrected], then refused 08:10 AB: refused it")
    assert (bedside.chart.entries[-1].body, bedside.chart.entries[-1].corrects) == (Dose(4, 1, "refused"), 5)


async def test_what_was_taken_back_is_told_and_the_dose_is_open_again(bedside: AtTheBed) -> None:
    bedside.append(1, "given", START, "")
    back = take_back(bedside.chart, bedside.chart.n, bedside.ward.signature("other patient"))
    bedside.ward.desk.ward.store.append([back], bedside.chart.n)
    bedside.ward.desk.ward.read_again("p")
    await bedside.opens(START + timedelta(minutes=10))
    await bedside.sees("due.", "given 08:00 AB [taken back 08:04 AB: other patient]", "Enter charts it.")


async def test_a_dose_that_a_colleague_has_charted_is_not_written_over(bedside: AtTheBed) -> None:
    await bedside.press("f5", "enter")
    await bedside.sees("Dose 1 of 45")
    await bedside.press("g", "enter", "enter", *WHOSE)
    bedside.append(1, "given", START, "")
    before = bedside.chart.n
    await bedside.signs_here()
    await bedside.sees("It was recorded meanwhile: nothing is written over it.")
    await bedside.signs_here()
    assert bedside.chart.n == before


async def test_a_rule_is_said_before_the_signature_with_the_way_out(bedside: AtTheBed) -> None:
    bedside.append(1, "given", START, "")
    await bedside.opens(START + 2 * HOUR)
    await bedside.press("end", "enter")
    await bedside.sees("Dose 45 of 45", "This is not the next dose: that is dose 2")
    await bedside.press("g", "enter", "ctrl+n", "enter")
    await bedside.sees("REFUSED: dose 2 to 44 of this drug comes before it and is open.")
    before = bedside.chart.n
    await bedside.press(*keys_of("why"), "enter", *WHOSE)
    await bedside.signs_here()
    assert bedside.chart.n == before


async def test_an_open_dose_is_charted_after_a_stop_and_after_a_death(bedside: AtTheBed) -> None:
    bedside.append(1, "given", START, "")
    at = START + 10 * HOUR
    bedside.ward.now = at
    stop = stop_course(bedside.chart, f"{at:%Y-%m-%d %H:%M}", at, bedside.ward.signature("rash"))
    bedside.ward.desk.ward.store.append([stop], bedside.chart.n)
    bedside.ward.now = at + HOUR
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 2 of 45", "The course was stopped 18:00: say why it is recorded after that.")
    await bedside.press("g", "enter", *keys_of("2026-05-12 18:30"), "enter")
    await bedside.sees("REFUSED: the course was stopped 18:00.")
    await bedside.press("up", *keys_of("2026-05-12 16:10"), "enter", *keys_of("charted late"), "enter", *WHOSE)
    await bedside.signs_here()
    await bedside.sees("Saved at")
    assert (bedside.chart.entries[-1].body, bedside.chart.entries[-1].reason) == (Dose(4, 2, "given"), "charted late")
    await bedside.press("ctrl+y")
    await bedside.sees("No dose waits to be charted.")


async def test_a_dose_before_a_death_is_charted_after_it(bedside: AtTheBed) -> None:
    bedside.append(1, "given", START, "")
    bedside.ward.now = START + 9 * HOUR
    bedside.ward.die("p", START + 8.5 * HOUR)
    await bedside.press("f5")
    await bedside.sees("To close: STOPs 0, doses 1", "Ctrl+Y charts them.")
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 2 of 45", "The patient died 16:30: say why")
    await bedside.press("g", "enter", *keys_of("2026-05-12 16:05"), "enter", *keys_of("before it"), "enter", *WHOSE)
    await bedside.signs_here()
    await bedside.sees("Saved at")
    assert bedside.chart.entries[-1].body == Dose(4, 2, "given")


async def test_a_short_gap_is_told_and_asks_why(bedside: AtTheBed) -> None:
    bedside.append(1, "given", START + 2.5 * HOUR)
    bedside.ward.now = START + 8 * HOUR
    await bedside.press("ctrl+y")
    await bedside.sees("Given last: dose 1 at 10:30, 5 h 30 min before.")
    await bedside.press("g", "enter", "enter")
    await bedside.sees("> Reason", "SHORT GAP: only 5 h 30 min from dose 1 at 10:30")
    await bedside.press(*keys_of("back to plan"), "enter", *WHOSE)
    await bedside.signs_here()
    await bedside.sees("Saved at")
    assert bedside.chart.entries[-1].body == Dose(4, 2, "given")


async def test_the_plan_moves_only_where_that_is_chosen(bedside: AtTheBed) -> None:
    bedside.ward.now = START + 3 * HOUR
    await bedside.press("ctrl+y")
    await bedside.sees("Dose 1 of 45")
    await bedside.press("g", "enter", "ctrl+n", "enter", *keys_of("was in theatre"), "enter")
    await bedside.sees("> Move the plan", "The plan stays. Moved with this dose", "13 May 03:00, Wed 13 May 11:00")
    await bedside.press("y", "enter", *WHOSE)
    await bedside.sees("The plan moves with it")
    await bedside.signs_here()
    await bedside.sees("Saved at", "2 entries", "Next dose 2 of 45: Tue 12 May 2026 19:00")
    assert [entry.body for entry in bedside.chart.entries[-2:]] == [Dose(4, 1, "given"), PlanMoved(4, 1)]


async def test_a_part_of_a_dose_counts_for_the_gap(bedside: AtTheBed) -> None:
    bedside.append(1, "given", START, "")
    bedside.ward.now = START + HOUR
    await bedside.press("ctrl+f9")
    await bedside.sees("A PART OF A DOSE, OR A FURTHER SYRINGE", "Beside dose 1 of 45", "given 08:00 AB")
    await bedside.press(*keys_of("half a syringe"), "enter", "ctrl+n", "enter", "enter", *keys_of("first leaked"))
    await bedside.press("enter", *WHOSE)
    await bedside.signs_here()
    await bedside.sees("Saved at")
    assert bedside.chart.entries[-1].body == ExtraDose(4, 1, "half a syringe")
    await bedside.press("f5", "home")
    await bedside.sees("08:00 G+", "half a syringe 09:00 AB: first leaked")
    assert "+ with a part or a further syringe" in bedside.app.screen.query_one(CoursePanel).text
    await bedside.opens(START + 7.5 * HOUR)
    await bedside.press("ctrl+y")
    await bedside.sees("Given last: half a syringe beside dose 1 at 09:00, 6 h 30 min")


async def test_the_course_goes_on_after_a_hold_with_a_reason(bedside: AtTheBed) -> None:
    bedside.append(1, "held", START + timedelta(minutes=5), "platelets 30")
    await bedside.press("ctrl+f10")
    await bedside.sees("THE COURSE GOES ON AFTER A HOLD", "Dose 1: held 08:05 AB: platelets 30")
    await bedside.press(*keys_of("platelets 60 now"), "enter", *WHOSE)
    await bedside.signs_here()
    await bedside.sees("Saved at")
    assert bedside.chart.entries[-1].body == HoldEnded(4, (5,))
    assert "Doses held" not in screen_text(bedside.app)
    await bedside.press("ctrl+f10")
    await bedside.sees("No dose is held and waits.")
