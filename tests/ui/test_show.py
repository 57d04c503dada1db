"""Foreign text is drawn as it is: no markup, nothing a terminal could obey."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.ui.show import LONGEST, shown, shown_line


@pytest.mark.parametrize("text", ["O[/]Neil", "[red]Smith", "[@click=app.quit]x", "IL-6 [pg/mL]", "[/", "王小明", "$x"])
def test_markup_is_drawn_and_not_read(text: str) -> None:
    assert shown(text).plain == text
    assert shown(text).spans == []
    assert shown_line(text).plain == text
    assert shown_line(text, "bold").spans == []


@given(st.text())
def test_nothing_drawn_can_act_on_a_terminal(text: str) -> None:
    for drawn in (shown(text).plain, shown_line(text).plain):
        assert drawn.isprintable() or set(drawn) & set("\u3000\xa0  ")
        assert not set(drawn) & {chr(n) for n in [*range(32), *range(127, 160), 0x202E, 0x2066, 0x200E, 0xFEFF]}


def test_a_very_long_text_ends_visibly() -> None:
    assert shown("9" * (LONGEST + 1)).plain.endswith("...")
    assert shown_line("x" * 20, limit=10).plain == "x" * 10 + "..."
