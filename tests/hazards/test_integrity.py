"""Integrity: what is damaged, cut off or altered is noticed, is not written over, and decides nothing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from immunosep_tui.profile import files
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.record.chain import Head
from immunosep_tui.record.entry import COLUMNS, Author, Entry
from immunosep_tui.record.kinds import Note
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.anchor import against, anchor_of
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.engine import Violated
from immunosep_tui.store.files import open_file
from immunosep_tui.store.verify import verify
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.screens.board import BoardScreen
from immunosep_tui.ui.upkeep import Care
from tests.harness.bases import NAME
from tests.harness.damage import damage_many
from tests.hazards.control import Many, cut, every, hazard, swap
from tests.store.acts import admitted, record
from tests.support.wards import UTC, desk_of
from tests.ui.screen import screen_text
from tests.ui.test_recording import SHEET, Bedside


def _trusting(entries: Iterable[Entry]) -> Head:
    """The end of a ledger, whatever stands in it."""
    head = Head()
    for entry in entries:
        head = Head(entry.seq, entry.hash)
    return head


NO_CHAIN = swap("immunosep_tui.store.verify.follow", _trusting)


@hazard("HZ-44", without=NO_CHAIN)
def test_every_damage_is_noticed_or_changes_nothing(tmp_path: Path, many: Many) -> None:
    found = damage_many(len(many(150, 10_000)), 44, tmp_path)
    assert found.wrong == [], found.wrong[:3]
    assert found.outcomes.total() > 100


@hazard("HZ-44", without=cut(ImmunoSepApp._verify_and_back_up, "if not care.is_sound:", "if False:"))
async def test_a_store_that_was_found_damaged_is_read_and_not_written(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    desk.author, desk.care = Author("AB", "doctor"), str(tmp_path / NAME)

    async def finds_damage(_store: str, _key: bytes) -> Care:
        return Care(False, False)

    monkeypatch.setattr("immunosep_tui.ui.upkeep.take_care", finds_damage)
    before = desk.ward.store.head()
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        await app._verify_and_back_up()
        await app._look()
        await pilot.pause()
        assert "READ ONLY. The store is damaged." in screen_text(app)
        await bed.press("enter")
        await bed.sees("Case A-12")
        await bed.signs()
        await bed.sees("NOT SAVED: The store is damaged.")
    assert desk.ward.store.head() == before
    desk.close()


UNCHECKED = every(
    swap("immunosep_tui.profile.files.is_sealed", lambda *_given: True),
    swap("immunosep_tui.profile.files._check", lambda *_given: None),
)
NO_LAST_LINE = swap("immunosep_tui.profile.files._refuse_cut", lambda *_given: None)


@pytest.mark.parametrize("text", ["base", "immunosep-2025"])
@hazard("HZ-59", without=UNCHECKED)
def test_no_beginning_of_a_released_protocol_is_used(
    tmp_path: Path, text: str, many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path.resolve()
    shutil.copytree(files.data_folder() / "protocols", home / "protocols")
    monkeypatch.setattr(files, "data_folder", lambda: home)
    file = home / "protocols" / f"{text}.toml"
    content = file.read_bytes()
    for length in _lengths(content, many):
        file.write_bytes(content[:length])
        assert _used(home / "protocols" / "immunosep-2025.toml") is None, length
    file.write_bytes(content)
    assert _used(home / "protocols" / "immunosep-2025.toml") is not None


def _lengths(content: bytes, many: Many) -> Sequence[int]:
    """Where a file is cut: at any byte in the long run, else at the ends of lines and at bytes of a sample."""
    if many.deep:
        return range(len(content))
    lines = [place for place, byte in enumerate(content) if byte == ord("\n")]
    chance = random.Random(59)
    return [*chance.sample(lines, min(40, len(lines))), *chance.sample(range(len(content)), 40)]


@pytest.mark.parametrize("whole", [True, False], ids=["a-copy", "an-extension"])
@hazard("HZ-59", without=NO_LAST_LINE)
def test_no_beginning_of_a_protocol_of_the_site_is_used(tmp_path: Path, whole: bool, many: Many) -> None:
    """Without the control a file that ends within its checklist is one with fewer checks."""
    text = (files.data_folder() / "protocols" / "immunosep-2025.toml").read_text("utf-8")
    text = text.replace('id = "immunosep-2025"', 'id = "site"')
    if not whole:
        head, _middle = text.split("\n# ----", 1)
        checks = text.split("\n[[checklist]]\n")
        text = "\n[[checklist]]\n".join((head.replace('extends = "base"', 'extends = "immunosep-2025"'), *checks[-4:]))
    file = tmp_path / "site.toml"
    content = text.encode()
    for length in _lengths(content, many):
        file.write_bytes(content[:length])
        found = _used(file)
        assert found is None or content[length:].isspace(), length
    file.write_bytes(content)
    found = _used(file)
    assert found is not None
    assert len(found.checklist) == text.count("[[checklist]]")


def _used(file: Path) -> Protocol | None:
    """The protocol that a file gives; None where it is refused in words."""
    try:
        return files.load_unblinded(str(file))
    except ProfileError:
        return None
    except Exception as error:
        pytest.fail(f"not a refusal in words: {error!r}")


async def _ends_in_words(tmp_path: Path, typed: dict[str, str]) -> None:
    """Open the board without a protocol, with what somebody has typed before."""

    def missing() -> Protocol:
        return files.load_unblinded(str(tmp_path / "gone.toml"))

    desk = Desk(missing, open_file(tmp_path / NAME), Drafts(tmp_path / FILE_NAME, "ws-1"), UTC)
    if typed:
        desk.ward.put(Patient("p", typed))
    app = ImmunoSepApp(desk)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
    except ProfileError:
        pytest.fail("it ended as by a fault in the program")
    finally:
        desk.close()
    assert app.return_code == 2
    assert "cannot be read" in str(app.fault)


@hazard("HZ-59", without=cut(ImmunoSepApp.on_ready, "self.leave(2)"))
async def test_without_a_protocol_the_board_ends_in_words(tmp_path: Path) -> None:
    await _ends_in_words(tmp_path, {})


@hazard("HZ-59", without=cut(BoardScreen._start, "except ProfileError:", "except ZeroDivisionError:"))
async def test_without_a_protocol_the_board_ends_in_words_although_somebody_was_typed(tmp_path: Path) -> None:
    """Whose row on the board would need one."""
    await _ends_in_words(tmp_path, SHEET)


@hazard("HZ-60", without=swap("immunosep_tui.store.schema.GUARDS", ()))
def test_no_statement_changes_or_removes_what_was_recorded(tmp_path: Path) -> None:
    with closing(open_file(tmp_path / NAME)) as store:
        record(store, "p", admitted("p"), Note("seen"), Note("seen again"))
        before = [entry.text for entry in store.all_entries()]
        for column in COLUMNS:
            with pytest.raises(Violated):
                store.engine.run(f"UPDATE ledger SET {column} = {column} WHERE seq = 1")
        for statement in (
            "DELETE FROM ledger WHERE seq = 3",
            "DELETE FROM head",
            "UPDATE head SET seq = 1",
            "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 2",
        ):
            with pytest.raises(Violated):
                store.engine.run(statement)
        assert [entry.text for entry in store.all_entries()] == before


Alteration = Callable[[random.Random, list[list[object]]], None]
SEQ, N, TEXT, AUTHOR, HASH, PREV = (COLUMNS.index(name) for name in ("seq", "n", "text", "author", "hash", "prev"))


def _change(chance: random.Random, rows: list[list[object]]) -> None:
    chance.choice(rows)[AUTHOR] = "XY"


def _remove(chance: random.Random, rows: list[list[object]]) -> None:
    del rows[chance.randrange(len(rows) - 1)]


def _exchange(chance: random.Random, rows: list[list[object]]) -> None:
    one, other = chance.sample(rows, 2)
    for column in range(len(COLUMNS)):
        if column not in (SEQ, N, HASH, PREV):
            one[column], other[column] = other[column], one[column]


def _renumber(chance: random.Random, rows: list[list[object]]) -> None:
    """One less, and those after it moved up."""
    _remove(chance, rows)
    for seq, row in enumerate(rows, start=1):
        row[SEQ] = seq


def _altered(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write a ledger anew, past the guards, as whoever owns the file can; its end is where it ends now."""
    with closing(sqlite3.connect(path)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM ledger")
        connection.executemany(
            f"INSERT INTO ledger ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", rows
        )
        connection.execute(
            "UPDATE head SET (seq, hash, recorded) = (SELECT seq, hash, recorded FROM ledger ORDER BY seq DESC LIMIT 1)"
        )
        for _name, sql in guards:
            connection.execute(sql)
        connection.commit()


@pytest.fixture
def ledger(tmp_path: Path) -> tuple[Path, list[list[object]]]:
    """A ledger of the ward's own notes, of which no other table tells, and its rows."""
    path = tmp_path / NAME
    with closing(open_file(path)) as store:
        record(store, "", *(Note(f"shift {number}") for number in range(8)))
        rows: list[list[object]] = [
            list(row) for row in store.engine.run(f"SELECT {', '.join(COLUMNS)} FROM ledger ORDER BY seq")
        ]
    return path, rows


@hazard("HZ-60", without=NO_CHAIN)
def test_what_was_altered_past_the_guards_is_seen(ledger: tuple[Path, list[list[object]]], many: Many) -> None:
    path, rows = ledger
    chance = random.Random(60)
    for turn in many(12, 10_000):
        changed = [list(row) for row in rows]
        (_change, _remove, _exchange, _renumber)[turn % 4](chance, changed)
        _altered(path, changed)
        with closing(open_file(path)) as store:
            assert not verify(store).sound, turn


@hazard(
    "HZ-60", without=cut(against, "str(hashed).startswith(anchor.start) for hashed in found", "True for _any in (1,)")
)
def test_an_end_that_was_taken_away_is_seen_by_the_head_that_was_written_down(
    ledger: tuple[Path, list[list[object]]],
) -> None:
    """The chain alone does not see it: what is left is sound."""
    path, rows = ledger
    with closing(open_file(path)) as store:
        noted = anchor_of(store.head())
        assert against(store, noted) is None
    for left in range(1, len(rows)):
        _altered(path, rows[:left])
        with closing(open_file(path)) as store:
            assert verify(store).sound
            assert against(store, noted) is not None, left
