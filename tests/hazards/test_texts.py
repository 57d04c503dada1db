"""Words that come in and go out: what is pasted, what a terminal could obey, what a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import random
import re
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path

import pytest
from textual import events

from immunosep_tui.cli import main
from immunosep_tui.record.chart import fold
from immunosep_tui.record.entry import Author, Entry, write_body
from immunosep_tui.record.kinds import Admitted, Kind, Note
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.entry_words import Book
from immunosep_tui.ui.form_cell import Cell
from immunosep_tui.ui.palette import Palette
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.show import shown
from immunosep_tui.ui.widgets.banner import Banner
from immunosep_tui.ui.widgets.entry_list import EntryList
from tests.cohort.table import Table
from tests.hazards.control import Many, cut, hazard, swap
from tests.store.acts import record
from tests.support.followed import Followed
from tests.support.hostile import FORMULAS, hostile
from tests.support.wards import UTC, desk_of
from tests.ui.screen import screen_text
from tests.ui.test_recording import SHEET, Bedside
from tests.ui.test_snapshots import FOLDER, STATES


def raw(patch: pytest.MonkeyPatch) -> None:
    """The way out gone: every place that shows a text shows it as it came."""
    for name, module in list(sys.modules.items()):
        for way in ("show", "visible"):
            if name.startswith("immunosep_tui.") and callable(getattr(module, way, None)):
                patch.setattr(module, way, lambda words, _limit=0: words)


ACTS = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Some of what no line on a terminal may hold; written down here a second time, apart from the program's own list."""


# ---- pastes ------------------------------------------------------------------------------------------------------
@pytest.fixture
async def at_labs(protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    """A typed patient's laboratory room."""
    desk = desk_of(protocol, [Patient("p", {**SHEET, "labs.ferritin": ""})], folder=tmp_path)
    desk.author = Author("AB", "doctor")
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter", "f3")
        await bed.sees("Ferritin")
        yield bed
    desk.close()


def _paste(rng: random.Random, deep: bool) -> str:
    most = rng.choice((10, 100, 199, 200, 201, 300, 4_000, *((60_000, 2_000_000) if deep else (60_000,))))
    parts = rng.choice(
        (("9",), ("4", "2", "\n"), ("4420", "\r\n", "17"), ("a", "\x85"), ("x", "\x1b[2J"), ("9", "\u2028"))
    )
    drawn = "".join(rng.choice(list(parts)) for _ in range(min(most, 50)))
    return str((drawn * (most // max(1, len(drawn)) + 1))[:most])


@hazard(
    "HZ-16",
    without=(
        cut(Cell.replace, "if _LINE_BREAK.search(text):", "if False:"),
        cut(
            Cell.replace,
            "elif len(self.value) - (end - start) + len(text) > self._longest:",
            "elif not (text := text[: self._longest - len(self.value) + end - start]):",
        ),
    ),
)
async def test_a_paste_goes_in_whole_or_not_at_all(at_labs: Bedside, many: Many) -> None:
    rng = random.Random(16)
    for field in ("ferritin", "search of commands"):
        if field != "ferritin":
            await at_labs.press("ctrl+p")
            assert isinstance(at_labs.app.screen, Palette)
        cell = at_labs.app.screen.query_one(Cell)
        for turn in many(30, 1_000):
            pasted = "44\n20" if turn == 0 else _paste(rng, many.deep)
            before = cell.value = rng.choice(("", "12", "y" * 20))
            cell.cursor_position = at = rng.randrange(len(before) + 1)
            cell.post_message(events.Paste(pasted))
            await at_labs.pilot.pause()
            whole = before[:at] + pasted + before[at:]
            assert cell.value in (before, whole)
            lines = len(pasted.splitlines()) > 1 or pasted != pasted.rstrip("\r\n\x85\u2028")
            assert (cell.value == whole) == (len(whole) <= cell._longest and not lines) or whole == before


# ---- the way in --------------------------------------------------------------------------------------------------
def _rule_against(store: Store, key: str, body: Kind) -> str:
    try:
        record(store, key, body)
    except Refused as error:
        return str(error.rule)
    return ""


def _holds(entry: Entry) -> str:
    return f"{entry.text}{entry.reason}{entry.place}"


@hazard("HZ-65", without=cut(Store._write, "if any(unclean(asdict(proposal)) for proposal in proposals):", "if False:"))
def test_nothing_that_a_terminal_obeys_gets_into_a_record(tmp_path: Path, many: Many) -> None:
    rng = random.Random(65)
    with closing(open_file(tmp_path / "w.db")) as store:
        record(store, "p", Admitted("1", "A-12", "884213"))
        for turn in many(60, 10_000):
            words = hostile(rng)
            body = Note(words) if turn % 2 else Admitted(words, f"C-{turn}", words)
            key = "p" if turn % 2 else f"q{turn}"
            rule = _rule_against(store, key, body)
            assert rule in ("", "clean", "storable")
            assert not rule or show(words, len(words)) != words
        for key in store.records():
            for entry in store.entries(key):
                assert not ACTS.search(re.sub(r"\\[nt]", "", _holds(entry))), entry


# ---- the way out -------------------------------------------------------------------------------------------------
@hazard("HZ-65", without=raw)
async def test_a_hostile_name_is_drawn_as_it_is_and_does_nothing(
    protocol: Protocol, tmp_path: Path, many: Many
) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    app = ImmunoSepApp(desk)
    rng = random.Random(6_565)
    async with app.run_test(size=(160, 40)) as pilot:
        await Bedside(desk, app, pilot).sees("A-12")
        await pilot.press("enter")
        await Bedside(desk, app, pilot).sees("Case A-12")
        plain = _actions(app)
        for turn in many(20, 10_000):
            name = hostile(rng)
            named = Patient("p", {**SHEET, "identity.place": name, "identity.case": name, "identity.identifier": name})
            app.screen.query_one(Banner).show_patient(named)
            app.hint = name if turn % 2 else ""
            app.who = name
            for panel in app.screen.query(Panel):
                panel.show_lines([("plain", name), ("bad", f"Bed {name}")])
            await pilot.pause()
            drawn = screen_text(app)
            assert not ACTS.search(drawn.replace("\n", "")), repr(name)
            assert show(name, 200)[:20].rstrip() in drawn
            assert _actions(app) - plain <= {""}, repr(name)
    desk.close()


def _actions(app: ImmunoSepApp) -> set[str]:
    """What a click on any cell of the screen would do."""
    segments = [segment for strip in app.screen._compositor.render_strips() for segment in strip]
    return {str(segment.style.meta.get("@click", "")) for segment in segments if segment.style}


@hazard("HZ-65", without=raw)
async def test_a_record_with_hostile_words_is_listed_harmlessly(protocol: Protocol, tmp_path: Path, many: Many) -> None:
    """A row that was put into the file by another program, past the way in."""
    rng = random.Random(650)
    with closing(open_file(tmp_path / "w.db")) as store:
        record(store, "p", Admitted("1", "A-12", "884213"), Note("harmless"))
        entries = store.entries("p")
    desk = desk_of(protocol, [Patient("q", SHEET)])
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(120, 24)) as pilot:
        await Bedside(desk, app, pilot).sees("A-12")
        app.screen.query_one("#board").display = False
        board = EntryList()
        await app.screen.mount(board)
        for _turn in many(20, 10_000):
            bad = hostile(rng)
            changed = [_with(entry, bad) for entry in entries]
            book = Book(fold("p", changed).entries, UTC)
            board.show_entries(book, book.entries, bad, bad, desk.now())
            await pilot.pause()
            listed = screen_text(app)
            assert "What it says" in listed
            assert not ACTS.search(listed.replace("\n", "")), repr(bad)
    desk.close()


def _with(entry: Entry, words: str) -> Entry:
    body = Note(words) if isinstance(entry.body, Note) else Admitted(words, words, words)
    safe = write_body(body).encode("utf-8", "replace").decode()
    return replace(entry, text=safe, author=words, reason=words, role=words)


def test_a_markup_reader_is_not_asked() -> None:
    for words in ("[red]x[/]", "[@click=app.quit]x[/]"):
        assert shown(words).plain == words
        assert shown(words).spans == []


# ---- the command line --------------------------------------------------------------------------------------------
COMMANDS = (
    ("{}",), ("classify", "--ferritin", "{}"), ("classify", "--covid19", "{}", "--ferritin", "1"), ("sofa", "--gcs", "{}"),
    ("schedule", "--regimen", "{}", "--start", "2026-03-28T22:00+02:00"), ("respond", "--days", "{}"),
    ("schedule", "--regimen", "anakinra", "--start", "{}"), ("protocol", "{}"), ("protocol", "check", "{}"),
    ("protocol", "show", "{}"), ("evidence", "--protocol", "{}"), ("score", "{}", "-o", "{}"), ("people", "{}"),
    ("patient", "{}"), ("patient", "import", "{}"), ("--{}",), ("verify", "--anchor", "{}", "--store", "nowhere/x.db"),
    ("backup", "{}", "--store", "nowhere/x.db"), ("restore", "{}", "--store", "nowhere/x.db"),
)  # fmt: skip
"""Each place of a command at which foreign words are refused or repeated."""


def _said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    try:
        status = main(arguments)
    except SystemExit as end:
        status = int(end.code or 0)
    assert status in (0, 2, 3, 4), arguments
    captured = capsys.readouterr()
    return captured.out + captured.err


@hazard("HZ-65", without=raw)
def test_no_command_repeats_what_a_terminal_obeys(
    tmp_path: Path, many: Many, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMMUNOSEP_STORE", str(tmp_path / "w.db"))
    with closing(open_file(tmp_path / "w.db")) as store:
        record(store, "p", Admitted("1", "A-12", "884213"))
    rng = random.Random(4)
    for turn in many(3 * len(COMMANDS), 10_000):
        words = hostile(rng).replace("\x00", "").replace("\ud800", "\udcff")  # as arguments of a program can be
        arguments = [part.replace("{}", words) for part in COMMANDS[turn % len(COMMANDS)]]
        said = _said(arguments, capsys)
        assert not ACTS.search(said.replace("\n", "")), arguments


# ---- what goes out to a spreadsheet -------------------------------------------------------------------------------
COMPUTED = re.compile(r"^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""How a text begins that a spreadsheet would compute."""


@hazard("HZ-64", without=swap("immunosep_tui.cohort.rows.RowScorer._death_name", lambda self: self._death_column))
def test_a_table_comes_back_as_it_was_and_nothing_added_is_computed(
    tmp_path: Path, protocol: Protocol, many: Many
) -> None:
    """Other columns stay to the byte, leading zeros, dates and signs too; what is added is numbers and plain words."""
    rng, table = random.Random(64), Table(tmp_path, protocol)
    for _turn in many(25, 2_000):
        death = rng.choice(FORMULAS).replace('"', "").replace("\r", "").replace("\t", "") + "x"
        header = ["note", "patient_id", "day", "gcs", death]
        listed = [header]
        for day in range(1, 8):
            odd = rng.choice((*FORMULAS, "007", "1E5", "1-2", "2026-03-04", hostile(rng)))
            listed.append([odd, f"P{day}", str(day), rng.choice(("14", "14", odd)), rng.choice(("", odd))])
        text = io.StringIO()
        csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(listed)
        raw = text.getvalue().encode("utf-8", "surrogateescape" if "\ud800" not in text.getvalue() else "replace")
        scored = table.score(raw, patients=True, death_column=death)
        read = list(csv.reader(io.StringIO(scored.decode(), newline="")))
        before = list(csv.reader(io.StringIO(raw.decode(), newline="")))
        assert [row[: len(header)] for row in read] == before
        for row in read[1:]:
            assert not any(COMPUTED.match(cell) for cell in row[len(header) :]), row
            assert not any(ACTS.search(cell) for cell in row[len(header) :]), row
        with table.respond.open(newline="", encoding="utf-8") as file:
            for _patient, *cells in csv.reader(file):
                assert all(re.fullmatch(r"|-?\d+(\.\d+)?|[A-Za-z].*|\d+( \d+)*", cell) for cell in cells), cells


# ---- text that means the opposite ---------------------------------------------------------------------------------
class _Opposite(NullTranslations):
    """A translation that loses every "not"."""

    def gettext(self, message: str) -> str:
        return message.replace("not ", "")


@hazard("HZ-67", without=swap("immunosep_tui.i18n._catalog", _Opposite()))
async def test_a_room_that_says_the_opposite_is_not_the_one_that_was_approved(
    protocol: Protocol, tmp_path: Path
) -> None:
    ward = Followed(tmp_path, protocol)
    STATES["alarming"](ward)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter")
        await bed.sees("Case A-12")
        await bed.pilot.pause()
        found = screen_text(app)
    ward.desk.close()
    approved = (FOLDER / "alarming-80x24.txt").read_text(encoding="utf-8")
    assert found.rstrip() in approved
