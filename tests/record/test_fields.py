"""The table of fields: each name once, keys find their field, and what is made of a row agrees with its kind of value."""

from __future__ import annotations

import pytest

from immunosep_tui.record.fields import DAY, DECIDING, FIELDS, SECTIONS, field_of
from immunosep_tui.record.values import ChoiceValue, QuantityValue, SheetField, WholeValue
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.sofa.reading import fields_of_day

LISTED = [field for listed in SECTIONS.values() for field in listed]


def key_of(field: SheetField) -> str:
    """A key at which a field stands."""
    if field.name == DAY:
        return f"{field.section}.9"
    return f"sofa.3.{field.name}" if field.section == "sofa" else f"{field.section}.{field.name}"


def test_no_two_fields_share_a_name() -> None:
    assert len(FIELDS) == len(LISTED)


@pytest.mark.parametrize("field", LISTED, ids=lambda field: field.name)
def test_a_key_finds_its_field(field: SheetField) -> None:
    assert field_of(key_of(field)) is field
    assert field.section == next(name for name, listed in SECTIONS.items() if field in listed)


def test_a_later_sample_has_the_fields_of_the_labs() -> None:
    assert field_of("sample.2.ferritin") is field_of("labs.ferritin") is FIELDS["ferritin"]


@pytest.mark.parametrize(
    "key",
    [
        "labs.pao2",
        "sofa.pao2",
        "sofa.x.pao2",
        "sample.ferritin",
        "response.day",
        "response.D",
        "monitoring.1.alt",
        "labs",
        "",
    ],
)
def test_another_key_has_no_field(key: str) -> None:
    assert field_of(key) is None


@pytest.mark.parametrize("field", LISTED, ids=lambda field: field.name)
def test_a_row_says_all_that_its_kind_of_value_needs(field: SheetField, protocol: Protocol) -> None:
    if isinstance(field.value, QuantityValue):
        assert field.value.analyte in ANALYTES
        assert len(field.columns) <= len(ANALYTES[field.value.analyte].units)
    else:
        assert field.label
    if isinstance(field.value, ChoiceValue):
        choices = field.value.choices_by(protocol)
        assert choices
        for part in ("key", "value", "label"):
            assert len({getattr(choice, part) for choice in choices}) == len(choices)
    if isinstance(field.value, WholeValue):
        assert field.value.highest > 0
    assert not field.drug or field.drug in ANALYTES


def test_a_day_of_sofa_can_be_typed_whole() -> None:
    """Every text that the rules score has a field."""
    assert set(fields_of_day()) <= {field.name for field in SECTIONS["sofa"]}
    assert {field.name for field in SECTIONS["sofa"] if field.option} <= set(fields_of_day())


def test_what_decides_can_be_given_to_the_command() -> None:
    assert [field.name for field in DECIDING] == [field.name for field in SECTIONS["labs"] if field.option]
