"""Random users at the real program in a real terminal: keys, words, pastes, mice, windows, noise, and ends of all kinds.

``python -m tests.harness.monkey_pty --events 1000000 --bytes 1000000 --seed 1`` types in batches without waiting for what
comes of each key. After every batch the program must live, must not be stopped and must not have grown too large; after
every sitting it must end when it is told to, give back the terminal with nothing of a patient left on it, and leave a
store that opens and verifies. First every single byte is typed on the board and into a field.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from immunosep_tui.store.files import open_file
from immunosep_tui.store.verify import verify
from tests.harness.monkey_ward import PIN, STATES, filled, identity
from tests.harness.pty_program import launch, resident, state
from tests.harness.random_hands import DOWN, REASONS, ROWS, Size, chance_act
from tests.harness.unwatched import LONGEST, REST, Event, Unwatched
from tests.journeys.typing import CTRL_Q, ENTER

SITTING: Final = 20_000
"""Events, or bytes, until the program is ended."""
BATCH: Final = 200
GONE_WITHIN: Final = 5.0
"""Seconds in which a program that was told to end must be gone."""
LEAVING: Final = 1.0
"""Seconds without anything after which a program that was asked to end has not taken the key for that."""
MOST_MEMORY: Final = 300_000_000
QUITS: Final = 0.01
"""Part of the batches that end with Ctrl+Q."""
ENDINGS: Final = ("term", "hup", "close", "quit")
STATUS: Final = {"term": 128 + signal.SIGTERM, "hup": 128 + signal.SIGHUP, "close": 128 + signal.SIGHUP, "quit": 0}
SETTLED: Final = (100, 30)
"""Columns and rows in which every key is heard."""

WORDS: Final = tuple(
    {*REASONS, *(text for texts in ROWS.values() for text in texts), PIN, "38,5", "1e999", "-1", "C-03"}
)
OPENERS: Final = ("n", "/C-0" + ENTER, *(DOWN * count + ENTER for count in range(0, 20, 3)))
HALVES: Final = (
    b"\x1b \x1b[ \x1b[1; \x1bO \x1b[<0;5 \x1b[M \x1b[? \x1b]0; \x1bP \x1b[200 \x1b_ \x1b[99999999999999u \x1b[1114112;5u "
    b"\x1b[48;24;80;0;0t \x1b[?2026;9$y \x1b[;;;~ \x1b[<;;M"
).split(b" ")
BROKEN: Final = b"\xe9 \xc3 \xe2\x82 \xf0\x9f\x98 \xff \x80 \xc0\xaf \xed\xa0\x80 \x9b".split(b" ")
NAMES: Final = tuple(name.encode() for number in range(len(STATES)) for name in identity(number)[1:])
ESCAPE_ALONE: Final = b"\x1b[27u"
"""Escape as a terminal sends it that tells it from the beginning of a sequence."""

Batches = Iterator[list[Event]]


class Broken(Exception):
    """Something that must always hold did not."""


class Crashed(Broken):
    """The program ended with a fault."""


# ---- what is typed -----------------------------------------------------------------------------------------------


def event(size: Size, chance: random.Random) -> Event:
    """One thing that happens at a terminal, but Ctrl+Q."""
    roll = chance.random()
    if size[0] < 80 or size[1] < 24:
        roll *= 0.2  # keys are not heard there
    if roll < 0.002:
        return chance.randint(8, 250), chance.randint(2, 70)
    if roll < 0.01:
        return chance.randint(80, 250), chance.randint(24, 70)
    if roll < 0.02:
        return chance.choice(HALVES)
    if roll < 0.03:
        return chance.choice(BROKEN)
    if roll < 0.035:
        paste = chance.randbytes(chance.randint(0, 60)).replace(b"\x11", b"")
        return chance.choice((b"\x1b[200~" + paste, paste + b"\x1b[201~", b"\x1b[200~" + paste + b"\x1b[201~"))
    if roll < 0.045:
        last = chance.choice("Mm")
        return f"\x1b[<{chance.randrange(128)};{chance.randrange(300)};{chance.randrange(90)}{last}".encode()
    if roll < 0.06:
        return chance.choice(OPENERS).encode()
    if roll < 0.1:
        return (chance.choice(WORDS) + ENTER).encode()
    act = chance_act(size, chance)
    return act if isinstance(act, tuple) else act.replace(CTRL_Q, ENTER).encode()


def events(count: int, chance: random.Random) -> Batches:
    """So many events."""
    size = SETTLED
    for begin in range(0, count, BATCH):
        batch: list[Event] = []
        for _number in range(min(BATCH, count - begin)):
            batch.append(event(size, chance))
            size = batch[-1] if isinstance(batch[-1], tuple) else size
        yield _perhaps_quit(batch, chance)
        if batch[-1] == CTRL_Q.encode():
            size = SETTLED


def noise(count: int, chance: random.Random) -> Batches:
    """So many bytes of any value; Ctrl+Q comes only at the end of a batch, for it ends the program."""
    for begin in range(0, count, BATCH):
        values = chance.choices([byte for byte in range(256) if byte != ord(CTRL_Q)], k=min(BATCH, count - begin))
        yield _perhaps_quit([bytes([value]) for value in values], chance)


def _perhaps_quit(batch: list[Event], chance: random.Random) -> list[Event]:
    if chance.random() < QUITS:
        batch[-1] = CTRL_Q.encode()
    return batch


def _quits(batch: list[Event]) -> bool:
    last = batch[-1]
    return isinstance(last, bytes) and last.endswith(CTRL_Q.encode())


def single_bytes(_count: int, _chance: random.Random) -> Batches:
    """Every byte on the board, then every byte in the first field of a new patient, Ctrl+Q last."""
    leading = [bytes([value]) for value in (*range(0x20), 0x7F) if value != ord(CTRL_Q)]
    others = [bytes([value]) for value in range(0x20, 0x100) if value != 0x7F]
    for way in (b"", b"n"):
        yield [way + key + ESCAPE_ALONE * 2 for key in leading]
        yield [way, *others] if way else [key + ESCAPE_ALONE for key in others]
        yield [ESCAPE_ALONE * 2, way + CTRL_Q.encode()]


# ---- what must hold ----------------------------------------------------------------------------------------------


def look_after_the_end(terminal: Unwatched, folder: Path, expected: int) -> None:
    """Status, terminal and last words of a program that has ended."""
    status = terminal.exit_status(GONE_WITHIN)
    said = terminal.raw.rpartition(b"\x1b[?1049h")[2].partition(b"\x1b[?1049l")[2]
    if b"Traceback" in said or list(folder.rglob("crash-*.txt")) or status == 1:
        raise Crashed(f"status {status}, {said[-600:]!r}")
    if status != expected:
        raise Crashed(f"ended with {status} instead of {expected}")
    if found := [name for name in NAMES if name in said]:
        raise Broken(f"{found} are left on the screen")
    if terminal._open and terminal.left_behind:
        raise Broken(f"left in the terminal: {terminal.left_behind}")


def look(terminal: Unwatched) -> int:
    """A program that runs; the bytes of memory that it holds."""
    if state(terminal) == "T":
        raise Broken("it is stopped")
    held = resident(terminal)
    if held > MOST_MEMORY:
        raise Broken(f"it holds {held} bytes")
    return held


def end(terminal: Unwatched, ending: str) -> None:
    """Tell the program to end."""
    if ending == "close":
        terminal.hang_up()
    elif ending == "quit":
        terminal.put([SETTLED, b"\x1b[201~"])
        terminal.rest()
        terminal.put([CTRL_Q.encode()])
    else:
        terminal.signal(STATUS[ending] - 128)


def start(stack: ExitStack, folder: Path, before: str) -> Unwatched:
    """The program, with somebody signed in and the board on the screen."""
    terminal = stack.enter_context(launch(Unwatched, folder, size=SETTLED, before=before))
    terminal.wait_for_output(b"Initials", seconds=LONGEST)
    for answer in ("ab", PIN):
        terminal.rest()
        terminal.put([(answer + ENTER).encode()])
    terminal.wait_for_output(b"Ward board", seconds=LONGEST)
    return terminal


def sit_down(folder: Path, batches: Batches, ending: str, before: str, counts: Counter[str]) -> None:
    """One sitting to its end.

    Raises:
        Broken, AssertionError: with what did not hold; ``counts["batch"]`` is the batch that was the last.
    """
    with ExitStack() as stack:
        terminal = start(stack, folder, before)
        for batch in batches:
            counts["batch"] += 1
            terminal.put(batch)
            terminal.rest(LEAVING if _quits(batch) else REST)
            if terminal.process.poll() is None:
                counts["memory"] = max(counts["memory"], look(terminal))
                counts["done"] += len(batch)
                continue
            look_after_the_end(terminal, folder, 0)
            counts["done"] += len(batch) if _quits(batch) else 0
            counts["restarts"] += 1
            terminal = start(stack, folder, before)
        terminal.rest(LEAVING)
        expected = STATUS[ending] if terminal.process.poll() is None else 0
        end(terminal, ending)
        look_after_the_end(terminal, folder, expected)
    with closing(open_file(folder / "ward.db")) as store:
        if not verify(store).sound:
            raise Broken("the store does not verify")


Maker = Callable[[int, random.Random], Batches]
KINDS: Final[dict[str, Maker]] = {"single": single_bytes, "events": events, "bytes": noise}


def run(wanted: dict[str, int], seed: int, before: str = "") -> Counter[str]:
    """Sit down until so many of each kind are done; what was counted, ``crashes`` and ``broken`` among it."""
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="monkey-") as name:
        full, folder = Path(name) / "full", Path(name) / "ward"
        full.mkdir()
        filled(full, datetime.now(UTC).replace(microsecond=0)).desk.close()
        plan = [("single", 1), *((kind, SITTING) for kind in wanted for _ in range(-(-wanted[kind] // SITTING)))]
        for number, (kind, most) in enumerate(plan):
            shutil.copytree(full, folder)
            counts: Counter[str] = Counter()
            ending, chance = ENDINGS[(seed + number) % len(ENDINGS)], random.Random(f"{seed} {number}")
            count, begun, verdict = min(most, wanted.get(kind, 1) - total[f"{kind} tried"]), time.monotonic(), "held"
            try:
                sit_down(folder, KINDS[kind](count, chance), ending, before, counts)
            except (Broken, AssertionError) as broken:
                verdict = f"FAULT seed {seed}, sitting {number}, batch {counts['batch']}: {broken}"
                total["crashes" if isinstance(broken, Crashed) else "broken"] += 1
            shutil.rmtree(folder)
            total += Counter({f"{kind} tried": count, kind: counts["done"], "restarts": counts["restarts"]})
            rate, memory = counts["done"] / (time.monotonic() - begun), f"{counts['memory'] // 1_000_000} MB"
            print(
                f"sitting {number}: {kind} {counts['done']}, {rate:.0f}/s, restarts {counts['restarts']}, {memory}, "
                f"{ending}: {verdict}",
                flush=True,
            )
    return total


def main() -> int:
    """Read the options, sit down, and print what was counted; 1 where something is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.monotonic()
    total = run({"events": options.events, "bytes": options.bytes}, options.seed)
    print(
        f"events {total['events']}, bytes {total['bytes']}, crashes {total['crashes']}, broken {total['broken']}, "
        f"restarts {total['restarts']}, seed {options.seed}, seconds {time.monotonic() - begun:.0f}"
    )
    return 1 if total["crashes"] or total["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
