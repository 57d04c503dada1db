"""The keys of the board's list: no row is passed over unseen."""

from __future__ import annotations

import re
from pathlib import Path

from immunosep_tui.record.entry import Author
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from tests.support.wards import desk_of
from tests.ui.screen import screen_text
from tests.ui.test_recording import SHEET, Bedside

BEDS = 40


async def test_page_down_shows_every_patient_once_and_end_the_last(protocol: Protocol, tmp_path: Path) -> None:
    sheets = [Patient(f"p{bed}", SHEET | {"identity.place": f"B{bed:02}"}) for bed in range(BEDS)]
    desk = desk_of(protocol, sheets, folder=tmp_path)
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bedside = Bedside(desk, app, pilot)
        await bedside.sees("more below")
        seen: list[str] = []
        for _page in range(BEDS):
            shown = screen_text(app)
            seen += [bed for bed in re.findall(r"B\d\d", shown) if bed not in seen]
            if "more below" not in shown:
                break
            await bedside.press("pagedown")
        assert len(seen) == BEDS
        last = re.findall(r">.?(B\d\d)", screen_text(app))
        await bedside.press("home", "end")
        assert re.findall(r">.?(B\d\d)", screen_text(app)) == last == [seen[-1]]
    desk.close()


async def test_a_search_keeps_its_cursor_on_what_it_found_beside_the_stop_of_another(
    protocol: Protocol, tmp_path: Path
) -> None:
    other = {"identity.place": "B02", "identity.case": "C-02", "identity.identifier": "551907"}
    raised = {"identity.place": "B01", "monitoring.1.interferon-gamma-neutrophils": "0.3"}
    sheets = [Patient("p1", SHEET | raised), Patient("p2", SHEET | other)]
    desk = desk_of(protocol, sheets, folder=tmp_path)
    desk.author = Author("AB", "doctor")
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bedside = Bedside(desk, app, pilot)
        await bedside.sees("[STOP")
        await bedside.press("slash", *"C-02")
        shown = await bedside.sees('found for "C-02": 1', "STOP elsewhere: bed B01", "STOP 1")
        assert re.findall(r">.?(B\d\d)", shown) == ["B02"]
        assert "below" not in shown
        await bedside.press("escape")
        assert "found for" not in await bedside.sees("Ward board")
        await bedside.press("slash", *"C-02")
        await bedside.sees('found for "C-02": 1')
        await bedside.press("enter")  # alone: the STOP of the other is not one of those that were found
        await bedside.sees("Case C-02")
    desk.close()
