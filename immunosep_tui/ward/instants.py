"""Instants as they are typed, and as the record keeps them: whole milliseconds of UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.instant import parse_local, utc
from immunosep_tui.rules.number import Refusal

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As they are written in dates, which no reader can take for days."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms(moment: datetime) -> int:
    """Milliseconds of UTC, exact; ValueError for an instant without an offset."""
    return (utc(moment) - _EPOCH) // timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """The instant in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def day_text(instant: datetime, zone: ZoneInfo) -> str:
    """The date with its year: ``30 Nov 2026``."""
    day = instant.astimezone(zone)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def instant(patient: Patient, key: str, zone: ZoneInfo) -> datetime | Refusal | None:
    """A typed time of the site's clock, or one with its own offset; None if nothing was typed."""
    text = patient.text(key)
    return parse_local(text, zone) if text else None
