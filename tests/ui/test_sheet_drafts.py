"""Sheets that record are drafts: what is typed comes back for the same patient, sheet and subject, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from immunosep_tui.record.kinds import Bleeding, Dose, Note, Person
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import FILE_NAME, Draft, Drafts
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.sheet_draft import SHEETS
from immunosep_tui.ward.instants import ms
from tests.support.followed import IDENTITY, LABS, START, Followed, alarming
from tests.ui.bench import MINUTE, Bench
from tests.ui.test_recording import Bedside, keys_of
from tests.ui.test_recording_rows import KINDS, kinds, made, ready_for

PROOF = "471x"
"""Typed where it must be typed anew."""


@pytest.fixture
def bench(protocol: Protocol, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, protocol)
    yield bench
    bench.ward.desk.close()


async def types_a_bleeding(bed: Bedside) -> None:
    await bed.press("ctrl+k")
    await bed.sees("BLEEDING", "> At")
    await bed.press("ctrl+n", "enter", "3", "enter", "8", "enter", "n", "enter", "n", "enter", *keys_of("melena"))
    await bed.sees("In words         ok melena")


def test_each_sheet_is_named_once() -> None:
    assert sorted(kind.SHEET for kind in kinds(RecordingScreen)) == sorted(SHEETS)
    for sheet in SHEETS.values():
        assert command(sheet.command)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_what_is_typed_comes_back_and_proofs_do_not(
    kind: type[RecordingScreen], protocol: Protocol, tmp_path: Path
) -> None:
    ward = Followed(tmp_path, protocol)
    ward.sign("ready", IDENTITY | LABS | {"identity.place": "8", "identity.case": "B-13"})
    alarming(ward)
    ward.desk.ward.put(ward.desk.ward.get("p").typed("labs.ferritin", "9900"))
    key = ready_for(kind, ward)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(120, 60)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        for before in ("", "typed"):
            screen = made(kind, ward.desk, ward.desk.ward.read_again(key))
            screen.person = Person("AB", "doctor", "")
            app.push_screen(screen)
            shown = await bed.sees("Sign as AB")
            assert ("Typed before, not signed: " in shown) == bool(before)
            form = screen.query_one(Form)
            proofs = {field.name for field in form.fields if field.secret or field.anew}
            assert not screen.asks_pin or proofs >= {"pin"}
            assert form.texts == {field.name: "" if field.name in proofs else before for field in form.fields}
            for field in form.fields:
                form.activate(field.name)
                form.type_text(PROOF if field.name in proofs else "typed")
                await pilot.pause()
            await bed.press("escape")
    ward.desk.close()
    with closing(Drafts(tmp_path / FILE_NAME, "ws-1")) as drafts:
        (draft,) = drafts.sheets()
    assert (draft.sheet, set(draft.texts.values())) == (kind.SHEET, {"typed"})
    assert PROOF.encode() not in (tmp_path / FILE_NAME).read_bytes()


async def test_a_sheet_outlives_the_program_and_says_who_typed_it(bench: Bench) -> None:
    async with bench.starts() as bed:
        await types_a_bleeding(bed)
    bench.ward.now += 9 * MINUTE
    async with bench.starts("CD") as bed:
        await bed.sees("[SIGNED 06:00 AB]", "[DRAFT bleeding 08:04 AB: Ctrl+K]")
        await bed.press("escape")
        await bed.sees("* DRAFT, not signed", ">*7")
        await bed.press("enter")
        await bed.sees("Case A-12")
        await bed.press("ctrl+k")
        await bed.sees("Sign as CD", "Typed before, not signed: 08:04 by AB.", "2026-05-12 08:04", "melena")
        await bed.may_sign()
        await bed.press(*["down"] * 5, "end", "s")
        await bed.sees("ok melenas")
        await bed.may_sign()
        await bed.press("enter")
        await bed.sees("LOOK AT THIS")
        await bed.press("escape")
        assert "DRAFT" not in await bed.sees("[SIGNED 08:13 CD]")
    (entry,) = [each for each in bench.store.chart("p").entries if isinstance(each.body, Bleeding)]
    assert entry.at == ms(START + 4 * MINUTE), "a time that was typed stays"
    assert bench.sheets == []


async def test_escape_keeps_it_and_the_forms_do_not_see_it(bench: Bench) -> None:
    async with bench.starts() as bed:
        await types_a_bleeding(bed)
        await bed.press("escape")
        await bed.sees("[SIGNED 06:00 AB] [DRAFT bleeding 08:04 AB: Ctrl+K]")
        ward = bed.desk.ward
        assert ward.drafts.all() == ()
        assert ward.get("p") == ward.chart("p").sheet
        assert ward.row(ward.get("p")).is_draft
        assert [row.is_draft for row in ward.listing().rows] == [True]
        await bed.press("ctrl+s")
        await bed.sees("Nothing is new: everything typed is signed.")
        await bed.press("escape")
    assert [(sheet, texts["reason"]) for sheet, _about, texts in bench.sheets] == [("bleeding", "melena")]


async def test_a_dose_that_was_typed_is_not_taken_for_another(bench: Bench) -> None:
    async with bench.starts() as bed:
        await bed.press("ctrl+y")
        await bed.sees("Dose 1 of")
        await bed.press("h", "enter", "ctrl+n", "enter", *keys_of("platelets"), "enter", *"213")
        await bed.sees("ok platelets")
    bench.chart_dose(1)
    async with bench.starts() as bed:
        await bed.sees("[DRAFT dose 08:04 AB: Ctrl+Y]")
        await bed.press("ctrl+y")
        shown = await bed.sees("Dose 2 of", "something else and not used here: 08:04 by AB.")
        assert "Dose was: held; At: 2026-05-12 08:04; Reason: platelets" in " ".join(shown.split())
        assert set(bed.app.screen.query_one(Form).texts.values()) == {""}
        await bed.press("ctrl+b")
        await bed.sees("Press Ctrl+B again to throw away what is typed on this sheet.")
        await bed.press("ctrl+b")
        await bed.press("escape")
        assert "DRAFT" not in await bed.sees("Case A-12", "[SIGNED")
    assert bench.sheets == []


async def test_a_colleague_who_charts_the_dose_first_leaves_an_empty_sheet(bench: Bench) -> None:
    async with bench.starts() as bed:
        await bed.press("ctrl+y")
        await bed.sees("Dose 1 of")
        await bed.press("g", "enter", "ctrl+n", "enter", *"213")
        bench.chart_dose(1)
        await bed.may_sign()
        await bed.press("enter")
        await bed.sees("NOT SAVED", "Dose 2 of", "something else and not used here")
        assert set(bed.app.screen.query_one(Form).texts.values()) == {""}
    doses = [each for each in bench.store.chart("p").entries if isinstance(each.body, Dose)]
    assert len(doses) == 1


async def test_what_was_recorded_just_before_a_crash_is_not_offered_again(bench: Bench) -> None:
    async with bench.starts() as bed:
        await bed.press("ctrl+w")
        await bed.sees("NOTE")
        await bed.press(*keys_of("family told"))
        await bed.sees("ok family told")
    bench.write_typed_note()
    async with bench.starts() as bed:
        await bed.press("ctrl+w")
        shown = await bed.sees("Nothing is written yet.")
        assert "Typed before" not in shown
        await bed.press("escape")
    assert sum(isinstance(each.body, Note) for each in bench.store.chart("p").entries) == 1
    assert bench.sheets == []


async def test_a_deed_that_is_signed_after_a_crash_keeps_its_key(bench: Bench) -> None:
    async with bench.starts() as bed:
        await bed.press("ctrl+w")
        await bed.sees("NOTE")
        await bed.press(*keys_of("family told"))
    with closing(bench.read()) as drafts:
        (draft,) = drafts.sheets("p")
    async with bench.starts() as bed:
        await bed.press("ctrl+w")
        await bed.sees("Typed before", "family told")
        await bed.may_sign()
        await bed.press("enter")
        await bed.sees("Saved at")
    assert bench.store.chart("p").entries[-1].key.startswith(draft.idempotency_key)


async def test_drafts_are_thrown_away_the_forms_first(bench: Bench) -> None:
    async with bench.starts() as bed:
        await types_a_bleeding(bed)
        await bed.press("escape", "f3")
        await bed.sees("> Ferritin")
        await bed.press(*"9900")
        await bed.sees("[DRAFT 08:04 AB: Ctrl+S] [DRAFT bleeding 08:04 AB: Ctrl+K]")
        await bed.press("ctrl+b")
        await bed.sees("again to throw away what was typed and not signed.")
        await bed.press("ctrl+b")
        await bed.sees("[SIGNED 06:00 AB] [DRAFT bleeding")
        await bed.press("ctrl+b")
        await bed.sees("Ctrl+B again throws away what is typed on: bleeding.")
        await bed.press("ctrl+b")
        assert "DRAFT" not in await bed.sees("[SIGNED 06:00 AB]")
    assert bench.sheets == []


async def test_a_sheet_of_a_patient_who_was_never_signed_is_on_the_board(bench: Bench) -> None:
    with closing(bench.read()) as drafts:
        drafts.put(Draft("new", {"reason": "melena"}, authors=("AB",), sheet="bleeding", idempotency_key="k"))
    async with bench.starts() as bed:
        rows = {row.key: row.is_draft for row in bed.desk.ward.listing().rows}
        assert rows == {"p": False, "new": True}
        bed.desk.ward.discard("new")
        assert [row.key for row in bed.desk.ward.listing().rows] == ["p"]
