"""Backups and restores that are killed at random moments: what was whole before is whole after.

Usage: ``python -m tests.harness.backup_kill backup --kills 1000 --seed 1`` or ``restore``. A real process writes into a
store and backs it up, or puts one backup after another into its place, until a SIGKILL ends it. After each, the store
and every backup are checked whole. The exit status is 1 where anything is wrong. With ``--hasty`` files are written under
their lasting name: the harness has to find that out.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path

from immunosep_tui.store.backup import STAMP, open_copy, write_backup
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.files import make_private, open_file
from immunosep_tui.store.place import Place
from immunosep_tui.store.restore import restore
from immunosep_tui.store.rotation import KEEP, automatic_backup, backups
from immunosep_tui.store.sqlite import SqliteEngine
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.harness.deeds import deeds

LONGEST_RUN = 0.08
"""Seconds until the kill, at most."""
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Tally:
    """What was counted; everything in ``wrong`` is a fault."""

    kills: int = 0
    done: int = 0
    parts_left: int = 0
    journals: int = 0
    wrong: list[str] = field(default_factory=list)


def write_some(store: Store, seed: str, number: int) -> None:
    """Append so many deeds."""
    for proposals, follows in islice(deeds(store, "w", seed), number):
        store.append(proposals, follows)


def back_up_without_end(folder: Path, mouth: int, seed: str, hasty: bool) -> None:
    """Write a deed, back up, and say so, again and again."""
    target = folder / "backups"
    last = backups(target, "ward")
    now = last[-1].at if last else BEGIN
    with closing(open_file(folder / "ward.db")) as store:
        for number in count():
            write_some(store, f"{seed}/{number}", 1)
            now += timedelta(minutes=1)
            if hasty:
                copy_hastily(store, target / f"ward-{now.strftime(STAMP)}.db")
            else:
                automatic_backup(store, target, now)
            os.write(mouth, b".")


def copy_hastily(store: Store, path: Path) -> None:
    """A backup that has its lasting name from the start."""
    assert isinstance(store.engine, SqliteEngine)
    make_private(path)
    with closing(SqliteEngine(path)) as target:
        store.engine.copy_into(target)


def restore_without_end(folder: Path, mouth: int, seed: str, hasty: bool) -> None:
    """Restore one of two backups after the other, and say so."""
    rng, path, now = random.Random(seed), folder / "ward.db", BEGIN
    while True:
        backup = rng.choice((folder / "a.db", folder / "b.db"))
        now += timedelta(seconds=1)
        if hasty:
            shutil.copyfile(backup, path)
        else:
            restore(backup, Place(path), now, replace=True)
        os.write(mouth, b".")


def run_and_kill(deed: Callable[[int], None], rng: random.Random) -> int:
    """Do something in a process of its own, kill that, and give how often it was done."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ear)
        try:
            deed(mouth)
        except BaseException as error:  # it must never end by itself
            os.write(2, f"ended: {error!r} {error.__cause__!r}\n".encode())
        finally:
            os._exit(3)
    os.close(mouth)
    time.sleep(rng.uniform(0.001, LONGEST_RUN))
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(ear, "rb") as pipe:
        done = len(pipe.read())
    if not os.WIFSIGNALED(status):
        raise AssertionError(f"it ended by itself, status {status}")
    return done


def whole(path: Path) -> str:
    """The hash of the last entry of a sound copy, else what is wrong with it."""
    try:
        with closing(open_copy(path)) as copied:
            report = verify(copied)
    except StoreError as error:
        return str(error.text)
    return report.head.hash if report.sound else str(report.findings[0].text)


def is_hash(text: str) -> bool:
    return len(text) == 64 and " " not in text


def check_store(path: Path, tally: Tally) -> str:
    """Open the store as the program would, check it whole, and give the hash of its last entry."""
    tally.journals += (journal := path.with_name(f"{path.name}-journal")).exists() and journal.stat().st_size > 0
    try:
        with closing(open_file(path)) as store:
            report = verify(store)
    except StoreError as error:
        tally.wrong.append(f"the store: {error.text}")
        return ""
    tally.wrong += [f"the store: {finding.text}" for finding in report.findings]
    return report.head.hash


def drop_parts(folder: Path, tally: Tally) -> None:
    """What a kill left behind; the program itself removes it after an hour."""
    for part in folder.glob(".immunosep-*"):
        tally.parts_left += 1
        part.unlink()


def kill_backups(kills: int, seed: int, folder: Path, hasty: bool = False) -> Tally:
    """Kill so many processes that write and back up."""
    rng, tally, target = random.Random(seed), Tally(), folder / "backups"
    target.mkdir(mode=0o700)
    known: dict[Path, tuple[int, int]] = {}
    for number in range(kills):
        if number % 100 == 0:  # begin anew, so that the store stays small
            (folder / "ward.db").unlink(missing_ok=True)
            with closing(open_file(folder / "ward.db")) as store:
                write_some(store, f"{seed}/{number}/first", 20)
        before = {backup.path for backup in backups(target, "ward")}
        name = f"{seed}/{number}"
        tally.done += run_and_kill(lambda mouth, name=name: back_up_without_end(folder, mouth, name, hasty), rng)  # type: ignore[misc]
        tally.kills += 1
        found = len(tally.wrong)
        check_store(folder / "ward.db", tally)
        after = {backup.path: backup.path.stat() for backup in backups(target, "ward")}
        marks = {path: (at.st_ino, at.st_mtime_ns) for path, at in after.items()}
        for path, mark in marks.items():
            if known.get(path) != mark and not is_hash(said := whole(path)):
                tally.wrong.append(f"{path.name}: {said}")
            if known.get(path, mark) != mark:
                tally.wrong.append(f"{path.name} was changed")
        known = marks
        if len(after) < min(len(before), KEEP):
            tally.wrong.append(f"{len(before)} backups became {len(after)}")
        drop_parts(target, tally)
        if len(tally.wrong) > found and not hasty:
            print(f"seed {seed}, kill {tally.kills}: {tally.wrong[found:]}", flush=True)
    return tally


def kill_restores(kills: int, seed: int, folder: Path, hasty: bool = False) -> Tally:
    """Kill so many processes that restore; the store is always one of the two backups, whole."""
    rng, tally, path = random.Random(seed), Tally(), folder / "ward.db"
    with closing(open_file(path)) as store:
        write_some(store, f"{seed}/a", 25)
        write_backup(store, folder / "a.db")
        write_some(store, f"{seed}/b", 25)
        write_backup(store, folder / "b.db")
    contents = {name: (folder / name).read_bytes() for name in ("a.db", "b.db")}
    heads = {whole(folder / name) for name in contents}
    for number in range(kills):
        name = f"{seed}/{number}"
        tally.done += run_and_kill(lambda mouth, name=name: restore_without_end(folder, mouth, name, hasty), rng)  # type: ignore[misc]
        tally.kills += 1
        found = len(tally.wrong)
        if check_store(path, tally) not in heads:
            tally.wrong.append("the store is neither the old nor the new one")
        tally.wrong += [f"{name} was changed" for name, raw in contents.items() if (folder / name).read_bytes() != raw]
        for aside in folder.glob("ward-before-restore-*"):
            if whole(aside) not in heads:
                tally.wrong.append(f"{aside.name}: {whole(aside)}")
            aside.unlink()
        drop_parts(folder, tally)
        if len(tally.wrong) > found and not hasty:
            print(f"seed {seed}, kill {tally.kills}: {tally.wrong[found:]}", flush=True)
    return tally


WHAT = {"backup": kill_backups, "restore": kill_restores}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where something was lost or damaged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hasty", action="store_true", help="write files under their lasting name")
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = WHAT[given.what](given.kills, given.seed, Path(folder), given.hasty)
    rate = tally.kills / (time.monotonic() - begun)
    print(
        f"{given.what}, seed {given.seed}: {tally.kills} kills ({rate:.1f}/s), {tally.done} done in between, "
        f"{tally.parts_left} parts left, {tally.journals} journals left; wrong {len(tally.wrong)}"
    )
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
