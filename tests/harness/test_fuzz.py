"""Random input in short, and the proof that each of the runs can fail."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random
from typing import Any

import pytest

from immunosep_tui.cohort.stream import Job, score_table
from immunosep_tui.profile import files, reading
from immunosep_tui.profile.build import build
from immunosep_tui.profile.errors import Fault, ProfileError
from immunosep_tui.rules.number import Refusal, parse_number
from tests.harness import fuzz_cohort, fuzz_numbers, fuzz_profiles, toml_texts

SEED = 20_261


# ---- numbers -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("inputs", [10_000, pytest.param(1_000_000, marks=pytest.mark.deep)])
def test_a_text_is_taken_as_what_it_says_or_not_at_all(inputs: int) -> None:
    found = fuzz_numbers.run(SEED, range(inputs))
    assert found.faults == []
    assert found.accepted > inputs / 10
    assert found.refused > inputs / 2


def by_float(text: str, decimals: int) -> Decimal | Refusal:
    """A gate that trusts Python's own reading of numbers."""
    try:
        return Decimal(repr(float(text)))
    except ValueError:
        return parse_number(text, decimals)


def without_commas(text: str, decimals: int) -> Decimal | Refusal:
    """A gate that drops what it does not like."""
    return parse_number(text.replace(",", ""), decimals)


def by_decimal(text: str, decimals: int) -> Decimal | Refusal:
    """A gate that knows every script's digits."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return parse_number(text, decimals)


def strict(text: str, decimals: int) -> Decimal | Refusal:
    """A gate that takes no zero."""
    return parse_number(text.replace("0", "x"), decimals)


@pytest.mark.parametrize("gate", [by_float, by_decimal, without_commas, strict])
def test_another_gate_is_found_out(gate: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_numbers, "parse_number", gate)
    assert fuzz_numbers.run(SEED, range(400)).faults


# ---- profiles ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("inputs", [1_000, pytest.param(1_000_000, marks=pytest.mark.deep)])
def test_a_profile_is_taken_as_it_is_written_or_not_at_all(inputs: int) -> None:
    found = fuzz_profiles.run(SEED, range(inputs))
    assert found.faults == []
    for kind in ("number", "fragment", "site's profile", "sample patient"):
        assert found.kinds[f"{kind}: accepted"] > 0
        assert found.kinds[f"{kind}: refused"] > 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("9 # 5", 9),
        ("9 # \x7f", None),
        ("9 # \r", None),
        ("0x1f", 31),
        ("1e9999999999999999999", Decimal("inf")),
        ("9 5", None),
    ],
)
def test_the_number_of_a_line_is_known(line: str, said: Decimal | None) -> None:
    assert toml_texts.number_of(line) == said


@pytest.mark.parametrize("inputs", [30, pytest.param(20_000, marks=pytest.mark.deep)])
def test_a_damaged_teaching_case_is_told_with_its_place_or_can_be_asked(inputs: int, tmp_path: Path) -> None:
    rng = Random(SEED)
    print(f"seed {SEED}")
    assert {fuzz_profiles.look_at_teaching(tmp_path, rng) for _turn in range(inputs)} == {True, False}


@pytest.mark.parametrize("step", [997, pytest.param(1, marks=pytest.mark.deep)])
def test_no_damage_to_a_sealed_file_is_taken_for_the_release(step: int) -> None:
    found = fuzz_profiles.sealed(step)
    assert found.faults == []
    assert found.inputs > 500


def test_a_seal_that_is_not_looked_at_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_profiles, "is_sealed", lambda path, text: True)
    assert fuzz_profiles.sealed(9_970).faults


def test_a_seal_of_half_the_text_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = files.is_sealed
    monkeypatch.setattr(
        fuzz_profiles, "is_sealed", lambda path, text: whole(path, text + path.read_text()[len(text) :])
    )
    assert fuzz_profiles.sealed(9_970).faults


def by_binary_floats(path: Path) -> tuple[str, dict[str, Any]]:
    """A reader whose numbers are nearly those of the file."""
    text, _tables = reading.read_toml(path)
    return text, tomllib.loads(text, parse_float=lambda number: Decimal(float(number)))


def that_repairs(path: Path) -> tuple[str, dict[str, Any]]:
    """A reader that makes a number of whatever looks like one."""
    text = path.read_bytes().decode("utf-8", "ignore")
    try:
        return text, tomllib.loads(text.replace(",", ""), parse_float=Decimal)
    except ValueError as error:
        raise ProfileError(Fault(str(path), 0, "", str(error))) from None


def that_names_no_place(path: Path) -> tuple[str, dict[str, Any]]:
    """A reader whose refusals lead nowhere."""
    try:
        return reading.read_toml(path)
    except ProfileError:
        raise ProfileError(Fault(str(path), 1_000_000, "", "no")) from None


@pytest.mark.parametrize("reader", [by_binary_floats, that_repairs, that_names_no_place])
def test_another_reader_of_profiles_is_found_out(reader: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_profiles, "read_toml", reader)
    assert fuzz_profiles.run(SEED, range(60)).faults


def test_a_number_that_changes_on_the_way_into_the_protocol_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def rounded(table: Mapping[str, Any], digest: str) -> object:
        first = dict(table["phenotype"]["ferritin_above"])
        first["value"] = first["value"] + 1
        return build({**table, "phenotype": {**table["phenotype"], "ferritin_above": first}}, digest)

    monkeypatch.setattr(files, "build", rounded)
    assert fuzz_profiles.run(SEED, range(200)).faults


def test_a_profile_that_takes_too_long_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.harness.fuzzing.LONGEST", 0.000_001)
    assert any("takes more than" in fault for fault in fuzz_profiles.run(SEED, range(20)).faults)


# ---- tables ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("inputs", [25, pytest.param(12_000, marks=pytest.mark.deep)])
def test_a_table_keeps_its_rows_and_no_value_changes(inputs: int) -> None:
    """The long run has about a million rows."""
    found = fuzz_cohort.run(SEED, range(inputs))
    assert found.faults == []
    assert found.accepted > inputs / 2
    assert found.refused > 0


def without_the_last_row(raw: bytes) -> bytes:
    return raw[: raw.rstrip().rfind(b"\n") + 1]


def in_another_order(raw: bytes) -> bytes:
    head, *rows = raw.splitlines(keepends=True)
    return head + b"".join(reversed(rows))


def tidied(raw: bytes) -> bytes:
    return raw.replace(b"'", b"")


def with_points(raw: bytes) -> bytes:
    return raw.replace(b",0,", b",1,")


@pytest.mark.parametrize("change", [without_the_last_row, in_another_order, tidied, with_points])
def test_a_scored_table_that_was_changed_is_found_out(
    change: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(job: Job) -> None:
        score_table(job)
        target = Path(job.target)
        target.write_bytes(change(target.read_bytes()))

    monkeypatch.setattr(fuzz_cohort, "score_table", changed)
    assert fuzz_cohort.run(SEED, range(12)).faults


@pytest.mark.parametrize("gate", [by_float, by_decimal, without_commas])
def test_a_table_read_through_another_gate_is_found_out(gate: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("immunosep_tui.cohort.ladder.parse_number", gate)
    assert fuzz_cohort.run(SEED, range(12)).faults
