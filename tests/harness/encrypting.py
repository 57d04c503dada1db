"""A store is encrypted while it is killed, while the power goes, and while others write: it is whole, one or the other.

Usage: ``python -m tests.harness.encrypting kill --rounds 500 --seed 1``, ``power`` or ``writers``. After each round the
store is opened as the program opens it, checked whole, compared, and written to. Once it is encrypted, nothing of its
content may be readable in any file, nor be writable for a program that had the plain file open. The exit status is 1 where
anything is wrong. With ``--hasty`` the pages are written without a journal, or, in ``power``, nothing is made durable, or
``writers``, nobody is kept out: the harness has to find that out, and stops when it has.
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
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from immunosep_tui.record.kinds import Note
from immunosep_tui.store import encrypting, last_seen
from immunosep_tui.store.encrypted import is_encrypted
from immunosep_tui.store.encrypting import encrypt
from immunosep_tui.store.engine import Broken
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.files import open_file
from immunosep_tui.store.place import coming_key_file, data_folder
from immunosep_tui.store.recovery_key import new_recovery_key
from immunosep_tui.store.sqlite import SqliteEngine
from immunosep_tui.store.verify import verify
from tests.harness.deeds import admission, deed, deeds
from tests.harness.disk import MODES, Disk
from tests.harness.kill import HEARD, acknowledge
from tests.harness.power_cut import EXTREMES, lay_out, memory
from tests.harness.trace import watch
from tests.support.sealed import PASSPHRASE, make_guesses_cheap, opened

MARKER = "MARKER OF THE PLAIN STORE"
LONGEST_WAIT = 0.004
"""Seconds between the first page that is written and the kill, at most, where the kill aims at that."""
LONGEST_PAUSE = 0.02
"""Seconds between two deeds of a writer, at most: nobody gets the lock where three write without a pause."""
LONGEST_WRITING = 20.0
"""Seconds for which a writer writes where nobody refuses it."""
AIMED = 0.6
"""Share of the kills that wait for the pages to be written."""


@dataclass
class Tally:
    """What was counted; everything in ``wrong`` is a fault.

    ``undone`` are plain stores with pages to be played back, ``unfinished`` encrypted ones with something left to do.
    """

    rounds: int = 0
    plain: int = 0
    encrypted: int = 0
    undone: int = 0
    unfinished: int = 0
    heard: int = 0
    wrong: list[str] = field(default_factory=list)


def prepare(path: Path, seed: str, count: int = 25) -> str:
    """Make a plain store; the hash of its last entry."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(open_file(path)) as store:
        store.append(deed("marked", "marked", [*admission("marked"), Note(MARKER * 200)]), 0)
        for proposals, follows in islice(deeds(store, "w", seed), count):
            store.append(proposals, follows)
        return store.head().hash


def overwrite_hastily(path: Path, new: Path) -> None:
    """The new pages over the old ones, and no way back."""
    content = new.read_bytes()
    with path.open("r+b", buffering=0) as file:
        for start in range(0, len(content), 4096):
            file.write(content[start : start + 4096])
            os.fsync(file.fileno())


@contextmanager
def without_a_mark() -> Iterator[None]:
    """What is recorded inside is not remembered by this machine: the next round begins with the same ledger again."""
    folder = data_folder() / last_seen.FOLDER
    before = {mark: mark.read_bytes() for mark in folder.glob("*")}
    try:
        yield
    finally:
        for mark in folder.glob("*"):
            mark.unlink()
        for mark, content in before.items():
            mark.write_bytes(content)


def look(path: Path, head: str, tally: Tally, *, is_done: bool = False) -> list[str]:
    """What is wrong with a store after an encryption that was cut short, or, where ``is_done``, was announced."""
    journal = path.with_name(f"{path.name}-journal")
    try:
        is_one = is_encrypted(path)
        tally.undone += not is_one and journal.exists() and journal.stat().st_size > 0
        tally.unfinished += is_one and coming_key_file(path).exists()
        with without_a_mark(), closing(opened(path)) as store:
            if store.why_read_only is not None:
                return [f"it cannot be written: {store.why_read_only.text}"]
            report = verify(store)
            if not report.sound:
                return [f"{report.findings[0].text}"]
            if report.head.hash != head:
                return ["it is another store"]
            store.append(deed("after", "after", admission("after")), 0)
            if not verify(store).sound:
                return ["it is damaged by the next deed"]
    except (StoreError, Broken) as error:
        return [f"{error!r} {getattr(error, 'text', '')}"]
    tally.plain, tally.encrypted = tally.plain + (not is_one), tally.encrypted + is_one
    left = [file.name for file in path.parent.iterdir() if MARKER.encode() in file.read_bytes()]
    if is_one and left:
        return [f"readable in {left}"]
    if is_done and not is_one:
        return ["it was announced and is not encrypted"]
    return []


def kill_one(path: Path, rng: random.Random, seconds: float, hasty: bool) -> bool:
    """Encrypt a store in a process of its own, and kill that; whether it failed before."""
    before = path.stat().st_mtime_ns
    child = os.fork()
    if child == 0:
        if hasty:
            encrypting.exchange_content = overwrite_hastily  # type: ignore[attr-defined]
        with suppress(BaseException):
            encrypt(path, PASSPHRASE, new_recovery_key())
            os._exit(0)
        os._exit(3)
    if rng.random() < AIMED:
        journal = path.with_name(f"{path.name}-journal")
        while path.stat().st_mtime_ns == before and not journal.exists() and not _has_ended(child):
            time.sleep(0.0001)
        time.sleep(rng.uniform(0, LONGEST_WAIT))
    else:
        time.sleep(rng.uniform(0, seconds))
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) > 0


def _has_ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def kill_many(rounds: int, seed: int, folder: Path, hasty: bool) -> Tally:
    """Kill so many encryptions of one plain store."""
    rng, tally, plain = random.Random(seed), Tally(), folder / "plain" / "ward.db"
    head, path = prepare(plain, str(seed)), folder / "w" / "ward.db"
    begun = time.monotonic()
    shutil.copytree(plain.parent, folder / "first")
    encrypt(folder / "first" / "ward.db", PASSPHRASE, new_recovery_key())
    seconds = 1.1 * (time.monotonic() - begun)
    while tally.rounds < rounds and not (hasty and tally.wrong):
        shutil.rmtree(path.parent, ignore_errors=True)
        shutil.copytree(plain.parent, path.parent)
        has_failed = kill_one(path, rng, seconds, hasty)
        tally.rounds += 1
        tally.wrong += [f"kill {tally.rounds}: it failed by itself"] if has_failed else []
        tally.wrong += [f"kill {tally.rounds}: {fault}" for fault in look(path, head, tally)]
    return tally


def cut_power(states: int, seed: int, folder: Path, hasty: bool) -> Tally:
    """Watch an encryption, then cut the power after each of its calls, with so many states of the disk each time."""
    rng, tally, home = random.Random(seed), Tally(), folder / "disk"
    head = prepare(home / "data/ward.db", str(seed), 8)
    image = {str(p.relative_to(home)): p.read_bytes() if p.is_file() else None for p in sorted(home.rglob("*"))}
    program = [sys.executable, "-m", "tests.harness.encrypting", "once", "--store", str(home / "data/ward.db")]
    calls, disk, is_done = watch(program, home, folder / "log"), Disk(image), False
    seen: dict[bytes, list[str]] = {}
    with tempfile.TemporaryDirectory(dir=memory()) as workshop:
        shop = Path(workshop) / "w"
        for number, call in enumerate(calls):
            if call.what == "say":
                is_done = True
            elif not (hasty and call.what == "sync"):
                disk.do(call)
            chosen = [*EXTREMES, *(("prefix", MODES[i % len(MODES)]) for i in range(states))][:states]
            for names, writes in chosen:
                tally.rounds += 1
                found = disk.after_cut(rng, names, writes)
                digest = blake2b(repr((is_done, sorted(found.items()))).encode()).digest()
                if digest not in seen:
                    shutil.rmtree(shop, ignore_errors=True)
                    shop.mkdir()
                    lay_out(found, shop)
                    seen[digest] = look(shop / "data/ward.db", head, tally, is_done=is_done)
                where = f"call {number}, {call.what} {call.path}, names {names}, writes {writes}"
                tally.wrong += [f"{where}: {fault}" for fault in seen[digest]]
    assert is_done
    return tally


def write_until_refused(path: Path, mouth: int, writer: str) -> None:
    """Append to the plain store until it cannot be written any more; where nobody refuses, not for ever."""
    ends = time.monotonic() + LONGEST_WRITING
    with suppress(StoreError), closing(open_file(path)) as store:
        for proposals, follows in deeds(store, writer, writer):
            if time.monotonic() > ends:
                return
            time.sleep(random.uniform(0, LONGEST_PAUSE))
            acknowledge(mouth, store.append(proposals, follows))


def encrypt_beside_writers(rounds: int, seed: int, folder: Path, hasty: bool) -> Tally:
    """Encrypt stores that three programs are writing into."""
    rng, tally = random.Random(seed), Tally()
    while tally.rounds < rounds and not (hasty and tally.wrong):
        tally.rounds += 1
        path = folder / f"{tally.rounds}" / "ward.db"
        prepare(path, f"{seed}/{tally.rounds}", 3)
        ears, children = [], []
        for writer in range(3):
            ear, mouth = os.pipe()
            children.append(os.fork())
            if not children[-1]:
                write_until_refused(path, mouth, f"w{writer}")
                os._exit(0)
            os.close(mouth)
            ears.append(ear)
        time.sleep(rng.uniform(0, 0.1))
        child = os.fork()
        if child == 0:
            if hasty:
                SqliteEngine.hold = lambda _engine: None  # type: ignore[method-assign, assignment]
            with suppress(BaseException):
                encrypt(path, PASSPHRASE, new_recovery_key())
                os._exit(0)
            os._exit(1)
        is_done = os.waitpid(child, 0)[1] == 0
        if not is_done:  # the lock was not to be had
            for each in children:
                os.kill(each, signal.SIGKILL)
        told = b""
        for ear, each in zip(ears, children, strict=True):
            with os.fdopen(ear, "rb") as pipe:
                told += pipe.read()
            os.waitpid(each, 0)
        heard = {seq: digest.hex() for seq, digest in HEARD.iter_unpack(told)}
        tally.heard += len(heard)
        there, head = {}, ""
        with suppress(StoreError, Broken), closing(opened(path)) as store:
            there = {entry.seq: entry.hash for entry in store.all_entries()}
            head = store.head().hash
        lost = [seq for seq, digest in heard.items() if there.get(seq) != digest]
        tally.wrong += [f"round {tally.rounds}: lost {lost}"] if lost else []
        tally.wrong += [f"round {tally.rounds}: {fault}" for fault in look(path, head, tally, is_done=is_done)]
    return tally


WHAT = {"kill": kill_many, "power": cut_power, "writers": encrypt_beside_writers}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where something was lost, damaged or readable."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*WHAT, "once"])
    parser.add_argument("--rounds", type=int, default=500, help="kills, states of the disk after each call, or stores")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hasty", action="store_true", help="something is left out that must be found out")
    parser.add_argument("--store", type=Path, help="once: the store to encrypt")
    given = parser.parse_args(arguments)
    make_guesses_cheap()
    if given.what == "once":
        encrypt(given.store, PASSPHRASE, new_recovery_key())
        os.write(1, b"DONE\n")
        return 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = WHAT[given.what](given.rounds, given.seed, Path(folder), given.hasty)
    print("\n".join(tally.wrong[:3]))
    print(
        f"{given.what}, seed {given.seed} ({time.monotonic() - begun:.0f} s): rounds {tally.rounds}, plain {tally.plain}, "
        f"encrypted {tally.encrypted}, undone {tally.undone}, unfinished {tally.unfinished}, heard {tally.heard}, "
        f"wrong {len(tally.wrong)}"
    )
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
