"""A STOP is in sight: on every screen of its patient above what scrolls, and in one line wherever somebody else is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.cli import patient_show
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Bleeding
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.files import open_file
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.elsewhere import Elsewhere
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.screens.dose import DoseScreen
from immunosep_tui.ui.screens.patient import ROOMS, PatientScreen
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.sign_in import SignInScreen
from immunosep_tui.ui.widgets.banner import Banner
from immunosep_tui.ui.widgets.board_list import BoardList
from immunosep_tui.ward.deeds import acknowledge, record_bleeding
from immunosep_tui.ward.judging import judge_of
from immunosep_tui.ward.protocols import Protocols
from immunosep_tui.ward.signature import Signature
from tests.hazards.control import cut, hazard
from tests.support.followed import IDENTITY, LABS, START, Followed
from tests.ui.screen import screen_text
from tests.ui.test_recording import Bedside

BLEED = "[STOP] Bleeding WHO 3"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ward(tmp_path: Path, protocol: Protocol) -> Followed:
    """Two patients whose courses have just begun."""
    followed = Followed(tmp_path, protocol)
    followed.sign("p", IDENTITY | LABS)
    followed.start("p")
    followed.sign("q", {"identity.place": "12", "identity.case": "B-40", "identity.identifier": "551208"} | LABS)
    followed.start("q")
    followed.now = START + 5 * MINUTE
    return followed


@pytest.fixture
async def bedside(ward: Followed) -> AsyncIterator[Bedside]:
    """Somebody at the board, with a watch over the store that looks when the test says so."""
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12", "B-40")
        while app.elsewhere._known is None:
            await looks(bed)
        yield bed
    ward.desk.close()


async def looks(bed: Bedside) -> None:
    """The watch looks at the store, after a look that is still under way."""
    while bed.app._watch._busy:
        await bed.pilot.pause(0.01)
    await bed.app._look()
    await bed.pilot.pause()


async def opens(bed: Bedside, case: str) -> None:
    """Open a patient of the board."""
    for board in bed.app.screen.query(BoardList):
        board.go_to(next(n for n, row in enumerate(board._rows) if row.case == case))
    await bed.press("enter")
    await bed.sees(f"Case {case}")


def elsewhere(ward: Followed, key: str, deed: Callable[[Chart, Signature], Proposal]) -> None:
    """Something that is signed on another workstation, by a colleague."""
    store = ward.desk.ward.store
    with closing(open_file(Path(store.engine.where), clock=store._clock)) as other:
        chart = other.chart(key)
        signature = Signature(
            Author("CD", "doctor"), ward.now, f"{key}-{chart.n}", ward.protocol.sha256, "ws-2", "called"
        )
        other.append([deed(chart, signature)], chart.n)


def colleague_bleeds(ward: Followed, key: str, grade: int = 3) -> None:
    """A bleed that is signed on another workstation."""
    body = Bleeding("other", "fresh blood", grade, (), "stop")
    elsewhere(ward, key, lambda chart, by: record_bleeding(chart, body, ward.now, by))


@hazard(
    "HZ-78",
    without=(
        cut(PatientScreen._show_patient, "alarm_lines(found, ", "alarm_lines(type(found)(()), "),
        cut(RecordingScreen.alarm_lines, "alarm_lines(self.attention, ", "alarm_lines(type(self.attention)(()), "),
        cut(Banner.show_patient, "counts_text(alarms)", '""'),
        cut(BoardList._wanted, "row.attention.items if item.code", "() if item.code"),
        cut(SignInScreen._count, "stops=found.stops", "stops=0"),
    ),
)
async def test_a_stop_is_in_every_place_acknowledged_or_not(bedside: Bedside, ward: Followed) -> None:
    colleague_bleeds(ward, "p")
    for seen in (False, True):
        if seen:
            elsewhere(ward, "p", lambda chart, by: acknowledge(chart, [chart.n], by.now + 60 * MINUTE, by))
        await looks(bedside)
        shown = await bedside.sees("STOP 1  Ward board", BLEED)
        assert BLEED in next(line for line in shown.splitlines() if " A-12 " in line)
        await opens(bedside, "A-12")
        for key, _label, _kind in ROOMS.values():
            await bedside.press("ctrl+o" if key == "^O" else key.lower())
            await bedside.press("end", *["pagedown"] * 5)
            lines = screen_text(bedside.app).splitlines()
            assert "STOP 1" in lines[0], lines[0]
            assert BLEED in "\n".join(lines[1:4]), key
            assert not seen or "seen by CD" in "\n".join(lines[1:4])
        await bedside.press("f1")
        for keys in (["ctrl+y"], ["ctrl+k"], ["ctrl+e"], ["ctrl+s"]):
            await bedside.press(*keys)
            await bedside.sees("Sign as AB, doctor")
            assert BLEED in screen_text(bedside.app), keys
            await bedside.press("escape")
            await bedside.sees("[1Overview]")
        await bedside.press("escape")
    await bedside.press("ctrl+l")
    shown = await bedside.sees("LOCKED", "Patients on the ward: 2")
    assert "STOP: 1" in shown
    assert "A-12" not in shown
    await bedside.press(*"ab", "enter")


@hazard(
    "HZ-78", without=cut(patient_show.chart_lines, "yield from _attention_lines(standing, zone, now, clock_in_doubt)")
)
def test_the_page_that_is_printed_has_the_open_limits_first(ward: Followed) -> None:
    ward.bleed("p", 3, "stop", "fresh blood from the stomach tube")
    desk = ward.desk
    chart = desk.ward.store.chart("p")
    stands = judge_of(Protocols(ward.protocol), desk.ward.settings)(chart)
    told = list(patient_show.chart_lines(chart, desk.zone, stands, ward.now))
    assert BLEED in told[1], told
    desk.close()


@hazard(
    "HZ-73",
    without=cut(vars(DoseScreen)["_needs_reason"].fget, "self._outcome == GIVEN and bool(self._against)", "False"),
)
async def test_a_dose_under_a_stop_asks_for_a_reason_and_keeps_it(bedside: Bedside, ward: Followed) -> None:
    ward.bleed("p", 3, "stop", "fresh blood from the stomach tube")
    await looks(bedside)
    await opens(bedside, "A-12")
    await bedside.press("ctrl+y")
    shown = await bedside.sees("STOP: the limits ask to hold it")
    assert shown.index(BLEED) < shown.index("limits ask to hold") < shown.index("Dose was")
    before = ward.desk.ward.store.chart("p").n
    await bedside.press("g", "enter", "ctrl+n", "enter", "enter", *"213")
    await bedside.may_sign()
    await bedside.press("enter", "enter")
    assert ward.desk.ward.store.chart("p").n == before, "it was signed"
    await bedside.sees("Say why it is given against what is said above.")
    bedside.app.screen.query_one(Form).activate("reason")
    await bedside.press(*"agreed", "enter")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("[1Overview]")
    assert ward.desk.ward.store.chart("p").entries[-1].reason == "agreed"


@hazard("HZ-74", "HZ-78", without=cut(Elsewhere.new, "if key not in known", "if False"))
async def test_a_new_stop_of_another_patient_is_said_once_on_any_screen(bedside: Bedside, ward: Followed) -> None:
    """And not behind a lock, where it waits."""
    await opens(bedside, "A-12")
    for keys, back, grade in ((["f5"], [], 3), (["f9"], ["escape"], 4), (["ctrl+k"], ["escape"], 4)):
        await bedside.press(*keys)
        ward.now += MINUTE
        colleague_bleeds(ward, "q", grade)
        await looks(bedside)
        news = f"NEW, bed 12, case B-40: [STOP] Bleeding WHO {grade}"
        assert news in screen_text(bedside.app), keys
        for line in bedside.app.screen.query("AlarmLine"):
            await line.remove()
        await looks(bedside)
        await bedside.press(*back)
        assert "NEW, bed 12" not in screen_text(bedside.app)
    await bedside.press("ctrl+l")
    await bedside.sees("LOCKED")
    ward.now += MINUTE
    colleague_bleeds(ward, "q", 4)
    await looks(bedside)
    assert "NEW" not in screen_text(bedside.app)
    await bedside.press(*"ab", "enter")
    await bedside.sees("Case A-12")
    await looks(bedside)
    assert "NEW, bed 12" in screen_text(bedside.app)


@hazard("HZ-78", without=(cut(PatientScreen._notice, 'self.action_deed("acknowledge")'),))
async def test_a_new_stop_of_the_open_patient_opens_a_box(bedside: Bedside, ward: Followed) -> None:
    await opens(bedside, "A-12")
    ward.now += MINUTE
    colleague_bleeds(ward, "p")
    await looks(bedside)
    await bedside.sees("LOOK AT THIS", BLEED)
    assert "NEW, bed" not in screen_text(bedside.app)
    await bedside.press("escape")
    await bedside.sees("[1Overview]", BLEED)
    await looks(bedside)
    assert "LOOK AT THIS" not in screen_text(bedside.app)


@hazard("HZ-41", without=cut(PatientScreen.on_screen_resume, "await self.read_again()"))
async def test_what_was_signed_under_another_screen_is_shown_when_one_comes_back(
    bedside: Bedside, ward: Followed
) -> None:
    await opens(bedside, "A-12")
    await bedside.press("f9")
    ward.now += MINUTE
    colleague_bleeds(ward, "p")
    await looks(bedside)
    await bedside.press("escape")
    for _look in range(50):
        await bedside.pilot.pause(0.02)
        if BLEED in screen_text(bedside.app):
            return
    raise AssertionError("the room is older than the record")
