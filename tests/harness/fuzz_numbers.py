"""Random texts at the number gate: each is refused in words, or taken as exactly what it says.

Usage: ``python -m tests.harness.fuzz_numbers --inputs 1000000 --seed 1``. The exit status is 1 where anything is raised,
where what was taken does not print back as it was typed, or where a plain number is not taken.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from random import Random

from immunosep_tui.profile.files import load
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.text import show
from immunosep_tui.rules.units import DECIMALS, Bands, Entry, read_quantity
from tests.harness.fuzzing import Tally, Wrong, command_line, fuzz
from tests.harness.number_texts import is_plain, mutated, text_like_a_number

_NAMES = tuple(ANALYTES)


@cache
def _bands() -> Bands:
    return load().bands


def _told(refusal: Refusal, text: str) -> None:
    said = str(refusal)
    if refusal.typed != text or not str(refusal.why) or not str(refusal.accepted):
        raise Wrong(f"{text!r:.200}: the refusal does not say what was typed, why, and what is accepted: {said}")
    if show(said, len(said)) != said:
        raise Wrong(f"{text!r:.200}: the refusal has a character that a terminal obeys: {said!r}")


def gate(rng: Random) -> tuple[str, bool]:
    """A text at the gate."""
    text, decimals = text_like_a_number(rng), rng.choice((0, 1, 2, 6, DECIMALS))
    found = parse_number(text, decimals)
    if isinstance(found, Refusal):
        _told(found, text)
        if is_plain(text, decimals):
            raise Wrong(f"{text!r:.200}: a plain number is refused")
        return "number", False
    if type(found) is not Decimal or not is_plain(text, decimals) or format(found, "f") != text:
        raise Wrong(f"{text!r:.200} is taken as {found!r}")
    return "number", True


def with_unit(rng: Random) -> tuple[str, bool]:
    """A text with a unit, as it is typed into a form."""
    analyte = ANALYTES[rng.choice(_NAMES)]
    unit = rng.choice(analyte.units)
    spelling = rng.choice((unit.name, *unit.spellings))
    number = text_like_a_number(rng)
    text = number + rng.choice(("", " ", " ", "  ")) + (mutated(rng, spelling) if rng.random() < 0.2 else spelling)
    found = read_quantity(text, analyte.name, _bands() if rng.random() < 0.5 else {})
    if isinstance(found, Refusal):
        _told(found, text)
        return "quantity", False
    _same(found, text)
    return "quantity", True


def _same(found: Entry, text: str) -> None:
    """The number is the beginning of the text to its last digit, and a unit that this analyte knows is the rest."""
    number = format(found.quantity.value, "f")
    rest = text.removeprefix(number)
    if not text.startswith(number) or not is_plain(number, DECIMALS) or rest[:1].isnumeric():
        raise Wrong(f"{text!r:.200} is taken as {found.quantity}")
    unit = ANALYTES[found.quantity.analyte].unit(found.quantity.unit)
    known = {_folded(spelling) for spelling in (unit.name, *unit.spellings)}
    if found.unit_stated is (rest == "") or (rest and _folded(rest.removeprefix(" ")) not in known):
        raise Wrong(f"{text!r:.200} is taken in {found.quantity.unit}")


def _folded(unit: str) -> str:
    return unit.casefold().replace("\u03bc", "u").replace("mc", "u")


def examine(rng: Random) -> tuple[str, bool]:
    """Three texts of four at the gate itself, the others with a unit."""
    return gate(rng) if rng.random() < 0.75 else with_unit(rng)


def run(seed: int, numbers: Sequence[int]) -> Tally:
    """Examine the texts of these numbers."""
    return fuzz(seed, numbers, examine)


if __name__ == "__main__":
    sys.exit(command_line(__doc__, run))
