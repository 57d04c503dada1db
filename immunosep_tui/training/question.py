"""A question about a made-up patient: its answer comes from the rules, and so does what is wrong with another answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import Sentence, say

UNKNOWN = "?"
"""The answer that something cannot be told from what is known."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A sheet as it stands at an instant, the site's zone, and the protocol that is asked about."""

    patient: Patient
    protocol: Protocol
    zone: ZoneInfo
    now: datetime


Places: TypeAlias = tuple[str, ...]
"""What a question is about, such as a day and an organ: the parts of its key behind the kind."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen."""

    value: str
    label: Sentence


@dataclass(frozen=True, slots=True)
class Solution:
    """What the rules answer.

    ``value`` is that of an option, or an exact number as text. ``rule`` is the rule in one line, ``row`` the row of the
    table that it stands in, where there is one, ``decided`` the values that decided, in words.
    """

    value: str
    rule: Sentence
    decided: tuple[Sentence, ...]
    source: str
    row: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Misreading:
    """A wrong rule that people follow: what it answers, None where it does not apply, and why it is wrong.

    ``topic`` is where the right rule is learned, empty for that of the question. ``why`` is a whole sentence, a template
    of the catalog.
    """

    id: str
    topic: str
    gives: Callable[[Situation, Places], str | None]
    why: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question.

    ``ask`` words it. ``options`` lists the answers to choose from; beside them, or where there are none, a number is
    typed if ``is_number``. ``solve`` gives the answer of the rules, None where they leave the question open: it is then
    not asked.
    """

    name: str
    topic: str
    ask: Callable[[Situation, Places], Sentence]
    options: Callable[[Situation, Places], tuple[Option, ...]]
    solve: Callable[[Situation, Places], Solution | None]
    misreadings: tuple[Misreading, ...] = ()
    is_number: bool = False


def listed(labels: Mapping[str, str]) -> Callable[[Situation, Places], tuple[Option, ...]]:
    """The options of a kind that are the same in every situation: values and their labels; none where a number is typed."""
    options = tuple(Option(value, say(label)) for value, label in labels.items())
    return lambda _situation, _places: options


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is asked in one situation; ``tempting`` has the misreading behind each wrong answer it explains."""

    key: str
    topic: str
    prompt: Sentence
    options: tuple[Option, ...]
    is_number: bool
    solution: Solution
    tempting: Mapping[str, Misreading]


def question(situation: Situation, key: str, topic: str = "") -> Question | None:
    """The question of a key such as ``sofa/1/renal``; None where the rules leave it open in this situation.

    Args:
        situation: what is known.
        key: kind and places.
        topic: what is learned by it here; empty for that of the kind.

    Raises:
        KeyError: there is no such kind.
        ValueError: the rest of the key names nothing that the kind knows.
    """
    from immunosep_tui.training.kinds import KINDS

    name, *rest = key.split("/")
    kind, places = KINDS[name], tuple(rest)
    solution = kind.solve(situation, places)
    if solution is None:
        return None
    tempting: dict[str, Misreading] = {}
    for misreading in kind.misreadings:
        given = misreading.gives(situation, places)
        if given is not None and given != solution.value:
            tempting.setdefault(given, misreading)
    return Question(
        key,
        topic or kind.topic,
        kind.ask(situation, places),
        kind.options(situation, places),
        kind.is_number,
        solution,
        tempting,
    )
