"""Two people at the bedside, from the first key to the last, on a file and on a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from immunosep_tui.record.entry import Author
from immunosep_tui.record.kinds import CourseStarted, Dose
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.place import place_of
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.desk import Desk
from tests.support.wards import UTC as ZONE
from tests.ui.test_recording import Bedside, keys_of

SIZE = (80, 24)


ON_A_FILE_IN_EVERY_RUN = pytest.mark.parametrize(
    "place", ["file", pytest.param("server", marks=pytest.mark.deep)], indirect=True
)


def desk_at(place: str, folder: Path, protocol: Protocol, author: str) -> Desk:
    """A workstation with the drafts in a folder, on which somebody has signed in."""
    desk = Desk(lambda: protocol, open_store(place_of(place)), Drafts(folder / FILE_NAME, "ws-1"), ZONE)
    desk.author = Author(author, "doctor")
    return desk


@asynccontextmanager
async def at_the_board(desk: Desk) -> AsyncIterator[Bedside]:
    app = ImmunoSepApp(desk)
    async with app.run_test(size=SIZE) as pilot:
        yield Bedside(desk, app, pilot)


async def sign(bedside: Bedside, *seen: str) -> None:
    """Read what is new, sign it, and see that it is saved."""
    await bedside.signs(*seen)
    await bedside.sees("Saved at", "[SIGNED")


async def type_lines(bedside: Bedside, *texts: str) -> None:
    for text in texts:
        await bedside.press(*keys_of(text), "enter")


@ON_A_FILE_IN_EVERY_RUN
async def test_the_intensivist_at_three_in_the_morning(place: str, tmp_path: Path, protocol: Protocol) -> None:
    """Today's labs change the phenotype under her fingers; she signs, starts the course and gives the first dose."""
    evening = desk_at(place, tmp_path / "evening", protocol, "EV")
    async with at_the_board(evening) as bedside:
        await bedside.sees("> Bed")
        await type_lines(bedside, "7", "A-12", "884213")
        await bedside.sees("> Ferritin")
        await type_lines(bedside, "3900")
        await bedside.sees("HLA-DR is missing")
        await sign(bedside, "-> NOT DETERMINED")
    evening.close()

    night = desk_at(place, tmp_path / "night", protocol, "NT")
    async with at_the_board(night) as bedside:
        await bedside.sees("A-12", "Wanted: HLA-DR")
        await bedside.press("slash", "7", "enter")
        await bedside.sees("Case A-12", "NOT DETERMINED")
        await bedside.press("f3", "ctrl+right")
        await bedside.sees("Sample 2")
        await bedside.press(*"4420")
        await bedside.sees("is exactly the")
        await bedside.press("1")
        await bedside.sees("44201", "MALS")
        await bedside.press("backspace", "backspace", *"1", "enter")
        await bedside.sees("4421", "MALS (macrophage", "Ferritin 4421 ng/mL is above")
        await bedside.press("enter", "ctrl+n", "enter")
        await sign(bedside, "Labs, sample 2", "-> MALS, the trial gave anakinra")

        await bedside.press("f5")
        await bedside.sees("anakinra 200 mg IV every 8 hours", "> First dose at")
        await bedside.press("ctrl+n")
        await bedside.sees("PLANNED, not started")
        await bedside.press("ctrl+e")
        await bedside.sees("START: anakinra 200 mg IV every 8 hours", "45 doses")
        await type_lines(bedside, "A-12", "884213", "n", "n", "n", "n")
        await bedside.may_sign()
        await type_lines(bedside, "consented")
        await bedside.sees("RUNNING day 1 of 15. Next dose 1 of 45")

        await bedside.press("ctrl+y")
        await bedside.sees("anakinra 200 mg IV", "Dose 1 of 45")
        await bedside.may_sign()
        await bedside.press("g", "enter", "ctrl+n", "enter")
        await type_lines(bedside, "213")
        await bedside.sees("RUNNING day 1 of 15. Next dose 2 of 45")

        await bedside.press("f6")
        await bedside.sees("> Hemoglobin")
        await bedside.press(*"9.8")
        await sign(bedside, "Check, day 1", "9.8 g/dL")
        await bedside.press("escape")
        shown = await bedside.sees("A-12", "MALS", "day 1/15", "Dose in 7 h")
        assert "DRAFT" not in shown
    chart = night.ward.store.chart(night.ward.listing().rows[0].key)
    assert [type(chart.entries[n].body) for n in (5, 6)] == [CourseStarted, Dose]
    assert {entry.author for entry in chart.entries} == {"EV", "NT"}
    night.close()


@ON_A_FILE_IN_EVERY_RUN
async def test_the_doctor_in_a_district_hospital(place: str, tmp_path: Path, protocol: Protocol) -> None:
    """No flow cytometer and no blood gas: what can be known is said, and everything is there after a power cut."""
    desk = desk_at(place, tmp_path / "laptop", protocol, "DH")
    async with at_the_board(desk) as bedside:
        await bedside.sees("> Bed")
        await type_lines(bedside, "2", "D-4", "1961-04-02")
        await bedside.sees("> Ferritin")
        await type_lines(bedside, "1200")
        await bedside.sees("HLA-DR is missing and decides", "immunoparalysis and any other")
        await bedside.press("f4")
        await bedside.sees("> PaO2")
        form = bedside.app.screen.query("Form").last()
        for name, text in {"fio2": "0.5", "support": "0", "spo2": "91", "platelets": "88", "map": "62"}.items():
            form.activate(name)  # type: ignore[attr-defined]
            await type_lines(bedside, text)
        shown = await bedside.sees("of 6 organs scored. Missing", "never")
        assert "SpO2" in shown
        await sign(bedside, "SOFA 1996: incomplete")
        await bedside.press("f3", "ctrl+right")
        await bedside.sees("Sample 2")
        await bedside.press(*"1350")
        await bedside.sees("DRAFT")
        key = desk.ward.listing().rows[0].key
        assert desk.ward.drafts.flush()
    desk.ward.store.close()  # the laptop loses power: what was signed and what was typed are on the disk

    again = desk_at(place, tmp_path / "laptop", protocol, "DH")
    async with at_the_board(again) as bedside:
        await bedside.sees("D-4", "DRAFT", "Wanted: HLA-DR")
        await bedside.press("enter", "f3")
        await bedside.sees("Sample 2", "1350", "HLA-DR is missing")
        await bedside.press("f2")
        await bedside.sees("OPEN: Age is not known", "72-hour clock")
    assert again.ward.get(key).text("sample.2.ferritin") == "1350"
    assert again.ward.chart(key).sheet.text("labs.ferritin") == "1200"
    again.close()
    desk.ward.drafts.close()
