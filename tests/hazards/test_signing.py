"""What a signature lets through: no refused row, no unread end, no death by a letter, no bed twice, no stamp without day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Admitted, Bleeding
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui import times
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.sign import SignScreen
from immunosep_tui.ward.signing import CALL, PHENOTYPE, STOP, TOTAL, by_weight, heading_of, parts, weight
from tests.hazards.control import cut, hazard, swap
from tests.support.followed import IDENTITY, LABS, START, Followed, sofa, typical
from tests.support.wards import UTC
from tests.ui.screen import screen_text
from tests.ui.test_recording import Bedside, keys_of


@pytest.fixture
async def bedside(protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    """A patient on day 4 of anakinra, the day after the last entry."""
    ward = Followed(tmp_path, protocol)
    typical(ward)
    ward.now = START + timedelta(days=4, hours=1)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter")
        await bed.sees("Case A-12")
        yield bed
    ward.desk.close()


def entries(bed: Bedside) -> int:
    return bed.desk.ward.store.chart("p").n


@hazard(
    "HZ-39",
    without=cut(RecordingScreen._judge, "if name in self._choices and", "if (name in self._choices) is None and"),
)
async def test_a_bleeding_with_a_refused_row_is_not_signed_as_a_lesser_one(bedside: Bedside) -> None:
    before = entries(bedside)
    await bedside.press("ctrl+k")
    await bedside.sees("BLEEDING", "> At", "y or n")
    await bedside.press("ctrl+n", "enter", "2", "enter", "8", "enter", *keys_of("2"), "enter", "2", "enter", *"tube")
    await bedside.may_sign()
    await bedside.press("enter")
    shown = screen_text(bedside.app)
    assert entries(bedside) == before, "it was signed"
    assert "Correct first: Hemoglobin fell." in shown
    assert "y yes, n no" in " ".join(shown.split())
    form = bedside.app.screen.query_one(Form)
    for name in ("fall", "units"):
        form.activate(name)
        await bedside.press("y")
    await bedside.sees("Major by ISTH: hemoglobin fall, red cells.")
    form.activate("reason")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("LOOK AT THIS")
    body = bedside.desk.ward.store.chart("p").entries[before].body
    assert isinstance(body, Bleeding)
    assert (body.major, body.level) == (("hemoglobin fall", "red cells"), "stop")


@hazard("HZ-32", without=cut(RecordingScreen.action_record, "elif self._what.unread:", "elif False:"))
async def test_nothing_is_signed_before_its_end_was_shown(bedside: Bedside) -> None:
    before = entries(bedside)
    ward = bedside.desk.ward
    texts = {f"monitoring.5.anakinra-{name}": text for name, text in (("hemoglobin", "6.0"), ("platelets", "90"))}
    typed = ward.get("p")
    for name, text in (sofa(5, "90") | texts | {f"response.{day}": "7" for day in range(2, 6)}).items():
        typed = typed.typed(name, text).keeping(name)
    ward.put(typed)
    await bedside.press("f1", "ctrl+s")
    shown = await bedside.sees("Enter reads on, or PgDn:", "lines below")
    assert "[CALL]" in shown, "what weighs most is not read first"
    form = next(iter(bedside.app.screen.query(Form)), None)
    if form is not None:
        form.activate(form.fields[-1].name)
    screen = bedside.app.screen
    assert isinstance(screen, SignScreen)
    for _page in range(20):
        if not screen._what.unread:
            break
        screen._opened -= 1
        await bedside.press("enter")
        await bedside.pilot.pause(0.02)
        assert entries(bedside) == before, "it was signed unread"
    assert not screen._what.unread
    await bedside.sees("Enter signs")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("LOOK AT THIS")
    assert entries(bedside) > before


@hazard("HZ-32", without=swap("immunosep_tui.ward.signing.weight", lambda _part: 0))
def test_what_weighs_most_is_read_first(ward: Followed) -> None:
    ward.sign("p", IDENTITY)
    chart = ward.desk.ward.store.chart("p")
    sheet = chart.sheet
    values = {"monitoring.1.anakinra-platelets": "90", "monitoring.1.anakinra-hemoglobin": "6.0"}
    values |= {"monitoring.1.anakinra-bleeding": "3", "response.1": "9", "response.2": "8", "screening.age": "67"}
    for name, text in (LABS | {"labs.ferritin": "9900"} | values).items():
        sheet = sheet.typed(name, text).keeping(name)
    groups = by_weight(parts(chart, sheet, ward.protocol, UTC, ward.now), ward.protocol)
    assert [heading_of(group[0].place) for group in groups] == ["monitoring.1", "labs", "response", "screening"]
    assert [weight(part) for part in groups[0]][:2] == [STOP, CALL]
    assert [weight(group[0]) for group in groups[1:3]] == [PHENOTYPE, TOTAL]


@hazard(
    "HZ-33", without=swap("immunosep_tui.record.patient.Patient.says_death", lambda sheet, key: bool(sheet.text(key)))
)
async def test_a_letter_in_a_cell_is_no_death_and_hides_no_dose(bedside: Bedside) -> None:
    await bedside.press("f7", "down", "down", *"D")
    await bedside.sees("!! A death has a box of its own")
    await bedside.press("f1")
    assert "DIED" not in screen_text(bedside.app)
    before = entries(bedside)
    await bedside.press("ctrl+s")
    await bedside.sees("Day 3: D  NOT SIGNED: a death is recorded")
    await bedside.may_sign()
    await bedside.press("enter")
    assert entries(bedside) == before


@hazard("HZ-01", without=cut(SignScreen.wanted, "if self._occupied and not self._shares_bed:", "if False:"))
async def test_a_bed_in_which_somebody_lies_is_asked_about_at_a_move(bedside: Bedside) -> None:
    store = bedside.desk.ward.store
    ward = bedside.desk.ward
    store.append([_other("q", "9", "B-77")], 0)
    ward.put(ward.get("p").typed("identity.place", "9"))
    before = entries(bedside)
    await bedside.press("f1", "ctrl+s")
    await bedside.sees("!! Bed 9 is occupied by case B-77.", "Share the bed")
    form = bedside.app.screen.query_one(Form)
    form.activate("reason")
    await bedside.press(*"moved")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.pilot.pause(0.1)
    assert entries(bedside) == before, "two lie in one bed and nobody was asked"
    form.activate("bed")
    await bedside.press("y", "enter", "enter")
    await bedside.sees("Saved at")
    assert store.chart("p").entries[-1].reason == "moved; the bed was occupied, confirmed"


@hazard("HZ-01", without=cut(SignScreen.wanted, "if self._occupied and not self._shares_bed:", "if False:"))
async def test_a_bed_in_which_somebody_lies_is_asked_about_at_an_admission(bedside: Bedside) -> None:
    ward = bedside.desk.ward
    await bedside.press("escape")
    await bedside.sees("Ward board")
    new = Patient("new", {"identity.place": "7", "identity.case": "C-40", "identity.identifier": "555666"})
    ward.put(new)
    await bedside.press("slash", *keys_of("C-40"))
    await bedside.sees("C-40", "Patients found")
    await bedside.press("enter")
    await bedside.sees("Case C-40")
    await bedside.press("ctrl+s")
    await bedside.sees("!! Bed 7 is occupied by case A-12.", "> Share the bed")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.pilot.pause(0.1)
    assert ward.store.chart("new").n == 0, "two lie in one bed and nobody was asked"
    await bedside.press("y", "enter")
    await bedside.sees("Saved at")
    assert ward.store.chart("new").entries[0].reason == "the bed was occupied, confirmed"


def _without_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        times.stamp_text, "__code__", (lambda instant, now, zone, *, dated=False, weekday=True: "13:00").__code__
    )


@hazard("HZ-41", without=_without_day)
async def test_a_stamp_of_another_day_says_its_day(bedside: Bedside) -> None:
    await bedside.sees("[SIGNED Fri 15 May 17:30 AB]")
    then = datetime(2025, 11, 29, 13, 0, tzinfo=UTC)
    assert times.stamp_text(then, then + timedelta(hours=3), UTC) == "13:00"
    assert times.stamp_text(then, then + timedelta(hours=18), UTC) == "Sat 29 Nov 13:00"
    assert times.stamp_text(then, then + timedelta(days=60), UTC) == "Sat 29 Nov 2025 13:00"


def _other(key: str, place: str, case: str) -> Proposal:
    return Proposal(key, Admitted(place, case, f"{case}-id"), Author("CD", "nurse"), 0, f"other-{key}")
