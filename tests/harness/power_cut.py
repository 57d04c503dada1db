"""The power goes, after any system call of the store: nothing that was acknowledged is lost, nothing is half there.

Usage: ``python -m tests.harness.power_cut --transactions 60 --states 30 --seed 1``. The real writer makes a store and
appends to it under strace. After each of its calls the disk is imagined as it may be found when the power is back;
the store is opened on that, checked whole, and compared with what the writer had acknowledged by then. With
``--synchronous FULL``, SQLite's own default, or less the writer is weakened: the harness has to find that out.
``--again 20`` takes so many of the disks on which a commit was cut off and cuts the power while they are opened again.
``--failing`` lets each sync fail once beforehand, so that the store has to make good what was not synced.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from pathlib import Path

from immunosep_tui.store.engine import Broken
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.files import open_file
from immunosep_tui.store.verify import verify
from tests.harness.disk import MODES, Disk, Image
from tests.harness.trace import Call, watch
from tests.harness.writer import LEVELS

STORE = "data/deep/ward.db"
COUNTED = ("acknowledged", "calls", "states", "different", "lost", "half", "damaged")
KEPT = 50
EXTREMES = tuple((names, writes) for names in ("none", "all") for writes in ("none", "all"))


@dataclass(frozen=True, slots=True)
class Found:
    """What is in a store after a power cut: entries by number as hash and deed; what is wrong, empty if nothing."""

    entries: dict[int, tuple[str, str]]
    wrong: str = ""


@dataclass
class Said:
    """What a writer had said by a moment: acknowledged entries, and how many entries each deed has."""

    heard: dict[int, str] = field(default_factory=dict)
    deeds: dict[str, int] = field(default_factory=dict)

    def hear(self, line: str) -> None:
        """Take one line."""
        word, _, rest = line.partition(" ")
        if word == "TRY":
            key, count = rest.split()
            self.deeds[key] = int(count)
        elif word == "ACK":
            self.heard |= {int(seq): digest for seq, digest in (part.split("=") for part in rest.split())}

    def copy(self) -> Said:
        """As it is now."""
        return Said(dict(self.heard), dict(self.deeds))


@dataclass
class Tally:
    """What was counted; ``lost``, ``half`` and ``damaged`` are states of the disk that must not be.

    ``hot`` are those on which a commit was cut off; ``cut_off`` keeps some of them.
    """

    calls: int = 0
    states: int = 0
    different: int = 0
    lost: int = 0
    half: int = 0
    damaged: int = 0
    acknowledged: int = 0
    examples: list[str] = field(default_factory=list)
    hot: int = 0
    cut_off: list[tuple[Image, Said]] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        """How many states must not be."""
        return self.lost + self.half + self.damaged


class Replay:
    """Opens the store on one imagined disk after another.

    Args:
        workshop: a folder, best in memory, that the disks are written to.
    """

    def __init__(self, workshop: Path) -> None:
        self.workshop = workshop
        self.seen: dict[bytes, Found] = {}
        self.alike: dict[str, Found] = {}

    def open(self, image: Image) -> Found:
        """What the store finds on a disk."""
        digest = blake2b()
        for path, content in image.items():
            digest.update(f"{path}\0{-1 if content is None else len(content)}\0".encode() + (content or b""))
        known = digest.digest()
        if known not in self.seen:
            found = self._open(image)
            self.seen[known] = self.alike.setdefault(repr(found), found)
        return self.seen[known]

    def _open(self, image: Image) -> Found:
        shutil.rmtree(self.workshop, ignore_errors=True)
        self.workshop.mkdir()
        lay_out(image, self.workshop)
        try:
            with closing(open_file(self.workshop / STORE)) as store:
                report = verify(store)
                wrong = "; ".join(str(finding.text) for finding in report.findings)
                entries = {e.seq: (e.hash, e.key.rpartition(":")[0]) for e in store.all_entries()}
                return Found(entries, wrong or str(store.why_read_only or ""))
        except (StoreError, Broken) as error:
            return Found({}, repr(error))


def lay_out(image: Image, folder: Path) -> None:
    """Write an image into a folder."""
    for path, content in image.items():
        place = folder / path
        if content is None:
            place.mkdir(mode=0o700)
        else:
            place.write_bytes(content)
            place.chmod(0o600)


def judge(found: Found, said: Said, tally: Tally, where: str) -> None:
    """Count what is wrong with a store that was found after a power cut."""
    if found.wrong:
        tally.damaged += 1
        tally.examples.append(f"{where}: {found.wrong}")
        return
    lost = [seq for seq, digest in said.heard.items() if found.entries.get(seq, ("", ""))[0] != digest]
    if lost:
        tally.lost += 1
        tally.examples.append(f"{where}: entries {lost} lost")
    more = Counter(key for seq, (_hash, key) in found.entries.items() if seq not in said.heard)
    if len(more) > 1 or any(said.deeds[key] != count for key, count in more.items()):
        tally.half += 1
        tally.examples.append(f"{where}: {dict(more)} of {said.deeds}")


def replay(calls: Iterable[Call], image: Image, said: Said, states: int, seed: int, workshop: Path) -> Tally:
    """Cut the power after every call, with so many states of the disk each time."""
    rng, disk, tally, opener = random.Random(seed), Disk(image), Tally(), Replay(workshop)
    for number, call in enumerate(calls):
        if call.what == "say":
            said.hear(call.data.decode().strip())
        else:
            disk.do(call)
        tally.calls += 1
        chosen = [*EXTREMES, *(("prefix", MODES[i % len(MODES)]) for i in range(states))][:states]
        for names, writes in chosen:
            tally.states += 1
            where = f"call {number}, {call.what} {call.path}, names {names}, writes {writes}"
            found = disk.after_cut(rng, names, writes)
            judge(opener.open(found), said, tally, where)
            if found.get(f"{STORE}-journal"):
                tally.hot += 1
                if len(tally.cut_off) < KEPT:
                    tally.cut_off.append((found, said.copy()))
                elif (place := rng.randrange(tally.hot)) < KEPT:
                    tally.cut_off[place] = (found, said.copy())
    tally.different = len(opener.seen)
    tally.acknowledged = len(said.heard)
    return tally


@dataclass(frozen=True)
class Bench:
    """Where and how often the power is cut.

    Args:
        folder: on a disk; the writer works there.
        workshop: a folder that is made, best in memory; the imagined disks are written to it.
        states: of the disk after each call.
        seed: of the writer and of chance.
    """

    folder: Path
    workshop: Path
    states: int
    seed: int

    def cut(
        self, deeds: int, level: str = "EXTRA", image: Image | None = None, said: Said | None = None, inject: str = ""
    ) -> Tally | None:
        """Watch a writer append so many deeds, then replay what it did; None where ``inject`` hit nothing."""
        home, log = self.folder / "disk", self.folder / "log"
        home.mkdir()
        lay_out(image or {}, home)
        program = [sys.executable, "-m", "tests.harness.writer", str(home / STORE), "--deeds", str(deeds)]
        program += ["--seed", f"{self.seed}-{len(said.heard) if said else 0}", "--synchronous", level]
        calls = watch(program, home, log, *(["-e", f"inject={inject}"] if inject else []))
        missed = inject and "INJECTED" not in log.read_text("ascii")
        shutil.rmtree(home)
        return None if missed else replay(calls, image or {}, said or Said(), self.states, self.seed, self.workshop)

    def cut_again(self, first: Tally, disks: int) -> Iterator[Tally]:
        """Cut the power once more, while disks on which a commit was cut off are opened and written again."""
        rng = random.Random(self.seed)
        for image, said in rng.sample(first.cut_off, min(disks, len(first.cut_off))):
            found = self.cut(1, image=image, said=said)
            assert found is not None
            yield found

    def cut_after_faults(self, deeds: int) -> Iterator[Tally]:
        """Let each sync of a writer fail once, and cut the power after every call all the same."""
        for call in ("fdatasync", "fsync"):
            for place in count(1):
                found = self.cut(deeds, inject=f"{call}:error=EIO:when={place}")
                if found is None:
                    break
                yield found


def memory() -> Path | None:
    """A folder in memory, where the machine has one."""
    place = Path("/dev/shm")
    return place if place.is_dir() else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where something was lost or damaged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transactions", type=int, default=60)
    parser.add_argument("--states", type=int, default=30, help="states of the disk after each call")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--synchronous", choices=LEVELS, default="EXTRA")
    parser.add_argument("--again", type=int, default=0, help="disks on which the power is cut a second time")
    parser.add_argument("--failing", action="store_true", help="let each sync fail once")
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory(dir=memory()) as workshop:
        bench = Bench(Path(folder), Path(workshop) / "w", given.states, given.seed)
        if given.failing:
            tallies = list(bench.cut_after_faults(given.transactions))
        else:
            first = bench.cut(given.transactions, given.synchronous)
            assert first is not None
            tallies = [first, *bench.cut_again(first, given.again)]
    rate = sum(tally.states for tally in tallies) / (time.monotonic() - begun)
    print("\n".join([example for tally in tallies for example in tally.examples][:3]))
    sums = {name: sum(getattr(tally, name) for tally in tallies) for name in COUNTED}
    counted = ", ".join(f"{name} {number}" for name, number in sums.items())
    print(f"seed {given.seed}, {given.synchronous}, {len(tallies)} writers ({rate:.0f} states/s): {counted}")
    return 1 if any(tally.wrong for tally in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
