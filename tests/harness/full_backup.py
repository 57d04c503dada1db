"""A backup and a restore onto a disk that is full: neither is there in part, and what was there stays whole.

Usage: ``unshare --mount python -m tests.harness.full_backup FOLDER``; see ``full_disk``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from immunosep_tui.store.backup import open_copy, write_backup
from immunosep_tui.store.errors import Unusable
from immunosep_tui.store.files import open_file
from immunosep_tui.store.place import Place
from immunosep_tui.store.restore import restore
from immunosep_tui.store.verify import verify
from tests.harness.backup_kill import write_some
from tests.harness.full_disk import CANNOT, FULL, mount, take_the_rest


def names(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {path.name for path in folder.iterdir()}


def main(arguments: Sequence[str]) -> int:
    """Run from the command line."""
    folder, disk = Path(arguments[0]), Path(arguments[0]) / "disk"
    disk.mkdir()
    if not mount(disk, "size=4m"):
        return CANNOT
    path, backup = folder / "ward.db", folder / "backup.db"
    with closing(open_file(path)) as store:
        write_some(store, "first", 60)
        backed_up = write_backup(store, backup).head
        write_some(store, "second", 60)
        small = write_backup(store, disk / "whole.db")
        take_the_rest(disk / "junk")
        for target in (disk / "other.db", disk / "whole.db"):
            with pytest.raises(Unusable) as caught:
                write_backup(store, target, replace=True)
            assert FULL in str(caught.value.text), caught.value.text
        assert names(disk) == {"junk", "whole.db"}
        with closing(open_copy(disk / "whole.db")) as copied:
            assert verify(copied).head == small.head
    present = disk / "whole.db"
    with pytest.raises(Unusable) as caught:
        restore(backup, Place(present), datetime.now(UTC), replace=True)
    assert FULL in str(caught.value.text), caught.value.text
    with closing(open_file(present)) as store:
        report = verify(store)
        assert report.sound, report.findings
        assert report.head == small.head
    assert names(disk) == {"junk", "whole.db"}
    (disk / "junk").unlink()
    assert restore(backup, Place(present), datetime.now(UTC), replace=True).report.head == backed_up
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
