"""Drafts survive the end of the program: a real terminal, keys at human speed, and an end at a random moment.

``python -m tests.harness.draft_kill --rounds 1000 --ending kill --seed 1`` types into the form of a new patient, ends the
program by SIGKILL, SIGHUP, SIGTERM or by closing its terminal, and reads the drafts as the next start would. Whatever was
typed more than 250 ms before the end must be there; what was typed later may be. With ``--where sheet`` it types on the
note of a signed patient instead, a sheet that records. With ``--deaf`` the drafts are never written, which has to be found.
"""

from __future__ import annotations

import argparse
import os
import pty
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.files import open_file
from tests.harness.pty_program import START
from tests.store.acts import admitted, record

ENDINGS: Final = ("kill", "hup", "term", "close")
GRACE: Final = 0.25
"""Seconds before the end in which a key may be lost: by SIGKILL, and where a terminal is closed, which throws away what
it has not delivered yet."""
GONE_WITHIN: Final = 3.0
"""Seconds after which a program that was told to end must have ended."""
_DEAF: Final = "import immunosep_tui.store.drafts as d; d.Drafts.flush = lambda self: True; "


FORM, SHEET = "form", "sheet"
WAYS: Final = {
    FORM: ((b"Type the bed", b""),),
    SHEET: (
        (b"case p", b"\r"),
        (b"Overview", b"\x17"),
        (b"Nobody is enrolled yet", b"ab\r"),
        (b"New here: AB", b"d\r4718\r4718\r"),
        (b"One line. Values belong", b""),
    ),
}
"""What is seen on the way to where it types, and what is typed then."""


@dataclass
class Round:
    """One start of the program: what it was given and when, and how it ended."""

    sent: list[tuple[float, str]]
    ended_at: float
    took: float
    text: str


def play(folder: Path, ending: str, chance: random.Random, deaf: bool, where: str = FORM) -> Round:
    """Type into a new patient's form, or on a sheet of a signed one, and end the program somewhere in the middle."""
    if where == SHEET:
        _admit(folder / "ward.db")
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    environment = {
        **os.environ,
        "IMMUNOSEP_STORE": str(folder / "ward.db"),
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        "LINES": "24",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", (_DEAF if deaf else "") + START],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment,
        start_new_session=True,
        close_fds=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509  # no thread runs here
    )
    os.close(slave)
    for seen, keys in WAYS[where]:
        _read_until(master, seen, 20)
        os.write(master, keys)
    time.sleep(0.05)
    sent: list[tuple[float, str]] = []
    typed = ""
    for _ in range(chance.randint(1, 30)):
        typed += chance.choice("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ-")
        os.write(master, typed[-1].encode())
        sent.append((time.monotonic(), typed))
        _drain(master, chance.uniform(0.005, 0.06))
    if chance.random() < 0.5:
        _drain(master, chance.uniform(0.0, 0.5))
    end = time.monotonic()
    if ending == "close":
        os.close(master)
    else:
        process.send_signal({"kill": signal.SIGKILL, "hup": signal.SIGHUP, "term": signal.SIGTERM}[ending])
    took = _wait(process, master if ending != "close" else -1, end)
    if ending != "close":
        os.close(master)
    return Round(sent, end, took, _kept(folder, where))


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, b"\x18\x00\x50\x00\x00\x00\x00\x00")


def _wait(process: subprocess.Popen[bytes], master: int, end: float) -> float:
    while process.poll() is None and time.monotonic() - end < GONE_WITHIN * 2:
        if master >= 0:
            _drain(master, 0.005)
        else:
            time.sleep(0.005)
    took = time.monotonic() - end
    if process.poll() is None:
        process.kill()
    process.wait()
    return took


def _drain(master: int, seconds: float) -> bytes:
    end, found = time.monotonic() + seconds, b""
    while (left := end - time.monotonic()) > 0:
        if select.select([master], [], [], left)[0]:
            try:
                found += os.read(master, 65536)
            except OSError:
                break
    return found


def _read_until(master: int, wanted: bytes, seconds: float) -> None:
    end, found = time.monotonic() + seconds, b""
    while wanted not in found:
        if time.monotonic() > end:
            raise TimeoutError(found[-400:])
        found += _drain(master, 0.02)


def _admit(path: Path) -> None:
    """A store with one signed patient."""
    path.parent.chmod(0o700)
    with closing(open_file(path)) as store:
        record(store, "p", admitted("p"))


def _kept(folder: Path, where: str) -> str:
    """What the next start would offer."""
    drafts = Drafts(folder / FILE_NAME, str(folder / "ward.db"))
    if where == SHEET:
        found = [draft.texts.get("text", "") for draft in drafts.sheets("p") if draft.sheet == "note"]
    else:
        found = [draft.texts.get("identity.place", "") for draft in drafts.all()]
    drafts.close()
    if len(found) > 1:
        raise AssertionError("one patient was typed, several are offered")
    return found[0] if found else ""


def judge(done: Round, ending: str) -> str:
    """``ok``, or what was wrong with a round."""
    at_stake = [text for at, text in done.sent if ending in ("hup", "term") or at < done.ended_at - GRACE]
    typed = done.sent[-1][1]
    if not typed.startswith(done.text):
        return "wrong"
    if at_stake and len(done.text) < len(at_stake[-1]):
        return "lost"
    if done.took > GONE_WITHIN:
        return "slow"
    return "ok"


def run(rounds: int, ending: str, seed: int, *, deaf: bool = False, where: str = FORM) -> Counter[str]:
    """Play rounds and count how they went."""
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    for number in range(rounds):
        with tempfile.TemporaryDirectory(prefix="drafts-") as name:
            done = play(Path(name), ending, chance, deaf, where)
        verdict = judge(done, ending)
        counts[verdict] += 1
        counts["keys"] += len(done.sent)
        if verdict != "ok":
            print(
                f"round {number} {verdict}: typed {done.sent[-1][1]!r}, kept {done.text!r}, ended in {done.took:.2f} s"
            )
    return counts


def main() -> None:
    """Read the options, play, and print the counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--ending", choices=ENDINGS, default="kill")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--where", choices=sorted(WAYS), default=FORM)
    parser.add_argument("--deaf", action="store_true")
    options = parser.parse_args()
    began = time.monotonic()
    counts = run(options.rounds, options.ending, options.seed, deaf=options.deaf, where=options.where)
    print(f"{options.where} {options.ending} seed {options.seed}: {dict(counts)} in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
