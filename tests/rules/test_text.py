"""Foreign text is shown so that no terminal can obey it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.text import show


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("4420 ng/mL", "4420 ng/mL"),
        ("\N{MICRO SIGN}mol/L", "\N{MICRO SIGN}mol/L"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x00", "\\x00"),
        ("\x7f", "\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("a\tb\r\nc", "a\\x09b\\x0d\\x0ac"),
        ("\u00ad", "\\xad"),
        ("\u202e", "\\u202e"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\u200b", "\\u200b"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ufeff", "\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\ue000", "\\ue000"),
        ("\ufffe", "\\ufffe"),
        ("\uffff", "\\uffff"),
        ("\U0001ffff", "\\U0001ffff"),
        ("\U000e0001", "\\U000e0001"),
        ("\U00010000", "\U00010000"),
        ("\U000f0000", "\\U000f0000"),
        ("\u4e2d", "\u4e2d"),
    ],
)
def test_active_characters_become_visible(text: str, shown: str) -> None:
    assert show(text) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [("abc", 3, "abc"), ("abcd", 3, "abc..."), ("\x1bab", 1, "\\x1b..."), ("", 0, ""), ("a", 0, "...")],
)
def test_text_is_cut_at_the_limit_and_says_so(text: str, limit: int, shown: str) -> None:
    assert show(text, limit) == shown


def test_two_hundred_characters_are_shown_if_nothing_else_is_asked() -> None:
    assert show("x" * 200) == "x" * 200
    assert show("x" * 201) == "x" * 200 + "..."


@given(st.text(st.characters(), max_size=30))
def test_nothing_active_is_left(text: str) -> None:
    shown = show(text)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
    assert show(shown) == shown
