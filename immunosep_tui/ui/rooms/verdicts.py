"""Verdicts on typed texts that several rooms share."""

from __future__ import annotations

from collections.abc import Callable

from immunosep_tui.i18n import _, words
from immunosep_tui.record.patient import parts
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.text import show
from immunosep_tui.ui.form import Choice, Field, Verdict, choice_of
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


LONGEST_WORDS = 200
"""Most characters of words for people. Local convention."""


def words_verdict(text: str) -> Verdict:
    """The verdict on words for people: anything printable of reasonable length."""
    if len(text) > LONGEST_WORDS:
        return Verdict("refused", message=_("At most {most} characters are taken.").format(most=LONGEST_WORDS))
    if show(text, LONGEST_WORDS) != text:
        return Verdict("refused", message=_("It holds a control or invisible character."))
    return Verdict("ok") if text.strip() else Verdict()


def yes_no(translate: Callable[[str], str]) -> tuple[Choice, ...]:
    """Yes and no, by their first letters."""
    return (Choice("y", "yes", translate("yes")), Choice("n", "no", translate("no")))
