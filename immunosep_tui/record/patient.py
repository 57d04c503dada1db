"""One patient's sheet: the texts as they were typed, and the unusual ones that a person has kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from immunosep_tui.rules.text import show

LONGEST = 40
"""Most characters of a place or an identifier."""


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as typed; every answer is computed from ``texts``, none is stored.

    ``texts`` maps ``room.field`` or ``room.day.field`` to the text. ``kept`` names the texts that were asked about and
    confirmed, as ``key=text``, so that another text asks again. ``deaths`` names the keys at which a recorded death
    stands; None for a sheet that lies over no record, on which every death that is typed counts.
    """

    key: str
    texts: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    deaths: frozenset[str] | None = field(default=None, compare=False)

    @property
    def place(self) -> str:
        """Bed or room; never an identifier."""
        return self.texts.get("identity.place", "")

    @property
    def case(self) -> str:
        """The case number, first identifier."""
        return self.texts.get("identity.case", "")

    @property
    def identifier(self) -> str:
        """The second identifier, such as a record number or a date of birth."""
        return self.texts.get("identity.identifier", "")

    @property
    def fingerprint(self) -> str:
        """Whose sheet it is: its key and both identifiers, as a screen shows them."""
        return "\n".join((self.key, self.case, self.identifier))

    def text(self, key: str) -> str:
        """What was typed for a key, empty if nothing was."""
        return self.texts.get(key, "")

    def says_death(self, key: str) -> bool:
        """Whether a death counts at ``key``: one that was recorded, whatever is typed over it, where there is a record."""
        return is_death_text(key, self.text(key)) if self.deaths is None else key in self.deaths

    def within(self, prefix: str) -> dict[str, str]:
        """The texts below ``prefix.``, by the rest of their keys."""
        start = f"{prefix}."
        return {key.removeprefix(start): text for key, text in self.texts.items() if key.startswith(start)}

    def typed(self, key: str, text: str) -> Patient:
        """The sheet with another text; an empty one takes the key out."""
        texts = {name: value for name, value in self.texts.items() if name != key}
        if text:
            texts[key] = text
        return replace(self, texts=texts)

    def keeping(self, key: str) -> Patient:
        """The sheet with the present text of ``key`` confirmed."""
        return replace(self, kept=self.kept | {f"{key}={self.text(key)}"})

    def is_kept(self, key: str) -> bool:
        """Whether the present text of ``key`` was confirmed."""
        return f"{key}={self.text(key)}" in self.kept


def is_death_text(key: str, text: str) -> bool:
    """Whether a text says a death: ``D`` at a day's SOFA total, ``died`` at a follow-up."""
    return text == "died" if key.startswith("response.day") else text in ("D", "d")


def confirmed(sheet: Patient) -> frozenset[str]:
    """Keys whose present text was confirmed; marks of texts that were typed over do not count."""
    return frozenset(key for key in sheet.texts if sheet.is_kept(key))


def parts(text: str) -> list[str]:
    """Several readings of one field, parted by semicolons, in order."""
    return [part.strip(" ") for part in text.split(";")] if ";" in text else [text]


def is_identifying(text: str) -> bool:
    """Whether a text can be a place or an identifier: all of it can be seen, and it is neither blank nor too long."""
    return bool(text) and text == text.strip() and len(text) <= LONGEST and show(text, LONGEST) == text
