"""Marking: what was typed becomes an answer of the question or is refused; the feedback says why, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.training.question import Misreading, Option, Question

DECIMALS = 3
"""Places behind the point that an answer can have: an eighth needs three."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether an answer is right, and everything that is said about it."""

    question: Question
    given: str
    right: bool
    misreading: Misreading | None

    @property
    def topic(self) -> str:
        """What was shown to be known, or what to learn: that of the misreading, where one is recognized."""
        return (self.misreading and self.misreading.topic) or self.question.topic


def answer_of(question: Question, text: str) -> str | Refusal:
    """The answer that a text means: the number of an option as it is listed, its value, or a number in digits."""
    typed = text.strip()
    if not question.is_number and typed.isascii() and typed.isdigit() and 0 < int(typed[:3]) <= len(question.options):
        return question.options[int(typed) - 1].value
    if any(typed == option.value for option in question.options):
        return typed
    if question.is_number:
        found = parse_number(typed.removeprefix("-"), DECIMALS)
        if isinstance(found, Refusal):
            return found
        return exact(Fraction(found) * (-1 if typed.startswith("-") else 1))
    accepted = say(N_("Accepted: a number from 1 to {count}."), count=len(question.options))
    return Refusal("not_a_choice", text, say(N_("This is not one of the answers.")), accepted)


def exact(number: Fraction) -> str:
    """A number as answers are compared: a whole one, or a fraction in lowest terms."""
    return str(number)


def mark(question: Question, given: str) -> Mark:
    """Judge an answer, as ``answer_of`` gives it."""
    right = given == question.solution.value
    return Mark(question, given, right, None if right else question.tempting.get(given))


def label_of(question: Question, value: str) -> Sentence:
    """How an answer of a question is read."""
    found = next((option for option in question.options if option.value == value), None)
    return found.label if isinstance(found, Option) else say(_number(value))


def _number(value: str) -> str:
    """A fraction of eighths as a decimal number, anything else as it is."""
    number = Fraction(value)
    scaled = number * 1000
    if scaled.denominator != 1:
        return value
    return f"{float(number):.3f}".rstrip("0").rstrip(".")
