"""The key of an encrypted store in an envelope: opened by a passphrase, or by the recovery key that was written down."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from immunosep_tui.store.folders import sync_folder

KEY_BYTES: Final = 32
RECOVERY_BYTES: Final = 20
SUFFIX: Final = ".key"

_SCRYPT: Final = {"n": 2**16, "r": 8, "p": 1, "maxmem": 2**27}
"""64 MiB and about a quarter of a second for each try."""

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that are not taken for one another when they are copied by hand."""

_READ_AS: Final = str.maketrans("OIL", "011")


class WrongSecret(ValueError):
    """The envelope does not open with this passphrase or recovery key."""


@dataclass(frozen=True, slots=True)
class Wrap:
    """The key as one secret wraps it: all in hexadecimal."""

    salt: str
    hidden: str
    tag: str


def wrap(key: bytes, secret: bytes) -> Wrap:
    """Hide a key behind a secret.

    The pad is as long as the key, comes from a salt that is used once, and hides nothing else: a one-time pad, as hard to
    guess as the secret. The tag says whether the secret was the right one, and that nothing was changed.
    """
    salt = os.urandom(16)
    pad, authority = _stretched(secret, salt)
    hidden = _xor(key, pad)
    return Wrap(salt.hex(), hidden.hex(), hmac.digest(authority, salt + hidden, "sha256").hex())


def unwrap(wrapped: Wrap, secret: bytes) -> bytes:
    """The key; raises WrongSecret."""
    salt, hidden = bytes.fromhex(wrapped.salt), bytes.fromhex(wrapped.hidden)
    pad, authority = _stretched(secret, salt)
    if not hmac.compare_digest(hmac.digest(authority, salt + hidden, "sha256"), bytes.fromhex(wrapped.tag)):
        raise WrongSecret
    return _xor(hidden, pad)


def _stretched(secret: bytes, salt: bytes) -> tuple[bytes, bytes]:
    made = hashlib.scrypt(secret, salt=salt, dklen=2 * KEY_BYTES, **_SCRYPT)
    return made[:KEY_BYTES], made[KEY_BYTES:]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def new_recovery_key() -> str:
    """A recovery key to be written down: eight groups of four."""
    number = int.from_bytes(os.urandom(RECOVERY_BYTES), "big")
    letters = "".join(_LETTERS[(number >> (5 * place)) & 31] for place in range(32))
    return " ".join(letters[start : start + 4] for start in range(0, 32, 4))


def recovery_secret(text: str) -> bytes:
    """A recovery key as it was typed, whatever stands between its groups."""
    return "".join(c for c in text.upper().translate(_READ_AS) if c in _LETTERS).encode()


def passphrase_secret(text: str) -> bytes:
    """A passphrase as it is used."""
    return text.encode("utf-8", "surrogateescape")


def envelope_path(path: Path) -> Path:
    """Where the envelope of a store lies."""
    return path.with_name(path.name + SUFFIX)


def write_envelope(path: Path, wraps: dict[str, Wrap]) -> None:
    """Write the envelope of a store, whole or not at all."""
    target = envelope_path(path)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"version": 1, **{name: asdict(wrapped) for name, wrapped in wraps.items()}}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)


def read_envelope(path: Path) -> dict[str, Wrap]:
    """The wraps in the envelope of a store, by the name of their secret; OSError, ValueError where it is damaged."""
    found = json.loads(envelope_path(path).read_text("ascii"))
    return {name: Wrap(**found[name]) for name in ("passphrase", "recovery")}
