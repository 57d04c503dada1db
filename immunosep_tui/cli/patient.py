"""``immunosep-tui patient list|show KEY|export KEY|import FILE``."""

from __future__ import annotations

import argparse
import getpass
import platform
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from immunosep_tui.cli.attention import attention_json, course_json, judge_at_hand, protocols_at_hand
from immunosep_tui.cli.output import ATTENTION, DONE, REFUSED, Json, complain, print_json, refused
from immunosep_tui.cli.passphrase import asker
from immunosep_tui.cli.patient_show import chart_json, chart_lines, instant_text
from immunosep_tui.cli.store_option import existing_store, protocol_stamp, stamp_at_hand, ward_zone
from immunosep_tui.cli.table import aligned
from immunosep_tui.i18n import _, words
from immunosep_tui.record.attention import STOP, Standing
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.glance import Glance
from immunosep_tui.record.kinds import CourseStarted, WardProtocol
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import LABELS
from immunosep_tui.rules.sofa.reading import one_of
from immunosep_tui.rules.text import show
from immunosep_tui.store.judge import Judge
from immunosep_tui.store.store import Store
from immunosep_tui.ui.attention_words import course_text, tagged
from immunosep_tui.ward.board import Row, board_order, row
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.judging import kept_standing
from immunosep_tui.ward.protocols import Protocols

EVERY = 10**9
"""More patients than a ward has ever had."""


def run(options: argparse.Namespace) -> int:
    """Do one of the four; 2 for an unknown deed, patient or file that is refused. StoreError where the store is."""
    deed = one_of(options.deed, tuple(_DEEDS))
    if isinstance(deed, Refusal):
        return refused([("patient", deed)])
    if deed != "list" and options.name is None:
        complain(_("patient {deed}: nothing is named. Accepted: {what}.").format(deed=deed, what=_WANTED[deed]()))
        return REFUSED
    return _DEEDS[deed](options)


def _list(options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with closing(existing_store(options)) as store:
        zone = ward_zone(store)
        protocols = protocols_at_hand(options, store)
        judge = judge_at_hand(protocols, store)
        in_doubt = bool(store.doubt())
        glances, count = store.board(options.search, ms(now), limit=EVERY)
        found = [_row(store, judge, seen, now, in_doubt) for seen in glances]
        shown = {each.key for each in found}
        elsewhere = [_row(store, judge, seen, now, in_doubt) for seen in store.board("", ms(now), limit=EVERY)[0]]
    stops = [each for each in elsewhere if each.key not in shown and each.level == STOP and not each.is_gone]
    rows = sorted(found, key=board_order)
    if options.json:
        seen_by = {seen.record: seen for seen in glances}
        patients = [_patient_json(seen_by[each.key], each, judge is not None, zone, now) for each in rows]
        print_json({"patients": patients, "count": count, "protocol": stamp_at_hand(protocols)})
        return DONE
    if stops:
        beds = ", ".join(show(each.place, 60) for each in stops)
        complain(_("STOP of patients who are not listed here: bed {beds}.").format(beds=beds))
    if not rows:
        complain(_("There is no such patient.") if options.search else _("There are no patients yet."))
        return DONE
    headings = (
        _("Place"),
        _("Case"),
        _("Identifier"),
        _("Phenotype"),
        _("Course"),
        _("Next dose"),
        _("Attention"),
        _("Record"),
    )
    for line in aligned([headings, *(_cells(each, judge is not None, zone) for each in rows)]):
        print(line)
    return DONE


def _row(store: Store, judge: Judge | None, seen: Glance, now: datetime, in_doubt: bool) -> Row:
    standing = Standing(place=seen.state) if judge is None else kept_standing(store, judge, seen)
    return row(seen, standing, ms(now), clock_in_doubt=in_doubt)


def _patient_json(seen: Glance, found: Row, is_judged: bool, zone: ZoneInfo, now: datetime) -> Json:
    kept = {name: value for name, value in asdict(seen).items() if name not in ("standing", "judged_by", "urgency")}
    items = attention_json(found.attention, zone) if is_judged else None
    return {**kept, "course": course_json(found.course, now), "attention": items}


def _cells(found: Row, is_judged: bool, zone: ZoneInfo) -> tuple[str, ...]:
    gone = _("[DIED]") if found.died else _("[LEFT]") if found.left else ""
    items = [tagged(item) for item in found.attention.items]
    words = items[0] + (f" +{len(items) - 1}" if len(items) > 1 else "") if items else ""
    attention = " ".join(filter(None, (gone, words if is_judged else _("not judged: the protocol cannot be read"))))
    dose = found.next_dose
    due = instant_text(dose.due, zone) if dose is not None else ""
    label = _(LABELS[found.phenotype]) if found.phenotype in LABELS else found.phenotype
    texts = (found.place, found.case, found.identifier, label, course_text(found), due, attention, found.key)
    return tuple(show(text, 80) for text in texts)


def _show(options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with closing(existing_store(options)) as store:
        record = _found(store, options.name)
        if record is None:
            return REFUSED
        chart = store.chart(record)
        zone = ward_zone(store)
        protocols = protocols_at_hand(options, store)
        judge = judge_at_hand(protocols, store)
        in_doubt = bool(store.doubt())
    standing = None if judge is None else judge(chart)
    if options.json:
        patient = chart_json(chart, zone, standing, now, clock_in_doubt=in_doubt)
        print_json({"patient": patient, "protocol": stamp_at_hand(protocols, chart)})
        return DONE
    edition = None if protocols is None else protocols.edition(chart)
    for line in chart_lines(chart, zone, standing, now, clock_in_doubt=in_doubt, edition=edition):
        print(show(line, 2000))
    return DONE


def _found(store: Store, key: str) -> str | None:
    """The record of a key or a case number; where there is not exactly one, that is said."""
    if store.glance(key) is not None:
        return key
    glances = [glance for glance in store.board(key, limit=EVERY)[0] if glance.case_number == key]
    present = [glance for glance in glances if glance.state == "in"] or glances
    if len(present) == 1:
        return present[0].record
    if present:
        complain(_('"{key}" is the case number of several patients. Accepted: one of these keys:').format(key=key))
        complain(*(glance.record for glance in present))
    else:
        text = _('There is no patient "{key}". Accepted: a record key or a case number of immunosep-tui patient list.')
        complain(text.format(key=show(key, 60)))
    return None


def _export(options: argparse.Namespace) -> int:
    from immunosep_tui.store.folders import write_new
    from immunosep_tui.ward.transfer_file import written

    with closing(existing_store(options)) as store:
        record = _found(store, options.name)
        if record is None:
            return REFUSED
        text = written(store.entries(record), _protocols_of(store.chart(record), protocols_at_hand(options, store)))
    if options.output in (None, "-"):
        sys.stdout.write(text)
        return DONE
    try:
        write_new(Path(options.output), text)
    except FileExistsError:
        complain(_("{path} is there already. Accepted: the name of a new file.").format(path=options.output))
        return REFUSED
    return DONE


def _protocols_of(chart: Chart, protocols: Protocols | None) -> list[WardProtocol]:
    """The protocols that the courses of a patient rest on, as far as they are at hand."""
    named = dict.fromkeys(entry.protocol for entry in chart.entries if isinstance(entry.body, CourseStarted))
    found = [protocols.text_of(sha256) for sha256 in named] if protocols is not None else []
    return [each for each in found if each is not None]


def _import(options: argparse.Namespace) -> int:
    from immunosep_tui.store.opening import open_store
    from immunosep_tui.store.place import place_of
    from immunosep_tui.ward.transfer import Import, import_entries, keep_protocols, plan_import
    from immunosep_tui.ward.transfer_file import ImportRefused, read_file, read_protocols

    path = Path(options.name)
    brought = Import(show(path.name, 100), getpass.getuser(), platform.node(), datetime.now(UTC))
    try:
        entries, kept = read_file(path), read_protocols(path)
        with closing(open_store(place_of(options.store), ask=asker())) as store:
            plan = plan_import(store, entries, brought)
            keep_protocols(store, kept, entries, brought)
            recorded = import_entries(store, plan)
    except ImportRefused as error:
        where = f"{path}: {error.where}" if error.where else str(path)
        complain(f"{where}: {words(error.why)} {words(error.accepted)}")
        return REFUSED
    added = len(recorded) - 1 if recorded else 0  # the last one says who imported the others
    not_taken = [{"entry": left.entry.n, "kind": left.entry.kind, "why": words(left.why)} for left in plan.not_taken]
    if options.json:
        counts = {"record": plan.chart.key, "imported": added, "known": plan.known, "not_taken": not_taken}
        print_json({**counts, "protocol": protocol_stamp(options)})
        return ATTENTION if not_taken else DONE
    told = _("Record {record}: {added} entries imported, {known} were here already, {left} not taken.")
    print(show(told.format(record=plan.chart.key, added=added, known=plan.known, left=len(not_taken)), 1000))
    for line in not_taken:
        print(show(_("Entry {entry} ({kind}): {why}").format(**line), 1000))
    return ATTENTION if not_taken else DONE


_DEEDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "export": _export,
    "import": _import,
}

_WANTED: Mapping[str, Callable[[], str]] = {
    "show": lambda: _("a record key or a case number"),
    "export": lambda: _("a record key or a case number"),
    "import": lambda: _("a file that immunosep-tui patient export has written"),
}
