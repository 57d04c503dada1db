"""A learner whose program is killed at random moments: every acknowledged answer is there, and the round goes on.

Usage: ``python -m tests.harness.book_kill --kills 2000 --seed 1``. A process answers questions, as fast as it can, until a
SIGKILL ends it; the next one goes on with the open round. The exit status is 1 where an answer was lost; what is half
there ends the program. With ``--hasty`` an answer is acknowledged before it is given: the harness has to find that out.
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
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from immunosep_tui.profile.files import load
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.book import Book, open_book
from immunosep_tui.training.items import item
from immunosep_tui.training.progress import Given
from immunosep_tui.training.rounds import Plan
from immunosep_tui.ward.instants import ms

HEARD = struct.Struct("<32sii16s")
"""Round, place, ask and answer, in one write that a kill cannot part; a round that was begun has the place -1."""
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LONGEST_RUN = 0.08
LEARNER = "AB"


def learn_until_killed(path: Path, mouth: int, seed: str, protocol: Protocol, hasty: bool) -> None:
    """Open the file, go on with the open round, and begin another one whenever one is through."""
    chance = random.Random(seed)
    with closing(open_book(path)) as book:
        while True:
            there = book.open_round(LEARNER)
            if there is None:
                names = [
                    f"made/{chance.choice(('day-number', 'death-scored'))}/1/{chance.randrange(99)}" for _ in "abc"
                ]
                begun = book.begin(LEARNER, Plan("learn", chance.randrange(9), tuple(names)), NOW)
                os.write(mouth, HEARD.pack(begun.encode(), -1, 0, b""))
                continue
            place = there.next_question(protocol)
            if place is None:
                book.end(there.id, NOW)
                continue
            given = _given(there.id, place, there.plan.items[place[0]], f"{chance.randrange(10**9)}")
            told = HEARD.pack(there.id.encode(), *place, given.answer.encode())
            if hasty:
                os.write(mouth, told)
            book.give(given)
            if not hasty:
                os.write(mouth, told)


def _given(of_round: str, place: tuple[int, int], name: str, answer: str) -> Given:
    return Given(of_round, *place, name, "day", "day-number", answer, True, False, 7, ms(NOW), "")


def run_and_kill(
    path: Path, chance: random.Random, seed: str, protocol: Protocol, hasty: bool
) -> list[tuple[str, int, int, str]]:
    """One learner from the start of the program to its end; what was acknowledged."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ear)
        try:
            learn_until_killed(path, mouth, seed, protocol, hasty)
        except BaseException as error:  # a learner never ends by itself
            os.write(2, f"learner {seed} ended: {error!r} {error.__cause__!r}\n".encode())
        finally:
            os._exit(3)
    os.close(mouth)
    if chance.random() < 0.7:
        select.select([ear], [], [], 2)
    time.sleep(chance.uniform(0.0005, LONGEST_RUN))
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(ear, "rb") as pipe:
        told = pipe.read()
    assert os.WIFSIGNALED(status), f"the learner ended by itself, status {status}"
    return [
        (of.decode(), place, ask, answer.rstrip(b"\0").decode()) for of, place, ask, answer in HEARD.iter_unpack(told)
    ]


@dataclass
class Tally:
    """What was counted over all kills."""

    heard: int = 0
    unheard: int = 0
    lost: int = 0
    hot_journals: int = 0


def check(book: Book, heard: dict[tuple[str, int, int], str], protocol: Protocol, tally: Tally) -> None:
    """Everything heard is there, at most one thing was not heard, and what is open goes on at its first gap."""
    there = {(given.round, given.place, given.ask): given.answer for given in book.answers(LEARNER)}
    rounds = {each.id: each for each in book.rounds(LEARNER)}
    there |= {(name, -1, 0): "" for name in rounds}
    lost = [place for place, answer in heard.items() if there.get(place) != answer]
    tally.lost += len(lost)
    unheard = there.keys() - heard.keys()
    assert len(unheard) <= 1
    tally.unheard += len(unheard)
    for place in lost:
        del heard[place]
    heard.update({place: there[place] for place in unheard})
    for each in rounds.values():
        wanted = [(n, ask) for n, name in enumerate(each.plan.items) for ask in range(len(item(name, protocol).asks))]
        answered = [(place, ask) for of, place, ask in there if of == each.id and place >= 0]
        assert len(each.plan.items) == 3
        assert sorted(answered) == wanted[: len(answered)]
        assert each.ended is None or len(answered) == len(wanted)
        if each.ended is None:
            still_open = book.open_round(LEARNER)
            assert still_open is not None
            assert (still_open.id, len(still_open.answers)) == (each.id, len(answered))
            assert still_open.next_question(protocol) == next(iter(wanted[len(answered) :]), None)


def kill_many(folder: Path, kills: int, seed: int, protocol: Protocol, hasty: bool = False) -> Tally:
    """Kill so many learners, one after the other; each file lasts some of them."""
    chance, tally, heard = random.Random(seed), Tally(), dict[tuple[str, int, int], str]()
    path = folder / "training.db"
    for number in range(kills):
        if number % 40 == 0:
            path = folder / f"{number}.db"
            heard = {}
        for of, place, ask, answer in run_and_kill(path, chance, f"{seed}/{number}", protocol, hasty):
            heard[of, place, ask] = answer
            tally.heard += 1
        journal = path.with_name(f"{path.name}-journal")
        tally.hot_journals += journal.exists() and journal.stat().st_size > 0
        with closing(open_book(path)) as book:
            check(book, heard, protocol, tally)
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where something was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hasty", action="store_true", help="acknowledge before the commit")
    given = parser.parse_args(arguments)
    protocol = load()
    item("made/death-scored/1/1", protocol)  # loads what a learner would load
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_many(Path(folder), given.kills, given.seed, protocol, given.hasty)
    print(
        f"seed {given.seed}: {given.kills} kills, {tally.heard} acknowledged, {tally.unheard} recorded and not acknowledged,"
        f" {tally.hot_journals} hot journals; lost {tally.lost}"
    )
    return 1 if tally.lost else 0


if __name__ == "__main__":
    sys.exit(main())
