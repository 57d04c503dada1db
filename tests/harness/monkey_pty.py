"""Random users at the real program in a real terminal: keys, words, pastes, mice, windows, noise, and ends of all kinds.

``python -m tests.harness.monkey_pty --events 1000000 --bytes 1000000 --seed 1`` types in batches without waiting for what
comes of each key; now and then the user comes back to the board and, where the program was locked, signs in. After every
batch the program must live, must not be stopped and must not have grown too large, and now and then it is tried whether a
key is answered; after every sitting it must end when it is told to, give back the terminal with nothing of a patient left
on it, and leave a store that opens and verifies. Each sitting has another kind of terminal, some of them without UTF-8.
First every single byte is typed on the board and into a field.
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
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from immunosep_tui.store.files import open_file
from immunosep_tui.store.sign_ins import tries_of
from immunosep_tui.store.verify import verify
from immunosep_tui.ui.screens.recording import DEAF
from tests.harness.monkey_ward import PEOPLE, STATES, filled, identity
from tests.harness.pty_program import launch, resident, state, threads
from tests.harness.terminal_noise import ANSWERED, COMING_BACK, KINDS, NOTE, PASTE_END, SETTLED, quits, signing_in
from tests.harness.unwatched import LONGEST, REST, Event, Unwatched
from tests.journeys.typing import CTRL_Q
from tests.terminal import NOT_UTF_8

SITTING: Final = 20_000
"""Events, or bytes, until the program is ended."""
GONE_WITHIN: Final = 5.0
"""Seconds in which a program that was told to end must be gone."""
LEAVING: Final = 1.0
"""Seconds without anything after which a program that was asked to end has not taken the key for that."""
MOST_MEMORY: Final = 300_000_000
COMES_BACK: Final = 0.6
"""Part of the batches that begin on the board."""
WRITES: Final = 0.02
"""Part of the batches before which a note is signed, with all the patience that this takes."""
ANSWERS: Final = 0.05
"""Part of the batches after which it is tried whether a key is answered."""
STATUS: Final = {
    "term": 128 + signal.SIGTERM,
    "hup": 128 + signal.SIGHUP,
    "close": 128 + signal.SIGHUP,
    "quit": 0,
    "kill": -signal.SIGKILL,
}
"""With what the program ends, by what ends it."""
TERMINALS: Final[tuple[dict[str, str | None], ...]] = (
    {},
    NOT_UTF_8,
    {"TERM": "linux", "COLORTERM": None},
    {"LANG": None, "PYTHONIOENCODING": "latin-1"},
    {"TERM": "vt100", "COLORTERM": None, "NO_COLOR": "1"},
)
"""What a sitting's program finds in its environment."""
NAMES: Final = tuple(name.encode() for number in range(len(STATES)) for name in identity(number)[1:])


class Broken(Exception):
    """Something that must always hold did not."""


class Crashed(Broken):
    """The program ended with a fault."""


def look_after_the_end(terminal: Unwatched, folder: Path, expected: int) -> None:
    """Status, terminal and last words of a program that has ended; one that was killed leaves nothing as it was."""
    try:
        status = terminal.exit_status(GONE_WITHIN)
    except AssertionError:
        raise Broken(f"it is still there after {GONE_WITHIN} s: {threads(terminal)}") from None
    if status == expected == STATUS["kill"]:
        return
    said = terminal.raw.rpartition(b"\x1b[?1049h")[2].partition(b"\x1b[?1049l")[2]
    told = [path.read_text(encoding="utf-8") for path in folder.rglob("crash-*.txt")]
    if b"Traceback" in said or told or status == 1:
        raise Crashed(f"status {status}, {said[-600:]!r}\n{''.join(told)}")
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


def with_patience(terminal: Unwatched, steps: Iterable[Event], pause: float = REST) -> None:
    """Type one step after the other, as somebody who waits for the screen."""
    for step in steps:
        terminal.put([step])
        terminal.rest(pause)


def whose_pin_counts(folder: Path) -> str:
    """Who may sign in soonest, as soon as they may: noise at the lock types wrong PINs, and those bring a wait."""
    with closing(open_file(folder / "ward.db")) as store:
        until, initials = min((tries_of(store, initials).wait_until, initials) for initials in PEOPLE)
    time.sleep(max(0.0, until / 1000 - time.time()))
    return initials


@dataclass(frozen=True, slots=True)
class Sitting:
    """A program from its start to its end.

    Args:
        kind: of what is typed, one of ``KINDS``.
        count: how many of that.
        seed: decides with the number on everything else.
        number: of the sitting; terminals and endings go round by it.
        before: statements that are run before the program.
    """

    kind: str
    count: int
    seed: int
    number: int
    before: str = ""

    @property
    def ending(self) -> str:
        """What ends it."""
        return [*STATUS][(self.seed + self.number) % len(STATUS)]

    def run(self, folder: Path, counts: Counter[str]) -> None:
        """Sit down at the ward in this folder.

        Raises:
            Broken, AssertionError: with what did not hold; ``counts["batch"]`` is the batch that was the last.
        """
        chance, back = (random.Random(f"{self.seed} {self.number}{purpose}") for purpose in ("", " back"))
        with closing(open_file(folder / "ward.db")) as store:
            entries = store.head().seq
        with ExitStack() as stack:
            terminal = self._start(stack, folder)
            for batch in KINDS[self.kind](self.count, chance):
                counts["batch"] += 1
                if self.kind != "single":
                    self._come_back(terminal, back)
                terminal.put(batch)
                terminal.rest(LEAVING if quits(batch) else REST)
                if terminal.process.poll() is None:
                    counts["memory"] = max(counts["memory"], look(terminal))
                    counts["done"] += len(batch)
                    if self.kind != "single" and back.random() < ANSWERS:
                        terminal.put([SETTLED, PASTE_END])
                        if not terminal.answers(ANSWERED) and terminal.process.poll() is None:
                            raise Broken(f"no key is answered\n{terminal.text}")
                    continue
                look_after_the_end(terminal, folder, 0)
                counts["done"] += len(batch) if quits(batch) else 0
                counts["restarts"] += 1
                terminal = self._start(stack, folder)
            terminal.rest(LEAVING)
            expected = STATUS[self.ending] if terminal.process.poll() is None else 0
            self._end(terminal)
            look_after_the_end(terminal, folder, expected)
        with closing(open_file(folder / "ward.db")) as store:
            if not verify(store).sound:
                raise Broken("the store does not verify")
            counts["recorded"] = store.head().seq - entries

    def _start(self, stack: ExitStack, folder: Path) -> Unwatched:
        """The program, with somebody signed in and the board on the screen."""
        initials = whose_pin_counts(folder)
        chosen = TERMINALS[(self.seed + self.number // len(STATUS)) % len(TERMINALS)]
        variables: dict[str, str | None] = {**chosen}
        terminal = stack.enter_context(launch(Unwatched, folder, size=SETTLED, before=self.before, **variables))
        terminal.wait_for_output(b"Initials", seconds=LONGEST)
        with_patience(terminal, signing_in(initials))
        terminal.wait_for_output(b"Ward board", seconds=LONGEST)
        return terminal

    def _come_back(self, terminal: Unwatched, chance: random.Random) -> None:
        """Sign in where the program is locked; now and then begin on the board, or sign a note."""
        if terminal.saw_last(b"LOCKED", b"Ward board|Case |Sign as "):
            with_patience(terminal, (*COMING_BACK, *signing_in(chance.choice([*PEOPLE]))))
        elif chance.random() < COMES_BACK:
            terminal.put(COMING_BACK)
        if chance.random() < WRITES:
            with_patience(terminal, (*COMING_BACK, *NOTE), DEAF + REST)

    def _end(self, terminal: Unwatched) -> None:
        """Tell the program to end."""
        if self.ending == "close":
            terminal.hang_up()
        elif self.ending == "quit":
            terminal.put([SETTLED, PASTE_END])
            terminal.rest()
            terminal.put([CTRL_Q.encode()])
        else:
            terminal.signal(abs(STATUS[self.ending]) % 128)


def run(wanted: dict[str, int], seed: int, before: str = "", only: int | None = None) -> Counter[str]:
    """Sit down until so many of each kind are done; what was counted, ``crashes`` and ``broken`` among it.

    Args:
        wanted: how many, by kind.
        seed: of all sittings.
        before: statements that are run before the program.
        only: the number of a single sitting that is to be tried again.
    """
    total: Counter[str] = Counter()
    sizes = [("single", 1)]
    for kind, count in wanted.items():
        sizes += [(kind, min(SITTING, count - begin)) for begin in range(0, count, SITTING)]
    sittings = [Sitting(kind, count, seed, number, before) for number, (kind, count) in enumerate(sizes)]
    with tempfile.TemporaryDirectory(prefix="monkey-") as name:
        full, folder = Path(name) / "full", Path(name) / "ward"
        full.mkdir()
        filled(full, datetime.now(UTC).replace(microsecond=0)).desk.close()
        for sitting in sittings if only is None else [sittings[only]]:
            shutil.copytree(full, folder)
            counts: Counter[str] = Counter()
            begun, verdict = time.monotonic(), "held"
            try:
                sitting.run(folder, counts)
            except (Broken, AssertionError) as broken:
                verdict = f"FAULT seed {seed}, sitting {sitting.number}, batch {counts['batch']}: {broken}"
                total["crashes" if isinstance(broken, Crashed) else "broken"] += 1
            shutil.rmtree(folder)
            total += Counter({sitting.kind: counts["done"], **{key: counts[key] for key in ("restarts", "recorded")}})
            rate, memory = counts["done"] / (time.monotonic() - begun), f"{counts['memory'] // 1_000_000} MB"
            print(
                f"sitting {sitting.number}: {sitting.kind} {counts['done']}, {rate:.0f}/s, restarts {counts['restarts']}, "
                f"recorded {counts['recorded']}, {memory}, {sitting.ending}: {verdict}",
                flush=True,
            )
    return total


def main() -> int:
    """Read the options, sit down, and print what was counted; 1 where something is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of a single sitting that is to be tried again")
    options = parser.parse_args()
    begun = time.monotonic()
    total = run({"events": options.events, "bytes": options.bytes}, options.seed, only=options.only)
    print(
        f"events {total['events']}, bytes {total['bytes']}, crashes {total['crashes']}, broken {total['broken']}, "
        f"restarts {total['restarts']}, recorded {total['recorded']}, seed {options.seed}, "
        f"seconds {time.monotonic() - begun:.0f}"
    )
    return 1 if total["crashes"] or total["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
