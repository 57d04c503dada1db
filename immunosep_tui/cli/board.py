"""``immunosep-tui`` without a command: the ward board."""

from __future__ import annotations

import argparse
import sys

from immunosep_tui.cli.output import UNUSABLE, complain
from immunosep_tui.i18n import _, use_language
from immunosep_tui.profile.files import load
from immunosep_tui.ward.patients import InMemory, Patients


def run(options: argparse.Namespace) -> int:
    """Open the board on an empty ward."""
    return open_board(options, InMemory())


def open_board(options: argparse.Namespace, patients: Patients) -> int:
    """Open the board on these patients; 3 where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        complain(_("The board needs a terminal. Accepted without one: the commands of immunosep-tui --help."))
        return UNUSABLE
    protocol = load(options.protocol)
    from immunosep_tui.ui.app import ImmunoSepApp
    from immunosep_tui.ui.desk import Desk, site_zone

    use_language(None)
    return ImmunoSepApp(Desk(protocol, patients, site_zone())).start(mouse=not options.no_mouse)
