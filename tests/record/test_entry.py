"""What an entry says and its hash: canonical, lossless, complete, and refused where anything in it is not known."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.record.entry import COLUMNS, GENESIS, Entry, NotReadable, read_body, write_body
from immunosep_tui.record.kinds import KINDS, CourseStarted, Dose, Kind, Labs, LimitEnded, Note, SofaTotal
from tests.record.histories import ADMITTED, book, plan

BODIES = st.one_of(*(st.from_type(body) for body in KINDS.values()))

FIRST = Entry(
    1, "p", 1, "note", '{"text":"é"}', 2, 3, 4, "boot", "AB", "nurse", "ws", "", None, "", "1", "k", GENESIS, ""
)


@given(BODIES)
def test_a_body_is_read_back_as_it_was_written(body: Kind) -> None:
    assert read_body(body.kind, write_body(body)) == body


@given(st.dictionaries(st.text(), st.text()))
def test_the_order_in_which_texts_were_typed_does_not_matter(texts: dict[str, str]) -> None:
    backwards = dict(reversed(texts.items()))
    assert write_body(Labs(texts)) == write_body(Labs(backwards))


def test_a_body_is_canonical_json() -> None:
    assert write_body(Labs({"ferritin": "12", "crp": "Ä"}, ("crp",))) == (
        '{"kept":["crp"],"sample":1,"texts":{"crp":"Ä","ferritin":"12"}}'
    )


def test_the_hash_of_an_entry_never_changes_from_release_to_release() -> None:
    assert FIRST.digest() == "7bf886018cb146bab4f153443b4ad59950ee25cadb305e298dde8ba8384818f3"


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "hash"])
def test_every_column_counts_in_the_hash(column: str) -> None:
    value: Any = getattr(FIRST, column)
    other: Any
    for other in (9, "9") if value is None else (f"{value}x",) if isinstance(value, str) else (value + 1,):
        assert replace(FIRST, **{column: other}).digest() != FIRST.digest()


def test_text_cannot_move_from_one_column_to_the_next() -> None:
    one, other = replace(FIRST, boot="a", author="bc"), replace(FIRST, boot="ab", author="c")
    assert one.digest() != other.digest()


def test_every_kind_has_one_body_and_every_body_one_kind() -> None:
    assert {name: body.kind for name, body in KINDS.items()} == {name: name for name in KINDS}
    assert len(set(KINDS.values())) == len(KINDS) == 31


REFUSED = [
    ("weather", "{}"),
    ("", "{}"),
    ("note", ""),
    ("note", "{"),
    ("note", "null"),
    ("note", "[]"),
    ("note", '"text"'),
    ("note", "{}"),
    ("note", '{"text":null}'),
    ("note", '{"text":1}'),
    ("note", '{"text":"a","more":"b"}'),
    ("note", '{"text":"a"} {}'),
    ("note", '{"Text":"a"}'),
    ("total", '{"day":"1","total":8}'),
    ("total", '{"day":1.5,"total":8}'),
    ("total", '{"day":true,"total":8}'),
    ("total", '{"day":1,"total":null}'),
    ("total", '{"day":1,"total":NaN}'),
    ("total", '{"day":1,"total":1e999}'),
    ("labs", '{"texts":{"ferritin":12}}'),
    ("labs", '{"texts":{"ferritin":"12"},"kept":"ferritin"}'),
    ("labs", '{"texts":[]}'),
    ("dose", '{"course":1,"slot":1}'),
    ("course", "SLOT"),
]


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_a_body_with_anything_unknown_in_it_is_refused(kind: str, text: str) -> None:
    if text == "SLOT":
        unknown = asdict(plan())
        unknown["slots"][0]["color"] = "red"
        text = json.dumps(unknown)
    with pytest.raises(NotReadable):
        read_body(kind, text)


@given(BODIES, st.data())
def test_a_body_without_one_of_its_facts_is_refused_or_has_a_default_for_it(body: Kind, data: st.DataObject) -> None:
    facts = json.loads(write_body(body))
    lost = data.draw(st.sampled_from(sorted(facts)))
    del facts[lost]
    optional = {
        "kept",
        "least_gap",
        "level",
        "active",
        "facts",
        "sample",
        "window",
        "answers",
        "checks",
        "grade",
        "major",
    }
    if lost in optional and not (lost == "level" and isinstance(body, LimitEnded)):  # what was ended is never left out
        read_body(body.kind, json.dumps(facts))
    else:
        with pytest.raises(NotReadable):
            read_body(body.kind, json.dumps(facts))


@given(st.sampled_from([ADMITTED, plan(), Note("a"), Dose(1, 1, "given"), SofaTotal(1, 8)]), st.data())
def test_a_damaged_body_is_read_or_refused_and_nothing_else(body: Kind, data: st.DataObject) -> None:
    text = write_body(body)
    place = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:place] + data.draw(st.text(max_size=3)) + text[place + data.draw(st.integers(0, 5)) :]
    kind = body.kind
    try:
        read = read_body(kind, damaged)
    except NotReadable:
        return
    assert read.kind == kind


def test_the_body_of_a_stored_line_is_read_when_it_is_asked_for() -> None:
    (entry,) = book(ADMITTED)
    assert entry.body == ADMITTED
    broken = replace(entry, kind="weather")
    with pytest.raises(NotReadable, match="weather"):
        assert broken.body


def test_the_columns_are_those_of_a_line_in_order() -> None:
    assert tuple(field.name for field in fields(Entry)) == COLUMNS
    assert COLUMNS[-2:] == ("prev", "hash")
    assert isinstance(read_body("course", write_body(plan())), CourseStarted)
