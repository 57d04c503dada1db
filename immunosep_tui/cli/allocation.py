"""``immunosep-tui allocation import FILE``: seal the list of a blinded trial, so that the pharmacist alone can open it."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from immunosep_tui.cli import encrypt, people
from immunosep_tui.cli.output import DONE, REFUSED, complain, refused
from immunosep_tui.cli.store_option import existing_store
from immunosep_tui.i18n import _, words
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.sofa.reading import one_of
from immunosep_tui.rules.text import show

if TYPE_CHECKING:
    from immunosep_tui.store.store import Store

PHARMACIST = "pharmacist"


def run(options: argparse.Namespace) -> int:
    """Seal a list; 2 where it, the person or the passphrase is refused, StoreError where there is a sealed one already."""
    from immunosep_tui.store.folders import write_new
    from immunosep_tui.store.place import place_of
    from immunosep_tui.store.sealed_list import list_file, seal_list
    from immunosep_tui.ui.hardening import keep_memory_private
    from immunosep_tui.ward.allocation import ListRefused, read_arms

    deed = one_of(options.deed, ("import",))
    if isinstance(deed, Refusal):
        return refused([("allocation", deed)])
    if not sys.stdin.isatty():
        complain(_("A passphrase is asked for on a terminal only. Accepted: run this command in one."))
        return REFUSED
    keep_memory_private()
    source, target = Path(options.file), list_file(place_of(options.store))
    envelopes = Path(options.envelopes) if options.envelopes else None
    if envelopes is not None and envelopes.exists():
        complain(_("{path} is there already. Accepted: the name of a new file.").format(path=envelopes))
        return REFUSED
    try:
        arms = read_arms(source)
        with closing(existing_store(options)) as store:
            _is_pharmacist(store)
        codes = seal_list(target, arms, encrypt.new_passphrase(), envelopes=envelopes is not None)
    except ListRefused as error:
        where = f"{source}: {error.where}" if error.where else str(source)
        complain(f"{where}: {words(error.why)} {words(error.accepted)}")
        return REFUSED
    except (people.Stop, encrypt.Stop):
        return REFUSED
    if envelopes is not None:
        write_new(envelopes, "".join(f"{number},{code}\n" for number, code in codes.items()))
        print(
            show(
                _("Emergency codes: {path}. Print it, seal each code in an envelope, destroy it.").format(
                    path=envelopes
                )
            )
        )
    print(_("Sealed: {count} numbers.").format(count=len(arms)), show(str(target.absolute()), 1000))
    print(_("No backup has it. Keep a copy of the sealed file, and the open list where the ward cannot read it."))
    return DONE


def _is_pharmacist(store: Store) -> None:
    """Ask who does it; people.Stop unless that is a pharmacist who may sign."""
    author = people.who_does_it(store)
    if author.role != PHARMACIST:
        complain(_("Only a pharmacist seals the list. Accepted: initials and PIN of a pharmacist."))
        raise people.Stop
