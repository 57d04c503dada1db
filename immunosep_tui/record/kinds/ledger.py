"""Kinds of entry about the record itself, and those of the ward's own record: who signs, and what the ward has set."""

from __future__ import annotations

from dataclasses import dataclass, field

from immunosep_tui.i18n import _
from immunosep_tui.record.kinds.kind import Facts, Kind, Texts, Words, as_they_are, numbers
from immunosep_tui.rules.reason import N_


@dataclass(frozen=True, slots=True)
class Voided(Kind):
    """An earlier entry was wrong and nothing takes its place; the reason says why."""

    kind, title = "void", N_("Taken back")
    refers = ("entry",)

    entry: int

    def told(self, words: Words) -> Facts:
        there = words.entry(self.entry)
        return [(_("Entry"), numbers(self.entry)), *([(_("It said"), words.line(there))] if there else [])]

    def brief(self, words: Words) -> str:
        there, told = words.entry(self.entry), numbers(self.entry)
        return told if there is None or isinstance(there.body, Voided) else f"{told}, {words.line(there)}"


@dataclass(frozen=True, slots=True)
class Note(Kind):
    """Words for whoever reads the record."""

    kind, title = "note", N_("Note")

    text: str

    def told(self, words: Words) -> Facts:
        return as_they_are(self, ("text", N_("Note")))

    def brief(self, words: Words) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SignedOff(Kind):
    """Everything up to an entry was reviewed; ``meaning`` is what the signature says."""

    kind, title = "sign-off", N_("Reviewed")
    refers = ("upto",)

    upto: int
    meaning: str

    def told(self, words: Words) -> Facts:
        return as_they_are(self, ("upto", N_("Up to no.")), ("meaning", N_("Meaning")))

    def brief(self, words: Words) -> str:
        return _("up to no. {n}: {meaning}").format(n=self.upto, meaning=self.meaning)


@dataclass(frozen=True, slots=True)
class Person(Kind):
    """Somebody who signs: initials, role, and the hash of a PIN; not ``active`` any more after leaving the ward."""

    kind, title = "person", N_("Signer")
    of_ward = stays = True

    initials: str
    role: str
    pin: str
    active: bool = True

    def told(self, words: Words) -> Facts:
        state = _("may sign") if self.active else _("does not sign any more")
        return [(_("Initials"), self.initials), (_("Role"), _(self.role)), (_("State"), state)]


@dataclass(frozen=True, slots=True)
class Setting(Kind):
    """One convention of the ward: the name of the setting and its text as typed, empty for the default."""

    kind, title = "setting", N_("Ward setting")
    of_ward = True

    name: str
    text: str

    def told(self, words: Words) -> Facts:
        return [(words.setting(self.name), self.text or _("default"))]


@dataclass(frozen=True, slots=True)
class WardProtocol(Kind):
    """A protocol by name and hash with the text of its files, so that what rests on it is read by it ever after.

    The ward plans by the latest one; one that came in with a patient of another ward, whose author imports, is only
    kept. The entry's own hash of the protocol is the same.
    """

    kind, title = "protocol", N_("Ward protocol")
    of_ward = stays = True

    name: str
    sha256: str
    text: str

    def told(self, words: Words) -> Facts:
        return as_they_are(self, ("name", N_("Name")), ("sha256", N_("Hash")))


@dataclass(frozen=True, slots=True)
class Opened(Kind):
    """The first entry of a ledger: which ward it is for."""

    kind, title = "opened", N_("Ward opened")
    of_ward = stays = True

    ward: str
    facts: Texts = field(default_factory=dict)

    def told(self, words: Words) -> Facts:
        return [(_("Ward"), self.ward), *self.facts.items()]
