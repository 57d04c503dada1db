"""Encrypted stores for tests, with a passphrase that takes no time to check."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

from immunosep_tui.record.clock import Clock
from immunosep_tui.store import envelope
from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.encrypted import Connector, unlock
from immunosep_tui.store.encrypting import encrypt
from immunosep_tui.store.files import open_file
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.place import Place
from immunosep_tui.store.recovery_key import new_recovery_key
from immunosep_tui.store.store import Store

PASSPHRASE: Final = "four words in a row"
KEY: Final = bytes(range(32))


def make_guesses_cheap() -> None:
    """How long a guess takes is not what is tested here."""
    envelope.COST["n"] = 2**4


def sealed(path: Path, recovery: str = "") -> bytearray:
    """Encrypt the store in a file, made where there is none; its data key."""
    with closing(open_file(path)):
        pass
    return encrypt(path, PASSPHRASE, recovery or new_recovery_key())


def opened(path: Path, clock: Clock = machine_clock) -> Store:
    """Open a store as the program does, whether it is encrypted or not."""
    return open_store(Place(path), clock=clock, ask=lambda: PASSPHRASE)


def key_of(path: Path) -> bytearray:
    """The data key of an encrypted store."""
    return unlock(path, PASSPHRASE)


def with_known_key(path: Path) -> Store:
    """A store that is encrypted with the key of the tests, without a key file."""
    return open_file(path, connect=Connector(bytearray(KEY)))
