"""What the runs with random input share: an input of its own for every number, a watch on time and memory, a report."""

from __future__ import annotations

import argparse
import resource
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

LONGEST = 5.0
"""Seconds of processor time that one input may take."""
MOST_MEMORY = 200
"""Megabytes that a run may add to what its process held before: with the program's own 60 it stays below 300."""


class Wrong(Exception):
    """What was accepted is not what was written, or a refusal does not say where and why."""


class TooLong(BaseException):
    """An input takes longer than it may; no handler of the program under test takes this for its own."""


@dataclass
class Tally:
    """What was counted; everything in ``faults`` is wrong."""

    inputs: int = 0
    accepted: int = 0
    refused: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_input: str = ""


Examine = Callable[[Random], tuple[str, bool]]
"""Makes one input from chance and gives it to the program: its kind, and whether it was accepted; Wrong if that is wrong."""


def fuzz(seed: int, numbers: Sequence[int], examine: Examine) -> Tally:
    """Examine the inputs of these numbers; each depends on the seed and its own number alone."""
    tally, held = Tally(), peak()
    with _limited():
        for number in numbers:
            name = f"seed {seed}, input {number}"
            begun = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, LONGEST)
            try:
                kind, accepted = examine(Random(f"{seed} {number}"))
            except Wrong as wrong:
                tally.faults.append(f"{name}: {wrong}")
            except TooLong:
                tally.faults.append(f"{name}: it takes more than {LONGEST:.0f} seconds")
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                tally.faults.append(f"{name}: {error!r:.300} ({Path(where.filename).name}, line {where.lineno})")
            else:
                tally.accepted += accepted
                tally.refused += not accepted
                tally.kinds[f"{kind}: {'accepted' if accepted else 'refused'}"] += 1
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            tally.inputs += 1
            taken = time.process_time() - begun
            if taken > tally.slowest:
                tally.slowest, tally.slowest_input = taken, str(number)
    if peak() - held > MOST_MEMORY:
        tally.faults.append(f"the run added {peak() - held} MB")
    return tally


@contextmanager
def _limited() -> Iterator[None]:
    def too_long(_signal: int, _frame: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, too_long)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def peak() -> int:
    """The most memory that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def command_line(description: str | None, run: Callable[[int, Sequence[int]], Tally]) -> int:
    """Run from the command line and print what was found; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of a single input that is to be tried again")
    given = parser.parse_args()
    begun = time.monotonic()
    tally = run(given.seed, range(given.inputs) if given.only is None else [given.only])
    for kind, count in sorted(tally.kinds.items()):
        print(f"  {kind}: {count}")
    for fault in tally.faults[:20]:
        print("FAULT", fault)
    print(
        f"seed {given.seed}: inputs {tally.inputs}, accepted {tally.accepted}, refused {tally.refused}, "
        f"seconds {time.monotonic() - begun:.0f}, slowest {tally.slowest:.2f} s (input {tally.slowest_input}), "
        f"peak {peak()} MB, faults {len(tally.faults)}"
    )
    return 1 if tally.faults else 0


# ---- chance ------------------------------------------------------------------------------------------------------


def some_of(rng: Random, text: str) -> tuple[int, int]:
    """Two places in a text, the first not behind the second."""
    one, other = rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)
    return min(one, other), max(one, other)


def changed_bytes(rng: Random, raw: bytes, words: Sequence[bytes]) -> bytes:
    """Bytes with one to a few of them flipped, lost, doubled, moved, cut off or replaced, or with a word put in."""
    content = bytearray(raw)
    for _change in range(rng.choice((1, 1, 1, 2, 4, 8))):
        at = rng.randrange(len(content) + 1)
        match rng.randrange(8):
            case 0 if at < len(content):
                content[at] ^= 1 << rng.randrange(8)
            case 1:
                content[at : at + rng.choice((1, 1, 2, 8, 40))] = b""
            case 2:
                content[at:at] = content[max(0, at - rng.choice((1, 4, 30))) : at]
            case 3:
                content[at : at + rng.choice((0, 1, 3))] = rng.randbytes(rng.choice((1, 1, 2, 4)))
            case 4 if rng.random() < 0.3:
                del content[at:]
            case 5:
                length, to = rng.choice((1, 8, 60)), rng.randrange(len(content) + 1)
                piece = content[at : at + length]
                del content[at : at + length]
                content[to:to] = piece
            case _:
                content[at : at + rng.choice((0, 0, 1, 4))] = rng.choice(words)
    return bytes(content)
