"""Which machine this is, by an id that stays and that names it to nobody else."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from immunosep_tui.store.folders import name_new, write_new
from immunosep_tui.store.place import data_folder

SYSTEM: Final = Path("/etc/machine-id")
"""The system's own id; machine-id(5) asks that it is never shown, only what is derived from it."""

FILE_NAME: Final = "machine-id"
LENGTH: Final = 16

_ID: Final = re.compile("[0-9a-f]{32}")


@cache
def machine_id() -> str:
    """Hexadecimal digits that are the same at each start on this machine, and other ones on another.

    They follow from the system's own id; where it has none, as in a container, from one that is made once and kept in the
    data folder; where none can be kept, from the name of the host.
    """
    found = _read(SYSTEM) or _kept(data_folder() / FILE_NAME) or _name()
    return sha256(f"immunosep-tui {found}".encode()).hexdigest()[:LENGTH]


def _read(path: Path) -> str:
    with suppress(OSError, ValueError):
        text = path.read_text("ascii").strip()
        return text if _ID.fullmatch(text) else ""
    return ""


def _kept(path: Path) -> str:
    """The id in a file, which is made where there is none; of two programs that make one at once, the first one's."""
    with suppress(OSError):
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.{os.getpid()}")
            write_new(part, os.urandom(16).hex())
            try:
                name_new(part, path)
            finally:
                part.unlink(missing_ok=True)
    return _read(path)


def _name() -> str:
    import platform

    return platform.node()
