"""The reader of the published results: every key is read, every number is where it belongs, or the file is refused."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from immunosep_tui.rules.protocol import Note
from immunosep_tui.rules.published import Finding, Outcome, Printed, Trial, evidence_from

FILE = Path(__file__).parents[2] / "profiles" / "evidence" / "immunosep-2025.toml"
DATA: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)


def tables(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every table in the file but the list of sources, whose keys are free."""
    if isinstance(value, dict):
        if path != ("sources",):
            yield path
        for key, item in value.items():
            yield from tables(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from tables(item, (*path, index))


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    change(data)
    return data


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def refusal(change: Callable[[dict[str, Any]], object]) -> str:
    with pytest.raises(ValueError) as error:
        evidence_from(changed(change))
    return str(error.value)


@pytest.mark.parametrize("path", list(tables(DATA)), ids=str)
def test_a_key_that_nobody_reads_is_refused_in_every_table(path: tuple[str | int, ...]) -> None:
    assert "unread" in refusal(lambda data: at(data, path).update(unread="something"))


def test_the_file_becomes_values_and_nothing_is_lost() -> None:
    found = evidence_from(DATA)
    assert isinstance(found.trial, Trial)
    assert found.trial.registry == "NCT04990232"
    assert found.trial.source == DATA["trial"]["source"]
    for name in ("limits", "corrections", "context"):
        notes = getattr(found, name)
        assert [note.text for note in notes] == [note["text"] for note in DATA[name]]
        assert all(isinstance(note, Note) for note in notes)
    assert found.unknown == tuple(DATA["unknown"]["texts"])
    assert found.unknown
    assert {len(outcome.printed.percent or ()) for outcome in found.outcomes} <= {0, 2}


def test_a_note_is_empty_unless_there_is_one() -> None:
    found = evidence_from(DATA)
    arm = found.outcomes[0].precision
    bare = Outcome("x", "x", "primary", "benefit", arm, arm, Printed(), "S1", "V")
    assert bare.note == ""
    assert Finding("x", "x", "x", (), "S1", "V").note == ""
    assert type(found.ordinal[0])("x", "x", ("a",), (1,), (1,), Printed(), "S1", "V").note == ""
    assert type(found.screening)(1, 0, (), (1, 0), (0, 0), (1, 0), "S1", "V").note == ""


def test_an_id_is_used_once() -> None:
    said = refusal(lambda data: data["arms"][1].update(id=data["arms"][0]["id"]))
    assert said.startswith("arms: ")
    said = refusal(lambda data: data["safety"][0].update(id=data["design"][0]["id"]))
    assert said.startswith("design, baseline, conduct and safety: ")
    assert "used twice" in said


@pytest.mark.parametrize("key", ["randomized", "withdrew_all_data", "analyzed"])
def test_the_arms_of_the_flow_are_two(key: str) -> None:
    assert refusal(lambda data: data["screening"][key].append(0)).startswith(f"screening.{key}: must be two numbers")


@pytest.mark.parametrize(
    ("key", "index", "named"),
    [
        ("excluded_parts", 0, "excluded_parts"),
        ("randomized", 0, "randomized"),
        ("analyzed", 0, "analyzed"),
        ("analyzed", 1, "analyzed"),
    ],
)
def test_the_flow_must_add_up(key: str, index: int, named: str) -> None:
    def more(data: dict[str, Any]) -> None:
        data["screening"][key][index] += 1

    assert refusal(more).startswith(f"screening.{named}: adds up to")


@pytest.mark.parametrize("arm", ["precision", "placebo"])
def test_an_ordinal_outcome_has_a_count_for_each_category(arm: str) -> None:
    assert refusal(lambda data: data["ordinal"][0][arm].append(0)).startswith(f"ordinal[0].{arm}: ")


def test_a_printed_estimate_lies_between_its_limits_or_on_one() -> None:
    def printed(value: str, low: str, high: str) -> Callable[[dict[str, Any]], object]:
        figures = {"value": Decimal(value), "low": Decimal(low), "high": Decimal(high)}
        return lambda data: data["outcomes"][0]["printed"].update(odds_ratio=figures)

    assert evidence_from(changed(printed("2", "2", "3"))).outcomes[0].printed.odds_ratio
    assert evidence_from(changed(printed("3", "2", "3"))).outcomes[0].printed.odds_ratio
    for outside in ("1.9", "3.1"):
        assert "between low and high" in refusal(printed(outside, "2", "3"))


def test_what_is_not_printed_is_not_there() -> None:
    def without_p(data: dict[str, Any]) -> None:
        data["outcomes"][0]["printed"].pop("p")

    assert evidence_from(changed(without_p)).outcomes[0].printed.p is None
