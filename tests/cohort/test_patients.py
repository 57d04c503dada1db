"""The table of patients: the responder rule over complete days, with every doubt about a patient said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import pytest

from immunosep_tui.cohort.records import TableRefused
from tests.cohort.table import Table
from tests.oracle import response

HEADER = (
    "patient_id,day,pao2_mmhg,fio2,support,platelets_10e9_l,bilirubin_mg_dl,map_mmhg,norepinephrine_mcg_kg_min,"
    "gcs,creatinine_mg_dl,died"
)


def row(patient: str, day: int | str, total: int | None, died: str = "", gcs: str | None = None) -> str:
    """A complete patient-day with that total, or one without a Glasgow Coma Scale where the total is None."""
    points = [min(4, max(0, (total or 0) - 4 * organ)) for organ in range(6)]
    cells = (
        ("400", "350", "250", "150", "50")[points[0]],
        "1",
        "invasive",
        ("150", "120", "70", "30", "10")[points[1]],
        ("1", "1.5", "3", "7", "13")[points[2]],
        ("70", "60", "60", "60", "60")[points[3]],
        ("", "", "", "0.1", "0.2")[points[3]],
        "" if total is None else ("15", "14", "11", "8", "4")[points[4]],
        ("1", "1.5", "2.5", "4", "6")[points[5]],
    )
    if gcs is not None:
        cells = (*cells[:7], gcs, cells[8])
    return ",".join((patient, str(day), *cells, died))


def table_of(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


def course(patient: str, totals: Mapping[int, int | None]) -> list[str]:
    return [row(patient, day, total) for day, total in totals.items()]


def reachable(total: int) -> bool:
    """Whether ``row`` can make the total: no pressure and no rate gives 2 points here."""
    return total - 12 != 2


def test_rows_have_the_total_that_they_are_made_for(table: Table) -> None:
    totals = [total for total in range(25) if reachable(total)]
    scored = table.rows(table_of(*(row("P", day, total) for day, total in enumerate(totals))))
    assert [int(answer["sofa_total"]) for answer in scored] == totals
    assert {answer["sofa_complete"] for answer in scored} == {"true"}


def test_a_response_has_its_numbers(table: Table) -> None:
    days = {1: 9, 2: 9, 3: 8, 4: 8, 5: 8, 6: 7, 7: 7, 8: 7, 9: 6}
    found = table.patients(table_of(*course("P1", days)))["P1"]
    assert found["baseline"] == "9"
    assert (found["mean"], found["decrease"]) == ("7.5", "1.5")
    assert (found["responder"], found["provisional"], found["died"]) == ("true", "false", "false")
    assert found["imputed_days"] == found["error"] == ""
    assert (found["day15_responder"], found["day15_provisional"]) == ("", "true")
    assert found["day15_imputed_days"] == "10 11 12 13 14 15"


def test_columns_and_order_of_patients(table: Table) -> None:
    found = table.patients(table_of(row("B", 1, 9), row("A", 1, 8), row("B", 2, 7)))
    assert list(found) == ["B", "A"]
    window = ["mean", "decrease", "responder", "provisional", "died", "imputed_days"]
    assert list(found["A"]) == ["patient_id", "baseline", *window, *(f"day15_{name}" for name in window), "error"]
    assert (table.summary.patients, table.summary.patient_errors) == (2, 0)


def test_an_incomplete_day_counts_as_missing(table: Table) -> None:
    days: dict[int, int | None] = {1: 9, 2: 7, 3: None, 4: 5, 5: 5, 6: 5, 7: 5, 8: 5, 9: 5}
    found = table.patients(table_of(*course("P1", days)))["P1"]
    assert found["imputed_days"] == "3"
    assert found["mean"] == "5.5"
    assert found["error"] == ""


def test_death_scores_from_its_day_on(table: Table) -> None:
    rows = [*course("P1", {1: 9, 2: 9, 3: 9}), row("P1", 4, 9, "true"), row("P1", 5, None)]
    found = table.patients(table_of(*rows), "died")["P1"]
    assert found["died"] == "true"
    assert found["provisional"] == found["responder"] == "false"
    assert found["mean"] == "20.25"
    assert found["imputed_days"] == "4 5 6 7 8 9"


def test_death_after_the_first_window_counts_in_the_second(table: Table) -> None:
    rows = [*course("P1", dict.fromkeys(range(1, 10), 9)), row("P1", 12, None, "1")]
    found = table.patients(table_of(*rows), "died")["P1"]
    assert (found["died"], found["day15_died"]) == ("false", "true")
    assert found["day15_mean"] == "13.2857"


@pytest.mark.parametrize("day", [0, 1])
def test_death_before_the_window_fills_all_of_it(table: Table, day: int) -> None:
    found = table.patients(table_of(row("P1", day, 9, "YES")), "died")["P1"]
    assert (found["died"], found["mean"]) == ("true", "24")


def test_without_the_death_column_nobody_died(table: Table) -> None:
    found = table.patients(table_of(row("P1", 1, 9), row("P1", 2, 9, "true")))["P1"]
    assert found["died"] == "false"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("P1", 1, 9), row("P1", 2, 8), row("P1", 2, 8)], "Two rows have the same day"),
        ([row("P1", 1, 9), row("P1", 1, None)], "Two rows have the same day"),
        ([row("P1", 1, 9), row("P1", 2, 8, gcs="x")], "A row was refused"),
        ([row("P1", 1, 9), row("P1", "x", 8)], "A row was refused"),
        ([row("P1", 1, 9), row("P1", 2, 8) + ",surplus"], "A row was refused"),
        ([row("P1", 1, 9), '"P1,2,14'], "A row was refused"),
        ([row("P1", 1, 9), row("P1", 2, 8, "maybe")], "A row was refused"),
        ([row("P1", 2, 9, "1"), row("P1", 3, 9)], "Day 3 has a SOFA total, but the patient died on day 2"),
        ([row("P1", 1, 9, "1"), row("P1", 2, 9)], "Day 2 has a SOFA total, but the patient died on day 1"),
        ([row("P1", 2, 9, "1"), row("P1", 3, None, "1")], "Two days are marked as the day of death"),
    ],
)
def test_a_doubt_about_a_patient_leaves_no_verdict(table: Table, rows: Sequence[str], words: str) -> None:
    found = table.patients(table_of(*rows, *course("P2", dict.fromkeys(range(1, 16), 5))), "died")
    assert words in found["P1"].pop("error")
    assert set(found["P1"].values()) == {"P1", ""}
    assert (found["P2"]["mean"], found["P2"]["error"]) == ("5", "")
    assert table.summary.patient_errors == 1


def test_what_lies_behind_the_last_window_changes_nothing(table: Table) -> None:
    days = dict.fromkeys(range(1, 16), 5)
    plain = table.patients(table_of(*course("P1", days)))
    more = [row("P1", 16, 9), row("P1", 16, 9), row("P1", 999_999_999, 9), row("P1", 20, 9, gcs="x")]
    assert table.patients(table_of(*course("P1", days), *more)) == plain


def test_a_row_without_a_patient_belongs_to_nobody(table: Table) -> None:
    assert table.patients(table_of(row("", 1, 9), row("\x00", 1, 9))) == {}
    assert table.summary.errors == 2


def test_random_courses_agree_with_the_oracle(table: Table) -> None:
    random = Random(11)
    courses: dict[str, tuple[int | None, list[str]]] = {}
    rows: list[str] = []
    for number in range(300):
        totals = [random.choice([None, *(t for t in range(25) if reachable(t))]) for _day in range(15)]
        death = random.choice([*range(2, 16), *[99] * 20])
        seen = [day for day in range(1, min(death, 15) + 1) if random.random() < 0.8 or day == death]
        days = ["" if day not in seen or totals[day - 1] is None else str(totals[day - 1]) for day in range(2, 16)]
        if death < 16:
            days[death - 2 :] = ["D", *[""] * (15 - death)]
        courses[f"P{number}"] = (totals[0] if 1 in seen else None, days)
        rows += [row(f"P{number}", day, totals[day - 1], "1" if day == death else "") for day in seen]
    random.shuffle(rows)
    found = table.patients(table_of(*rows), "died")
    compared = 0
    for patient, answer in found.items():
        baseline, days = courses[patient]
        for prefix, count in (("", 8), ("day15_", 14)):
            if any(days[:count]):
                expected = response.respond(baseline, days[:count])
                assert answer[f"{prefix}provisional"] == str(expected["provisional"]).lower()
                assert answer[f"{prefix}died"] == str(expected["died"]).lower()
                verdict = expected["responder"]
                assert answer[f"{prefix}responder"] == ("" if verdict is None else str(verdict).lower())
                assert (answer[f"{prefix}mean"] == "") is (expected["sum"] is None)
                compared += 1
    assert compared > 500


@pytest.mark.parametrize(("death_column", "where"), [("gone", "--death-column")])
def test_a_death_column_must_be_there(table: Table, death_column: str, where: str) -> None:
    with pytest.raises(TableRefused) as refused:
        table.patients(table_of(row("P1", 1, 9)), death_column)
    assert refused.value.where == where
