"""The table as a whole: nothing is lost or moved, whatever it holds, and a row that cannot be read stops nothing."""

from __future__ import annotations

import contextlib
import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from immunosep_tui.cohort.columns import ADDED, COLUMNS
from immunosep_tui.cohort.records import LONGEST_CELL, TableRefused
from immunosep_tui.rules.protocol import Protocol
from tests.cohort.table import Table, as_csv
from tests.oracle.days import random_days

NINE_EMPTY = "," * 9
HEADER = "patient_id,day,gcs"
NEW_HEADER = f"{HEADER},{','.join(ADDED)}"
GCS_14 = "14,,,,,1,,1,false,indeterminate,"


def test_rows_keep_their_bytes_and_get_cells_behind_them(table: Table) -> None:
    out = table.score(f"{HEADER}\nP1,1,14\nP2,1,\n")
    assert out == f"{NEW_HEADER}\nP1,1,{GCS_14}\nP2,1,,,,,,,,,false,indeterminate,\n".encode()


def test_a_bad_row_keeps_its_place_and_its_bytes(table: Table) -> None:
    lines = table.score(f"{HEADER}\nP1,1,14\nP1, 2,'5'\nP1,3,14\n").decode().splitlines()
    assert lines[1] == f"P1,1,{GCS_14}"
    assert lines[2].startswith(f"P1, 2,'5',{NINE_EMPTY[1:]},\"day, row 3: ")
    assert lines[3] == f"P1,3,{GCS_14}"
    assert (table.summary.rows, table.summary.errors) == (3, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_the_ends_of_lines_stay_as_they_are(table: Table, end: str, last: bool) -> None:
    out = table.score(f"{HEADER}{end}P1,1,14{end}P1,2,14{end if last else ''}")
    assert out.decode() == f"{NEW_HEADER}{end}P1,1,{GCS_14}{end}P1,2,{GCS_14}{end if last else ''}"


def test_quotes_newlines_and_other_columns_pass_through(table: Table) -> None:
    note = '"a ""b"", c\nsecond line, with ""\r\nthird"'
    out = table.score(f'note,patient_id,day,"gcs"\n{note},"P1","1","14"\nx"y,P2,1,14\n').decode()
    assert f'{note},"P1","1","14",,,,,1,' in out
    assert '\nx"y,P2,1,14,,,,,1,' in out
    assert table.summary.errors == 0


def test_a_byte_order_mark_is_no_part_of_the_first_name(table: Table) -> None:
    mark = b"\xef\xbb\xbf"
    for header in (HEADER, '"patient_id",day,gcs'):
        out = table.score(mark + f"{header}\nP1,1,14\n".encode())
        assert out.startswith(mark + header.encode())
        assert out.count(mark) == 1


def test_blank_lines_stay_and_are_no_rows(table: Table) -> None:
    out = table.score(f"{HEADER}\nP1,1,14\n\nP1,x,14\n\n").decode()
    lines = out.split("\n")
    assert lines[2] == lines[4] == ""
    assert "day, row 4: " in lines[3]
    assert table.summary.rows == 2


def test_short_and_long_rows_have_the_error_under_its_name(table: Table) -> None:
    rows = table.rows(f"{HEADER}\nP1,1\nP1,2,14,7,x\nP1,3,14\n")
    assert rows[0]["row_error"].startswith("row 2: It has 2 cells, the header has 3.")
    assert rows[1]["row_error"].startswith("row 3: It has 5 cells")
    assert (rows[0]["patient_id"], rows[0]["day"], rows[0]["gcs"]) == ("P1", "1", "")
    surplus: object = rows[1][None]  # type: ignore[index]
    assert surplus == ["7", "x"]
    assert [rows[1][name] for name in ADDED[:-1]] == [""] * 9
    assert rows[2]["sofa_cns"] == "1"


def test_a_stray_quote_costs_one_row(table: Table) -> None:
    rows = table.rows(f'{HEADER}\nP1,1,"14\nP1,2,14\nP1,3,"14"x\nP1,4,"14"\n')
    assert [row["sofa_cns"] for row in rows] == ["", "1", "", "1"]
    assert rows[0]["gcs"] == '"14'
    assert "quotes do not match" in rows[0]["row_error"]
    assert rows[2]["gcs"] == '"14"x'


def test_bytes_that_are_not_utf_8_cost_one_row_and_stay(table: Table) -> None:
    out = table.score(b"patient_id,day,gcs,note\nP1,1,14,M\xfcller\nP1,2,14,\xff\xfe\nP1,3,14,M\xc3\xbcller\n")
    lines = out.split(b"\n")
    assert lines[1].startswith(b"P1,1,14,M\xfcller,,")
    assert b"row 2: It holds bytes that are not UTF-8" in lines[1]
    assert lines[2].startswith(b"P1,2,14,\xff\xfe,,")
    assert lines[3].endswith(b"false,indeterminate,")
    assert table.summary.errors == 2


def test_nul_bytes_stay_and_are_refused_where_a_number_is_wanted(table: Table) -> None:
    rows = table.rows("patient_id,day,gcs,note\nP1,1,14,a\x00b\nP1,2,1\x004,x\n")
    assert (rows[0]["note"], rows[0]["sofa_cns"]) == ("a\x00b", "1")
    assert 'gcs, row 3: "1\\x004": It holds a control' in rows[1]["row_error"]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_huge_cell_costs_one_row(table: Table, quote: str) -> None:
    before = csv.field_size_limit()
    cell = quote + "x" * 1_000_000 + quote
    out = table.score(f"patient_id,day,gcs,note\nP1,1,14,{cell}\nP1,2,14,\n").decode()
    lines = out.split("\n")
    assert lines[1].startswith(f"P1,1,14,{cell},,")
    assert "row 2: A cell is longer than" in lines[1]
    assert lines[2] == "P1,2,14,,,,,,1,,1,false,indeterminate,"
    assert csv.field_size_limit() == before


def test_a_cell_as_long_as_the_limit_passes(table: Table) -> None:
    table.score(f"patient_id,day,note\nP1,1,{'x' * LONGEST_CELL}\n")
    assert table.summary.errors == 0
    table.score(f"patient_id,day,note\nP1,1,{'x' * (LONGEST_CELL + 1)}\n")
    assert table.summary.errors == 1


def test_a_header_alone_is_a_table(table: Table) -> None:
    assert table.score(f"{HEADER}\n").decode() == f"{NEW_HEADER}\n"
    assert table.score("day,patient_id").decode() == f"day,patient_id,{','.join(ADDED)}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"patient_id,gcs\n", "missing"),
        (b"day,gcs\n", "missing"),
        (b"Patient_ID,day\n", "missing"),
        (b"patient_id;day;gcs\nP1;1;14\n", "missing"),
        (b"patient_id,day,gcs,gcs\n", "twice"),
        (b"patient_id,day,note,note\n", "twice"),
        (b"patient_id,day,sofa_total\n", "taken"),
        (b"patient_id,day,row_error\n", "taken"),
        (b"patient_id,day,M\xfcller\n", "unreadable"),
        (b'patient_id,day,"gcs\n', "unreadable"),
        ("patient_id,day\n".encode("utf-16"), "unreadable"),
        (b"PK\x03\x04\x14\x00\xff\n", "unreadable"),
    ],
)
def test_a_header_that_cannot_serve_is_refused_and_nothing_written(table: Table, text: bytes, code: str) -> None:
    table.target.write_text("before")
    with pytest.raises(TableRefused) as refused:
        table.score(text)
    assert refused.value.refusal.code == code
    assert refused.value.where.endswith("in.csv, row 1")
    assert table.target.read_text() == "before"
    assert not list(table.target.parent.glob(".*"))


def test_a_line_without_end_is_no_table(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("immunosep_tui.cohort.records.LONGEST_LINE", 100)
    with pytest.raises(TableRefused) as refused:
        table.score(f"{HEADER}\nP1,1,14\nP1,2,{'x' * 200}")
    assert refused.value.refusal.code == "too_long"


def test_names_that_are_nearly_right_are_told(table: Table) -> None:
    table.score("patient_id,day,FiO2,Map mmHg,note,gcs\n")
    assert table.summary.near_misses == (("FiO2", "fio2"), ("Map mmHg", "map_mmhg"))


def test_an_error_never_begins_like_a_formula(table: Table) -> None:
    for cell in ("=1+1", "+1", "-1", "@x", "\t=1"):
        row = table.rows(f'patient_id,day,gcs,=died\n"{cell}","{cell}","{cell}",1\n')[0]
        assert row["row_error"][0] not in "=+-@\t\r"


CELL = st.one_of(
    st.sampled_from(["P1", "1", "14", "0.5", "85", "invasive", "", "x", '"', '""', '"a\nb"', "1,5", "\r", "\x00"]),
    st.text(max_size=6),
)
NAMES = [column.name for column in COLUMNS]
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(
    header=st.lists(st.sampled_from(NAMES), max_size=5, unique=True),
    rows=st.lists(st.lists(CELL, max_size=8), max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_text_under_a_good_header_gives_a_table(
    table: Table, header: list[str], rows: list[list[str]], end: str
) -> None:
    lines = [",".join(["patient_id", "day", *header]), *(",".join(row) for row in rows)]
    out = table.score(end.join(lines).encode("utf-8", "surrogatepass"))
    text = out.decode("utf-8", "surrogateescape")
    read = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    assert len(read) == table.summary.rows + 1
    width = len(header) + 2
    for row in read[1:]:
        added = row[width : width + len(ADDED)]
        assert len(added) == len(ADDED)
        assert (added[-1] == "") is (added[-2] != "")
        assert added[-1] == "" or added[:-1] == [""] * 9


@FUZZ
@given(body=st.binary(max_size=300))
@example(body=b'P1,1,"\n"\n"""\n')
@example(body=b'a",",\na",",\n')
@example(body=b"\xef\xbb\xbf\n")
def test_any_bytes_are_refused_or_scored(table: Table, body: bytes) -> None:
    table.score(b"patient_id,day,fio2\n" + body)
    with contextlib.suppress(TableRefused):
        table.score(body)


def test_memory_does_not_grow_with_the_rows(tmp_path: Path, protocol: Protocol) -> None:
    peaks = []
    some = as_csv(random_days(1, 2_000)).partition("\n")
    for times in (10, 50):
        table = Table(tmp_path, protocol)
        table.source.write_text(some[0] + "\n" + some[2] * times)
        peaks.append(_peak_of(table))
        assert table.summary.rows == 2_000 * times
    assert peaks[1] < peaks[0] * 1.1


def _peak_of(table: Table) -> int:
    tracemalloc.start()
    try:
        table.score_again()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
