"""Typed reading of a table of plain data: every refusal names the key by its full path."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal


class Fields:
    """The keys of one table: read each with its type, then call `done`, which refuses keys left unread."""

    __slots__ = ("_left", "_path", "_values")

    def __init__(self, values: object, path: str = "") -> None:
        if not isinstance(values, Mapping):
            raise ValueError(f"{path or 'the file'}: must be a table")
        self._values: Mapping[str, object] = values
        self._path = path
        self._left = set(values)

    def where(self, key: str) -> str:
        """The full path of a key, for messages."""
        return f"{self._path}.{key}" if self._path else key

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    @property
    def names(self) -> tuple[str, ...]:
        """All keys, in the order of the file."""
        return tuple(self._values)

    def text(self, key: str) -> str:
        """A text that is not blank."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{self.where(key)}: must be a text that is not empty, not {value!r}")
        return value

    def optional_text(self, key: str) -> str:
        """A text, or an empty one where the key is missing."""
        return self.text(key) if self.has(key) else ""

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """A text from a closed list."""
        value = self.text(key)
        if value not in allowed:
            raise ValueError(f"{self.where(key)}: must be one of {', '.join(allowed)}, not {value!r}")
        return value

    def count(self, key: str) -> int:
        """A whole number from 0 up."""
        return _count(self._take(key), self.where(key))

    def counts(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers from 0 up."""
        return tuple(_count(value, f"{self.where(key)}[{i}]") for i, value in enumerate(self._list(key)))

    def decimal(self, key: str) -> Decimal:
        """An exact number with the digits that were printed; a binary float has lost them and is refused."""
        return _decimal(self._take(key), self.where(key))

    def decimals(self, key: str) -> tuple[Decimal, ...]:
        """A list of exact numbers."""
        return tuple(_decimal(value, f"{self.where(key)}[{i}]") for i, value in enumerate(self._list(key)))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts that are not blank."""
        texts = self._list(key)
        listed = Fields({str(i): value for i, value in enumerate(texts)}, self.where(key))
        return tuple(listed.text(str(i)) for i in range(len(texts)))

    def table(self, key: str) -> Fields:
        """A table within this one."""
        return Fields(self._take(key), self.where(key))

    def tables(self, key: str) -> tuple[Fields, ...]:
        """A list of tables; none where the key is missing."""
        if not self.has(key):
            return ()
        return tuple(Fields(value, f"{self.where(key)}[{i}]") for i, value in enumerate(self._list(key)))

    def done(self) -> None:
        """Refuse keys that were not read: a misspelt key must not vanish."""
        if self._left:
            raise ValueError(f"{self.where(min(self._left))}: this key is not known here")

    def _take(self, key: str) -> object:
        if key not in self._values:
            raise ValueError(f"{self.where(key)}: is missing")
        self._left.discard(key)
        return self._values[key]

    def _list(self, key: str) -> Sequence[object]:
        value = self._take(key)
        if not isinstance(value, list | tuple):
            raise ValueError(f"{self.where(key)}: must be a list, not {value!r}")
        return value


def _count(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{where}: must be a whole number from 0 up, not {value!r}")
    return value


def _decimal(value: object, where: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"{where}: must be an exact decimal number, not {value!r}")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{where}: must be a finite number, not {value!r}")
    return number
