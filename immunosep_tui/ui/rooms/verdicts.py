"""Verdicts on typed texts that several rooms share."""

from __future__ import annotations

from collections.abc import Callable

from immunosep_tui.i18n import words
from immunosep_tui.record.patient import parts
from immunosep_tui.record.values import YES_OR_NO, WordsValue
from immunosep_tui.rules.number import Refusal
from immunosep_tui.ui.form import Choice, Field, Verdict, choice_of
from immunosep_tui.ward.field_reading import read_words
from immunosep_tui.ward.reading import Read, echo, sentence


def quantity_verdict(read: Read) -> Verdict:
    """The verdict on a field that holds a quantity."""
    if not read.text:
        return Verdict()
    if read.refusal is not None:
        return Verdict("refused", message=refusal_text(read.refusal))
    if read.asks:
        return Verdict("asks", message=" ".join(words(sentence(ask)) for ask in read.asks))
    return Verdict("ok", echo(read))


def refusal_text(refusal: Refusal) -> str:
    """Why a text is refused and what would be accepted."""
    return f"{words(refusal.why)} {words(refusal.accepted)}"


def choices_verdict(field: Field, text: str) -> Verdict | None:
    """The verdict on several choices parted by semicolons; None to let the form judge a single one."""
    if ";" not in text:
        return None
    chosen = [choice_of(field, part) for part in parts(text)]
    if all(choice is not None for choice in chosen):
        return Verdict("ok", "; ".join(choice.label for choice in chosen if choice is not None))
    return None


def words_verdict(text: str) -> Verdict:
    """The verdict on words for people: anything printable of reasonable length."""
    found = read_words(text, WordsValue())
    if isinstance(found, Refusal):
        return Verdict("refused", message=refusal_text(found))
    return Verdict("ok") if text.strip() else Verdict()


def yes_no(translate: Callable[[str], str]) -> tuple[Choice, ...]:
    """Yes and no, by their first letters."""
    return tuple(Choice(each.key, each.value, translate(each.label)) for each in YES_OR_NO)
