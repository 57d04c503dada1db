"""``immunosep-tui demo``: the ward board on sample patients, in a store that is thrown away at the end."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from immunosep_tui.cli.board import at_terminal, open_board
from immunosep_tui.cli.output import UNUSABLE
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import ROLES, Admitted, Died, Kind
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.instant import is_repeated_hour, utc
from immunosep_tui.rules.number import Refusal
from immunosep_tui.ward.cases import Case, cases, patient_of
from immunosep_tui.ward.instants import instant, ms

if TYPE_CHECKING:
    from immunosep_tui.store.drafts import Drafts
    from immunosep_tui.store.store import Store

TIMES = ("treatment.start", "treatment.stop")
"""The texts of a sheet that name an instant."""


def run(options: argparse.Namespace) -> int:
    """Open the board on every sample patient, each at the moment of its story and typed but not signed."""
    from immunosep_tui.ui.desk import site_zone, utc_now

    if not at_terminal():
        return UNUSABLE
    zone, now = site_zone(), utc_now()
    with tempfile.TemporaryDirectory(prefix="immunosep-demo-") as folder:
        sheets = (moved(case, now, zone) for case in cases())
        store, drafts = typed_ward(Path(folder), sheets, now, training=True)
        return open_board(options, store, drafts, is_demo=True)


def typed_ward(
    folder: Path, sheets: Iterable[Patient], now: datetime, *, training: bool = False
) -> tuple[Store, Drafts]:
    """A store in a folder that has no records but deaths, and these sheets as its drafts."""
    from immunosep_tui.store.drafts import FILE_NAME, Draft, Drafts
    from immunosep_tui.store.files import open_file
    from immunosep_tui.store.place import FILE_NAME as STORE_NAME

    drafts = Drafts(folder / FILE_NAME, "demo")
    store = open_file(folder / STORE_NAME, training=training)
    for sheet in sheets:
        drafts.put(Draft(sheet.key, sheet.texts, sheet.kept, at=ms(now)))
        if deaths := _deaths(sheet, now):
            store.append(deaths, 0)
    return store, drafts


def _deaths(sheet: Patient, now: datetime) -> list[Proposal]:
    """Who the patient is, and the death that its sheet says: a death counts only where it is recorded."""
    days = [int(day) for day, text in sheet.within("response").items() if day.isdecimal() and text == "D"]
    if not days:
        return []
    bodies: tuple[Kind, ...] = (Admitted(sheet.place, sheet.case, sheet.identifier), *map(Died, days))
    author = Author("demo", ROLES[0])
    return [Proposal(sheet.key, body, author, ms(now), f"{sheet.key}:{n}") for n, body in enumerate(bodies)]


def moved(case: Case, now: datetime, zone: ZoneInfo) -> Patient:
    """The sheet of a case whose times are shifted so that its ``now`` becomes the minute of this one.

    Intervals stay the same in elapsed time; the times are written for the clock of ``zone``.
    """
    patient = patient_of(case)
    shift = utc(now).replace(second=0, microsecond=0) - utc(case.now)
    for key in TIMES:
        found = instant(patient, key, case.zone)
        if found is not None and not isinstance(found, Refusal):
            patient = patient.typed(key, _written(utc(found) + shift, zone))
    return patient


def _written(when: datetime, zone: ZoneInfo) -> str:
    """An instant as it is typed at a site, with its offset only in the hour that happens twice."""
    local = when.astimezone(zone)
    if is_repeated_hour(when, zone):
        return local.isoformat(timespec="minutes")
    return local.strftime("%Y-%m-%d %H:%M")
