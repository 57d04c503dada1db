"""Is anything lost or done twice when the server is killed, or the network is cut or goes dead, at any moment?

    python -m tests.harness.server_kill kills --rounds 200 --seed 1
    python -m tests.harness.server_kill cuts --rounds 3000 --seed 1
    python -m tests.harness.server_kill holes --rounds 20 --seed 1

With ``--naive`` the client does what the store does not: it takes a failed commit for a deed that was not recorded, and
repeats it under another key. That must end in deeds that are there twice, or the harness proves nothing.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from immunosep_tui.record.entry import Author, Entry, Proposal
from immunosep_tui.record.kinds import Admitted, Note
from immunosep_tui.store.errors import InDoubt, NotSaved, Refused, Stale, Unusable
from immunosep_tui.store.postgres import open_server
from immunosep_tui.store.postgres_engine import PostgresEngine
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.support.cable import CUT, HOLE, Cable
from tests.support.server import Server, programs_or_skip

T = TypeVar("T")

LONGEST = 10.0
"""Seconds within which the store has to answer, whatever happens."""

PER_PATIENT = 12
"""Entries of one patient before the writer goes on with the next."""

CONVERSATION = 9000
"""Bytes within which a cut falls: to connect takes about two thousand, a deed about four."""


@dataclass
class Counts:
    """What the writers met, and what was found in the ledger after all of it."""

    rounds: int = 0
    acknowledged: int = 0
    not_saved: int = 0
    doubts: int = 0
    found: int = 0
    longest: float = 0.0
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    findings: tuple[object, ...] = ()
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled, wrongly denied or late."""
        return not (self.lost or self.double or self.denied or self.findings or self.longest > LONGEST)

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds in {self.seconds:.0f} s: {self.acknowledged} acknowledged, LOST={len(self.lost)}"
            f" DOUBLE={len(self.double)} DENIED={len(self.denied)}, longest answer {self.longest:.2f} s;"
            f" told 'not saved' {self.not_saved} times; {self.doubts} commits in doubt, {self.found} of them found by"
            f" their keys; the ledger is {'not ' if self.findings else ''}sound"
        )


class CountingStore(Store):
    """A store that counts how often it had to ask what became of a commit; a naive one does not ask."""

    def __init__(self, url: str, counts: Counts, *, naive: bool) -> None:
        super().__init__(PostgresEngine(url))
        self._counts = counts
        self._naive = naive

    def settle(self, proposals: Sequence[Proposal]) -> tuple[Entry, ...]:
        if self._naive:
            return ()
        found = super().settle(proposals)
        self._counts.doubts += 1
        self._counts.found += bool(found)
        return found


class Writer(threading.Thread):
    """Records one deed after the other and goes on only when it is sure of the last."""

    def __init__(self, name: str, url: str, counts: Counts, *, naive: bool, stop: threading.Event) -> None:
        super().__init__(name=name)
        self._store = CountingStore(url, counts, naive=naive)
        self._counts = counts
        self._naive = naive
        self._stop_asked = stop
        self._random = random.Random(name)
        self.answers = 0
        self.acknowledged: dict[str, Entry] = {}
        self.denied: dict[str, list[str]] = {}
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            number = 0
            while not self._stop_asked.is_set():
                self._deed(f"{self.name}-{number // PER_PATIENT}", number)
                if self._random.random() < 0.1:
                    self._look()
                number += 1
        except BaseException as fault:
            self.fault = fault
        finally:
            self._store.close()

    def _deed(self, record: str, number: int) -> None:
        """Try until it is certain that the deed is recorded; each attempt says which one it is."""
        follows = number % PER_PATIENT
        name = f"{self.name} {number}"
        body = Note(name) if follows else Admitted("bed", record, "MRN")
        for attempt in range(1_000_000):
            key = f"{name} {attempt if self._naive else ''}"
            deed = Proposal(record, body, Author("AB", "nurse"), 0, key, reason=name, place=f"attempt {attempt}")
            try:
                entry = self._record(deed, follows)
                if entry is not None:
                    self.acknowledged[name] = entry
                    return
                self.denied.setdefault(name, []).append(deed.place)
            except NotSaved:
                self.denied.setdefault(name, []).append(deed.place)
                self._counts.not_saved += 1
                time.sleep(0.02)
            except (Stale, Refused) as error:
                if not self._naive:
                    raise
                if isinstance(error, Refused):
                    return
                follows += len(error.entries)  # its own deed, that it took for lost: it records it once more
            if self._stop_asked.is_set():
                return

    def _record(self, deed: Proposal, follows: int) -> Entry | None:
        """The entry of a deed, asked for until the answer is certain; None where it was not recorded."""
        try:
            return self._timed(lambda: self._store.append([deed], follows))[0]
        except InDoubt:
            while True:
                with suppress(InDoubt):
                    return next(iter(self._timed(lambda: self._store.settle([deed]))), None)

    def _look(self) -> None:
        with suppress(Unusable):
            self._timed(lambda: self._store.board(self.name))

    def _timed(self, question: Callable[[], T]) -> T:
        begun = time.monotonic()
        try:
            return question()
        finally:
            self.answers += 1
            self._counts.longest = max(self._counts.longest, time.monotonic() - begun)


@contextmanager
def writing(server: Server, ports: Sequence[int], seed: int, *, naive: bool) -> Iterator[tuple[Counts, list[Writer]]]:
    """A writer over each port for as long as the block lasts; then what they met is compared with the ledger."""
    url = server.url(server.new_database())
    open_server(url).close()
    database = url.rpartition("/")[2]
    counts, stop = Counts(), threading.Event()
    writers = [
        Writer(f"w{number}s{seed}", server.url(database, port=port), counts, naive=naive, stop=stop)
        for number, port in enumerate(ports)
    ]
    begun = time.monotonic()
    for writer in writers:
        writer.start()
    try:
        yield counts, writers
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        counts.seconds = time.monotonic() - begun
    for writer in writers:
        if writer.fault is not None:
            raise writer.fault
    store = open_server(url)
    try:
        _compare(store, writers, counts)
    finally:
        store.close()


def _compare(store: Store, writers: Sequence[Writer], counts: Counts) -> None:
    """What was acknowledged is there as it was, every deed once, and no attempt that was said not to be recorded."""
    there: dict[str, list[Entry]] = {}
    for entry in store.all_entries():
        there.setdefault(entry.reason, []).append(entry)
    for writer in writers:
        counts.acknowledged += len(writer.acknowledged)
        counts.lost += [name for name, entry in writer.acknowledged.items() if entry not in there.get(name, [])]
        for name, places in writer.denied.items():
            counts.denied += [name for entry in there.get(name, []) if entry.place in places]
    counts.double += [name for name, entries in there.items() for _again in entries[1:]]
    counts.findings = verify(store).findings


def kills(server: Server, rounds: int, seed: int, *, naive: bool = False) -> Counts:
    """Kill the whole server at random moments while three writers write, and start it again."""
    rng = random.Random(seed)
    with writing(server, [server.port] * 3, seed, naive=naive) as (counts, _writers):
        for _round in range(rounds):
            time.sleep(rng.uniform(0.05, 0.6))
            server.kill()
            server.start()
            counts.rounds += 1
    return counts


def cuts(server: Server, rounds: int, seed: int, *, naive: bool = False) -> Counts:
    """Cut the connection at a random byte, every other time at one of those around the commit."""
    rng = random.Random(seed)
    cable = Cable(server.port)
    try:
        with writing(server, [cable.port], seed, naive=naive) as (counts, _writers):
            for number in range(rounds):
                _arm(cable, CUT, rng, near_commit=number % 2 == 0)
                if not cable.fired.wait(60):
                    break  # the writer has ended, and says why
                counts.rounds += 1
            cable.mend()
    finally:
        cable.end()
    return counts


def holes(server: Server, rounds: int, seed: int, *, naive: bool = False) -> Counts:
    """Let the network go dead at a random byte: for a moment, or until its writer has had so many answers."""
    cables = [Cable(server.port) for _ in range(4)]
    turns, lock = iter(range(rounds)), threading.Lock()

    def dig(cable: Cable, writer: Writer, counts: Counts) -> None:
        rng = random.Random(f"{writer.name} hole")
        while True:
            with lock:
                turn = next(turns, None)
            if turn is None:
                return
            _arm(cable, HOLE, rng, near_commit=turn % 2 == 0)
            if not cable.fired.wait(60):
                return  # the writer has ended, and says why
            enough = writer.answers + rng.randint(1, 3)
            lasts = rng.choice((rng.uniform(0.1, 3), 3 * LONGEST))
            begun = time.monotonic()
            while writer.answers < enough and time.monotonic() < begun + lasts:
                time.sleep(0.01)
            cable.mend()
            with lock:
                counts.rounds += 1

    try:
        with writing(server, [cable.port for cable in cables], seed, naive=naive) as (counts, writers):
            diggers = [
                threading.Thread(target=dig, args=(cable, writer, counts))
                for cable, writer in zip(cables, writers, strict=True)
            ]
            for digger in diggers:
                digger.start()
            for digger in diggers:
                digger.join()
    finally:
        for cable in cables:
            cable.end()
    return counts


def _arm(cable: Cable, what: str, rng: random.Random, *, near_commit: bool) -> None:
    """Arm a cable anywhere in a conversation, or among the bytes of COMMIT (12) and of its answer (18)."""
    if near_commit:
        cable.arm(what, rng.randrange(1, 36), aim=b"COMMIT\0")
    else:
        cable.arm(what, rng.randrange(1, CONVERSATION))


HARNESSES = {"kills": kills, "cuts": cuts, "holes": holes}


def main() -> int:
    """Run one of them on a server of its own; 0 where everything is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=HARNESSES)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--naive", action="store_true", help="the negative control")
    options = parser.parse_args()
    server = Server(programs_or_skip())
    try:
        counts = HARNESSES[options.what](server, options.rounds, options.seed, naive=options.naive)
    finally:
        server.stop()
    print(f"{options.what} seed {options.seed}: {counts}")
    return 0 if counts.sound else 1


if __name__ == "__main__":
    sys.exit(main())
