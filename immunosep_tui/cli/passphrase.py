"""Asking for a passphrase: on the terminal only, never by an option or the environment."""

from __future__ import annotations

import getpass
import sys

from immunosep_tui.i18n import _
from immunosep_tui.store.opening import Ask


def asker() -> Ask | None:
    """What asks for the passphrase of an encrypted store; None where there is no terminal to ask on."""
    if not sys.stdin.isatty():
        return None
    return lambda: getpass.getpass(_("Passphrase of the store: "))
