"""What a cell may hold: every refusal is the one that the commands give, in the words of the column."""

from __future__ import annotations

import pytest

from immunosep_tui.cohort.columns import ADDED, CHOICE, COLUMNS, hard_limits
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.units import Entry, read_quantity
from tests.cohort.table import Table

MEASURED = [column for column in COLUMNS if column.unit != CHOICE]
TAKEN = {
    "pao2_mmhg": "85.5",
    "fio2": "0.5",
    "spo2": "95",
    "platelets_10e9_l": "150",
    "bilirubin_mg_dl": "1.2",
    "bilirubin_umol_l": "33",
    "map_mmhg": "70",
    "dopamine_mcg_kg_min": "5",
    "dobutamine_mcg_kg_min": "0",
    "epinephrine_mcg_kg_min": "0.1",
    "norepinephrine_mcg_kg_min": "0.11",
    "gcs": "15",
    "creatinine_mg_dl": "1.2",
    "creatinine_umol_l": "171",
    "urine_ml_24h": "500",
    "ferritin_ng_ml": "4420",
    "hla_dr_receptors": "5000",
}
REFUSED = (
    "abc",
    "NA",
    "null",
    "1,5",
    "4,420",
    "1.2.3",
    "1e3",
    "1E-3",
    "\uff11\uff12",
    "\u0661\u0662",
    "-1",
    "\u22121",
    "+1",
    "99999999999",
    "999999999",
    "NaN",
    "inf",
    "-inf",
    "1\x07",
    "1\x00",
    "1\u200b",
    " ",
    " 1",
    "1 ",
    "<5",
    "\u22655",
    "01",
    ".5",
    "5.",
    "5 parsecs",
    "1" * 41,
    "0x10",
    "1_000",
    "=1+1",
    "#REF!",
    "1.0000000001",
    "1\n2",
    '"',
)


def test_every_measured_column_has_a_taken_value_here() -> None:
    assert set(TAKEN) == {column.name for column in MEASURED}


@pytest.mark.parametrize("column", MEASURED, ids=lambda column: column.name)
def test_a_plain_number_is_taken_in_the_unit_of_the_column(table: Table, protocol: Protocol, column: object) -> None:
    found = next(c for c in MEASURED if c is column)
    read = found.read(TAKEN[found.name], protocol.bands)
    assert not isinstance(read, Refusal | str)
    assert read.unit == found.unit
    assert str(read.value) == TAKEN[found.name]
    assert table.day(**{found.name: TAKEN[found.name]})["row_error"] == ""


@pytest.mark.parametrize("text", REFUSED)
def test_a_refused_spelling_has_the_reason_of_the_commands(table: Table, protocol: Protocol, text: str) -> None:
    for column in MEASURED:
        typed = read_quantity(text, column.analyte, protocol.bands)
        if isinstance(typed, Entry) or typed.code == "above_limit":
            continue
        row = table.day(**{column.name: text})
        assert row["row_error"].startswith(f"{column.name}, row 2: ")
        assert str(typed.why) in row["row_error"]
        assert "Accepted: " in row["row_error"]
        assert [row[name] for name in ADDED[:-1]] == [""] * 9
        assert row[column.name] == text


def test_only_a_unit_of_its_own_is_refused_here_and_taken_by_the_commands(protocol: Protocol) -> None:
    for column in MEASURED:
        for unit in ANALYTES[column.analyte].units:
            for spelling in (unit.name, *unit.spellings):
                for typed in (TAKEN[column.name] + spelling, f"{TAKEN[column.name]} {spelling}"):
                    if spelling:
                        found = column.read(typed, protocol.bands)
                        assert isinstance(found, Refusal), (column.name, typed)
                        if isinstance(read_quantity(typed, column.analyte, {}), Entry):
                            assert found.code == "unit_attached"
                        assert found.typed == typed


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("fio2", "0.2"),
        ("fio2", "50"),
        ("fio2", "0"),
        ("gcs", "2"),
        ("gcs", "16"),
        ("map_mmhg", "9"),
        ("creatinine_umol_l", "1.2"),
        ("creatinine_mg_dl", "171"),
        ("bilirubin_mg_dl", "70.1"),
        ("norepinephrine_mcg_kg_min", "10.01"),
        ("spo2", "101"),
    ],
)
def test_an_implausible_value_is_refused(table: Table, column: str, text: str) -> None:
    row = table.day(**{column: text})
    assert row["row_error"].startswith(f'{column}, row 2: "{text}": ')
    assert row["sofa_total"] == row["phenotype"] == ""
    assert table.summary.errors == 1


def test_a_value_that_would_only_be_asked_about_is_scored(table: Table, protocol: Protocol) -> None:
    typed = read_quantity("9", "platelets", protocol.bands)
    assert isinstance(typed, Entry)
    assert typed.cautions
    assert table.day(platelets_10e9_l="9")["sofa_coagulation"] == "4"


def test_bands_lose_only_what_is_asked_about(protocol: Protocol) -> None:
    hard = hard_limits(protocol.bands)
    assert hard.keys() == protocol.bands.keys()
    for name, bands in protocol.bands.items():
        assert [(b.unit, b.refuse_below, b.refuse_above) for b in bands] == [
            (b.unit, b.refuse_below, b.refuse_above) for b in hard[name]
        ]


def test_both_units_of_one_analyte_give_the_worse(table: Table) -> None:
    assert table.day(bilirubin_mg_dl="1.9", bilirubin_umol_l="33")["sofa_liver"] == "2"
    assert table.day(bilirubin_mg_dl="12.1", bilirubin_umol_l="33")["sofa_liver"] == "4"
    assert table.day(creatinine_mg_dl="1.1", creatinine_umol_l="300")["sofa_renal"] == "3"


def test_an_empty_row_is_not_normal(table: Table) -> None:
    row = table.day(gcs="", support="")
    assert [row[name] for name in ADDED] == ["", "", "", "", "", "", "", "false", "indeterminate", ""]


def test_every_fault_of_a_row_is_told(table: Table) -> None:
    row = table.day(day="1.5", fio2="0,5", gcs="x", support="mask")
    faults = row["row_error"].split(" | ")
    assert [fault.partition(",")[0] for fault in faults] == ["day", "fio2", "support", "gcs"]
    assert '"0,5": A comma can mean thousands or decimals' in faults[1]
    assert "invasive" in faults[2]


@pytest.mark.parametrize("day", ["", "-1", "1.0", "x", "1e1", " 1", "1" * 10])
def test_a_day_is_a_whole_number(table: Table, day: str) -> None:
    assert table.day(day=day, gcs="15")["row_error"].startswith("day, row 2: ")


@pytest.mark.parametrize("patient", ["", "  ", "P\x00", "P\u200b1", "P\x1b[2J"])
def test_a_patient_has_a_visible_name(table: Table, patient: str) -> None:
    assert table.day(patient_id=patient, gcs="15")["row_error"].startswith("patient_id, row 2: ")


@pytest.mark.parametrize("patient", ["P1", "0007", "M\u00fcller", "\u674e", "a\u00a0b", "=x"])
def test_any_visible_name_of_a_patient_is_taken(table: Table, patient: str) -> None:
    row = table.day(patient_id=patient, gcs="15")
    assert row["row_error"] == ""
    assert row["patient_id"] == patient


@pytest.mark.parametrize("support", ["none", "HFNC", "Invasive"])
def test_a_support_is_read_in_any_case(table: Table, support: str) -> None:
    assert table.day(support=support)["row_error"] == ""
