"""Every room as it looks: empty, typical, alarming and locked, at both sizes, compared with what was last looked at.

A change is looked at and taken over with ``IMMUNOSEP_TAKE_SNAPSHOTS=1``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.screens.patient import ROOMS
from tests.support.followed import IDENTITY, Followed, alarming, typical
from tests.ui.screen import screen_text
from tests.ui.test_recording import SIZES, Bedside

FOLDER = Path(__file__).parent / "snapshots"
TAKE = os.environ.get("IMMUNOSEP_TAKE_SNAPSHOTS") == "1"


def empty(ward: Followed) -> None:
    """A patient of whom only the bed and the identifiers are known."""
    ward.sign("p", IDENTITY)


STATES: dict[str, Callable[[Followed], None]] = {"empty": empty, "typical": typical, "alarming": alarming}


async def drawn(bedside: Bedside, *, locked: bool) -> str:
    """The board and every room, one below the other; behind a lock nothing of them is to be seen."""
    await bedside.sees("A-12")
    pages = [("board", screen_text(bedside.app))]
    await bedside.press("enter")
    await bedside.sees("Case A-12")
    for name, (key, _label, _kind) in ROOMS.items():
        await bedside.press("ctrl+o" if key == "^O" else key.lower())
        await bedside.pilot.pause()
        if locked:
            await bedside.press("ctrl+l")
            await bedside.sees("LOCKED")
        pages.append((name, screen_text(bedside.app)))
        if locked:
            await bedside.press("a", "b", "enter")
            await bedside.sees("Case A-12")
    return "\n".join(f"=== {name}\n{trimmed(text)}" for name, text in pages)


def trimmed(text: str) -> str:
    without_hashes = re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b", "#" * 12, text)
    return "\n".join(line.rstrip() for line in without_hashes.splitlines()).rstrip() + "\n"


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("locked", [False, True], ids=["open", "locked"])
async def test_every_room_looks_as_it_was_last_looked_at(
    state: str, size: tuple[int, int], locked: bool, protocol: Protocol, tmp_path: Path
) -> None:
    if locked and state != "alarming":
        pytest.skip("a lock hides every state alike; it is looked at over the one that has most to hide")
    ward = Followed(tmp_path, protocol)
    STATES[state](ward)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=size) as pilot:
        found = await drawn(Bedside(ward.desk, app, pilot), locked=locked)
    ward.desk.close()
    file = FOLDER / f"{'locked' if locked else state}-{size[0]}x{size[1]}.txt"
    if TAKE:
        FOLDER.mkdir(exist_ok=True)
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")
    if locked:
        hidden = found.split("=== overview")[1]
        assert not any(name in hidden for name in ("A-12", "884213", "MALS", "anakinra"))
