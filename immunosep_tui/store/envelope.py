"""The key file beside an encrypted store: its data key, wrapped once by a passphrase and once by a recovery key."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store.errors import Unusable
from immunosep_tui.store.folders import sync_folder
from immunosep_tui.store.place import key_file

KEY_BYTES: Final = 32
"""Length of the data key: AES with 256 bits."""

LEAST_LENGTH, LEAST_DIFFERENT = 12, 5
"""Characters of a passphrase, and how many different ones. Local convention."""

COST: Final = {"n": 2**16, "r": 8, "p": 1}
"""What one guess costs with scrypt: 64 MiB of memory and about a quarter of a second."""

_FORMAT: Final = 1
_SALT_BYTES: Final = 16
_MOST_MEMORY: Final = 2**28
_MOST_WORK: Final = 2**17
"""Largest ``n`` times ``p`` of a key file: a foreign one must not hold up the program for minutes."""
_MOST_BYTES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Wrap:
    """Content that one secret opens: costs and salt of scrypt, the masked content, and the tag over all of it."""

    n: int
    r: int
    p: int
    salt: bytes
    masked: bytes
    tag: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a key file says; ``id`` is that of the data key, the same in the key files of its backups."""

    id: str
    passphrase: Wrap
    recovery: Wrap


def passphrase_fault(text: str) -> Sentence | None:
    """Why a passphrase is not taken; None where it is."""
    if len(text) < LEAST_LENGTH:
        return say(N_("A passphrase has at least {least} characters: take several words."), least=LEAST_LENGTH)
    if len(set(text)) < LEAST_DIFFERENT:
        return say(N_("A passphrase has at least {least} different characters."), least=LEAST_DIFFERENT)
    return None


def seal(key: bytearray, passphrase: str, recovery: str) -> Envelope:
    """A new envelope round a data key; the recovery key as ``read_recovery_key`` gives it."""
    name = secrets.token_hex(8)
    return Envelope(name, wrap(key, passphrase, name, "passphrase"), wrap(key, recovery, name, "recovery"))


def with_passphrase(envelope: Envelope, key: bytearray, passphrase: str) -> Envelope:
    """The same envelope with another passphrase; data key and recovery key stay."""
    return replace(envelope, passphrase=wrap(key, passphrase, envelope.id, "passphrase"))


def open_by_passphrase(envelope: Envelope, passphrase: str) -> bytearray | None:
    """The data key; None where the passphrase is wrong."""
    return unwrap(envelope.passphrase, passphrase, envelope.id, "passphrase")


def open_by_recovery(envelope: Envelope, recovery: str) -> bytearray | None:
    """The data key; None where the recovery key, as ``read_recovery_key`` gives it, is wrong."""
    return unwrap(envelope.recovery, recovery, envelope.id, "recovery")


def wipe(key: bytearray) -> None:
    """Overwrite a key in memory."""
    key[:] = bytes(len(key))


# A wrap is the content XOR a mask of the same length, a one-time pad. It is sound because no mask is ever used twice:
# scrypt makes it from the secret and a salt that is drawn anew for each wrap, so that without the secret the sum looks
# random whatever the content is. Nothing but the length of the content shows. The tag tells a wrong secret from a right
# one, and that nothing was changed; its key is another part of scrypt's output, which is independent of the mask.


def wrap(
    content: bytes | bytearray, secret: str, name: str, purpose: str, cost: Mapping[str, int] | None = None
) -> Wrap:
    """Content that one secret opens; ``name`` and ``purpose`` are part of what the tag vouches for.

    ``cost`` is that of one guess; another than ``COST`` is for secrets that are drawn by chance and long.
    """
    blank = Wrap(**(cost or COST), salt=secrets.token_bytes(_SALT_BYTES), masked=b"", tag=b"")
    mask, tag_key = _stretch(blank, secret, len(content))
    masked = replace(blank, masked=_xor(content, mask))
    return replace(masked, tag=_tag(masked, tag_key, name, purpose))


def unwrap(sealed: Wrap, secret: str, name: str, purpose: str) -> bytearray | None:
    """The content of a wrap; None where the secret is wrong or anything was changed."""
    mask, tag_key = _stretch(sealed, secret, len(sealed.masked))
    if not hmac.compare_digest(_tag(sealed, tag_key, name, purpose), sealed.tag):
        return None
    return bytearray(_xor(sealed.masked, mask))


def _stretch(sealed: Wrap, secret: str, length: int) -> tuple[bytes, bytes]:
    """The mask and the key of the tag that follow from a secret; the same letters typed elsewhere are the same secret."""
    text = unicodedata.normalize("NFKC", secret).encode("utf-8", "surrogatepass")
    costs = {"n": sealed.n, "r": sealed.r, "p": sealed.p}
    made = hashlib.scrypt(text, salt=sealed.salt, **costs, maxmem=_MOST_MEMORY, dklen=length + 32)
    return made[:length], made[length:]


def _tag(sealed: Wrap, tag_key: bytes, name: str, purpose: str) -> bytes:
    said = f"{_FORMAT} {name} {purpose} {sealed.n} {sealed.r} {sealed.p} {sealed.salt.hex()} {sealed.masked.hex()}"
    return hmac.digest(tag_key, said.encode("utf-8", "surrogatepass"), "sha256")


def _xor(one: bytes | bytearray, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def read_envelope(file: Path) -> Envelope:
    """What a key file says; Unusable where it cannot be read or is none."""
    try:
        found = read_sealed(file, _FORMAT, _MOST_BYTES)
        return Envelope(found["id"], read_wrap(found["passphrase"]), read_wrap(found["recovery"]))
    except OSError as error:
        text = say(N_("The key file {path} cannot be read ({detail})."), path=file, detail=error.strerror)
    except (ValueError, TypeError, KeyError, RecursionError):
        text = say(N_("The key file {path} is damaged."), path=file)
    raise Unusable(text, say(N_("Put a copy of it back: each encrypted backup has one beside it.")))


def read_sealed(file: Path, version: int, most_bytes: int) -> dict[str, Any]:
    """The object with an ``id`` in a file of ours.

    Args:
        file: where it is.
        version: of the format that is known.
        most_bytes: longest that such a file can be; no more of it is read.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is longer, of another version, or holds something else, as do KeyError, TypeError and
            RecursionError.
    """
    with file.open("rb") as opened:
        raw = opened.read(most_bytes + 1)
    found: dict[str, Any] = json.loads(raw) if len(raw) <= most_bytes else {}
    if found["format"] != version or not isinstance(found["id"], str):
        raise ValueError("another format")
    return found


def read_wrap(found: Mapping[str, Any], length: int = KEY_BYTES) -> Wrap:
    """A wrap of content of a length, with costs that this machine can bear; ValueError where it is none."""
    costs = [found[name] for name in COST]
    if not all(type(cost) is int and cost > 0 for cost in costs):
        raise ValueError("costs are whole numbers")
    n, r, p = costs
    if n < 2 or n & (n - 1) or r != COST["r"] or n * p > _MOST_WORK:
        raise ValueError("costs out of range")
    salt, masked, tag = (bytes.fromhex(found[name]) for name in ("salt", "masked", "tag"))
    if (len(salt), len(masked), len(tag)) != (_SALT_BYTES, length, 32):
        raise ValueError("a part has another length")
    return Wrap(n, r, p, salt, masked, tag)


def write_envelope(file: Path, envelope: Envelope) -> None:
    """Put a key file in place, durably and whole or not at all; OSError where that fails."""
    said = {"format": _FORMAT, **asdict(envelope)}
    put_file(file, (json.dumps(said, default=bytes.hex, indent=1) + "\n").encode("ascii"))


def carry_key(source: Path, target: Path) -> None:
    """Put the key file of an encrypted file beside a copy of it, before the copy has its name; OSError.

    Without it the copy would be lost with the disk that the original lies on.
    """
    if key_file(source).exists():
        put_file(key_file(target), key_file(source).read_bytes())


def same_key(one: Path, other: Path) -> bool:
    """Whether two encrypted files have the same data key, as their key files say; Unusable where one is damaged."""
    files = key_file(one), key_file(other)
    return all(file.exists() for file in files) and read_envelope(files[0]).id == read_envelope(files[1]).id


def put_file(file: Path, content: bytes) -> None:
    """Put a file in place that only its owner can open, durably and whole or not at all; OSError where that fails."""
    part = file.with_name(f"{file.name}.{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)
        sync_folder(file.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
