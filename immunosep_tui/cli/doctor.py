"""``immunosep-tui doctor``: what this machine can show and store, and what to do about what it cannot."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from functools import partial

from immunosep_tui.cli.machine import machine_checks, settings_checks
from immunosep_tui.cli.output import ATTENTION, DONE, UNUSABLE, print_json
from immunosep_tui.cli.passphrase import asker
from immunosep_tui.cli.store_option import protocol_stamp
from immunosep_tui.i18n import _, words
from immunosep_tui.rules.text import show
from immunosep_tui.store.health import Check, store_checks
from immunosep_tui.store.place import place_of


def run(options: argparse.Namespace) -> int:
    """Print each check; 4 where one needs a person, 3 where the store cannot be used."""
    of_store = store_checks(place_of(options.store), datetime.now(UTC), asker(), partial(settings_checks, options))
    checks = [*machine_checks(options), *of_store]
    if options.json:
        listed = [_json(check) for check in checks]
        all_ok = all(check.ok for check in checks)
        print_json({"checks": listed, "ok": all_ok, "protocol": protocol_stamp(options)})
    else:
        for check in checks:
            mark = _("[ok]   ") if check.ok else _("[LOOK] ")
            print(mark + show(words(check.text), 1000))
            if check.advice is not None:
                print(" " * 7 + show(words(check.advice), 1000))
    if any(check.stops for check in checks):
        return UNUSABLE
    return DONE if all(check.ok for check in checks) else ATTENTION


def _json(check: Check) -> dict[str, object]:
    advice = words(check.advice) if check.advice is not None else ""
    return {"id": check.id, "ok": check.ok, "text": words(check.text), "advice": advice}
