"""``immunosep-tui score``: a CSV table of patient-days with the score of every row, and the response of every patient."""

from __future__ import annotations

import argparse
import time

from immunosep_tui.cli.output import ATTENTION, DONE, complain, refused
from immunosep_tui.cohort.records import TableRefused
from immunosep_tui.cohort.stream import Job, Summary, score_table
from immunosep_tui.i18n import _
from immunosep_tui.profile.files import load


def run(options: argparse.Namespace) -> int:
    """Score the table; 2 if it is refused as a whole, 4 if a row or a patient has an error. OSError for the caller."""
    started = time.perf_counter()
    job = Job(
        options.input,
        options.output,
        load(options.protocol),
        options.sofa_version,
        options.respond,
        options.death_column,
    )
    try:
        summary = score_table(job)
    except TableRefused as error:
        return refused([(error.where, error.refusal)])
    _tell(summary, time.perf_counter() - started)
    return ATTENTION if summary.errors or summary.patient_errors else DONE


def _tell(summary: Summary, seconds: float) -> None:
    """Say on standard error what was done; standard output may be the table."""
    for name, meant in summary.near_misses:
        complain(_('The column "{name}" is not read; the name that is read is {meant}.').format(name=name, meant=meant))
    told = _("Rows: {rows}. With an error: {errors}. Seconds: {seconds}.")
    complain(told.format(rows=summary.rows, errors=summary.errors, seconds=f"{seconds:.1f}"))
    if summary.patients:
        patients = _("Patients: {patients}. With an error: {errors}.")
        complain(patients.format(patients=summary.patients, errors=summary.patient_errors))
