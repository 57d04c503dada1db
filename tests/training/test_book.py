"""The learners' file: what it keeps, what it refuses, and its troubles in words."""

from __future__ import annotations

import random
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store import files
from immunosep_tui.store.engine import Violated
from immunosep_tui.store.errors import NotSaved, Refused, StoreError, Unusable
from immunosep_tui.store.files import open_file
from immunosep_tui.store.place import data_folder
from immunosep_tui.store.schema import Guard
from immunosep_tui.training.book import FILE_NAME, GUARDS, LONGEST_NAME, Book, learner_of, open_book
from immunosep_tui.training.items import item
from immunosep_tui.training.progress import Given
from immunosep_tui.training.rounds import Plan
from immunosep_tui.ward.instants import ms
from tests.harness.damage import Damage, flip, scribble, truncate, zero

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
ITEMS = ("made/day-number/1/4", "made/death-scored/1/7", "made/urine/1/2")
PLAN = Plan("learn", 31, ITEMS, clock=90, in_class=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "training.db"


@pytest.fixture
def book(path: Path) -> Iterator[Book]:
    with closing(open_book(path)) as opened:
        yield opened


def given(of_round: str, place: int, ask: int, answer: str = "2") -> Given:
    at = ms(NOW) + ask
    return Given(of_round, place, ask, ITEMS[place], "day", "day-number", answer, False, True, 12, at, "from-zero")


def test_what_was_given_is_there_when_the_file_is_opened_again(book: Book, path: Path) -> None:
    first = book.begin("AB", PLAN, NOW)
    other = book.begin("Łucja 李", replace(PLAN, seed=2, clock=0, in_class=False), NOW + timedelta(minutes=1))
    answers = (given(first, 0, 0), replace(given(first, 1, 0, "1/8"), right=True, hinted=False, misreading=""))
    for answer in answers:
        book.give(answer)
    book.give(given(other, 0, 0))
    book.end(first, NOW + timedelta(minutes=5))
    book.close()
    with closing(open_book(path)) as again:
        assert again.learners() == ("AB", "Łucja 李")
        assert again.answers("AB") == answers
        (done,) = again.rounds("AB")
        assert (done.id, done.plan, done.answered, done.right) == (first, PLAN, 2, 1)
        assert (done.begun, done.ended) == (ms(NOW), ms(NOW) + 300_000)
        (going_on,) = again.rounds("Łucja 李")
        assert (going_on.ended, going_on.plan.in_class, going_on.plan.clock) == (None, False, 0)
        assert (again.answers("nobody"), again.rounds("nobody")) == ((), ())


def test_an_open_round_goes_on_at_the_next_question(book: Book, protocol: Protocol) -> None:
    assert book.open_round("AB") is None
    older = book.begin("AB", PLAN, NOW)
    newer = book.begin("AB", PLAN, NOW)  # the clock did not move
    wanted = [(place, ask) for place, name in enumerate(ITEMS) for ask in range(len(item(name, protocol).asks))]
    assert len(wanted) > len(ITEMS)
    for place in wanted:
        there = book.open_round("AB")
        assert there is not None
        assert (there.id, there.learner, there.plan, there.begun) == (newer, "AB", PLAN, ms(NOW))
        assert there.next_question(protocol) == place
        book.give(given(newer, *place))
    there = book.open_round("AB")
    assert there is not None
    assert there.next_question(protocol) is None
    assert there.answers == tuple(given(newer, *place) for place in wanted)
    book.end(newer, NOW)
    there = book.open_round("AB")
    assert there is not None
    assert (there.id, there.answers) == (older, ())
    book.end(older, NOW)
    assert book.open_round("AB") is None


def test_a_case_that_is_no_longer_there_is_passed_over(book: Book, protocol: Protocol) -> None:
    book.begin("AB", Plan("learn", 1, ("made/no-such-topic/1/4", "made/urine/x/4", "written by hand", ITEMS[0])), NOW)
    there = book.open_round("AB")
    assert there is not None
    assert there.next_question(protocol) == (3, 0)


def test_an_answer_stands(book: Book) -> None:
    name = book.begin("AB", PLAN, NOW)
    book.give(given(name, 0, 0))
    book.give(replace(given(name, 0, 0), seconds=99))  # somebody tries again
    assert book.answers("AB") == (given(name, 0, 0),)
    with pytest.raises(Refused, match="answered already"):
        book.give(given(name, 0, 0, "3"))
    with pytest.raises(Refused, match="no such round"):
        book.give(given("another", 0, 0))
    book.end(name, NOW)
    book.end(name, NOW + timedelta(days=1))
    with pytest.raises(Refused, match="has ended"):
        book.give(given(name, 0, 1))
    with pytest.raises(Refused, match="cannot be stored"):
        book.begin("\ud800", PLAN, NOW)
    assert book.learners() == ("AB",)
    assert [each.ended for each in book.rounds("AB")] == [ms(NOW)]


@pytest.mark.parametrize("guard", GUARDS, ids=[guard.name for guard in GUARDS])
def test_the_file_itself_refuses_to_change(book: Book, guard: Guard) -> None:
    name = book.begin("AB", PLAN, NOW)
    book.give(given(name, 0, 0))
    book.end(name, NOW)
    statements = {
        "UPDATE": "UPDATE {table} SET rowid = rowid",
        "DELETE": "DELETE FROM {table}",
        "INSERT": "INSERT INTO {table} SELECT round, 9, ask, item, key, topic, answer, 1, 0, 1, 1, '' FROM {table}",
    }
    table, event = guard.table, guard.event
    with pytest.raises(Violated) as refused:
        book.engine.run(statements[event].format(table=table))
    assert refused.value.rule == guard.name
    with pytest.raises(Violated):
        book.engine.run(f"REPLACE INTO {table} SELECT * FROM {table}")


def test_settings_and_modes(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "training.db"
    with closing(open_book(path)) as book:
        assert [book.engine.run(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous")] == ["delete", 3]
        book.begin("AB", PLAN, NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_it_lies_in_the_users_own_folder() -> None:
    with closing(open_book()) as book:
        assert book.engine.path == data_folder() / FILE_NAME


def _write(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.write_bytes(content)
    path.chmod(mode)


def test_what_cannot_be_opened_says_why(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusal(of: Path = path) -> str:
        with pytest.raises(Unusable) as refused:
            open_book(of)
        return f"{refused.value.text} {refused.value.advice}"

    _write(path, b"SQLite format 3\0" + bytes(8000))
    assert refusal() == f"{path} is damaged. Move it away: a new one is then begun. No patient is in it."
    _write(path, b"a list of learners" * 900)
    assert "is damaged" in refusal()
    _write(path, b"", 0o644)
    assert "other users" in refusal()
    path.unlink()
    named = "immunosep-tui train --book PATH."
    assert refusal(path.parent) == f"{path.parent} is not a file. Name another file for the learners: {named}"
    _write(path, b"")
    assert "error" in refusal(path / "below.db") or "no such file" in refusal(path / "below.db")
    assert f"no such file: {path}/deeper/below.db. Name" in refusal(path / "deeper" / "below.db")
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE mine (text)")
    assert refusal().startswith(f"{path} is a database of another program. Name another file for the learners")
    path.unlink()
    open_file(path).close()
    assert refusal().endswith(f"Training and patients never share a file. Name another file for the learners: {named}")
    path.unlink()
    open_book(path).close()
    with closing(open_book(path)) as book:
        book.engine.run("PRAGMA user_version=99")
    assert "newer version" in refusal()
    monkeypatch.setattr(files, "network_system", lambda _path: "nfs4")
    assert "network file system (nfs4)" in refusal()
    assert "--store" not in refusal()


def _give_without_end(book: Book, name: str) -> None:
    for ask in range(1, 2000):
        book.give(given(name, 0, ask, "x" * 200))


@pytest.mark.parametrize(
    ("pragma", "words"), [("query_only=1", "read-only"), ("max_page_count=1", "The disk is full.")]
)
def test_what_cannot_be_written_says_so_and_is_not_there(book: Book, pragma: str, words: str) -> None:
    name = book.begin("AB", PLAN, NOW)
    book.give(given(name, 0, 0))
    book.engine.run(f"PRAGMA {pragma}")
    with pytest.raises(NotSaved) as refused:
        _give_without_end(book, name)
    assert words in str(refused.value.text)
    there = book.answers("AB")
    assert there[0] == given(name, 0, 0)
    book.give(given(name, 0, len(there)))  # the file is opened anew, and the disk has room again
    assert len(book.answers("AB")) == len(there) + 1


def test_another_program_that_writes_is_waited_for_and_then_named(
    book: Book, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = book.begin("AB", PLAN, NOW)
    book.close()
    monkeypatch.setattr("immunosep_tui.store.sqlite.BUSY_SECONDS", 0.05)
    with (
        closing(open_book(path)) as other,
        other.engine.transaction(),
        pytest.raises(NotSaved, match="Another program"),
    ):
        book.give(given(name, 0, 0))
    book.give(given(name, 0, 0))
    assert len(book.answers("AB")) == 1


def _sound(folder: Path) -> bytes:
    with closing(open_book(folder / "sound.db")) as book:
        for learner in ("AB", "CD"):
            name = book.begin(learner, PLAN, NOW)
            for place in ((0, 0), (1, 0), (1, 1)):
                book.give(given(name, *place))
        book.end(name, NOW)
    return (folder / "sound.db").read_bytes()


@pytest.mark.parametrize("copies", [pytest.param(80), pytest.param(20_000, marks=pytest.mark.deep)])
def test_damage_is_said_in_words(copies: int, tmp_path: Path, path: Path, protocol: Protocol) -> None:
    """Whatever is wrong with the bytes, nothing but a StoreError comes out of any call."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance, whole, refused = random.Random(seed), _sound(tmp_path), list[StoreError]()
    kinds: tuple[Damage, ...] = (flip, zero, scribble, truncate)
    for _copy in range(copies):
        content = bytearray(whole)
        chance.choice(kinds)(chance, content)
        path.with_name("training.db-journal").unlink(missing_ok=True)
        _write(path, bytes(content))
        try:
            with closing(open_book(path)) as book:
                for learner in book.learners():
                    book.answers(learner)
                    book.rounds(learner)
                    if there := book.open_round(learner):
                        there.next_question(protocol)
                book.end(book.begin("EF", PLAN, NOW), NOW)
        except StoreError as error:
            refused.append(error)
    assert 0 < len(refused) < copies
    assert all(str(error.text) and str(error.advice) for error in refused)


def test_a_learner_is_a_name_or_initials() -> None:
    assert learner_of("  Anna \u0301  Bell ") == "Anna \u0301 Bell"
    assert learner_of("e\u0301 B") == "\u00e9 B"
    assert learner_of("ab", ("CD", "AB")) == "AB"
    assert learner_of("x" * LONGEST_NAME) == "x" * LONGEST_NAME
    for text, code in {
        "": "empty",
        " \t ": "empty",
        "x" * (LONGEST_NAME + 1): "too_long",
        "A\x1b[2J": "control_character",
        "A\u202eB": "control_character",
        "\ud800": "control_character",
    }.items():
        found = learner_of(text)
        assert isinstance(found, Refusal)
        assert found.code == code
