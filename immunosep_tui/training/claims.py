"""Statements about the trial that are true, false, or not known from any source that was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from immunosep_tui.profile.errors import Fault, ProfileError
from immunosep_tui.profile.files import data_folder
from immunosep_tui.profile.reading import read_toml
from immunosep_tui.training.topics import TOPICS

TRUE, FALSE, NOT_KNOWN = "true", "false", "not-known"
TRUTHS = (TRUE, FALSE, NOT_KNOWN)
_FIELDS = frozenset({"id", "text", "truth", "why", "source", "topic"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement; ``why`` says what is known about it, ``source`` where that stands."""

    id: str
    text: str
    truth: str
    why: str
    source: str
    topic: str


@lru_cache
def claims() -> Mapping[str, Claim]:
    """Every statement by its id; ProfileError where the file is damaged."""
    path = data_folder() / "evidence" / "claims.toml"
    _text, table = read_toml(path)
    found: dict[str, Claim] = {}
    for entry in table.get("claims", []):
        if set(entry) != _FIELDS or not all(isinstance(each, str) and each for each in entry.values()):
            raise ProfileError(Fault(str(path), 0, "claims", f"each has the texts {', '.join(sorted(_FIELDS))}"))
        claim = Claim(**entry)
        if claim.id in found or claim.truth not in TRUTHS or claim.topic not in TOPICS:
            raise ProfileError(Fault(str(path), 0, claim.id, "its id, truth or topic is not one that can be"))
        found[claim.id] = claim
    return found
