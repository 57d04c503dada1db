"""Numbers and units: what is typed is read as it stands, or not at all."""

from __future__ import annotations

import random
from decimal import Decimal, InvalidOperation

from immunosep_tui.rules.number import Refusal, parse_number
from tests.hazards.control import Many, hazard, swap

SPELLINGS = (
    "4,420", "4,42", "4.4.2", "4.4.20", "1e5", "1E3", "nan", "NaN", "inf", "-1", "+5", "4_420", ".5", "5.", "00", "007",
    "4 420", " 4420", "4420 ", "4420\n", "４４２０", "٤٤٢٠", "४४२०", "4⁠420", "4\u00a0420", "4'420", "0x10", "1/2", "½", "²",
    "<5", ">40000", "≤5", "~4420", "4420?", "4420ng", "--1", "1-2", "4,4,2", ".", ",", "-", "", "1.", "1..2", "4\x0020",
    "4420\u200b", "\u202e0244", "4420\u0301", "1e-3", "1E+5", "0b1", "1.2e3", "∞", "四", "Ⅳ", "10**3", "1,0", "0,5",
    "O5", "l0",
)  # fmt: skip


def _by_float(text: str, decimals: int) -> Decimal | Refusal:
    """What a program does that trusts its language: the number that float() makes of it."""
    try:
        return Decimal(str(float(text.replace(",", ""))))
    except (ValueError, InvalidOperation):
        return parse_number("", decimals)


@hazard("HZ-05", without=swap("tests.hazards.test_numbers.parse_number", _by_float))
def test_text_that_is_no_plain_number_is_refused_and_any_other_prints_back_as_typed(many: Many) -> None:
    for spelling in SPELLINGS:
        assert isinstance(parse_number(spelling, 9), Refusal), spelling
    chance = random.Random(5)
    for _turn in many(2_000, 1_000_000):
        text = "".join(chance.choice("0123456789..,e-+_ \u0664\uff14") for _ in range(chance.randint(0, 8)))
        read = parse_number(text, 9)
        assert isinstance(read, Refusal) or format(read, "f") == text
