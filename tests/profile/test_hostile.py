"""Files that are meant to do harm: each is refused in words, at once, and none of them is obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from immunosep_tui.profile.errors import Fault, ProfileError
from immunosep_tui.profile.files import MOST_FAULTS, check_unsealed, load
from immunosep_tui.profile.reading import MOST_POINTS, read_toml
from immunosep_tui.rules.text import show

HEAD = 'kind = "protocol"\nextends = "immunosep-2025"\nid = "mine"\n'
FACT = '{{ value = {value}, unit = "ng/mL", source = "s", confidence = "L" }}\n'
BAND = '[[bands.ferritin]]\nunit = "ng/mL"\nrefuse_above = {value}\nsource = "s"\nconfidence = "L"\n'


def faults(folder: Path, text: str) -> tuple[Fault, ...]:
    file = folder / "mine.toml"
    file.write_text(f"{text}\n[end]\n", encoding="utf-8")
    with pytest.raises(ProfileError) as error:
        check_unsealed(file)
    for line in str(error.value).split("\n"):
        assert show(line, len(line)) == line
        assert len(line) < 3000
    assert {fault.file for fault in error.value.faults} == {str(file)}
    return error.value.faults


# ---- what takes the square of its length to read; each of these would take minutes ---------------------------------
def test_a_key_of_very_many_parts_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f"{HEAD}x{'.a' * 400_000} = 1\n")
    assert (fault.line, fault.reason) == (4, f"it has more than {MOST_POINTS} points")
    (fault,) = faults(tmp_path, f"{HEAD}x{'.a' * MOST_POINTS} = 1\n")
    assert (fault.line, fault.place) == (4, "x")


def test_of_very_many_faults_the_first_are_told(tmp_path: Path) -> None:
    found = faults(tmp_path, HEAD + "".join(f"k{number} = 1\n" for number in range(60_000)))
    assert [(fault.line, fault.place) for fault in found] == [(n + 4, f"k{n}") for n in range(MOST_FAULTS)]


def test_a_line_of_blanks_takes_no_time(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f'{HEAD}x = """\n[{" " * 200_000}\n[[{" " * 200_000}x\n"""\n')
    assert (fault.line, fault.place) == (4, "x")


def test_a_number_of_very_many_digits_takes_no_time(tmp_path: Path) -> None:
    for digits in ("0x" + "f" * 900_000, "0b" + "1" * 900_000, "1" * 4_000, "1." + "1" * 900_000):
        (fault,) = faults(tmp_path, f"{HEAD}[phenotype]\nferritin_above = {FACT.format(value=digits)}")
        assert (fault.line, fault.place) == (5, "phenotype.ferritin_above.value")


# ---- what would take all memory, or be taken for another number ----------------------------------------------------
@pytest.mark.parametrize(
    "value",
    ["1e999999999", "1e-999999999", "0e999999999", "-1e12", "1e-21", "1000000000000", "1e999999", "inf", "nan", "true"],
)
def test_a_number_that_no_line_holds_is_refused(value: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, HEAD + BAND.format(value=value))
    assert (fault.line, fault.place) == (6, "bands.ferritin.0.refuse_above")


@pytest.mark.parametrize("value", ["999999999999", "999999999999.5", "1e11", "0.00000000000000000001", "4_420", "0x10"])
def test_a_number_of_any_usual_size_is_taken_as_it_is(value: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"{HEAD}{BAND.format(value=value)}[end]\n", encoding="utf-8")
    (band,) = check_unsealed(file).bands["ferritin"]
    plain = {"1e11": "100000000000", "4_420": "4420", "0x10": "16"}.get(value, value)
    assert format(band.refuse_above or 0, "f") == plain


@pytest.mark.parametrize("value", ["true", "1.0", "2", "0"])
def test_a_day_of_the_endpoint_is_a_whole_number(value: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f"{HEAD}[endpoint]\nbaseline_day = {value}\n")
    assert (fault.line, fault.place) == (5, "endpoint.baseline_day")


# ---- what names no file, or hides where the fault is --------------------------------------------------------------
@pytest.mark.parametrize("name", ["a" * 65, "a" * 300, "\u00e9" * 40, "\u4e00" * 200])
def test_a_name_that_no_file_can_have_is_no_name(name: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f'extends = "{name}"\n')
    assert fault.reason == "it must be the name of another profile"
    with pytest.raises(ProfileError, match="there is no protocol of this name"):
        load(name)


def test_a_key_that_speaks_of_lines_does_not_hide_the_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('a = {}\n\na."(at line x, column 7)".b = 1')
    with pytest.raises(ProfileError) as error:
        read_toml(file)
    assert error.value.faults[0].line == 3


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f'{HEAD}title = "a\u2028b"\n# \u0085 \u2029\nx = 1\n'.replace("title", "#"))
    assert (fault.line, fault.place) == (6, "x")


# ---- what a terminal would obey, or hide --------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        'title = "a\\u009b31mb"',
        'title = "a\\u202eb"',
        'title = "a\\u200bb"',
        '"\\u001b]0;owned\\u0007" = 1',
        '[variants."\\u001b[2J"]\nferritin_above = 1',
        '[sources]\n"\\u202e" = "s"',
        '[[checklist]]\nanalyte = "\\u001b[2J"',
        '[phenotype]\nferritin_above = { value = 5000, unit = "\\u001b[2J", source = "s", confidence = "L" }',
        '[assays.ferritin]\nnear_low = { value = 1, unit = "\\u001b", source = "s", confidence = "L" }',
        '[assays.ferritin]\nnear_low = { value = 1, unit = "m", source = "s", confidence = "L", note = "\\u0007" }',
    ],
)
def test_nothing_in_a_file_or_in_its_refusal_acts_on_a_terminal(text: str, tmp_path: Path) -> None:
    assert faults(tmp_path, f"{HEAD}{text}\n")
