"""Every screen of the training room as it looks, at both sizes, compared with what was last looked at.

A change is looked at and taken over with ``IMMUNOSEP_TAKE_SNAPSHOTS=1``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.test_recording import SIZES
from tests.ui.test_snapshots import FOLDER, TAKE, trimmed
from tests.ui.test_training import CASES, Room, opened

PAGES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("home", (), "OPEN ROUND"),
    ("who", ("w",), "> Who learns?"),
    ("settings", ("escape", "s"), "> Seed of a class"),
    ("progress", ("escape", "p"), "Answers: 0"),
    ("question", ("escape", "enter", "1", "ctrl+r"), "Hint:"),
    ("wrong", ("enter",), "NOT RIGHT"),
    ("right", ("enter", "3", "enter"), "[+] RIGHT"),
    ("debrief", ("d",), "Question 1 of 2"),
    ("number", ("escape", "enter", *"6,5"), "!!"),
)
BEDSIDE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("bedside", ("enter",), "Day 1 of 15"),
    ("held", ("1", "enter", "enter", "2", "enter"), "Recorded: held"),
)
TEST: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("result", ("enter", "1", "enter", "3", "enter"), "The round is over"),
)


async def drawn(seen: Room, pages: tuple[tuple[str, tuple[str, ...], str], ...]) -> str:
    found = []
    await seen.sees("OPEN ROUND")
    for name, keys, text in pages:
        for key in keys:
            await seen.press(key)
            while not getattr(seen.app.screen, "ready", True):
                await seen.pilot.pause(0.01)
        found.append(f"=== {name}\n{trimmed(await seen.sees(text))}")
    return "\n".join(found)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_every_screen_looks_as_it_was_last_looked_at(size: tuple[int, int], tmp_path: Path) -> None:
    rounds = (("learn", CASES, PAGES), ("bedside", ("made/responder/2/3",), BEDSIDE), ("test", CASES[:1], TEST))
    found = []
    for mode, names, pages in rounds:
        async with opened(tmp_path / mode, names, mode, size=size) as seen:
            found.append(await drawn(seen, pages))
    text = "\n".join(found)
    file = FOLDER / f"training-{size[0]}x{size[1]}.txt"
    if TAKE:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
