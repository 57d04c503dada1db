"""A sitting in which what is typed is given, at a ward of four patients: a few seconds of a random user, by heart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.store import Store
from tests.harness.monkey_pilot import BEGIN, Sitting, sit_down
from tests.harness.monkey_ward import admit, enroll_all
from tests.harness.monkey_witness import Witness
from tests.support.followed import Followed

STEP: Final = timedelta(minutes=10)
"""What passes before each step."""

COLLEAGUE: Final = "a colleague writes"
NOTHING: Final = ""
"""Steps in which nothing is typed."""

PATIENTS: Final = (0, 12, 13, 16)
"""Their numbers; the first dose of the first one is due at the beginning, of the second three
hours later."""


def small(folder: Path, protocol: Protocol) -> None:
    """Four patients, and everybody who may sign."""
    ward = Followed(folder, protocol)
    ward.now = BEGIN - timedelta(minutes=30)
    enroll_all(ward)
    for number in PATIENTS:
        admit(ward, number)
    ward.start(f"p{PATIENTS[0]:02}", BEGIN)
    ward.start(f"p{PATIENTS[1]:02}", BEGIN + timedelta(hours=3))
    ward.desk.close()


class Script(Sitting):
    """These steps, one after another."""

    def __init__(self, steps: Sequence[str], folder: Path, protocol: Protocol) -> None:
        super().__init__(0, len(steps), folder, protocol)
        self._steps = steps

    async def _pass_time(self, ward: Followed) -> None:
        ward.now += STEP
        await asyncio.sleep(0.5)

    async def _happen(self, pilot: Pilot[int], ward: Followed, store: Store, witness: Witness) -> None:
        done, step = self.done, self._steps[self.done]
        if step == COLLEAGUE:
            await self._elsewhere_happens(pilot, ward, store, witness)
        elif step != NOTHING:
            await self._act(pilot, witness, step)
        self.done = done + 1


def play(steps: Sequence[str], folder: Path, protocol: Protocol) -> str:
    """Type this at such a ward; what did not hold, empty where everything did."""
    return sit_down(Script(steps, folder, protocol))
