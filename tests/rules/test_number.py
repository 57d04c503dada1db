"""The number gate: what it takes is what was typed, and everything else is refused with a reason."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.number import Refusal, accepted_number, parse_number

BAD_SPELLINGS = [
    ("", "empty"),
    (" ", "space"),
    (" 5", "space"),
    ("5 ", "space"),
    ("4 420", "space"),
    ("4\u00a0420", "not_a_number"),
    ("\u00a04420", "space"),
    ("4420\u3000", "space"),
    ("abc", "not_a_number"),
    ("x5", "not_a_number"),
    ("5x", "not_a_number"),
    ("4420ng", "not_a_number"),
    ("0x1F", "not_a_number"),
    ("1/2", "not_a_number"),
    ("50%", "not_a_number"),
    ("4_420", "not_a_number"),
    ("4'420", "not_a_number"),
    ("5-", "not_a_number"),
    ("~5", "not_a_number"),
    (".", "not_a_number"),
    ("nan", "not_a_number"),
    ("NaN", "not_a_number"),
    ("-nan", "not_a_number"),
    ("inf", "not_a_number"),
    ("-inf", "not_a_number"),
    ("+Infinity", "not_a_number"),
    ("infinity", "not_a_number"),
    ("4,420", "comma"),
    ("4,42", "comma"),
    ("4,420.5", "comma"),
    ("4.420,5", "comma"),
    ("1,234,567", "comma"),
    (",5", "comma"),
    ("5,", "comma"),
    ("-4,4", "comma"),
    ("4\uff0c420", "not_a_number"),
    ("4\u066b5", "not_a_number"),
    ("1.2.3", "two_points"),
    ("1..2", "two_points"),
    ("..", "two_points"),
    ("1e3", "exponent"),
    ("4.42E3", "exponent"),
    ("1e+3", "exponent"),
    ("1e-3", "exponent"),
    ("1e", "not_a_number"),
    ("\uff14\uff14\uff12\uff10", "foreign_digits"),
    ("\u0664\u0664\u0662\u0660", "foreign_digits"),
    ("\u096a", "foreign_digits"),
    ("4\u00b2", "foreign_digits"),
    ("\u00bd", "foreign_digits"),
    ("\u4e94", "foreign_digits"),
    ("-5", "sign"),
    ("+5", "sign"),
    ("\u22125", "sign"),
    ("\u20135", "sign"),
    ("--5", "sign"),
    ("<30", "comparison"),
    (">1000", "comparison"),
    ("\u226430", "comparison"),
    ("\u226530", "comparison"),
    ("1234567890", "too_long"),
    ("9" * 30, "too_long"),
    ("1234567890.5", "too_long"),
    ("0000000000", "too_long"),
    ("00", "leading_zero"),
    ("05", "leading_zero"),
    ("00.5", "leading_zero"),
    (".5", "leading_point"),
    ("5.", "trailing_point"),
    ("0.1234567", "too_many_decimals"),
    ("999999999.1234567", "too_many_decimals"),
    ("5\n", "control_character"),
    ("5\t", "control_character"),
    ("\x005", "control_character"),
    ("5\x1b[31m", "control_character"),
    ("\x9b5", "control_character"),
    ("\u202e5", "control_character"),
    ("5\u2069", "control_character"),
    ("5\u200b", "control_character"),
    ("\ufeff5", "control_character"),
    ("4,4\x1b", "control_character"),
    ("4,\u0664", "foreign_digits"),
]


@pytest.mark.parametrize(("text", "code"), BAD_SPELLINGS)
def test_a_bad_spelling_is_refused_with_its_code(text: str, code: str) -> None:
    refusal = parse_number(text, 6)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.typed) == (code, text)
    assert str(refusal.why)
    assert not [c for c in str(refusal) if unicodedata.category(c)[0] == "C"]


def test_every_code_has_its_own_sentence() -> None:
    refusals = [parse_number(text, 6) for text, _ in BAD_SPELLINGS] + [parse_number("1.5", 0)]
    said: dict[str, set[str]] = {}
    for refusal in refusals:
        assert isinstance(refusal, Refusal)
        said.setdefault(refusal.code, set()).add(refusal.why.template)
    twice = {code for code, templates in said.items() if len(templates) > 1}
    assert twice == {"comma", "not_a_number"}
    every = [template for templates in said.values() for template in templates]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("4,420", "A comma can mean thousands or decimals: write 4420 or 4.42."),
        ("4,42", "A comma can mean thousands or decimals: write 442 or 4.42."),
        ("1,000", "A comma can mean thousands or decimals: write 1000 or 1."),
        ("123456789,0", "A comma can mean thousands or decimals: write the number with a decimal point and no comma."),
        ("12345678,5", "A comma can mean thousands or decimals: write 123456785 or 12345678.5."),
        ("0,5", "A comma can mean thousands or decimals: write the number with a decimal point and no comma."),
        ("1.5,0", "A comma can mean thousands or decimals: write the number with a decimal point and no comma."),
        ("5,", "A comma can mean thousands or decimals: write the number with a decimal point and no comma."),
        (",5", "A comma can mean thousands or decimals: write the number with a decimal point and no comma."),
        ("-4,4", "A comma can mean thousands or decimals: write the number with a decimal point and no comma."),
        (
            "1,234,567",
            "A comma can mean thousands or decimals: write the number with a decimal point and no comma.",
        ),
        (
            "1,234.5",
            "A comma can mean thousands or decimals: write the number with a decimal point and no comma.",
        ),
    ],
)
def test_a_comma_is_answered_with_both_readings(text: str, sentence: str) -> None:
    refusal = parse_number(text, 6)
    assert isinstance(refusal, Refusal)
    assert str(refusal.why) == sentence


def test_a_word_that_only_ends_in_infinity_is_no_infinity() -> None:
    refusal, infinity = parse_number("xinf", 6), parse_number("+-inf", 6)
    assert isinstance(refusal, Refusal)
    assert isinstance(infinity, Refusal)
    assert str(refusal.why) == "This is not a number."
    assert str(infinity.why) == "NaN and infinity are not measurements."


@pytest.mark.parametrize("text", ["0", "5", "10", "0.5", "0.000001", "0.0", "1.50", "999999999", "999999999.999999"])
def test_a_plain_decimal_is_taken_as_it_stands(text: str) -> None:
    value = parse_number(text, 6)
    assert isinstance(value, Decimal)
    assert format(value, "f") == text


@pytest.mark.parametrize(("decimals", "taken"), [(0, "12"), (1, "12.5"), (2, "12.55"), (6, "12.555555")])
def test_only_so_many_decimals_are_taken(decimals: int, taken: str) -> None:
    assert parse_number(taken, decimals) == Decimal(taken)
    one_more = taken + "5" if "." in taken else taken + ".5"
    refusal = parse_number(one_more, decimals)
    assert isinstance(refusal, Refusal)
    assert refusal.code == ("too_many_decimals" if decimals else "not_whole")
    assert refusal.accepted == accepted_number(decimals)
    if decimals:
        assert str(refusal.why) == f"It has more than {decimals} decimals."


def test_a_whole_number_is_wanted_where_nothing_may_follow_the_point() -> None:
    for text in ("12.0", "12.5"):
        refusal = parse_number(text, 0)
        assert isinstance(refusal, Refusal)
        assert refusal.code == "not_whole"


def test_what_is_accepted_is_said_in_words() -> None:
    assert str(accepted_number(0)) == "Accepted: a whole number in the digits 0 to 9, such as 12."
    assert str(accepted_number(2)) == (
        "Accepted: digits 0 to 9 with at most one decimal point and 2 decimals, such as 12 or 0.5."
    )


def test_a_refusal_is_one_line_that_no_terminal_obeys() -> None:
    refusal = parse_number("\x1b[2J" + "9" * 50, 2)
    assert str(refusal) == (
        '"\\x1b[2J'
        + "9" * 36
        + '...": It holds a control or invisible character. Accepted: digits 0 to 9 with at most '
        "one decimal point and 2 decimals, such as 12 or 0.5."
    )


@given(st.text(st.characters(), max_size=12), st.integers(0, 6))
def test_what_is_taken_prints_back_as_it_was_typed(text: str, decimals: int) -> None:
    value = parse_number(text, decimals)
    if isinstance(value, Decimal):
        assert format(value, "f") == text
    else:
        assert value.typed == text


@given(st.text("0123456789.,-+eE <_%\u0664\uff15", max_size=12), st.integers(0, 6))
def test_what_nearly_looks_like_a_number_prints_back_or_is_refused(text: str, decimals: int) -> None:
    value = parse_number(text, decimals)
    if isinstance(value, Decimal):
        assert format(value, "f") == text
        assert value >= 0
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        assert -exponent <= decimals


@given(st.integers(0, 999_999_999), st.integers(0, 999_999))
def test_every_plain_decimal_is_taken(whole: int, fraction: int) -> None:
    for text in (str(whole), f"{whole}.{fraction:06d}"):
        assert parse_number(text, 6) == Decimal(text)
