"""A SQLite file gets other content in place: whatever interrupts it, the next opening finds the old or the new one whole.

The file stays the same one: were another put in its place, programs that have it open would go on with the old one, and
take the journal of the new one for theirs. SQLite cannot write pages that are encrypted otherwise than those it reads,
so the pages are written here, under a rollback journal as SQLite writes it (sqlite.org/fileformat.html, section 3):
until that journal is void, every program that opens the file plays the old pages back.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from immunosep_tui.store.folders import sync_folder

JOURNAL: Final = "-journal"

_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")
_HEADER: Final = struct.Struct(">8sIIIII")
_SECTOR: Final = 512
_LOCKS_AT: Final = 2**30
"""The page that this byte of the file lies on is never used, and not journaled."""
_CHUNK: Final = 2**20


def exchange_content(path: Path, new: Path) -> None:
    """Give a SQLite file the content of another file, and destroy the old content.

    Args:
        path: without a journal; the caller has it open and locked against every other program, and neither reads nor
            writes it any more. Nothing else in this process may have it open.
        new: read from its start to its end.

    Raises:
        OSError: the old content is there, or is played back at the next opening.
    """
    journal = Path(f"{path}{JOURNAL}")
    # Closed only at the end: closing any handle of a file takes all locks of this process away.
    with path.open("r+b", buffering=0) as old:
        with _new_private(journal) as kept:
            try:
                _write_journal(old, kept)
                sync_folder(path.parent)
            except BaseException:
                _void(kept)
                destroy(journal)
                raise
            _overwrite(old, new)
            _void(kept)  # from here on the new content stands
        destroy(journal)


def _overwrite(old: IO[bytes], new: Path) -> None:
    old.seek(0)
    with new.open("rb") as source:
        while chunk := source.read(_CHUNK):
            _write(old, chunk)
    old.truncate()
    os.fsync(old.fileno())


def _void(journal: IO[bytes]) -> None:
    journal.seek(0)
    _write(journal, bytes(_SECTOR))
    os.fsync(journal.fileno())


def _new_private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "r+b", buffering=0)


def _write_journal(old: IO[bytes], journal: IO[bytes]) -> None:
    """Put every page of a file into a journal, durably; the head comes last, so that half a journal is none."""
    size = _page_size(old)
    nonce, count = secrets.randbits(32), 0
    _write(journal, bytes(_SECTOR))
    for number, page in enumerate(_pages(old, size), start=1):
        if number != _LOCKS_AT // size + 1:
            _write(journal, struct.pack(">I", number) + page + struct.pack(">I", _checksum(page, nonce)))
            count += 1
    os.fsync(journal.fileno())
    journal.seek(0)
    pages = os.fstat(old.fileno()).st_size // size
    _write(journal, _HEADER.pack(_MAGIC, count, nonce, pages, _SECTOR, size).ljust(_SECTOR, b"\0"))
    os.fsync(journal.fileno())


def _page_size(file: IO[bytes]) -> int:
    file.seek(16)
    size = int.from_bytes(file.read(2), "big")
    return 65536 if size == 1 else size


def _pages(file: IO[bytes], size: int) -> Iterator[bytes]:
    file.seek(0)
    while page := file.read(size):
        yield page


def _checksum(page: bytes, nonce: int) -> int:
    """Every two hundredth byte from the end of a page, added to the nonce of the journal."""
    return (nonce + sum(page[place] for place in range(len(page) - 200, 0, -200))) & 0xFFFFFFFF


def _write(file: IO[bytes], content: bytes) -> None:
    """All of it, where the file stands."""
    while content:
        content = content[file.write(content) :]


def destroy(path: Path) -> None:
    """Overwrite a file and remove it; what the disk itself keeps of it is out of reach. OSError."""
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            _write(file, bytes(min(left, _CHUNK)))
            left -= _CHUNK
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)
