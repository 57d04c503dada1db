"""Stores to start from, as files by name: a sound one, and one whose writer was cut off in the middle of a commit."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from pathlib import Path

from immunosep_tui.record.kinds import Note
from immunosep_tui.store.files import open_file
from tests.harness.deeds import admission, deed, deeds
from tests.record.histories import MINUTE, START, HandClock

NAME = "ward.db"
JOURNAL = f"{NAME}-journal"
Files = dict[str, bytes]


class CutOff(Exception):
    """The writer is no more."""


def lay(files: Files, folder: Path) -> Path:
    """Write the files of a store into a folder in place of whatever lies there; the store's path."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in (NAME, JOURNAL, f"{NAME}-wal", f"{NAME}-shm"):
        (folder / name).unlink(missing_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    return folder / NAME


def take(folder: Path) -> Files:
    """The files of the store in a folder."""
    return {name: (folder / name).read_bytes() for name in (NAME, JOURNAL) if (folder / name).exists()}


def sound(folder: Path, count: int = 12, seed: str = "base") -> Files:
    """A store after so many deeds, the same to the bit each time."""
    clock = HandClock()
    with closing(open_file(folder / NAME, clock=clock)) as store:
        for proposals, follows in islice(deeds(store, "base", seed, lambda: clock.utc), count):
            store.append(proposals, follows)
            clock.wait(MINUTE)
    return take(folder)


def cut_off(folder: Path) -> tuple[Files, Files]:
    """A store as it was, and as a writer left it whose pages are partly written: its journal has to be played back."""
    before = sound(folder)
    with closing(open_file(folder / NAME, clock=HandClock())) as store:
        store.engine.run("PRAGMA cache_size=2")  # so that pages are written before the commit
        note = Note("x" * 9000)
        try:
            with store.engine.transaction():
                for number in range(4):
                    record = f"cut-{number}"
                    store._write(deed(record, record, [*admission(record), note], START), 0, True)
                after = take(folder)
                raise CutOff
        except CutOff:
            pass
    assert JOURNAL in after
    assert after[NAME] != before[NAME]
    return before, after
