"""What random users type in a terminal, and what no hand types: half and broken sequences, any size, bare bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from tests.harness.monkey_ward import PIN
from tests.harness.random_hands import DOWN, F9, REASONS, ROWS, Size, chance_act, ctrl
from tests.harness.unwatched import Event
from tests.journeys.typing import CTRL_Q, ENTER

BATCH: Final = 200
"""Events, or bytes, that are typed without waiting."""
QUITS: Final = 0.01
"""Part of the batches that end with Ctrl+Q."""
LOCKS: Final = 0.05
"""Part of the keys for the lock that is typed: behind it nothing else is heard."""
STORMS: Final = 0.02
"""Part of the batches that end in a storm of sizes."""
SETTLED: Final = (80, 24)
"""Columns and rows in which every key is heard."""

WORDS: Final = tuple(
    dict.fromkeys((*REASONS, *(text for texts in ROWS.values() for text in texts), PIN, "38,5", "1e999", "-1", "C-03"))
)
OPENERS: Final = ("n", "/C-0" + ENTER, *(DOWN * count + ENTER for count in range(0, 20, 3)))
HALVES: Final = (
    b"\x1b \x1b[ \x1b[1; \x1bO \x1b[<0;5 \x1b[M \x1b[? \x1b]0; \x1bP \x1b[200 \x1b_ \x1b[99999999999999u \x1b[1114112;5u "
    b"\x1b[48;24;80;0;0t \x1b[?2026;9$y \x1b[;;;~ \x1b[<;;M"
).split(b" ")
BROKEN: Final = b"\xe9 \xc3 \xe2\x82 \xf0\x9f\x98 \xff \x80 \xc0\xaf \xed\xa0\x80 \x9b".split(b" ")
ESCAPE_ALONE: Final = b"\x1b[27u"
"""Escape as a terminal sends it that tells it from the beginning of a sequence."""
PASTE_END: Final = b"\x1b[201~"
COMING_BACK: Final[tuple[Event, ...]] = (SETTLED, PASTE_END, *(ESCAPE_ALONE,) * 4)
"""Ends a paste and leaves the rooms."""
ANSWERED: Final[tuple[Event, ...]] = (F9.encode(), ESCAPE_ALONE, DOWN.encode(), b"x")
"""On every screen something comes of one of these."""
NOTE: Final[tuple[Event, ...]] = tuple(key.encode() for key in (ENTER, ctrl("w"), "seen", ENTER))
"""What signs a note on the patient under the board's cursor."""

Batches = Iterator[list[Event]]


def signing_in(initials: str) -> list[Event]:
    """What somebody types who is enrolled."""
    return [f"{answer}{ENTER}".encode() for answer in (initials, PIN)]


def event(size: Size, chance: random.Random) -> Event:
    """One thing that happens at a terminal, but Ctrl+Q."""
    roll = chance.random()
    if size[0] < 80 or size[1] < 24:
        roll *= 0.2  # keys are not heard there
    if roll < 0.002:
        return any_size(chance)
    if roll < 0.01:
        return (chance.randint(80, 100), chance.randint(24, 30)) if chance.random() < 0.9 else any_size(chance)
    if roll < 0.02:
        return chance.choice(HALVES)
    if roll < 0.03:
        return chance.choice(BROKEN)
    if roll < 0.035:
        paste = chance.randbytes(chance.randint(0, 60)).replace(b"\x11", b"")
        return chance.choice((b"\x1b[200~" + paste, paste + PASTE_END, b"\x1b[200~" + paste + PASTE_END))
    if roll < 0.045:
        last = chance.choice("Mm")
        return f"\x1b[<{chance.randrange(128)};{chance.randrange(300)};{chance.randrange(90)}{last}".encode()
    if roll < 0.06:
        return chance.choice(OPENERS).encode()
    if roll < 0.1:
        return (chance.choice(WORDS) + ENTER).encode()
    act = chance_act(size, chance)
    if act == CTRL_Q or (act == ctrl("l") and chance.random() > LOCKS):
        return ENTER.encode()
    return act if isinstance(act, tuple) else act.encode()


def any_size(chance: random.Random) -> Size:
    """Columns and rows of a window, some of them too small for anything."""
    return chance.randint(8, 250), chance.randint(2, 70)


def events(count: int, chance: random.Random) -> Batches:
    """So many events."""
    size = SETTLED
    for begin in range(0, count, BATCH):
        batch: list[Event] = []
        storm = chance.randrange(BATCH) if chance.random() < STORMS else count
        for number in range(min(BATCH, count - begin)):
            batch.append(any_size(chance) if number >= storm else event(size, chance))
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


def quits(batch: list[Event]) -> bool:
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


KINDS: Final[dict[str, Callable[[int, random.Random], Batches]]] = {
    "single": single_bytes,
    "events": events,
    "bytes": noise,
}
"""Makes so much of a kind from chance."""
