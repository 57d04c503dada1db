"""A scored table against the independent scorer, and against the rules called row by row."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.sofa import sofa_2, sofa_1996
from immunosep_tui.rules.sofa.day import ORGANS, Score
from immunosep_tui.rules.sofa.reading import read_day
from tests.cohort.table import Table, as_csv
from tests.oracle import days, phenotype
from tests.oracle import sofa_1996 as oracle
from tests.support.rows import texts


def by_the_oracle(row: Mapping[str, str]) -> dict[str, str]:
    expected = {f"sofa_{name}": "" if value is None else str(value) for name, value in oracle.score(row).items()}
    expected["sofa_complete"] = expected["sofa_complete"].lower()
    expected["phenotype"] = phenotype.classify(row["ferritin_ng_ml"], row["hla_dr_receptors"])
    expected["row_error"] = ""
    return expected


def compare(table: Table, seed: int, count: int) -> None:
    rows = list(days.random_days(seed, count))
    scored = table.rows(as_csv(rows))
    assert len(scored) == count
    for row, answer in zip(rows, scored, strict=True):
        assert answer == {**row, **by_the_oracle(row)}


def test_twenty_thousand_days_agree_with_the_oracle(table: Table) -> None:
    compare(table, 20_261, 20_000)


@pytest.mark.deep
def test_a_million_days_agree_with_the_oracle(table: Table) -> None:
    for part in range(20):
        compare(table, 77_000 + part, 50_000)


@pytest.mark.parametrize("version", ["1996", "2"])
def test_days_of_one_kind_score_as_each_does_by_itself(table: Table, protocol: Protocol, version: str) -> None:
    rows = list(days.random_days(4, 4_000))
    for row, answer in zip(rows, table.rows(as_csv(rows), version), strict=True):
        day = read_day(texts(row), protocol.bands).day
        score: Score = sofa_2.score(day) if version == "2" else sofa_1996.score(day, protocol.sofa.support_counts)
        points = [answer[f"sofa_{organ}"] for organ in ORGANS]
        assert points == ["" if c.points is None else str(c.points) for c in score.components]
        assert answer["sofa_total"] == ("" if score.total is None else str(score.total))
        assert answer["sofa_complete"] == str(score.complete).lower()
