"""Random users on the real screens, in this process: whatever they do, what is written belongs to whom the screen names.

``python -m tests.harness.monkey_pilot --actions 5000 --seed 1`` sits down at a ward of twenty patients and types, pastes,
clicks and changes the window, alone and in bursts, with steps of real work between; after each step it looks whether all
of ``Witness`` holds. Actions are counted by events. After at most ``SITTING`` actions a new sitting begins on a fresh
ward with the next seed; a fault names the seed and the action, and that seed alone shows it again: clocks and the time
that threads take are drawn from it, too.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.geometry import Size
from textual.pilot import Pilot

from immunosep_tui.profile.files import load
from immunosep_tui.record.clock import Reading
from immunosep_tui.record.entry import Author
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ward.deeds import write_note
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.signature import Signature
from tests.harness import seeded_time
from tests.harness.monkey_ward import filled, quick_pins
from tests.harness.monkey_witness import ELSEWHERE, Fault, Witness, typed
from tests.harness.random_hands import Act, chance_act, person
from tests.harness.seeded_time import Threads, settled
from tests.support.followed import Followed
from tests.ui.screen import screen_text

SITTING: Final = 10_000
"""Most actions on one ward."""

BEGIN: Final = datetime(2026, 5, 17, 9, 0, tzinfo=UTC)
"""When the users sit down."""

CHECK_ALL_EVERY: Final = 200
"""Steps between two looks at the whole ledger."""


def type_at(app: App[Any], text: str) -> int:
    """Let a terminal send this; how many events it makes. Nothing is waited for."""
    parser = XTermParser()
    found = [*parser.feed(text), *parser.feed("")]
    for event in found:
        if app._driver is not None:
            app._driver.process_message(event)
    return len(found)


class Sitting:
    """One ward, one seed; the program is started again where a user has left it.

    Args:
        seed: decides everything.
        actions: how many.
        folder: holds a filled ward.
        protocol: by which the program answers.
    """

    def __init__(self, seed: int, actions: int, folder: Path, protocol: Protocol) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.threads = Threads(seed)
        self.actions = actions
        self.done = 0
        self.seen: Counter[str] = Counter()
        self.latest: list[str] = []
        self._folder, self._protocol = folder, protocol
        self._now, self._works = BEGIN, True
        self._known: list[str] = []

    async def run(self) -> None:
        """All actions. AssertionError and whatever the program raises, where something does not hold."""
        drafts: dict[str, dict[str, str]] = {}
        while self.done < self.actions:
            self.seen["starts"] += 1
            ward = Followed(self._folder, self._protocol)
            ward.now, ward.desk.author = self._now, None
            self._known = self._known or ward.desk.ward.store.records()
            kept = typed(ward.desk)
            if kept != drafts:
                raise Fault(f"{len(drafts)} drafts were left and {len(kept)} are there, or other ones")
            try:
                await self._use(ward)
                drafts = typed(ward.desk)
            finally:
                ward.desk.close()

    async def _use(self, ward: Followed) -> None:
        """Until somebody leaves the program."""
        app = ImmunoSepApp(ward.desk)
        async with app.run_test(size=(100, 30)) as pilot:
            with self._elsewhere(ward) as store, Witness(app, store) as witness:
                try:
                    await settled()
                    witness.see()
                    while self.done < self.actions and not app.leaving:
                        await self._pass_time(ward)
                        await self._step(pilot, ward, store, witness)
                    await witness.left(self.seen)
                except Exception as error:
                    app._exception = error  # raised at the end, before what comes of ending in the middle
                    raise
        self._now = ward.now

    async def _pass_time(self, ward: Followed) -> None:
        """Minutes on the wall, and as much for the program as makes a difference; now and then nothing at all."""
        if self.chance.random() < 0.9:
            ward.now += timedelta(seconds=self.chance.expovariate(1 / 120))
            await asyncio.sleep(0.5)

    async def _step(self, pilot: Pilot[int], ward: Followed, store: Store, witness: Witness) -> None:
        """Something happens; then everything has to hold."""
        app = pilot.app
        await self._happen(pilot, ward, store, witness)
        await settled()
        self.seen[type(app.screen).__name__] += 1
        witness.look(self.seen)
        if self.seen["looks"] % CHECK_ALL_EVERY == 0:
            await witness.look_at_all()

    async def _happen(self, pilot: Pilot[int], ward: Followed, store: Store, witness: Witness) -> None:
        """One step of work, a burst of anything, or what happens elsewhere."""
        app, roll = pilot.app, self.chance.random()
        if roll < 0.08:
            self._works = self.chance.random() < 0.7
        if roll < 0.02:
            await self._elsewhere_happens(pilot, ward, store, witness)
        elif self._works:
            self.seen["steps of work"] += 1
            await self._act(pilot, witness, person(screen_text(app), self.chance))
        else:
            size = app.size.width, app.size.height
            for _key in range(self.chance.choice((1, 1, 2, 5, 10, 20))):
                await self._act(pilot, witness, chance_act(size, self.chance))

    async def _elsewhere_happens(self, pilot: Pilot[int], ward: Followed, store: Store, witness: Witness) -> None:
        """Somebody else writes, and this program looks at the store; nobody touches anything here."""
        self._colleague(ward, store)
        await pilot.app._look()  # type: ignore[attr-defined]
        await settled()
        witness.untouched()

    async def _act(self, pilot: Pilot[int], witness: Witness, act: Act) -> None:
        """Type it without waiting for what comes of it."""
        app = pilot.app
        self.latest = [*self.latest[-29:], repr(act)]
        if isinstance(act, tuple):
            await settled()
            witness.see()
            app._driver._size = act  # type: ignore[union-attr]
            app.post_message(events.Resize(Size(*act), Size(*act)))
            await settled()
            witness.see()
            self.done += 1
            return
        self.done += type_at(app, act)

    @contextmanager
    def _elsewhere(self, ward: Followed) -> Iterator[Store]:
        """The same store on another workstation."""
        clock = lambda: Reading(ms(ward.now), ms(ward.now) * 1_000_000, "boot")  # noqa: E731
        with closing(open_file(self._folder / "ward.db", clock=clock)) as store:
            yield store

    def _colleague(self, ward: Followed, store: Store) -> None:
        """Somebody else writes a note, on another workstation."""
        self.seen["colleagues"] += 1
        chart = store.chart(self.chance.choice(self._known))
        deed = f"{ELSEWHERE}-{self.chance.random()}"
        signature = Signature(Author("EF", "nurse"), ward.now, deed, self._protocol.sha256, "ws-2")
        store.append([write_note(chart, "seen elsewhere", signature)], chart.n)


def sit_down(sitting: Sitting) -> str:
    """Sit through all of it; what did not hold, empty where everything did."""
    try:
        with quick_pins(), pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", ".* was never awaited")  # a worker that the next one took the place of
            patch.setattr("immunosep_tui.ui.app.EVERY", 1e6)  # the store is looked at when the seed says so
            seeded_time.run(sitting.run(), sitting.threads)
    except Exception as error:
        where = "" if isinstance(error, Fault) else "".join(traceback.format_exception(error))
        latest = ", ".join(sitting.latest)
        return f"seed {sitting.seed}, action {sitting.done}: {error!r}\nlatest: {latest}\n{where}"
    return ""


def run(actions: int, seed: int, protocol: Protocol | None = None) -> tuple[Counter[str], list[str]]:
    """Sittings with seeds from this one on; what was seen, and what did not hold."""
    protocol = protocol or load()
    seen: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="monkey-") as name:
        full, folder = Path(name) / "full", Path(name) / "ward"
        full.mkdir()
        filled(full, BEGIN, protocol).desk.close()
        while seen["actions"] < actions:
            shutil.copytree(full, folder)
            sitting = Sitting(seed, min(SITTING, actions - seen["actions"]), folder, protocol)
            fault = sit_down(sitting)
            shutil.rmtree(folder)
            seen += sitting.seen
            seen["actions"] += sitting.done
            print(fault or f"seed {seed}: {sitting.done} actions, all held", flush=True)
            faults += [fault] if fault else []
            seed += 1
    return seen, faults


def main() -> int:
    """Read the options, sit down, and print what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--actions", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began, busy = time.monotonic(), time.process_time()
    seen, faults = run(options.actions, options.seed)
    took, busy = time.monotonic() - began, time.process_time() - busy
    rate = f"{seen['actions'] / took:.0f}/s, {seen['actions'] / busy:.0f} per CPU-second"
    print(f"monkey seed {options.seed}: {rate}, {dict(seen)}, faults {len(faults)}, actions {seen['actions']}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
