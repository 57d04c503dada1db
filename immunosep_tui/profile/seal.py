"""Seal the program's profiles after an intended change: check each in full, then write its hash.

For developers, in a checkout: ``python -m immunosep_tui.profile.seal``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from immunosep_tui.profile import files, seals

_HEAD = '''"""SHA-256 of each profile as released; written by ``python -m immunosep_tui.profile.seal``."""

from __future__ import annotations

from collections.abc import Mapping

SEALS: Mapping[str, str] = {
'''


def seal() -> None:
    """Check every profile in the program's folder as if it came from outside, then write the seals."""
    folder = files.data_folder()
    sealed = [*sorted((folder / "protocols").glob("*.toml")), *sorted((folder / "evidence").glob("*.toml"))]
    hashes = {
        path.relative_to(folder).with_suffix("").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sealed
    }
    for path in sealed:
        if path.parent.name == "protocols" and path.stem != "base":
            files.check_unsealed(path)
    lines = "".join(f'    "{name}": "{digest}",\n' for name, digest in hashes.items())
    Path(seals.__file__).write_text(_HEAD + lines + "}\n", encoding="utf-8")


if __name__ == "__main__":
    seal()
