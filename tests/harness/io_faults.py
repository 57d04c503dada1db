"""Every system call on the store fails once, or from then on: nothing is lost, damaged, recorded twice or told wrongly.

Usage: ``python -m tests.harness.io_faults``; ``--step 7`` tries every seventh place only. A child of this program
opens the store, records and reads, while strace lets the N-th call of a kind fail, for every N that it makes and for
every error. Afterwards, without faults, the store is compared with what the child was told. ``--weak careless`` and
``--weak pessimist`` are weakened stores: the harness has to find them out.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from immunosep_tui.record.entry import Entry, Proposal
from immunosep_tui.record.kinds import Decision, Dose, Note
from immunosep_tui.store import troubles
from immunosep_tui.store.engine import Broken
from immunosep_tui.store.errors import InDoubt, StoreError
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.harness.bases import JOURNAL, NAME, Files, cut_off, lay
from tests.harness.deeds import Deed, admission, deed, start
from tests.harness.power_cut import memory
from tests.record.histories import HOUR, START, HandClock

CALLS = (
    "pwrite64",
    "fdatasync",
    "fsync",
    "?unlink,?unlinkat",
    "openat",
    "pread64",
    "fcntl",
    "ftruncate",
    "newfstatat,?fstat,?stat",
    "?access,?faccessat",
    "?mkdir,?mkdirat",
)
ERRORS = ("ENOSPC", "EIO", "EACCES", "EMFILE", "EROFS")
BASES = ("new", "old", "cut-off")
"""No store yet, a sound one, and one whose last writer was cut off in the middle of a commit."""
DEEDS = 3
CLOCK = HandClock(START + HOUR)
MOST_PLACES = 2000
_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)


class Careless(Store):
    """A store that says "recorded" although the commit failed."""

    def _write(self, proposals: Sequence[Proposal], follows: int, despite_clock: bool) -> list[Entry]:
        self._written = super()._write(proposals, follows, despite_clock)
        return self._written

    def _settle(self, proposals: Sequence[Proposal], error: Broken) -> tuple[Entry, ...]:
        self.engine.close()
        if error.committing:
            return tuple(self._written)
        raise troubles.not_saved(error)


class Pessimist(Store):
    """A store that says "not saved" after every failure, without looking."""

    def _settle(self, proposals: Sequence[Proposal], error: Broken) -> tuple[Entry, ...]:
        self.engine.close()
        raise troubles.not_saved(error)


WEAK = {"careless": Careless, "pessimist": Pessimist}


@dataclass(frozen=True, slots=True)
class Fault:
    """The call that fails: of which kind, with which error, on which store, the how-maniest, and whether those after."""

    base: str
    calls: str
    error: str
    place: int
    lasting: bool

    @property
    def options(self) -> list[str]:
        """What strace is told."""
        when = f"{self.place}+" if self.lasting else f"{self.place}"
        return ["-e", f"trace={self.calls}", "-e", f"inject={self.calls}:error={self.error}:when={when}"]


@dataclass
class Tally:
    """What was counted; everything in ``wrong`` is a fault of the store."""

    runs: int = 0
    recorded: int = 0
    told: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def plans() -> dict[str, Deed]:
    """What is recorded, by key: some entries at once, each on a patient of its own."""
    found = {}
    for number in range(DEEDS):
        record = f"fault-{number}"
        bodies = [*admission(record), Decision("high", "first", {}, (), ()), start(3, START), Dose(4, 1, "given")]
        found[record] = deed(record, record, [*bodies, Note("x" * 5000 * number)], START)
    return found


def live(path: Path, weak: str, tell: int) -> None:
    """What a program does while calls fail: open, record, read; one line for each thing that it was told."""

    def say(line: str) -> None:
        os.write(tell, f"{line}\n".encode())

    try:
        with closing(open_file(path, clock=CLOCK)) as opened:
            store = WEAK[weak](opened.engine, clock=CLOCK) if weak else opened
            for number, (key, proposals) in enumerate(plans().items()):
                for _attempt in range(2 if number % 2 else 1):
                    try:
                        entries = store.append(proposals, 0)
                    except StoreError as error:
                        say(f"{type(error).__name__} {key} {error}")
                        continue
                    say(f"Recorded {key} " + " ".join(entry.hash for entry in entries))
                    with suppress(StoreError):
                        if store.entries(key) != list(entries) or store.chart(key).n != len(entries):
                            say(f"Misread {key}")
                    break
    except StoreError as error:
        say(f"Closed - {type(error).__name__} {error}")
    except BaseException as error:
        say(f"Crashed - {error!r}")
    say("End")


def run(fault: Fault, path: Path, weak: str, log: Path) -> list[str]:
    """Let a child live through a fault; the lines that it told. Its last is missing where it crashed."""
    ear, tell = os.pipe()
    gate, go = os.pipe()
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYBODY, 0, 0, 0)
        os.close(go)
        os.read(gate, 1)
        try:
            live(path, weak, tell)
        finally:
            os._exit(0)
    os.close(tell)
    os.close(gate)
    watched = [part for name in (NAME, JOURNAL) for part in ("-P", str(path.with_name(name)))]
    command = ["strace", *watched, "-P", str(path.parent), *fault.options, "-o", str(log), "-p", str(child)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace, os.fdopen(ear) as lines:
        assert strace.stderr is not None
        attached = strace.stderr.readline()
        os.close(go)
        told = lines.read().splitlines()
        os.waitpid(child, 0)
        assert "attached" in attached, attached + strace.stderr.read()
    return told


def judge(fault: Fault, path: Path, told: Sequence[str], tally: Tally) -> None:
    """Compare the store, without faults, with what the child was told."""

    def wrong(what: str) -> None:
        tally.wrong.append(f"{fault}: {what}; told {[line[:80] for line in told]}")

    if told[-1:] != ["End"] or any(line.startswith(("Crashed", "Misread")) for line in told):
        wrong("not a StoreError")
    words = [line.split() for line in told if line != "End" and not line.startswith("Misread")]
    last = {key: (word, rest) for word, key, *rest in words}
    tally.told.update(word for word, _rest in last.values())
    with closing(open_file(path, clock=CLOCK)) as store:
        if store.why_read_only is not None:
            wrong(f"read-only: {store.why_read_only}")
            return
        for key, proposals in plans().items():
            there = [entry.hash for entry in store.entries(key)]
            word, hashes = last.get(key, ("", []))
            if word == "Recorded" and there != hashes:
                wrong(f"{key} lost")
            if word not in ("Recorded", InDoubt.__name__) and there:
                wrong(f"{key} is there although it was told {word or 'nothing'}")
            if len(there) not in (0, len(proposals)):
                wrong(f"{key} is there in part")
            store.append(proposals, 0)
            if len(store.entries(key)) != len(proposals):
                wrong(f"{key} was recorded twice")
            tally.recorded += word == "Recorded"
        report = verify(store)
        if not report.sound:
            wrong(f"damaged: {report.findings}")


def try_all(kinds: Iterable[tuple[str, str, str, bool]], step: int, weak: str, folder: Path) -> Tally:
    """Try every kind of fault at every place, or at every so-manieth, until there is no such place."""
    tally, home, log = Tally(), folder / "home", folder / "log"
    home.mkdir()
    before, after = cut_off(home)
    files: dict[str, Files] = {"new": {}, "old": before, "cut-off": after}
    for base, calls, error, lasting in kinds:
        for place in range(1, MOST_PLACES, step):
            fault = Fault(base, calls, error, place, lasting)
            path = lay(files[base], home)
            if base == "new":
                home.rmdir()
            told = run(fault, path, weak, log)
            hit = "INJECTED" in log.read_text("utf-8", "replace")
            judge(fault, path, told, tally)
            if not hit:
                break
            tally.runs += 1
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="try every so-manieth place")
    parser.add_argument("--base", choices=BASES, action="append", help="the store to start from")
    parser.add_argument("--call", choices=CALLS, action="append")
    parser.add_argument("--error", choices=ERRORS, action="append")
    parser.add_argument("--weak", choices=WEAK, default="")
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        kinds = product(given.base or BASES, given.call or CALLS, given.error or ERRORS, (False, True))
        tally = try_all(kinds, given.step, given.weak, Path(folder))
    print("\n".join(tally.wrong[:20]))
    rate = tally.runs / (time.monotonic() - begun)
    print(f"{tally.runs} faults ({rate:.1f}/s): told {dict(tally.told.most_common())}; wrong {len(tally.wrong)}")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
