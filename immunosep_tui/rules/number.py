"""The number gate: typed text becomes an exact decimal or a refusal that says why. Nothing is repaired or guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.text import show

WHOLE_DIGITS = 9
"""Most digits before the decimal point."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Typed text that is not taken: a stable code, the text, why, and what would be accepted."""

    code: str
    typed: str
    why: Sentence
    accepted: Sentence

    def __str__(self) -> str:
        return f'"{show(self.typed, 40)}": {self.why} {self.accepted}'


@lru_cache
def _shape(decimals: int) -> re.Pattern[str]:
    fraction = rf"(\.[0-9]{{1,{decimals}}})?" if decimals else ""
    return re.compile(rf"(0|[1-9][0-9]{{0,{WHOLE_DIGITS - 1}}}){fraction}")


def accepted_number(decimals: int) -> Sentence:
    """What the gate takes, in words."""
    if decimals == 0:
        return say(N_("Accepted: a whole number in the digits 0 to 9, such as 12."))
    return say(
        N_("Accepted: digits 0 to 9 with at most one decimal point and {decimals} decimals, such as 12 or 0.5."),
        decimals=decimals,
    )


def parse_number(text: str, decimals: int) -> Decimal | Refusal:
    """Read ``text`` as an exact, unsigned decimal.

    Args:
        text: as typed; ASCII digits, one optional decimal point, no sign, space, comma or exponent.
        decimals: most digits after the point, 0 for a whole number.

    Returns:
        A decimal whose plain notation is exactly ``text``, or a refusal.
    """
    if _shape(decimals).fullmatch(text):
        return Decimal(text)
    code, why = _why_refused(text, decimals)
    return Refusal(code, text, why, accepted_number(decimals))


def _both_readings(text: str) -> Sentence:
    as_thousands = text.replace(",", "")
    as_decimal = text.replace(",", ".").rstrip("0").rstrip(".")
    readings = {as_thousands, as_decimal}
    if "." not in text and len(readings) == 2 and all(_shape(WHOLE_DIGITS).fullmatch(each) for each in readings):
        return say(
            N_("A comma can mean thousands or decimals: write {thousands} or {decimal}."),
            thousands=as_thousands,
            decimal=as_decimal,
        )
    return say(N_("A comma can mean thousands or decimals: write the number with a decimal point and no comma."))


_WORDS = {"nan", "inf", "infinity"}


def _why_refused(text: str, decimals: int) -> tuple[str, Sentence]:
    """The first fault in ``text``, from the most to the least surprising."""
    digits_and_point = text.replace(".", "")
    faults: tuple[tuple[bool, str, str], ...] = (
        (text == "", "empty", N_("Nothing was typed.")),
        (
            any(unicodedata.category(c) in {"Cc", "Cf"} for c in text),
            "control_character",
            N_("It holds a control or invisible character."),
        ),
        (
            any(c.isnumeric() and not c.isascii() for c in text),
            "foreign_digits",
            N_("It holds digits that are not the plain digits 0 to 9, such as full-width ones."),
        ),
        (
            text[0:1] in {"<", ">"} or text[0:1] in {"≤", "≥"},
            "comparison",
            N_(
                "A comparison sign is not a number: a value that the laboratory reports as a limit is not known exactly."
            ),
        ),
        (text.lower().lstrip("+-") in _WORDS, "not_a_number", N_("NaN and infinity are not measurements.")),
        (
            text[0:1] in {"-", "+", "\N{MINUS SIGN}", "\N{EN DASH}"},
            "sign",
            N_("A measurement is written without a sign and cannot be negative."),
        ),
        (text != text.strip() or " " in text, "space", N_("It holds a space.")),
        (text.count(".") > 1, "two_points", N_("It holds two decimal points.")),
        (
            re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", text) is not None,
            "exponent",
            N_("An exponent is not taken: write the number out."),
        ),
        (not (digits_and_point.isascii() and digits_and_point.isdigit()), "not_a_number", N_("This is not a number.")),
        (text.startswith("."), "leading_point", N_("Write a zero before the decimal point.")),
        (text.endswith("."), "trailing_point", N_("Nothing follows the decimal point.")),
        (
            len(text.partition(".")[0]) > WHOLE_DIGITS,
            "too_long",
            N_("It has more digits than any measurement taken here."),
        ),
        (text.startswith("0") and text[1:2] != ".", "leading_zero", N_("It begins with a zero.")),
    )
    if "," in text and text.isascii() and text.isprintable():
        return "comma", _both_readings(text)
    for fault, code, why in faults:
        if fault:
            return code, say(why)
    if decimals == 0:
        return "not_whole", say(N_("A whole number is wanted here."))
    return "too_many_decimals", say(N_("It has more than {decimals} decimals."), decimals=decimals)
