"""Whose record it is: the screen, the list, the file and the person who signs."""

from __future__ import annotations

import random
import string
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.message import Message

from immunosep_tui.record.entry import Author
from immunosep_tui.record.kinds import Note
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.engine import Engine, Row, Value
from immunosep_tui.store.errors import Unusable
from immunosep_tui.store.files import open_file, schema_version
from immunosep_tui.store.migration import migrate
from immunosep_tui.store.sqlite import SqliteEngine
from immunosep_tui.training.book import open_book
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.screens.patient import PatientScreen
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.sign_in import SignInScreen
from immunosep_tui.ui.screens.whose import wanted_whose
from immunosep_tui.ui.widgets import board_list
from immunosep_tui.ui.widgets.banner import Banner
from immunosep_tui.ui.widgets.board_list import BoardList
from immunosep_tui.ui.widgets.training_line import TrainingLine
from immunosep_tui.ward import people
from immunosep_tui.ward.people import SignedIn, enroll, sign_in
from immunosep_tui.ward.similar import is_mistaken, one_slip_apart, similar_keys
from immunosep_tui.ward.ward import Listing, Ward
from tests.hazards.control import Many, cut, hazard, swap
from tests.support.followed import LABS, Followed
from tests.support.wards import desk_of
from tests.ui.screen import screen_text
from tests.ui.test_recording import Bedside
from tests.ui.test_sign_in import quick_hashes  # noqa: F401

IDENTIFIERS = {"a": ("11", "T-48213", "884213"), "b": ("12", "T-59020", "731096"), "c": ("14", "T-60417", "520664")}


def _sheet(key: str) -> dict[str, str]:
    place, case, identifier = IDENTIFIERS[key]
    return {"identity.place": place, "identity.case": case, "identity.identifier": identifier}


@pytest.fixture
async def ward_of_three(protocol: Protocol, tmp_path: Path) -> AsyncIterator[Bedside]:
    """Three patients in the record and a person signed in."""
    ward = Followed(tmp_path, protocol)
    for key in IDENTIFIERS:
        ward.sign(key, _sheet(key) | LABS)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("T-48213", "T-60417")
        yield bed
    ward.desk.close()


async def _open(bed: Bedside, key: str) -> None:
    bed.app.screen.query_one(BoardList)._key = bed.app.screen.query_one(BoardList)._chosen = key
    await bed.press("enter")
    await bed.sees(f"Case {IDENTIFIERS[key][1]}")


async def _write_note(bed: Bedside, text: str) -> str:
    """Write a note; what the lines above it said of the patient."""
    await bed.press("ctrl+w")
    shown = await bed.sees("NOTE", "> Note")
    await bed.press(*text)
    await bed.may_sign()
    await bed.press("enter")
    await bed.pilot.pause(0.1)
    return shown


@hazard("HZ-01", without=swap("immunosep_tui.store.store.is_of_another", lambda *_given: False))
async def test_a_record_is_not_written_under_the_banner_of_another_patient(
    ward_of_three: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault is put in: the banner stays with the patient before."""
    bed = ward_of_three
    store, chance = bed.desk.ward.store, random.Random(1)
    for key in ("b", "a"):
        await _open(bed, key)
        shown = await _write_note(bed, "seen")
        assert all(text in shown for text in IDENTIFIERS[key])
        assert isinstance(store.chart(key).entries[-1].body, Note)
        await bed.press("escape")
        await bed.sees("Ward board")
    whole = Banner.show_patient
    stuck = Patient("a", _sheet("a"))
    monkeypatch.setattr(Banner, "show_patient", lambda banner, _patient: whole(banner, stuck))
    board = bed.app.screen.query_one(BoardList)
    board._key = board._chosen = chance.choice(["b", "c"])
    before = store.head()
    await bed.press("enter")
    await bed.sees("Case T-48213")
    await _write_note(bed, "wrong")
    assert store.head() == before
    await bed.sees("NOT SAVED: The screen names another patient")


@hazard("HZ-01", without=cut(wanted_whose, "identifier.endswith(typed)", "bool(typed)"))
def test_wrong_digits_never_pass(protocol: Protocol, tmp_path: Path, many: Many) -> None:
    ward, chance = Followed(tmp_path, protocol), random.Random(1)
    for key in IDENTIFIERS:
        ward.sign(key, _sheet(key))
    charts = [ward.desk.ward.store.chart(key) for key in IDENTIFIERS]
    ward.desk.close()
    for _turn in many(1_000, 100_000):
        digits = "".join(chance.choices(string.digits, k=3))
        chart = chance.choice(charts)
        assert (wanted_whose(chart, digits) == "") == chart.sheet.identifier.endswith(digits)


def _slip(case: str, chance: random.Random) -> str:
    """A case number with one slip in its long number."""
    at = chance.randrange(2, len(case) - 1)
    return chance.choice(
        [
            case[:at] + case[at + 1] + case[at] + case[at + 2 :],
            case[:at] + case[at + 1 :],
            case[:at] + chance.choice(string.digits) + case[at:],
            case[:at] + chance.choice(string.digits) + case[at + 1 :],
        ]
    )


NO_MARK = (
    cut(one_slip_apart, "rest == others[1:]", "False"),
    cut(is_mistaken, "sorted(one) == sorted(other)", "False"),
    cut(similar_keys, "identifier == other_identifier", "False"),
)


@hazard("HZ-02", without=NO_MARK)
def test_patients_who_are_easily_mistaken_are_marked_and_hardly_any_others(many: Many, protocol: Protocol) -> None:
    chance, desk = random.Random(2), desk_of(protocol)
    (empty,) = _rows(desk.ward, [Patient("k", _sheet("a"))])
    unlike = marked = 0
    for _turn in many(600, 10_000):
        case, other = ("T-" + "".join(chance.choices(string.digits, k=6)) for _ in range(2))
        slipped = _slip(case, chance)
        pair = (
            replace(empty, key="1", case=case, identifier="x"),
            replace(empty, key="2", case=slipped, identifier="y"),
        )
        assert set(similar_keys(pair)) == {"1", "2"}, (case, slipped)
        twins = (pair[0], replace(pair[1], case="Q 7", identifier="X "))
        assert set(similar_keys(twins)) == {"1", "2"}
        unlike += 1
        marked += bool(similar_keys((pair[0], replace(pair[1], case=other))))
    assert set(
        similar_keys(
            (replace(empty, key="1", case="12", identifier="x"), replace(empty, key="2", case="21", identifier="y"))
        )
    )
    assert marked <= unlike / 100
    desk.close()


def _rows(ward: Ward, patients: list[Patient]) -> tuple[Any, ...]:
    for patient in patients:
        ward.read_again(patient.key)
        ward.put(patient)
    return ward.listing().rows


@hazard("HZ-02", without=cut(BoardList._row, "row.key in self._similar", "False"))
async def test_the_mark_stands_in_the_row_and_in_the_banner(protocol: Protocol, tmp_path: Path) -> None:
    texts = {"identity.place": "8", "identity.case": "T-48231", "identity.identifier": "99"}
    desk = desk_of(
        protocol, [Patient("a", _sheet("a")), Patient("d", texts), Patient("b", _sheet("b"))], folder=tmp_path
    )
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        shown = await bed.sees("T-48213", "T-48231", "T-59020")
        assert shown.count("[SIMILAR]") == 2
        await bed.press("enter")
        await bed.sees("[SIMILAR] Bed", "Easily taken for case T-482")
    desk.close()


def _opened_by(board: BoardList, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The patients that the list opens from now on; none of them is shown."""
    opened, whole = [], board.post_message

    def post(message: Message) -> bool:
        if not isinstance(message, BoardList.Opened):
            return whole(message)
        opened.append(message.key)
        return True

    monkeypatch.setattr(board, "post_message", post)
    return opened


@hazard("HZ-03", without=cut(BoardList.show_listing, "self._key not in offered", "True"))
async def test_the_cursor_stays_on_its_patient_when_the_list_is_sorted_anew(
    ward_of_three: Bedside, many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, chance = ward_of_three.app.screen.query_one(BoardList), random.Random(3)
    opened = _opened_by(board, monkeypatch)
    for _turn in many(60, 10_000):
        board.action_move(chance.choice([-2, -1, 1, 2]))
        meant = board._rows[board.cursor].key
        rows = list(board._rows)
        chance.shuffle(rows)
        board.show_listing(Listing(tuple(rows), len(rows)))
        board.open_patient()
        assert opened[-1:] == [meant]


@hazard("HZ-03", without=swap("immunosep_tui.ui.widgets.board_list.DEAF", 0.0))
async def test_a_row_that_nobody_chose_is_not_opened_by_a_key_that_was_on_its_way(
    ward_of_three: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = ward_of_three.app.screen.query_one(BoardList)
    opened = _opened_by(board, monkeypatch)
    board.action_move(1)
    gone = board._key
    rows = tuple(row for row in board._rows if row.key != gone)
    board.show_listing(Listing(rows, len(rows)))
    board.open_patient()
    assert opened == []
    assert board_list.DEAF > 0
    board._settled = 0.0
    board.open_patient()
    assert opened == [rows[0].key]


@hazard("HZ-04", without=cut(schema_version, "application != wanted", "False"))
def test_training_and_patients_never_share_a_file(tmp_path: Path) -> None:
    for made in (False, True):
        path = tmp_path / f"{made}.db"
        open_file(path, training=made).close()
        open_file(path, training=made).close()
        with pytest.raises(Unusable) as refused:
            open_file(path, training=not made)
        assert "training" in str(refused.value.advice).lower()


@hazard("HZ-04", without=cut(schema_version, "application != wanted", "False"))
def test_patients_and_the_answers_of_learners_never_share_a_file(tmp_path: Path) -> None:
    learners = tmp_path / "learners.db"
    open_book(learners).close()
    open_book(learners).close()
    for training in (False, True):
        ledger = tmp_path / f"{training}.db"
        open_file(ledger, training=training).close()
        with pytest.raises(Unusable) as refused:
            open_book(ledger)
        assert "never share a file" in str(refused.value.advice)
        with pytest.raises(Unusable) as refused:
            open_file(learners, training=training)
        assert "answers of learners" in str(refused.value.text)


def _marked_late(engine: Engine, version: int, application: int) -> None:
    """The mark of training in a commit of its own."""
    migrate(engine, version)
    engine.run(f"PRAGMA application_id={application:d}")


@hazard("HZ-04", without=swap("immunosep_tui.store.files.migrate", _marked_late))
def test_a_training_file_that_was_half_made_is_no_file_of_patients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program ends behind the first commit."""
    whole = SqliteEngine.run

    def run(engine: SqliteEngine, statement: str, values: Mapping[str, Value] = {}) -> list[Row]:
        found = whole(engine, statement, values)
        if statement == "COMMIT":
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(SqliteEngine, "run", run)
    with pytest.raises(KeyboardInterrupt):
        open_file(tmp_path / "ward.db", training=True)
    monkeypatch.setattr(SqliteEngine, "run", whole)
    with pytest.raises(Unusable):
        open_file(tmp_path / "ward.db")
    open_file(tmp_path / "ward.db", training=True).close()


@hazard("HZ-04", without=swap("immunosep_tui.ui.app.ImmunoSepApp._say_training", lambda app: None))
async def test_every_screen_of_training_says_so_in_its_first_line(protocol: Protocol, tmp_path: Path) -> None:
    desk = desk_of(protocol, [Patient("a", _sheet("a"))], folder=tmp_path)
    desk.is_demo, desk.author = True, Author("AB", "doctor")
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        for key in ("", "enter", "f3", "f5", "f10", "f10", "ctrl+s", "escape", "ctrl+w", "escape", "f9"):
            await bed.press(*([key] if key else []))
            await bed.pilot.pause(0.05)
            assert app.screen.query(TrainingLine), app.screen
            await bed.sees("TRAINING - NOT A PATIENT")
    desk.close()


async def _burst(bed: Bedside, monkeypatch: pytest.MonkeyPatch, keys: list[str]) -> int:
    monkeypatch.setattr("immunosep_tui.ui.screens.recording.DEAF", 60.0)
    before = bed.desk.ward.store.head().seq
    await bed.press(*keys)
    await bed.pilot.pause(0.1)
    return bed.desk.ward.store.head().seq - before


@hazard("HZ-32", without=cut(RecordingScreen._is_deaf.fget, "time.monotonic() - self._opened < DEAF", "False"))  # type: ignore[attr-defined]
async def test_keys_that_were_typed_ahead_record_nothing(
    ward_of_three: Bedside, monkeypatch: pytest.MonkeyPatch, many: Many
) -> None:
    chance = random.Random(32)
    await _open(ward_of_three, "a")
    for _turn in many(3, 300):
        keys = ["ctrl+w", *"typed", *["enter"] * chance.randint(2, 8)]
        assert await _burst(ward_of_three, monkeypatch, keys) == 0
        await ward_of_three.press("escape")


@pytest.mark.usefixtures("quick_hashes")
@hazard("HZ-61", without=cut(people._is_right, "return PasswordHasher().verify(hashed, pin)", "return True"))
def test_the_author_is_the_holder_of_the_pin(tmp_path: Path, many: Many) -> None:
    chance, pins = random.Random(61), {"AB": "4718", "CD": "2063", "EF": "9354"}
    with closing(open_file(tmp_path / "w.db")) as store:
        for initials, pin in pins.items():
            enroll(store, initials, "nurse", pin, None, 0)
        known, now = people.people(store), 0
        for _turn in many(40, 10_000):
            now += 3_600_000
            initials, pin = chance.choice(list(pins)), chance.choice([*pins.values(), "0000"])
            found = sign_in(store, known[initials], pin, now)
            assert isinstance(found, SignedIn) == (pin == pins[initials])
            if isinstance(found, SignedIn):
                assert found.author.initials == initials


@hazard("HZ-62", without=cut(ImmunoSepApp.push_screen, "self.desk.is_locked", "False"))
async def test_nothing_of_a_patient_opens_over_the_lock_whoever_asks(ward_of_three: Bedside) -> None:
    await ward_of_three.press("ctrl+l")
    await ward_of_three.pilot.pause(0.1)
    lock = ward_of_three.app.screen
    for late in (PatientScreen(ward_of_three.app.desk, "b", "overview"), SignInScreen(ward_of_three.app.desk)):
        await ward_of_three.app.push_screen(late)
        assert ward_of_three.app.screen is lock


@hazard("HZ-62", without=cut(ImmunoSepApp.action_lock, "self._show_lock()", "pass"))
async def test_a_locked_screen_shows_counts_only_and_hears_no_key(ward_of_three: Bedside) -> None:
    await _open(ward_of_three, "b")
    await ward_of_three.press("ctrl+l")
    await ward_of_three.pilot.pause(0.1)
    for keys in ((), ("enter", "down", "f3", "ctrl+s"), ("ctrl+p", "enter"), ("escape", "escape", "n")):
        await ward_of_three.press(*keys)
        shown = screen_text(ward_of_three.app)
        assert not any(text in shown for _place, *both in IDENTIFIERS.values() for text in both), shown
