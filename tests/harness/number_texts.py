"""Texts that nearly are numbers, and an independent reader that says which of them are plain ones."""

from __future__ import annotations

import unicodedata
from random import Random

from tests.harness.fuzzing import some_of

FOREIGN = tuple(chr(code) for code in range(0x80, 0x20000) if chr(code).isnumeric())
"""Digits, fractions and number signs of every script but ours."""

SIGNS = (
    *",,,,.....++--eE__  ''\"/*%<>=#$()[]{}:;|\\",
    *"\u2212\u2013\u2014\u00b1\u2264\u2265\u2248\u00d7\u00b7\u066b\u066c\u060c\uff0c\uff0e\u3002\u02d9",
    *"\u00a0\u2007\u2009\u202f\u3000\t\r\n\x0b\x0c\x85\u2028\u2029",
    *"\x00\x07\x08\x1b\x7f\x9b\xad\u200b\u200c\u200d\u200e\u202e\u2066\u2060\ufeff\ufffe\ufffd\ud800\udfff",
    *"\u0301\u0338\u20dd\ufe0f\U000e0031\U0001f4a9abcxXoOlI\u00b5\u03bc\u00b0\u00b2\u00bd",
)
"""What may come between digits by slip, by paste, by a keyboard of another country, or by intent."""

WORDS = (
    "nan", "NaN", "-nan", "inf", "Infinity", "-inf", "1e5", "1E-3", "1e999999", "0x1F", "0b1", "0o7", "1_000", "1 000",
    "1'000", "4,420", "4.420", "4,42", "1.234,5", "1,234.5", "12:30", "1/2", "50%", "5000", "4420", "4420.0", "00", "-0",
    "0.0", ".5", "5.", ".", ",", "-", "+", "", " ", "None", "true", "null", "=1+1", "#REF!", "1e", "e5", "0e0", "9" * 40,
)  # fmt: skip


def plausible(rng: Random) -> str:
    """A number as somebody would type it."""
    if rng.random() < 0.1:
        return rng.choice(WORDS)
    whole = str(rng.randrange(10 ** rng.randrange(1, 10)))
    if rng.random() < 0.5:
        return whole
    places = rng.randrange(1, 8)
    return f"{whole}.{rng.randrange(10**places):0{places}d}"


def mutated(rng: Random, text: str) -> str:
    """The text after a slip or a few."""
    for _slip in range(rng.choice((0, 1, 1, 1, 2, 3, 6))):
        start, end = some_of(rng, text)
        match rng.randrange(9):
            case 0:
                text = text[:start] + text[start + 1 :]
            case 1:
                text = text[:start] + text[start:end] * 2 + text[end:]
            case 2:
                text = text[:start] + rng.choice(FOREIGN) + text[start + rng.randrange(2) :]
            case 3:
                text = text[:end] + text[start:end][::-1] + text[end:]
            case 4:
                text = unicodedata.normalize(rng.choice(("NFKC", "NFD")), text)
            case 5:
                text = _full_width(text) if rng.random() < 0.5 else text[:start] + _full_width(text[start:])
            case 6 if rng.random() < 0.05:
                text = text[:start] + rng.choice(("0", "9", "1", ".", " ")) * rng.choice((10, 50, 4_000)) + text[start:]
            case _:
                text = text[:start] + rng.choice(SIGNS) + text[start:]
    return text


def _full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def any_text(rng: Random) -> str:
    """A text of a few characters out of all that there are."""
    return "".join(chr(rng.randrange(rng.choice((0x80, 0x250, 0x11_0000)))) for _ in range(rng.randrange(12)))


def text_like_a_number(rng: Random) -> str:
    """A number, a number after some slips, or something else altogether."""
    return any_text(rng) if rng.random() < 0.03 else mutated(rng, plausible(rng))


def is_plain(text: str, decimals: int, most: int = 9) -> bool:
    """Whether a text is digits with at most one point between them, read one character after the other."""
    whole = part = points = 0
    for sign in text:
        if sign == ".":
            points += 1
        elif sign not in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"):
            return False
        elif points:
            part += 1
        else:
            whole += 1
    leads_with_zero = text[:1] == "0" and whole > 1
    return 1 <= whole <= most and not leads_with_zero and (points == 0 or (points == 1 and 1 <= part <= decimals))
