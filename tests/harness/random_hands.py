"""What random users do at a terminal: keys, texts, pastes, clicks and windows by chance, between steps of real work.

A step of real work is what somebody would type who reads the screen, so that records are opened, written and signed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Final

from tests.harness.monkey_ward import PIN
from tests.journeys.typing import CTRL_N, CTRL_Q, ENTER, ESCAPE, F1, F5, F6, F7

Size = tuple[int, int]
"""Columns and rows."""

Act = str | Size
"""What is typed, as a terminal sends it, or another size of the window."""

F2, F3, F4, F8, F9, F10 = "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[19~", "\x1b[20~", "\x1b[21~"
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
NEXT_PAGE, CTRL_END = "\x1b[1;5C", "\x1b[1;5F"
CTRL_F6, CTRL_F7, CTRL_F8 = "\x1b[17;5~", "\x1b[18;5~", "\x1b[19;5~"
CTRL_F9, CTRL_F10 = "\x1b[20;5~", "\x1b[21;5~"
CLEAR = "\x1b[F\x1b[1;2H"
"""Marks what stands in a row, so that the next key takes its place."""


def ctrl(letter: str) -> str:
    """The control character of a letter."""
    return chr(ord(letter) & 0x1F)


KEYS: Final = (
    *(ENTER, "\t", "\x1b[Z", ESCAPE, UP, DOWN, LEFT, RIGHT, "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F") * 3,
    *("\x7f", "\x1b[3~", " ", "y", "n", "/", "?", "1", "9"),
    *(F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, "\x1b[23~", "\x1b[24~", CTRL_F6, CTRL_F7, CTRL_F8, CTRL_F9, CTRL_F10),
    *("\x1b[1;5A", "\x1b[1;5B", NEXT_PAGE, "\x1b[1;5D", "\x1b[1;5H", CTRL_END, "\x1ba", "\x1b[I", "\x1b[O"),
    *(ctrl(letter) for letter in "abcdefghijklmnoprstuvwxyz"),
)
"""Every key that the program knows but the one that ends it, those that move more often."""

PRINTED: Final = "abcxyz0123456789.,-+/[]{}()=@'\"\\ ;:%_#\u00fc\u6f22\U0001f600\u202e\u0301\u05d0\xb5\u2212"
PASTED: Final = (*PRINTED, "\n", "\x1b[31m", "\x00", "\t", "\x9b")

SIZES: Final = ((80, 24), (100, 30), (132, 43), (200, 60), (81, 25), (79, 24), (40, 12), (20, 5))

ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "Initials": ("ab", "cd"),
    "PIN": (PIN,) * 19 + ("1111",),
    "Role": ("n", "d"),
    "Choose a PIN": (PIN,),
    "The same PIN again": (PIN,),
    "Bed": ("31", "32"),
    "Case": ("N-1", "N-22", "N-333", "N-4444"),
    "Second identifier": ("771234", "N77"),
    "Case, again": ("{case}",) * 19 + ("C-00",),
    "Second, again": ("{identifier}",),
    "Identifier ends": ("{ending}",) * 19 + ("000",),
    "Dose was": ("g", "g", "g", "h", "r", "o", "n", "b"),
    "At": (CTRL_N,),
    "Stopped at": (CTRL_N,),
    "Died at": (CTRL_N,),
    "Move the plan": ("", "n", "y"),
    "Of dose": ("", "", "", "3"),
    "Given": ("half a syringe",),
    "Why it goes on": ("bleeding stopped",),
    "Which is over": ("1", "1", "2"),
    "First dose at": (CTRL_N,),
    "Sample taken at": (CTRL_N,),
    "Ferritin": ("9800", "900", ""),
    "HLA-DR": ("3100", "6100", ""),
    "Ferritin again": ("9800", "900"),
    "HLA-DR again": ("3100", "6100"),
    "Hemoglobin": ("9.5", "6.5"),
    "Platelets": ("80", "15"),
    "WHO grade": ("1", "3"),
    "Site": ("1", "9"),
    "PaO2": ("80",),
    "FiO2": ("0.5",),
    "Support": ("1", "4"),
    "Bilirubin": ("1.9",),
    "MAP": ("68",),
    "GCS": ("15",),
    "Creatinine": ("1.1",),
    "Urine": ("1500",),
    "Holds for": ("4", ""),
    **dict.fromkeys(("E. coli allergy", "Seizures", "Heart disease", "Kidney failure"), ("n",)),
    "Red cells": ("n", "n", "2"),
    "Hemoglobin fell": ("n", "y"),
}
"""What belongs into a row, by its label; other rows get a word of ``WORDS``."""

WORDS: Final = ("n", "n", "n", "", "2", "seen at the bed")
REASONS: Final = ("Reason", "Why", "In words", "What is done", "Note", "Meaning", "Confirmed by")

_ROW: Final = re.compile(r"^ {0,2}> (\S+(?: \S+)*)", re.M)
_WHOSE: Final = re.compile(r"Bed .* \| Case (\S+) \| (\S+)")
_AT_A_PATIENT: Final = (
    *(F1, F2, F3, F3, F4, F5, F6, F7, F8, "\x0f", NEXT_PAGE, ctrl("d"), ctrl("r"), ESCAPE, ESCAPE),
    *(ctrl(letter) for letter in "sssyyyeekkuwxl"),
    *(F5 + CTRL_N + ctrl("e"),) * 3,
    *(CTRL_F6, CTRL_F6, CTRL_F8, CTRL_F9, CTRL_F10),
    *(F5 + key + ENTER for key in (LEFT, UP, DOWN)),
)


def person(shown: str, chance: random.Random) -> str:
    """What somebody would type who reads this screen."""
    row = _ROW.search(shown)
    if "Ward board." in shown or "Patients found" in shown:
        return chance.choice((DOWN * chance.randrange(20) + ENTER,) * 6 + ("n", f"/C-{chance.randrange(20):02}\r", F9))
    if "Sign as " in shown:
        if chance.random() < 0.03 or not (row or "Enter signs" in shown):
            return ESCAPE
        back = UP * chance.randrange(6) if row and chance.random() < 0.15 else ""
        return back or _answer(shown, row, chance)
    if row and ("LOCKED" in shown or "Who signs?" in shown or "Identify the patient" in shown):
        return _answer(shown, row, chance)
    if "Bed " in shown and "[" in shown:
        if row and chance.random() < 0.7:
            return _answer(shown, row, chance)
        return chance.choice(_AT_A_PATIENT)
    return _answer(shown, row, chance) if row else ESCAPE


def _answer(shown: str, row: re.Match[str] | None, chance: random.Random) -> str:
    """What belongs into the row in use, and Enter."""
    if row is None:
        return ENTER
    label = next((name for name in (*ROWS, *REASONS) if row[1] == name or row[1].startswith(f"{name}  ")), row[1])
    label = "Ferritin again" if label.startswith("Ferritin ") and "again" in label else label
    label = "HLA-DR again" if label.startswith("HLA-DR ") and "again" in label else label
    text = WORDS[-1] if label in REASONS else chance.choice(ROWS.get(label, WORDS))
    whose = _WHOSE.search(shown)
    if whose:
        text = text.format(case=whose[1], identifier=whose[2], ending=whose[2][-3:])
    return (CLEAR if chance.random() < 0.3 else "") + text + ENTER


def chance_act(size: Size, chance: random.Random) -> Act:
    """Anything that a hand, a mouse or a window can do."""
    roll = chance.random()
    if size[0] < 80 or size[1] < 24:
        roll *= 0.05  # nothing but another size helps here
    if roll < 0.01:
        return chance.choice(SIZES)
    if roll < 0.02:
        return f"\x1b[200~{''.join(chance.choices(PASTED, k=chance.randint(1, 80)))}\x1b[201~"
    if roll < 0.05:
        return click(chance.randint(1, size[0]), chance.randint(1, size[1]), chance)
    if roll < 0.0505:
        return CTRL_Q
    return chance.choice(KEYS) if chance.random() < 0.6 else chance.choice(PRINTED)


def click(column: int, row: int, chance: random.Random) -> str:
    """A press and a release, two of them, a turn of the wheel, or a hand that only moves."""
    once = f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"
    wheel = f"\x1b[<{chance.choice((64, 65))};{column};{row}M"
    return chance.choice((once, once, once + once, wheel, f"\x1b[<35;{column};{row}M"))
