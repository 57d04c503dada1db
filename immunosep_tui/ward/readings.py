"""The readings of a record with what is typed over it, each held against the limits that count for it."""

from __future__ import annotations

from datetime import datetime

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.observations import Typed
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.raised import Judged
from immunosep_tui.record.settings import Settings
from immunosep_tui.record.standing import judged
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.instants import instant, ms


def readings_of(chart: Chart, sheet: Patient, protocol: Protocol, settings: Settings, now: datetime | None) -> Judged:
    """The readings of a record with what is typed over it, held against their limits."""
    recorded = chart.sheet
    texts = {key: text for key, text in sheet.texts.items() if text != recorded.text(key)}
    start = None if chart.course is not None else instant(sheet, "treatment.start", settings.zone)
    planned = ms(start) if isinstance(start, datetime) else None
    last = chart.entries[-1].recorded if chart.entries else 0
    draft = Typed(texts, last if now is None else ms(now)) if texts else None
    return judged(chart, protocol, settings, draft, planned)
