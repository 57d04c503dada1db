"""Made-up patients without end: a topic, a level and a seed give one case; its answers are the rules', never a list's."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.item import LEVELS, Item
from immunosep_tui.training.making import course, markers, response, sofa
from immunosep_tui.training.making.draft import Draft, Recipe, admit
from immunosep_tui.training.question import Question, Situation, question
from immunosep_tui.training.topics import TOPICS

RECIPES: Final[Mapping[str, Recipe]] = {
    **markers.RECIPES,
    **sofa.RECIPES,
    **course.RECIPES,
    **response.RECIPES,
}
"""How each topic is made, in no order."""

TRIES: Final = 200
"""Drafts after which a recipe is taken to be wrong."""

TEMPTING: Final = 2
"""The level with the usual trap."""

PLAIN: Final = frozenset({"evidence", "limits"})
"""Topics whose cases tempt nobody in particular: a statement may be simply true."""


def make(topic: str, level: int, seed: int, protocol: Protocol, against: str = "") -> Item:
    """The case of a topic, level and seed, the same one each time under the same protocol.

    At level 2 its first question tempts: a misreading answers it wrongly. On the edge it may fall on either side.

    Args:
        topic: one of ``TOPICS``.
        level: one of ``LEVELS``.
        seed: any whole number.
        protocol: open, not blinded.
        against: a misreading that must answer one of the questions wrongly; empty for any.

    Raises:
        KeyError: there is no such topic.
        ValueError: there is no such level, or the recipe cannot make such a case.
    """
    if level not in LEVELS:
        raise ValueError(f"there is no level {level}")
    recipe = RECIPES[topic]
    chance = Random(f"{topic}/{level}/{seed}/{against}")  # noqa: S311 - reproducible, no secret
    for _turn in range(TRIES):
        draft = admit(protocol, chance, f"{seed % 10_000:04}")
        recipe(draft, chance, level)
        situation = _situation(draft)
        asked = [question(situation, ask.key, ask.topic) for ask in draft.asks]
        found = [each for each in asked if each is not None]
        if len(found) == len(asked) and _fits(found, topic, level, against):
            return _item(topic, level, seed, against, draft, situation)
    raise ValueError(f"no case of {topic} at level {level} against {against or 'anything'}")


def _situation(draft: Draft) -> Situation:
    """The sheet as whoever typed it left it: what looks unusual was confirmed."""
    patient = Patient("made", dict(draft.texts))
    for key in draft.texts:
        patient = patient.keeping(key)
    return Situation(patient, draft.protocol, ZoneInfo(draft.zone.key), draft.now)


def _fits(asked: list[Question], topic: str, level: int, against: str) -> bool:
    tempting = {each.id for one in asked for each in one.tempting.values()}
    if against and against not in tempting:
        return False
    return level != TEMPTING or topic in PLAIN or bool(asked[0].tempting)


def _item(topic: str, level: int, seed: int, against: str, draft: Draft, situation: Situation) -> Item:
    identity = "/".join(("made", topic, str(level), str(seed), *([against] if against else [])))
    about = TOPICS[topic]
    return Item(
        id=identity,
        title=_(about.title),
        story=draft.told,
        teaches=_(about.rule),
        traps=(),
        sources=tuple(about.source.split("; ")),
        situation=situation,
        asks=tuple(draft.asks),
        level=level,
    )
