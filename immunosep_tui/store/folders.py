"""The names in a folder, made durable: a file that was made, renamed or removed stays so when the power goes."""

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
