"""The sealed list beside a store: which number stands for which arm, behind a passphrase that the pharmacist alone has.

Size and bytes of the file do not tell the arms: each is one letter of an encrypted text that is filled up to whole blocks.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from immunosep_tui.rules.reason import N_, say
from immunosep_tui.store.envelope import Wrap, put_file, read_sealed, read_wrap, unwrap, wrap
from immunosep_tui.store.errors import Declined, Unusable
from immunosep_tui.store.place import Place, data_folder
from immunosep_tui.store.recovery_key import new_recovery_key, read_recovery_key

ARMS: Final = ("precision", "placebo")
"""What a number can stand for."""

_FORMAT: Final = 1
_BLOCK: Final = 4096
"""Bytes that the encrypted text is filled up to, so that its length tells the count of numbers only roughly."""
_MOST_BYTES: Final = 2_000_000
_LETTERS: Final = {arm: str(place) for place, arm in enumerate(ARMS)}
_LIST: Final = "sealed list"
_CHEAP: Final = {"n": 2, "r": 8, "p": 1}
"""What one guess of an emergency code costs: nobody guesses 175 bits that were drawn by chance."""


@dataclass(frozen=True, slots=True)
class SealedList:
    """What the file says without a secret: the list as a whole, and an emergency envelope for each number that has one."""

    id: str
    list: Wrap
    envelopes: Mapping[str, Wrap] = field(default_factory=dict)


def list_file(place: Place) -> Path:
    """Where the sealed list of a store lies: beside its file, or in the user's own data folder for a server."""
    if place.path is not None:
        return place.path.with_name(f"{place.path.name}.allocation")
    return data_folder() / f"allocation-{hashlib.sha256(place.shown.encode()).hexdigest()[:16]}"


def seal_list(file: Path, arms: Mapping[str, str], passphrase: str, *, envelopes: bool = False) -> dict[str, str]:
    """Write a new sealed list; the emergency codes by number, none unless ``envelopes``.

    Args:
        file: where it goes.
        arms: one of ``ARMS`` by number, in the order in which the numbers are given out.
        passphrase: opens the list.
        envelopes: whether each number also gets a code of its own that opens this number and no other.

    Raises:
        Declined: there is one already.
        OSError: it cannot be written.
    """
    if file.exists():
        text = N_("There is a sealed list already: {path}.")
        advice = N_("Numbers that were given out rest on it. Move it away only if none was.")
        raise Declined(say(text, path=file), say(advice))
    name = secrets.token_hex(8)
    content = json.dumps([[number, _LETTERS[arm]] for number, arm in arms.items()]).encode("ascii")
    filled = content.ljust(-(-len(content) // _BLOCK) * _BLOCK)
    codes = {number: new_recovery_key() for number in arms} if envelopes else {}
    opened = {
        number: wrap(_LETTERS[arms[number]].encode(), read_recovery_key(code) or "", name, number, _CHEAP)
        for number, code in codes.items()
    }
    sealed = SealedList(name, wrap(filled, passphrase, name, _LIST), opened)
    said = {"format": _FORMAT, **asdict(sealed)}
    put_file(file, (json.dumps(said, default=bytes.hex) + "\n").encode("ascii"))
    return codes


def read_list(file: Path) -> SealedList:
    """The sealed list; Unusable where there is none or it is damaged."""
    try:
        found = read_sealed(file, _FORMAT, _MOST_BYTES)
        envelopes = {str(number): read_wrap(each, 1) for number, each in found["envelopes"].items()}
        return SealedList(found["id"], _read_filled(found["list"]), envelopes)
    except FileNotFoundError:
        text = say(N_("There is no sealed list at {path}."), path=file)
        raise Unusable(text, say(N_("immunosep-tui allocation import FILE makes one."))) from None
    except OSError as error:
        text = say(N_("The sealed list {path} cannot be read ({detail})."), path=file, detail=error.strerror)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        text = say(N_("The sealed list {path} is damaged."), path=file)
    raise Unusable(text, say(N_("Put a copy of it back. Nothing is guessed: no number can be prepared without it.")))


def _read_filled(found: Mapping[str, Any]) -> Wrap:
    length = len(bytes.fromhex(found["masked"]))
    if not length or length % _BLOCK:
        raise ValueError("a part has another length")
    return read_wrap(found, length)


def open_list(sealed: SealedList, passphrase: str) -> dict[str, str] | None:
    """The arm of each number, in order; None where the passphrase is wrong or the list was changed."""
    content = unwrap(sealed.list, passphrase, sealed.id, _LIST)
    if content is None:
        return None
    return {number: ARMS[int(letter)] for number, letter in json.loads(content.decode("ascii"))}


def open_envelope(sealed: SealedList, number: str, code: str) -> str | None:
    """The arm of one number by its emergency code; None where it has none or the code is wrong."""
    typed, envelope = read_recovery_key(code), sealed.envelopes.get(number)
    if typed is None or envelope is None:
        return None
    letter = unwrap(envelope, typed, sealed.id, number)
    return None if letter is None else ARMS[int(letter.decode("ascii"))]
