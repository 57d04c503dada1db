"""``immunosep-tui encrypt``: turn encryption at rest on, change the passphrase, or set one by the recovery key."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from immunosep_tui.cli.output import DONE, REFUSED, complain
from immunosep_tui.i18n import _

SHORTEST = 12
"""Characters of a passphrase. Local convention: four words that nobody would put together are better than any rule."""


def run(options: argparse.Namespace) -> int:
    """Encrypt the store of this machine, or change what opens it."""
    from immunosep_tui.store import encrypted
    from immunosep_tui.store.place import place_of

    place = place_of(options.store)
    if place.path is None:
        complain(_("A server is encrypted by its own disk and by TLS: see docs/postgresql.md. Accepted: a file."))
        return REFUSED
    if not place.path.exists():
        complain(_("{path}: there is no store to encrypt. Accepted: the path of a store.").format(path=place.path))
        return REFUSED
    if not sys.stdin.isatty():
        complain(_("A passphrase is asked for on a terminal only. Accepted: run this command in one."))
        return REFUSED
    if options.recover:
        recovery = getpass.getpass(_("Recovery key: "))
        new = _new_passphrase()
        if new is not None:
            encrypted.recover(place.path, recovery, new)
    elif options.change_passphrase:
        old = getpass.getpass(_("Present passphrase: "))
        new = _new_passphrase()
        if new is not None:
            encrypted.change_passphrase(place.path, old, new)
    else:
        return _turn_on(place.path)
    if new is None:
        return REFUSED
    print(_("Done: the store opens with the new passphrase from now on."))
    return DONE


def _turn_on(path: Path) -> int:
    from immunosep_tui.store.drafts import FILE_NAME
    from immunosep_tui.store.encrypted import encrypt
    from immunosep_tui.store.rotation import FOLDER_NAME

    passphrase = _new_passphrase()
    if passphrase is None:
        return REFUSED
    recovery = encrypt(path, path.absolute().parent / FILE_NAME, passphrase)
    print(_("The store is encrypted. Whoever loses the passphrase needs this recovery key; it is shown once:"))
    print(f"\n    {recovery}\n")
    print(_("Write it down on paper and keep it away from this machine. Without both, the records are lost."))
    print(_("Keep a copy of {path} too: nothing opens without it.").format(path=f"{path}.key"))
    folder = path.absolute().parent / FOLDER_NAME
    older = sorted(folder.glob("*.db")) if folder.exists() else []
    if older:
        text = _("{count} older backups in {folder} are not encrypted: remove them once there is a newer one.")
        print(text.format(count=len(older), folder=folder))
    print(_("A flash disk may keep what was written before: encrypt the whole disk where that matters."))
    return DONE


def _new_passphrase() -> str | None:
    """A passphrase, typed twice; None where it is not taken, which has been said."""
    passphrase = getpass.getpass(_("New passphrase, {least} characters or more: ").format(least=SHORTEST))
    if len(passphrase) < SHORTEST:
        complain(_("It is too short. Accepted: {least} characters or more.").format(least=SHORTEST))
        return None
    if getpass.getpass(_("The same passphrase again: ")) != passphrase:
        complain(_("It is not the same passphrase. Nothing was changed."))
        return None
    return passphrase
