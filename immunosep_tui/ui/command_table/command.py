"""What one row of the table says, and where a thing can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from immunosep_tui.rules.reason import N_

EVERYWHERE: Final = "everywhere"

SCOPES: Final[dict[str, str]] = {
    EVERYWHERE: N_("Everywhere"),
    "board": N_("Ward board"),
    "patient": N_("Patient"),
    "training": N_("Training"),
    "round": N_("Training: a question"),
    "result": N_("Training: the end of a round"),
    "debrief": N_("Training: a debrief"),
    "evidence": N_("Evidence"),
    "settings": N_("Ward settings"),
    "sign": N_("Signature"),
    "dose": N_("Dose"),
    "start": N_("Start of a course"),
    "stop": N_("Stop of a course"),
    "bleeding": N_("Bleeding"),
    "death": N_("Died, left or back"),
    "acknowledge": N_("Notice"),
    "close-alarm": N_("End of an alarm"),
    "red-cells": N_("Red cells"),
    "further-dose": N_("Part of a dose"),
    "hold-end": N_("Going on after a hold"),
    "study-drug": N_("Study drug"),
    "sign-in": N_("Sign-in"),
}
"""Scope names and their headings, in the order in which help lists them."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    Args:
        id: kebab-case name, stable for key maps.
        key: Textual key names separated by commas; the first is the one that is shown.
        label: one or two words for the footer.
        help: one sentence for the help screen and the palette.
        action: Textual action; for ``everywhere`` the application has it, for another scope its screen.
        where: scopes in which it can be done; a screen names its own in ``SCOPE``.
        footer: whether the footer offers it.
        order: place in footer, help and palette, the smallest first.
        priority: whether the key works before a field in use sees it.
        rooms: rooms of a patient whose footer offers it; none for all.
    """

    id: str
    key: str
    label: str
    help: str
    action: str
    where: frozenset[str]
    footer: bool = False
    order: int = 50
    priority: bool = False
    rooms: frozenset[str] = frozenset()

    @property
    def keys(self) -> tuple[str, ...]:
        """The key names, one by one."""
        return tuple(self.key.split(","))


def of_patient(
    identity: str,
    key: str,
    label: str,
    text: str,
    action: str,
    order: int,
    rooms: tuple[str, ...] = (),
    footer: bool = False,
    priority: bool = True,
) -> Command:
    """A command of the patient screen, which works before the field in use sees its key; rooms name it in their footer."""
    scope = frozenset({"patient"})
    shown = footer or bool(rooms)
    return Command(identity, key, label, text, action, scope, shown, order, priority, frozenset(rooms))
