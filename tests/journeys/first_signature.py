"""The first signature on a new store in a real terminal: a patient is typed, somebody is enrolled and signs."""

from __future__ import annotations

import time

from tests.journeys.typing import CTRL_S, lines
from tests.terminal import Terminal

DEAF_FOR = 0.6
"""Seconds after which the screen that records is no longer deaf: until then it cannot have been read."""


def sign_first(terminal: Terminal) -> None:
    """From an empty board to the first patient, signed by AB with the PIN 4718."""
    terminal.wait_for("> Bed")
    terminal.send(lines("7", "A-12", "884213"))
    terminal.wait_for("> Ferritin")
    terminal.send(lines("900", "4000"))
    terminal.wait_for("DRAFT")
    terminal.send(CTRL_S)
    terminal.wait_for("Nobody is enrolled yet")
    terminal.send(lines("ab"))
    terminal.wait_for("New here: AB")
    terminal.send(lines("d", "4718", "4718"))
    terminal.wait_for("Sign as AB, doctor")
    time.sleep(DEAF_FOR)
    terminal.send(lines("900", "4000"))
    terminal.wait_for("Saved at")
