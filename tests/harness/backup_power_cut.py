"""The power goes, after any system call of a backup or a restore: what was whole before is whole after.

Usage: ``python -m tests.harness.backup_power_cut backup --states 30 --seed 1`` or ``restore``. The real program runs under
strace. After each of its calls the disk is imagined as it may be found when the power is back, and everything on it is
checked. With ``--unsynced`` the calls that make files and names durable are left out: the harness has to find that out.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from shutil import rmtree

from immunosep_tui.store.backup import write_backup
from immunosep_tui.store.files import open_file
from tests.harness.backup_kill import Tally as Wrong
from tests.harness.backup_kill import check_store, is_hash, whole, write_some
from tests.harness.disk import MODES, Disk, Image
from tests.harness.power_cut import EXTREMES, lay_out, memory
from tests.harness.trace import watch

STORE, OLDER = "data/ward.db", "data/backups/ward-2026-01-01T000000Z.db"


@dataclass
class Ward:
    """What is on the disk before: a store, an automatic backup of an earlier state, and the hashes of their ends."""

    image: Image
    now: str
    earlier: str


@dataclass
class Tally:
    """What was counted; everything in ``wrong`` is a fault."""

    calls: int = 0
    states: int = 0
    different: int = 0
    done: int = 0
    wrong: list[str] = field(default_factory=list)


def prepare(folder: Path, seed: int) -> Ward:
    """Make the store and the backup."""
    store, older = folder / STORE, folder / OLDER
    older.parent.mkdir(mode=0o700, parents=True)
    with closing(open_file(store)) as opened:
        write_some(opened, f"{seed}/a", 12)
        earlier = write_backup(opened, older).head.hash
        write_some(opened, f"{seed}/b", 12)
        now = opened.head().hash
    paths = sorted(folder.rglob("*"))
    image = {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in paths}
    return Ward(image, now, earlier)


def faults_of_backup(folder: Path, ward: Ward, acknowledged: bool) -> list[str]:
    """What is wrong after a backup: the store and each backup are whole, and the new one is there once that was said."""
    found = {path.name: whole(path) for path in (folder / OLDER).parent.glob("ward-*.db")}
    wrong = [f"{name}: {said}" for name, said in found.items() if not is_hash(said)]
    if found.get(Path(OLDER).name) != ward.earlier:
        wrong.append("the earlier backup is not there")
    if acknowledged and ward.now not in found.values():
        wrong.append("the new backup is not there")
    return wrong + faults_of_store(folder, {ward.now})


def faults_of_restore(folder: Path, ward: Ward, acknowledged: bool) -> list[str]:
    """What is wrong after a restore: the store is the old or the new one, and the old one is kept beside the new one."""
    wrong = faults_of_store(folder, {ward.earlier} if acknowledged else {ward.now, ward.earlier})
    if whole(folder / OLDER) != ward.earlier:
        wrong.append("the backup is not whole")
    if not wrong and not faults_of_store(folder, {ward.earlier}):
        kept = [whole(path) for path in (folder / STORE).parent.glob("ward-before-restore-*.db")]
        if ward.now not in kept:
            wrong.append("what was there before is not kept")
    return wrong


def faults_of_store(folder: Path, heads: set[str]) -> list[str]:
    """What is wrong with the store, which must end in one of these hashes."""
    tally = Wrong()
    head = check_store(folder / STORE, tally)
    return tally.wrong or ([] if head in heads else ["the store is another one"])


Faults = Callable[[Path, Ward, bool], list[str]]

WHAT: dict[str, tuple[list[str], Faults]] = {
    "backup": (["backup"], faults_of_backup),
    "restore": (["restore", OLDER, "--replace"], faults_of_restore),
}


def cut(what: str, states: int, seed: int, unsynced: bool) -> Tally:
    """Watch the program, then cut the power after each of its calls, with so many states of the disk each time."""
    arguments, faults = WHAT[what]
    rng, tally = random.Random(seed), Tally()
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory(dir=memory()) as workshop:
        home, shop = Path(place) / "disk", Path(workshop) / "w"
        home.mkdir()
        ward = prepare(home, seed)
        words = [str(home / word) if word.endswith(".db") else word for word in arguments]
        program = [sys.executable, "-m", "immunosep_tui", *words, "--store", str(home / STORE)]
        calls = watch(program, home, Path(place) / "log")
        disk, seen, acknowledged = Disk(ward.image), dict[tuple[bytes, bool], list[str]](), False
        for number, call in enumerate(calls):
            tally.calls += 1
            if call.what == "say":
                acknowledged = True
            elif not (unsynced and call.what == "sync"):
                disk.do(call)
            chosen = [*EXTREMES, *(("prefix", MODES[i % len(MODES)]) for i in range(states))][:states]
            for names, writes in chosen:
                tally.states += 1
                image = disk.after_cut(rng, names, writes)
                digest = blake2b(repr(sorted(image.items())).encode()).digest()
                if (digest, acknowledged) not in seen:
                    rmtree(shop, ignore_errors=True)
                    shop.mkdir()
                    lay_out(image, shop)
                    seen[digest, acknowledged] = faults(shop, ward, acknowledged)
                where = f"call {number}, {call.what} {call.path}, names {names}, writes {writes}"
                tally.wrong += [f"{where}: {fault}" for fault in seen[digest, acknowledged]]
        tally.different, tally.done = len(seen), acknowledged
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where something was lost or damaged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--states", type=int, default=30, help="states of the disk after each call")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unsynced", action="store_true", help="leave out what makes the disk durable")
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    tally = cut(given.what, given.states, given.seed, given.unsynced)
    print("\n".join(tally.wrong[:3]))
    print(
        f"{given.what}, seed {given.seed} ({time.monotonic() - begun:.0f} s): calls {tally.calls}, "
        f"states {tally.states}, different {tally.different}, done {int(tally.done)}, wrong {len(tally.wrong)}"
    )
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
