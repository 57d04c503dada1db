"""A disk that fills up while deeds are recorded: nothing is lost, the person is told what to do, and then it goes on.

Usage: ``unshare --mount python -m tests.harness.full_disk FOLDER``. A disk of one megabyte in memory is mounted on the
folder, for this program alone. The exit status is 77 where that is not permitted.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from immunosep_tui.record.kinds import Note
from immunosep_tui.store.errors import NotSaved, StoreError
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.harness.deeds import Deed, admission, deed, now

CANNOT = 77
FULL = "The disk is full."
MEGABYTE = 1 << 20


def mount(folder: Path, options: str) -> bool:
    """Mount a disk in memory, or change the size of the one that is mounted."""
    command = ["mount", "-t", "tmpfs", "-o", f"mode=0700,{options}", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def fill(store: Store) -> tuple[list[str], Deed]:
    """Admit patients until one cannot be recorded; the keys of those who were, and the one who was not."""
    recorded: list[str] = []
    for number in range(MEGABYTE):
        proposals = deed(f"p{number}", f"p{number}", [*admission(f"case {number}"), Note("x" * 3000)], now())
        try:
            recorded += [entry.key for entry in store.append(proposals, 0)]
        except NotSaved as error:
            told = error
            break
    else:
        raise AssertionError("the disk did not fill up")
    assert told.text.template == FULL, told.text
    assert "Free some space" in told.advice.template
    return recorded, proposals


def take_the_rest(path: Path) -> None:
    """Leave no byte free."""
    with suppress(OSError), path.open("wb", buffering=0) as junk:
        while True:
            junk.write(bytes(4096))


def same(store: Store, recorded: Sequence[str]) -> None:
    """Everything that was recorded is there, and nothing else."""
    assert [entry.key for entry in store.all_entries()] == list(recorded)
    report = verify(store)
    assert report.sound, report.findings


def main(arguments: Sequence[str]) -> int:
    """Run from the command line."""
    folder = Path(arguments[0])
    if not mount(folder, "size=1m"):
        return CANNOT
    path = folder / "ward.db"
    with closing(open_file(path)) as store:
        recorded, refused = fill(store)
        assert len(recorded) > 50
        same(store, recorded)
        assert store.chart("p0").n == 3
        assert store.board()[1] == len(recorded) // 3
        take_the_rest(folder / "junk")
        for _again in range(3):  # a person tries again
            try:
                store.append(refused, 0)
            except NotSaved:
                continue
            raise AssertionError("there was no room a moment ago")
        same(store, recorded)
    with closing(open_file(path)) as store:  # and starts the program again
        same(store, recorded)
        assert store.chart("p0").n == 3
    try:
        open_file(folder / "new.db").close()
        words = "a store was made without room"
    except StoreError as error:
        words = error.text.template
    assert words == FULL
    assert mount(folder, "remount,size=2m")
    with closing(open_file(path)) as store:
        recorded += [entry.key for entry in store.append(refused, 0)]
        same(store, recorded)
        assert store.append(refused, 0)
        same(store, recorded)
    print(f"{len(recorded)} entries recorded before and after the disk was full")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
