"""``immunosep-tui people``: who may sign in this store; PINs are asked for, never given as options."""

from __future__ import annotations

import argparse
import getpass
import platform
from typing import TYPE_CHECKING, NoReturn

from immunosep_tui.cli.output import DONE, REFUSED, complain, print_json
from immunosep_tui.i18n import _, words
from immunosep_tui.record.kinds import ROLES
from immunosep_tui.rules.text import show

if TYPE_CHECKING:
    from immunosep_tui.record.entry import Author
    from immunosep_tui.store.store import Store

DEEDS = ("list", "add", "reset", "retire")


class Stop(Exception):
    """The deed is refused; the words have been said."""


def run(options: argparse.Namespace) -> int:
    """List, add, reset or retire people."""
    from immunosep_tui.cli.store_option import existing_store

    if options.deed not in DEEDS:
        complain(_('"{deed}" is not known. Accepted: list, add, reset, retire.').format(deed=show(options.deed)))
        return REFUSED
    store = existing_store(options)
    try:
        return _list(store, options) if options.deed == "list" else _change(store, options)
    except Stop:
        return REFUSED
    finally:
        store.close()


def _list(store: Store, options: argparse.Namespace) -> int:
    from immunosep_tui.ward.people import people

    found = people(store)
    if options.json:
        print_json({"people": [{"initials": person.initials, "role": person.role} for person in found.values()]})
    else:
        for person in found.values():
            print(f"{show(person.initials):6} {_(person.role)}")
    return DONE


def _change(store: Store, options: argparse.Namespace) -> int:
    from immunosep_tui.store.clock import machine_clock
    from immunosep_tui.ward.people import change_pin, enroll, people, read_initials, retire

    initials, known = read_initials(options.initials or ""), people(store)
    if initials is None:
        _refuse(_("Initials are wanted. Accepted: two to four letters from A to Z."))
    if (initials in known) is (options.deed == "add"):
        _refuse(_("{initials}: these initials are taken or not there. See people list.").format(initials=initials))
    if options.deed == "add" and options.role not in ROLES:
        _refuse(_("A role is wanted. Accepted: --role {roles}.").format(roles="|".join(ROLES)))
    by = who_does_it(store) if known else None
    now, place = machine_clock().utc, platform.node()
    if options.deed == "add":
        enroll(store, initials, options.role, _new_pin(), by, now, place)
    elif by is not None and options.deed == "reset":
        change_pin(store, initials, _new_pin(), by, now, options.reason, place)
    elif by is not None:
        retire(store, initials, by, now, options.reason, place)
    print(_("{initials}: done.").format(initials=initials))
    return DONE


def who_does_it(store: Store) -> Author:
    """Somebody who may sign already, by initials and PIN."""
    from immunosep_tui.store.clock import machine_clock
    from immunosep_tui.ward.people import SignedIn, people, read_initials, sign_in

    initials = read_initials(input(_("Your own initials: ")))
    person = people(store).get(initials or "")
    if person is None:
        _refuse(_("Nobody with these initials signs here."))
    found = sign_in(store, person, getpass.getpass(_("Your own PIN: ")), machine_clock().utc, platform.node())
    if not isinstance(found, SignedIn):
        _refuse(words(found.text))
    return found.author


def _new_pin() -> str:
    from immunosep_tui.ward.people import pin_fault

    pin = getpass.getpass(_("New PIN: "))
    fault = pin_fault(pin)
    if fault is not None:
        _refuse(words(fault))
    if getpass.getpass(_("The same PIN again: ")) != pin:
        _refuse(_("It is not the same PIN."))
    return pin


def _refuse(text: str) -> NoReturn:
    complain(text)
    raise Stop
