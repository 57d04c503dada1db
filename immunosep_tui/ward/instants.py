"""Instants as they are typed, and as the record keeps them: whole milliseconds of UTC."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.clock import moment, ms
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.instant import parse_local
from immunosep_tui.rules.number import Refusal

__all__ = ("MONTHS", "day_text", "instant", "moment", "ms")

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As they are written in dates, which no reader can take for days."""


def day_text(instant: datetime, zone: ZoneInfo) -> str:
    """The date with its year: ``30 Nov 2026``."""
    day = instant.astimezone(zone)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def instant(patient: Patient, key: str, zone: ZoneInfo) -> datetime | Refusal | None:
    """A typed time of the site's clock, or one with its own offset; None if nothing was typed."""
    text = patient.text(key)
    return parse_local(text, zone) if text else None
