"""What a supervisor gets of a learner says the same in each form, and no text of it becomes a formula."""

from __future__ import annotations

import csv
import json
import re
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.training.book import Book, open_book
from immunosep_tui.training.export import COLUMNS, NOTICE, RISKY, WIDTH, as_csv, as_json, lines, report, save
from immunosep_tui.training.progress import Given
from immunosep_tui.training.rounds import Plan
from immunosep_tui.ward.instants import ms

NOW = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
ATHENS = ZoneInfo("Europe/Athens")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with closing(open_book(tmp_path / "training.db")) as opened:
        yield opened


def learn(book: Book, learner: str, topic: str = "urine", misreading: str = "urine-overlooked") -> str:
    """A class round with two right answers of three that has ended, and one of the learner's own that has not."""
    done = book.begin(learner, Plan("test", 4711, ("case/a", "made/urine/1/2"), clock=60, in_class=True), NOW)
    for ask, right in enumerate((True, False, True)):
        why = "" if right else misreading
        book.give(Given(done, 0, ask, "case/a", "k", topic, "a", right, False, 9, ms(NOW) + ask * 1000, why))
    book.end(done, NOW + timedelta(minutes=4))
    book.begin(learner, Plan("learn", 5, ("case/b",)), NOW + timedelta(hours=1))
    return done


def rows(text: str) -> list[dict[str, str]]:
    header, *found = csv.reader(text.splitlines(keepends=True), strict=True)
    assert header[1:] == list(COLUMNS[1:])
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def test_the_lines(book: Book) -> None:
    learn(book, "AB")
    found = lines(report(book, "AB", (NOW + timedelta(hours=2)).astimezone(ATHENS)))
    misread = found[9:-4]
    assert " ".join(line.strip() for line in misread).startswith("1  Creatinine alone")
    assert found == (
        "TRAINING - NOT A PATIENT",
        "AB, 2026-05-05 03:30",
        "",
        "Answers: 3, right: 2. Days in a row: 1.",
        "",
        "Topics, the one due first in front (right of all, level, due)",
        "    2/3    1  2026-05-06  Urine",
        "",
        "What was misread, the most frequent first (times)",
        *misread,
        "",
        "Rounds (begun, right of all, mode)",
        "2026-05-05 01:30     2/3    test, cases: 2, class seed 4711",
        "2026-05-05 02:30     0/0    learn, cases: 1, not ended",
    )
    assert all(len(line) <= WIDTH for line in found)


def test_json_and_table_say_the_same(book: Book) -> None:
    done = learn(book, "AB")
    of = report(book, "AB", NOW)
    told, table = json.loads(as_json(of)), rows(as_csv(of))
    assert (told["notice"], told["learner"], told["answered"], told["right"]) == (NOTICE, "AB", 3, 2)
    assert {row["notice"] for row in table} == {NOTICE}
    assert [row["part"] for row in table] == ["topic", "misreading", "round", "round"]
    (topic,) = told["topics"]
    assert (topic["id"], topic["title"], topic["answered"], topic["right"]) == ("urine", "Urine", 3, 2)
    assert [table[0][name] for name in ("id", "text", "answered", "right")] == ["urine", "Urine", "3", "2"]
    assert (topic["last"], topic["due"]) == (table[0]["last"], table[0]["due"])
    (misread,) = told["misreadings"]
    assert (misread["id"], misread["times"], misread["last"]) == ("urine-overlooked", 1, "2026-05-04T22:30:01Z")
    assert [table[1][name] for name in ("id", "text", "answered")] == ["urine-overlooked", misread["why"], "1"]
    ended, going_on = told["rounds"]
    assert (ended["id"], ended["mode"], ended["seed"], ended["in_class"]) == (done, "test", 4711, True)
    assert (ended["cases"], ended["begun"], ended["ended"]) == (
        ["case/a", "made/urine/1/2"], "2026-05-04T22:30:00Z", "2026-05-04T22:34:00Z",
    )  # fmt: skip
    assert (going_on["answered"], going_on["ended"]) == (0, None)
    assert [table[2][name] for name in ("id", "answered", "right", "begun", "last")] == [
        done, "3", "2", ended["begun"], ended["ended"],
    ]  # fmt: skip
    assert table[3]["last"] == ""


HOSTILE = [*(first + '1+A1,"x"' for first in sorted(RISKY)), "=", "=HYPERLINK(x)\n=2", 'a"b', "a,=b", "a\n=b", "''a"]


def test_no_text_becomes_a_formula_or_is_changed(book: Book) -> None:
    """Names are cleaned on their way in; here they come from a file that somebody else has written."""
    for text in HOSTILE:
        learn(book, text, topic=text, misreading=text)
        of = report(book, text, NOW)
        table = rows(as_csv(of))
        assert len(table) == 4
        for row in table:
            for name in COLUMNS:
                assert row[name][:1] not in RISKY - {"'"}
                written = row[name][1:] if row[name].startswith("'") else row[name]
                assert written == _raw(row, name, text)
        assert json.loads(as_json(of))["learner"] == text
        assert all(line.isprintable() for line in lines(of))


def _raw(row: dict[str, str], name: str, text: str) -> str:
    """The text as it was, where it is the hostile one."""
    from_outside = name == "learner" or (name in ("id", "text") and row["part"] in ("topic", "misreading"))
    return text if from_outside else row[name]


def test_texts_stand_in_quotes_and_numbers_without(book: Book) -> None:
    learn(book, "AB")
    cell = '("[^"]*"|[0-9]+)'
    for line in as_csv(report(book, "AB", NOW)).splitlines():
        assert re.fullmatch(rf"{cell}(,{cell}){{{len(COLUMNS) - 1}}}", line), line


def test_a_learner_without_answers(book: Book) -> None:
    of = report(book, "nobody", NOW)
    assert rows(as_csv(of)) == []
    assert json.loads(as_json(of))["topics"] == []
    assert len(lines(of)) > 5


def test_files_are_private_and_do_not_name_the_learner(book: Book, tmp_path: Path) -> None:
    learn(book, "Anna Bell")
    of = report(book, "Anna Bell", NOW.astimezone(ATHENS))
    saved = [*save(of, tmp_path), *save(of, tmp_path)]
    assert len(set(saved)) == 4
    for path in saved:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.name.startswith("immunosep_training_2026-05-04T2230Z_")
        assert path.read_text("utf-8") == (as_json(of) if path.suffix == ".json" else as_csv(of))
    with pytest.raises(FileNotFoundError):
        save(of, tmp_path / "none")
