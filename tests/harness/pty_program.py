"""The program itself in a terminal of its own, on a store in a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final, TypeVar

from tests.terminal import Terminal

Kind = TypeVar("Kind", bound=Terminal)

START: Final = "from immunosep_tui.cli import enter; enter()"
"""Runs the program; what is put before it is done first, to take something out of it."""


def program(folder: Path, **options: Any) -> Terminal:
    """Start it in a terminal as others are; the options are those of ``launch``."""
    return launch(Terminal, folder, **options)


def launch(
    kind: type[Kind], folder: Path, *, size: tuple[int, int] = (100, 30), before: str = "", **variables: str | None
) -> Kind:
    """Start it in a terminal of a kind.

    Args:
        kind: of the terminal.
        folder: for everything that it writes.
        size: columns and rows of the window.
        before: statements that are run first.
        variables: of its environment; None for one that it must not have.
    """
    places: dict[str, str | None] = {
        name: str(folder / name.lower()) for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
    }
    own = places | {"IMMUNOSEP_STORE": str(folder / "ward.db"), "IMMUNOSEP_LOCK_SECONDS": "0"} | variables
    return kind([sys.executable, "-c", f"{before}\n{START}"], columns=size[0], rows=size[1], env=own)


def state(terminal: Terminal) -> str:
    """The letter that Linux gives to what the program does: ``T`` for stopped."""
    return stat_fields(Path(f"/proc/{terminal.process.pid}"))[0]


def stat_fields(process: Path) -> list[str]:
    """What Linux tells of a process or a thread in its folder, from the third field on: its state comes first."""
    text = (process / "stat").read_text(encoding="ascii", errors="replace")
    return text.rpartition(")")[2].split()


def resident(terminal: Terminal) -> int:
    """Bytes of memory that the program holds."""
    pages = Path(f"/proc/{terminal.process.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def threads(terminal: Terminal) -> list[str]:
    """What each thread of the program does, and in what part of the kernel it waits, as Linux says it."""
    found = []
    for task in Path(f"/proc/{terminal.process.pid}/task").iterdir():
        found.append(f"{stat_fields(task)[0]} {(task / 'wchan').read_text(encoding='ascii')}")
    return found
