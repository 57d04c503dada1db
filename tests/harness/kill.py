"""Writers that are killed at random moments: nothing that was acknowledged is lost, nothing is half there.

Usage: ``python -m tests.harness.kill --kills 10000 --seed 1``. Up to four real processes append to one store until a
SIGKILL ends them all. After each, the store is opened again, checked whole, and compared with what the writers heard.
The exit status is 1 where anything is wrong. With ``--hasty`` the writers say "recorded" before the commit: the
harness has to find that out.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from immunosep_tui.record.entry import Entry, Proposal
from immunosep_tui.store.engine import Broken, Engine
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.harness.deeds import deeds
from tests.support.sealed import with_known_key

ROUNDS_PER_FILE = 60
LONGEST_RUN = 0.03
"""Seconds until the kill, at most."""
WARM = 0.7
"""Share of the kills that wait for a first acknowledgement; the others hit the writers as they open the store too."""
MOST_WRITERS = 4
Opener = Callable[[Path], Store]
HEARD = struct.Struct("<q32s")


class Hasty(Store):
    """A store that acknowledges before it commits, to prove that the harness can tell."""

    def __init__(self, engine: Engine, ear: int) -> None:
        super().__init__(engine)
        self.ear = ear

    def _write(self, proposals: Sequence[Proposal], follows: int, despite_clock: bool) -> list[Entry]:
        entries = super()._write(proposals, follows, despite_clock)
        acknowledge(self.ear, entries)
        return entries


def acknowledge(ear: int, entries: Sequence[Entry]) -> None:
    """Say that entries are recorded, in one write that a kill cannot part."""
    os.write(ear, b"".join(HEARD.pack(entry.seq, bytes.fromhex(entry.hash)) for entry in entries))


def write_until_killed(path: Path, ear: int, writer: str, seed: str, hasty: bool, opener: Opener) -> None:
    """Open the store and append to it without end."""
    with closing(Hasty(opener(path).engine, ear) if hasty else opener(path)) as store:
        for proposals, follows in deeds(store, writer, seed):
            entries = store.append(proposals, follows)
            if not hasty:
                acknowledge(ear, entries)


@dataclass
class Tally:
    """What was counted; everything in ``wrong`` is a fault."""

    kills: int = 0
    heard: int = 0
    unheard: int = 0
    hot_journals: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)


def run_writers(path: Path, rng: random.Random, name: str, hasty: bool, opener: Opener) -> list[list[tuple[int, str]]]:
    """Start writers, kill them, and give what each heard: sequence numbers and hashes."""
    children = []
    for writer in range(rng.randrange(1, MOST_WRITERS + 1)):
        ear, mouth = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ear)
            try:
                write_until_killed(path, mouth, f"w{writer}", f"{name}/{writer}", hasty, opener)
            except BaseException as error:  # a writer must never end by itself
                os.write(2, f"writer of {name} ended: {error!r} {error.__cause__!r}\n".encode())
            finally:
                os._exit(3)
        os.close(mouth)
        children.append((child, ear))
    if rng.random() < WARM:
        select.select([ear for _child, ear in children], [], [], 1)
    time.sleep(rng.uniform(0.0005, LONGEST_RUN))
    for child, _ear in children:
        os.kill(child, signal.SIGKILL)
    heard = []
    for child, ear in children:
        _pid, status = os.waitpid(child, 0)
        with os.fdopen(ear, "rb") as pipe:
            told = pipe.read()
        if not os.WIFSIGNALED(status):
            raise AssertionError(f"a writer ended by itself, status {status}")
        heard.append([(seq, digest.hex()) for seq, digest in HEARD.iter_unpack(told)])
    return heard


def check(
    path: Path, known: dict[int, str], before: int, heard: list[list[tuple[int, str]]], tally: Tally, opener: Opener
) -> int:
    """Open the store again and compare it with what was heard; how many entries it has."""
    fresh = {seq: digest for told in heard for seq, digest in told}
    known.update(fresh)
    with closing(opener(path)) as store:
        report = verify(store)
        tally.wrong += [f"{finding.text}" for finding in report.findings]
        try:
            there = {entry.seq: entry for entry in store.all_entries()}
        except Broken as error:
            tally.wrong.append(str(error))
            return before
    lost = [seq for seq, digest in known.items() if seq not in there or there[seq].hash != digest]
    if lost:
        tally.lost += len(lost)
        tally.wrong.append(f"lost: {lost}")
        for seq in lost:
            del known[seq]
    unheard: dict[str, set[str]] = {}
    for seq, entry in there.items():
        if seq > before and seq not in fresh:
            unheard.setdefault(entry.record.partition("-")[0], set()).add(entry.key.rpartition(":")[0])
    tally.wrong += [f"{who} left more than one deed: {keys}" for who, keys in unheard.items() if len(keys) > 1]
    tally.heard += len(fresh)
    tally.unheard += sum(len(keys) for keys in unheard.values())
    return len(there)


def kill_many(kills: int, seed: int, folder: Path, hasty: bool = False, opener: Opener = open_file) -> Tally:
    """Kill so many rounds of writers; a file lasts some rounds, and the first writers of each make it."""
    rng, tally = random.Random(seed), Tally()
    _warm(folder / "warm.db", opener)
    path, known, count = folder / "ward.db", dict[int, str](), 0
    while tally.kills < kills:
        if tally.kills % ROUNDS_PER_FILE == 0:
            for file in folder.iterdir():
                file.unlink()
            known, count = {}, 0
        heard = run_writers(path, rng, f"{seed}/{tally.kills}", hasty, opener)
        journal = path.with_name(f"{path.name}-journal")
        tally.hot_journals += journal.exists() and journal.stat().st_size > 0
        tally.kills += 1
        found = len(tally.wrong)
        count = check(path, known, count, heard, tally, opener)
        if len(tally.wrong) > found and not hasty:
            print(f"seed {seed}, kill {tally.kills}: {tally.wrong[found:]}", flush=True)
    return tally


def _warm(path: Path, opener: Opener) -> None:
    """Load what a first writer would load, so that its children have it from the start."""
    with closing(opener(path)) as store:
        for proposals, follows in islice(deeds(store, "w", "warm"), 40):
            store.append(proposals, follows)
        verify(store)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where something was lost or damaged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the store is put; a folder of its own unless given")
    parser.add_argument("--hasty", action="store_true", help="writers that acknowledge before the commit")
    parser.add_argument("--encrypted", action="store_true", help="on an encrypted store")
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        opener = with_known_key if given.encrypted else open_file
        tally = kill_many(given.kills, given.seed, Path(folder), given.hasty, opener)
    rate = tally.kills / (time.monotonic() - begun)
    print(
        f"seed {given.seed}: {tally.kills} kills ({rate:.1f}/s), {tally.heard} entries acknowledged, "
        f"{tally.unheard} deeds recorded and not acknowledged, {tally.hot_journals} hot journals; "
        f"lost {tally.lost}, wrong {len(tally.wrong)}"
    )
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
