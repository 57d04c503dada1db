"""Files and their names in a folder, made durable: what was made, renamed or removed stays so when the power goes."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Final

_CANNOT: Final = frozenset({errno.EACCES, errno.EPERM, errno.EINVAL, errno.EROFS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""Answers of a system or a folder that knows no such thing; any other is a failure of the disk."""


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can; OSError where it fails."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise


def name_new(part: Path, path: Path) -> None:
    """Rename, but never over another file; FileExistsError where there is one, OSError."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, such as that of a memory stick
        if os.path.lexists(path):
            raise FileExistsError from None
        part.rename(path)
    else:
        part.unlink()


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, open to its owner only, or none at all.

    Args:
        path: never a link; what is there already is left alone.
        text: written as UTF-8, its ends of lines as they are.

    Raises:
        FileExistsError: there is something of this name.
        OSError: it cannot be written.
    """
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
