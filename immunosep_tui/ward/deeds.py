"""What staff do beside signing a sheet, one function a deed; each gives what it would append to the record."""

from __future__ import annotations

from datetime import datetime

from immunosep_tui.record.bodies import Bleeding, Dose, Note, SignedOff, Voided
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Proposal
from immunosep_tui.ward.signature import Signature, propose


def record_dose(chart: Chart, slot: int, outcome: str, at: datetime, signature: Signature) -> Proposal:
    """What became of a dose of the latest course: given, held, refused or omitted; a reason for all but given.

    Args:
        chart: with a course.
        slot: number of the dose in its plan.
        outcome: one of ``OUTCOMES``.
        at: when it was given, or when it was decided not to.
        signature: who says so.

    Raises:
        ValueError: the patient has no course.
    """
    if chart.course is None:
        raise ValueError("the patient has no course")
    return propose(chart, Dose(chart.course.n, slot, outcome), at, signature)


def record_bleeding(chart: Chart, site: str, text: str, at: datetime, signature: Signature) -> Proposal:
    """A bleeding event: where, and in words."""
    return propose(chart, Bleeding(site, text), at, signature)


def write_note(chart: Chart, text: str, signature: Signature) -> Proposal:
    """Words for whoever reads the record."""
    return propose(chart, Note(text), signature.now, signature)


def take_back(chart: Chart, entry: int, signature: Signature) -> Proposal:
    """An entry was wrong and nothing takes its place; the signature says why."""
    return propose(chart, Voided(entry), signature.now, signature)


def sign_off(chart: Chart, meaning: str, signature: Signature) -> Proposal:
    """The record as it stands was reviewed."""
    return propose(chart, SignedOff(chart.n, meaning), signature.now, signature)
