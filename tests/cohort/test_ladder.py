"""The rungs: values that the rules cannot tell apart share one, and what is taken does not hang on what came before."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.cohort.columns import CHOICE, COLUMNS
from immunosep_tui.cohort.ladder import ABSENT, Reader, RefusedCell, ladder, rung
from immunosep_tui.profile.files import load
from immunosep_tui.rules.number import Refusal

PROTOCOL = load()
LADDER = ladder("1996", PROTOCOL.phenotype)
NUMBERS = st.decimals("0", "2000", places=2).map(lambda number: format(number, "f"))


def test_a_rung_tells_below_on_and_above_a_limit() -> None:
    limits = (Fraction(10), Fraction(20))
    assert [rung(Fraction(n), limits) for n in (9, 10, 11, 20, 21)] == [0, 1, 2, 3, 4]


def test_there_is_no_ladder_for_another_version() -> None:
    with pytest.raises(KeyError):
        ladder("3", PROTOCOL.phenotype)


@pytest.mark.parametrize("version", ["1996", "2"])
def test_limits_ascend_and_belong_to_columns(version: str) -> None:
    found = ladder(version, PROTOCOL.phenotype)
    names = {column.name for column in COLUMNS}
    assert set(found.limits) <= names
    for limits in found.limits.values():
        assert list(limits) == sorted(set(limits))
    for derived in (d for of_organ in found.derived.values() for d in of_organ):
        assert {derived.one, derived.other} <= names
        assert list(derived.limits) == sorted(set(derived.limits))


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.sampled_from([c for c in COLUMNS if c.unit != CHOICE]))
def test_a_reader_takes_and_places_as_if_each_cell_were_its_first(texts: list[str], column: object) -> None:
    found = next(c for c in COLUMNS if c is column)
    limits = LADDER.limits.get(found.name, ())
    reader = Reader(found, limits, PROTOCOL.bands)
    for text in texts:
        read = found.read(text, PROTOCOL.bands)
        if isinstance(read, Refusal):
            with pytest.raises(RefusedCell):
                reader(text)
        else:
            assert reader(text) == rung(Fraction(text), limits)
    assert reader("") == ABSENT
