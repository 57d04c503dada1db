"""The published results that came with the program."""

from __future__ import annotations

from functools import lru_cache

from immunosep_tui.profile.errors import Fault, ProfileError
from immunosep_tui.profile.files import data_folder, is_sealed
from immunosep_tui.profile.reading import read_toml
from immunosep_tui.rules.evidence import Evidence, evidence_from


@lru_cache
def results(name: str = "immunosep-2025") -> Evidence:
    """The results of a trial; ProfileError when the file is not there, damaged or changed since the release."""
    path = data_folder() / "evidence" / f"{name}.toml"
    text, table = read_toml(path)
    is_sealed(path, text)
    try:
        return evidence_from(table)
    except ValueError as error:
        raise ProfileError(Fault(str(path), 0, "", str(error))) from None
