"""Many programs do the same to the same patients at once: no dose twice, no change lost, and every loser is told.

Usage: ``python -m tests.harness.conflict --store PLACE --processes 4 --attempts 100000 --seed 1``. The place is a file
or the address of a PostgreSQL server. Each process admits the same patients, starts the same courses, records the
same doses and writes notes on what it has just read. With ``--naive`` the programs look first and write afterwards,
without the guards of the store: the harness has to find the doubles.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import count
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from queue import Empty

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import COLUMNS, Entry, Proposal, write_body
from immunosep_tui.record.kinds import CourseStarted, Decision, Dose, Kind, Note
from immunosep_tui.record.objections import objection
from immunosep_tui.store import troubles
from immunosep_tui.store.errors import NotSaved, Refused, Stale
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.place import place_of
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.harness.deeds import admission, deed, now, start

SLOTS = 6
STEPS = ("admission", "decision", "course", *(f"dose {slot}" for slot in range(1, SLOTS + 1)), "note", "note", "note")
PATIENCE = 120
"""Seconds that a process waits for the others at the next patient."""


class Naive(Store):
    """A store that looks whether a deed is allowed and writes it afterwards, without looking again."""

    def append(self, proposals: Sequence[Proposal], follows: int, *, despite_clock: bool = False) -> tuple[Entry, ...]:
        """Record the first of these entries."""
        proposal = proposals[0]
        if known := self.find(proposal.key):
            return (known,)
        rule, there = objection(self.chart(proposal.record), proposal)
        if rule:
            raise troubles.refused(rule, there)
        time.sleep(random.random() * 0.002)
        with self.engine.transaction():
            seq, hashed, _recorded = self._locked_head()
            n = len(self._entries(proposal.record)) + 1
            line = Entry(
                seq + 1, proposal.record, n, proposal.kind, write_body(proposal.body), proposal.at, now(), 0,
                "boot", "AB", "nurse", "", "", None, "", "0", proposal.key, hashed, "",
            )  # fmt: skip
            entry = replace(line, hash=line.digest())
            values = {name: getattr(entry, name) for name in COLUMNS}
            names = ", ".join(f":{name}" for name in COLUMNS)
            self.engine.run(f"INSERT INTO ledger ({', '.join(COLUMNS)}) VALUES ({names})", values)
            self.engine.run(
                "UPDATE head SET seq = :seq, hash = :hash, recorded = :recorded WHERE id = 1",
                {name: values[name] for name in ("seq", "hash", "recorded")},
            )
        return (entry,)


@dataclass
class Told:
    """What one process was told: each recorded entry by key with what it followed, and how often something else."""

    recorded: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    attempts: int = 0
    losers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def bodies(step: str, chart: Chart) -> list[Kind]:
    """What a step is, for a patient as it was just read; nothing where it cannot be done yet."""
    if step == "admission":
        return admission(chart.key)
    if step == "decision":
        return [Decision("high", "first", {}, (), ())]
    if step == "course":
        decided = next((entry.n for entry in chart.entries if isinstance(entry.body, Decision)), 0)
        return [start(decided, now(), SLOTS)]
    if step == "note":
        return [Note("seen")]
    course = next((entry.n for entry in chart.entries if isinstance(entry.body, CourseStarted)), 0)
    return [Dose(course, int(step.partition(" ")[2]), "given")]


def attempt(store: Store, record: str, step: str, rng: random.Random, told: Told) -> None:
    """Try a step on a patient until it is recorded, by this process or by another."""
    while True:
        chart = store.chart(record)
        proposals = deed(record, uuid.uuid4().hex, bodies(step, chart))
        told.attempts += 1
        try:
            entries = store.append(proposals, chart.n)
            if rng.random() < 0.02 and store.append(proposals, chart.n) != entries:
                told.wrong.append(f"{record}: {step} answered otherwise when it was asked again")
        except Stale as error:
            told.losers["stale"] += 1
            if not error.entries or error.entries[0].n != chart.n + 1:
                told.wrong.append(f"{record}: {step} lost, and was not told against what")
            if step in ("note", "decision"):
                return
            continue
        except Refused as error:
            told.losers[error.rule] += 1
            if error.entry is None:
                told.wrong.append(f"{record}: {step} refused by {error.rule}, and was not told for what")
            return
        except NotSaved as error:
            told.losers[f"not saved: {error}"] += 1
            continue
        for entry in entries:
            told.recorded[entry.key] = (entry.hash, entry.n, chart.n)
        return


@dataclass(frozen=True)
class Race:
    """What the processes share: where they write, under which names, and when they begin and end.

    Args:
        url: file or address.
        naive: whether they write without the guards.
        name: begins the key of every patient, so that a store can be used again.
        seed: of their chance.
        line: where they wait for each other before every patient.
        done: attempts so far.
        going: whether there is another patient.
    """

    url: str
    naive: bool
    name: str
    seed: int
    line: Barrier
    done: Synchronized[int]
    going: Synchronized[int]


def compete(race: Race, number: int, answers: multiprocessing.Queue[Told]) -> None:
    """What one process does: patient after patient, side by side with the others."""
    rng, told = random.Random(f"{race.seed}/{number}"), Told()
    with closing(open_store(place_of(race.url))) as opened:
        store = Naive(opened.engine) if race.naive else opened
        for patient in count():
            race.line.wait(PATIENCE)
            if not race.going.value:
                break
            before = told.attempts
            for step in STEPS:
                attempt(store, f"{race.name}-{patient}", step, rng, told)
            with race.done.get_lock():
                race.done.value += told.attempts - before
    answers.put(told)


@dataclass
class Tally:
    """What was counted; everything in ``wrong`` is a fault."""

    attempts: int = 0
    recorded: int = 0
    doubles: int = 0
    lost: int = 0
    losers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def race_of(url: str, processes: int, attempts: int, seed: int, naive: bool) -> tuple[str, list[Told]]:
    """Let processes compete; the beginning of the keys of their patients, and what each was told."""
    context = multiprocessing.get_context("fork")
    done, going = context.Value("q", 0), context.Value("q", 1)

    def decide() -> None:
        going.value = int(done.value < attempts)

    line = context.Barrier(processes, decide)
    race = Race(url, naive, f"race-{uuid.uuid4().hex[:8]}", seed, line, done, going)
    answers: multiprocessing.Queue[Told] = context.Queue()
    runners = [context.Process(target=compete, args=(race, number, answers)) for number in range(processes)]
    for runner in runners:
        runner.start()
    told = [_answer(answers, runners) for _runner in runners]
    for runner in runners:
        runner.join()
    return race.name, told


def _answer(answers: multiprocessing.Queue[Told], runners: Sequence[BaseProcess]) -> Told:
    """What the next process was told; it is not waited for where one has failed."""
    while True:
        try:
            return answers.get(timeout=1)
        except Empty:
            if any(runner.exitcode for runner in runners):
                for runner in runners:
                    runner.terminate()
                raise SystemExit("a process failed") from None


def judge(url: str, name: str, told: Sequence[Told]) -> Tally:
    """Compare the store with what the processes were told."""
    tally = Tally()
    recorded: dict[str, tuple[str, int, int]] = {}
    for each in told:
        tally.attempts += each.attempts
        tally.losers += each.losers
        tally.wrong += each.wrong
        recorded |= each.recorded
    tally.recorded = len(recorded)
    with closing(open_store(place_of(url))) as store:
        there: dict[str, Entry] = {}
        for record in store.records():
            if record.startswith(f"{name}-"):
                entries = store.entries(record)
                there |= {entry.key: entry for entry in entries}
                tally.doubles += doubles(entries)
        report = verify(store, rows=False)
    if not report.sound:
        tally.wrong.append(f"damaged: {report.findings}")
    for key, (digest, n, follows) in recorded.items():
        index = int(key.rpartition(":")[2])
        if key not in there or there[key].hash != digest or n != follows + index + 1:
            tally.lost += 1
            tally.wrong.append(f"{key} is lost, or overtook another entry")
    if there.keys() != recorded.keys():
        tally.wrong.append(f"{len(there.keys() - recorded.keys())} entries are there of which nobody was told")
    if tally.doubles:
        tally.wrong.append(f"{tally.doubles} doses, courses or admissions twice")
    if tally.attempts != len({key.rpartition(":")[0] for key in recorded}) + tally.losers.total():
        tally.wrong.append("somebody was told nothing")
    return tally


def doubles(entries: Sequence[Entry]) -> int:
    """How many entries record once more what can happen once only."""
    once = [
        ("dose", entry.body.course, entry.body.slot) if isinstance(entry.body, Dose) else (entry.kind,)
        for entry in entries
        if entry.kind in ("dose", "course", "admitted")
    ]
    return len(once) - len(set(once))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where a dose is doubled, a change lost, or a loser not told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True, help="a file, or postgresql://user@host/database")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--naive", action="store_true", help="look first and write afterwards, without guards")
    given = parser.parse_args(arguments)
    open_store(place_of(given.store)).close()
    begun = time.monotonic()
    name, told = race_of(given.store, given.processes, given.attempts, given.seed, given.naive)
    tally = judge(given.store, name, told)
    rate = tally.attempts / (time.monotonic() - begun)
    print("\n".join(tally.wrong[:5]))
    print(
        f"seed {given.seed}: {given.processes} processes, {tally.attempts} attempts ({rate:.0f}/s), "
        f"{tally.recorded} entries recorded; told {dict(tally.losers.most_common())}; "
        f"doubles {tally.doubles}, lost {tally.lost}, wrong {len(tally.wrong)}"
    )
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
