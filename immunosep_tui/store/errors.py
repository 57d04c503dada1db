"""What can go wrong with the store, each with what it means for the person who waits and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from immunosep_tui.record.entry import Entry
from immunosep_tui.rules.reason import Sentence


class StoreError(Exception):
    """Something about the store; ``text`` says what and ``advice`` what to do."""

    def __init__(self, text: Sentence, advice: Sentence) -> None:
        super().__init__(text.template)
        self.text = text
        self.advice = advice


class Unusable(StoreError):
    """The store cannot be opened or read."""


class ReadOnly(StoreError):
    """The store can be read but must not be written."""


class OtherMachine(ReadOnly):
    """Another machine writes it."""


class NotSaved(StoreError):
    """It is certain that nothing was recorded: the same deed can be tried again."""


class InDoubt(StoreError):
    """It is not known whether the deed was recorded: it must not be repeated under another key."""


class Stale(StoreError):
    """Somebody else wrote first; ``entries`` is what they wrote."""

    def __init__(self, text: Sentence, advice: Sentence, entries: Sequence[Entry]) -> None:
        super().__init__(text, advice)
        self.entries = tuple(entries)


class Refused(StoreError):
    """A rule of the ledger forbids it; ``rule`` names the rule, ``entry`` is what stands in the way, if one does."""

    def __init__(self, text: Sentence, advice: Sentence, rule: str, entry: Entry | None = None) -> None:
        super().__init__(text, advice)
        self.rule = rule
        self.entry = entry


class Declined(StoreError):
    """It can be done and is not, because something would be in the way or set aside; nothing was changed."""


class ClockWrong(StoreError):
    """A time cannot be believed; ``of_machine``: it is that of this machine, which a person can confirm."""

    def __init__(self, text: Sentence, advice: Sentence, *, of_machine: bool) -> None:
        super().__init__(text, advice)
        self.of_machine = of_machine
