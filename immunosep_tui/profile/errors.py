"""Why a profile is not used: file, line, place and reason."""

from __future__ import annotations

from dataclasses import dataclass

from immunosep_tui.rules.text import show


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a profile file; ``line`` is 0 where no line can be named."""

    file: str
    line: int
    place: str
    reason: str

    def __str__(self) -> str:
        file, place, reason = show(self.file, 1000), show(self.place, 200), show(self.reason, 1000)
        where = f"{file}:{self.line}" if self.line else file
        return f"{where}: {place}: {reason}" if place else f"{where}: {reason}"


class ProfileError(Exception):
    """A profile that is broken, cut, implausible or not there; nobody is classified with it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
