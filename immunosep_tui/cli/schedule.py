"""``immunosep-tui schedule``: every dose of a course, in order of time."""

from __future__ import annotations

import argparse
from datetime import datetime, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from immunosep_tui.cli.output import DONE, Json, complain, print_json, refused, stamp
from immunosep_tui.i18n import _, words
from immunosep_tui.profile.files import load
from immunosep_tui.rules.instant import parse_start
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.schedule import Dose, NotPublished, schedule
from immunosep_tui.rules.sofa.reading import one_of

DESIGNS: dict[str, Literal["open", "double-dummy"]] = {"open": "open", "double-dummy": "double-dummy"}


def run(options: argparse.Namespace) -> int:
    """Print the doses; 2 if an argument is refused or no source gives the dose."""
    protocol = load(options.protocol)
    regimen = one_of(options.regimen, tuple(protocol.regimens))
    design = one_of(options.design, tuple(DESIGNS))
    start = parse_start(options.start)
    stop = parse_start(options.stop) if options.stop is not None else None
    zone = _zone(options.zone)
    parts = (("--regimen", regimen), ("--design", design), ("--start", start), ("--stop", stop), ("--zone", zone))
    refusals = [(name, part) for name, part in parts if isinstance(part, Refusal)]
    if isinstance(regimen, Refusal) or isinstance(design, Refusal) or isinstance(start, Refusal):
        return refused(refusals)
    if isinstance(stop, Refusal) or isinstance(zone, Refusal):
        return refused(refusals)
    try:
        doses = schedule(protocol.regimens[regimen], start, DESIGNS[design], stop)
    except NotPublished as error:
        complain(f"--regimen: {words(error.text)}")
        return 2
    shown_in = zone or start.tzinfo
    kept = [as_json(dose, shown_in) for dose in doses if not dose.cancelled]
    if options.json:
        cancelled = [as_json(dose, shown_in) for dose in doses if dose.cancelled]
        print_json({"doses": kept, "cancelled": cancelled, "protocol": stamp(protocol)})
        return DONE
    for dose in doses:
        print(line(dose, shown_in))
    return DONE


def _zone(name: str | None) -> ZoneInfo | Refusal | None:
    if name is None:
        return None
    if name in available_timezones():
        return ZoneInfo(name)
    accepted = say(N_("Accepted: a name of the time zone database, such as Europe/Athens."))
    return Refusal("unknown_zone", name, say(N_("There is no time zone of this name.")), accepted)


def as_json(dose: Dose, zone: tzinfo | None) -> Json:
    """One dose with the names that scripts rely on; ``due`` carries its offset."""
    return {
        "n": dose.n,
        "day": dose.day,
        "due": dose.due.astimezone(zone).isoformat(),
        "product": dose.product,
        "dose": dose.dose,
        "route": dose.route,
        "placebo": dose.placebo,
        "containers": str(dose.containers) if dose.containers is not None else None,
        "container": dose.container,
        "volume": dose.volume,
        "note": words(dose.note) if dose.note else "",
    }


def line(dose: Dose, zone: tzinfo | None) -> str:
    """One dose in words, drug, dose, route and time in this order."""
    due: datetime = dose.due.astimezone(zone)
    text = _("day {day}  {time}  {product} {dose} {route}").format(
        day=f"{dose.day:>2}",
        time=due.strftime("%a %d %b %Y %H:%M %z"),
        product=dose.product,
        dose=dose.dose,
        route=dose.route,
    )
    return f"{text}  {_('[CANCELLED]')}" if dose.cancelled else text
