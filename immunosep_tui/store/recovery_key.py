"""The recovery key of an encrypted store: forty characters on paper that open it when the passphrase is forgotten."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which are taken for other letters or digits."""

GROUP, GROUPS = 5, 8

_DRAWN: Final = GROUP * (GROUPS - 1)
"""Characters by chance, 5 bits each; the last group follows from them, so that a slip of the pen is noticed."""

_READ_AS: Final = str.maketrans("OIL", "011", "- \t")


def new_recovery_key() -> str:
    """A new recovery key, as it is printed."""
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(_DRAWN))
    whole = drawn + _check(drawn)
    return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def read_recovery_key(text: str) -> str | None:
    """The characters of a recovery key as somebody typed it, in groups or not; None where there is a slip in it."""
    typed = text.upper().translate(_READ_AS)
    if len(typed) != GROUP * GROUPS or not set(typed) <= set(ALPHABET) or _check(typed[:_DRAWN]) != typed[_DRAWN:]:
        return None
    return typed


def _check(drawn: str) -> str:
    number = int.from_bytes(hashlib.sha256(drawn.encode("ascii")).digest()[:4], "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(GROUP))
