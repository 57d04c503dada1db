"""Strict reading of a table of a case file: every key is known and of its kind, or the file and line are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from immunosep_tui.profile.errors import Fault, ProfileError
from immunosep_tui.profile.lines import Path as Place
from immunosep_tui.profile.lines import line_of
from immunosep_tui.record.fields import field_of
from immunosep_tui.ward.answers import LAST_DAY
from immunosep_tui.ward.samples import MOST_SAMPLES

_DAYS = tuple(str(day) for day in range(1, LAST_DAY + 1))
_LATER_SAMPLES = tuple(str(number) for number in range(2, MOST_SAMPLES + 1))


def sheet_keys(keys: Iterable[str]) -> list[str]:
    """Those of the keys that a sheet can have; which items a checklist has is for its protocol to say."""
    return [key for key in keys if _is_sheet_key(key)]


def _is_sheet_key(key: str) -> bool:
    room, _, rest = key.partition(".")
    number, _, name = rest.partition(".")
    if room == "monitoring":
        return number in _DAYS and name != ""
    numbers = _LATER_SAMPLES if room == "sample" else _DAYS if room == "sofa" or rest.isdecimal() else None
    field = field_of(key)
    if field is None or (room == "sample" and field.first_sample):
        return False
    return numbers is None or number in numbers


@dataclass(frozen=True, slots=True)
class CaseTable:
    """A table at ``place`` of a file, with what is needed to say where something is wrong."""

    path: Path
    source: str
    values: Mapping[str, object]
    place: Place = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key, in the order of the file."""
        return tuple(self.values)

    def fault(self, key: str, reason: str) -> ProfileError:
        """An error at a key."""
        place = (*self.place, *key.split("."))
        return ProfileError(Fault(str(self.path), line_of(self.source, place), ".".join(map(str, place)), reason))

    def only(self, *known: str) -> None:
        """Refuse a key that is not among those known."""
        taken = frozenset(known)
        for key in self.values:
            if key not in taken:
                raise self.fault(key, "this key is not known")

    def _value(self, key: str) -> object:
        if key not in self.values:
            raise self.fault(key, "it is missing")
        return self.values[key]

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._value(key)
        if not isinstance(value, str) or not value:
            raise self.fault(key, "it must be a text that is not empty")
        return value

    def choice(self, key: str, choices: Collection[str]) -> str:
        """One of several texts."""
        value = self.text(key)
        if value not in choices:
            raise self.fault(key, f"it must be one of: {', '.join(choices)}")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.fault(key, "it must be true or false")
        return value

    def whole(self, key: str, highest: int = 1000) -> int:
        """A whole number from 0 to ``highest``."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= highest:
            raise self.fault(key, f"it must be a whole number from 0 to {highest}")
        return value

    def listed(self, key: str, known: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of texts in order, each once and, where ``known`` is given, one of those."""
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise self.fault(key, "it must be a list of texts")
        for name, times in Counter(value).items():
            if times > 1:
                raise self.fault(key, f"{name} is there twice")
            if known is not None and name not in known:
                raise self.fault(key, f"{name} is not a text here")
        return tuple(value)

    def names(self, key: str, known: Collection[str] | None = None) -> frozenset[str]:
        """A list of texts whose order does not matter."""
        return frozenset(self.listed(key, known))

    def table(self, key: str) -> CaseTable:
        """A table below this one."""
        value = self._value(key)
        if not isinstance(value, dict):
            raise self.fault(key, "it must be a table")
        return CaseTable(self.path, self.source, value, (*self.place, key))

    def tables(self, key: str) -> tuple[CaseTable, ...]:
        """A list of tables below this one, at least one of them."""
        value = self._value(key)
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            raise self.fault(key, "it must be a list of tables")
        return tuple(CaseTable(self.path, self.source, each, (*self.place, key, n)) for n, each in enumerate(value))
