"""The record on screen: every entry readable, found by words, taken back only by a new entry, and never edited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import (
    KINDS,
    CodeBroken,
    Died,
    Kind,
    Left,
    Note,
    Opened,
    Person,
    Setting,
    SignedOff,
    Voided,
    WardProtocol,
)
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.entry_panel import entry_lines
from immunosep_tui.ui.entry_words import Book
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.rooms.record import RecordRoom
from immunosep_tui.ui.screens import recording
from immunosep_tui.ui.widgets.entry_list import EntryList
from tests.record.histories import book
from tests.support.wards import UTC
from tests.ui.hands import Hands
from tests.ui.record_book import AB, CD, HOUR, record, recorded_desk
from tests.ui.screen import screen_lines, screen_text
from tests.ui.test_recording import NARROW_FIRST

SIZES = [(80, 24), (120, 40)]


class Reader(Hands):
    """Somebody who reads the record of a patient in a running app."""

    app: ImmunoSepApp

    def __init__(self, desk: Desk, app: ImmunoSepApp, pilot: Pilot[int]) -> None:
        super().__init__(app, pilot)
        self.desk = desk

    async def goes_to(self, n: int) -> None:
        """Put the cursor on an entry."""
        board = self.app.screen.query_one(EntryList)
        await self.press("home")
        for _ in range(board._shown[0].n if board._shown else 0):
            if board.chosen is not None and board.chosen.n == n:
                break
            await self.press("down")
        await self.sees(f"No. {n}: ")

    async def may_sign(self) -> None:
        """The time is over in which the screen that records is deaf."""
        self.app.screen._opened -= recording.DEAF  # type: ignore[attr-defined]

    @property
    def count(self) -> int:
        """How many entries the store has of the patient."""
        return self.desk.ward.store.chart("p").n


@asynccontextmanager
async def reading(desk: Desk, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Reader]:
    """The record room of the patient ``p``."""
    app = ImmunoSepApp(desk)
    async with app.run_test(size=size) as pilot:
        reader = Reader(desk, app, pilot)
        await reader.sees("A-12")
        await reader.press("enter")
        await reader.sees("Case A-12")
        await reader.press("f8")
        await reader.sees("Record: ")
        yield reader
    desk.close()


@pytest.fixture(params=NARROW_FIRST, ids=["80x24", "120x40"])
async def reader(request: pytest.FixtureRequest, protocol: Protocol) -> AsyncIterator[Reader]:
    async with reading(recorded_desk(protocol), request.param) as found:
        yield found


async def test_every_entry_is_listed_newest_first_and_shown_whole(reader: Reader) -> None:
    shown = await reader.sees("Record: 18 of 18 shown, newest first. Reviewed up to no. 17 by AB.", "What it says")
    assert shown.index(">18 ") < shown.index("\n 17 ")
    for entry in reversed(reader.desk.ward.chart("p").entries):
        assert all(len(line) <= reader.app.size.width for line in screen_lines(reader.app))
        await reader.sees(f">{entry.n} ", f"No. {entry.n}: ", "recorded")
        await reader.press("down")
    await reader.press("home")
    await reader.sees(">18 ")
    await reader.press("end")
    await reader.sees(">1 ", "Second identifier: 884213")
    await reader.press("pageup")
    assert ">1 " not in screen_text(reader.app)


async def test_a_correction_shows_what_was_before_and_the_old_entry_does_not_stand(reader: Reader) -> None:
    await reader.goes_to(4)
    await reader.sees(
        "Labs (corrects no. 3)",
        "Ferritin: 900 ng/mL (unusual, confirmed) -> 9000 ng/mL (unusual, confirmed)",
        "Monocyte HLA-DR: 4000 receptors/cell",
        "Reason: a digit was lost",
        "by CD (nurse)",
        "workstation WS-1",
        f"Protocol {reader.desk.protocol.sha256[:12]}",
        reader.desk.ward.chart("p").entries[3].hash[:12],
    )
    await reader.press("down")
    await reader.sees("[corrected by no. 4] Labs", "DOES NOT STAND: corrected by no. 4, by CD (nurse)")
    await reader.goes_to(10)
    await reader.sees("[taken back by no. 11] Dose: 2 of", "Reason: wrong patient")


async def test_typing_filters_by_kind_author_and_text(reader: Reader) -> None:
    await reader.press("slash", *"FERRI")
    await reader.sees("Record: 3 of 18 shown", "Esc shows all")
    await reader.press("enter", "escape")
    await reader.sees("Record: 18 of 18")
    for words, count in (
        ("cd", 7),
        ("nurse", 7),
        ("platelets 99", 1),
        ("dose", 4),
        ("wrong", 1),
        ("taken", 2),
        ("nothing like it", 0),
    ):
        await reader.press("slash", *[{" ": "space"}.get(c, c) for c in words])
        await reader.sees(f"Record: {count} of 18")
        await reader.press("escape")
    await reader.press("slash", *"zzz")
    await reader.sees("No entry has these words")
    await reader.press("enter", "enter", "down", "end")
    await reader.sees("Record: 0 of 18")
    await reader.press("escape")
    await reader.sees("Record: 18 of 18")


async def test_an_entry_is_taken_back_with_a_reason_and_stays_readable(reader: Reader) -> None:
    await reader.goes_to(9)
    await reader.press("enter")
    await reader.sees("No. 9: Dose", "anakinra 200 mg intravenous", "TAKE IT BACK", "F5 goes to Treatment")
    await reader.may_sign()
    await reader.press("enter")
    await reader.sees("Say why first")
    assert reader.count == 18
    await reader.press(*"wrong", "space", *"bed", "enter")
    await reader.sees("Record: 19 of 19", "[taken back by no. 19]")
    chart = reader.desk.ward.store.chart("p")
    assert chart.entries[-1].body == Voided(9)
    assert chart.entries[-1].reason == "wrong bed"
    assert 1 not in chart.courses[0].doses


async def test_keys_typed_ahead_take_nothing_back(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "DEAF", 60.0)
    await reader.goes_to(15)
    await reader.press("enter", "x", *["enter"] * 10)
    await reader.sees("TAKE IT BACK")
    assert reader.count == 18


async def test_what_cannot_be_taken_back_says_why(reader: Reader) -> None:
    await reader.goes_to(8)
    await reader.press("enter")
    shown = await reader.sees("It cannot be taken back: Doses are recorded in this course", "In the way: no. 9")
    assert "> Reason" not in shown
    await reader.may_sign()
    await reader.press("enter")
    await reader.sees("Record: 18 of 18")
    await reader.goes_to(10)
    await reader.press("enter")
    await reader.sees("It cannot be taken back: This entry has been corrected already.", "In the way: no. 11")


async def test_a_refusal_of_the_store_is_shown_in_words(reader: Reader) -> None:
    """No dose is restored by voiding what took it back, and it is said before anything is typed."""
    await reader.goes_to(11)
    await reader.press("enter")
    await reader.sees("It cannot be taken back: A dose that was taken back cannot be restored; record")
    await reader.press("enter", "escape")
    assert reader.count == 18


async def test_a_colleague_who_takes_it_back_first_is_shown(reader: Reader) -> None:
    await reader.goes_to(15)
    await reader.press("enter")
    await reader.sees("TAKE IT BACK")
    record(reader.desk, [(Voided(15), CD, None, "mine")])
    await reader.may_sign()
    await reader.press(*"why", "enter")
    await reader.sees("NOT SAVED: CD has changed this record", "It cannot be taken back")
    assert reader.count == 19


async def test_a_value_is_corrected_in_its_room_and_on_its_day(reader: Reader) -> None:
    await reader.goes_to(6)
    await reader.press("enter")
    await reader.sees("F4 goes to SOFA")
    await reader.press("f4")
    await reader.sees("4SOFA]" if reader.app.size.width == 80 else "[F4 SOFA]", "> PaO2", "Day 3: ordinary values")
    assert reader.count == 18


async def test_a_note_is_written(reader: Reader) -> None:
    await reader.press("ctrl+w")
    await reader.sees("NOTE", "> Note")
    await reader.may_sign()
    await reader.press("enter")
    await reader.sees("Write the note first")
    await reader.press(*"calm", "enter")
    await reader.sees("Record: 19 of 19", "Note: calm")
    assert reader.desk.ward.store.chart("p").entries[-1].body == Note("calm")


async def test_the_record_is_signed_off_with_a_meaning(reader: Reader) -> None:
    record(reader.desk, [(Note("later"), CD, None, "")])
    await reader.press("ctrl+x")
    await reader.sees("REVIEWED UP TO ENTRY 19", "Entries since the last review: 1", "Note: later")
    await reader.may_sign()
    await reader.press("enter")
    await reader.sees("Say first what your signature means")
    await reader.press(*"checked", "enter")
    await reader.sees("Reviewed up to no. 19 by AB", "Reviewed: up to no. 19: checked")
    assert reader.desk.ward.store.chart("p").entries[-1].body == SignedOff(19, "checked")


async def test_a_review_is_signed_where_the_record_is_read(reader: Reader) -> None:
    await reader.press("f1", "ctrl+x")
    await reader.sees("What is signed off is read first: F8.")
    assert reader.count == 18


async def test_nothing_is_edited_in_place(reader: Reader) -> None:
    room = reader.app.screen.query_one(RecordRoom)
    assert not room.query(Form)
    before = reader.desk.ward.store.chart("p").entries
    await reader.press(*"abcxyz", "delete", "backspace", "space", "ctrl+d", "ctrl+k", "tab")
    await reader.press("escape", "escape")
    assert reader.desk.ward.store.chart("p").entries == before
    assert reader.desk.ward.drafts.get("p") is None


async def test_a_broken_code_stands_above_every_filter_and_stays(protocol: Protocol) -> None:
    for size in SIZES:
        desk = recorded_desk(protocol)
        record(desk, [(CodeBroken(8, "active drug"), AB, None, "serious adverse event")])
        async with reading(desk, size) as reader:
            await reader.sees("CODE BROKEN: no. 19", "by AB (doctor): active drug")
            await reader.press("slash", *"family")
            await reader.sees("Record: 1 of 19", "CODE BROKEN: no. 19")
            await reader.press("escape", "home", "enter")
            shown = await reader.sees("It cannot be taken back: It stays")
            assert "> Reason" not in shown


async def test_what_is_recorded_elsewhere_appears_and_the_cursor_keeps_its_entry(reader: Reader) -> None:
    await reader.goes_to(12)
    record(reader.desk, [(Note("from another room"), CD, None, "")])
    room = reader.app.screen.query_one(RecordRoom)
    room.redraw()
    await reader.sees("Record: 19 of 19", ">12 ", "No. 12: Check")


async def test_a_record_without_entries_says_what_comes_first(protocol: Protocol) -> None:
    desk = recorded_desk(protocol, [])
    sheet = desk.ward.begin()
    for name, text in (("place", "7"), ("case", "A-12"), ("identifier", "884213")):
        sheet = sheet.typed(f"identity.{name}", text)
    desk.ward.put(sheet)
    async with reading(desk, (80, 24)) as reader:
        await reader.sees("Nothing is recorded yet", "Record: 0 of 0 shown", "Never reviewed")
        await reader.press("enter", "down", "end")
        await reader.sees("Nothing is recorded yet")


def test_every_kind_has_words_and_says_all_of_its_values() -> None:
    """A kind that is added later cannot be forgotten here."""
    for kind in KINDS.values():
        assert kind.title
        assert kind.told is not Kind.told


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (Died(3), "Death: day 3"),
        (Left("yes"), "No more values: the patient left alive"),
        (Person("AB", "doctor", "secret hash"), "Signer: Initials AB, Role doctor, State may sign"),
        (Setting("alt", "45"), "Ward setting: ALT, upper limit of normal 45"),
        (Setting("alt", ""), "Ward setting: ALT, upper limit of normal default"),
        (Setting("later", "7"), "Ward setting: later 7"),
        (WardProtocol("ours", "1a2b", "text"), "Ward protocol: Name ours, Hash 1a2b"),
        (Opened("ICU 2", {}), "Ward opened: Ward ICU 2"),
        (Voided(7), "Taken back: no. 7"),
    ],
)
def test_kinds_that_are_rare_are_said_too(body: Died, line: str) -> None:
    entries = tuple(book(body))
    said = Book(entries, UTC)
    assert said.line(entries[0]) == line
    assert "secret" not in str(entry_lines(said, entries[0]))


async def test_a_long_record_makes_up_only_what_is_in_sight(
    protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = recorded_desk(protocol)
    record(desk, [(Note(f"note {count}"), CD, None, "") for count in range(300)], late=HOUR)
    async with reading(desk, (80, 24)) as reader:
        await reader.sees("Record: 318 of 318")
        said: list[int] = []
        line = Book.line

        def counted(self: Book, entry: Entry) -> str:
            said.append(entry.n)
            return line(self, entry)

        monkeypatch.setattr(Book, "line", counted)
        await reader.press("end")
        await reader.sees(">1 ")
        assert len(set(said)) <= 24
