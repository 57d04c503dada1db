"""The debrief of a case: its story and values, each question with its rule and its traps, and what it teaches."""

from __future__ import annotations

from immunosep_tui.i18n import _, words
from immunosep_tui.training.feedback import because, full_sources
from immunosep_tui.training.item import Item
from immunosep_tui.training.lines import Line, rows
from immunosep_tui.training.mark import label_of
from immunosep_tui.training.question import Question
from immunosep_tui.training.sheet import groups


def debrief(item: Item) -> list[Line]:
    """Everything there is to learn from a case, for a screen or for a printout.

    Raises:
        ValueError: the rules leave one of its questions open.
    """
    lines: list[Line] = [*head(item), ("plain", "")]
    asked = item.questions()
    for number, question in enumerate(asked, start=1):
        lines += [*_question(question, number, len(asked), item), ("plain", "")]
    lines += [("title", _("What it teaches")), ("plain", f"  {item.teaches}")]
    if item.traps:
        lines += [("title", _("Traps")), *(("plain", f"  - {trap}") for trap in item.traps)]
    sources = full_sources(item.sources, item.situation.protocol)
    return [*lines, ("title", _("Sources of the case")), *(("dim", f"  {text}") for text in sources)]


def head(item: Item) -> list[Line]:
    """Title, story and values."""
    return [("title", item.title), ("plain", item.story), *rows(groups(item.situation))]


def _question(question: Question, number: int, count: int, item: Item) -> list[Line]:
    asked = _("Question {n} of {count}: {prompt}").format(n=number, count=count, prompt=words(question.prompt))
    answer = _("Answer: {answer}").format(answer=words(label_of(question, question.solution.value)))
    lines: list[Line] = [("title", asked), ("good", answer), *because(question, item.situation.protocol)]
    for given, misreading in question.tempting.items():
        label = words(label_of(question, given))
        lines.append(("warn", _('Not "{answer}": {why}').format(answer=label, why=_(misreading.why))))
    return lines
