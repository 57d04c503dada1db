"""Texts that would act on whatever shows or stores them, if anything let them."""

from __future__ import annotations

from random import Random

CONTROLS = (
    "\x1b[2J", "\x1b]0;owned\x07", "\x1b]52;c;b3duZWQ=\x07", "\x1bP+q\x1b\\", "\x9b31m", "\x9d0;x\x9c", "\x00", "\x07",
    "\x08\x08", "\r", "\n", "\t", "\x0b", "\x0c", "\x7f", "\x85", "\xad", "\u200b", "\u200e", "\u202e", "\u2028",
    "\u2066", "\ufeff", "\ud800", "\ue000", "\uffff", "\U000e0041",
)  # fmt: skip
"""What a terminal obeys, hides, turns round or cannot encode."""

MARKUP = (
    "O[/]Neil", "[red]Smith[/red]", "[/", "[", "]", "\\[b]", "[@click=app.quit]x[/]", "[link=http://x]y[/link]",
    "[bold", "[[b]]", "$error", "{who}", "{0}", "%s", "{", "&amp;", "<b>", ":warning:", "[@click=screen.admit]Bed[/]",
)  # fmt: skip
"""What a markup reader, a template or a page would take for its own."""

FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")', "-2+3", '"=1"', "'=1", " =1",
)  # fmt: skip
"""What a spreadsheet would compute."""

ORDINARY = ("A", "7", "Müller", "王小明", "O'Neil", "e\u0301", "\U0001f4a9", "٣", "x" * 300, " ", "")
"""What stands between."""


def hostile(rng: Random) -> str:
    """A text of a few pieces, at least one of them hostile."""
    bad = rng.choice((CONTROLS, MARKUP, FORMULAS))
    pieces = [rng.choice(bad), *(rng.choice(rng.choice((bad, ORDINARY))) for _ in range(rng.randrange(4)))]
    rng.shuffle(pieces)
    return "".join(pieces)
