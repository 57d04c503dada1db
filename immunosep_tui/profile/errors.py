"""Why a profile is not used: file, line, place and reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a profile file; ``line`` is 0 where no line can be named."""

    file: str
    line: int
    place: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.place}: {self.reason}" if self.place else f"{where}: {self.reason}"


class ProfileError(Exception):
    """A profile that is broken, cut, implausible or not there; nobody is classified with it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
