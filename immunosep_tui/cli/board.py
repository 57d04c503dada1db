"""``immunosep-tui`` without a command: the ward board."""

from __future__ import annotations

import argparse
import platform
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from immunosep_tui.cli.output import UNUSABLE, complain
from immunosep_tui.cli.passphrase import asker
from immunosep_tui.i18n import _, use_language

if TYPE_CHECKING:
    from immunosep_tui.rules.protocol import Protocol
    from immunosep_tui.store.drafts import Drafts
    from immunosep_tui.store.store import Store


def run(options: argparse.Namespace) -> int:
    """Open the board on the ward's store."""
    from immunosep_tui.store.backup import connect_of
    from immunosep_tui.store.errors import OtherMachine
    from immunosep_tui.store.opening import open_drafts, open_store
    from immunosep_tui.store.place import place_of

    if not at_terminal():
        return UNUSABLE
    place = place_of(options.store)
    store = open_store(place, ask=asker())
    drafts = open_drafts(place, connect_of(store), elsewhere=isinstance(store.why_read_only, OtherMachine))
    return open_board(options, store, drafts, care=place.url or str(place.path))


def at_terminal() -> bool:
    """Whether there is a terminal to open the board in; where there is none, that is said."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return True
    complain(_("The board needs a terminal. Accepted without one: the commands of immunosep-tui --help."))
    return False


def open_board(
    options: argparse.Namespace, store: Store, drafts: Drafts, *, care: str = "", is_demo: bool = False
) -> int:
    """Open the board on a store and close both at the end; ProfileError where the protocol is refused.

    Args:
        options: of the command.
        store: the records.
        drafts: what is typed on this machine.
        care: the store as ``--store`` takes it, to be verified and backed up; empty for one that is not.
        is_demo: whether the store is thrown away at the end.
    """
    from immunosep_tui.store.errors import StoreError
    from immunosep_tui.store.place import place_of
    from immunosep_tui.store.sealed_list import list_file
    from immunosep_tui.ui.app import ImmunoSepApp
    from immunosep_tui.ui.desk import Desk, site_zone
    from immunosep_tui.ui.hardening import keep_memory_private

    keep_memory_private()

    def read_protocol() -> Protocol:
        from immunosep_tui.profile.files import load_unblinded

        return load_unblinded(options.protocol)

    use_language(None)
    follows = options.protocol is None
    desk = Desk(
        read_protocol, store, drafts, site_zone(), is_demo=is_demo, place=platform.node(), care=care, follows=follows
    )
    with suppress(StoreError):  # the board says it, and more
        desk.read_zone()
    if care:
        desk.sealed_list = list_file(place_of(care))

    def close() -> None:
        if not desk.close():
            complain(_("What was typed last could not be written to the disk."))

    app = ImmunoSepApp(desk)
    status = app.start(mouse=not options.no_mouse, then=close)
    if app.fault is not None:
        raise app.fault
    return status
