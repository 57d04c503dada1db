"""``immunosep-tui encrypt``: turn encryption at rest on, change the passphrase, or set one by the recovery key."""

from __future__ import annotations

import argparse
import getpass
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from immunosep_tui.cli.output import DONE, REFUSED, complain
from immunosep_tui.cli.passphrase import asker
from immunosep_tui.i18n import _, words
from immunosep_tui.rules.text import show
from immunosep_tui.store.place import Place, place_of

TRIES = 3
"""How often the recovery key may be typed back."""

CLEAR = "\x1b[H\x1b[2J\x1b[3J"
"""Clears a terminal, and what it would scroll back to."""


class Stop(Exception):
    """Nothing is done; the words have been said."""


def run(options: argparse.Namespace) -> int:
    """Encrypt the store of this machine, or change what opens it; StoreError where that is refused or cannot be done."""
    from immunosep_tui.store.encrypted import driver, is_encrypted
    from immunosep_tui.ui.hardening import keep_memory_private

    place = place_of(options.store)
    path = place.path
    if path is None:
        complain(_("A server is encrypted by its own disk and by TLS: see docs/postgresql.md. Accepted: a file."))
        return REFUSED
    if not path.exists():
        complain(_("{path}: there is no store to encrypt. Accepted: the path of a store.").format(path=path))
        return REFUSED
    if not sys.stdin.isatty():
        complain(_("A passphrase is asked for on a terminal only. Accepted: run this command in one."))
        return REFUSED
    driver()
    keep_memory_private()
    is_changed = options.recover or options.change_passphrase
    if is_changed and not is_encrypted(path):
        complain(
            _("{path} is not encrypted. Accepted: encrypt without --recover and --change-passphrase.").format(path=path)
        )
        return REFUSED
    try:
        if is_changed:
            _change(path, options.recover)
        if not is_changed and not (options.remove_plain_backups and is_encrypted(path)):
            _turn_on(place, path)
        _plain_copies(place, path, options.remove_plain_backups)
    except Stop:
        return REFUSED
    return DONE


def _change(path: Path, by_recovery_key: bool) -> None:
    from immunosep_tui.store.encrypted import set_passphrase, unlock_by_asking, unlock_by_recovery

    if by_recovery_key:
        key = unlock_by_recovery(path, input(_("Recovery key: ")))
    else:
        key = unlock_by_asking(path, lambda: getpass.getpass(_("Present passphrase: ")))
    set_passphrase(path, key, new_passphrase())
    print(_("Done: the store opens with the new passphrase from now on. The recovery key stays the same."))


def _turn_on(place: Place, path: Path) -> None:
    from immunosep_tui.store.anchor import anchor_of
    from immunosep_tui.store.encrypted import connector, is_encrypted
    from immunosep_tui.store.encrypting import already_encrypted, encrypt
    from immunosep_tui.store.files import open_file
    from immunosep_tui.store.opening import open_drafts, open_store
    from immunosep_tui.store.recovery_key import new_recovery_key

    if is_encrypted(path):
        raise already_encrypted(path)
    with closing(open_store(place)) as store:  # brings it to the latest schema
        if store.why_read_only is not None:
            raise store.why_read_only
    passphrase, recovery = new_passphrase(), new_recovery_key()
    _have_it_written_down(recovery)
    connect = connector(encrypt(path, passphrase, recovery))
    with closing(open_file(path, connect=connect)) as store:
        head = store.head()
    open_drafts(place, connect).close()
    print(show(_("Encrypted: {path}").format(path=path.absolute()), 1000))
    print(_("Entries: {count}. Anchor to note: {anchor}").format(count=head.seq, anchor=anchor_of(head)))
    print(
        _("The plain records were overwritten; a flash disk may keep them. Where that matters, encrypt the whole disk.")
    )
    print(_("Copies that you made yourself, on other disks too, are as plain as before."))


def _have_it_written_down(recovery: str) -> None:
    """Show a recovery key until it has been typed back."""
    from immunosep_tui.store.recovery_key import read_recovery_key

    print(_("This recovery key opens the records when the passphrase is forgotten. It is shown once:"))
    print(f"\n    {recovery}\n")
    print(_("Write it on paper and keep that away from this machine. Without both, the records are lost."))
    for _try in range(TRIES):
        if read_recovery_key(input(_("Type it from the paper: "))) == read_recovery_key(recovery):
            print(CLEAR if sys.stdout.isatty() else "", end="")
            return
        complain(_("It is not the same. Look at each group."))
    complain(_("Nothing was changed."))
    raise Stop


def _plain_copies(place: Place, path: Path, remove: bool) -> None:
    """Name the plain copies that are left, or remove them once there is an encrypted one."""
    from immunosep_tui.store.encrypting import plain_copies
    from immunosep_tui.store.exchange import destroy
    from immunosep_tui.store.opening import open_store
    from immunosep_tui.store.rotation import automatic_backup, backup_folder

    copies = plain_copies(path)
    if not copies:
        return
    if remove:
        with closing(open_store(place, ask=asker())) as store:
            automatic_backup(store, backup_folder(place), datetime.now(UTC))
        for copy in copies:
            destroy(copy)
        print(_("Plain backups removed: {count}. There is an encrypted one.").format(count=len(copies)))
        return
    print(_("These backups are plain: anybody can read them who has them."))
    for copy in copies:
        print(show(f"    {copy}", 1000))
    print(_("To overwrite and remove them: immunosep-tui encrypt --remove-plain-backups"))


def new_passphrase() -> str:
    """A passphrase, typed twice; Stop where it is not taken."""
    from immunosep_tui.store.envelope import LEAST_LENGTH, passphrase_fault

    passphrase = getpass.getpass(_("New passphrase, {least} characters or more: ").format(least=LEAST_LENGTH))
    fault = passphrase_fault(passphrase)
    if fault is not None:
        complain(words(fault))
        raise Stop
    if getpass.getpass(_("The same passphrase again: ")) != passphrase:
        complain(_("It is not the same passphrase. Nothing was changed."))
        raise Stop
    return passphrase
