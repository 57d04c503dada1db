"""``immunosep-tui`` without a command: the ward board."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from immunosep_tui.cli.output import UNUSABLE, complain
from immunosep_tui.i18n import _, use_language
from immunosep_tui.ward.patients import InMemory, Patients

if TYPE_CHECKING:
    from immunosep_tui.rules.protocol import Protocol


def run(options: argparse.Namespace) -> int:
    """Open the board on an empty ward."""
    return open_board(options, InMemory())


def open_board(options: argparse.Namespace, patients: Patients) -> int:
    """Open the board on these patients; 3 where there is no terminal, ProfileError where the protocol is refused."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        complain(_("The board needs a terminal. Accepted without one: the commands of immunosep-tui --help."))
        return UNUSABLE
    from immunosep_tui.ui.app import ImmunoSepApp
    from immunosep_tui.ui.desk import Desk, site_zone

    def read_protocol() -> Protocol:
        from immunosep_tui.profile.files import load

        return load(options.protocol)

    use_language(None)
    app = ImmunoSepApp(Desk(read_protocol, patients, site_zone()))
    status = app.start(mouse=not options.no_mouse)
    if app.fault is not None:
        raise app.fault
    return status
