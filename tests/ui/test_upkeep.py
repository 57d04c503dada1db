"""The care of the store beside the board, and what the screen says when the store is damaged, lost or cannot be kept."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from immunosep_tui.i18n import words
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Admitted
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store import troubles
from immunosep_tui.store.engine import Broken
from immunosep_tui.store.errors import ReadOnly
from immunosep_tui.store.files import open_file
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.upkeep import Care, take_care
from tests.support.wards import desk_of
from tests.ui.screen import screen_text
from tests.ui.test_recording import SHEET, Bedside


def filled(path: Path) -> None:
    store = open_file(path)
    entry = Proposal("p", Admitted("7", "A-12", "884213"), Author("AB", "nurse"), time.time_ns() // 10**6, "k")
    store.append([entry], 0)
    store.close()


async def test_a_sound_store_is_backed_up(tmp_path: Path) -> None:
    filled(tmp_path / "ward.db")
    assert await take_care(str(tmp_path / "ward.db")) == Care(True, True)
    assert len(list((tmp_path / "backups").glob("*.db"))) == 1


async def test_a_damaged_store_is_noticed_and_not_backed_up(tmp_path: Path) -> None:
    path = tmp_path / "ward.db"
    filled(path)
    content = path.read_bytes()
    assert content.count(b"A-12") >= 1
    path.write_bytes(content.replace(b"884213", b"884214"))
    assert await take_care(str(path)) == Care(False, False)
    assert not list(tmp_path.glob("backups/*.db"))


async def test_what_is_damaged_is_read_and_not_written(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    desk.author, desk.care = Author("AB", "doctor"), str(tmp_path / "ward.db")
    app = ImmunoSepApp(desk)

    async def finds_damage(_store: str, _key: bytes) -> Care:
        return Care(False, False)

    monkeypatch.setattr("immunosep_tui.ui.upkeep.take_care", finds_damage)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        app._take_care()
        await bed.sees("READ ONLY. The store is damaged.")
        await bed.press("enter")
        await bed.sees("Case A-12")
        await bed.signs()
        await bed.sees("NOT SAVED: The store is damaged. Do not write.")
        assert desk.ward.drafts.all()[0].texts == SHEET
    desk.close()


@pytest.mark.parametrize(
    "why",
    [troubles.old_copy(12), troubles.other_machine("icu-ws-12.hospital.example", 0), troubles.damaged_for_writing()],
)
async def test_the_narrowest_screen_says_whole_what_is_wrong_with_the_store_and_what_to_do(
    why: ReadOnly, protocol: Protocol, tmp_path: Path
) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    desk.ward.store.why_read_only = why
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        for keys, shown in (((), "A-12"), (("enter",), "Case A-12"), (("f3",), "> Ferritin"), (("f4",), "> PaO2")):
            await bed.press(*keys)
            await bed.sees(shown)
            await app._look()
            await pilot.pause()
            assert f"READ ONLY. {words(why.text)} {words(why.advice)}" in " ".join(screen_text(app).split())
    desk.close()


async def test_a_lost_server_is_said_and_its_return_too(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")

        def fails() -> int:
            raise Broken("unreachable", "no route to host")

        monkeypatch.setattr(desk.ward.store.engine, "changes", fails)
        await app._look()
        await bed.sees("NOTHING IS STORED. The server cannot be reached.", "A-12")
        monkeypatch.undo()
        await app._look()
        await pilot.pause()

        assert "NOTHING IS STORED" not in screen_text(app)
    desk.close()


async def test_a_draft_that_cannot_be_kept_is_said(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")

        def fails(*_given: object) -> object:
            raise Broken("full", "no space left")

        monkeypatch.setattr(desk.ward.drafts._engine, "run", fails)
        await bed.press("enter")
        await bed.sees("Case A-12")
        await bed.press("f3")
        await bed.sees("> Ferritin")
        await bed.press(*"77")
        desk.ward.drafts.flush()
        await app._look()
        await bed.sees("DRAFT NOT SAVED", "77")
        monkeypatch.undo()
        assert desk.ward.drafts.flush()
        assert desk.ward.drafts.trouble is None
    desk.close()


async def test_a_patient_is_typed_while_the_server_is_away(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(protocol, folder=tmp_path)
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("> Bed")

        def fails(*_given: object) -> object:
            raise Broken("unreachable", "no route to host")

        for name in ("run", "changes", "transaction"):
            monkeypatch.setattr(desk.ward.store.engine, name, fails)
        await bed.press("7", "enter", "a", "enter", "8", "enter")
        await bed.sees("The server cannot be reached.")
        (draft,) = desk.ward.drafts.all()
        assert list(draft.texts.values()) == ["7", "a", "8"]
        await bed.press("ctrl+q")
    assert app.return_code == 0
    monkeypatch.undo()
    desk.close()


async def test_a_look_that_ends_after_the_screens_have_gone_breaks_nothing(protocol: Protocol, tmp_path: Path) -> None:
    desk = desk_of(protocol, [], folder=tmp_path)
    app = ImmunoSepApp(desk)
    async with app.run_test():
        pass
    assert not app.screen_stack
    await app._store_changed()
    await app._look()
    desk.close()
