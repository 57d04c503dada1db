"""Two workstations with different protocols on one store: what each shows of a course, and that one plans nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from immunosep_tui.cli import main
from immunosep_tui.profile.files import DEFAULT, load, load_unblinded
from immunosep_tui.record.entry import WARD, Author
from immunosep_tui.record.kinds import WardProtocol
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.files import open_file
from immunosep_tui.store.sealed_list import ARMS
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.rooms.monitoring import MonitoringRoom
from immunosep_tui.ui.rooms.sofa import SofaRoom
from immunosep_tui.ui.screens.patient import PatientScreen
from immunosep_tui.ward.protocols import name_protocol
from immunosep_tui.ward.signature import Signature
from tests.support.blinded import DOCTOR, KEY, MALS, NAME, NURSE, BlindedWard
from tests.support.followed import IDENTITY, START, Followed
from tests.support.sealed import make_guesses_cheap
from tests.support.wards import UTC as ZONE
from tests.support.wards import desk_of
from tests.ui.screen import screen_text
from tests.ui.test_blinding import Seen, look, names_something
from tests.ui.test_recording import SHEET, Bedside, answer_the_check

make_guesses_cheap()

PROVIDE = "provide-2022"
AB = Author("AB", "doctor")


@pytest.fixture
def blinded(tmp_path: Path) -> Iterator[BlindedWard]:
    """A blinded course of three days with doses, checks and a draft."""
    ward = BlindedWard(tmp_path / "ward", {"001": ARMS[0], "002": ARMS[1]})
    ward.admit(MALS)
    ward.start(MALS)
    ward.allocate()
    ward.treat(MALS)
    ward.finish()
    yield ward
    ward.close()


def elsewhere(ward: BlindedWard, protocol: str | None) -> BlindedWard:
    """The same store on a desk that was opened with another protocol, or without one."""
    store, drafts, sealed = ward.desk.ward.store, ward.desk.ward.drafts, ward.desk.sealed_list
    read = lambda: load_unblinded(protocol)  # noqa: E731
    ward.desk = Desk(read, store, drafts, ZONE, lambda: ward.now, follows=protocol is None)
    ward.desk.sealed_list = sealed
    return ward


def printed(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> Seen:
    """What every command that reads a record prints."""
    seen = Seen()
    for words in (
        ("patient", "list"),
        ("patient", "list", "--json"),
        ("patient", "show", KEY),
        ("patient", "show", KEY, "--json"),
        ("patient", "export", KEY),
        ("settings", "list"),
        ("doctor",),
        ("verify", "--json"),
    ):
        main([*words, "--store", str(path), *options])
        out, err = capsys.readouterr()
        seen.texts[" ".join(words)] = out + err
    return seen


@pytest.mark.parametrize(
    "is_named", [True, pytest.param(False, marks=pytest.mark.deep)], ids=["the ward names it", "the ward names none"]
)
@pytest.mark.parametrize("protocol", [DEFAULT, pytest.param(PROVIDE, marks=pytest.mark.deep), None])
async def test_a_blinded_course_names_no_drug_on_a_workstation_with_another_protocol(
    blinded: BlindedWard, capsys: pytest.CaptureFixture[str], protocol: str | None, is_named: bool
) -> None:
    """In no room, on no screen that records, on the board, in no export and by no command."""
    if is_named:
        signature = blinded.signature(DOCTOR)
        name_protocol(blinded.desk.ward.store, load_unblinded(NAME), signature)
    ward = elsewhere(blinded, protocol)
    seen = Seen()
    await look(ward, NURSE, "elsewhere", seen)
    options = ("--protocol", protocol) if protocol else ()
    blinded.desk.ward.drafts.flush()
    seen.texts |= (await asyncio.to_thread(printed, capsys, blinded.path, *options)).texts
    assert len(seen.texts) > 30
    assert names_something(seen) == ""
    for where in ("f1", "f5", "ctrl+o"):
        shown = seen.texts[f"elsewhere, nurse: {where}"]
        assert ("The ward plans by" in shown) is (is_named and protocol is not None)
    assert "study drug" in seen.texts["elsewhere, nurse: f5"]
    assert "STUDY" in seen.texts["elsewhere, nurse: f1"]


@asynccontextmanager
async def opened(desk: Desk, size: tuple[int, int] = (100, 60)) -> AsyncIterator[Bedside]:
    """The patient of a desk, open."""
    app = ImmunoSepApp(desk)
    async with app.run_test(size=size) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter")
        await bed.sees("Case A-12")
        yield bed


def course_of(folder: Path, protocol: Protocol) -> Followed:
    """A course whose first dose was given two hours ago."""
    folder.mkdir(exist_ok=True)
    ward = Followed(folder, protocol)
    ward.sign("p", {**IDENTITY, "labs.ferritin": "9000", "labs.hla_dr": "9100"})
    name_protocol(ward.desk.ward.store, protocol, ward.signature())
    ward.start("p")
    ward.give_until("p", START + timedelta(minutes=1))
    ward.now = START + timedelta(hours=2)
    return ward


def on(ward: Followed, protocol: str | None) -> Desk:
    """Another workstation on the same store."""
    store, drafts = ward.desk.ward.store, ward.desk.ward.drafts
    desk = Desk(lambda: load_unblinded(protocol), store, drafts, ZONE, lambda: ward.now, follows=protocol is None)
    desk.author = AB
    return desk


async def checks_asked(bed: Bedside) -> list[str]:
    await bed.press("f6")
    await bed.sees("Hemoglobin")
    screen = bed.app.screen
    assert isinstance(screen, PatientScreen)
    assert isinstance(screen.room, MonitoringRoom)
    return [field.name for field in screen.room.fields()]


async def test_another_protocol_takes_no_check_of_a_course_and_plans_nothing(tmp_path: Path) -> None:
    ward = course_of(tmp_path / "ward", load(DEFAULT))
    asked = {}
    for name in (DEFAULT, PROVIDE):
        async with opened(on(ward, name)) as bed:
            asked[name] = await checks_asked(bed)
            await bed.press("f5")
            await bed.sees("anakinra", "RUNNING day 1 of 15", "2 x prefilled syringe")
    assert asked[PROVIDE] == asked[DEFAULT]
    assert len(asked[DEFAULT]) > 5
    ward.desk.close()


async def test_who_has_another_protocol_is_told_so_and_starts_no_course(tmp_path: Path) -> None:
    """On the board and in the patient's rooms, with the way out; signing goes on, by the ward's phenotype."""
    desk = desk_of(load_unblinded(PROVIDE), [Patient("p", SHEET)], folder=tmp_path)
    desk.author = AB
    store = desk.ward.store
    name_protocol(store, load_unblinded(DEFAULT), Signature(AB, datetime.now(UTC), "named", ""))
    told = "This workstation: provide-2022. The ward plans by immunosep-2025."
    async with opened(desk) as bed:
        await bed.sees(told)
        await bed.press("f5")
        await bed.sees(told, "No course is planned or started", "start without --protocol, or a doctor names this")
        assert "First dose at" not in screen_text(bed.app)
        await bed.signs("-> IMMUNOPARALYSIS")
        await bed.sees("[SIGNED")
        await bed.press("ctrl+e")
        await bed.sees("START A COURSE", told, "Nothing can be started yet.")
        await bed.press("escape")
    assert [entry.protocol for entry in store.entries("p")] == [load(DEFAULT).sha256] * 3
    desk.close()


async def test_the_first_course_of_a_ward_names_its_protocol(tmp_path: Path, protocol: Protocol) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    desk.author = AB
    async with opened(desk) as bed:
        await answer_the_check(bed)
        assert desk.ward.store.entries(WARD) == []
        await bed.press("enter")
        await bed.sees("RUNNING")
    (entry,) = desk.ward.store.entries(WARD)
    assert isinstance(entry.body, WardProtocol)
    assert (entry.author, entry.protocol, entry.seq) == ("AB", protocol.sha256, 4)
    assert desk.ward.store.chart("p").entries[-1].protocol == protocol.sha256
    desk.close()


async def test_a_doctor_names_the_protocol_of_this_workstation_for_the_ward(tmp_path: Path) -> None:
    desk = desk_of(load_unblinded(PROVIDE), [Patient("p", SHEET)], folder=tmp_path)
    desk.author = AB
    store = desk.ward.store
    name_protocol(store, load_unblinded(DEFAULT), Signature(AB, datetime.now(UTC), "named", ""))
    async with opened(desk) as bed:
        await bed.press("escape")
        await bed.sees("Ward board", "The ward plans by")
        await bed.press("f12")
        await bed.sees("WARD SETTINGS", "Protocol of the ward", "immunosep-2025 (")
        await bed.press("y")
        await bed.sees("-> provide-2022")
        bed.app.screen.query_one(Form).activate("reason")
        await bed.may_sign()
        await bed.press("enter")
        await bed.sees("Ward board", "one entry, read back")
        for _turn in range(100):
            await bed.pilot.pause(0.02)
            if "The ward plans by" not in screen_text(bed.app):
                break
        assert "The ward plans by" not in screen_text(bed.app)
    assert [entry.protocol for entry in store.entries(WARD)] == [load(DEFAULT).sha256, load(PROVIDE).sha256]
    desk.close()


# ---- length ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("days", [7, 21])
async def test_a_course_of_any_length_counts_its_own_days(tmp_path: Path, days: int) -> None:
    """Opened with the default protocol, whose courses have 15 days."""
    file = tmp_path / "ours.toml"
    text = 'extends = "immunosep-2025"\nid = "ours"\n[regimens.anakinra.days]\nvalue = {days}\n[end]\n'
    file.write_text(text.format(days=days), encoding="utf-8")
    ward = course_of(tmp_path / "ward", load(str(file)))
    file.unlink()
    ward.give_until("p", START + timedelta(days=days - 2))
    ward.now = START + timedelta(days=days - 2, hours=3)
    async with opened(on(ward, DEFAULT)) as bed:
        await bed.press("f5")
        await bed.sees(f"RUNNING day {days - 1} of {days}")
        await bed.press("escape")
        await bed.sees(f"day {days - 1}/{days}")
        await bed.press("enter")
        await bed.sees("Case A-12")
        screen = bed.app.screen
        assert isinstance(screen, PatientScreen)
        for key, kind in (("f6", MonitoringRoom), ("f4", SofaRoom)):
            await bed.press(key)
            for _turn in range(100):
                await bed.pilot.pause(0.02)
                if isinstance(screen.room, kind):
                    break
            assert isinstance(screen.room, kind)
            screen.room.go_to_day(100)
            assert screen.room.day == max(days, 15 if kind is SofaRoom else days)
    ward.give_until("p", START + timedelta(days=days))
    ward.now = START + timedelta(days=days, hours=3)
    async with opened(on(ward, None)) as bed:
        await bed.press("f5")
        await bed.sees(f"ENDED: day {days} is over")
    ward.desk.close()


async def test_sofa_and_checks_of_day_21_are_typed_and_signed(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(
        'extends = "immunosep-2025"\nid = "ours"\n[regimens.anakinra.days]\nvalue = 21\n[end]\n', encoding="utf-8"
    )
    ward = course_of(tmp_path / "ward", load(str(file)))
    ward.give_until("p", START + timedelta(days=20))
    ward.now = START + timedelta(days=20, hours=3)
    texts = {f"sofa.21.points_{organ}": "1" for organ in ("respiration", "coagulation", "liver")}
    ward.sign("p", {**texts, "monitoring.21.anakinra-hemoglobin": "6.8"})
    chart = ward.desk.ward.read_again("p")
    assert {"sofa.21", "monitoring.21.anakinra-hemoglobin"} <= set(chart.latest)
    found = ward.desk.ward.attention(chart.sheet)
    assert [(item.level, item.value) for item in found.alarms] == [("call", "6.8 g/dL")]
    ward.desk.close()


# ---- commands --------------------------------------------------------------------------------------------------------
def test_commands_name_the_protocol_of_the_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ward = course_of(tmp_path / "ward", load(PROVIDE))
    ward.desk.close()
    store = ("--store", str(tmp_path / "ward" / "ward.db"))

    def said(*words: str) -> str:
        main([*words, *store])
        return capsys.readouterr().out

    for options in ((), ("--protocol", DEFAULT)):
        shown = json.loads(said("patient", "show", "p", "--json", *options))
        assert shown["protocol"]["id"] == PROVIDE
        assert shown["patient"]["courses"][0]["protocol"] == load(PROVIDE).sha256
        assert "Protocol provide-2022 version" in said("patient", "show", "p", *options)
        assert json.loads(said("patient", "list", "--json", *options))["protocol"]["id"] == PROVIDE
        assert "provide-2022 (" in said("settings", "list", *options)
    assert "The ward plans by provide-2022." in said("doctor", "--protocol", DEFAULT)
    assert "Protocol of the ward: provide-2022" in said("doctor")
    exported = json.loads(said("patient", "export", "p"))
    assert [each["sha256"] for each in exported["protocols"]] == [load(PROVIDE).sha256]


def test_the_protocol_may_stand_before_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    values = ("classify", "--ferritin", "9000", "--hla-dr", "9100", "--json")
    before = (main(["--protocol", NAME, *values]), capsys.readouterr().out)
    after = (main([*values, "--protocol", NAME]), capsys.readouterr().out)
    assert before == after
    assert "anakinra" not in before[1]
    assert main(["--protocol", "nothing", *values]) == 2
    assert main(["--protocol", NAME, *values, "--protocol", DEFAULT]) == 0
    assert "anakinra" in capsys.readouterr().out


def test_a_copy_without_the_text_says_that_the_protocol_is_not_at_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('extends = "immunosep-2025"\nid = "ours"\n[end]\n', encoding="utf-8")
    protocol = load(str(file))
    file.unlink()
    (tmp_path / "ward").mkdir()
    ward = Followed(tmp_path / "ward", protocol)
    ward.sign("p", {**IDENTITY, "labs.ferritin": "9000", "labs.hla_dr": "9100"})
    ward.start("p")
    ward.desk.close()
    store = str(tmp_path / "ward" / "ward.db")
    assert main(["patient", "show", "p", "--store", store]) == 0
    assert f"The protocol of this course, {protocol.sha256[:12]}, is not at hand." in capsys.readouterr().out
    with closing(open_file(Path(store))) as again:
        assert again.entries(WARD) == []


async def test_a_course_whose_protocol_is_not_at_hand_is_shown_by_its_slots(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('extends = "immunosep-2025"\nid = "ours"\n[end]\n', encoding="utf-8")
    protocol = load(str(file))
    file.unlink()
    (tmp_path / "ward").mkdir()
    ward = Followed(tmp_path / "ward", protocol)
    ward.sign("p", {**IDENTITY, "labs.ferritin": "9000", "labs.hla_dr": "9100"})
    ward.start("p")
    ward.now = START + timedelta(minutes=10)
    async with opened(on(ward, PROVIDE)) as bed:
        await bed.press("f5")
        shown = await bed.sees("anakinra 200 mg IV", f"The protocol of this course, {protocol.sha256[:12]}")
        assert "syringe" not in shown
        assert "To draw up" not in shown
        await bed.press("ctrl+y")
        shown = await bed.sees("anakinra 200 mg IV", "is not at hand")
        assert "syringe" not in shown
    ward.desk.close()
