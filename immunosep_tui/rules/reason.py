"""Why an answer is what it is: whole sentences with their facts, so that they can be checked and translated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def N_(template: str) -> str:
    """Mark an English sentence for the message catalog; it is translated where it is shown."""
    return template


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with named placeholders and the facts that fill them."""

    template: str
    facts: tuple[tuple[str, str | Sentence], ...] = ()

    def words(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of ``translate``; a fact that is a sentence is translated too."""
        facts = {name: fact.words(translate) if isinstance(fact, Sentence) else fact for name, fact in self.facts}
        return translate(self.template).format(**facts).rstrip()

    def __str__(self) -> str:
        return self.words(str)


def say(template: str, **facts: object) -> Sentence:
    """A sentence from its template and facts; facts that are not sentences become text."""
    return Sentence(
        template, tuple((name, fact if isinstance(fact, Sentence) else str(fact)) for name, fact in facts.items())
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of an answer: the rule that fired, in words, and where the rule is published."""

    rule: str
    text: Sentence
    source: str


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a person should weigh before using an answer; ``code`` is stable for scripts."""

    code: str
    text: Sentence
