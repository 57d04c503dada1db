"""Labs over time, SOFA day by day, checks and bleedings: what each room shows and what interrupts once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.entry import Author
from immunosep_tui.record.kinds import Acknowledged, Bleeding, Check
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.signing import parts, sign
from tests.support.courses import begin
from tests.support.wards import UTC as ZONE
from tests.support.wards import desk_of
from tests.ui.test_recording import NARROW_FIRST, SHEET, Bedside, keys_of

AUTHOR = Author("AB", "doctor")


@pytest.fixture(params=NARROW_FIRST, ids=["80x24", "120x40"])
async def bedside(request: pytest.FixtureRequest, protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    """A patient on the second day of a course of interferon gamma-1b."""
    now = datetime.now(UTC)
    start = (now - timedelta(hours=30)).strftime("%Y-%m-%d %H:%M")
    sheet = Patient("p", {**SHEET, "treatment.start": start})
    desk = desk_of(protocol, [], folder=tmp_path)
    store = desk.ward.store
    chart = store.chart("p")
    signature = Signature(AUTHOR, now, "first", protocol.sha256)
    sign(store, chart, parts(chart, sheet, protocol, ZONE, now), signature)
    begin(store, sheet, protocol, ZONE, now, AUTHOR)
    desk.author = AUTHOR
    app = ImmunoSepApp(desk)
    async with app.run_test(size=request.param) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter")
        await bed.sees("Case A-12")
        yield bed
    desk.close()


async def test_a_later_sample_asks_for_review_and_switches_nothing(bedside: Bedside) -> None:
    await bedside.press("f3", "ctrl+right")
    await bedside.sees("Sample 2", "By sample 2 alone", "Treatment rests on sample 1")
    await bedside.press("ctrl+left", "down", "ctrl+right")
    await bedside.sees("Sample 2", "> Ferritin")  # a number typed at once never lands in the row that was left
    await bedside.press(*"9000", "enter", "enter", "ctrl+n", "enter")
    await bedside.sees("[CALL*] Ferritin 9000 ng/mL (DRAFT)", "By sample 2 alone: MALS", "IMMUNOPARALYSIS")
    await bedside.press("ctrl+s")
    await bedside.sees("Labs, sample 2", "> Ferritin 2 again", "-> MALS")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("LOOK AT THIS", "[CALL] Ferritin 9000 ng/mL")
    await bedside.press("escape")
    chart = bedside.desk.ward.store.chart("p")
    assert chart.running is not None
    assert chart.running.plan.regimen == "interferon-gamma"
    assert chart.sheet.text("sample.2.ferritin") == "9000"
    await bedside.press("f1")
    await bedside.sees("interferon gamma-1b 100 mcg", "[DECIDE] Sample 2, drawn after the start: MALS")
    await bedside.press("escape")
    await bedside.sees("IMMUNOPARALYSIS", "[CALL] Ferritin")


async def test_a_result_before_its_sample_stays_with_the_reason(bedside: Bedside) -> None:
    await bedside.press("f3", "down", "down")
    await bedside.press(*keys_of("2026-01-05 08:00"), "enter", *keys_of("2026-01-05 07:00"))
    await bedside.sees("2026-01-05 07:00", "The result cannot come before")
    await bedside.press("ctrl+s")
    await bedside.sees("NOT SIGNED: refused or not confirmed")


async def test_one_field_is_copied_from_the_day_before_and_no_other(bedside: Bedside) -> None:
    await bedside.press("f4", "ctrl+left")
    await bedside.sees("day 1")
    await bedside.press(*"80", "enter", *"0.4", "enter", "ctrl+right")
    await bedside.sees("SOFA 1996 (trial version), day 2")
    await bedside.press("up", "up", "ctrl+d")
    await bedside.sees("PaO2: 80 copied from day 1", "check that it still holds")
    await bedside.press("down", "down", "ctrl+d")
    await bedside.sees("nothing was entered on the day before")
    assert bedside.desk.ward.get("p").within("sofa.2") == {"pao2": "80"}
    await bedside.sees("of 6 organs scored. Missing")


async def test_notes_on_sedation_and_renal_replacement_score_nothing(bedside: Bedside) -> None:
    await bedside.press("f4", "up", "end")
    form = bedside.app.screen.query("Form").last()
    form.activate("renal_note")  # type: ignore[attr-defined]
    await bedside.press(*"CVVH", "ctrl+s")
    await bedside.sees("About renal replacement: CVVH", "SOFA 1996: incomplete, 0 to 24")


async def test_a_new_fact_interrupts_once_and_is_acknowledged_with_an_end(bedside: Bedside) -> None:
    await bedside.press("f6")
    await bedside.sees("> WHO bleeding grade", "Due each shift")
    await bedside.press("2", "enter", "ctrl+s")
    await bedside.sees("Enter signs")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("LOOK AT THIS", "[CALL] Bleeding WHO 2", "a person decides")
    await bedside.may_sign()
    await bedside.press("enter", "enter")
    await bedside.sees("Say what is done about it.")
    await bedside.press("up", *keys_of("Dr Lee called"), "enter", *"6", "enter")
    await bedside.sees("Saved at")
    chart = bedside.desk.ward.store.chart("p")
    entry = chart.entries[-1]
    assert isinstance(entry.body, Acknowledged)
    assert entry.reason == "Dr Lee called"
    assert isinstance(chart.entries[entry.body.entries[0] - 1].body, Check)
    assert round((entry.body.until - entry.recorded) / 3_600_000) == 6
    await bedside.press("ctrl+u")
    await bedside.sees("seen by AB, asks again")
    await bedside.press("escape", "escape")
    await bedside.sees("Ward board")


async def test_a_notice_that_is_left_stays_on_the_board(bedside: Bedside) -> None:
    await bedside.press("f6")
    await bedside.sees("WHO bleeding grade")
    await bedside.press("3", "enter", "ctrl+s")
    await bedside.sees("Enter signs")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("LOOK AT THIS")
    await bedside.press("escape")
    await bedside.sees("STOP 1", "[STOP] Bleeding WHO 3")
    await bedside.press("escape")
    await bedside.sees("STOP 1  Ward board", "[STOP] Bleeding WHO 3")


async def test_a_bleeding_is_recorded_by_two_scales(bedside: Bedside) -> None:
    await bedside.press("f6", "ctrl+k")
    await bedside.sees("BLEEDING", "Minor bleeding or petechiae.")
    await bedside.may_sign()
    await bedside.press("ctrl+n", "enter", "3", "enter", "1", "enter", "n", "enter", "y", "enter")
    await bedside.sees("Major by ISTH: Intracranial, red cells")
    await bedside.press("enter")
    await bedside.sees("Say in words what bleeds.")
    await bedside.press(*keys_of("CT: subdural"), "enter")
    await bedside.sees("LOOK AT THIS", "[STOP] Bleeding WHO 3; ISTH intracranial, red cells")
    body = bedside.desk.ward.store.chart("p").entries[-1].body
    assert body == Bleeding("intracranial", "CT: subdural", 3, ("intracranial", "red cells"), "stop")


async def test_the_source_of_a_rule_is_one_key_away_from_where_the_rule_is_shown(bedside: Bedside) -> None:
    await bedside.press("f3")
    await bedside.sees("Sepsis-induced immunoparalysis")
    await bedside.press("f10")
    shown = await bedside.sees("Cited where you came from", "S1: Giamarellos-Bourboulis")
    assert shown.index("S1:") < shown.index("S3:")
    assert "S26:" not in shown[: shown.index("S3:")]
    await bedside.press("f10")
    await bedside.sees("Case A-12")
