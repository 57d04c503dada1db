"""What the pharmacist prepares and how a code is broken, on screen; everybody else is refused in plain words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from immunosep_tui.record.entry import Author
from immunosep_tui.record.kinds import Allocated, CodeBroken
from immunosep_tui.store.place import Place
from immunosep_tui.store.sealed_list import ARMS, list_file, read_list, seal_list
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.screens import sealed
from immunosep_tui.ward.signature import Signature, propose
from tests.support.blinded import DOCTOR, KEY, MALS, NURSE, PARALYSIS, PHARMACIST, RESEARCHER, BlindedWard
from tests.support.sealed import PASSPHRASE, make_guesses_cheap
from tests.ui.screen import screen_text
from tests.ui.test_recording import NARROW_FIRST, Bedside

make_guesses_cheap()

TYPED = {" ": "space", "-": "minus"}


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "WAIT", 0.0)


@pytest.fixture(params=NARROW_FIRST, ids=["80x24", "120x40"])
async def bedside(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bedside]:
    """A patient with a running course, whose room is open; the sealed list has one number."""
    ward = BlindedWard(tmp_path / "ward", {"001": ARMS[0]})
    ward.admit(MALS)
    ward.start(MALS)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=request.param) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter")
        await bed.sees("Case A-12")
        yield bed
    ward.close()


async def open_as(bed: Bedside, author: Author, *texts: str) -> None:
    bed.desk.author = author
    await bed.press("ctrl+a")
    await bed.sees(*texts)
    await bed.may_sign()


async def type_in(bed: Bedside, text: str) -> None:
    await bed.press(*(TYPED.get(letter, letter) for letter in text))


async def test_the_pharmacist_sees_what_to_prepare_once_the_number_is_given(bedside: Bedside) -> None:
    await open_as(bedside, PHARMACIST, "PREPARE STUDY DRUG", "> Passphrase")
    await type_in(bedside, PASSPHRASE)
    shown = await bedside.sees("*" * len(PASSPHRASE))
    assert PASSPHRASE not in shown
    await bedside.press("enter")
    shown = await bedside.sees("The next number is 001")
    assert "anakinra" not in shown
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("IV: anakinra 200 mg", "2 x prefilled syringe, 1.34 mL", "subcutaneous: placebo", "number 001")
    chart = bedside.desk.ward.store.chart(KEY)
    assert isinstance(chart.entries[-1].body, Allocated)
    assert chart.entries[-1].author == "PH"
    await bedside.press("escape")
    shown = await bedside.sees("Case A-12")
    assert "anakinra" not in shown
    await open_as(bedside, PHARMACIST, "Number 001", "What it holds is shown once the sealed list is open")
    await type_in(bedside, PASSPHRASE)
    await bedside.press("enter")
    await bedside.sees("IV: anakinra 200 mg")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("RUNNING day 1 of 15. Next dose")
    assert bedside.desk.ward.store.chart(KEY).n == chart.n


async def test_a_wrong_passphrase_and_a_damaged_list_show_nothing(bedside: Bedside) -> None:
    await open_as(bedside, PHARMACIST, "> Passphrase")
    await bedside.press("enter")
    await bedside.sees("Type what opens the sealed list")
    await type_in(bedside, "not these words")
    await bedside.press("enter")
    shown = await bedside.sees("It does not open the sealed list")
    assert "not these words" not in shown
    assert bedside.desk.sealed_list is not None
    bedside.desk.sealed_list.write_bytes(b"{}")
    await type_in(bedside, PASSPHRASE)
    await bedside.press("enter")
    await bedside.sees("damaged. Put a copy of it back")
    bedside.desk.sealed_list.unlink()
    await type_in(bedside, PASSPHRASE)
    await bedside.press("enter")
    await bedside.sees("There is no sealed list")
    assert "anakinra" not in screen_text(bedside.app)


async def test_a_list_that_is_used_up_gives_no_number(bedside: Bedside) -> None:
    assert bedside.desk.sealed_list is not None
    bedside.desk.sealed_list.unlink()
    store = bedside.desk.ward.store
    ward_number = Allocated(1, "001")
    signature = Signature(PHARMACIST, bedside.desk.now(), "elsewhere", "")
    chart = store.chart(KEY)
    store.append([propose(chart, ward_number, bedside.desk.now(), signature)], chart.n)  # of a course that is not here
    seal_list(bedside.desk.sealed_list, {"001": ARMS[0]}, PASSPHRASE)
    await open_as(bedside, PHARMACIST, "> Passphrase")
    await type_in(bedside, PASSPHRASE)
    await bedside.press("enter")
    await bedside.sees("The list is used up")


@pytest.mark.parametrize("author", [NURSE, RESEARCHER])
async def test_others_are_refused(bedside: Bedside, author: Author) -> None:
    await open_as(bedside, author, "Only a pharmacist sees what study drug holds")
    assert "> " not in screen_text(bedside.app)
    await bedside.press("enter")
    await bedside.sees("RUNNING day 1 of 15. Next dose")


async def test_a_doctor_breaks_the_code_for_good(bedside: Bedside) -> None:
    """With the emergency code of the number and a reason; the banner says so from then on."""
    assert bedside.desk.sealed_list is not None
    bedside.desk.sealed_list.unlink()
    codes = seal_list(bedside.desk.sealed_list, {"001": ARMS[0], "002": ARMS[1]}, PASSPHRASE, envelopes=True)
    await open_as(bedside, DOCTOR, "BREAK THE CODE", "nothing was prepared")
    await bedside.press("escape")
    await open_as(bedside, PHARMACIST, "> Passphrase")
    await type_in(bedside, PASSPHRASE)
    await bedside.press("enter")
    await bedside.sees("The next number is 001")
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("IV: anakinra")
    await bedside.press("escape")
    await open_as(bedside, DOCTOR, "BREAK THE CODE", "cannot be taken back or hidden", "> Reason")
    await bedside.press(*"surgery", "enter")
    await bedside.sees("> Emergency code")
    await type_in(bedside, codes["002"].lower())
    await bedside.press("enter")
    await bedside.sees("It does not open the sealed list")
    await type_in(bedside, codes["001"].lower())
    await bedside.press("enter")
    shown = await bedside.sees("The list is open. Enter breaks the code.")
    assert "anakinra" not in shown
    assert bedside.desk.ward.store.chart(KEY).code_break is None
    await bedside.may_sign()
    await bedside.press("enter")
    await bedside.sees("CODE BROKEN", "by AB: surgery", "precision: IV: anakinra 200 mg; subcutaneous: placebo")
    entry = bedside.desk.ward.store.chart(KEY).code_break
    assert entry is not None
    assert isinstance(entry.body, CodeBroken)
    assert entry.reason == "surgery"
    await bedside.press("escape")
    await bedside.sees("CODE BROKEN", "Case A-12")
    await open_as(bedside, DOCTOR, "CODE BROKEN", "precision: IV: anakinra 200 mg")
    n = bedside.desk.ward.store.chart(KEY).n
    await bedside.press("enter")
    await bedside.sees("RUNNING day 1 of 15. Next dose")
    assert bedside.desk.ward.store.chart(KEY).n == n


def test_the_list_lies_beside_the_store(tmp_path: Path) -> None:
    ward = BlindedWard(tmp_path / "ward", {"001": ARMS[1]})
    assert ward.desk.sealed_list == list_file(Place(ward.path))
    assert read_list(ward.desk.sealed_list).envelopes == {}
    ward.admit(PARALYSIS)
    ward.close()
