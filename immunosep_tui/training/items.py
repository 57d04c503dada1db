"""A case by its name: a written one, or one that is made anew from what its name says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.item import Item

WRITTEN: Final = "case/"
MADE: Final = "made/"


def item(identity: str, protocol: Protocol) -> Item:
    """The case of a name, the same one each time under the same protocol.

    Args:
        identity: ``case/ID``, or ``made/TOPIC/LEVEL/SEED``, where the misreading that it is to tempt may follow.
        protocol: open, not blinded.

    Raises:
        KeyError: there is none of this name.
    """
    from immunosep_tui.training import generator

    if identity.startswith(WRITTEN):
        return written(protocol)[identity]
    if not identity.startswith(MADE):
        raise KeyError(identity)
    try:
        topic, level, seed, *against = identity.removeprefix(MADE).split("/")
        return generator.make(topic, int(level), int(seed), protocol, "/".join(against))
    except ValueError as error:
        raise KeyError(identity) from error


def written(protocol: Protocol) -> Mapping[str, Item]:
    """Every written case by its name."""
    from immunosep_tui.training.case_files import teaching_cases

    return {f"{WRITTEN}{name}": case for name, case in teaching_cases(protocol).items()}


def tempts(case: Item, misreading: str) -> bool:
    """Whether somebody who follows a misreading answers a question of a case wrongly."""
    return any(each.id == misreading for asked in case.questions() for each in asked.tempting.values())
