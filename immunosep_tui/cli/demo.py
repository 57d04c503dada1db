"""``immunosep-tui demo``: the ward board on sample patients, in memory and thrown away at the end."""

from __future__ import annotations

import argparse
from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.cli.board import open_board
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.instant import is_repeated_hour, utc
from immunosep_tui.rules.number import Refusal
from immunosep_tui.ward.answers import instant
from immunosep_tui.ward.cases import Case, cases, patient_of
from immunosep_tui.ward.patients import InMemory

TIMES = ("treatment.start", "treatment.stop")
"""The texts of a sheet that name an instant."""


def run(options: argparse.Namespace) -> int:
    """Open the board on every sample patient, each at the moment of its story."""
    from immunosep_tui.ui.desk import site_zone, utc_now

    zone, now = site_zone(), utc_now()
    return open_board(options, InMemory(moved(case, now, zone) for case in cases()))


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
