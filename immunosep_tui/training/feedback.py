"""What is said about an answer: right or not, the rule, its row, what decided, why the answer tempts, the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_
from immunosep_tui.training.lines import Line
from immunosep_tui.training.mark import Mark, label_of
from immunosep_tui.training.question import Question
from immunosep_tui.training.topics import TOPICS

NOT_GIVEN: Final = ""
"""Kept as the answer of a question whose time ran out."""

SIGNS: Final = {True: N_("[+] RIGHT"), False: N_("[x] NOT RIGHT")}
"""How a mark is written, so that it is read without colour."""

_SHORT: Final = {"L": N_("local convention"), "not found": N_("not found in any source")}


def feedback(mark: Mark, protocol: Protocol) -> list[Line]:
    """Everything about one answer, the most wanted first."""
    question = mark.question
    right = words(label_of(question, question.solution.value))
    if mark.right:
        lines: list[Line] = [("good", f"{_(SIGNS[True])}: {right}")]
    else:
        given = words(label_of(question, mark.given)) if mark.given != NOT_GIVEN else _("no answer: the time ran out")
        lines = [("bad", f"{_(SIGNS[False])}: {given}"), ("title", _("Right is: {answer}").format(answer=right))]
    if mark.misreading is not None:
        lines.append(("warn", _(mark.misreading.why)))
        topic = TOPICS.get(mark.topic)
        if topic is not None and mark.topic != question.topic:
            lines.append(("note", _("To learn: {title}. {rule}").format(title=_(topic.title), rule=_(topic.rule))))
    elif not mark.right and mark.given != NOT_GIVEN:
        lines.append(("warn", _("The values and the rule give another answer:")))
    return [*lines, ("plain", ""), *because(question, protocol)]


def because(question: Question, protocol: Protocol) -> Iterator[Line]:
    """Why the right answer is right: the rule in one line, its row of the table, the values that decided, the source."""
    solution = question.solution
    yield "plain", _("Rule: {rule}").format(rule=words(solution.rule))
    if solution.row is not None:
        yield "plain", _("Table:")
        yield from (("plain", f"  {cell}") for cell in words(solution.row).split(" | "))
    if solution.decided:
        yield "plain", _("What decided:")
        yield from (("plain", f"  {words(each)}") for each in dict.fromkeys(solution.decided))
    yield "dim", _("Source:")
    yield from (("dim", f"  {text}") for text in full_sources([solution.source], protocol))


def full_sources(cited: Iterable[str], protocol: Protocol) -> list[str]:
    """Each source once, a key of the protocol's list with its full name behind it."""
    parted = (text.split("; ") if text.split(";")[0] in protocol.sources else [text] for text in cited)
    keys = dict.fromkeys(key for parts in parted for key in parts if key)
    named = {key: f"{key}: {protocol.sources[key]}" for key in keys if key in protocol.sources}
    return [named.get(key) or _(_SHORT.get(key, key)) for key in keys]
