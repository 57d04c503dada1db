"""Courses for tests, started as the screen starts them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.entry import Author, Entry
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.store import Store
from immunosep_tui.ward.deeds import start_course
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.starting import Plan, plan


def begin(
    store: Store, sheet: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime, author: Author | None = None
) -> Entry:
    """Start the course that a sheet plans, whose laboratory values were signed; every question is answered with no."""
    chart = store.chart(sheet.key)
    planned = plan(sheet, chart, protocol, zone)
    assert isinstance(planned, Plan), planned
    answers = {question.id: "no" for question in planned.regimen.questions}
    planned = plan(sheet, chart, protocol, zone, answers)
    assert isinstance(planned, Plan)
    signature = Signature(author or Author("AB", "doctor"), now, f"{sheet.key}-start-{chart.n}", protocol.sha256)
    return store.append(start_course(chart, planned.body, signature, planned.decision), chart.n)[-1]
