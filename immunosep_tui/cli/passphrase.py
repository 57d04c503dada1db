"""Asking for a passphrase: on the terminal only, never by an option or the environment."""

from __future__ import annotations

import getpass
import sys

from immunosep_tui.cli.output import complain
from immunosep_tui.i18n import _
from immunosep_tui.store.opening import Ask


def asker() -> Ask | None:
    """What asks for the passphrase of an encrypted store; None where there is no terminal to ask on."""
    if not sys.stdin.isatty():
        return None
    asked = False

    def ask() -> str:
        nonlocal asked
        if asked:
            complain(_("The passphrase is not the one of this store."))
        else:
            from immunosep_tui.ui.hardening import keep_memory_private

            keep_memory_private()
        asked = True
        return getpass.getpass(_("Passphrase of the store: "))

    return ask
