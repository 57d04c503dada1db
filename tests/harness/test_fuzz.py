"""Random input in short, and the proof that each of the runs can fail."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import pytest

from immunosep_tui.rules.number import Refusal, parse_number
from tests.harness import fuzz_numbers

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
