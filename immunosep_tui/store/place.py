"""Where a store lies: the user's own data folder, a file, or the address of a server; and which places are refused."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE_NAME: Final = "ward.db"
ENVIRONMENT: Final = "IMMUNOSEP_STORE"
SCHEMES: Final = ("postgresql://", "postgres://")

_PASSWORD: Final = re.compile(r"((?:ssl)?password=)[^&]*")

NETWORK_SYSTEMS: Final = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs", "davfs",
        "fuse.sshfs", "fuse.davfs", "fuse.davfs2", "fuse.rclone", "fuse.s3fs", "fuse.gvfsd-fuse", "fuse.glusterfs",
        "fuse.cephfs", "fuse.onedriver", "fuse.google-drive-ocamlfuse", "fuseblk.smb",
    }
)  # fmt: skip
"""File systems on which two machines cannot lock one file reliably."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or a server; exactly one is given."""

    path: Path | None = None
    url: str = ""

    @property
    def shown(self) -> str:
        """The place as it may be shown: without a password."""
        if self.path is not None:
            return str(self.path)
        scheme, _, rest = self.url.partition("://")
        credentials, at, address = rest.rpartition("@")
        address = _PASSWORD.sub(r"\1...", address)
        return f"{scheme}://{credentials.partition(':')[0]}{at}{address}"


def place_of(given: str | None, environment: Mapping[str, str] = os.environ) -> Place:
    """The place that ``--store`` names, else ``IMMUNOSEP_STORE``, else the user's own data folder."""
    text = given or environment.get(ENVIRONMENT, "")
    if text.startswith(SCHEMES):
        return Place(url=text)
    return Place(Path(text).expanduser() if text else data_folder() / FILE_NAME)


def key_file(path: Path) -> Path:
    """Where the key file of an encrypted file lies; where it is there, the file is encrypted."""
    return path.with_name(f"{path.name}.key")


def coming_key_file(path: Path) -> Path:
    """Where it lies while the file is being encrypted."""
    return path.with_name(f"{path.name}.key.new")


def data_folder() -> Path:
    """The user's own data folder for this program."""
    from platformdirs import user_data_path

    return user_data_path("immunosep-tui", appauthor=False)


def network_system(path: Path, mounts: str | None = None) -> str:
    """The name of the network file system that a path lies on; empty where it lies on none, or nobody can tell.

    Args:
        path: of a file or folder, there or not.
        mounts: what ``/proc/mounts`` says, read from there unless given.
    """
    if mounts is None:
        if sys.platform != "linux":
            return "remote" if str(path.absolute()).startswith("\\\\") else ""
        try:
            mounts = Path("/proc/mounts").read_text("utf-8", "surrogateescape")
        except OSError:
            return ""
    target = os.path.realpath(path)
    best, system = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, system = point, fields[2]
    return system if system in NETWORK_SYSTEMS else ""
